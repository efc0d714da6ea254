from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.matching.places import (
    Places,
    common,
    followed,
    numbered,
    per_article,
    places_of,
    renumbered,
    stretches,
    united,
    windows,
)


def at(*pairs: tuple[int, int]) -> Places:
    """Return places, given by article and position."""
    articles, positions = (
        (np.array(each, np.intp) for each in zip(*pairs, strict=True)) if pairs else ((), ())
    )
    return places_of(
        np.asarray(articles, np.intp), np.ones(len(pairs), np.intp), np.asarray(positions, np.intp)
    )


def pairs(places: Places) -> list[tuple[int, int]]:
    return [(place >> 32, place & 0xFFFFFFFF) for place in places.tolist()]


def test_a_place_knows_its_article() -> None:
    places = places_of(np.array([2, 5]), np.array([2, 1]), np.array([0, 7, 3], np.uint16))
    assert pairs(places) == [(2, 0), (2, 7), (5, 3)]
    assert [each.tolist() for each in per_article(places)] == [[2, 5], [2, 1]]


PLACES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 6)), unique=True).map(sorted)


@given(PLACES, PLACES)
def test_common_and_united_are_what_sets_are(
    one: list[tuple[int, int]], other: list[tuple[int, int]]
) -> None:
    assert pairs(common(at(*one), at(*other))) == sorted({*one} & {*other})
    assert pairs(united([at(*one), at(*other)])) == sorted({*one, *other})


def test_a_word_follows_where_it_stands_behind_another_in_the_same_article() -> None:
    found = followed(at((0, 3), (1, 4)), at((0, 4), (1, 4), (2, 5)), is_wide=False)
    assert pairs(found) == [(0, 4)]


@pytest.mark.parametrize(("is_wide", "ends"), [(False, [(0, 4)]), (True, [(0, 4), (0, 5)])])
def test_a_wide_word_ends_in_any_of_its_places(is_wide: bool, ends: list[tuple[int, int]]) -> None:  # noqa: FBT001 - a case
    assert pairs(followed(at((0, 3)), at((0, 4), (0, 5), (0, 9)), is_wide=is_wide)) == ends


def test_places_without_a_gap_are_one_occurrence() -> None:
    numbers, counts = stretches(at((0, 1), (0, 2), (0, 9), (1, 9), (2, 0)))
    assert (numbers.tolist(), counts.tolist()) == ([0, 1, 2], [2, 1, 1])
    assert [each.tolist() for each in stretches(at())] == [[], []]


WORDS = st.lists(
    st.tuples(st.lists(st.integers(0, 30), unique=True).map(sorted), st.integers(1, 2)),
    min_size=1,
    max_size=3,
)


@given(WORDS, st.integers(1, 12))
def test_a_window_has_every_word_as_often_as_asked(words: list[tuple[list[int], int]], width: int) -> None:
    found = windows([(at(*((0, place) for place in places)), times) for places, times in words], width)
    assert [position for _, position in pairs(found)] == [
        start
        for start in range(31)
        if any(start in places for places, _ in words)
        and all(sum(start <= place < start + width for place in places) >= times for places, times in words)
    ]


def test_windows_are_the_same_in_many_articles_at_once() -> None:
    random = np.random.default_rng(1)
    of_word = [
        np.unique(random.integers(0, 9_000, 100_000) << 32 | random.integers(0, 40, 100_000))
        for _ in range(2)
    ]
    found = windows([(of_word[0], 1), (of_word[1], 2)], 4)
    held = [set(places.tolist()) for places in of_word]
    assert found.tolist() == [
        start
        for start in sorted(held[0] | held[1])
        if any(start + n in held[0] for n in range(4)) and sum(start + n in held[1] for n in range(4)) >= 2
    ]


def test_a_window_lies_in_one_article() -> None:
    last = 2**31
    assert pairs(windows([(at((0, last)), 1), (at((1, 0)), 1)], 5)) == []


@given(st.sets(st.tuples(st.integers(0, 9), st.integers(0, 2**32 - 1))), st.sets(st.integers(0, 9)))
def test_places_in_some_articles_tell_these_by_their_own_places(
    known: set[tuple[int, int]], wanted: set[int]
) -> None:
    articles = sorted(wanted)
    found = renumbered(at(*sorted(known)), np.array(articles, np.uint32))
    expected = [(articles.index(article), place) for article, place in sorted(known) if article in wanted]
    assert pairs(found) == expected
    which, positions = ([each[n] for each in expected] for n in range(2))
    assert numbered(np.array(which, np.intp), np.array(positions, np.int64)).tolist() == found.tolist()
