"""What Whoosh's searcher walks along: the postings of one term."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, Final, Self

import numpy as np
from whoosh.matching import LeafMatcher, ReadTooFar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.codec.terms import FieldTerms, Lengths

_BLOCK: Final = 128
"""As many postings as in a block of Whoosh's own codec."""


class ArraysMatcher(LeafMatcher):  # type: ignore[misc]  # Whoosh has no types
    """The postings of a term, in blocks, so that a search for the best few hits can pass over some."""

    def __init__(
        self, terms: FieldTerms, number: int, rounded: Lengths, *, field: tuple[str, Any], scorer: Any
    ) -> None:
        """Take a term by its number, and the rounded length of the field in each article.

        `field` is its name and Whoosh's format of it; `scorer` is Whoosh's, or None.
        """
        name, self.format = field
        self.scorer = scorer
        self._term = (name, terms[number])
        self._terms = terms
        self._number = number
        self._rounded = rounded
        self._articles, self._weights = terms.postings(number)
        self._places: tuple[Any, Any] | None = None
        self.reset()

    def reset(self) -> None:
        """Go back to the first posting."""
        self._block = -1
        self._go(0)

    def _go(self, place: int) -> None:
        """Go to a posting; unpack its block if that is another one.

        Behind the last posting what is found stays as it was: Whoosh's queries for spans still ask for it.
        """
        self._at = place
        if place >= len(self._articles):
            return
        block, self._within = divmod(place, _BLOCK)
        if block != self._block:
            self._block = block
            block_of = slice(block * _BLOCK, (block + 1) * _BLOCK)
            self._ids: list[int] = self._articles[block_of].tolist()
            self._block_weights: list[float] = self._weights[block_of].tolist()

    def is_active(self) -> bool:
        """Say whether there is a posting here."""
        return self._at < len(self._articles)

    def copy(self) -> Self:
        """Return another matcher at the same place."""
        return copy(self)

    def id(self) -> int:
        """Return the article."""
        return self._ids[self._within]

    def all_ids(self) -> Iterator[int]:
        """Return the articles from here on."""
        return iter(self._articles[self._at :].tolist())

    def weight(self) -> float:
        """Return the weight of the term in the article."""
        return self._block_weights[self._within]

    def value(self) -> bytes:
        """Return the places of the term as Whoosh packs them."""
        return bytes(self.format.encode(self._own_places()))

    def value_as(self, astype: str) -> Any:
        """Return what the posting holds, such as its "positions"; they need no packing on the way."""
        return self._own_places() if astype == "positions" else super().value_as(astype)

    def _own_places(self) -> list[int]:
        if self._places is None:
            self._places = self._terms.places(self._number)
        starts, places = self._places
        posting = self._block * _BLOCK + self._within
        own: list[int] = places[int(starts[posting]) : int(starts[posting + 1])].tolist()
        return own

    def next(self) -> bool:
        """Go to the next posting; say whether another block begins there."""
        if not self.is_active():
            raise ReadTooFar
        block = self._block
        self._go(self._at + 1)
        return block != self._block or not self.is_active()

    def skip_to(self, targetid: int) -> None:
        """Go to the first posting from here on whose article has this number or a higher one."""
        if not self.is_active():
            raise ReadTooFar
        if targetid > self.id():
            rest = self._articles[self._at :]
            self._go(self._at + int(np.searchsorted(rest, rest.dtype.type(targetid))))

    def skip_to_quality(self, minquality: float) -> int:
        """Go to the next block whose best score may be higher; return how many were passed over."""
        skipped = 0
        while self.is_active() and self.block_quality() <= minquality:
            self._go((self._block + 1) * _BLOCK)
            skipped += 1
        return skipped

    def block_min_id(self) -> int:
        """Return the first article of the block."""
        return self._ids[0]

    def block_max_id(self) -> int:
        """Return the last article of the block."""
        return self._ids[-1]

    def block_min_length(self) -> int:
        """Return the rounded length of the field where it is shortest."""
        return int(self._rounded[self._ids].min())

    def block_max_length(self) -> int:
        """Return the rounded length of the field where it is longest."""
        return int(self._rounded[self._ids].max())

    def block_max_weight(self) -> float:
        """Return the highest weight of the term."""
        return max(self._block_weights)
