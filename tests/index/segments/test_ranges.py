from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from index.segments.ranges import distinct

NUMBERS = arrays(np.uint64, st.integers(0, 40), elements=st.integers(0, 2**64 - 1) | st.integers(0, 5))


@given(NUMBERS)
def test_distinct_numbers_are_those_of_a_set_in_order(
    numbers: np.ndarray[tuple[int], np.dtype[np.uint64]],
) -> None:
    before = numbers.copy()
    assert distinct(numbers).tolist() == sorted(set(numbers.tolist()))
    assert distinct(numbers).dtype == numbers.dtype
    assert (numbers == before).all()
