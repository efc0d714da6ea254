"""Names of people: in full, "Leonard H van den Berg", and as lists cite them, "van den Berg LH Jr"."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from crawler.article import Author

if TYPE_CHECKING:
    from collections.abc import Iterable

_SUFFIX: Final = re.compile(r"(?:jr|sr|[2-9](?:nd|rd|th)|i{2,3}|iv)\.?", re.IGNORECASE)
_SUFFIX_OF_NLM: Final = re.compile(r"(?:jr|sr|[2-9](?:nd|rd|th))\.?", re.IGNORECASE)
_PARTICLES: Final = frozenset(
    "af al ap bin da dal de del dela della den der di dos du el la le los san santa st ten ter van vom von"
    " y zu zum zur 't".split()
)
_ET_AL: Final = re.compile(r"et al\.?", re.IGNORECASE)
_BREAKS: Final = re.compile(r"[\s.\-\N{HYPHEN}]+")
_CAPITALS: Final = re.compile(r"[^\W\d_]{1,3}")


def cited_person(text: str) -> Author | None:
    """Return the author cited as "van den Berg LH", or None where no initials say that this is a person."""
    words = text.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX.fullmatch(words[-1]) else ""
    if len(words) < 2 or not _are_initials(words[-1]):
        return None
    return Author(last=" ".join(words[:-1]), initials=words[-1], suffix=suffix)


def listed_person(full: str, cited: str) -> Author:
    """Return the author whose name stands as "Smith, John A Jr" and as "Smith JA Jr"; either may be empty."""
    last, _, fore = (part.strip() for part in full.partition(","))
    if not last:
        return cited_person(cited) or Author(last=cited)
    rest = cited[len(last) :].split() if cited.startswith(last) else []
    short = cited_person(cited)
    suffix = rest[1] if len(rest) == 2 and _SUFFIX.fullmatch(rest[1]) else short.suffix if short else ""
    own_initials = rest[0] if rest else short.initials if short else ""
    # A name in full ends with the suffix that the cited one has: "Clifford R Jr".
    if suffix and fore.endswith(f" {suffix}"):
        fore = fore.removesuffix(suffix).strip()
    return Author(last=last, fore=fore, initials=own_initials, suffix=suffix)


def printed_person(full: str, cited: str = "") -> Author:
    """Return the author printed as `Leonard H van den Berg`, cited as `van den Berg LH`.

    The citation says where the last name begins; without one, or where the two do not agree, particles
    (van, de la) are taken for part of the last name, and initials are those of the fore names.
    """
    names, words = full.split(), cited.split()
    suffix = words.pop() if len(words) > 2 and _SUFFIX_OF_NLM.fullmatch(words[-1]) else ""
    own_initials = words.pop() if len(words) > 1 and _are_initials(words[-1]) else ""
    if suffix and len(names) > 1 and _SUFFIX.fullmatch(names[-1]):
        names.pop()
    if not (words and _folded(names[-len(words) :]) == _folded(words)):
        return _uncited(full.split())
    fore = " ".join(names[: -len(words)])
    return Author(
        last=" ".join(names[-len(words) :]), fore=fore, initials=own_initials or initials(fore), suffix=suffix
    )


def initials(fore: str) -> str:
    """Return JP for Jean-Pierre, LH for "Leonard H", and capitals as they are: DFSH for "DFS-H"."""
    words = [word for word in _BREAKS.split(fore) if word]
    if fore.isupper() and all(map(_CAPITALS.fullmatch, words)):
        return "".join(words)
    return "".join(word[0].upper() for word in words if word[0].isalpha())


def stands_for_others(text: str) -> bool:
    """Say whether an entry of a list of authors is "et al."."""
    return bool(_ET_AL.fullmatch(text.strip(" .")))


def _uncited(names: list[str]) -> Author:
    suffix = names.pop() if len(names) > 2 and _SUFFIX.fullmatch(names[-1]) else ""
    begin = max(len(names) - 1, 0)
    while begin > 1 and names[begin - 1].casefold() in _PARTICLES:
        begin -= 1
    fore = " ".join(names[:begin])
    return Author(last=" ".join(names[begin:]), fore=fore, initials=initials(fore), suffix=suffix)


def _are_initials(word: str) -> bool:
    """Say whether a word is initials: JA, but also IuN, which transliteration makes of two letters."""
    return len(word) <= 4 and word.isalpha() and word[0].isupper() and word[-1].isupper()


def _folded(words: Iterable[str]) -> str:
    """Return words without accents and case: addresses of links do not always keep the accents."""
    decomposed = unicodedata.normalize("NFKD", " ".join(words))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
