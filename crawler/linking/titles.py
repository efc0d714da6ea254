"""Titles compared: the same but for spelling and for words that tell nothing new, or of different works."""

from __future__ import annotations

import re
import unicodedata
from difflib import SequenceMatcher
from itertools import groupby
from typing import Final

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

_NOT_WORD: Final = re.compile(r"[\W_]+")
_ALIKE: Final = 80.0
"""What titles must reach of 100 (rapidfuzz's ratio) to be compared word by word: a sieve, no more."""
_SHORTER: Final = (
    (" amyotrophic lateral sclerosis ", " als "),
    (" motor neuron disease ", " mnd "),
    (" motor neurone disease ", " mnd "),
    (" frontotemporal dementia ", " ftd "),
)
_SILENT: Final = frozenset(
    "a an and as at by during for from in into its of on the their to using via with".split()
)
# Nothing that tells one work from the next by the same authors is among them: no number, "protocol", "reply".
_ADDED: Final = frozenset(
    "analysis approach based cohort controlled evidence individuals insights new novel patients people "
    "population randomised randomized study trial".split()
)

Words = tuple[str, ...]
"""The words of a title that are compared."""


def plain_words(text: str) -> str:
    """Return words in lower case without accents, apart by single blanks."""
    # What is taken apart may hold capitals that it did not show before.
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text.casefold()).casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", bare).strip()


def title_words(title: str) -> Words:
    """Return what is compared of a plain title: no "of" or "the", and names in their short form."""
    text = f" {plain_words(title)} "
    for name, short in _SHORTER:
        text = text.replace(name, short)
    # A name with its short form behind it, "ALS (ALS)" by now, is one.
    return tuple(word for word, _ in groupby(word for word in text.split() if word not in _SILENT))


def words_added(one: Words, other: Words) -> int | None:
    """Return how many words one of two titles has and the other has not; None if they say different things.

    0 is a title that differs in spelling at most. Words may be added to one title, not changed, moved or
    added to both: "part 1" and "part 2", "familial" and "sporadic" differ, however long the rest is.
    """
    if "".join(one) == "".join(other):
        return 0
    if not fuzz.ratio(" ".join(one), " ".join(other), score_cutoff=_ALIKE):
        return None
    here: list[str] = []
    there: list[str] = []
    for _, start, end, start_there, end_there in SequenceMatcher(None, one, other, False).get_opcodes():
        mine, theirs = one[start:end], other[start_there:end_there]
        if not _is_spelling(mine, theirs):
            here += mine
            there += theirs
    if (here and there) or not _ADDED.issuperset(here + there):
        return None
    return len(here + there)


def _is_spelling(mine: Words, theirs: Words) -> bool:
    """Say whether words are the same ones, written together or apart, or each with a letter more or less."""
    if "".join(mine) == "".join(theirs):
        return True
    return len(mine) == len(theirs) and all(map(_is_variant, mine, theirs))


def _is_variant(mine: str, theirs: str) -> bool:
    """Say whether a word is the other one's plural, its British spelling, or has a letter too many.

    The first letter counts ("typical", "atypical"), and a letter changed makes another word ("microglia",
    "macroglia"), unless it is the s or z of "analyse".
    """
    if not (mine.isalpha() and theirs.isalpha() and len(mine) > 3 and len(theirs) > 3):
        return mine == theirs
    mine, theirs = mine.replace("z", "s"), theirs.replace("z", "s")
    return mine[0] == theirs[0] and Indel.distance(mine, theirs, score_cutoff=1) <= 1
