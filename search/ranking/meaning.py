"""What articles are about, as a second opinion on what words found.

The direction of the ten best articles, in the latent vectors that the library itself taught
(`index.segments.latent`), is where the answer lies: Rocchio's feedback (1971) in the space of latent semantic
analysis. An article counts for its words, and for how near to that direction it lies with those that are
about the same, since they answer the same queries (Diaz, "Regularizing ad hoc retrieval scores", 2005).

How much it counts for which depends on the query. Where one article has nearly all that is rare in it, the
query asks for something precise, and words are to be trusted. Where no article has, and what the words found
is much the same as what lies in the direction that the words point to, the query names a topic. Of a precise
query neither the direction of its words counts nor the neighbors of articles: they change next to nothing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.segments.latent import unit
from search.matching.matches import highest

if TYPE_CHECKING:
    from collections.abc import Callable

    from index.segments.latent import Latent, Vectors
    from search.matching.numbers import Numbers, Scores

_BEST: Final = 10
"""The articles that say where the answer lies."""

_COMPARED: Final = 20
_POOL: Final = 1_000
"""How many of the best by words tell what they are about."""

_NEIGHBORS: Final = 15
"""An article and those most like it, which together say how near it lies."""

_NEIGHBORLY: Final = 200
"""How many of the best are as near as those most like them, out of the same, make them."""

_ENOUGH: Final = 200
"""Articles that words must have found before two rankings of them can be compared."""

_ALWAYS: Final = 0.15
_MORE_FOR_TOPICS: Final = 0.7
_TYPED_SHARE: Final = 0.5
_MIDDLE_COVERAGE: Final = 0.7
_MIDDLE_AGREEMENT: Final = 0.43
_SLOPE: Final = 0.05
_PRECISE: Final = 0.85
"""The coverage from which on a query is precise."""

_POWERS: Final = (2, 4)
"""How much more the better of the best say where the answer lies, first and then: powers of their scores."""


class Opinion(NamedTuple):
    """How much meaning counts beside words, what share of the direction is that of the words, and why.

    All are from 0 to 1; for `coverage` and `agreement` see `opinion`.
    """

    weight: float
    typed: float
    coverage: float
    agreement: float


class Weighed(NamedTuple):
    """Articles, what each counts for its words, of the best 1, how near each lies, and how both count."""

    numbers: Numbers
    words: Scores
    near: Scores
    view: Opinion

    @property
    def scores(self) -> Scores:
        """What the articles score."""
        return _combined(self.words, self.near, self.view)


def opinion(coverage: float, agreement: float) -> Opinion:
    """Return how much meaning counts in a query.

    `coverage` is the share of what is rare in the query that the article with most of it has; `agreement` the
    share of the best by words that are also among the nearest to the words' own direction.
    """
    topical = _step((_MIDDLE_COVERAGE - coverage) / _SLOPE) * _step((agreement - _MIDDLE_AGREEMENT) / _SLOPE)
    return Opinion(_ALWAYS + _MORE_FOR_TOPICS * topical, _TYPED_SHARE * topical, coverage, agreement)


def is_precise(coverage: float) -> bool:
    """Say whether a query names no topic, whatever its words and their direction agree on."""
    return coverage >= _PRECISE


def reordered(latent: Latent, found: Numbers, scores: Scores) -> Weighed:
    """Return what a precise query found, in the same order, scored from 0 to about 1 by words and meaning.

    `scores` are those by words, the best first.
    """
    vectors = latent.articles.take(found, axis=0)
    by_words = _shares(scores)
    view = Opinion(_ALWAYS, 0.0, 1.0, 0.0)
    answer = _direction(vectors[:_BEST], by_words[:_BEST] ** _POWERS[0])
    return Weighed(found, by_words, _second(by_words, vectors, answer, answer, view), view)


def widened(
    latent: Latent,
    found: Numbers,
    scores: Scores,
    terms: Numbers,
    coverage: float,
    most: int,
    worth: Callable[[Numbers], Scores],
) -> Weighed:
    """Return the best of all articles, `most` of them, in no order, with their scores by words and meaning.

    As `reordered`, but an article need not have been found by words: then it is chosen for meaning alone, and
    scores for its words, too, as `worth` says. `terms` are the numbers of the query's terms.
    """
    direction = latent.direction(terms)
    vectors = latent.articles.take(found[:_POOL], axis=0)
    view = opinion(coverage, _agreement(vectors @ direction) if len(found) >= _ENOUGH else 0.0)
    by_words = np.zeros(len(latent.articles), np.float32)
    by_words[found] = _shares(scores)
    answer = _direction(vectors[:_BEST], by_words[found[:_BEST]] ** _POWERS[0])
    first = _combined(by_words, _nearness(latent.articles, answer, direction, view), view)
    pool = highest(first, most)
    if len(pool) < most:
        pool = _best(first, most)
    vectors = latent.articles.take(pool, axis=0)
    by_words = worth(pool) / _best_of(scores)
    again = _second if is_precise(coverage) else _again
    return Weighed(pool, by_words, again(by_words, vectors, answer, direction, view), view)


def _second(by_words: Scores, vectors: Vectors, answer: Vectors, direction: Vectors, view: Opinion) -> Scores:
    """Return how near articles lie to where the answer lies by those that are the best for a first answer."""
    first = _combined(by_words, _nearness(vectors, answer, direction, view), view)
    best = _best(first, _BEST)
    return _nearness(vectors, _direction(vectors[best], first[best] ** _POWERS[1]), direction, view)


def _again(by_words: Scores, vectors: Vectors, answer: Vectors, direction: Vectors, view: Opinion) -> Scores:
    """Return the same, of the best by what those most like each of them say with it."""
    first = _combined(by_words, _nearness(vectors, answer, direction, view), view)
    some = _best(first, _NEIGHBORLY)
    best = some[:_BEST]
    answer = _direction(vectors[best], first[best] ** _POWERS[1])
    near = _nearness(vectors, answer, direction, view)
    near[some] = _among_neighbors(near[some], vectors[some])
    return near


def _nearness(vectors: Vectors, answer: Vectors, direction: Vectors, view: Opinion) -> Scores:
    near: Scores = vectors @ ((1 - view.typed) * answer + view.typed * direction if view.typed else answer)
    return np.maximum(near, 0, out=near)


def _among_neighbors(near: Scores, vectors: Vectors) -> Scores:
    """Return how near those most like each article lie, itself the first, weighted by how alike they are."""
    alike = np.maximum(vectors @ vectors.T, 0)
    count = min(_NEIGHBORS, len(near))
    least = np.partition(alike, len(near) - count, axis=1)[:, len(near) - count]
    is_most = alike >= least[:, None]
    for row in np.flatnonzero((is_most.sum(axis=1) > count) & (least > 0)):
        # Of those as much alike no more than fit.
        is_most[row] = False
        is_most[row, np.argpartition(-alike[row], count - 1)[:count]] = True
    alike *= is_most
    return np.asarray(alike @ near / np.maximum(alike.sum(axis=1), 1e-9), np.float32)


def _combined(by_words: Scores, near: Scores, view: Opinion) -> Scores:
    return (1 - view.weight) * by_words + view.weight * near


def _shares(scores: Scores) -> Scores:
    """Return scores, the best first, as shares of the best."""
    return scores / _best_of(scores)


def _best_of(scores: Scores) -> np.float32:
    """Return the best of scores, which is the first, and more than nothing."""
    return np.float32(max(float(scores[0]), 1e-9))


def _direction(vectors: Vectors, weights: Scores) -> Vectors:
    return unit(weights @ vectors)


def _agreement(near: Scores) -> float:
    """Return the share of the first, which words found best, that are also among the nearest."""
    nearest = _best(near, _COMPARED)
    return float(np.count_nonzero(nearest < _COMPARED)) / _COMPARED


def _best(scores: Scores, count: int) -> Numbers:
    """Return the places of the highest scores, of the same score the first."""
    if len(scores) > 2 * count:
        border = np.partition(scores, len(scores) - count)[len(scores) - count]
        places = np.flatnonzero(scores >= border)
    else:
        places = np.arange(len(scores))
    return places[np.argsort(-scores[places], kind="stable")[:count]]


def _step(value: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, value))))
