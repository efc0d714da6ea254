"""What sources leave behind in a text is taken out, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Abstract, Section
from crawler.markup import from_text
from crawler.parsers.cleaning import (
    copyright_apart,
    split_keywords,
    without_emails,
    without_link_labels,
)


@pytest.mark.parametrize(
    ("printed", "citation"),
    [
        (
            "Doe J. A trial. J Ex. 2020;1:2\N{EN DASH}3. - PMC - PubMed",
            "Doe J. A trial. J Ex. 2020;1:2\N{EN DASH}3.",
        ),
        ("Doe J. J Ex. 2020. - DOI - PMC - PubMed", "Doe J. J Ex. 2020."),
        ("Doe J. J Ex. 2020. \N{EN DASH} PubMed", "Doe J. J Ex. 2020."),
        ("Doe J. J Ex. 2020. Free PMC article.", "Doe J. J Ex. 2020."),
        ("Doe J. J Ex. 2020. [PMC free article] [PubMed] [Google Scholar]", "Doe J. J Ex. 2020."),
        ("Doe J. J Ex. 2020. [DOI] [CrossRef]", "Doe J. J Ex. 2020."),
        ("Doe J. What is in PubMed", "Doe J. What is in PubMed"),
        ("Doe J. The PMC - PubMed link. J Ex.", "Doe J. The PMC - PubMed link. J Ex."),
        ("Doe J. A review article", "Doe J. A review article"),
        (" - PubMed", ""),
        ("", ""),
    ],
)
def test_link_labels_at_the_end_of_a_citation_are_no_part_of_it(printed: str, citation: str) -> None:
    assert without_link_labels(printed) == citation


@pytest.mark.parametrize(
    ("printed", "affiliation"),
    [
        ("Dept of Ex, Rome, Italy. a.b-c@d.e.it.", "Dept of Ex, Rome, Italy."),
        ("Dept of Ex, Rome, Italy; email: a@b.it.", "Dept of Ex, Rome, Italy"),
        ("Dept of Ex. Electronic address: a@b.it.", "Dept of Ex."),
        ("Dept of Ex. E-mail: a@b.it; c@d.it.", "Dept of Ex."),
        ("Dept of Ex. Electronic addresses: a@b.it, c@d.it.", "Dept of Ex."),
        ("Dept of Ex (a@b.it).", "Dept of Ex."),
        ("Dept of Ex, [a@b.it], Rome", "Dept of Ex, Rome"),
        ("Dept of Ex, Rome a@b.it c@d.it.", "Dept of Ex, Rome"),
        ("a@b.it", ""),
        ("Emails: a@b.it (c@d.it).", ""),
        (" Dept @ Home\n, Rome ", "Dept @ Home, Rome"),
        ("Email Institute, Rome", "Email Institute, Rome"),
        ("", ""),
    ],
)
def test_an_affiliation_is_without_its_email_addresses(printed: str, affiliation: str) -> None:
    assert without_emails(printed) == affiliation


@given(
    st.lists(st.sampled_from(["Dept", "email: ", "a.b@c.it", "@", ";", ", ", ". ", "(", ")", " "])).map(
        "".join
    )
)
def test_no_email_address_is_left_in_an_affiliation(text: str) -> None:
    assert "b@c.it" not in without_emails(text)


@pytest.mark.parametrize(
    ("texts", "keywords"),
    [
        (["ALS", "TDP-43."], ["ALS", "TDP-43"]),
        (["ALS; TDP-43 ;; C. elegans."], ["ALS", "TDP-43", "C. elegans"]),
        (["ALS, TDP-43, C. elegans."], ["ALS", "TDP-43", "C. elegans"]),
        (["Receptors, AMPA"], ["Receptors, AMPA"]),
        (["ALS", "a, b, c"], ["ALS", "a, b, c"]),
        (["a, b, c; d"], ["a, b, c", "d"]),
        (["2,4-D, NfL (light, heavy), ALS"], ["2,4-D", "NfL (light, heavy)", "ALS"]),
        (["NfL (light, heavy, medium)"], ["NfL (light, heavy, medium)"]),
        (["ALS", "als", "Als."], ["ALS"]),
        ([" ", ".", ";"], []),
        ([], []),
    ],
)
def test_joined_keywords_come_apart_and_none_comes_twice(texts: list[str], keywords: list[str]) -> None:
    assert split_keywords(texts) == keywords


@given(st.lists(st.text(alphabet="aB;,. ()[]1"), max_size=4))
def test_no_keyword_is_empty_ends_in_a_stop_or_comes_twice(texts: list[str]) -> None:
    keywords = split_keywords(texts)
    assert all(keyword and keyword == keyword.strip().rstrip(".") for keyword in keywords)
    assert len({keyword.casefold() for keyword in keywords}) == len(keywords)


@pytest.mark.parametrize(
    ("text", "kept", "line"),
    [
        ("It works. © 2020 Wiley.", "It works.", "© 2020 Wiley."),
        (
            "It works. Copyright © 2020 Elsevier B.V. All rights reserved.",
            "It works.",
            "Copyright © 2020 Elsevier B.V. All rights reserved.",
        ),
        ("It works. (c) 2001 Wiley-Liss, Inc.", "It works.", "(c) 2001 Wiley-Liss, Inc."),
        ("The © sign of 2020 stays here.", "The © sign of 2020 stays here.", ""),
        ("Groups (a), (b) and (c) 20 mice each.", "Groups (a), (b) and (c) 20 mice each.", ""),
        ("© 2020 Wiley.", "© 2020 Wiley.", ""),
    ],
)
def test_a_copyright_line_at_the_end_of_an_abstract_is_none_of_its_text(
    text: str, kept: str, line: str
) -> None:
    made = copyright_apart(Abstract(sections=(Section(from_text(text)),)))
    assert (made.sections[0].text, made.copyright) == (kept, line)
