"""A word that is one term of one list of postings, as most are: scored only where that is asked for."""

from __future__ import annotations

from collections.abc import Hashable
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from msgspec import Struct

from search.cache import Cache
from search.matching.numbers import Mask
from search.matching.weights import LEAST

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from search.matching.numbers import Numbers, Scores


_TIMES: Final = 16
"""A mask is made of a word that has so many times the articles that are looked up, or fewer."""

_HIGHEST: Final = 0x7C00
"""The half-precision number behind the highest, infinity, as an integer: the lower ones are in order, too."""


class Listed(NamedTuple):
    """The postings of a term: `articles`, ascending, with what makes its score in each.

    Where `norms` is None, `values` are its weights in all fields; otherwise how often it stands in one field,
    and `norms[n]` is k1 over what one occurrence there counts in article n.
    """

    articles: NDArray[np.uint32]
    values: NDArray[Any]
    norms: NDArray[np.float32] | None


class Single(Struct, frozen=True):
    """The postings of a word among `size` articles, `count` of which have it, its idf, and k1.

    `masks` keep which articles have a word, for the next time that it is looked up in many; `key` is its own.
    """

    size: int
    count: int
    postings: Listed
    idf: float
    saturation: float
    masks: Cache[Mask]
    key: Hashable

    @property
    def is_listed(self) -> bool:
        """Whether it is as a list of numbers, as matches can be: always."""
        return True

    @property
    def is_scored(self) -> bool:
        """Whether it can score more than nothing: always."""
        return True

    def mask(self) -> Mask:
        """Return for each article of the index whether it has the word."""
        mask = np.zeros(self.size, np.bool_)
        mask[self.numbers()] = True
        return mask

    def numbers(self) -> Numbers:
        """Return the articles in order of number."""
        return self.postings.articles.astype(np.intp)

    def scores(self) -> Scores:
        """Return the scores, in the order of `numbers`."""
        return self._scores(self.numbers(), self.postings.values)

    def spread_scores(self) -> Scores:
        """Return for each article of the index what it scores: nothing where it has not the word."""
        scores = np.zeros(self.size, np.float32)
        scores[self.numbers()] = self.scores()
        return scores

    def at(self, numbers: Numbers) -> tuple[Mask, Scores]:
        """Return for each of some articles whether it has the word, and what it scores if it does."""
        articles, values, _ = self.postings
        if not self.count:
            return np.zeros(len(numbers), np.bool_), np.zeros(len(numbers), np.float32)
        wanted = numbers.astype(np.uint32)
        places = articles.searchsorted(wanted)
        found: Mask = articles.take(places, mode="clip") == wanted
        return found, self._scores(numbers, values.take(places, mode="clip"))

    def has(self, numbers: Numbers) -> Mask:
        """Return for each of some articles, in order, whether it has the word."""
        if len(numbers) * _TIMES > self.count:
            return self._known_mask().take(numbers)
        wanted = numbers.astype(np.uint32)
        articles = self.postings.articles
        found: Mask = articles.take(articles.searchsorted(wanted), mode="clip") == wanted
        return found

    def scores_at(self, numbers: Numbers) -> Scores:
        """Return what some articles score that have the word."""
        articles, values, _ = self.postings
        places = articles.searchsorted(numbers.astype(np.uint32))
        return self._scores(numbers, values.take(places))

    def _known_mask(self) -> Mask:
        if (mask := self.masks.get(self.key)) is None:
            mask = self.mask()
            self.masks.put(self.key, mask)
        return mask

    def _scores(self, numbers: Numbers, values: NDArray[Any]) -> Scores:
        """Return BM25F scores, as `scores_of` does."""
        norms = self.postings.norms
        if norms is None:
            # NumPy takes by numbers of this type in half the time.
            scores = _saturated(self.saturation).take(values.view(np.uint16).astype(np.intp))
            scores *= np.float32(self.idf)
        else:
            # f * w / (f * w + k1) = f / (f + k1 / w): so what a field weighs is read from one table.
            scores = values.astype(np.float32)
            norm = norms.take(numbers)
            norm += scores
            scores /= norm
            scores *= np.float32(self.idf * (self.saturation + 1))
        return np.maximum(scores, LEAST, out=scores)


@lru_cache(maxsize=8)
def _saturated(saturation: float) -> NDArray[np.float32]:
    """Return what every weight is worth, times idf: in half precision there are few."""
    weights = np.arange(_HIGHEST + 1, dtype=np.uint16).view(np.float16).astype(np.float32)
    worth: NDArray[np.float32] = weights * np.float32(saturation + 1)
    worth[:-1] /= weights[:-1] + np.float32(saturation)
    worth[-1] = saturation + 1
    return worth
