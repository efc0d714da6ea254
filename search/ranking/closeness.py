"""How close the words of a query stand to each other in an article: a soft boost, never a filter.

Articles that hold the words as they were typed next to each other tell more than those in which they lie
scattered (Yeganova and others 2009).
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from search.matching.places import article_of
from search.matching.weights import rarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.deadline import Deadline
    from search.matching.lookup import Lookup
    from search.matching.numbers import Mask, Numbers, Scores
    from search.matching.places import Places
    from search.query import Term

_NEXT: Final = 0.06
_PAIRS: Final = 8


def closeness(
    lookup: Lookup, words: Sequence[Term], counts: Sequence[int], articles: Numbers, deadline: Deadline
) -> Scores:
    """Return what these articles gain by pairs of words that were typed next to each other.

    `counts` tells in how many articles each word is. A pair in a row gains a small share of what the less
    telling of its words is worth; measured on judged questions, a larger share and a wider window lose.
    Raises TooLate if the deadline passes before.
    """
    ordered = np.sort(articles)
    gained = np.zeros(len(ordered), np.float32)
    holds = cache(lambda word: lookup.holds(word, "title", ordered, deadline))
    places = cache(lambda word: lookup.places(word, "abstract", ordered))
    pairs = [pair for pair in pairwise(zip(words, counts, strict=True)) if pair[0][0] != pair[1][0]]
    for (first, first_count), (second, second_count) in pairs[:_PAIRS]:
        is_met = _met(places(first), places(second), ordered)
        # Few titles hold both words.
        titled = ordered.compress(holds(first) & holds(second))
        if len(titled):
            ends, others = (lookup.places(word, "title", titled) for word in (first, second))
            is_met |= _met(ends, others, ordered)
        gained += is_met * np.float32(_NEXT * rarity(lookup.size, max(first_count, second_count)))
    return gained.take(ordered.searchsorted(articles))


def _met(ends: Places, places: Places, ordered: Numbers) -> Mask:
    """Return for each of some articles, in order, whether a word stands there right behind another."""
    is_met = np.zeros(len(ordered), np.bool_)
    if len(ends) and len(places):
        behind = ends + 1
        at = places.searchsorted(behind)
        at[at == len(places)] = 0
        met = article_of(behind.compress(places.take(at) == behind))
        at = ordered.searchsorted(met)
        at[at == len(ordered)] = 0
        is_met[at.compress(ordered.take(at) == met)] = True
    return is_met


def title_share(lookup: Lookup, words: Sequence[Term], articles: Numbers, deadline: Deadline) -> Scores:
    """Return which share of the title the words of a query are, squared; 0 where one is not there.

    So an article comes first that is asked for by its whole title, also where the title is a common word.
    """
    share = np.zeros(len(articles), np.float32)
    places, left = np.arange(len(articles)), articles
    for word in words:
        having = lookup.holds(word, "title", left, deadline).nonzero()[0]
        if not len(having):
            return share
        places, left = places.take(having), left.take(having)
    lengths = np.maximum(lookup.lengths("title").take(left), 1).astype(np.float32)
    share[places] = np.minimum(len(words) / lengths, 1) ** 2
    return share
