from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.building.plan import runs

SIZES = st.lists(st.integers(1, 500), max_size=60)


@given(SIZES, st.integers(1, 2_000))
def test_runs_hold_every_article_once_and_in_order(sizes: list[int], run_bytes: int) -> None:
    planned = runs(np.array(sizes, dtype=np.int64), run_bytes)
    assert [number for number, _, _ in planned] == list(range(len(planned)))
    assert all(start < end for _, start, end in planned)
    assert all(end == start for (_, _, end), (_, start, _) in pairwise(planned))
    assert (planned[0][1], planned[-1][2]) == (0, len(sizes)) if sizes else not planned


@given(SIZES, st.integers(1, 2_000))
def test_no_run_is_larger_than_asked_for_by_more_than_an_article(sizes: list[int], run_bytes: int) -> None:
    for _, start, end in runs(np.array(sizes, dtype=np.int64), run_bytes):
        assert sum(sizes[start:end]) <= run_bytes + max(sizes)


def test_the_last_runs_are_smaller() -> None:
    lengths = [end - start for _, start, end in runs(np.full(1_000, 10, dtype=np.int64), 2_000)]
    assert lengths[:2] == [200, 200]
    assert lengths[-1] <= 50
    assert sorted(lengths, reverse=True) == lengths
