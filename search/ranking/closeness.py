"""How close the words of a query stand to each other in an article: a soft boost, never a filter.

Articles that hold the words as they were typed next to each other tell more than those in which they lie
scattered (Yeganova and others 2009).
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from search.matching.places import article_of, common
from search.matching.weights import rarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.deadline import Deadline
    from search.matching.lookup import Lookup
    from search.matching.matches import Numbers, Scores
    from search.query import Term

_FIELDS: Final = ("title", "abstract")
_NEXT: Final = 0.06
_PAIRS: Final = 8


def closeness(lookup: Lookup, words: Sequence[Term], counts: Sequence[int], articles: Numbers) -> Scores:
    """Return what these articles gain by pairs of words that were typed next to each other.

    `counts` tells in how many articles each word is. A pair in a row gains a small share of what the
    less telling of its words is worth; measured on judged questions, a larger share and a wider window lose.
    """
    wanted = np.zeros(lookup.size, np.bool_)
    wanted[articles] = True
    ordered = np.sort(articles)
    gained = np.zeros(len(ordered), np.float32)
    places = cache(lambda word, field: lookup.places(word, field, wanted))
    pairs = [pair for pair in pairwise(zip(words, counts, strict=True)) if pair[0][0] != pair[1][0]]
    for (first, first_count), (second, second_count) in pairs[:_PAIRS]:
        worth = rarity(lookup.size, max(first_count, second_count))
        best = np.zeros(len(ordered), np.float32)
        for field in _FIELDS:
            met = article_of(common(places(first, field) + 1, places(second, field)))
            best[np.searchsorted(ordered, met[wanted[met]])] = _NEXT
        gained += best * np.float32(worth)
    return gained[np.searchsorted(ordered, articles)]


def title_share(lookup: Lookup, words: Sequence[Term], articles: Numbers, deadline: Deadline) -> Scores:
    """Return which share of the title the words of a query are, squared; 0 where one is not there.

    So an article comes first that is asked for by its whole title, also where the title is a common word.
    """
    share = np.zeros(len(articles), np.float32)
    places = np.arange(len(articles))
    for word in words:
        places = places[lookup.holds(word, "title", articles[places], deadline)]
        if not len(places):
            return share
    lengths = np.maximum(lookup.lengths("title")[articles[places]], 1).astype(np.float32)
    share[places] = np.minimum(len(words) / lengths, 1) ** 2
    return share
