from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.dates import read_dates, write_dates
from search.query import Dates


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2021", 20210000, 20219999),
        ("2021/05", 20210500, 20210599),
        ("2021-05-07", 20210507, 20210507),
        ("2019:2021", 20190000, 20219999),
        ("2019 : 2021", 20190000, 20219999),
        ("2019-2021", 20190000, 20219999),
        ("2019..2021", 20190000, 20219999),
        ("2019:", 20190000, 99999999),
        ("2019:3000", 20190000, 30009999),
        ("2019\u20132021", 20190000, 20219999),
    ],
)
def test_a_range_holds_all_that_its_ends_could_be(text: str, low: int, high: int) -> None:
    assert read_dates(text) == (Dates(low, high), False)


def test_an_open_beginning_leaves_out_what_has_no_date() -> None:
    assert read_dates(":2020") == (Dates(1, 20209999), False)


def test_a_range_that_runs_backwards_is_turned_round() -> None:
    assert read_dates("2021:2019") == (Dates(20190000, 20219999), True)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("last 5 years", 20190228),
        ("last year", 20230228),
        ("LAST  6 Months", 20230829),
        ("past 1 month", 20240129),
        ("the last 30 days", 20240130),
        ("last 2 weeks", 20240215),
        ("last 9999 years", 10101),
        ("last 999999 days", 10101),
    ],
)
def test_the_last_years_count_from_today_and_have_no_end(text: str, low: int) -> None:
    found = read_dates(text, "entered", date(2024, 2, 29))
    assert found == (Dates(low, 99999999, "entered"), False)


@pytest.mark.parametrize(
    "text", ["", ":", "soon", "21", "2021 2022", "2021/13", "2021/05/32", "last 5 years", "last 5 apples"]
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_dates(text) is None


@given(st.text(st.sampled_from("0123456789:/-. "), max_size=25))
def test_a_range_never_runs_backwards_and_is_written_as_it_is_read(text: str) -> None:
    found = read_dates(text)
    assert found is None or 0 < found[0].low <= found[0].high
    assert found is None or read_dates(write_dates(found[0])) == (found[0], False)
