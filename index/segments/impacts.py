"""What an occurrence of a word counts: BM25F's weights, which a word searched everywhere has in a list.

Robertson, Zaragoza and Taylor, "Simple BM25 extension to multiple weighted fields" (2004).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

LENGTH_SHARE: Final = 0.6
"""b: how far a longer text makes a word in it count less."""

_ARTICLE: Final = np.uint64(32)


def share(weight: float, lengths: NDArray[np.uint32], average: float) -> NDArray[np.float32]:
    """Return what one occurrence in a field counts in articles where it has these lengths."""
    relative = lengths.astype(np.float32) / np.float32(average or 1.0)
    return np.float32(weight) / (np.float32(1 - LENGTH_SHARE) + np.float32(LENGTH_SHARE) * relative)


def summed(
    parts: Iterable[tuple[NDArray[Any], NDArray[np.uint32], NDArray[Any]]], terms: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.float16]]:
    """Return one list of what several fields have: postings of each term, and their articles and weights.

    Each part is a field: of each posting the term, from 0 to `terms` - 1, the article and the weight.
    """
    keys, weights = [np.empty(0, np.uint64)], [np.empty(0, np.float32)]
    for numbers, articles, of_field in parts:
        keys.append(numbers.astype(np.uint64) << _ARTICLE | articles)
        weights.append(of_field)
    joined = np.concatenate(keys)
    # A stable order adds up the fields in the same sequence every time, and so to the same last bit.
    order = np.argsort(joined, kind="stable")
    joined, weight = joined[order], np.concatenate(weights)[order]
    starts = np.flatnonzero(np.concatenate(([True], joined[1:] != joined[:-1]))[: len(joined)])
    total = np.add.reduceat(weight, starts) if len(starts) else weight
    found = joined[starts]
    counts = np.bincount((found >> _ARTICLE).astype(np.int64), minlength=terms)
    return counts, found.astype(np.uint32), total.astype(np.float16)
