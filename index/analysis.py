"""The analyzer: text becomes tokens with positions and offsets, for articles and queries alike.

NLTK splits and stems; what is here is what the field needs besides: compounds such as TDP-43 are kept whole
and in parts, names and acronyms are left alone, accents are folded, stop words keep their place.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from nltk.stem.snowball import EnglishStemmer
from nltk.tokenize import RegexpTokenizer
from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken

from crawler.markup import JOINER

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION: Final = 1
"""Goes up whenever the same text would give other tokens: an index made before is then built anew."""

# A number with its decimals, or words joined by hyphens or by the border of a sub- or superscript.
_COMPOUND: Final = RegexpTokenizer(
    rf"\d+(?:[.,]\d+)+|[^\W_]+(?:[-\u2010\u2011{JOINER}][^\W_]+)*(?:['\u2019]s\b)?", flags=re.UNICODE
)
_PART: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"[\d.,]+")
_POSSESSIVE: Final = re.compile(r"['\u2019]s$")
_STEMMER: Final = EnglishStemmer()

# What the stemmer would spoil in this field: "lateral" would become "later".
_NEVER_STEMMED: Final = frozenset(
    {"lateral", "laterally", "sals", "fals", "alsfrs", "tdp", "fus", "optineurin", "general", "organ"}
)

GAP: Final = "\n"
"""Stands between the values of a field, so that no phrase or compound reaches across two of them."""

_GAP_WIDTH: Final = 100

STOP_WORDS: Final = frozenset(
    """a about again all almost also although always among an and another any are as at be because been
    before being between both but by can could did do does done due during each either enough especially
    etc for found from further had has have having here how however i if in into is it its itself just
    kg km made mainly make may mg might ml mm most mostly must nearly neither no nor obtained of often
    on our overall perhaps pmid quite rather really regarding seem seen several should show showed shown
    shows significantly since so some such than that the their theirs them then there therefore these
    they this those through thus to upon various very was we were what when which while with within
    without would""".split()
)
"""PubMed's stop words. They are indexed, so phrases with them work; loose ones in a query are passed over."""


class Token(Struct, frozen=True):
    """A token: its term, its place in the order of words, and where its text starts and ends.

    `whole` marks the joined form of a compound; it has the position of the compound's first part.
    """

    term: str
    position: int
    start: int
    end: int
    whole: bool = False


def fold(text: str) -> str:
    """Return text without case, accents and ligatures: "Müller" and "MULLER" are both "muller"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))


@lru_cache(maxsize=200_000)
def stem(word: str) -> str:
    """Return the term for one word: folded, and stemmed unless it is short, a name, or has a digit."""
    folded = fold(word)
    if len(folded) <= 3 or folded in _NEVER_STEMMED or not folded.isascii() or not folded.isalpha():
        return folded
    return str(_STEMMER.stem(folded))


def analyze(text: str) -> list[Token]:
    """Return the tokens of a text (as `crawler.markup.index_text` gives it), in order of position.

    TDP-43 gives its parts `tdp` and `43` at successive positions, and `tdp43` at the first of them.
    """
    tokens: list[Token] = []
    position = last_end = 0
    for start, end in _COMPOUND.span_tokenize(text):
        if GAP in text[last_end:start]:
            position += _GAP_WIDTH
        last_end = end
        compound = _POSSESSIVE.sub("", text[start:end])
        parts = [(start, start + len(compound))]
        if not _NUMBER.fullmatch(compound):
            # NLTK's idea of a letter may be newer than ours, so there may be no part at all.
            parts = [(start + part.start(), start + part.end()) for part in _PART.finditer(compound)]
        if len(parts) > 1:
            whole = "".join(text[first:last] for first, last in parts)
            tokens.append(Token(stem(whole), position, start, start + len(compound), whole=True))
        for first, last in parts:
            tokens.append(Token(stem(text[first:last]), position, first, last))
            position += 1
    return tokens


def analyze_name(text: str) -> list[Token]:
    """Return the tokens of a person's name: folded words; initials are found by the first one, too."""
    tokens: list[Token] = []
    position = last_end = 0
    for word in _PART.finditer(text):
        position += _GAP_WIDTH if GAP in text[last_end : word.start()] else 1
        last_end = word.end()
        tokens.append(Token(fold(word[0]), position, word.start(), word.end()))
        if 1 < len(word[0]) <= 3 and word[0].isupper():
            tokens.append(Token(fold(word[0][0]), position, word.start(), word.end()))
    return tokens


class _WhooshAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh has no types
    """Lends our tokens to Whoosh; subclasses say which function makes them."""

    _tokens = staticmethod(analyze)

    def __call__(
        self, value: str, *, start_pos: int = 0, start_char: int = 0, **_: object
    ) -> Iterator[WhooshToken]:
        """Yield Whoosh's one token over and over, as its filters do."""
        token = WhooshToken(positions=True, chars=True)
        for ours in self._tokens(value):
            token.text = ours.term
            token.original = value[ours.start : ours.end]
            token.pos = start_pos + ours.position
            token.startchar = start_char + ours.start
            token.endchar = start_char + ours.end
            token.boost = 1.0
            token.stopped = False
            yield token

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class TextAnalyzer(_WhooshAnalyzer):
    """`analyze`, as Whoosh asks for it."""


class NameAnalyzer(_WhooshAnalyzer):
    """`analyze_name`, as Whoosh asks for it."""

    _tokens = staticmethod(analyze_name)
