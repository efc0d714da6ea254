"""Rows of which each slot is one term, as of most phrases: looked for in articles that have all of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from search.matching.dense import MOST_WORDS, windows_of
from search.matching.matches import is_among
from search.matching.places import (
    article_of,
    common,
    distinct,
    followed,
    per_article,
    places_of,
    windows,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from index.segments.postings import FieldPostings
    from search.matching.numbers import Mask, Numbers
    from search.matching.places import Places

_FEW: Final = 4
"""Of a term that so many times more articles have than are wanted, these are looked up one by one."""

_MOST: Final = 24
"""Where more than one in so many places of a field may be of some terms, these stand almost everywhere."""


class Item(NamedTuple):
    """What fills a slot of a row: a term, in any form, or in those that `forms` has by their numbers."""

    term: int
    forms: Mask | None = None


def with_all(postings: FieldPostings, terms: Sequence[int]) -> tuple[NDArray[np.uint32], dict[int, Numbers]]:
    """Return the articles of a field that have all of some terms, and where in the list of each they are."""
    lists = {term: postings.mapped(term).articles for term in terms}
    first, *others = sorted(lists, key=lambda term: len(lists[term]))
    found = lists[first]
    kept = {first: np.arange(len(found))}
    for term in others:
        articles = lists[term]
        places = articles.searchsorted(found)
        here = (articles.take(places, mode="clip") == found).nonzero()[0] if len(articles) else places[:0]
        found = found.take(here)
        kept = {each: at.take(here) for each, at in kept.items()} | {term: places.take(here)}
    return found, kept


def ends_of(postings: FieldPostings, row: Sequence[Item]) -> Places:
    """Return the places of a field where terms end that stand there next to each other."""
    articles, kept = with_all(postings, [item.term for item in row])
    if not len(articles):
        return np.empty(0, np.int64)
    is_wide = [postings.is_wide(postings.rows.row(item.term)) for item in row]
    # Where a wide term ends that is the last of all is of no matter, so there it is where it begins.
    if not any(is_wide[:-1]):
        return _one_behind_the_other(postings, row, articles, kept)
    ends: Places | None = None
    for item, wide in zip(row, [*is_wide[:-1], False], strict=True):
        ends = followed(ends, _places(postings, item, articles, kept[item.term]), is_wide=wide)
    return np.empty(0, np.int64) if ends is None else ends


def _one_behind_the_other(
    postings: FieldPostings,
    row: Sequence[Item],
    articles: NDArray[np.uint32],
    kept: Mapping[int, Numbers],
) -> Places:
    """Return the same where each term fills one place: the rarest first, the others where it has left any."""
    first, *others = sorted(enumerate(row), key=lambda each: postings.df(each[1].term))
    place, item = first
    starts = _places(postings, item, articles, kept[item.term]) - place
    for place, item in others:
        at = kept[item.term]
        if len(row) > 2:
            is_left = is_among(articles, distinct(article_of(starts)))
            articles, kept = (
                articles.compress(is_left),
                {n: each.compress(is_left) for n, each in kept.items()},
            )
            at = kept[item.term]
        starts = common(starts + place, _places(postings, item, articles, at)) - place
    return starts + (len(row) - 1)


def near(postings: FieldPostings, terms: Sequence[int], width: int, size: int) -> tuple[Numbers, Numbers]:
    """Return the articles where a window of so many places has all of some terms, and how many begin."""
    times = Counter(terms)
    rows = [postings.rows.row(term) for term in times]
    if len(terms) == len(times) <= MOST_WORDS and _stand_everywhere(postings, rows, size):
        return windows_of([postings.standing(row, row + 1) for row in rows], width, size)
    articles, kept = with_all(postings, terms)
    if not len(articles):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    found = [(_places(postings, Item(term), articles, kept[term]), count) for term, count in times.items()]
    return per_article(windows(found, width))


def _stand_everywhere(postings: FieldPostings, rows: Sequence[int], size: int) -> bool:
    """Say whether the terms of some rows may stand together in much of a field of so many articles."""
    having = [last - first for first, last in map(postings.rows.stretch, rows)]
    if not min(having):
        return False
    each = sum(postings.places(row) / count for row, count in zip(rows, having, strict=True))
    # No more articles have all of the terms than have the rarest.
    return min(having) * each * _MOST > postings.average_length * size


def _places(postings: FieldPostings, item: Item, articles: NDArray[np.uint32], kept: Numbers) -> Places:
    """Return where a term stands, at least in some articles, which are in these places of its list."""
    if not len(kept):
        return np.empty(0, np.int64)
    row = postings.rows.row(item.term)
    is_few = len(kept) * _FEW < postings.df(item.term)
    if is_few and item.forms is None:
        counts, positions = postings.positions_at(row, kept)
        return distinct(places_of(articles, counts, positions))
    found = postings.standing_at(row, kept) if is_few else postings.standing(row, row + 1)
    places = places_of(found.articles, found.counts, found.positions)
    if item.forms is not None:
        places = places.compress(item.forms.take(found.forms))
    # The tokens of a compound may overlap, and be of one term.
    return distinct(places)
