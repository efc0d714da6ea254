"""The fourth pass of a build: the postings of all runs become those of the segment, some terms at a time.

Runs hold articles one after another, so the postings of a term are those of each run in turn.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index.building.invert import Inverted
from index.building.settle import inverted_path
from index.schema import ANALYZED, FIELDS, Kind
from index.segments.arrays import SUFFIX, Writing, load, save
from index.segments.impacts import share, summed
from index.segments.ranges import borders, ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from index.segments.arrays import Array


class Stretch(Struct, frozen=True, kw_only=True):
    """Terms of a kind from number `first` up to, but without, `end`, to be merged as one task.

    `runs` are numbers of runs and their first articles, in order; `averages` the mean lengths of fields.
    """

    number: int
    kind: Kind
    first: int
    end: int
    runs: tuple[tuple[int, int], ...]
    averages: dict[str, float]


class _Part(Struct, frozen=True):
    """What one run has of a stretch: its postings, which of them, and of which terms, from 0 on."""

    run: Inverted
    start: int
    first: int
    end: int
    terms: NDArray[np.int64]

    def within(self, starts: NDArray[np.uint32]) -> slice:
        """Return which part of an array the terms have, whose stretches start there."""
        return slice(int(starts[self.first]), int(starts[self.end]))

    def counts(self, starts: NDArray[np.uint32]) -> NDArray[np.int64]:
        """Return how many each term has in an array, whose stretches start there."""
        ends = starts[self.first : self.end + 1].astype(np.int64)
        return ends[1:] - ends[:-1]


def merge(folder: Path, scratch: Path, stretch: Stretch) -> None:
    """Merge a stretch of terms in every field of its kind; raises OSError."""
    runs = [(start, load(inverted_path(scratch, number))) for number, start in stretch.runs]
    weighted = []
    for field in FIELDS:
        if field.kind is stretch.kind:
            parts = [_part(inverted_of(arrays, field.name), start, stretch) for start, arrays in runs]
            path = folder / f"field-{field.name}{SUFFIX}"
            counts, articles, frequencies = _merge_field(path, parts, stretch.end - stretch.first)
            if field.weight and stretch.kind in ANALYZED and len(articles):
                shares = share(field.weight, load(path)["lengths"], stretch.averages[field.name])
                terms = np.repeat(np.arange(len(counts)), counts)
                weighted.append((terms, articles, frequencies * shares[articles]))
    if stretch.kind in ANALYZED:
        counts, articles, weights = summed(weighted, stretch.end - stretch.first)
        everywhere: dict[str, Array] = {"counts": counts, "articles": articles, "weights": weights}
        save(everywhere_path(scratch, stretch.number), everywhere)


def everywhere_path(scratch: Path, number: int) -> Path:
    """Return the file of the list of all fields that comes of a stretch."""
    return scratch / f"everywhere-{number:05}{SUFFIX}"


def inverted_of(arrays: dict[str, Array], field: str) -> Inverted:
    """Return the postings of a field out of the file of an inverted run."""
    return Inverted(*(arrays[f"{field}.{part}"] for part in Inverted.__struct_fields__))


def _part(run: Inverted, start: int, stretch: Stretch) -> _Part:
    first, end = (int(each) for each in np.searchsorted(run.terms, (stretch.first, stretch.end)))
    return _Part(run, start, first, end, run.terms[first:end].astype(np.int64) - stretch.first)


def _merge_field(
    path: Path, parts: Sequence[_Part], terms: int
) -> tuple[NDArray[np.int64], NDArray[np.uint32], NDArray[np.uint32]]:
    """Write the stretch of a field; return how many postings each term has, articles and frequencies."""
    base = sum(int(part.run.starts[part.first]) for part in parts)
    counts = _total(parts, "starts", terms)
    size = int(counts.sum())
    articles, frequencies = np.empty(size, np.uint32), np.empty(size, np.uint32)
    more_at, more = [np.empty(0, np.int64)], [np.empty(0, np.int64)]
    for part, into in _destinations(parts, "starts", counts):
        of_part = part.within(part.run.starts)
        articles[into] = part.run.articles[of_part] + np.uint32(part.start)
        frequencies[into] = part.run.frequencies[of_part]
        further = slice(*np.searchsorted(part.run.more_at, (of_part.start, of_part.stop)))
        more_at.append(base + into[part.run.more_at[further].astype(np.int64) - of_part.start])
        more.append(part.run.more[further].astype(np.int64))
    at = np.concatenate(more_at)
    order = np.argsort(at)
    before = sum(int(np.searchsorted(part.run.more_at, part.run.starts[part.first])) for part in parts)
    with Writing(path) as file:
        file.put("articles", base, articles)
        file.put("frequencies", base, frequencies)
        file.put("more_at", before, at[order])
        file.put("more", before, np.concatenate(more)[order])
        _merge_places(file, parts, terms)
    return counts, articles, frequencies


def _merge_places(file: Writing, parts: Sequence[_Part], terms: int) -> None:
    counts = _total(parts, "place_starts", terms)
    size = int(counts.sum())
    places, forms = np.empty(size, np.uint32), np.empty(size, np.uint8)
    for part, into in _destinations(parts, "place_starts", counts):
        of_part = part.within(part.run.place_starts)
        places[into] = part.run.places[of_part]
        forms[into] = part.run.forms[of_part]
    base = sum(int(part.run.place_starts[part.first]) for part in parts)
    file.put("places", base, places)
    file.put("forms", base, forms)


def _total(parts: Sequence[_Part], starts: str, terms: int) -> NDArray[np.int64]:
    """Return how many each term has in all runs."""
    total = np.zeros(terms, np.int64)
    for part in parts:
        total[part.terms] += part.counts(getattr(part.run, starts))
    return total


def _destinations(
    parts: Sequence[_Part], starts: str, counts: NDArray[np.int64]
) -> Iterator[tuple[_Part, NDArray[np.int64]]]:
    """Yield each run that has any of the terms, with where each of its numbers goes."""
    free = borders(counts)[:-1]
    for part in parts:
        if part.end > part.first:
            of_part = part.counts(getattr(part.run, starts))
            into = ranges(free[part.terms], of_part)
            free[part.terms] += of_part
            yield part, into
