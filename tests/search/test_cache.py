from __future__ import annotations

import threading

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from search.cache import Cache


def blank(size: int) -> np.ndarray[tuple[int], np.dtype[np.uint8]]:
    return np.zeros(size, np.uint8)


def test_what_is_kept_is_found_again() -> None:
    cache: Cache[np.ndarray[tuple[int], np.dtype[np.uint8]]] = Cache(100_000)
    value = blank(10)
    cache.put("a", value)
    assert cache.get("a") is value
    assert cache.get("b") is None


def test_what_was_not_asked_for_longest_goes_first() -> None:
    cache: Cache[np.ndarray[tuple[int], np.dtype[np.uint8]]] = Cache(100_000)
    for name in "abcdefghij":
        cache.put(name, blank(9_000))
    cache.get("a")
    cache.put("k", blank(9_000))
    assert cache.get("a") is not None
    assert cache.get("b") is None


def test_what_would_drive_out_too_much_is_not_kept() -> None:
    cache: Cache[np.ndarray[tuple[int], np.dtype[np.uint8]]] = Cache(8_000)
    cache.put("a", blank(1_000))
    assert len(cache) == 0


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 4_000))))
def test_the_bound_is_kept_and_what_is_used_is_known(puts: list[tuple[int, int]]) -> None:
    cache: Cache[np.ndarray[tuple[int], np.dtype[np.uint8]]] = Cache(20_000)
    for key, size in puts:
        cache.put(key, blank(size))
        assert cache.used <= cache.limit
    kept = [value for key in range(10) if (value := cache.get(key)) is not None]
    assert cache.used == sum(value.nbytes + 500 for value in kept)
    assert len(cache) == len(kept)


def test_threads_may_share_it() -> None:
    cache: Cache[np.ndarray[tuple[int], np.dtype[np.uint8]]] = Cache(20_000)

    def use(seed: int) -> None:
        for turn in range(500):
            cache.put((seed * turn) % 17, blank(turn % 1_000))
            cache.get(turn % 17)

    threads = [threading.Thread(target=use, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 0 <= cache.used <= cache.limit
