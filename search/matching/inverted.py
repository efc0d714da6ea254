"""The postings of many terms at once: those next to each other in a lexicon lie so in a segment, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.segments.postings import Standing
from index.segments.ranges import changes, ranges
from search.matching.places import Places, distinct, likely, places_of, united

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.segments.postings import FieldPostings, Impacts
    from search.matching.looks import Look
    from search.matching.numbers import Mask, Numbers, Scores

_FEW: Final = 4
"""Of a term that so many times more articles have than are wanted, these are looked up one by one."""


Frequencies = tuple["Numbers", "Scores"]
"""Articles, each once, and how often something stands there, by the weight and length of the field."""


class Occurrences(NamedTuple):
    """Where a look stands in a field, and whether any of it is a wide token, in several places in a row."""

    places: Places
    is_wide: bool


def impacts_of(impacts: Impacts, terms: Numbers) -> tuple[Numbers, Scores]:
    """Return the articles of all of these terms, in order of number only within each, and their weights."""
    articles, weights = impacts.all_postings(terms)
    return articles.astype(np.intp), weights.astype(np.float32)


def frequencies_of(field: FieldPostings, terms: Numbers) -> tuple[Numbers, Scores]:
    """Return the articles of all of these terms, in order of number only within each, and how often."""
    articles, frequencies = field.all_postings(terms)
    return articles.astype(np.intp), frequencies.astype(np.float32)


def form_frequencies(field: FieldPostings, term: int, forms: Mask) -> tuple[Numbers, Scores]:
    """Return the articles with a term in some of its forms, ascending, and how often.

    Of the frequency of the term that is the share of its places in which one of the forms stands.
    """
    articles, frequencies = field.postings(term)
    starts, _, found = field.positions(term)
    if not len(articles):
        return articles.astype(np.intp), frequencies.astype(np.float32)
    fitting = np.add.reduceat(forms[found], starts[:-1].astype(np.intp), dtype=np.float32)
    has_any = fitting > 0
    shares = fitting / np.diff(starts)
    return articles[has_any].astype(np.intp), (frequencies * shares)[has_any].astype(np.float32)


def summed(parts: Sequence[Frequencies], size: int) -> Frequencies:
    """Return the sum of frequencies; in each part articles may come in any order, and more than once."""
    parts = [part for part in parts if len(part[0])]
    if not parts:
        return np.empty(0, np.intp), np.empty(0, np.float32)
    if len(parts) == 1 and _is_ascending(parts[0][0]):
        return parts[0]
    numbers = np.concatenate([part[0] for part in parts])
    frequencies = np.concatenate([part[1] for part in parts])
    if len(numbers) * 8 < size:
        # Each part is in order of number, or a few such one after the other: a stable sort makes use of that.
        order = numbers.argsort(kind="stable")
        numbers = numbers.take(order)
        starts = changes(numbers).nonzero()[0]
        total = np.add.reduceat(frequencies.take(order), starts, dtype=np.float64)
        return numbers.take(starts), total.astype(np.float32)
    mask = np.zeros(size, np.bool_)
    mask[numbers] = True
    total = np.bincount(numbers, weights=frequencies, minlength=size)
    numbers = mask.nonzero()[0]
    return numbers, total.take(numbers).astype(np.float32)


def holders(field: FieldPostings, look: Look) -> Numbers:
    """Return the articles with any term of a look, in any form; not in order, and some more than once."""
    some = [field.postings(term).articles for term, _ in look.some]
    return np.concatenate([field.all_postings(look.whole)[0], *some]).astype(np.intp)


def occurrences(field: FieldPostings, look: Look, wanted: Mask, among: Places | None = None) -> Occurrences:
    """Return where a look stands: in the wanted articles, among some places if any are given, or more."""
    found = [_places(field, low, high, wanted, among=among) for low, high in field.rows.runs(look.whole)]
    for term, forms in look.some:
        row = field.rows.row(term)
        if row >= 0:
            found.append(_places(field, row, row + 1, wanted, forms=forms))
    parts = [each.places for each in found if len(each.places)]
    return Occurrences(united(parts), any(each.is_wide for each in found))


def _places(
    field: FieldPostings,
    low: int,
    high: int,
    wanted: Mask,
    *,
    forms: Mask | None = None,
    among: Places | None = None,
) -> Occurrences:
    """Return the places of the terms in rows next to each other, in order."""
    articles, counts, positions, written, is_wide = _standing(field, low, high, wanted)
    places = places_of(articles, counts, positions)
    if forms is not None:
        places = places[forms[written]]
    if high > low + 1:
        places = np.sort(places if among is None else likely(places, among), kind="stable")
    # The tokens of a compound may overlap, and be of one term.
    return Occurrences(distinct(places), is_wide)


def _standing(field: FieldPostings, low: int, high: int, wanted: Mask) -> Standing:
    """Return where the terms of some rows stand, at least in the wanted articles."""
    having = int(field.rows.offsets[high]) - int(field.rows.offsets[low])
    if high == low + 1 and np.count_nonzero(wanted) * _FEW < having:
        return field.standing_in(low, np.flatnonzero(wanted))
    found = field.standing(low, high)
    kept = np.flatnonzero(wanted[found.articles])
    if len(kept) * 2 >= having:
        return found
    counts = found.counts[kept]
    chosen = ranges(np.cumsum(found.counts)[kept] - counts, counts)
    return Standing(
        found.articles[kept], counts, found.positions[chosen], found.forms[chosen], is_wide=found.is_wide
    )


def _is_ascending(numbers: Numbers) -> bool:
    return bool((numbers[1:] > numbers[:-1]).all())
