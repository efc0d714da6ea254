"""Where the sentences of scientific prose start and end, by NLTK's Punkt with the abbreviations of the field.

Kiss and Strunk, "Unsupervised multilingual sentence boundary detection" (2006). Nothing is trained or
downloaded: which words are shortened, and which begin a sentence, is said here.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from index.analysis.nltk_parts import ORTHO_LC, PunktParameters, PunktSentenceTokenizer

_BEHIND: Final = r"""[)\]"'\u201d\u2019]*)\s+(?=[(\["'\u201c\u2018]?[^\W_a-z])"""
_END: Final = re.compile(rf"([.?!]{_BEHIND}")
_FULL_STOP: Final = re.compile(rf"(\.{_BEHIND}")
"""The same without other stops, which are rare: to look for one character takes a third of the time."""

_OPENING: Final = "([\"'\u201c\u2018"
_WORD: Final = re.compile(r"\w+")
_ABBREVIATIONS: Final = frozenset(
    """al approx b.i.d ca cf dr e.g ed eds eq eqs fig figs i.e i.m i.p i.v inc no nos p p.o pp prof q.d ref
    refs resp s.c s.d s.e s.e.m sp spp st suppl u.s var vol vs""".split()
)
_LONGEST: Final = max(map(len, _ABBREVIATIONS))
_STARTERS: Final = frozenset(
    """all although as background both conclusion conclusions during finally for furthermore hence here
    however if in interestingly it moreover most objective on our overall patients results since some
    such taken the there therefore these they this those thus to two using we when whereas while""".split()
)
"""Words that are written large at the start of a sentence only, and are common there."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence, in order, without the blanks around it.

    A sentence ends with a stop before a capital letter or a number, but for a stop that shortens a word; and
    then, too, where the next word can only begin a sentence: "by Smith et al. We found".
    """
    found = list[tuple[int, int]]()
    start = len(text) - len(text.lstrip())
    end_of_sentence = _END if "?" in text or "!" in text else _FULL_STOP
    for stop in end_of_sentence.finditer(text, start):
        place, behind = stop.span()
        word = text.rfind(" ", start, place) + 1 or start
        # Most words are too long to be short for another, and are not looked at any closer.
        if (place - word <= _LONGEST or text[word] in _OPENING) and _is_short(text, word, place, behind):
            continue
        found.append((start, stop.end(1)))
        start = behind
    if end := len(text.rstrip()):
        found.append((start, end))
    return found


def _is_short(text: str, start: int, stop: int, behind: int) -> bool:
    """Say whether a word ends with a stop that shortens it, and no sentence.

    Of all words but known ones and single letters Punkt says that a stop ends the sentence.
    """
    word = text[start:stop].lstrip(_OPENING).lower()
    if word not in _ABBREVIATIONS and not (len(word) == 1 and word.isalpha()):
        return False
    return text[stop] == "." and not _is_end(word, _first_word(text, behind))


def _first_word(text: str, start: int) -> str:
    found = _WORD.search(text, start)
    return found[0] if found else ""


@lru_cache(maxsize=10_000)
def _is_end(word: str, following: str) -> bool:
    """Say whether a sentence ends with a stop behind a word that may be shortened, given what follows."""
    is_end: bool = _punkt().text_contains_sentbreak(f"{word}. {following}")
    return is_end


@lru_cache(maxsize=1)
def _punkt() -> PunktSentenceTokenizer:
    parameters = PunktParameters()
    parameters.abbrev_types = set(_ABBREVIATIONS)
    for word in _STARTERS:
        parameters.add_ortho_context(word, ORTHO_LC)
    return PunktSentenceTokenizer(parameters)
