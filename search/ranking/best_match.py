"""The order of hits by best match: words first, then how close they stand, what they mean, and priors.

All words must match. Where few articles do, those follow that match most of the words or are about the same.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from index.schema import EVERYWHERE
from search.deadline import TooLate
from search.matching.execute import execute, is_plain, loosen
from search.matching.matches import Matches, any_of, listed, nothing, ordered, top
from search.matching.numbers import Numbers, Scores
from search.query import And, Concept, Term
from search.ranking.closeness import closeness, title_share
from search.ranking.meaning import POOL, Weighed, is_precise, reordered, widened

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index.segments.latent import Latent
    from search.deadline import Deadline
    from search.matching.execute import Index, Loosened
    from search.matching.numbers import Mask
    from search.query import Node
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


_SCANNED: Final = 8_000
"""In a library of more articles, those that follow are the best by words alone where a query is precise."""


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
        if loosened is None or not loosened.found.count + found.count:
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
            closer = self._with_closeness(tree, numbers, scores, ingredients, deadline)
            if closer is not scores:
                numbers, scores = ordered(numbers, closer)
            steps.append(Step(Ingredient.CLOSENESS, numbers, scores))
            if ingredients.meaning:
                weighed = reordered(self._latent, numbers, scores)
                scores = weighed.scores
                steps.append(Step(Ingredient.MEANING, numbers, scores))
            scores = self._with_titles(tree, numbers, scores, ingredients, deadline)
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
        coverage = 1.0 if strict.count else float(loosened.shares.max(initial=0))
        # What matches every word is among what matches any, unless these could not be looked for any more.
        some = loosened.found if deadline.was_met else any_of([strict, loosened.matches])
        is_narrow = is_precise(coverage) and some.size > _SCANNED
        numbers, scores = _narrow(some, strict) if is_narrow else _best_first(some, POOL)
        steps, weighed = [Step(Ingredient.WORDS, numbers, scores)], None
        if ingredients.meaning and is_narrow:
            weighed = reordered(self._latent, numbers, scores)
        elif ingredients.meaning:
            most = _LOOSE + strict.count
            weighed = widened(self._latent, numbers, scores, self._terms(tree), coverage, most)
        if weighed is not None:
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

    def _asked(self, tree: Node, numbers: Numbers, deadline: Deadline) -> Mask:
        """Return which of some articles fit all that a query asks for besides plain words."""
        others = tuple(node for node in tree.nodes if not is_plain(node)) if isinstance(tree, And) else ()
        if not others:
            return np.ones(len(numbers), np.bool_)
        return execute(self._index, And(others), deadline).at(numbers)[0]

    def _with_closeness(
        self, tree: Node, numbers: Numbers, scores: Scores, ingredients: Ingredients, deadline: Deadline
    ) -> Scores:
        words = _everywhere(tree)
        if not ingredients.closeness or len(words) < 2:
            return scores
        best, lookup = numbers[:_CLOSE], self._index.lookup
        try:
            counts = [lookup.count(word, lookup.part(word, deadline).count) for word in words]
            more = closeness(lookup, words, counts, best, deadline)
        except TooLate:
            return scores
        gained = scores.copy()
        gained[: len(best)] += more
        return gained

    def _with_titles(
        self, tree: Node, numbers: Numbers, scores: Scores, ingredients: Ingredients, deadline: Deadline
    ) -> Scores:
        """Return the scores with what articles gain whose title is what was typed."""
        words = _everywhere(tree)
        if not ingredients.closeness or not words:
            return scores
        try:
            share = title_share(self._index.lookup, words, numbers, deadline)
        except TooLate:
            return scores
        return np.asarray(scores + np.float32(_TITLE) * scores.max(initial=0) * share, np.float32)

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


def _best_first(found: Matches, count: int) -> tuple[Numbers, Scores]:
    """Return matches with their scores: the best in order, so many, then the others in order of number."""
    best, scores = top(found, count)
    if len(best) == found.count:
        return best, scores
    is_other = found.mask().copy()
    is_other[best] = False
    others = np.flatnonzero(is_other)
    return _joined((best, scores), (others, found.scores_at(others)))


def _narrow(found: Matches, strict: Matches) -> tuple[Numbers, Scores]:
    """Return the best matches and their scores, the best first, and behind them all that match every word."""
    best, scores = top(found, _REORDERED)
    others = strict.numbers()[~np.isin(strict.numbers(), best)]
    return _joined((best, scores), (others, found.scores_at(others))) if len(others) else (best, scores)
