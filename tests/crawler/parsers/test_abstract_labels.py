"""The labels of abstracts, in their text or in headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Markup, Section
from crawler.markup import clean, to_text
from crawler.parsers.abstract_labels import headed_sections, sections


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


def test_headings_part_an_abstract_and_one_that_is_unlabelled_has_no_label() -> None:
    text = "We begin.<h4>Methods:</h4>n<i>i</i><h4>Unlabelled</h4>Two.<h4>Empty</h4> "
    assert headed_sections(text) == (
        Section(Markup("We begin.")),
        Section(Markup("n<i>i</i>"), "Methods"),
        Section(Markup("Two.")),
    )
