"""Facets: how many of the hits have each value, and which articles the chosen values leave.

Within a facet any chosen value will do, across facets all must fit. A facet is counted as if nothing were
chosen in it, so that its other values still say what choosing them would add.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property, reduce
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index.schema import FACETS, facet_value, plain
from index.segments.ranges import ranges
from search.matching.matches import highest, spread
from search.results import Facet, FacetValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from index.segments.columns import FacetColumn
    from search.matching.matches import Mask, Matches, Numbers
    from search.request import SearchRequest

Counts = NDArray[np.intp]

SHOWN: Final = 50
"""The values of a facet that are shown at first; more where more are chosen."""

_YEAR: Final = "year"
_IN_ORDER_OF_VALUE: Final = frozenset({_YEAR})
_NO_END: Final = 9_999
_YEARS: Final = 300
"""The years that are shown: all there are, so that they can be drawn."""
_FEW: Final = 10
_STEP: Final = 1.2
_HIGHEST_BLOCK: Final = 64


class Facets:
    """The facets of one generation. May be shared by threads."""

    def __init__(self, columns: Mapping[str, FacetColumn]) -> None:
        """Take the column of each facet."""
        self._counters = {facet.name: Counter(columns[facet.name], facet.value) for facet in FACETS}

    def chosen(self, request: SearchRequest) -> dict[str, Mask]:
        """Return, for each facet with chosen values, which articles of the index have any of them.

        A span of years is a choice in the facet of years, too; where single years are chosen, both must fit.
        """
        return {
            name: reduce(np.logical_and, map(self._counters[name].having, choices))
            for name, choices in self.wanted(request).items()
        }

    def wanted(self, request: SearchRequest) -> dict[str, list[Numbers]]:
        """Return, for each facet with chosen values, the numbers of those that the index has.

        Where there are several lists, an article must have a value of each.
        """
        found = {
            name: [counter.known(wanted)]
            for name, counter in self._counters.items()
            if (wanted := [facet_value(name, value) for value in request.chosen(name)])
        }
        if request.from_year or request.to_year:
            years = self._counters[_YEAR]
            first, last = request.from_year, request.to_year or _NO_END
            span = years.known([value for value in years.values if first <= int(value) <= last])
            found.setdefault(_YEAR, []).append(span)
        return found

    def count(self, matches: Matches, masks: Mapping[str, Mask], request: SearchRequest) -> tuple[Facet, ...]:
        """Return every facet, counted over what matches the query and the choices in other facets."""
        kept = matches.within(masks.values())
        counts = {
            name: counter.count(_counted(name, matches, masks, kept))
            for name, counter in self._counters.items()
        }
        return self.shown(counts, request)

    def shown(self, counts: Mapping[str, Counts], request: SearchRequest) -> tuple[Facet, ...]:
        """Return every facet, given how many articles have each of its values."""
        return tuple(
            self._facet(
                facet.name,
                counts[facet.name],
                request.chosen(facet.name),
                _YEARS if facet.name == _YEAR else SHOWN,
            )
            for facet in FACETS
        )

    def search(
        self, name: str, typed: str, matches: Matches, masks: Mapping[str, Mask], *, size: int = SHOWN
    ) -> Facet:
        """Return the values of a facet with a word that starts as typed, counted as `count` does.

        Of those that any hit has the most frequent `size` are given; `distinct` says how many there are.
        """
        counter = self._counters[name]
        counts = counter.count(_counted(name, matches, masks, matches.within(masks.values())))
        return self.fitting(name, typed, counts, size=size)

    def fitting(self, name: str, typed: str, counts: Counts, *, size: int = SHOWN) -> Facet:
        """Return what `search` does, given how many articles have each value."""
        counter = self._counters[name]
        fitting = np.zeros_like(counts)
        numbers = counter.numbers_of(typed)
        fitting[numbers] = counts[numbers]
        return self._facet(name, fitting, (), size)

    def _facet(self, name: str, counts: Counts, chosen: tuple[str, ...], size: int) -> Facet:
        """Return a facet's values to show. A chosen one is shown even where no hit has it."""
        counter = self._counters[name]
        wanted = {facet_value(name, value): value for value in chosen}
        first = [number for number in map(counter.number, wanted) if number >= 0 and counts[number]]
        is_by_value = name in _IN_ORDER_OF_VALUE
        first.sort(key=lambda number: number if is_by_value else (-counts[number], number))
        # Of the best there may be chosen ones, which stand in front already.
        room = size + len(first)
        best = np.flatnonzero(counts)[::-1][:room] if is_by_value else highest(counts, room)
        rest = [number for number in best.tolist() if number not in first][: max(0, size - len(first))]
        numbers = first + rest
        times = counts[np.array(numbers, np.intp)].tolist()
        shown = [
            FacetValue(counter.values[number], counter.labels[number], count, is_chosen=place < len(first))
            for place, (number, count) in enumerate(zip(numbers, times, strict=True))
        ]
        known = {each.value for each in shown} if wanted else frozenset[str]()
        missing = [
            FacetValue(value, typed, 0, is_chosen=True)
            for value, typed in wanted.items()
            if value not in known
        ]
        values = missing + shown
        if is_by_value:
            # A chosen year stays in its place; to move it would make the order of all a riddle.
            values.sort(key=lambda each: each.value, reverse=True)
        title = next(facet.title for facet in FACETS if facet.name == name)
        return Facet(
            name=name,
            title=title,
            values=tuple(values),
            distinct=int(np.count_nonzero(counts)) + len(missing),
        )


