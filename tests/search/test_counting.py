from __future__ import annotations

from collections import Counter as Tally

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.counting import Counting, best_of_each, found_in
from search.matching.matches import listed, spread
from tests.search.test_facets import column

SIZES = st.sampled_from([1, 9, 150])


@given(st.data())
def test_values_of_several_columns_are_counted_at_once_as_by_hand(data: st.DataObject) -> None:
    size, seed = data.draw(SIZES), data.draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    kinds = [
        [tuple(f"{n:02}" for n in np.flatnonzero(random.random(40) < 1 / width)) for _ in range(size)]
        for width in (2, 9, 30)
    ]
    columns = [column(*articles) for articles in kinds]
    mask = random.random(size) < data.draw(st.sampled_from([0.0, 0.05, 0.5, 0.97]))
    counting = Counting(columns)
    for matches in (spread(mask), listed(size, np.flatnonzero(mask))):
        for one, articles, found in zip(columns, kinds, counting.split(counting.found(matches)), strict=True):
            by_hand = Tally(label for n in np.flatnonzero(mask) for label in articles[n])
            values = [one.values[number] for number in found.values]
            assert dict(zip(values, found.times.tolist(), strict=True)) == by_hand
            assert values == sorted(values)


@given(st.lists(st.lists(st.integers(0, 4), max_size=60), min_size=1, max_size=4), st.integers(0, 12))
def test_the_best_of_each_column_are_its_first_by_count_and_then_by_number(
    counts: list[list[int]], size: int
) -> None:
    best = best_of_each([found_in(np.array(each, np.intp)) for each in counts], size)
    for each, shown in zip(counts, best, strict=True):
        in_order = sorted(((n, count) for n, count in enumerate(each) if count), key=lambda pair: -pair[1])
        assert shown == in_order[:size]
