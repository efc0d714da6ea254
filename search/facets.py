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

from index.schema import FACETS, facet_value, plain
from search.counting import Counting, Counts, Found, best_of_each, found_in
from search.results import Facet, FacetValue

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from index.segments.columns import FacetColumn
    from search.matching.matches import Matches
    from search.matching.numbers import Mask, Numbers
    from search.request import SearchRequest

SHOWN: Final = 50
"""The values of a facet that are shown at first; more where more are chosen."""

_YEAR: Final = "year"
_NO_END: Final = 9_999
_YEARS: Final = 300
"""The years that are shown: all there are, so that they can be drawn."""
_TITLES: Final = {facet.name: facet.title for facet in FACETS}


class Facets:
    """The facets of one generation. May be shared by threads."""

    def __init__(self, columns: Mapping[str, FacetColumn]) -> None:
        """Take the column of each facet."""
        self._counters = {facet.name: Counter(columns[facet.name], facet.value) for facet in FACETS}
        self._all = Counting([columns[facet.name] for facet in FACETS])

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
        found = dict(zip(self._counters, self._all.split(self._all.found(kept)), strict=True))
        for name in masks:
            found[name] = self._counters[name].found(_counted(name, matches, masks, kept))
        return self._shown(found, request)

    def shown(self, counts: Mapping[str, Counts], request: SearchRequest) -> tuple[Facet, ...]:
        """Return every facet, given how many articles have each of its values."""
        return self._shown({name: found_in(each) for name, each in counts.items()}, request)

    def _shown(self, found: Mapping[str, Found], request: SearchRequest) -> tuple[Facet, ...]:
        best = best_of_each([found[name] for name in self._counters], SHOWN)
        return tuple(
            self._facet(name, found[name], best_of, _YEARS if name == _YEAR else SHOWN, request.chosen(name))
            for name, best_of in zip(self._counters, best, strict=True)
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
        found = found_in(fitting)
        return self._facet(name, found, best_of_each([found], size)[0], size)

    def _facet(
        self,
        name: str,
        found: Found,
        best: Sequence[tuple[int, int]],
        size: int,
        chosen: tuple[str, ...] = (),
    ) -> Facet:
        """Return what to show of a facet, given the values that were found, and the best of them with counts.

        A chosen one is shown even where no hit has it.
        """
        counter, missing, first = self._counters[name], list[FacetValue](), list[tuple[int, int]]()
        every, labels = counter.values, counter.labels
        if name == _YEAR:
            best = _latest(found, size)
        if chosen:
            wanted = {facet_value(name, value): value for value in chosen}
            first = _among(found, list(map(counter.number, wanted)))
            known = {every[number] for number, _ in first}
            missing = [
                FacetValue(value, wanted[value], 0, is_chosen=True) for value in wanted if value not in known
            ]
            best = [each for each in best if each not in first]
        values = missing + [
            FacetValue(every[number], labels[number], count, is_chosen=True) for number, count in first
        ]
        values += [
            FacetValue(every[number], labels[number], count)
            for number, count in best[: max(0, size - len(first))]
        ]
        if name == _YEAR and chosen:
            # A chosen year stays in its place; to move it would make the order of all a riddle.
            values.sort(key=lambda each: each.value, reverse=True)
        return Facet(
            name=name,
            title=_TITLES[name],
            values=tuple(values),
            distinct=len(found.values) + len(missing),
        )


class Counter:
    """The values of one facet, and the articles that have each."""

    def __init__(self, column: FacetColumn, value: Callable[[str], str] = plain) -> None:
        self._value = value
        self.values = column.values
        self.labels = column.labels
        self._column = column
        self._articles = len(column.starts) - 1
        self._counting = Counting([column])

    @cached_property
    def _text(self) -> str:
        return "\n".join(self.values)

    @cached_property
    def _text_starts(self) -> Numbers:
        lengths = [len(value) + 1 for value in self.values]
        return np.cumsum([0, *lengths])[:-1]

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
        return self._counting.count(matches)

    def found(self, matches: Matches) -> Found:
        """Return the values that any of the matches has, and how many have each."""
        return self._counting.found(matches)


def _among(found: Found, wanted: list[int]) -> list[tuple[int, int]]:
    """Return those of some values that were found with their counts, the most frequent first."""
    kept = np.flatnonzero(np.isin(found.values, wanted))
    return best_of_each([Found(found.values[kept], found.times[kept])], len(wanted))[0]


def _latest(found: Found, size: int) -> list[tuple[int, int]]:
    """Return the last values in order with their counts, the last first, at most `size`."""
    values, times = found.values[::-1][:size], found.times[::-1][:size]
    return list(zip(values.tolist(), times.tolist(), strict=True))


def _counted(name: str, matches: Matches, masks: Mapping[str, Mask], kept: Matches) -> Matches:
    """Return what to count a facet over: the choices in other facets leave it."""
    return matches.within(mask for other, mask in masks.items() if other != name) if name in masks else kept
