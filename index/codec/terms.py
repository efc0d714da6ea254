"""The terms of a field as Whoosh's own codec would have them: in order of bytes, with articles and weights.

Words are what the segment holds. A date has no postings there: its terms, at eight precisions as Whoosh's
NUMERIC field makes them, are read off the column.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from struct import Struct
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from index.segments.postings import FieldPostings
from index.segments.ranges import borders

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from index.segments.arrays import Array
    from index.segments.forward import Tokens
    from index.segments.lexicon import Lexicon

    Articles = NDArray[np.uint32]
    Weights = NDArray[np.float64]
    Lengths = NDArray[np.int64]


class FieldTerms(Protocol):
    """The terms of one field, numbered in order of their bytes."""

    @property
    def lengths(self) -> Lengths:
        """How many places the terms of each article have: what Whoosh calls the length of the field."""
        ...

    def __len__(self) -> int: ...

    def __getitem__(self, number: int) -> bytes: ...

    def df(self, number: int) -> int:
        """Return how many articles have the term."""
        ...

    def postings(self, number: int) -> tuple[Articles, Weights]:
        """Return the articles with the term, in order, and its weight in each."""
        ...

    def places(self, number: int) -> tuple[Lengths, Array]:
        """Return starts and places of the term: those in its n-th article begin at the n-th start."""
        ...


def place_of(terms: FieldTerms, text: bytes) -> int:
    """Return how many terms of a field come before a text."""
    return bisect_left(range(len(terms)), text, key=terms.__getitem__)


def number_of(terms: FieldTerms, text: bytes) -> int:
    """Return the number of a term; -1 where the field has it not."""
    place = place_of(terms, text)
    return place if place < len(terms) and terms[place] == text else -1


class WordTerms:
    """The terms of a field of words or identifiers."""

    def __init__(
        self, lexicon: Lexicon, arrays: Mapping[str, Array], tokens: Callable[[int], Tokens] | None
    ) -> None:
        """Take the lexicon of the field's kind, the arrays of its file, and an article's tokens, if kept."""
        self._terms = lexicon.terms
        self._arrays = arrays
        self._postings = FieldPostings(arrays)
        self._tokens = tokens
        # A dense field has a row for each term of its kind, those that stand in other fields only, too.
        self._numbers = arrays["numbers"] if len(arrays["numbers"]) else _not_empty(arrays["offsets"])

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, number: int) -> bytes:
        return self._terms.encoded(int(self._numbers[number]))

    def df(self, number: int) -> int:
        """Return how many articles have the term."""
        return self._postings.df(int(self._numbers[number]))

    def postings(self, number: int) -> tuple[Articles, Weights]:
        """Return the articles with the term and its weight in each: how often they have it."""
        term = int(self._numbers[number])
        articles, frequencies = self._postings.postings(term)
        weights = frequencies.astype(np.float64)
        if self._tokens is not None:
            starts, places, _ = self._postings.positions(term)
            if len(places) > frequencies.sum():
                for posting in np.unique(_again(starts, places)).tolist():
                    weights[posting] = _weight(self._tokens(int(articles[posting])), term)
        return articles, weights

    def places(self, number: int) -> tuple[Lengths, Array]:
        """Return the places of the term, each once."""
        starts, places, _ = self._postings.positions(int(self._numbers[number]))
        again = _again(starts, places)
        fewer = np.bincount(again, minlength=len(starts) - 1)
        kept = np.delete(places, _repeated(starts, places)) if len(again) else places
        return starts - borders(fewer), kept

    @cached_property
    def lengths(self) -> Lengths:
        """How many places the terms of each article have; a term stands in a place once."""
        counts = self._arrays["frequencies"].astype(np.int64)
        counts[self._arrays["more_at"]] += self._arrays["more"]
        counts -= np.bincount(_again(borders(counts), self._arrays["places"]), minlength=len(counts))
        articles = len(self._postings.lengths)
        return np.bincount(self._arrays["articles"], counts, articles).astype(np.int64)


def _not_empty(offsets: Array) -> NDArray[np.int64]:
    return np.flatnonzero(offsets[1:] != offsets[:-1])


def _repeated(starts: Array, places: Array) -> NDArray[np.int64]:
    """Return which places are that of the entry before, too, in the same article.

    That is so where a compound has the stem of its first part: semi-s.
    """
    same = np.flatnonzero(places[1:] == places[:-1]) + 1
    first: NDArray[np.bool_] = starts[np.searchsorted(starts, same, side="right") - 1] == same
    return same[~first]


def _again(starts: Array, places: Array) -> NDArray[np.int64]:
    """Return for each repeated place the posting that it belongs to."""
    postings: NDArray[np.int64] = np.searchsorted(starts, _repeated(starts, places), side="right") - 1
    return postings


def _weight(tokens: Tokens, term: int) -> float:
    """Return the weight of a term in an article as `analyzer.WordAnalyzer` deals it out to places.

    Of two tokens in a place the narrower counts, with its own share.
    """
    own = np.flatnonzero(tokens.terms == term)
    own = own[np.argsort(tokens.positions[own], kind="stable")]
    width_of: dict[int, int] = {
        place: width
        for first, width in zip(tokens.positions[own].tolist(), tokens.widths[own].tolist(), strict=True)
        for place in range(first, first + width)
    }
    return sum(1 / width for width in width_of.values())


_BITS: Final = 32
_STEP: Final = 4
_SIGN: Final = 1 << (_BITS - 1)
_TERM: Final = Struct(">BI")


class DateTerms:
    """The terms of a date: how many bits were shifted away, 0 to 28, and what is left of the number.

    Whoosh answers a range by few coarse terms in its middle and fine ones at its ends.
    """

    def __init__(self, dates: NDArray[np.int32]) -> None:
        """Take the date of each article, 0 where it has none."""
        self.lengths: Lengths = np.zeros(len(dates), np.int64)
        dated = np.flatnonzero(dates).astype(np.uint32)
        self._articles: Articles = dated[np.argsort(dates[dated], kind="stable")]
        numbers = dates[self._articles].astype(np.int64) + _SIGN
        # A term is the articles from one start up to the next one of its precision.
        self._spans: list[tuple[bytes, int, int]] = []
        for shift in range(0, _BITS, _STEP):
            shifted, starts = np.unique(numbers >> shift, return_index=True)
            ends = np.append(starts[1:], len(numbers))
            for left, start, end in zip(shifted.tolist(), starts.tolist(), ends.tolist(), strict=False):
                self._spans.append((_TERM.pack(shift, left), start, end))

    def __len__(self) -> int:
        return len(self._spans)

    def __getitem__(self, number: int) -> bytes:
        return self._spans[number][0]

    def df(self, number: int) -> int:
        """Return how many articles have the term."""
        _, start, end = self._spans[number]
        return end - start

    def postings(self, number: int) -> tuple[Articles, Weights]:
        """Return the articles with the term, and 1 for each."""
        _, start, end = self._spans[number]
        return np.sort(self._articles[start:end]), np.ones(end - start)

    def places(self, number: int) -> tuple[Lengths, Array]:
        """Return no places."""
        return np.zeros(self.df(number) + 1, np.int64), np.empty(0, np.uint32)
