from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import DataBank, Grant, MeshHeading, PubDate, Qualifier
from crawler.parsers.pubmed.pubmed_page_parts import (
    Citation,
    OtherDates,
    read_citation,
    read_data_banks,
    read_date,
    read_grant,
    read_mesh,
    read_other_dates,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023;26(8):872-881.", Citation(date=PubDate(2023), volume="26", issue="8", pages="872-881")),
        (". 2023;26(8):872-881.", Citation(date=PubDate(2023), volume="26", issue="8", pages="872-881")),
        (
            "2023 Aug 7;26(8):872-881.",
            Citation(date=PubDate(2023, 8, 7), volume="26", issue="8", pages="872-881"),
        ),
        ("2019 Dec;10:e1234.", Citation(date=PubDate(2019, 12), volume="10", pages="e1234")),
        (
            "2021 Jan-Feb;5:1-9.",
            Citation(date=PubDate(2021, 1, 0, "2021 Jan-Feb"), volume="5", pages="1-9"),
        ),
        (
            "2022 Nov 3:S0140-6736(22)01272-7.",
            Citation(date=PubDate(2022, 11, 3), pii="S0140-6736(22)01272-7"),
        ),
        ("2022 Nov 3:awac123.", Citation(date=PubDate(2022, 11, 3), pii="awac123")),
        ("2022 Nov 3:1-12.", Citation(date=PubDate(2022, 11, 3), pages="1-12")),
        ("2020;31(Suppl 2):S5.", Citation(date=PubDate(2020), volume="31", issue="Suppl 2", pages="S5")),
        ("2020;31 Suppl 2:S5.", Citation(date=PubDate(2020), volume="31 Suppl 2", pages="S5")),
        (
            "2020 Jan;(8):12-5; discussion 16.",
            Citation(date=PubDate(2020, 1), issue="8", pages="12-5; discussion 16"),
        ),
        ("2020;3(4 (Pt 1)):7.", Citation(date=PubDate(2020), volume="3", issue="4 (Pt 1)", pages="7")),
        ("2023.", Citation(date=PubDate(2023))),
        ("", Citation()),
    ],
)
def test_a_citation_line_is_taken_apart(text: str, expected: Citation) -> None:
    assert read_citation(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023", PubDate(2023)),
        ("2023 August 07", PubDate(2023, 8, 7)),
        ("2020 Summer", PubDate(2020, 7, 0, "Summer")),
        ("1998 Dec-1999 Jan", PubDate(1998, 12, 0, "1998 Dec-1999 Jan")),
        ("2020 Jul 1-15", PubDate(2020, 7, 0, "2020 Jul 1-15")),
        ("2001 2nd quarter", PubDate(2001, 4, 0, "2001 2nd quarter")),
        ("2023 Aug 45", PubDate(2023, 8)),
        ("soon", PubDate()),
    ],
)
def test_a_date_is_as_precise_as_it_is_printed(text: str, expected: PubDate) -> None:
    assert read_date(text) == expected
    assert not expected.year or str(expected).startswith(text[:4])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Epub 2022 Nov 3.", OtherDates(electronic=PubDate(2022, 11, 3))),
        ("eCollection 2023.", OtherDates(printed=PubDate(2023))),
        (
            "eCollection 2023. Epub 2022 Nov 3.",
            OtherDates(electronic=PubDate(2022, 11, 3), printed=PubDate(2023)),
        ),
        ("Print 2023 Jan.", OtherDates(printed=PubDate(2023, 1))),
        ("Epub ahead of print.", OtherDates()),
    ],
)
def test_dates_after_the_citation_line_say_what_they_are(text: str, expected: OtherDates) -> None:
    assert read_other_dates(text) == expected


def test_subheadings_of_one_descriptor_come_together() -> None:
    printed = ["Tea / history*", "Mice", "Tea / supply & distribution", "Cups*", "Tea* / history", "*", ""]
    assert read_mesh(printed) == (
        MeshHeading(
            name="Tea",
            major=True,
            qualifiers=(Qualifier("history", major=True), Qualifier("supply & distribution")),
        ),
        MeshHeading(name="Mice"),
        MeshHeading(name="Cups", major=True),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "R01 XX1/XX/NIXX NIH HHS/United States",
            Grant(number="R01 XX1", acronym="XX", agency="NIXX NIH HHS", country="United States"),
        ),
        (
            "MR/X1/1/MRC_/Medical Research Council/United Kingdom",
            Grant(
                number="MR/X1/1", acronym="MRC_", agency="Medical Research Council", country="United Kingdom"
            ),
        ),
        ("WT_/Tea Trust/United Kingdom", Grant(acronym="WT_", agency="Tea Trust", country="United Kingdom")),
        ("12-34/Tea Trust/Peru", Grant(number="12-34", agency="Tea Trust", country="Peru")),
        ("7/ImNIH/Tea Trust/Peru", Grant(number="7", acronym="ImNIH", agency="Tea Trust", country="Peru")),
        ("7/8//Tea Trust/", Grant(number="7/8", agency="Tea Trust")),
        ("Tea Trust", Grant(agency="Tea Trust")),
        ("", Grant()),
    ],
)
def test_a_grant_is_read_from_its_end(text: str, expected: Grant) -> None:
    assert read_grant(text) == expected


def test_accessions_of_one_data_bank_come_together() -> None:
    printed = ["ClinicalTrials.gov/NCT1", "Dryad/10.9999/dryad.x", "ClinicalTrials.gov/NCT2", "figshare", ""]
    assert read_data_banks(printed) == (
        DataBank("ClinicalTrials.gov", ("NCT1", "NCT2")),
        DataBank("Dryad", ("10.9999/dryad.x",)),
        DataBank("figshare"),
    )


@given(st.text())
def test_no_text_is_too_odd_to_be_read(text: str) -> None:
    read_citation(text)
    read_date(text)
    read_other_dates(text)
    read_mesh([text])
    read_grant(text)
    read_data_banks([text])
