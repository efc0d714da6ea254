"""Dates are read as precisely as they are printed, by PubMed's own rule, and never raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.article import PubDate
from crawler.parsers.dates import date, free_date, numbered_date, printed_date
from crawler.parsers.pubmed.pubmed_dates import numeric_date, publication_date


def element(**parts: str) -> etree._Element:
    parent = etree.Element("PubDate")
    for tag, text in parts.items():
        etree.SubElement(parent, tag).text = text
    return parent


@pytest.mark.parametrize("month", ["Jan", "01", "1", "January", "JAN"])
def test_a_month_is_a_name_or_a_number(month: str) -> None:
    assert publication_date(element(Year="2023", Month=month, Day="7")) == PubDate(2023, 1, 7)
    assert numeric_date(element(Year="2023", Month=month, Day="07")) == PubDate(2023, 1, 7)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({}, PubDate()),
        ({"Year": "2023"}, PubDate(2023)),
        ({"Year": "2023", "Month": "Aug"}, PubDate(2023, 8)),
        ({"Year": "2023", "Month": "13", "Day": "1"}, PubDate(2023)),
        ({"Year": "2023", "Month": "02", "Day": "30"}, PubDate(2023, 2)),
        ({"Year": "2024", "Month": "02", "Day": "29"}, PubDate(2024, 2, 29)),
        ({"Year": "2023", "Month": "Aug", "Day": "42"}, PubDate(2023, 8)),
        ({"Year": "2023", "Month": "-1", "Day": "x"}, PubDate(2023)),
        ({"Year": "2023", "Day": "7"}, PubDate(2023)),
        ({"Month": "Aug", "Day": "7"}, PubDate()),
        ({"Year": "0", "Month": "Aug"}, PubDate()),
        ({"Year": "99999"}, PubDate()),
    ],
)
def test_impossible_numbers_are_left_out_and_what_depends_on_them(
    parts: dict[str, str], expected: PubDate
) -> None:
    assert publication_date(element(**parts)) == expected
    assert numeric_date(element(**parts)) == expected


@pytest.mark.parametrize(
    ("season", "month"),
    [
        ("Winter", 1), ("Spring", 4), ("Summer", 7), ("Fall", 10), ("Autumn", 10),
        ("Jul-Oct", 7), ("Spring-Summer", 4), ("3rd Quarter", 7), ("Supplement", 0),
    ],
)  # fmt: skip
def test_a_season_is_kept_as_printed_and_sorted_by_pubmeds_rule(season: str, month: int) -> None:
    read = publication_date(element(Year="2021", Season=season))
    assert read == PubDate(2021, month, text=season)
    assert str(read) == f"2021 {season}"
    assert publication_date(element(Year="2021", Month=season)) == read


@pytest.mark.parametrize(
    ("printed", "year", "month"),
    [
        ("1998 Dec-1999 Jan", 1998, 12),
        ("2000 Spring", 2000, 4),
        ("2000 Winter", 2000, 1),
        ("1999 Oct-Dec", 1999, 10),
        ("2001 2nd quarter", 2001, 4),
        ("1977 4th Quarter", 1977, 10),
        ("1976 3d Quart", 1976, 7),
        ("2015-2016", 2015, 0),
        ("19 Dec 1998?", 1998, 12),
        ("2016 Nov 15-30", 2016, 11),
        ("Summer 1984", 1984, 7),
    ],
)
def test_a_medline_date_is_kept_as_printed_and_sorted_by_its_first_month(
    printed: str, year: int, month: int
) -> None:
    read = publication_date(element(MedlineDate=printed))
    assert read == PubDate(year, month, text=printed)
    assert str(read) == printed


@pytest.mark.parametrize(
    ("printed", "expected"),
    [("2015", PubDate(2015)), ("2015 Aug", PubDate(2015, 8)), ("in press", PubDate()), ("123456", PubDate())],
)
def test_a_medline_date_that_numbers_can_say_needs_no_text(printed: str, expected: PubDate) -> None:
    assert publication_date(element(MedlineDate=printed)) == expected


def test_no_element_is_no_date() -> None:
    assert publication_date(None) == numeric_date(None) == PubDate()


parts = st.sampled_from(["Year", "Month", "Day", "Season", "MedlineDate"])
texts = st.text("0123456789JanSprigWte- ²٣", max_size=8) | st.sampled_from(
    ["2020", "Jan", "12", "31", "Fall"]
)


@given(st.dictionaries(parts, texts))
def test_no_date_raises_or_is_impossible(fields: dict[str, str]) -> None:
    for read in (publication_date(element(**fields)), numeric_date(element(**fields))):
        assert 0 <= read.month <= 12
        assert 0 <= read.day <= 31
        assert read.year or read == PubDate()
        assert str(read.year) in str(read) or not read.year


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_a_printed_date_is_as_precise_as_it_is(text: str, expected: PubDate) -> None:
    assert printed_date(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
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
def test_a_numbered_date_is_as_precise_as_it_is(text: str, expected: PubDate) -> None:
    assert numbered_date(text) == expected


def test_numbers_and_free_text_are_read_without_an_element() -> None:
    assert date("2023", "Aug", "7") == date("2023", "08", "07") == PubDate(2023, 8, 7)
    assert date("2023") == free_date("2023") == PubDate(2023)
    assert free_date("2001 2nd quarter") == PubDate(2001, 4, text="2001 2nd quarter")
