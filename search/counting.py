"""How many of some articles have each value: of one facet, or of all facets counted at once.

The values of several columns count as those of one: those of the first, then those of the second, and so on.
"""

from __future__ import annotations

from functools import cached_property
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.segments.ranges import borders, ranges
from search.matching.matches import spread

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.segments.columns import FacetColumn
    from search.matching.matches import Matches
    from search.matching.numbers import Numbers

Counts = NDArray[np.intp]

_FEW: Final = 10
_SPARSE: Final = 20
_IN_PIECES: Final = 256
"""So few articles are looked up faster one by one."""

_STEP: Final = 1.2
_HIGHEST_BLOCK: Final = 64


class Found(NamedTuple):
    """The values that any article has, in order of number, and how many articles have each."""

    values: Numbers
    times: Counts


def found_in(counts: Counts) -> Found:
    """Return the values that any article has, given how many have each."""
    # To compare first takes a fifth of the time in which NumPy looks for numbers that are not 0.
    values = np.flatnonzero(counts != 0)
    return Found(values, counts[values])


def best_of_each(found: Sequence[Found], size: int) -> list[list[tuple[int, int]]]:
    """Return of each column the values that most articles have, at most `size`, with their counts.

    The most frequent come first, of those that are as frequent the lowest number.
    """
    kept = [_frequent(each, size) for each in found]
    lengths = [len(each.values) for each in kept]
    times = np.concatenate([each.times for each in kept])
    # All columns are put in order at once: what is of a later one comes later.
    order = np.argsort(
        np.repeat(np.arange(len(kept)), lengths) * (times.max(initial=0) + 1) - times, kind="stable"
    )
    pairs = list(
        zip(
            np.concatenate([each.values for each in kept])[order].tolist(), times[order].tolist(), strict=True
        )
    )
    ends = accumulate(lengths)
    return [pairs[end - length : end][:size] for length, end in zip(lengths, ends, strict=True)]


def _frequent(found: Found, size: int) -> Found:
    """Return the values that are among the most frequent, so many or more where some are as frequent."""
    values, times = found
    if len(times) <= size:
        return found
    # Most are as frequent as many others, and NumPy parts equal ones slowly: it is quicker to count them.
    as_frequent = np.bincount(times)[::-1].cumsum()
    kept = np.flatnonzero(times >= len(as_frequent) - 1 - as_frequent.searchsorted(size))
    return Found(values[kept], times[kept])


def _tallied(ids: NDArray[np.int32]) -> Found:
    """Return the different ones of some values, and how often each is there; the values are put in order."""
    ids.sort()
    is_last = np.empty(len(ids), np.bool_)
    np.not_equal(ids[1:], ids[:-1], out=is_last[:-1])
    is_last[-1:] = True
    ends = is_last.nonzero()[0]
    times = ends.copy()
    times[1:] -= ends[:-1]
    times[:1] += 1
    return Found(ids[ends].astype(np.intp), times)


class Counting:
    """Counts the values of some columns over the same articles. May be shared by threads."""

    def __init__(self, columns: Sequence[FacetColumn]) -> None:
        """Take the columns; what is worked out of them is, when it is first needed."""
        self._columns = columns
        self._articles = len(columns[0].starts) - 1
        self._first = borders(np.array([len(column.values) for column in columns]))
        self._totals: Counts = np.concatenate(
            [np.diff(column.owner_starts).astype(np.intp) for column in columns]
        )

    def found(self, matches: Matches) -> Found:
        """Return the values that any of the matches has."""
        if matches.count * _FEW < self._articles:
            ids = self._ids(matches)
            if len(ids) * _SPARSE < len(self._totals):
                return _tallied(ids)
        return found_in(self.count(matches))

    def split(self, found: Found) -> list[Found]:
        """Return the values of each column, by their numbers in that."""
        cuts = found.values.searchsorted(self._first)
        values = found.values - np.repeat(self._first[:-1], np.diff(cuts))
        return [Found(values[start:end], found.times[start:end]) for start, end in pairwise(cuts.tolist())]

    def count(self, matches: Matches) -> Counts:
        """Return how many of the matches have each value."""
        if matches.count * _FEW < self._articles:
            return np.bincount(self._ids(matches), minlength=len(self._totals))
        if (self._articles - matches.count) * _FEW < self._articles:
            return self._totals - self.count(spread(~matches.mask()))
        mask = np.append(matches.mask(), False).view(np.uint8)
        counts = np.zeros(len(self._totals), np.intp)
        blocks, (values, articles, starts) = self._blocks
        for of_block, rows in blocks:
            counts[of_block] = mask[rows].sum(axis=0, dtype=np.uint8)
        if len(values):
            counts[values] = np.add.reduceat(mask[articles], starts, dtype=np.uint32)
        return counts

    def _ids(self, matches: Matches) -> NDArray[np.int32]:
        """Return the values of all matches, by number: each as often as there are matches that have it."""
        numbers = matches.numbers()
        starts, ids = self._rows
        first, behind = starts.take(numbers), starts.take(numbers + 1)
        if len(numbers) > _IN_PIECES or not len(numbers):
            return ids.take(ranges(first, behind - first))
        rows = zip(first.tolist(), behind.tolist(), strict=True)
        return np.concatenate([ids[start:end] for start, end in rows])

    @cached_property
    def _rows(self) -> tuple[Numbers, NDArray[np.int32]]:
        """Where the values of each article start, and these, article by article, as one array."""
        if len(self._columns) == 1:
            return self._columns[0].starts.astype(np.intp), self._columns[0].ids
        lengths = [np.diff(column.starts) for column in self._columns]
        starts = borders(np.array(lengths).sum(axis=0))
        ids = np.empty(starts[-1], np.int32)
        free = starts[:-1].copy()
        for column, first, counts in zip(self._columns, self._first, lengths, strict=False):
            ids[ranges(free, counts)] = column.ids + np.int32(first)
            free += counts
        return starts, ids

    @cached_property
    def _blocks(self) -> tuple[list[tuple[Numbers, Numbers]], tuple[Numbers, Numbers, Numbers]]:
        """Values that about as many articles have, as blocks: the values, and a column of articles for each.

        Shorter columns are filled up with the number of an article that never matches. To add up a block row
        by row takes half the time that it takes to add up rare values one by one. Those of no block come
        after them: the values, their articles one after the other, and where those of each start.
        """
        owners = np.concatenate([column.owners for column in self._columns])
        totals, starts = self._totals, borders(self._totals)[:-1]
        blocks, lowest = [], 1
        while lowest <= _HIGHEST_BLOCK:
            height = int(lowest * _STEP)
            values = np.flatnonzero((totals >= lowest) & (totals <= height))
            rows = np.arange(height)[:, None]
            places = np.minimum(starts[values] + rows, len(owners) - 1)
            if len(values):
                blocks.append(
                    (values, np.where(rows < totals[values], owners[places].astype(np.intp), self._articles))
                )
            lowest = height + 1
        values = np.flatnonzero(totals >= lowest)
        articles = owners[ranges(starts[values], totals[values])].astype(np.intp)
        return blocks, (values, articles, borders(totals[values])[:-1])
