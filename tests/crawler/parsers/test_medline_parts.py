"""The parts that MEDLINE, RIS and Europe PMC share: abstracts in one text, dates, names in lists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Author, PubDate
from crawler.markup import clean, to_text
from crawler.parsers.medline_abstract import sections
from crawler.parsers.medline_dates import numbered_date, printed_date
from crawler.parsers.medline_names import cited_person


def texts(abstract: str) -> list[tuple[str, str]]:
    return [(part.label, part.text) for part in sections(abstract)]


def test_a_structured_abstract_becomes_its_sections() -> None:
    assert texts("BACKGROUND: One (n = 3). METHODS: Two. RESULTS/CONCLUSION: p<0.05.") == [
        ("BACKGROUND", "One (n = 3)."),
        ("METHODS", "Two."),
        ("RESULTS/CONCLUSION", "p&lt;0.05."),
    ]
    assert texts("We begin. DESIGN, SETTING, AND PARTICIPANTS: Two (x.) RESULTS: Three.") == [
        ("", "We begin."),
        ("DESIGN, SETTING, AND PARTICIPANTS", "Two (x.)"),
        ("RESULTS", "Three."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "DNA: it matters. RNA: it does, too.",
        "Some prose. CONCLUSION: only one label, not at the start.",
        "We say the following METHODS: and RESULTS: are no starts of sentences.",
        "Background: in small letters. Methods: the same.",
        "RESULTS without a colon.",
        "METHODS:close. RESULTS:too close.",
    ],
)
def test_what_only_looks_like_labels_stays_in_the_text(text: str) -> None:
    assert texts(text) == [("", text)]


@given(
    st.lists(
        st.sampled_from("METHODS: RESULTS: TDP-43: of. (x.) AND One <i> & ; .".split()), max_size=12
    ).map(" ".join)
)
def test_labels_colons_and_texts_joined_are_the_abstract_again(text: str) -> None:
    parts = sections(text)
    joined = " ".join(
        f"{part.label}: {to_text(part.text)}" if part.label else to_text(part.text) for part in parts
    )
    assert joined == clean(text)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2016", PubDate(2016)),
        ("2016 Feb", PubDate(2016, 2)),
        ("2016 Feb 31", PubDate(2016, 2)),
        ("2007 May-Jun", PubDate(2007, 5, text="2007 May-Jun")),
        ("2006 Apr 10-17", PubDate(2006, 4, text="2006 Apr 10-17")),
        ("2020 Summer", PubDate(2020, 7, text="Summer")),
        ("1998 Dec-1999 Jan", PubDate(1998, 12, text="1998 Dec-1999 Jan")),
        ("2001 2nd quarter", PubDate(2001, 4, text="2001 2nd quarter")),
        ("", PubDate()),
        ("soon", PubDate()),
    ],
)
def test_a_printed_date_is_as_precise_as_it_is(text: str, date: PubDate) -> None:
    assert printed_date(text) == date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("20150714", PubDate(2015, 7, 14)),
        ("2016/02/13 06:00", PubDate(2016, 2, 13)),
        ("2023/08//", PubDate(2023, 8)),
        ("2025-06-18T10:00:00Z", PubDate(2025, 6, 18)),
        ("2023/13/01", PubDate(2023)),
        ("2023", PubDate(2023)),
        ("201507141", PubDate()),
        ("Aug", PubDate()),
    ],
)
def test_a_numbered_date_is_as_precise_as_it_is(text: str, date: PubDate) -> None:
    assert numbered_date(text) == date


def test_what_has_no_initials_is_no_person_cited() -> None:
    assert cited_person("van den Berg LH") == Author(last="van den Berg", initials="LH")
    assert [cited_person(text) for text in ("Invented Consortium", "UNESCO", "", "Jr")] == [None] * 4
