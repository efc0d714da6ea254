"""The postings of many terms at once: those next to each other in a lexicon lie so in a segment, too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index.ranges import ranges
from search.places import Places, distinct, likely, places_of, united

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from index.postings import FieldPostings, Impacts, Rows
    from search.looks import Look
    from search.matches import Mask, Numbers, Scores


class Occurrences(NamedTuple):
    """Where a look stands in a field, and whether any of it is a wide token, in several places in a row."""

    places: Places
    is_wide: bool


def impacts_of(impacts: Impacts, terms: Numbers) -> tuple[Numbers, Scores]:
    """Return the articles of all of these terms, in order of number only within each, and their weights."""
    rows = impacts._rows  # noqa: SLF001 - the arrays are handed out for one term at a time only
    found = [slice(int(rows.offsets[low]), int(rows.offsets[high])) for low, high in _stretches(rows, terms)]
    articles = _joined([impacts._articles[each] for each in found])  # noqa: SLF001 - the same
    weights = _joined([impacts._weights[each] for each in found])  # noqa: SLF001 - the same
    return articles.astype(np.intp), weights.astype(np.float32)


def frequencies_of(field: FieldPostings, terms: Numbers) -> tuple[Numbers, Scores]:
    """Return the articles of all of these terms, in order of number only within each, and how often."""
    rows = field._rows  # noqa: SLF001 - the same
    found = [slice(int(rows.offsets[low]), int(rows.offsets[high])) for low, high in _stretches(rows, terms)]
    articles = _joined([field._articles[each] for each in found])  # noqa: SLF001 - the same
    frequencies = _joined([field._frequencies[each] for each in found])  # noqa: SLF001 - the same
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


def holders(field: FieldPostings, look: Look) -> Numbers:
    """Return the articles with any term of a look, in any form; not in order, and some more than once."""
    some = [field.postings(term).articles for term, _ in look.some]
    return _joined([frequencies_of(field, look.whole)[0], *some]).astype(np.intp)


def occurrences(field: FieldPostings, look: Look, wanted: Mask, among: Places | None = None) -> Occurrences:
    """Return where a look stands: in the wanted articles, among some places if any are given, or more."""
    found = [
        _places(field, low, high, wanted, among=among)
        for low, high in _stretches(field._rows, look.whole)  # noqa: SLF001 - the same
    ]
    for term, forms in look.some:
        row = field._rows.row(term)  # noqa: SLF001 - the same
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
    first, last = (int(field._rows.offsets[row]) for row in (low, high))  # noqa: SLF001 - the same
    articles = field._articles[first:last].astype(np.intp)  # noqa: SLF001 - the same
    counts = field._frequencies[first:last].astype(np.intp)  # noqa: SLF001 - the same
    more_from, more_to = np.searchsorted(field._more_at, (first, last))  # noqa: SLF001 - the same
    counts[field._more_at[more_from:more_to].astype(np.intp) - first] += field._more[more_from:more_to]  # noqa: SLF001 - the same
    inside = slice(*(int(field._place_offsets[row]) for row in (low, high)))  # noqa: SLF001 - the same
    positions, written = field._places[inside], field._forms[inside]  # noqa: SLF001 - the same
    kept = np.flatnonzero(wanted[articles])
    if len(kept) * 2 < len(articles):
        chosen = ranges(np.cumsum(counts)[kept] - counts[kept], counts[kept])
        articles, counts, positions = articles[kept], counts[kept], positions[chosen]
        written = written[chosen] if forms is not None else written
    places = places_of(articles, counts, positions)
    if forms is not None:
        places = places[forms[written]]
    if high > low + 1:
        places = np.sort(places if among is None else likely(places, among), kind="stable")
    # The tokens of a compound may overlap, and be of one term.
    return Occurrences(distinct(places), bool(more_to > more_from))


def _stretches(rows: Rows, terms: Numbers) -> Iterator[tuple[int, int]]:
    """Yield the rows of terms, those of terms next to each other as one stretch."""
    numbers = rows._numbers  # noqa: SLF001 - the same
    stretches = [terms] if len(terms) else []
    if len(terms) > 1:
        stretches = np.split(terms, np.flatnonzero(np.diff(terms) > 1) + 1)
    for stretch in stretches:
        low, high = int(stretch[0]), int(stretch[-1]) + 1
        if len(numbers):
            low, high = (int(each) for each in np.searchsorted(numbers, (low, high)))
        high = min(high, len(rows.offsets) - 1)
        if low < high:
            yield low, high


def _joined(parts: list[NDArray[Any]]) -> NDArray[Any]:
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty(0, np.intp)
