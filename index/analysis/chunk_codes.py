"""Finds the codes of chunks of text, which blanks part: many at once, since most were met before.

A dictionary looks up one chunk at a time, in memory that is all over the place. Here the bytes of all chunks
of a text are looked up in one array, each in the one place where it can be; the rest is asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Callable

NO_CODE: Final = -1
"""The code of a chunk without a byte."""

_PLACES: Final = 20
"""Bits of the number of places; a chunk takes that of another, which is then asked for again."""

_MOST: Final = 200_000
"""Chunks that are remembered besides those that have a place, until all of them are forgotten."""

_KEY: Final = 16
_LONGEST: Final = _KEY - 1
"""Bytes of a chunk, at most, for it to have a place: its key is its bytes and, in the last one, how many."""

_BLANK, _LINE, _ZERO = 32, 10, 0
_END: Final = b"\n" + bytes(_KEY)
_FIRST, _SECOND = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_FOLD: Final = np.uint64(29)
_REST: Final = np.uint64(64 - _PLACES)


def _masks() -> NDArray[np.complex128]:
    """Return what leaves so many bytes of a key, by their number; nothing of a chunk that is too long."""
    kept = np.tri(_LONGEST + 1, _KEY, -1, dtype=np.uint8) * np.uint8(255)
    return np.append(kept, np.zeros((1, _KEY), np.uint8), axis=0).view(np.complex128).ravel()


# A complex number is only what has the size of a key: arrays of those are looked up in one step.
_MASKS: Final = _masks()
_LENGTHS: Final = np.arange(_KEY + 1, dtype=np.uint64) << np.uint64(56)


class Chunked(Struct, frozen=True):
    """A text in UTF-8, the codes of its chunks, and where these start and end in it."""

    content: bytes
    codes: NDArray[np.int64]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def text(self, number: int, last: int | None = None) -> str:
        """Return a chunk, or the text from it to the end of another."""
        start, end = self.starts.item(number), self.ends.item(number if last is None else last)
        return self.content[start:end].decode("utf-8", "surrogatepass")

    def is_apart(self, number: int) -> bool:
        """Say whether a chunk is empty or a zero, and so nothing can be joined to it."""
        start, end = self.starts.item(number), self.ends.item(number)
        return end == start or (end == start + 1 and self.content[start] == _ZERO)

    def ends_line(self, number: int) -> bool:
        """Say whether a line break, or the end, stands behind a chunk."""
        return self.content[self.ends.item(number)] == _LINE

    def lines(self) -> NDArray[np.int64]:
        """Return the numbers of the last chunk of each line."""
        return np.flatnonzero(np.frombuffer(self.content, np.uint8)[self.ends] == _LINE)


class _Others(dict[bytes, int]):
    """The codes of chunks that have no place, or may have lost it to another."""

    def __init__(self, code_of: Callable[[str], int]) -> None:
        super().__init__()
        self._code_of = code_of

    def __missing__(self, chunk: bytes) -> int:
        code = self[chunk] = self._code_of(chunk.decode("utf-8", "surrogatepass"))
        return code


class ChunkCodes:
    """Remembers codes of chunks, in a memory that is bounded; for the use of one thread."""

    def __init__(self, code_of: Callable[[str], int]) -> None:
        """Take what gives the code of a chunk that is not remembered, from 32 bits with a sign."""
        self._others: Final = _Others(code_of)
        self._keys: Final = np.zeros(1 << _PLACES, np.complex128)
        self._codes: Final = np.full(1 << _PLACES, NO_CODE, np.int32)

    def chunked(self, text: str) -> Chunked:
        """Return what stands between the blanks and line breaks of a text, empty between two of them."""
        if len(self._others) > _MOST:
            self._others.clear()
        content = text.encode("utf-8", "surrogatepass") + _END
        letters = np.frombuffer(content, np.uint8)
        ends = np.flatnonzero((letters == _BLANK) | (letters == _LINE))
        starts = np.concatenate(([0], ends[:-1] + 1))
        lengths = np.minimum(ends - starts, _KEY)
        windows: NDArray[np.void] = np.ndarray((len(content) - _LONGEST,), f"V{_KEY}", content, strides=(1,))
        keys = windows[starts].view(np.uint64)
        keys &= _MASKS.take(lengths).view(np.uint64)
        keys[1::2] |= _LENGTHS.take(lengths)
        places = _places(keys)
        codes = self._codes.take(places).astype(np.int64)
        known = self._keys.take(places).view(np.uint64)
        known ^= keys
        missing = np.flatnonzero(known[::2] | known[1::2])
        chunked = Chunked(content, codes, starts, ends)
        if len(missing):
            others, parts = self._others, zip(starts[missing].tolist(), ends[missing].tolist(), strict=True)
            codes[missing] = [others[content[start:end]] for start, end in parts]
            kept = missing[lengths[missing] <= _LONGEST]
            self._keys[places[kept]] = keys.view(np.complex128)[kept]
            self._codes[places[kept]] = codes[kept]
        return chunked


def _places(keys: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return the place of each key."""
    mixed = keys[::2] * _FIRST
    mixed ^= mixed >> _FOLD
    mixed += keys[1::2]
    mixed *= _SECOND
    mixed >>= _REST
    return mixed.view(np.int64)
