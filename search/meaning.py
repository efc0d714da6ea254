"""What articles are about, as a second opinion on what words found.

The direction of the ten best articles, in the latent vectors that the library itself taught
(`index.latent`), is where the answer lies: Rocchio's feedback (1971) in the space of latent semantic
analysis. An article counts for its words, and for how near it lies to that direction.

How much it counts for which depends on the query. Where one article has nearly all that is rare in it, the
query asks for something precise, and words are to be trusted. Where no article has, and what the words found
is much the same as what lies in the direction that the words point to, the query names a topic.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.latent import unit

if TYPE_CHECKING:
    from index.latent import Latent, Vectors
    from search.matches import Numbers, Scores

_BEST: Final = 10
"""The articles that say where the answer lies."""

_COMPARED: Final = 20
_POOL: Final = 1_000
_ENOUGH: Final = 200
"""Articles that words must have found before two rankings of them can be compared."""

_ALWAYS: Final = 0.15
_MORE_FOR_TOPICS: Final = 0.7
_TYPED_SHARE: Final = 0.5
_MIDDLE_COVERAGE: Final = 0.7
_MIDDLE_AGREEMENT: Final = 0.43
_SLOPE: Final = 0.05
_POWERS: Final = (2, 4)
"""How much more the better of the best say where the answer lies, first and then: powers of their scores."""


class Opinion(NamedTuple):
    """How much meaning counts beside words, and what share of the direction is that of the words; 0 to 1."""

    weight: float
    typed: float


def opinion(coverage: float, agreement: float) -> Opinion:
    """Return how much meaning counts in a query.

    `coverage` is the share of what is rare in the query that the article with most of it has; `agreement` the
    share of the best by words that are also among the nearest to the words' own direction.
    """
    topical = _step((_MIDDLE_COVERAGE - coverage) / _SLOPE) * _step((agreement - _MIDDLE_AGREEMENT) / _SLOPE)
    return Opinion(_ALWAYS + _MORE_FOR_TOPICS * topical, _TYPED_SHARE * topical)


def reordered(latent: Latent, found: Numbers, scores: Scores, terms: Numbers, coverage: float) -> Scores:
    """Return the scores of what was found, from 0 to about 1, by words and meaning.

    `scores` are those by words, the best first; `terms` are the numbers of the query's terms.
    """
    vectors = latent.articles[found]
    by_words = scores / np.float32(max(float(scores[0]), 1e-9))
    direction = latent.direction(terms)
    view = opinion(coverage, _agreement(vectors @ direction) if len(found) >= _ENOUGH else 0.0)
    answer = _direction(vectors[:_BEST], by_words[:_BEST] ** _POWERS[0])
    first = _combined(by_words, vectors, answer, direction, view)
    return _again(first, by_words, vectors, direction, view)


def widened(
    latent: Latent, found: Numbers, scores: Scores, terms: Numbers, coverage: float, most: int
) -> tuple[Numbers, Scores]:
    """Return the best of all articles, `most` of them, in no order, with their scores by words and meaning.

    As `reordered`, but an article need not have been found by words: then it scores for meaning alone.
    """
    direction = latent.direction(terms)
    vectors = latent.articles[found[:_POOL]]
    view = opinion(coverage, _agreement(vectors @ direction) if len(found) >= _ENOUGH else 0.0)
    by_words = np.zeros(len(latent.articles), np.float32)
    by_words[found] = scores / np.float32(max(float(scores[0]), 1e-9))
    answer = _direction(vectors[:_BEST], by_words[found[:_BEST]] ** _POWERS[0])
    pool = _best(_combined(by_words, latent.articles, answer, direction, view), most)
    by_words, vectors = by_words[pool], latent.articles[pool]
    first = _combined(by_words, vectors, answer, direction, view)
    return pool, _again(first, by_words, vectors, direction, view)


def _again(first: Scores, by_words: Scores, vectors: Vectors, direction: Vectors, view: Opinion) -> Scores:
    """Return the scores with the direction of those that are now the best."""
    best = _best(first, _BEST)
    answer = _direction(vectors[best], first[best] ** _POWERS[1])
    return _combined(by_words, vectors, answer, direction, view)


def _combined(
    by_words: Scores, vectors: Vectors, answer: Vectors, direction: Vectors, view: Opinion
) -> Scores:
    """Return what articles score for their words, and for how near they lie to the answer."""
    near = vectors @ ((1 - view.typed) * answer + view.typed * direction)
    combined = (1 - view.weight) * by_words + view.weight * np.maximum(near, 0)
    return np.asarray(combined, np.float32)


def _direction(vectors: Vectors, weights: Scores) -> Vectors:
    return unit((weights[:, None] * vectors).sum(axis=0))


def _agreement(near: Scores) -> float:
    """Return the share of the first, which words found best, that are also among the nearest."""
    nearest = _best(near, _COMPARED)
    return float(np.count_nonzero(nearest < _COMPARED)) / _COMPARED


def _best(scores: Scores, count: int) -> Numbers:
    """Return the places of the highest scores, of the same score the first."""
    if len(scores) > 8 * count:
        border = np.partition(scores, len(scores) - count)[len(scores) - count]
        places = np.flatnonzero(scores >= border)
    else:
        places = np.arange(len(scores))
    return places[np.lexsort((places, -scores[places]))][:count]


def _step(value: float) -> float:
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, value))))
