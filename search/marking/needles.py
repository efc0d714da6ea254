"""What to mark where articles are shown: every word and phrase of a query that is not under a NOT."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from index.analysis.analyzer import STOP_WORDS
from index.schema import BY_NAME, EVERYWHERE, Kind
from index.segments.ranges import distinct
from search.language.readings import typed_words
from search.matching.looks import Row
from search.query import And, Concept, Or, Phrase, Prefix, Proximity, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from search.matching.indexed import Indexed
    from search.matching.looks import Look, Looks
    from search.query import Node, Words


class Needle(Struct, frozen=True):
    """A row of words to mark in some fields of a kind; `thing` is what it names, as other needles may."""

    row: Row
    fields: tuple[str, ...]
    thing: int

    def looks(self) -> Iterator[Look]:
        """Yield everything that fills any place of the row."""
        yield from (look for slot in self.row for way in slot for look in way)


class Needles:
    """What to mark for a tree, looked up in the lexicons of one segment; for the use of one thread."""

    def __init__(self, tree: Node, segment: Indexed, looks: Looks) -> None:
        """Take the tree, an open segment, and what looks words up in its lexicons.

        Stop words are not marked, but where there is nothing else.
        """
        numbers = count()
        leaves = list(_leaves(tree, next(numbers), numbers))
        self._leaves = [(thing, leaf) for thing, leaf in leaves if not _is_silent(leaf)] or leaves
        self._segment = segment
        self._looks = looks
        self._of: dict[Kind, tuple[Needle, ...]] = {}

    def __bool__(self) -> bool:
        return bool(self._leaves)

    def of(self, kind: Kind) -> tuple[Needle, ...]:
        """Return the needles for fields of a kind of words, without those that the index has nothing of."""
        if kind not in self._of:
            found = [
                Needle(row, fields, thing)
                for thing, leaf in self._leaves
                if (fields := _fields(leaf, kind))
                for row in self._rows(leaf, kind)
            ]
            self._of[kind] = tuple(each for each in found if each.row and all(each.row))
        return self._of[kind]

    def identifiers(self, field: str) -> list[tuple[str, int]]:
        """Return what a field of identifiers is asked for, in its one spelling, and what thing it is."""
        normal = BY_NAME[field].normal
        return [
            (normal(leaf.text).lower(), thing)
            for thing, leaf in self._leaves
            if isinstance(leaf, Term) and field in (leaf.fields or EVERYWHERE)
        ]

    def _rows(self, leaf: Words, kind: Kind) -> list[Row]:
        row = self._looks.row(leaf, kind)
        return [(slot,) for slot in row] if isinstance(leaf, Proximity) else [row]


def terms_of(needles: Iterable[Needle]) -> NDArray[np.intp]:
    """Return the terms that any of some needles asks for, in whatever form, ascending."""
    looks = [look for needle in needles for look in needle.looks()]
    some = [term for look in looks for term, _ in look.some]
    return distinct(np.concatenate([*(look.whole for look in looks), np.array(some, np.intp)]))


def _fields(leaf: Words, kind: Kind) -> tuple[str, ...]:
    return tuple(field for field in leaf.fields or EVERYWHERE if BY_NAME[field].kind is kind)


def _leaves(node: Node, thing: int, numbers: Iterator[int]) -> Iterator[tuple[int, Words]]:
    """Yield the leaves of a tree with the number of what each names: one for all names of a concept."""
    if isinstance(node, And | Or):
        for each in node.nodes:
            yield from _leaves(each, next(numbers), numbers)
    elif isinstance(node, Concept):
        for each in (node.typed, *node.others):
            yield from _leaves(each, thing, numbers)
    elif isinstance(node, Term | Phrase | Prefix | Proximity):
        yield thing, node


def _is_silent(leaf: Words) -> bool:
    words = typed_words(leaf.text) if isinstance(leaf, Term) else []
    return len(words) == 1 and words[0][0].word in STOP_WORDS
