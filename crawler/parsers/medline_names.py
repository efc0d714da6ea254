"""Names as lists of authors have them: "Smith JA Jr", with or without the name in full beside it."""

from __future__ import annotations

import re
from typing import Final

from crawler.article import Author

_SUFFIX: Final = re.compile(r"(?:jr|sr|[2-9](?:nd|rd|th)|i{2,3}|iv)\.?", re.IGNORECASE)
_ET_AL: Final = re.compile(r"et al\.?", re.IGNORECASE)


def cited_person(text: str) -> Author | None:
    """Return the author cited as "van den Berg LH", or None where no initials say that this is a person."""
    words = text.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) < 2 or not _are_initials(words[-1]):
        return None
    return Author(last=" ".join(words[:-1]), initials=words[-1], suffix=suffix)


def person(full: str, cited: str) -> Author:
    """Return the author whose name stands as "Smith, John A Jr" and as "Smith JA Jr"; either may be empty."""
    last, _, fore = (part.strip() for part in full.partition(","))
    if not last:
        return cited_person(cited) or Author(last=cited)
    rest = cited[len(last) :].split() if cited.startswith(last) else []
    short = cited_person(cited)
    suffix = rest[1] if len(rest) == 2 and _SUFFIX.fullmatch(rest[1]) else short.suffix if short else ""
    initials = rest[0] if rest else short.initials if short else ""
    # A name in full ends with the suffix that the cited one has: "Clifford R Jr".
    if suffix and fore.endswith(f" {suffix}"):
        fore = fore.removesuffix(suffix).strip()
    return Author(last=last, fore=fore, initials=initials, suffix=suffix)


def stands_for_others(text: str) -> bool:
    """Say whether an entry of a list of authors is "et al."."""
    return bool(_ET_AL.fullmatch(text.strip()))


def _are_initials(word: str) -> bool:
    """Say whether a word is initials: JA, but also IuN, which transliteration makes of two letters."""
    return len(word) <= 4 and word.isalpha() and word[0].isupper() and word[-1].isupper()
