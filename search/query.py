"""The tree that a query means. It is the contract between the language and whatever engine answers.

A field is named as in `index.schema.FIELDS`; no name means everywhere. Texts are as typed, not yet analysed.
"""

from __future__ import annotations

from msgspec import Struct


class Term(Struct, frozen=True):
    """One word, somewhere in the fields named, or everywhere; where it is exact, in the form it was typed."""

    text: str
    fields: tuple[str, ...] = ()
    is_exact: bool = False


class Phrase(Struct, frozen=True):
    """Words in this order next to each other; where it is open, the last is only how a word starts."""

    text: str
    fields: tuple[str, ...] = ()
    is_open: bool = False
    is_exact: bool = False


class Proximity(Struct, frozen=True):
    """Words in any order within one value of a field, with at most `distance` other words between them."""

    text: str
    fields: tuple[str, ...] = ()
    distance: int = 0


class Prefix(Struct, frozen=True):
    """Any word that starts so."""

    text: str
    fields: tuple[str, ...] = ()


class Dates(Struct, frozen=True):
    """A date from `low` to `high`, both included, as numbers like 20230801; which date, `column` says."""

    low: int
    high: int
    column: str = "date"


class Cites(Struct, frozen=True):
    """The articles whose reference list holds the work with this key."""

    key: str


class CitedBy(Struct, frozen=True):
    """The articles in the reference list of the one with this key."""

    key: str


class Concept(Struct, frozen=True):
    """What was typed, or another name of the same: a match by another name counts `weight` of one as typed.

    `name` is the concept's own name in the vocabulary.
    """

    typed: Node
    others: tuple[Node, ...]
    weight: float
    name: str


class And(Struct, frozen=True):
    """All of these."""

    nodes: tuple[Node, ...]


class Or(Struct, frozen=True):
    """Any of these."""

    nodes: tuple[Node, ...]


class Not(Struct, frozen=True):
    """Anything but this."""

    node: Node


class Every(Struct, frozen=True):
    """Every article."""


Words = Term | Phrase | Proximity | Prefix
"""The leaves that are looked for in the words of fields."""

Node = Words | Dates | Cites | CitedBy | Concept | And | Or | Not | Every
