"""The order of hits by best match: words first, then how close they stand, what they mean, and priors.

All words must match. Where few articles do, those follow that match most of the words or are about the same.
"""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from index.schema import EVERYWHERE
from search.deadline import TooLate
from search.matching.execute import execute, is_plain, loosen
from search.matching.matches import Matches, highest, is_among, listed, nothing, ordered, top
from search.matching.numbers import Numbers, Scores
from search.query import And, Concept, Term
from search.ranking.closeness import close
from search.ranking.meaning import Weighed, is_precise, reordered, widened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.segments.latent import Latent
    from search.deadline import Deadline
    from search.matching.execute import Index, Loosened
    from search.matching.numbers import Mask
    from search.query import Node
    from search.ranking.closeness import Close
    from search.ranking.priors import Prior, Priors

ENOUGH: Final = 10
"""Where fewer articles match all words, others follow."""

_REORDERED: Final = 300
"""How many of the best by words are put in order by more than words; the rest come after them.

More cost a millisecond, since their vectors lie far apart, and change no page but of a single common word.
"""

_CLOSE: Final = 200
_TITLE: Final = 0.5
"""What an article gains, as a share of the best score, whose title is just what was typed."""

_LEAST: Final = 0.05
"""What scores less than this share of the best does not follow."""

_LOOSE: Final = 1_000
"""How many follow at most where few articles match all words."""

FOLLOWING: Final = 1_500
"""How many of those with most of the words are looked at; which, words alone tell, and so any index."""

FEW_FOLLOWING: Final = 300
SCANNED: Final = 8_000
"""In a library of more articles fewer follow a precise query, and only those that have some of its words."""


class Ingredients(Struct, frozen=True):
    """What goes into the order besides words; each can be left out."""

    closeness: bool = True
    meaning: bool = True
    priors: bool = True


class Ingredient(StrEnum):
    """What a score is made of, in the order in which it comes in."""

    WORDS = "words"
    CLOSENESS = "closeness"
    MEANING = "meaning"
    TITLE = "title"
    PRIORS = "priors"


class Step(Struct, frozen=True):
    """The scores of some articles once an ingredient has come in."""

    ingredient: Ingredient
    numbers: Numbers
    scores: Scores

    def of(self, article: int) -> float:
        """Return the score of an article; nothing where it is not among them."""
        return float(self.scores[self.numbers == article].sum())


class Ranked(Struct, frozen=True):
    """All hits: those that match, those that follow them, and the order in which the best of both come.

    `known` are the articles of both as if no facet value were chosen. `order` begins with those that match;
    what it lacks of them comes after it, in order of words alone. `steps` tell how the scores of those in
    `order` came about, and `weighed` what meaning made of them, if it counted.
    """

    known: Matches
    matches: Matches
    loose: Matches
    order: Numbers
    scores: Scores
    steps: tuple[Step, ...] = ()
    weighed: Weighed | None = None

    def page(self, start: int, size: int) -> tuple[Numbers, Scores]:
        """Return the hits from place `start` on, at most `size` of them, and their scores, the best first."""
        if start + size <= len(self.order) or self.loose.count or len(self.order) == self.matches.count:
            return self.order[start : start + size], self.scores[start : start + size]
        numbers, scores = top(self.matches, start + size)
        # The best by words, of which there are as many in `order`, are the same articles in another order.
        return (
            np.concatenate((self.order, numbers[len(self.order) :]))[start : start + size],
            np.concatenate((self.scores, scores[len(self.order) :] * 0))[start : start + size],
        )


