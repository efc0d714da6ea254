"""What ranking needs of an article, as bytes: read for a thousand articles at once, by arrays alone.

In 32-bit words, little-endian: how many units, far gaps and terms each field has, then these, field by field;
then the gaps, a byte each, filled up to a whole word. See `index.segments` for what units and gaps are.
"""

from __future__ import annotations

import struct
import zlib
from itertools import repeat
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pybase64
from msgspec import msgpack

from index.schema import FIELDS, Kind
from index.segments.forward import is_streamed
from index.segments.ranges import ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from index.segments.arrays import Array

STREAMS: Final = tuple(field.name for field in FIELDS if is_streamed(field))
IDS: Final = tuple(field.name for field in FIELDS if field.kind is Kind.ID)
_PARTS: Final = 2 * len(STREAMS) + len(IDS)
_WORD: Final = 4
_LETTERS: Final = 16
"""Letters of base64 that are a whole number of words: so long is each article made, to read all at once."""


def packed(streams: Sequence[tuple[bytes, bytes, bytes]], ids: Sequence[bytes]) -> bytes:
    """Return an article as bytes: units, gaps and far gaps of fields, and terms of fields of identifiers.

    Of each field in the order of the schema; all numbers but gaps are in 32 bits.
    """
    parts = [units for units, _, _ in streams] + [far for _, _, far in streams] + list(ids)
    gaps = b"".join([each for _, each, _ in streams])
    counts = struct.pack(f"<{_PARTS}I", *(len(part) // _WORD for part in parts))
    return b"".join((counts, *parts, gaps, bytes(-len(gaps) % _WORD)))


class Unpacked:
    """Some articles that were packed, in order."""

    def __init__(self, articles: Sequence[str]) -> None:
        """Take what `packed` returned for each, as a cluster writes it: in base64."""
        sizes = np.array([-(-len(each) // _LETTERS) for each in articles], np.intp)
        letters = "".join(map(str.ljust, articles, (sizes * _LETTERS).tolist(), repeat("A")))
        content = _decoded(letters)
        self._words = np.frombuffer(content, "<u4")
        self._bytes = np.frombuffer(content, np.uint8)
        sizes *= _LETTERS * 6 // (8 * _WORD)
        firsts = np.cumsum(sizes) - sizes
        self._counts = self._words[firsts[:, None] + np.arange(_PARTS)].astype(np.intp)
        self._starts = firsts[:, None] + _PARTS + np.cumsum(self._counts, axis=1) - self._counts
        streams = self._counts[:, : len(STREAMS)]
        gaps = (firsts + _PARTS + self._counts.sum(axis=1)) * _WORD
        self._gaps = gaps[:, None] + np.cumsum(streams, axis=1) - streams

    def stream(self, field: str) -> dict[str, Array]:
        """Return the units of a streamed field: how many each article has, and these with their gaps."""
        part = STREAMS.index(field)
        counts = self._counts[:, part]
        return {
            "counts": counts.astype(np.uint32),
            "units": self._part(part),
            "gaps": self._bytes[ranges(self._gaps[:, part], counts)],
            "far": self._part(len(STREAMS) + part),
        }

    def terms(self, field: str) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
        """Return how many identifiers of a field each article has, and the terms of these."""
        part = 2 * len(STREAMS) + IDS.index(field)
        return self._counts[:, part].astype(np.uint32), self._part(part)

    def weighed(self, fields: Sequence[str]) -> tuple[NDArray[np.uint32], NDArray[np.intp]]:
        """Return the units of some streamed fields, by article and then by field, and how many each has."""
        parts = [STREAMS.index(field) for field in fields]
        counts = self._counts[:, parts]
        return self._words[ranges(self._starts[:, parts].ravel(), counts.ravel())], counts

    def _part(self, part: int) -> NDArray[np.uint32]:
        return self._words[ranges(self._starts[:, part], self._counts[:, part])].astype(np.uint32)


def unpacked(text: str) -> Any:
    """Return what `places` of a document holds."""
    return msgpack.decode(zlib.decompress(_decoded(text + "=" * (-len(text) % 4))))


def stored_in(documents: Iterable[Mapping[str, Any]]) -> dict[int, bytes]:
    """Return the articles that documents hold, as an index stores them, by their numbers."""
    return {int(each["n"]): pybase64.b64decode(each["article"], validate=True) for each in documents}


def _decoded(text: str) -> bytes:
    """Return the bytes of a column: clusters write them in the letters of URLs, or in those of mail."""
    letters = "-_" if "-" in text or "_" in text else None
    return pybase64.b64decode(text, altchars=letters, validate=True)
