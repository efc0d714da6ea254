"""How close the words of a query stand to each other in an article: a soft boost, never a filter.

Articles that hold the words as they were typed next to each other tell more than those in which they lie
scattered (Yeganova and others 2009).
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from search.matching.places import article_of
from search.matching.weights import rarity

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from search.deadline import Deadline
    from search.matching.lookup import Lookup
    from search.matching.numbers import Mask, Numbers, Scores
    from search.matching.places import Places
    from search.query import Term

_NEXT: Final = 0.06
_PAIRS: Final = 8


class Close(NamedTuple):
    """How close words stand in some of the best: what each gains, and what the words are of its title.

    `gained` is in order of rank, if there is any pair of words. Where no title has all the words, there are
    no `shares`; otherwise they are in the order of the numbers of the articles, which are `ordered`.
    """

    gained: Scores | None
    ordered: NDArray[np.uint32]
    shares: Scores | None

    def shares_of(self, articles: Numbers) -> Scores | None:
        """Return the share of the title of each of the articles, in any order, if any has one."""
        return None if self.shares is None else self.shares.take(self.ordered.searchsorted(articles))


def close(
    lookup: Lookup,
    words: Sequence[Term],
    counts: Sequence[int],
    articles: Numbers,
    best: int,
    deadline: Deadline,
) -> Close:
    """Return how close words stand in articles, the best first; so many of these may gain by it.

    `counts` tells in how many articles each word is, where there are several. Raises TooLate if the deadline
    passes before.
    """
    ranks = articles.argsort()
    ordered = articles.take(ranks).astype(np.uint32)
    titled = {word: lookup.holds(word, "title", ordered, deadline) for word in words}
    gained = None
    if len(words) > 1:
        gained = np.zeros(len(articles), np.float32)
        is_best = ranks < best
        among = {word: held.compress(is_best) for word, held in titled.items()}
        more = _by_pairs(lookup, list(zip(words, counts, strict=True)), ordered.compress(is_best), among)
        gained[ranks.compress(is_best)] = more
    return Close(gained, ordered, _title_shares(lookup, words, ordered, titled))


def _by_pairs(
    lookup: Lookup,
    counted: Sequence[tuple[Term, int]],
    articles: NDArray[np.uint32],
    titled: Mapping[Term, Mask],
) -> Scores:
    """Return what articles, in order of number, gain by pairs of words that were typed next to each other.

    A pair in a row gains a small share of what the less telling of its words is worth; measured on judged
    questions, a larger share and a wider window lose.
    """
    gained = np.zeros(len(articles), np.float32)
    pairs = [pair for pair in pairwise(counted) if pair[0][0] != pair[1][0]][:_PAIRS]
    words = list(dict.fromkeys(word for pair in pairs for word, _ in pair))
    if not words:
        return gained
    places = dict(zip(words, lookup.places(words, "abstract", articles), strict=True))
    for (first, first_count), (second, second_count) in pairs:
        is_met = np.zeros(len(articles), np.bool_)
        is_met[_met(places[first], places[second])] = True
        # Few titles hold both words.
        both = (titled[first] & titled[second]).nonzero()[0]
        if len(both):
            ends, others = lookup.places((first, second), "title", articles.take(both))
            is_met[both.take(_met(ends, others))] = True
        gained += is_met * np.float32(_NEXT * rarity(lookup.size, max(first_count, second_count)))
    return gained


def _met(ends: Places, places: Places) -> Numbers:
    """Return the articles where a word stands right behind another, some more than once."""
    if not len(ends) or not len(places):
        return np.empty(0, np.intp)
    behind = ends + 1
    is_met = places.take(places.searchsorted(behind), mode="clip") == behind
    return article_of(behind.compress(is_met))


def _title_shares(
    lookup: Lookup, words: Sequence[Term], articles: NDArray[np.uint32], titled: Mapping[Term, Mask]
) -> Scores | None:
    """Return which share of the title the words of a query are, squared; 0 where one is not there.

    So an article comes first that is asked for by its whole title, also where the title is a common word.
    """
    has_all = np.logical_and.reduce([titled[word] for word in words]).nonzero()[0]
    if not len(has_all):
        return None
    lengths = np.maximum(lookup.lengths("title").take(articles.take(has_all)), 1).astype(np.float32)
    shares = np.zeros(len(articles), np.float32)
    shares[has_all] = np.minimum(len(words) / lengths, 1) ** 2
    return shares
