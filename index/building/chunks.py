"""Finds the compounds of texts by what stands between blanks: most of it was met before.

`compounds.COMPOUND` says what a compound is. Trying it at every letter takes most of the time of a
build; what it finds between two blanks is always the same, unless a blank joins words, and the words which a
blank in a compound can stand behind are known.
"""

from __future__ import annotations

import re
from array import array
from itertools import chain
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np

from index.analysis.chunk_codes import NO_CODE, ChunkCodes
from index.analysis.compounds import (
    _CODES,
    _GREEK_INSIDE,
    _GREEK_LAST,
    _WITH_NUMBER,
    COMPOUND,
    PREFIXES,
    _spellings,
)
from index.analysis.folding import GREEK, GREEK_NAMES
from index.analysis.mutations import CHANGE, CHANGED_GENES
from index.analysis.stemming import NUMBERED
from index.segments.ranges import ranges

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from index.analysis.chunk_codes import Chunked
    from index.analysis.numbering import Numbering

_MOST: Final = 150_000
"""Words of names, and chunks with blanks between, that are remembered; `ChunkCodes` has chunks alone."""

_FIGURES: Final = "0123456789"
_DIGITS: Final = re.compile("[0-9]+")
_RANGE: Final = re.compile("([0-9]+)[-\u2010-\u2013\u2212]([0-9]+)")
_NUMERIC: Final = re.compile(r"\(?[0-9]+(?:[-\u2013][0-9]+)?(?:[;:(]+[0-9]+(?:[-\u2013][0-9]+)?\)?)*[;:.,)]*")
"""Years, volumes and pages, as reference lists are full of them: 2019;12(3):45-67."""

_SIGNS: Final = ".,;:!?()[]"
_SPLIT_NAME: Final = re.compile("(?<=['\u2018\u2019\u02bc\u2032`\u00b4]) ")
_JOINED_NAME: Final = "\0"
_NAME_WORD: Final = re.compile(r"\S+")
_NONE: Final = NO_CODE
_OPEN: Final = -2
_SEVERAL: Final = -3
"""Stand for the unit of a chunk where it has none, may be joined to what follows, or has several."""

_LAST_WORD: Final = re.compile(r"[^\W_]+$")
_SHAPED: Final = re.compile(rf"{CHANGE}|[cC](?:\d{{1,2}}|[xX])(?:[oO][rR][fF])?")


def _openers() -> Iterator[str]:
    """Yield what a blank in a compound can stand behind, besides what has the shape of a change of a gene."""
    greek = (*GREEK, *GREEK_NAMES)
    genes = [spelling for gene in CHANGED_GENES for spelling in _spellings(gene)]
    whole = (*genes, *_GREEK_LAST, *_GREEK_INSIDE, *NUMBERED, *_WITH_NUMBER, *PREFIXES, *greek)
    yield from (*whole, "up", "down", "hnrnp", "orf", "nf", "nfkappa", "nfk", "nf\u03ba", "kappa", "k")
    yield from (f"{name}{letter}" for name in _GREEK_INSIDE for letter in greek)
    for name in (*genes, *_CODES, *_GREEK_LAST):
        yield from (name[: sign.start()] for sign in re.finditer("[ -]", name))


_OPENERS: Final = frozenset(re.split("[ -]", opener)[-1] for opener in _openers())


def opens(text: str) -> bool:
    """Say whether a blank may join the end of a text to what follows; often enough it does not."""
    if not text[-1].isalnum():
        return text[-1] == "*"
    if text.isalpha():
        return text.lower() in _OPENERS
    last = _LAST_WORD.search(text)
    return last is not None and (last[0].lower() in _OPENERS or _SHAPED.fullmatch(last[0]) is not None)


class Chunks(Protocol):
    """Finds the units of texts of a kind. What it remembers is bounded, and does not change what it finds."""

    def units(self, text: str, *, is_plain: bool) -> NDArray[np.uint32]:
        """Return the numbers of the units of a text; it is plain if only single blanks and GAP part words."""
        ...

    def starts(self, text: str) -> Iterable[int]:
        """Return where each unit starts, slowly."""
        ...


class TextChunks:
    """The units of texts are compounds, and the ends of ranges of numbers."""

    def __init__(self, numbers: Numbering) -> None:
        """Take what numbers the units."""
        self._numbers = numbers
        self._known = _Known(numbers)
        self._codes = ChunkCodes(self._known.code)

    def units(self, text: str, *, is_plain: bool) -> NDArray[np.uint32]:
        """Return the numbers of the units of a text."""
        if not is_plain:
            return np.fromiter(map(self._numbers.__getitem__, _compounds(text)), np.uint32)
        self._known.trim()
        chunked = self._codes.chunked(text)
        codes = self._joined(chunked)
        counts = np.ones(len(codes), dtype=np.int64)
        counts[codes == _NONE] = 0
        several = np.flatnonzero(codes <= _SEVERAL)
        starts, counts[several] = self._known.several(codes[several])
        found = np.repeat(codes, counts)
        found[found < 0] = self._known.units(ranges(starts, counts[several]))
        return found.astype(np.uint32)

    def starts(self, text: str) -> Iterable[int]:
        """Return where each unit starts."""
        return chain.from_iterable(
            (found.start() + within for within in _starts_within(found[0]))
            for found in COMPOUND.finditer(text)
        )

    def _joined(self, chunked: Chunked) -> NDArray[np.int64]:
        """Return the codes of chunks; those that blanks join have theirs at the first, and none behind."""
        known, codes, behind = self._known, chunked.codes, 0
        for place in np.flatnonzero(codes == _OPEN).tolist():
            if place < behind:
                continue
            code, behind = _OPEN, place + 1
            while code == _OPEN and not chunked.ends_line(behind - 1) and not chunked.is_apart(behind):
                code = known[chunked.text(place, behind)]
                behind += 1
            codes[place] = known.closed(chunked.text(place, behind - 1)) if code == _OPEN else code
            codes[place + 1 : behind] = _NONE
        return codes


