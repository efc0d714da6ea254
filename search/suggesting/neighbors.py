"""The words of a lexicon that are spelled almost like another, found among many within milliseconds.

Words are kept by length, each with a number whose bits say which letters it has, and which more than once.
An edit changes two of these bits at most, so that few words are left to be compared letter by letter.
"""

from __future__ import annotations

import re
from functools import cached_property
from math import log10
from string import ascii_lowercase
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from numpy.typing import NDArray

    from index.segments.lexicon import Lexicon

MIN_LENGTH: Final = 4
"""Letters of the shortest word that is compared: anything is near to a shorter one."""

_EDIT: Final = 2.0
_OTHER_START: Final = 1.0
_KNOWN: Final = 1.0
"""Powers of ten: a word must be 100 times as frequent to be as likely with one edit more."""

_TWO: Final = 6
_THREE: Final = 8
_LONGEST: Final = 64
_COLUMNS: Final = 32
_NO_LETTER: Final = 31
_COLUMN: Final = np.array(
    [byte - ord("a") if chr(byte) in ascii_lowercase else _NO_LETTER for byte in range(256)], dtype=np.uint8
)
_AT_ONCE: Final = 1 << 14
"""Words whose letters are counted at a time, which takes some 4 MB."""

# What sounds alike in English and is confused by who has only heard it, or writes another language.
_SOUNDS: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"(.)\1+", r"\1"), ("ph", "f"), ("[ckq]h?", "k"), ("gh", "g"), ("r?rh", "r"), ("th", "t"),
        ("[zx]", "s"), ("w", "v"), ("[aeiouy]", "a"),
    )
)  # fmt: skip


class Neighbor(NamedTuple):
    """A word near to another: how far it is away, and how often its term is written.

    `distance` counts letters put in, left out, exchanged or swapped; in `edits`, what sounds alike counts
    half. `score` weighs these against how often it is `written`; the highest is the likeliest.
    """

    word: str
    distance: int
    edits: float
    written: int
    score: float


class _Band(NamedTuple):
    """The words of one length: their numbers in the lexicon, and the bits of their letters."""

    numbers: NDArray[np.intp]
    letters: NDArray[np.uint64]


class Neighbors:
    """Finds neighbors among the words of a lexicon that are all letters. May be shared by threads.

    What the search needs of the lexicon is worked out when the first is asked for.
    """

    def __init__(self, lexicon: Lexicon, known: AbstractSet[str] = frozenset()) -> None:
        """Take a lexicon, and the folded words of names that are known, which are preferred."""
        self.lexicon = lexicon
        self._known = known

    def count(self, term: str) -> int:
        """Return how often a term is written, in whatever form; 0 where no article has it."""
        number = self.lexicon.number(term)
        return int(self._totals[number]) if number >= 0 else 0

    def near(self, word: str) -> list[Neighbor]:
        """Return the neighbors of a folded word other than itself, the likeliest first.

        They are one edit away, or from 6 letters on two. From 8 on they are three, most of which sound alike,
        where there is none likely nearer by. Nothing is near to a word shorter than MIN_LENGTH, or with
        anything but letters.
        """
        if not (MIN_LENGTH <= len(word) <= _LONGEST and word.isascii() and word.isalpha()):
            return []
        found = self._within(word, 1 + (len(word) >= _TWO))
        if len(word) >= _THREE and max((each.score for each in found), default=-1) < 0:
            most = min(2.0, len(word) / 5)
            found = [each for each in self._within(word, 3) if each.distance < 3 or each.edits <= most]
        return sorted(found, key=lambda each: (-each.score, each.word))

    def _within(self, word: str, edits: int) -> list[Neighbor]:
        numbers = self._alike(word, edits)
        words = [self.lexicon.words[number] for number in numbers]
        close = process.extract(word, words, scorer=OSA.distance, score_cutoff=edits, limit=None)
        found: dict[str, Neighbor] = {}
        for other, distance, place in close:
            if distance:
                count = int(self._totals[self.lexicon.word_term[numbers[place]]])
                found.setdefault(other, self._neighbor(word, other, distance, count))
        return list(found.values())

    def _neighbor(self, word: str, other: str, distance: int, count: int) -> Neighbor:
        sound, other_sound = _sound(word), _sound(other)
        edits = (distance + OSA.distance(sound, other_sound)) / 2
        score = log10(max(1, count)) - _EDIT * edits
        score += _KNOWN * (other in self._known) - _OTHER_START * (sound[0] != other_sound[0])
        return Neighbor(other, distance, edits, count, score)

    def _alike(self, word: str, edits: int) -> list[int]:
        """Return the numbers of words that may be so near: by their lengths and the letters they have."""
        (letters,) = _letters(np.frombuffer(word.encode(), np.uint8), np.array([0, len(word)]))
        found: list[int] = []
        for length in range(len(word) - edits, len(word) + edits + 1):
            if (band := self._bands.get(length)) is not None:
                differing = band.letters ^ letters
                # Every turn takes one bit away; what is left of none is near enough.
                for _ in range(2 * edits - abs(length - len(word))):
                    differing &= differing - np.uint64(1)
                found += band.numbers[differing == 0].tolist()
        return found

    @cached_property
    def _totals(self) -> NDArray[np.float64]:
        lexicon = self.lexicon
        totals = np.bincount(lexicon.word_term, weights=lexicon.counts, minlength=len(lexicon))
        return totals.astype(np.float64)

    @cached_property
    def _bands(self) -> dict[int, _Band]:
        words = self.lexicon.words
        if not len(words):
            return {}
        starts = words.starts.astype(np.int64)
        lengths = np.diff(starts)
        letters = np.concatenate(
            [
                _letters(words.content, starts[first : first + _AT_ONCE + 1])
                for first in range(0, len(words), _AT_ONCE)
            ]
        )
        kept = np.flatnonzero((letters != 0) & (lengths <= _LONGEST))
        kept = kept[np.argsort(lengths[kept], kind="stable")]
        first_of = np.searchsorted(lengths[kept], np.arange(_LONGEST + 2))
        return {
            length: _Band(numbers, letters[numbers])
            for length in range(1, _LONGEST + 1)
            if len(numbers := kept[first_of[length] : first_of[length + 1]])
        }


def _letters(content: NDArray[np.uint8], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return the bits of the letters of words next to each other; none for one with anything but letters."""
    lengths = np.diff(starts)
    rows = np.repeat(np.arange(0, len(lengths) * _COLUMNS, _COLUMNS), lengths)
    places = rows + _COLUMN[content[starts[0] : starts[-1]]]
    counts = np.bincount(places, minlength=len(lengths) * _COLUMNS).reshape(-1, _COLUMNS)
    bits = np.packbits(np.hstack((counts > 0, counts > 1)), axis=1).view(np.uint64)[:, 0]
    return np.where(counts[:, _NO_LETTER] == 0, bits, np.uint64(0))


def _sound(word: str) -> str:
    for pattern, sound in _SOUNDS:
        word = pattern.sub(sound, word)
    return word
