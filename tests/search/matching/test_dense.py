from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.segments.postings import Standing
from search.matching.dense import windows_of
from search.matching.places import per_article, places_of, windows

SIZE = 5
PLACES = st.dictionaries(st.integers(0, SIZE - 1), st.sets(st.integers(0, 40), min_size=1), min_size=1)


def standing(places: dict[int, set[int]]) -> Standing:
    articles = sorted(places)
    return Standing(
        np.array(articles, np.intp),
        np.array([len(places[article]) for article in articles], np.intp),
        np.array([place for article in articles for place in sorted(places[article])], np.uint16),
        np.empty(0, np.uint8),
        is_wide=False,
    )


@given(st.lists(PLACES, min_size=1, max_size=8), st.integers(1, 101))
def test_windows_side_by_side_are_those_that_places_in_order_have(
    words: list[dict[int, set[int]]], width: int
) -> None:
    found = [standing(each) for each in words]
    begun = windows([(places_of(each.articles, each.counts, each.positions), 1) for each in found], width)
    expected = per_article(begun)
    assert [each.tolist() for each in windows_of(found, width, SIZE)] == [each.tolist() for each in expected]


def test_a_place_counts_once_however_many_words_stand_there() -> None:
    twice = Standing(
        np.array([1]), np.array([3]), np.array([2, 2, 7], np.uint16), np.empty(0, np.uint8), is_wide=True
    )
    found = windows_of([twice, standing({0: {2}, 1: {2, 8}})], 3, SIZE)
    assert [each.tolist() for each in found] == [[1], [2]]


def test_a_window_reaches_over_the_places_that_are_looked_at_together() -> None:
    rng = np.random.default_rng(1)
    words = [{article: set(rng.integers(0, 60_000, 300).tolist()) for article in range(40)} for _ in range(3)]
    found = [standing(each) for each in words]
    begun = windows([(places_of(each.articles, each.counts, each.positions), 1) for each in found], 90)
    assert len(begun)
    assert [each.tolist() for each in windows_of(found, 90, 40)] == [
        each.tolist() for each in per_article(begun)
    ]
