"""The tree that a query means. It is the contract between the language and whatever engine answers.

A field is named as in `index.schema.FIELDS`; no name means everywhere. Texts are as typed, not yet analysed.
"""

from __future__ import annotations

from msgspec import Struct


class Term(Struct, frozen=True):
    """One word, somewhere in the fields named, or everywhere."""

    text: str
    fields: tuple[str, ...] = ()


class Phrase(Struct, frozen=True):
    """Words in this order next to each other; where it is open, the last is only how a word starts."""

    text: str
    fields: tuple[str, ...] = ()
    is_open: bool = False


class Prefix(Struct, frozen=True):
    """Any word that starts so."""

    text: str
    fields: tuple[str, ...] = ()


class Dates(Struct, frozen=True):
    """Published from `low` to `high`, both included, as numbers like 20230801."""

    low: int
    high: int


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


Node = Term | Phrase | Prefix | Dates | And | Or | Not | Every
