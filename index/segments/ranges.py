"""Many ranges of numbers at once, without a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


def ranges(starts: NDArray[Any], counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return so many numbers in a row from each start on, as one array."""
    ends = np.cumsum(counts, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    return np.repeat(starts - (ends - counts), counts) + np.arange(total, dtype=np.int64)


def distinct(numbers: NDArray[Any]) -> NDArray[Any]:
    """Return each number once, in order. `np.unique` hashes them first: of many, that is far slower."""
    ordered = np.sort(numbers)
    return ordered[changes(ordered)]


def changes(ordered: NDArray[Any]) -> NDArray[np.bool_]:
    """Return for each number in order whether it is another than the one before."""
    is_new = np.ones(len(ordered), dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=is_new[1:])
    return is_new


def among(ordered: NDArray[Any], values: Sequence[int] | NDArray[Any]) -> NDArray[np.intp]:
    """Return how many of some integers in order come before each value; all fit the type of the first.

    Compared in that type: of another, all those in order would be copied first, however few the values.
    """
    return ordered.searchsorted(np.asarray(values).astype(ordered.dtype))


def borders(counts: NDArray[Any]) -> NDArray[np.int64]:
    """Return where stretches of these lengths start, and at last where all end."""
    found = np.zeros(len(counts) + 1, dtype=np.int64)
    np.cumsum(counts, dtype=np.int64, out=found[1:])
    return found
