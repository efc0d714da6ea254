from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.dates import read_dates
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
    ],
)
def test_a_range_holds_all_that_its_ends_could_be(text: str, low: int, high: int) -> None:
    assert read_dates(text) == (Dates(low, high), False)


def test_an_open_beginning_leaves_out_what_has_no_date() -> None:
    assert read_dates(":2020") == (Dates(1, 20209999), False)


def test_a_range_that_runs_backwards_is_turned_round() -> None:
    assert read_dates("2021:2019") == (Dates(20190000, 20219999), True)


@pytest.mark.parametrize("text", ["", ":", "soon", "21", "2021 2022", "last 5 years"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert read_dates(text) is None


@given(st.text(st.sampled_from("0123456789:/-. "), max_size=25))
def test_a_range_never_runs_backwards(text: str) -> None:
    found = read_dates(text)
    assert found is None or 0 < found[0].low <= found[0].high
