"""The forward side of a segment: the tokens of each field of each article, in the order of the text.

A text is kept as the units it was analysed in (compounds, or whole names) by their number, and the
characters between them. What tokens a unit has is kept once.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from index.schema import ANALYZED
from index.segments.ranges import among, borders, ranges

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from index.schema import Field, Kind
    from index.segments.arrays import Array

GAP_WIDTH: Final = 100
"""How far a new value of a field moves the next position on."""

BREAK: Final = 0x80
"""Added to a distance in front of which a new value begins."""

FAR: Final = 0x7F
"""Stands for a distance of this or more, which is kept apart."""

_NOT_STREAMED: Final = frozenset({"reference"})


def is_streamed(field: Field) -> bool:
    """Say whether the tokens of a field are kept in order: reference lists are long, and not shown."""
    return field.kind in ANALYZED and field.name not in _NOT_STREAMED


class Tokens(NamedTuple):
    """Tokens of a text: an entry of each array for each.

    `terms` and `forms` are numbers in the lexicon of the field's kind. A token stands in `widths` places from
    `positions` on. Its text is from `starts` to `starts + lengths`, in characters of the field's text, as
    `index.schema.field_text` gives it.
    """

    terms: NDArray[np.uint32]
    positions: NDArray[np.int64]
    starts: NDArray[np.int64]
    lengths: NDArray[Any]
    forms: NDArray[np.uint8]
    widths: NDArray[np.uint8]


class Units:
    """The units of a kind of fields: tokens `offsets[n]` to `offsets[n + 1]` are those of unit n.

    `lengths` are those of the texts of units in characters, `places` how many places each fills.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """Take the arrays of a file of units."""
        self.offsets: NDArray[np.uint32] = arrays["offsets"]
        self.lengths: NDArray[Any] = arrays["lengths"]
        self.places: NDArray[Any] = arrays["places"]
        self.terms: NDArray[np.uint32] = arrays["terms"]
        self.forms: NDArray[np.uint8] = arrays["forms"]
        self.token_places: NDArray[Any] = arrays["token_places"]
        self.token_starts: NDArray[Any] = arrays["token_starts"]
        self.token_lengths: NDArray[Any] = arrays["token_lengths"]
        self.widths: NDArray[np.uint8] = arrays["widths"]

    def holding(self, terms: NDArray[np.intp]) -> NDArray[np.bool_]:
        """Return of each unit whether it holds any of some terms, given by number."""
        mask = np.zeros(len(self.lengths), np.bool_)
        starts, holders = self._holders
        known = terms[terms < len(starts) - 1]
        mask[holders[ranges(starts[known], starts[known + 1] - starts[known])]] = True
        return mask

    @cached_property
    def _holders(self) -> tuple[NDArray[np.int64], NDArray[np.uint32]]:
        """Where the units of each term start, and these, term by term: made in milliseconds, and kept."""
        order = np.argsort(self.terms, kind="stable")
        units = np.repeat(np.arange(len(self.lengths), dtype=np.uint32), np.diff(self.offsets))
        return borders(np.bincount(self.terms)), units[order]


class Stream(NamedTuple):
    """The units of a field: those of article n are `starts[n]` to `starts[n + 1]` in the other arrays.

    `gaps` holds the characters between a unit and the one before it, or the start of the text; `far` those
    of the units in `far_at`, where they are too many for a byte.
    """

    starts: NDArray[np.uint32]
    units: NDArray[np.uint32]
    gaps: NDArray[np.uint8]
    far_at: NDArray[np.uint32]
    far: NDArray[np.uint32]


class Forward:
    """The token stream of a segment."""

    def __init__(self, units: Mapping[Kind, Units], streams: Mapping[str, tuple[Kind, Stream]]) -> None:
        """Take the units by kind, and the stream of each field with its kind."""
        self.units = units
        self._streams = streams

    def stream(self, field: str) -> Stream:
        """Return the units of a field of all articles; raises KeyError for a field without a stream."""
        return self._streams[field][1]

    def tokens(self, article: int, field: str) -> Tokens:
        """Return the tokens of a field of an article; raises KeyError for a field without a stream."""
        kind, stream = self._streams[field]
        first, last = int(stream.starts[article]), int(stream.starts[article + 1])
        gaps = (stream.gaps[first:last] & FAR).astype(np.int64)
        low, high = among(stream.far_at, (first, last))
        gaps[stream.far_at[low:high] - np.uint32(first)] = stream.far[low:high]
        return expand(self.units[kind], stream.units[first:last], gaps, stream.gaps[first:last] >= BREAK)


def expand(
    table: Units, units: NDArray[np.uint32], gaps: NDArray[np.int64], breaks: NDArray[np.bool_]
) -> Tokens:
    """Return the tokens of one text, given its units, the characters before each, and where values begin."""
    lengths, places = table.lengths[units].astype(np.int64), table.places[units].astype(np.int64)
    starts = np.cumsum(gaps + lengths) - lengths
    positions = np.cumsum(places + GAP_WIDTH * breaks) - places
    first = table.offsets[units]
    counts = table.offsets[units + np.uint32(1)] - first
    token = ranges(first, counts)
    return Tokens(
        terms=table.terms[token],
        positions=np.repeat(positions, counts) + table.token_places[token],
        starts=np.repeat(starts, counts) + table.token_starts[token],
        lengths=table.token_lengths[token],
        forms=table.forms[token],
        widths=table.widths[token],
    )
