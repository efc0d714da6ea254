"""What the words of a query are looked up in: a whole segment, or some articles of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.schema import Kind
    from index.segments.forward import Forward
    from index.segments.lexicon import Lexicon
    from index.segments.postings import FieldPostings, Impacts


class Counted(Protocol):
    """How common terms are."""

    def df(self, term: int) -> int:
        """Return how many articles have the term with this number; 0 for -1."""


class Indexed(Protocol):
    """Articles by their words; `articles` counts all of the generation. See `segment.Segment`."""

    @property
    def articles(self) -> int:
        """How many articles there are."""

    @property
    def lexicons(self) -> Mapping[Kind, Lexicon]:
        """The words of each kind of fields."""

    @property
    def fields(self) -> Mapping[str, FieldPostings]:
        """The postings of each field."""

    @property
    def impacts(self) -> Mapping[Kind, Impacts]:
        """What a word searched everywhere is worth."""

    @property
    def everywhere(self) -> Counted:
        """In how many articles a word of a text is, wherever it may be searched."""

    @property
    def forward(self) -> Forward:
        """The tokens of each article, in order."""

    def stored(self, article: int) -> bytes:
        """Return an article as msgpack."""
