"""Tree -> matches, over the arrays of a segment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from index.segments.columns import Columns
from search.deadline import TooLate
from search.matching.lookup import Lookup
from search.matching.matches import (
    SPREAD_SHARE,
    Matches,
    all_of,
    any_of,
    best_of,
    everything,
    listed,
    nothing,
    spread,
    whole,
    without,
)
from search.matching.single import Single
from search.matching.weights import rarity
from search.query import And, CitedBy, Cites, Concept, Dates, Every, Node, Not, Or, Phrase, Prefix, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.deadline import Deadline
    from search.matching.numbers import Numbers, Scores
    from search.query import Words

_POINTS: Final = 100
"""The points of a word whose idf is 1."""


class Index(Struct, frozen=True):
    """What a tree is executed on: the words of a generation, and its columns."""

    lookup: Lookup
    columns: Columns


class Covered(Struct, frozen=True):
    """A required part of a query, what matches it, and its weight among the parts: its idf."""

    node: Node
    part: Matches | Single
    weight: float

    @property
    def points(self) -> int:
        """The weight as a whole number."""
        return points_of(self.weight)


class Loosened(Struct, frozen=True):
    """What matches each of the plain `words` of a query, and all else that it asks for, if it does.

    Which articles have most of the words follows from points, whole numbers: their sum is the same whoever
    adds them up, and no score has to be worked out of what has few.
    """

    words: tuple[Covered, ...]
    asked: Matches | None = None

    @property
    def most(self) -> int:
        """The points of all words."""
        return sum(each.points for each in self.words)

    def points(self) -> Scores:
        """Return for each article of the index the points of the words that it has.

        They are 0 for one that lacks what else is asked for.
        """
        total = np.zeros(self.words[0].part.size, np.float32)
        for each in self.words:
            if each.part.is_listed:
                total[each.part.numbers()] += np.float32(each.points)
            else:
                total += each.part.mask() * np.float32(each.points)
        if self.asked is not None:
            total *= self.asked.mask()
        return total

    def scores_at(self, numbers: Numbers) -> Scores:
        """Return what some articles score: the sum over the words that they have, and over all else."""
        total = np.zeros(len(numbers), np.float32)
        parts = [each.part for each in self.words]
        for part in parts if self.asked is None else [*parts, self.asked]:
            is_found, scores = part.at(numbers)
            if scores is not None:
                total += scores * is_found
        return total


def points_of(weight: float) -> int:
    """Return the points of a word with such an idf: one at least."""
    return max(1, round(_POINTS * weight))


def execute(index: Index, tree: Node, deadline: Deadline) -> Matches:
    """Return every article that matches, and what it scores.

    What words are worth, `lookup` says; it is summed over AND and OR alike. Dates, identifiers,
    citations and what is left out score nothing. Once the deadline has passed, words that are not known from
    before are taken to be nowhere, or under a NOT everywhere: so there may be fewer matches than there should
    be, but none that is wrong, and `deadline.was_met` says so.
    """
    part = _Execution(index, deadline).part(tree, is_wanted=True)
    return index.lookup.held(whole(part))


def loosen(index: Index, tree: Node, deadline: Deadline) -> Loosened | None:
    """Return what the words of a query match; None where it has not several, all required."""
    nodes = tree.nodes if isinstance(tree, And) else ()
    words = [node for node in nodes if is_plain(node)]
    if len(words) < 2:
        return None
    execution = _Execution(index, deadline)
    covered = tuple(execution.covered(node) for node in words)
    others = tuple(node for node in nodes if not is_plain(node))
    return Loosened(covered, execution.matches(And(others), is_wanted=True) if others else None)


def is_plain(node: Node) -> bool:
    """Say whether a node is plain words, which may be missing; what is tagged or quoted is asked for."""
    match node:
        case And(nodes):
            return all(map(is_plain, nodes))
        case Or(nodes):
            return bool(nodes) and all(map(is_plain, nodes))
        case Concept(typed):
            return is_plain(typed)
        case Term() | Phrase():
            return not node.fields and not node.is_exact
        case Prefix():
            return not node.fields
        case _:
            return False


class _Execution:
    """One tree on its way, under one deadline."""

    def __init__(self, index: Index, deadline: Deadline) -> None:
        self._index = index
        self._deadline = deadline
        self._size = index.lookup.size

    def matches(self, node: Node, *, is_wanted: bool) -> Matches:  # noqa: PLR0911 - a line for each kind of node
        """Return what matches a node; what there is no time for is nothing if wanted, and else everything."""
        match node:
            case And(nodes):
                return self._all(nodes, is_wanted=is_wanted)
            case Or(nodes):
                return any_of(
                    [self.part(each, is_wanted=is_wanted) for each in nodes] or [nothing(self._size)]
                )
            case Not(inner):
                return without(everything(self._size), self.matches(inner, is_wanted=not is_wanted))
            case Concept(typed, others, weight):
                first = self.matches(typed, is_wanted=is_wanted)
                rest = [self.matches(each, is_wanted=is_wanted) for each in others]
                having = self._count(typed, first)
                counts = [self._count(node, found) for node, found in zip(others, rest, strict=True)]
                return best_of(first, rest, [weight * self._share(having, each) for each in counts])
            case Every():
                return everything(self._size)
            case Dates(low, high, column):
                dates = self._index.columns.dates_of[column]
                return spread((dates >= low) & (dates <= high))
            case Cites() | CitedBy():
                return self._cited(node)
            case _:
                return self._words(node, is_wanted=is_wanted)

    def _share(self, typed: int, other: int) -> float:
        """Return how far a name that is rarer than the typed one must count less, so as not to outrank it."""
        return min(1.0, rarity(self._size, typed) / rarity(self._size, other))

    def _count(self, node: Node, found: Matches | Single) -> int:
        return self._index.lookup.count(node, found.count)

    def covered(self, node: Node) -> Covered:
        """Return what matches a required part, and its weight."""
        found = self.part(node, is_wanted=True)
        return Covered(node, found, rarity(self._size, self._count(node, found)))

    def _all(self, nodes: Sequence[Node], *, is_wanted: bool) -> Matches:
        wanted = [node for node in nodes if not isinstance(node, Not | Every)]
        parts = self._parts(wanted, is_wanted=is_wanted)
        found = all_of(parts) if parts else everything(self._size)
        for node in nodes:
            if isinstance(node, Not):
                found = without(found, self.matches(node.node, is_wanted=not is_wanted))
        return found

    def _parts(self, nodes: Sequence[Node], *, is_wanted: bool) -> list[Matches | Single]:
        """Return what matches each node; of words of which one is rare it is not worked out where."""
        parts = [self.part(node, is_wanted=is_wanted) for node in nodes]
        if min((part.count for part in parts), default=0) * SPREAD_SHARE <= self._size:
            return parts
        # A long result needs all of every word, and what is worked out is kept for the next time.
        return [
            self.matches(node, is_wanted=is_wanted) if isinstance(part, Single) else part
            for node, part in zip(nodes, parts, strict=True)
        ]

    def part(self, node: Node, *, is_wanted: bool) -> Matches | Single:
        """Return the same as `matches`, but of a word that is one term only where its postings lie."""
        if not isinstance(node, Term):
            return self.matches(node, is_wanted=is_wanted)
        try:
            return self._index.lookup.part(node, self._deadline)
        except TooLate:
            return nothing(self._size) if is_wanted else everything(self._size)

    def _cited(self, node: Cites | CitedBy) -> Matches:
        columns = self._index.columns
        article = columns.keys.number(node.key)
        if article < 0:
            return nothing(self._size)
        links = columns.cited_by if isinstance(node, Cites) else columns.cites
        return listed(self._size, links.of(article).astype(np.intp))

    def _words(self, node: Words, *, is_wanted: bool) -> Matches:
        try:
            return self._index.lookup.matches(node, self._deadline)
        except TooLate:
            return nothing(self._size) if is_wanted else everything(self._size)
