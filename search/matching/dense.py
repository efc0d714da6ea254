"""Words near each other where they stand in most places: a byte for every place, a bit for every word.

As many places lie side by side as all articles have, so that a window is looked at in all of them at once:
it holds the bits of the places that it covers.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from index.segments.postings import Standing
from index.segments.ranges import borders, distinct

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from search.matching.numbers import Mask, Numbers

MOST_WORDS: Final = 8
"""The bits of a byte."""

_AT_ONCE: Final = 1 << 20
"""Places that are looked at together: so many stay near the processor."""


def windows_of(words: Sequence[Standing], width: int, size: int) -> tuple[Numbers, Numbers]:
    """Return the articles where all words stand in a window of so many places, and how often one begins.

    A window begins with the place of a word, as in `places.windows`. There are no more than MOST_WORDS, of
    `size` articles.
    """
    starts = _side_by_side(words, width, size)
    edges = distinct(np.append(starts[:-1].searchsorted(np.arange(0, starts[-1], _AT_ONCE)), size))
    lows = starts.take(edges)
    room = np.empty((2, int(np.diff(lows).max(initial=0))), np.uint8)
    counts = np.zeros(size, np.intp)
    stretches = zip(*(_cut(each, edges) for each in words), strict=True)
    for here, (low, high) in zip(stretches, pairwise(lows.tolist()), strict=True):
        lines = [np.repeat(starts.take(each.articles) - low, each.counts) for each in here]
        for line, each in zip(lines, here, strict=True):
            np.add(line, each.positions, out=line)
        for each, begins in zip(here, _begun(lines, room[:, : high - low], width), strict=True):
            so_far = np.cumsum(begins, dtype=np.int32).take(np.cumsum(each.counts) - 1)
            counts[each.articles] += np.diff(so_far, prepend=0)
    articles = counts.nonzero()[0]
    return articles, counts.take(articles)


def _cut(word: Standing, edges: Numbers) -> Iterator[Standing]:
    """Yield where a word stands in the articles from each edge up to the next."""
    ends = borders(word.counts)
    for low, high in pairwise(word.articles.searchsorted(edges).tolist()):
        inside = slice(int(ends[low]), int(ends[high]))
        yield Standing(
            word.articles[low:high],
            word.counts[low:high],
            word.positions[inside],
            word.forms[inside],
            word.is_wide,
        )


def _side_by_side(words: Sequence[Standing], width: int, size: int) -> Numbers:
    """Return where the places of each article start, and at last where all end: none share a window."""
    extents = np.zeros(size, np.int64)
    for each in words:
        ends = each.positions.take(np.cumsum(each.counts) - 1).astype(np.int64) + width
        extents[each.articles] = np.maximum(extents.take(each.articles), ends)
    return borders(extents)


def _begun(lines: Sequence[Numbers], room: NDArray[np.uint8], width: int) -> Iterator[Mask]:
    """Yield for each word in which of its places a window begins that has all words.

    What is the place of several, or of one word more than once, counts for the first. `room` is for two bytes
    a place.
    """
    reached, other = room
    reached.fill(0)
    firsts: list[Mask | None] = []
    for n, line in enumerate(lines):
        known = reached.take(line)
        is_first = known == 0
        is_first[1:] &= line[1:] != line[:-1]
        firsts.append(None if is_first.all() else is_first)
        known |= 1 << n
        reached[line] = known
    reach = 1
    while reach < width:
        step = min(reach, width - reach)
        # What is written is not what is read: of an array that is both, NumPy makes a copy first.
        np.bitwise_or(reached[:-step], reached[step:], out=other[:-step])
        other[-step:] = reached[-step:]
        reached, other = other, reached
        reach += step
    whole = (1 << len(lines)) - 1
    for line, is_first in zip(lines, firsts, strict=True):
        found = reached.take(line) == whole
        yield found if is_first is None else found & is_first
