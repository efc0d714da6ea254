"""Keywords as the authors wrote them, told apart only where they mean something else."""

from __future__ import annotations

import re
from typing import Final

from index.analysis.folding import fold

_BRACKETED: Final = re.compile(r"(.+\S)\s*[(\[]([^()\[\]]+)[)\]]")
_INVERTED: Final = re.compile(r"([^,]+), ([^,]+)")
_HYPHENS: Final = re.compile(r"[-\u2010-\u2015\u2212]")
_NON: Final = re.compile(r"\bnon[ -](?=\w)")
_NO_PLURALS: Final = frozenset(
    """diabetes series species herpes rabies scabies measles rickets lens mumps feces biceps triceps
    news""".split()
)
_MANY_CAPITALS: Final = 2
_ACRONYM: Final = 4
"""Letters of a word that may as well be an acronym: AIDS is not the plural of aid."""


def normal(label: str) -> str:
    """Return what makes keywords the same: case, accents, hyphens and a plural at the end do not count."""
    words = fold(_HYPHENS.sub(" ", _NON.sub("non", fold(label)))).split()
    if not words:
        return ""
    return " ".join([*words[:-1], _singular(words[-1])])


def split(label: str) -> tuple[str, str]:
    """Return a name and what stands in brackets after it; nothing for the second where there are none."""
    found = _BRACKETED.fullmatch(label.strip())
    return (found[1], found[2].strip()) if found else (label.strip(), "")


def abbreviates(short: str, long: str) -> bool:
    """Say whether one is short for the other: its letters and digits are in the other, in order."""
    letters = iter(fold(long))
    marks = [letter for letter in fold(short) if letter.isalnum()]
    return (
        len(short) < len(long)
        and short.count(" ") == 0
        and sum(map(str.isupper, short)) >= _MANY_CAPITALS
        and bool(marks)
        and fold(long)[:1] == marks[0]
        and all(letter in letters for letter in marks)
    )


def unabbreviated(label: str) -> str:
    """Return a label without the abbreviation beside it, on either side of the brackets."""
    name, inner = split(label)
    if inner and abbreviates(inner, name):
        return name
    return inner if inner and abbreviates(name, inner) else label


def natural(heading: str) -> str:
    """Return a heading in the order of speech: "Respiration, Artificial" is artificial respiration."""
    return _INVERTED.sub(r"\2 \1", heading) if _INVERTED.fullmatch(heading) else heading


def _singular(word: str) -> str:
    """Return an English word in the singular, mostly (Harman's rules for a final s)."""
    if len(word) <= _ACRONYM or word in _NO_PLURALS or not word.isascii() or not word.isalpha():
        return word
    if word.endswith("ies") and not word.endswith(("aies", "eies")):
        return word[:-3] + "y"
    if word.endswith(("us", "ss", "is", "ics", "aes", "oes")) or not word.endswith("s"):
        return word
    return word[:-1]
