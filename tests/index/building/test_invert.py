from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.building.invert import _token_keys
from index.segments.forward import Units

TERM_AT = np.uint64(20)
TABLE = Units(
    {
        "offsets": np.array([0, 1, 3, 4], np.uint32),
        "lengths": np.array([3, 7, 2], np.uint8),
        "places": np.array([1, 2, 1], np.uint8),
        "terms": np.array([5, 9, 2, 7], np.uint32),
        "forms": np.array([0, 3, 255, 1], np.uint8),
        "token_places": np.array([0, 0, 1, 0], np.uint8),
        "token_starts": np.array([0, 0, 4, 0], np.uint8),
        "token_lengths": np.array([3, 3, 3, 2], np.uint8),
        "widths": np.array([1, 2, 1, 1], np.uint8),
    }
)


@given(st.lists(st.integers(0, 3), max_size=12))
def test_few_tokens_have_the_keys_that_they_have_among_many(tokens: list[int]) -> None:
    found = _token_keys(TABLE, np.array(tokens, dtype=np.int64), TERM_AT)
    alone = [int(_token_keys(TABLE, np.array([token]), TERM_AT)[0]) for token in tokens]
    assert found.tolist() == alone


def test_a_key_holds_term_place_and_form() -> None:
    (key,) = _token_keys(TABLE, np.array([2]), TERM_AT).tolist()
    assert key == 2 << 20 | 1 << 9 | 255 << 1
