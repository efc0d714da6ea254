"""Words near each other where they stand in most places: a byte for every place, a bit for every word.

As many places lie side by side as all articles have, so that a window is looked at in all of them at once:
it holds the bits of the places that it covers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from index.segments.ranges import borders

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.segments.postings import Standing
    from search.matching.numbers import Numbers

MOST_WORDS: Final = 8
"""The bits of a byte."""

_AT_ONCE: Final = 1 << 19
"""Places that are looked at together: so many stay near the processor."""


def windows_of(words: Sequence[Standing], width: int, size: int) -> tuple[Numbers, Numbers]:
    """Return the articles where all words stand in a window of so many places, and how often one begins.

    A window begins with the place of a word, as in `places.windows`. There are no more than MOST_WORDS, of
    `size` articles.
    """
    starts = _side_by_side(words, width, size)
    lines = [np.repeat(starts.take(each.articles), each.counts) + each.positions for each in words]
    edges = starts.take(np.unique(starts.searchsorted(np.arange(0, starts[-1], _AT_ONCE))))
    if not len(edges) or edges[-1] < starts[-1]:
        edges = np.append(edges, starts[-1])
    cuts = [line.searchsorted(edges).tolist() for line in lines]
    found = [
        _begun([line[cut[n] : cut[n + 1]] for line, cut in zip(lines, cuts, strict=True)], low, high, width)
        for n, (low, high) in enumerate(pairwise(edges.tolist()))
    ]
    counts = np.diff(np.concatenate([starts[:0], *found]).searchsorted(starts))
    articles = counts.nonzero()[0]
    return articles, counts.take(articles)


def _side_by_side(words: Sequence[Standing], width: int, size: int) -> NDArray[np.integer]:
    """Return where the places of each article start, and at last where all end: none share a window."""
    extents = np.zeros(size, np.int64)
    for each in words:
        ends = each.positions.take(np.cumsum(each.counts) - 1).astype(np.int64) + width
        extents[each.articles] = np.maximum(extents.take(each.articles), ends)
    starts = borders(extents)
    # Half as many bytes are read in half the time.
    return starts.astype(np.int32) if starts[-1] < 1 << 31 else starts


def _begun(lines: Sequence[NDArray[np.integer]], low: int, high: int, width: int) -> NDArray[np.int64]:
    """Return the places from one up to another where a window begins that has all words."""
    bits = np.zeros(high - low, np.uint8)
    bits[lines[0] - low] = 1
    for n, line in enumerate(lines[1:], 1):
        bit = np.zeros(high - low, np.uint8)
        bit[line - low] = 1 << n
        bits |= bit
    covered, reach = bits.copy(), 1
    while reach < width:
        step = min(reach, width - reach)
        covered[:-step] |= covered[step:]
        reach += step
    begins = (covered == (1 << len(lines)) - 1) & (bits > 0)
    found: NDArray[np.int64] = begins.nonzero()[0]
    found += low
    return found
