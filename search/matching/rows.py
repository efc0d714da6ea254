"""Rows of which each slot is one term, as of most phrases: looked for in articles that have all of them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.segments.ranges import among
from search.matching.dense import MOST_WORDS, windows_of
from search.matching.places import distinct, followed, per_article, places_of, windows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.segments.postings import FieldPostings
    from search.matching.numbers import Mask, Numbers
    from search.matching.places import Places

_FEW: Final = 4
"""Of a term that so many times more articles have than are wanted, these are looked up one by one."""

_MOST: Final = 4
"""Where more than one in so many articles must have all terms, these stand almost everywhere."""


class Item(NamedTuple):
    """What fills a slot of a row: a term, in any form, or in those that `forms` has by their numbers."""

    term: int
    forms: Mask | None = None


def with_all(postings: FieldPostings, terms: Sequence[int]) -> dict[int, Numbers]:
    """Return for each of some terms where in its list the articles of a field are that have all of them."""
    lists = {term: postings.mapped(term).articles for term in terms}
    first, *others = sorted(lists, key=lambda term: len(lists[term]))
    found = lists[first]
    kept = {first: np.arange(len(found))}
    for term in others:
        articles = lists[term]
        places = np.minimum(among(articles, found), len(articles) - 1)
        here = (articles.take(places) == found).nonzero()[0] if len(found) else places
        found = found.take(here)
        kept = {each: at.take(here) for each, at in kept.items()} | {term: places.take(here)}
    return kept


def ends_of(postings: FieldPostings, row: Sequence[Item]) -> Places:
    """Return the places of a field where terms end that stand there next to each other."""
    kept = with_all(postings, [item.term for item in row])
    ends: Places | None = None
    for n, item in enumerate(row, 1):
        places, is_wide = _places(postings, item, kept[item.term])
        # Where a wide term ends that is the last of all is of no matter, so there it is where it begins.
        ends = followed(ends, places, is_wide=is_wide and n < len(row))
        if not len(ends):
            break
    return np.empty(0, np.int64) if ends is None else ends


def near(postings: FieldPostings, terms: Sequence[int], width: int, size: int) -> tuple[Numbers, Numbers]:
    """Return the articles where a window of so many places has all of some terms, and how many begin."""
    times = Counter(terms)
    # Those that lack a term are at most as many as lack each of them together.
    least = size - sum(size - postings.df(term) for term in times)
    if least * _MOST > size and len(terms) == len(times) <= MOST_WORDS:
        rows = [postings.rows.row(term) for term in terms]
        return windows_of([postings.standing(row, row + 1) for row in rows], width, size)
    kept = with_all(postings, terms)
    if not len(kept[terms[0]]):
        return np.empty(0, np.intp), np.empty(0, np.intp)
    found = [(_places(postings, Item(term), kept[term])[0], count) for term, count in times.items()]
    return per_article(windows(found, width))


def _places(postings: FieldPostings, item: Item, kept: Numbers) -> tuple[Places, bool]:
    """Return where a term stands, at least in articles of its list, and whether any of it is wide."""
    if not len(kept):
        return np.empty(0, np.int64), False
    row = postings.rows.row(item.term)
    is_few = len(kept) * _FEW < postings.df(item.term)
    found = postings.standing_at(row, kept) if is_few else postings.standing(row, row + 1)
    places = places_of(found.articles, found.counts, found.positions)
    if item.forms is not None:
        places = places.compress(item.forms.take(found.forms))
    # The tokens of a compound may overlap, and be of one term.
    return distinct(places), found.is_wide