class Ranking:
    """Orders what a query finds in one generation. May be shared by threads."""

    def __init__(self, index: Index, latent: Latent, priors: Priors) -> None:
        self._index = index
        self._latent = latent
        self._priors = priors

    def ranked(
        self,
        tree: Node,
        masks: Sequence[Mask],
        deadline: Deadline,
        ingredients: Ingredients,
        *,
        enough: int = ENOUGH,
    ) -> Ranked:
        """Return the hits of a tree among the articles in all masks, in order.

        Those that follow are looked for where fewer than `enough` articles match, whatever the masks leave.
        """
        found = execute(self._index, tree, deadline)
        kept = found.within(masks)
        loosened = loosen(self._index, tree, deadline) if found.count < enough else None
        if loosened is None:
            return self._strict(tree, found, kept, ingredients, deadline)
        return self._loose(tree, (found, kept), masks, loosened, ingredients, deadline)

    def prior(self, article: int, ingredients: Ingredients) -> Prior:
        """Return what speaks for an article whatever is asked."""
        return self._priors.told(article, are_wanted=ingredients.priors)

    def _strict(
        self, tree: Node, found: Matches, kept: Matches, ingredients: Ingredients, deadline: Deadline
    ) -> Ranked:
        """Return the order where all words match."""
        numbers, scores = top(kept, _REORDERED)
        steps, weighed = [Step(Ingredient.WORDS, numbers, scores)], None
        if kept.is_scored and len(numbers):
            close = self._close(tree, numbers, deadline) if ingredients.closeness else None
            if close is not None and close.gained is not None:
                numbers, scores = ordered(numbers, scores + close.gained)
            steps.append(Step(Ingredient.CLOSENESS, numbers, scores))
            if ingredients.meaning:
                weighed = reordered(self._latent, numbers, scores)
                scores = weighed.scores
                steps.append(Step(Ingredient.MEANING, numbers, scores))
            if close is not None and (shares := close.shares_of(numbers)) is not None:
                scores = scores + np.float32(_TITLE) * scores.max(initial=0) * shares
            steps.append(Step(Ingredient.TITLE, numbers, scores))
            scores = scores * self._priors.of(numbers, are_wanted=ingredients.priors)
            steps.append(Step(Ingredient.PRIORS, numbers, scores))
            numbers, scores = ordered(numbers, scores)
        return Ranked(found, kept, nothing(kept.size), numbers, scores, tuple(steps), weighed)

    def _loose(
        self,
        tree: Node,
        found: tuple[Matches, Matches],
        masks: Sequence[Mask],
        loosened: Loosened,
        ingredients: Ingredients,
        deadline: Deadline,
    ) -> Ranked:
        """Return the order where what matches most of the words follows what matches all."""
        strict, kept = found
        points = loosened.points()
        coverage = 1.0 if strict.count else float(points.max(initial=0)) / loosened.most
        is_narrow = is_precise(coverage) and strict.size > SCANNED
        numbers, scores = self._pool(loosened, points, strict, FEW_FOLLOWING if is_narrow else FOLLOWING)
        steps, weighed = [Step(Ingredient.WORDS, numbers, scores)], None
        if ingredients.meaning and len(numbers):
            if is_narrow:
                weighed = reordered(self._latent, numbers, scores)
            else:
                terms, most = self._terms(tree), _LOOSE + strict.count
                weighed = widened(self._latent, numbers, scores, terms, coverage, most, loosened.scores_at)
            numbers, scores = weighed.numbers, weighed.scores
            steps.append(Step(Ingredient.MEANING, numbers, scores))
        scores = scores * self._priors.of(numbers, are_wanted=ingredients.priors)
        steps.append(Step(Ingredient.PRIORS, numbers, scores))
        is_strict = strict.at(numbers)[0]
        first = ordered(numbers[is_strict], scores[is_strict])
        is_asked = self._asked(tree, numbers, deadline) & (scores > _LEAST * scores.max(initial=0))
        then = ordered(numbers[~is_strict & is_asked], scores[~is_strict & is_asked])
        numbers, scores = _joined(first, (then[0][:_LOOSE], then[1][:_LOOSE]))
        known = listed(strict.size, np.sort(numbers))
        is_kept = known.within(masks).at(numbers)[0]
        numbers, scores = numbers[is_kept], scores[is_kept]
        loose = numbers[~strict.at(numbers)[0]]
        loosened_kept = listed(kept.size, np.sort(loose))
        return Ranked(known, kept, loosened_kept, numbers, scores, tuple(steps), weighed)

    def _pool(self, loosened: Loosened, points: Scores, strict: Matches, most: int) -> tuple[Numbers, Scores]:
        """Return the articles with most of the words, of those with as much the newest, and their scores.

        The best come first. What matches every word is among them, however much that is.
        """
        # What is in order of number is looked up several times faster.
        pool = np.sort(self._newest.take(highest(points.take(self._newest), most)))
        others = strict.numbers()
        others = others.compress(~is_among(others, pool))
        scores = np.concatenate((loosened.scores_at(pool), strict.scores_at(others)))
        return ordered(np.concatenate((pool, others)), scores)

    @cached_property
    def _newest(self) -> Numbers:
        """All articles, the newest first."""
        return np.argsort(-self._index.columns.dates.astype(np.int64), kind="stable")

    def _asked(self, tree: Node, numbers: Numbers, deadline: Deadline) -> Mask:
        """Return which of some articles fit all that a query asks for besides plain words."""
        others = tuple(node for node in tree.nodes if not is_plain(node)) if isinstance(tree, And) else ()
        if not others:
            return np.ones(len(numbers), np.bool_)
        return execute(self._index, And(others), deadline).at(numbers)[0]

    def _close(self, tree: Node, numbers: Numbers, deadline: Deadline) -> Close | None:
        """Return how close the words of a query stand in its best; None without words, or without time."""
        words, lookup = _everywhere(tree), self._index.lookup
        if not words:
            return None
        try:
            parts = [lookup.part(word, deadline) for word in words] if len(words) > 1 else []
            counts = [lookup.count(word, part.count) for word, part in zip(words, parts, strict=False)]
            return close(lookup, words, counts, numbers, _CLOSE, deadline)
        except TooLate:
            return None

    def _terms(self, tree: Node) -> Numbers:
        terms = [self._index.lookup.terms(word) for word in _typed(tree)]
        return np.unique(np.concatenate(terms)) if terms else np.empty(0, np.intp)


def _everywhere(tree: Node) -> list[Term]:
    """Return the words of a query that are looked for everywhere, whether or not a tag says so, in order."""
    return [word for word in _typed(tree) if word.fields in {(), EVERYWHERE}]


def _typed(node: Node) -> Iterator[Term]:
    """Yield the plain words of a query that are all required, in order."""
    match node:
        case And(nodes):
            for each in nodes:
                yield from _typed(each)
        case Concept(typed):
            yield from _typed(typed)
        case Term():
            yield node


def _joined(*parts: tuple[Numbers, Scores]) -> tuple[Numbers, Scores]:
    return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
