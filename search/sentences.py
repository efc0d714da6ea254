"""Where the sentences of scientific prose start and end, by its punctuation and usual abbreviations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_END: Final = re.compile(r"""[.?!][)\]"'\u201d\u2019]*\s+(?=[(\["'\u201c\u2018]?[^\W_a-z])""")
_OPENING: Final = "([\"'\u201c\u2018"
_ABBREVIATIONS: Final = frozenset(
    "e.g i.e al vs cf fig figs approx ca resp no dr prof st vol p pp sp spp var inc".split()
)


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each sentence, in order, without the blanks around it.

    A sentence ends with a stop before a capital letter or a number, but for a stop that shortens a word.
    """
    start = len(text) - len(text.lstrip())
    for found in _END.finditer(text, start):
        if found[0][0] == "." and _shortens(text[start : found.start()]):
            continue
        yield start, found.start() + len(found[0].rstrip())
        start = found.end()
    if end := len(text.rstrip()):
        yield start, end


def _shortens(text: str) -> bool:
    """Say whether a stop behind a text shortens its last word: an abbreviation, or an initial."""
    last = text[max(map(text.rfind, " \n\t\u00a0")) + 1 :].lstrip(_OPENING).lower()
    return last in _ABBREVIATIONS or (len(last) == 1 and last.isalpha())
