"""What a compound is made of: its parts, and the runs of them that are a word when written solid."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.markup import JOINER
from index.analysis.compounds import PIECE, PREFIXES
from index.analysis.folding import GREEK_BORDER, GREEK_NAMES, fold_word
from index.analysis.mutations import CHANGED_GENES, OWNED, bare_change
from index.analysis.stemming import NUMBERED, ROMAN

if TYPE_CHECKING:
    from collections.abc import Iterator

_PLAIN: Final = re.compile(r"[A-Za-z]+|[0-9]+(?:\.[0-9]+)*")
_THOUSANDS: Final = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_NUMBER: Final = re.compile(r"[\d.,]+")
_COUNT: Final = re.compile(r"\d+[a-z]?")
_ROMAN: Final = re.compile(rf"({'|'.join(ROMAN)})[ab]?")

_GREEK: Final = "|".join(sorted(GREEK_NAMES, key=len, reverse=True))
_GENE: Final = "|".join(sorted(CHANGED_GENES, key=len, reverse=True))
_CHANGE: Final = r"(?:[acdefghiklmnpqrstvwy]\d{1,4}[acdefghiklmnpqrstvwxy]|[a-z]{3}\d{1,4}[a-z]{3})"
_SURE_CHANGE: Final = r"[acdefghiklmnpqrstvwy]\d{2,4}[acdefghiklmnpqrstvwxy]"
_SOLID: Final = re.compile(
    rf"""([hm])?({_GENE})({_CHANGE})
    |([hmp])({"|".join(sorted(OWNED, key=len, reverse=True))})
    |({_CHANGE})({_GENE})
    |([a-z]{{2,}}\d+)({_SURE_CHANGE})
    |(tnf|ifn|tgf|il1|gsk3|ppar|amyloid)({_GREEK})(\d+)?
    |({_GREEK})(\d+)|(\d+)({_GREEK})""",
    re.VERBOSE | re.IGNORECASE,
)
_NAMED: Final = re.compile(rf"nfk(?:appa)?b|c(?:\d+|x)orf\d+|(?:{_GENE}){_CHANGE}|{_CHANGE}(?:{_GENE})")
_LONGEST_NAME: Final = 4

# By the sort of each part: a word, with or without a prefix, with what numbers it; or a Greek letter's.
_UNIT: Final = re.compile("P?WN?(?:GN?)?|GN?W?|PG?W?")


class Part(NamedTuple):
    """A part: where it lies in the compound, and its text without what is not of the word."""

    start: int
    end: int
    text: str


def is_plain(compound: str) -> bool:
    """Say whether a compound is one word of Latin letters or one number, and so its only part; most are."""
    return _PLAIN.fullmatch(compound) is not None and _SOLID.fullmatch(compound) is None


def parts_of(compound: str) -> list[Part]:
    """Return the parts of a compound, in order: what signs part, and what is known to be two in one."""
    parts = [
        Part(first, last, _bare(compound[first:last]))
        for piece in PIECE.finditer(compound)
        for first, last in pairwise(_borders(piece[0], piece.start()))
    ]
    # A soft hyphen behind a Greek letter is no part, though a border lies between them.
    return parts if compound.isascii() else [part for part in parts if fold_word(part.text)]


def _bare(text: str) -> str:
    """Return the text of a part without joiners, the commas of thousands, and the p. of a change."""
    text = bare_change(text.replace(JOINER, ""))
    return text.replace(",", "") if "," in text and _THOUSANDS.fullmatch(text) else text


def _borders(piece: str, start: int) -> list[int]:
    """Return where a piece begins, is to be cut, and ends: around Greek letters, and within SOD1G93A."""
    cuts = [0, len(piece)]
    if not piece.isascii():
        cuts = sorted({*cuts, *(edge for letter in GREEK_BORDER.finditer(piece) for edge in letter.span())})
    inner = [
        first + found.end(n)
        for first, last in pairwise(cuts)
        if last - first > 3 and (found := _SOLID.fullmatch(piece[first:last]))
        for n in range(1, (found.lastindex or 0) + 1)
        if found[n]
    ]
    return [start + cut for cut in (sorted({*cuts, *inner}) if inner else cuts)]


def runs_of(compound: str, parts: list[Part]) -> list[tuple[int, int]]:
    """Return the runs of parts that make a token each: first and behind the last, longest first from each.

    Every part is one, and so is the whole, but where it is a range or list of numbers: 10-20, phase I/II.
    What scripts join between two hyphens is one, and what is a name in itself: tdp43 in TDP-43-positive.
    """
    count = len(parts)
    if count == 1:
        return [(0, 1)]
    runs = {(n, n + 1) for n in range(count)}
    sorts = _sorts(parts)
    apart = [compound[before.end : after.start] not in ("", JOINER) for before, after in pairwise(parts)]
    if not any(apart[n] and sorts[n] in "ND" and sorts[n + 1] in "ND" for n in range(count - 1)):
        runs.add((0, count))
    if count > 2:
        runs |= set(_pieces(apart, sorts)) | set(_units(parts, sorts))
    return sorted(runs, key=lambda run: (run[0], -run[1]))


def is_numeral(word: str) -> bool:
    """Say whether a folded word numbers the name before it: 2, 2b, ii, iib."""
    return bool(_COUNT.fullmatch(word) or _ROMAN.fullmatch(word))


def _pieces(apart: list[bool], sorts: str) -> Iterator[tuple[int, int]]:
    """Yield the runs of parts that only scripts, or nothing, part, and what follows decimals in them."""
    first = 0
    for n, is_apart in enumerate((*apart, True), 1):
        if is_apart:
            yield first, n
            if sorts[first] == "D" and first + 1 < n:
                yield first + 1, n
            first = n


def _units(parts: list[Part], sorts: str) -> Iterator[tuple[int, int]]:
    """Yield the runs that are names in themselves."""
    words = [fold_word(part.text) for part in parts]
    for first in range(len(parts)):
        if found := _UNIT.match(sorts, first):
            yield from ((first, last) for last in range(first + 2, found.end() + 1))
        for last in range(first + 2, min(first + _LONGEST_NAME, len(parts)) + 1):
            if _NAMED.fullmatch("".join(words[first:last])):
                yield first, last


def _sorts(parts: list[Part]) -> str:
    """Return a letter for each part: Prefix, Word, Greek letter, Number of a name, or other Digits."""
    words = [fold_word(part.text) for part in parts]
    return "".join([_sort(word, is_numbered=n > 0 and words[0] in NUMBERED) for n, word in enumerate(words)])


def _sort(word: str, *, is_numbered: bool) -> str:
    if word in PREFIXES:
        return "P"
    if word in GREEK_NAMES:
        return "G"
    if _COUNT.fullmatch(word) or (is_numbered and is_numeral(word)):
        return "N"
    return "D" if _NUMBER.fullmatch(word) else "W"