class _Known(dict[str, int]):
    """The code of chunks with blanks between, and what gives it.

    It is the number of its unit, or says that it has none, or may have more together with what follows, or
    has several: which these are, is remembered for good.
    """

    def __init__(self, numbers: Numbering) -> None:
        super().__init__()
        self._numbers = numbers
        self._closed: dict[str, int] = {}
        self._units = array("I")
        self._starts = array("q", [0])

    def __missing__(self, text: str) -> int:
        code = self[text] = self.code(text)
        return code

    def code(self, chunk: str) -> int:
        """Return the code of a chunk, or of several; it is not remembered."""
        word = chunk.strip(_SIGNS)
        # Most are a word of Latin letters, of which no pattern makes anything else.
        if word.isalpha() and word.isascii():
            return _OPEN if opens(chunk) else self._numbers[word]
        if _NUMERIC.fullmatch(chunk):
            return self._code_of(_DIGITS.findall(chunk))
        return _OPEN if chunk and opens(chunk) else self._code_of(_compounds(chunk))

    def trim(self) -> None:
        """Forget all texts where they are too many, though not what their codes mean."""
        if len(self) + len(self._closed) > _MOST:
            self.clear()
            self._closed.clear()

    def closed(self, text: str) -> int:
        """Return the code of a text that nothing is joined to."""
        code = self._closed.get(text)
        if code is None:
            code = self._closed[text] = self._code_of(_compounds(text))
        return code

    def several(self, codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return where the units of chunks with several start, and how many they are."""
        borders = np.frombuffer(self._starts, np.int64)
        first = borders[_SEVERAL - codes]
        return first, borders[_SEVERAL - codes + 1] - first

    def units(self, places: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the units in some places of those of all chunks with several."""
        return np.frombuffer(self._units, np.uint32)[places]

    def _code_of(self, parts: Iterable[str]) -> int:
        units = [self._numbers[part] for part in parts]
        if len(units) < 2:
            return units[0] if units else _NONE
        self._units.extend(units)
        self._starts.append(len(self._units))
        return _SEVERAL + 2 - len(self._starts)


def _compounds(text: str) -> Iterable[str]:
    """Return the compounds of a text, but both ends of a range of numbers, which has no token of its own."""
    return chain.from_iterable(
        found.groups() if compound[0] in _FIGURES and (found := _RANGE.fullmatch(compound)) else (compound,)
        for compound in COMPOUND.findall(text)
    )


def _starts_within(compound: str) -> tuple[int, ...]:
    """Return where what `_compounds` makes of a compound starts in it."""
    found = _RANGE.fullmatch(compound)
    return (0, found.start(2)) if found else (0,)


class NameChunks:
    """The units of names are what stands between blanks, from its first letter on.

    `index.analysis.analyzer.analyze_name` looks no further, but from an apostrophe over a blank: O' Brien.
    """

    def __init__(self, numbers: Numbering) -> None:
        """Take what numbers the units."""
        self._known = _KnownNames(numbers)

    def units(self, text: str, *, is_plain: bool) -> NDArray[np.uint32]:  # noqa: ARG002 - any blank parts names
        """Return the numbers of the units of names."""
        words = _SPLIT_NAME.sub(_JOINED_NAME, text).split()
        units = np.fromiter(map(self._known.__getitem__, words), np.int64, count=len(words))
        return units[units >= 0].astype(np.uint32)

    def starts(self, text: str) -> Iterable[int]:
        """Return where each unit starts."""
        words = _NAME_WORD.finditer(_SPLIT_NAME.sub(_JOINED_NAME, text))
        return (word.start() + lead for word in words if (lead := _lead(word[0])) < len(word[0]))


class _KnownNames(dict[str, int]):
    """The unit of each word of a name; none of one that has no letter."""

    def __init__(self, numbers: Numbering) -> None:
        super().__init__()
        self._numbers = numbers

    def __missing__(self, word: str) -> int:
        if len(self) > _MOST:
            self.clear()
        unit = word[_lead(word) :].replace(_JOINED_NAME, " ")
        number = self[word] = self._numbers[unit] if unit else _NONE
        return number


def _lead(word: str) -> int:
    """Return how many characters stand before the first letter or digit."""
    return next((place for place, character in enumerate(word) if character.isalnum()), len(word))