class Counter:
    """The values of one facet, and the articles that have each."""

    def __init__(self, column: FacetColumn, value: Callable[[str], str] = plain) -> None:
        self._value = value
        self.values = column.values
        self.labels = column.labels
        self._ids = column.ids
        self._column = column
        self._articles = len(column.starts) - 1
        self._starts: Numbers = column.starts.astype(np.intp)
        self._totals: Counts = np.diff(column.owner_starts).astype(np.intp)

    @cached_property
    def _text(self) -> str:
        return "\n".join(self.values)

    @cached_property
    def _text_starts(self) -> Numbers:
        lengths = [len(value) + 1 for value in self.values]
        return np.cumsum([0, *lengths])[:-1]

    @cached_property
    def _blocks(self) -> list[tuple[Numbers, Numbers]]:
        """Values that about as many articles have, as a block: the values, and a column of articles for each.

        Shorter columns are filled up with the number of an article that never matches. To add up a block row
        by row takes half the time that it takes to add up rare values one by one.
        """
        owners, starts = self._column.owners, self._column.owner_starts
        totals = self._totals
        blocks = []
        lowest = 1
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
        return blocks

    @cached_property
    def _frequent(self) -> tuple[Numbers, Numbers, Numbers]:
        """The values in no block, their articles one after the other, and where those of each start."""
        totals = self._totals
        is_left = totals > 0
        for blocked, _ in self._blocks:
            is_left[blocked] = False
        values = np.flatnonzero(is_left)
        starts = self._column.owner_starts[values]
        first = np.cumsum(totals[values]) - totals[values]
        return values, self._column.owners[ranges(starts, totals[values])].astype(np.intp), first

    def number(self, value: str) -> int:
        """Return the number of a value; -1 where no article has it."""
        place = bisect_left(self.values, value)
        return place if place < len(self.values) and self.values[place] == value else -1

    def numbers_of(self, typed: str) -> Numbers:
        """Return the values with a word that starts as typed, in order."""
        if not self.values or not typed.strip():
            return np.arange(len(self.values))
        found = re.finditer(rf"(?<!\w){re.escape(self._value(typed))}", self._text)
        places = np.fromiter((match.start() for match in found), np.intp)
        return np.unique(np.searchsorted(self._text_starts, places, "right") - 1)

    def known(self, values: Iterable[str]) -> Numbers:
        """Return the numbers of those of some values that any article has."""
        return np.array([number for number in map(self.number, values) if number >= 0], np.intp)

    def having(self, values: Numbers) -> Mask:
        """Return which articles have any of some values, given by number."""
        mask = np.zeros(self._articles, np.bool_)
        for number in values.tolist():
            mask[self._column.holders(number)] = True
        return mask

    def count(self, matches: Matches) -> Counts:
        """Return how many of the matches have each value."""
        if matches.count * _FEW < self._articles:
            numbers = matches.numbers()
            starts, ends = self._starts[numbers], self._starts[numbers + 1]
            return np.bincount(self._ids[ranges(starts, ends - starts)], minlength=len(self.values))
        if (self._articles - matches.count) * _FEW < self._articles:
            return self._totals - self.count(spread(~matches.mask()))
        mask = np.append(matches.mask(), False).view(np.uint8)
        counts = np.zeros(len(self.values), np.intp)
        for values, articles in self._blocks:
            counts[values] = mask[articles].sum(axis=0, dtype=np.uint8)
        values, articles, starts = self._frequent
        if len(values):
            counts[values] = np.add.reduceat(mask[articles], starts, dtype=np.uint32)
        return counts


def _counted(name: str, matches: Matches, masks: Mapping[str, Mask], kept: Matches) -> Matches:
    """Return what to count a facet over: the choices in other facets leave it."""
    return matches.within(mask for other, mask in masks.items() if other != name) if name in masks else kept
