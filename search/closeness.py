"""How close the words of a query stand to each other in an article: a soft boost, never a filter.

Articles that hold the words as they were typed next to each other tell more than those in which they lie
scattered (Yeganova and others 2009).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import structs

from search.places import article_of
from search.ranking import rarity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.deadline import Deadline
    from search.lookup import Lookup
    from search.matches import Numbers, Scores
    from search.places import Places
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
    gained = np.zeros(lookup.size, np.float32)
    pairs = [pair for pair in pairwise(zip(words, counts, strict=True)) if pair[0][0] != pair[1][0]]
    for (first, first_count), (second, second_count) in pairs[:_PAIRS]:
        worth = rarity(lookup.size, max(first_count, second_count))
        best = np.zeros(lookup.size, np.float32)
        for field in _FIELDS:
            ones, others = (lookup.places(word, field, wanted) for word in (first, second))
            best[article_of(_followed(ones, others))] = _NEXT
        gained += best * np.float32(worth)
    return gained[articles]


def _followed(ones: Places, others: Places) -> Places:
    """Return the places of one word right before the other."""
    return ones[np.isin(ones + 1, others, assume_unique=True)] if len(ones) and len(others) else ones[:0]


def title_share(lookup: Lookup, words: Sequence[Term], articles: Numbers, deadline: Deadline) -> Scores:
    """Return which share of the title the words of a query are, squared; 0 where one is not there.

    So an article comes first that is asked for by its whole title, also where the title is a common word.
    """
    is_there = np.ones(len(articles), np.bool_)
    for word in words:
        is_there &= lookup.matches(structs.replace(word, fields=("title",)), deadline).at(articles)[0]
    lengths = np.maximum(lookup.lengths("title")[articles], 1).astype(np.float32)
    share = np.minimum(len(words) / lengths, 1)
    return np.where(is_there, share * share, 0).astype(np.float32)
