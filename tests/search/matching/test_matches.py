from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.matching.matches import (  # fmt: skip
    all_of,
    any_of,
    best_of,
    everything,
    highest,
    is_among,
    listed,
    nothing,
    packed,
    spread,
    top,
    without,
)

if TYPE_CHECKING:
    from search.matching.matches import Matches

Found = dict[int, float]

SIZE = 700
FOUND = st.dictionaries(st.integers(0, SIZE - 1), st.sampled_from([0.0, 0.5, 1.0, 2.0, 2.5]), max_size=40)


def as_list(found: Found) -> Matches:
    numbers = sorted(found)
    scores = np.array([found[number] for number in numbers], np.float32)
    return listed(SIZE, np.array(numbers, np.intp), scores)


def as_mask(found: Found) -> Matches:
    matches = as_list(found)
    return spread(matches.mask(), matches.spread_scores())


def unscored(found: Found) -> Matches:
    return listed(SIZE, np.array(sorted(found), np.intp))


FORMS = st.sampled_from([as_list, as_mask])


def seen(matches: Matches) -> Found:
    numbers, scores = matches.numbers(), matches.scores()
    assert matches.count == len(numbers) == len(scores)
    assert np.flatnonzero(matches.mask()).tolist() == numbers.tolist()
    assert matches.spread_scores()[numbers].tolist() == scores.tolist()
    assert np.count_nonzero(matches.spread_scores()) == np.count_nonzero(scores)
    return dict(zip(numbers.tolist(), scores.tolist(), strict=True))


@given(st.lists(st.integers(0, 30)), st.sets(st.integers(0, 30)))
def test_a_number_is_among_others_or_not(numbers: list[int], others: set[int]) -> None:
    ordered = np.array(sorted(others), np.uint32)
    assert is_among(np.array(numbers, np.intp), ordered).tolist() == [each in others for each in numbers]


@given(st.lists(st.tuples(FOUND, FORMS), min_size=1, max_size=4))
def test_all_and_any_are_what_sets_are_whatever_form_they_are_kept_in(
    parts: list[tuple[Found, type]],
) -> None:
    matches = [form(found) for found, form in parts]
    sets = [set(found) for found, _ in parts]

    def score(number: int) -> float:
        return sum(found.get(number, 0) for found, _ in parts)

    assert seen(all_of(matches)) == {number: score(number) for number in set.intersection(*sets)}
    assert seen(any_of(matches)) == {number: score(number) for number in set.union(*sets)}


@given(FOUND, FORMS, FOUND, FORMS)
def test_what_is_left_out_is_gone_and_the_rest_scores_as_before(
    one: Found, one_form: type, other: Found, other_form: type
) -> None:
    rest = {number: score for number, score in one.items() if number not in other}
    assert seen(without(one_form(one), other_form(other))) == rest
    assert seen(one_form(one).within([~other_form(other).mask()])) == rest


@given(FOUND, FORMS, st.lists(st.tuples(FOUND, FORMS), max_size=3))
def test_the_best_of_names_counts_and_those_not_typed_count_less(
    typed: Found, form: type, others: list[tuple[Found, type]]
) -> None:
    found = best_of(form(typed), [other_form(other) for other, other_form in others], [0.5] * len(others))
    rest = [other for other, _ in others]
    assert seen(found) == {
        number: max([typed.get(number, 0), *(other.get(number, 0) / 2 for other in rest)])
        for number in set(typed).union(*rest)
    }


@given(FOUND, FORMS, st.integers(0, 50))
def test_the_top_is_what_ordering_everything_gives_ties_and_all(found: Found, form: type, count: int) -> None:
    ordered = sorted(found.items(), key=lambda each: (-each[1], each[0]))[:count]
    numbers, scores = top(form(found), count)
    assert list(zip(numbers.tolist(), scores.tolist(), strict=True)) == ordered


@given(st.lists(st.sampled_from([0, 0, 1, 1, 2, 3, 9]), max_size=900), st.integers(0, 20))
def test_the_highest_are_found_without_ordering_all(values: list[int], count: int) -> None:
    ordered = sorted((place for place, value in enumerate(values) if value), key=lambda n: (-values[n], n))
    assert highest(np.array(values, np.intp), count).tolist() == ordered[:count]


def test_what_scores_nothing_comes_last_in_order_of_number() -> None:
    numbers, scores = top(any_of([unscored({3: 0, 650: 0, 4: 0}), as_mask({600: 1.0})]), 3)
    assert (numbers.tolist(), scores.tolist()) == ([600, 3, 4], [1.0, 0.0, 0.0])


def test_matches_without_scores_add_none() -> None:
    assert seen(all_of([everything(SIZE), as_list({1: 2.0})])) == {1: 2.0}
    assert not all_of([everything(SIZE), unscored({1: 0})]).is_scored
    assert seen(all_of([unscored({1: 0, 2: 0}), as_mask({1: 2.0})])) == {1: 2.0}
    assert seen(any_of([nothing(SIZE)])) == {}
    assert seen(without(everything(SIZE), everything(SIZE))) == {}


@pytest.mark.parametrize(("count", "is_listed"), [(3, True), (300, False)])
def test_few_are_kept_as_a_list_and_many_as_a_mask(count: int, is_listed: bool) -> None:  # noqa: FBT001 - a case
    found = packed(SIZE, np.arange(count), np.ones(count, np.float32))
    assert found.is_listed is is_listed
    assert found.nbytes == (12 * count if is_listed else 5 * SIZE)
    assert seen(found) == dict.fromkeys(range(count), 1.0)
