"""The analyzer: text becomes tokens with positions and offsets, for articles and queries alike.

NLTK splits and stems; what is here is what the field needs besides: compounds such as TDP-43 are kept whole
and in parts, names and acronyms are left alone, accents are folded, stop words keep their place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from nltk.stem.snowball import EnglishStemmer
from nltk.tokenize import RegexpTokenizer
from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken

from crawler.markup import JOINER

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION: Final = 2
"""Goes up whenever the same text would give other tokens: an index made before is then built anew."""

# A number with its decimals, or words joined by hyphens or by the border of a sub- or superscript. A script
# does not part the digits of a number with decimals, so that 10<sup>2.5</sup> is read as it is shown: 102.5.
_DIGITS: Final = rf"\d+(?:{JOINER}\d+)*"
_NUMBER: Final = re.compile(rf"{_DIGITS}(?:[.,]{_DIGITS})+")
_PATTERN: Final = (
    rf"{_NUMBER.pattern}|[^\W_]+(?:[-\u2010\u2011{JOINER}][^\W_]+)*"
    rf"(?:['\u2019]s\b(?!{JOINER}))?"  # not the s of a word that goes on in a script: patient's<sup>1</sup>
)
_COMPOUND: Final = RegexpTokenizer(_PATTERN, flags=re.UNICODE)
_SAME_COMPOUND: Final = re.compile(_PATTERN)
_HYPHENATED: Final = re.compile(r"[^-\u2010\u2011]+")
_PART: Final = re.compile(r"[^\W_]+")
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


class Token(NamedTuple):
    """A token: its term, the folded word it comes from, its place, and where its text starts and ends.

    `width` is how many places in the order of words it fills, from `position` on: one but for the joined form
    of a compound, which fills the places of all the parts it joins.
    """

    term: str
    word: str
    position: int
    start: int
    end: int
    width: int = 1


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

    TDP-43 gives its parts `tdp` and `43` at successive positions, and before them `tdp43`, as wide as both.
    """
    tokens: list[Token] = []
    position = last_end = 0
    for compound in _COMPOUND.tokenize(text):
        # There is no letter before it that is not in an earlier one, so this finds where it was.
        start = text.index(compound, last_end)
        if GAP in text[last_end:start]:
            position += _GAP_WIDTH
        last_end = start + len(compound)
        own = _compound(compound)
        for term, word, place, first, last, width in own:
            tokens.append(Token(term, word, position + place, start + first, start + last, width))
        # NLTK's idea of a letter may be newer than ours, so there may be no part at all.
        position += own[-1].position + 1 if own else 0
    return tokens


def terms(text: str) -> frozenset[str]:
    """Return the terms that `analyze` finds in a text, in a fraction of its time."""
    # NLTK's tokenizer is the slower one, since it guards itself against the patterns of strangers.
    compounds = set(_SAME_COMPOUND.findall(text))
    return frozenset([token.term for compound in compounds for token in _compound(compound)])


@lru_cache(maxsize=100_000)
def _compound(text: str) -> tuple[Token, ...]:
    """Return the tokens of one compound, number or word; places and offsets count from its start."""
    text = _POSSESSIVE.sub("", text)
    if _NUMBER.fullmatch(text):
        number = text.replace(JOINER, "")
        return (Token(number, number, 0, 0, len(text)),)
    parts = [part.span() for part in _PART.finditer(text)]
    if not parts:
        return ()
    runs = {(0, len(parts)), *((n, n + 1) for n in range(len(parts)))}
    first = 0
    # What lies between two hyphens may be joined by scripts in itself: SOD1<sup>G93A</sup>-transgenic.
    for piece in _HYPHENATED.findall(text):
        last = first + len(_PART.findall(piece))
        if last > first:
            runs.add((first, last))
        first = last
    return tuple(_joined(text, parts, *run) for run in sorted(runs, key=lambda run: (run[0], -run[1])))


def _joined(text: str, parts: list[tuple[int, int]], first: int, last: int) -> Token:
    """Return the token for the parts from `first` up to, but without, `last`."""
    word = fold("".join(text[start:end] for start, end in parts[first:last]))
    return Token(stem(word), word, first, parts[first][0], parts[last - 1][1], last - first)


def analyze_name(text: str) -> list[Token]:
    """Return the tokens of a person's name: folded words; initials are found by the first one, too."""
    tokens: list[Token] = []
    position = last_end = 0
    for found in _PART.finditer(text):
        position += _GAP_WIDTH if GAP in text[last_end : found.start()] else 1
        last_end = found.end()
        word = fold(found[0])
        tokens.append(Token(word, word, position, found.start(), found.end()))
        if 1 < len(found[0]) <= 3 and found[0].isupper():
            initial = fold(found[0][0])
            tokens.append(Token(initial, initial, position, found.start(), found.end()))
    return tokens


def in_places(tokens: list[Token]) -> list[tuple[int, Token]]:
    """Return every place of every token, in order of place; a term stands in a place once."""
    if all(token.width == 1 for token in tokens):
        return [(token.position, token) for token in tokens]
    places = {
        (place, token.term): token
        for token in sorted(tokens, key=attrgetter("position"))
        for place in range(token.position, token.position + token.width)
    }
    return sorted(((place, token) for (place, _), token in places.items()), key=lambda each: each[0])


class WordAnalyzer(Analyzer):  # type: ignore[misc]  # Whoosh has no types
    """Lends our tokens to Whoosh; subclasses say which function makes them.

    `words` counts the folded words that went through it since it was made or read from a file: it is what a
    builder asks for, and no part of the schema that is kept with an index.
    """

    _tokens = staticmethod(analyze)

    def __init__(self) -> None:
        self.words: Counter[str] = Counter()

    def __call__(
        self, value: str, *, start_pos: int = 0, start_char: int = 0, **_: object
    ) -> Iterator[WhooshToken]:
        """Yield Whoosh's one token over and over, as its filters do.

        A wide token stands in each of its places, so that a phrase may come upon it from either side; its
        weight is shared out among them, so that it counts once.
        """
        token = WhooshToken(positions=True, chars=True)
        tokens = self._tokens(value)
        self.words.update(ours.word for ours in tokens)
        for place, ours in in_places(tokens):
            token.text = ours.term
            token.original = value[ours.start : ours.end]
            token.pos = start_pos + place
            token.startchar = start_char + ours.start
            token.endchar = start_char + ours.end
            token.boost = 1.0 / ours.width
            token.stopped = False
            yield token

    def __getstate__(self) -> dict[str, object]:
        return {**self.__dict__, "words": Counter()}

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class TextAnalyzer(WordAnalyzer):
    """`analyze`, as Whoosh asks for it."""


class NameAnalyzer(WordAnalyzer):
    """`analyze_name`, as Whoosh asks for it."""

    _tokens = staticmethod(analyze_name)
