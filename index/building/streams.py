"""The units of a field in many articles, while they are gathered."""

from __future__ import annotations

from array import array
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np

from index.analysis.analyzer import GAP
from index.segments.forward import BREAK, FAR
from index.segments.ranges import borders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from numpy.typing import NDArray

    from index.analysis.numbering import Numbering
    from index.building.chunks import Chunks
    from index.segments.arrays import Array

_LINE: Final = ord(GAP)
_LETTER: Final = 1
_BLANK: Final = 2


class FieldStream:
    """The units of a field, article after article, and the characters before each."""

    def __init__(self) -> None:
        self._counts: list[Array] = []
        self._units: list[Array] = []
        self._gaps: list[Array] = []
        self._total = 0

    def add(
        self, counts: NDArray[np.int64], units: NDArray[np.uint32], gaps: NDArray[np.int64], breaks: Array
    ) -> None:
        """Append articles with so many units each; `breaks` says which units begin a new value."""
        self._counts.append(counts.astype(np.uint32))
        self._units.append(units)
        # A distance is at most the length of a text, so there is room for the mark.
        self._gaps.append((gaps << 1 | breaks).astype(np.uint32))

    def add_values(self, values: Iterable[Sequence[str]], number: Callable[[str], int]) -> None:
        """Append articles by their values, each of which is a unit with this number; -1 is none."""
        numbers = [[each for value in some if value and (each := number(value)) >= 0] for some in values]
        counts = np.fromiter(map(len, numbers), dtype=np.int64, count=len(numbers))
        units = np.fromiter(chain.from_iterable(numbers), dtype=np.uint32, count=int(counts.sum()))
        follows = np.ones(len(units), dtype=np.int64)
        follows[(np.cumsum(counts) - counts)[counts > 0]] = 0
        self.add(counts, units, follows, follows)

    def units(self) -> NDArray[np.uint32]:
        """Return the units of all articles so far."""
        return np.concatenate([np.empty(0, np.uint32), *self._units])

    def arrays(self) -> dict[str, Array]:
        """Return the stream: units of each article, and as in `index.segments.forward.Stream`."""
        marked = np.concatenate([np.empty(0, np.uint32), *self._gaps])
        gaps, breaks = marked >> 1, marked & 1
        far_at = np.flatnonzero(gaps >= FAR)
        return {
            "counts": np.concatenate([np.empty(0, np.uint32), *self._counts]),
            "units": self.units(),
            "gaps": (np.minimum(gaps, FAR) | breaks * BREAK).astype(np.uint8),
            "far_at": far_at.astype(np.uint32),
            "far": gaps[far_at],
        }


class Words:
    """Finds the units of texts of a kind, many texts at once, with where they start.

    Every letter and digit of a text is in a unit, and each unit starts with one. So the letters in the units
    before, of which each unit has a known number, say where a unit starts.
    """

    def __init__(self, numbers: Numbering, chunks: Chunks) -> None:
        """Take what numbers the units, and what finds them."""
        self._numbers = numbers
        self._chunks = chunks
        self._lengths = array("I")
        self._letters = array("I")
        self._classes = np.empty(0, np.uint8)

    def add(self, texts: Sequence[str], stream: FieldStream) -> None:
        """Append texts, one of each article, to the stream of a field."""
        joined = GAP.join(texts)
        codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        classes = self._classes_of(codes)
        units = self._units(joined, is_plain="  " not in joined and not (classes == _BLANK).any())
        if not len(units):
            stream.add(np.zeros(len(texts), np.int64), *_NOTHING)
            return
        starts = self._starts(units, np.flatnonzero(classes == _LETTER), joined)
        ends = starts + np.frombuffer(self._lengths, np.uint32)[units]
        lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
        text_starts = np.cumsum(lengths + 1) - (lengths + 1)
        firsts = np.searchsorted(starts, text_starts)
        counts = np.diff(firsts, append=len(units))
        before = np.concatenate(([0], ends[:-1]))
        before[firsts[counts > 0]] = text_starts[counts > 0]
        breaks = np.zeros(len(units) + 1, dtype=np.int64)
        lines = np.flatnonzero(codes == _LINE)
        following = np.searchsorted(starts, lines)
        # A line that ends a text has behind it, if anything, a unit of another text.
        owner = np.searchsorted(text_starts, lines, side="right") - 1
        breaks[following[following < (firsts + counts)[owner]]] = 1
        stream.add(counts, units, starts - before, breaks[:-1])

    def _units(self, joined: str, *, is_plain: bool) -> NDArray[np.uint32]:
        """Return the units of texts; learn of new ones how long they are, and of how many letters."""
        units = self._chunks.units(joined, is_plain=is_plain)
        fresh = self._numbers.fresh[len(self._lengths) - len(self._numbers) + len(self._numbers.fresh) :]
        self._lengths.extend(map(len, fresh))
        self._letters.extend(len(unit) if unit.isalnum() else sum(map(str.isalnum, unit)) for unit in fresh)
        return units

    def _classes_of(self, codes: NDArray[np.uint32]) -> NDArray[np.uint8]:
        """Return of each character whether it is a letter or digit, or white space of an odd kind."""
        top = int(codes.max(initial=0)) + 1
        if top > len(self._classes):
            more = [_class(chr(code)) for code in range(len(self._classes), top)]
            self._classes = np.concatenate((self._classes, np.array(more, dtype=np.uint8)))
        return self._classes[codes]

    def _starts(
        self, units: NDArray[np.uint32], letters: NDArray[np.int64], joined: str
    ) -> NDArray[np.int64]:
        """Return where each unit starts in the joined text, whose letters are at these places."""
        counts = np.frombuffer(self._letters, np.uint32)[units]
        before = borders(counts)
        if before[-1] == len(letters) and counts.all():
            return letters[before[:-1]]
        return np.fromiter(self._chunks.starts(joined), np.int64, count=len(units))


def _class(character: str) -> int:
    if character.isalnum():
        return _LETTER
    return _BLANK if character.isspace() and character not in {" ", GAP} else 0


_NOTHING: Final = (np.empty(0, np.uint32), np.empty(0, np.int64), np.empty(0, np.int64))
