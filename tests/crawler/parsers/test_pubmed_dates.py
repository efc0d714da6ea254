"""Dates are read as precisely as they are printed, by PubMed's own rule, and never raise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.article import PubDate
from crawler.parsers.pubmed_dates import numeric_date, publication_date


def element(**parts: str) -> etree._Element:
    date = etree.Element("PubDate")
    for tag, text in parts.items():
        etree.SubElement(date, tag).text = text
    return date


@pytest.mark.parametrize("month", ["Jan", "01", "1", "January", "JAN"])
def test_a_month_is_a_name_or_a_number(month: str) -> None:
    date = PubDate(2023, 1, 7)
    assert publication_date(element(Year="2023", Month=month, Day="7")) == date
    assert numeric_date(element(Year="2023", Month=month, Day="07")) == date


@pytest.mark.parametrize(
    ("parts", "date"),
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
    parts: dict[str, str], date: PubDate
) -> None:
    assert publication_date(element(**parts)) == date
    assert numeric_date(element(**parts)) == date


@pytest.mark.parametrize(
    ("season", "month"),
    [
        ("Winter", 1), ("Spring", 4), ("Summer", 7), ("Fall", 10), ("Autumn", 10),
        ("Jul-Oct", 7), ("Spring-Summer", 4), ("3rd Quarter", 7), ("Supplement", 0),
    ],
)  # fmt: skip
def test_a_season_is_kept_as_printed_and_sorted_by_pubmeds_rule(season: str, month: int) -> None:
    date = publication_date(element(Year="2021", Season=season))
    assert date == PubDate(2021, month, text=season)
    assert str(date) == f"2021 {season}"
    assert publication_date(element(Year="2021", Month=season)) == date


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
    date = publication_date(element(MedlineDate=printed))
    assert date == PubDate(year, month, text=printed)
    assert str(date) == printed


@pytest.mark.parametrize(
    ("printed", "date"),
    [("2015", PubDate(2015)), ("2015 Aug", PubDate(2015, 8)), ("in press", PubDate()), ("123456", PubDate())],
)
def test_a_medline_date_that_numbers_can_say_needs_no_text(printed: str, date: PubDate) -> None:
    assert publication_date(element(MedlineDate=printed)) == date


def test_no_element_is_no_date() -> None:
    assert publication_date(None) == numeric_date(None) == PubDate()


parts = st.sampled_from(["Year", "Month", "Day", "Season", "MedlineDate"])
texts = st.text("0123456789JanSprigWte- ²٣", max_size=8) | st.sampled_from(
    ["2020", "Jan", "12", "31", "Fall"]
)


@given(st.dictionaries(parts, texts))
def test_no_date_raises_or_is_impossible(fields: dict[str, str]) -> None:
    for date in (publication_date(element(**fields)), numeric_date(element(**fields))):
        assert 0 <= date.month <= 12
        assert 0 <= date.day <= 31
        assert date.year or date == PubDate()
        assert str(date.year) in str(date) or not date.year
