"""The analyzer: text becomes tokens with positions and offsets, for articles and queries alike.

NLTK splits and stems; what is here is what the field needs besides: compounds such as TDP-43 are kept whole
and in parts, names and acronyms are left alone, accents are folded, stop words keep their place.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

from whoosh.analysis import Analyzer
from whoosh.analysis import Token as WhooshToken

from index.analysis.compounds import COMPOUND, POSSESSIVE
from index.analysis.folding import MARKS, fold, fold_word
from index.analysis.nltk_parts import TokenizerI
from index.analysis.parts import is_numeral, is_plain, parts_of, runs_of
from index.analysis.stemming import NUMBERED, stem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.analysis.parts import Part

__all__ = [
    "COMPOUND", "GAP", "STOP_WORDS", "VERSION", "NameAnalyzer", "TextAnalyzer", "Token", "WordAnalyzer",
    "analyze", "analyze_name", "fold", "in_places", "stem", "terms", "tokens_of",
]  # fmt: skip

VERSION: Final = 4
"""Goes up whenever the same text would give other tokens: an index made before is then built anew."""

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


_NO_LETTER: Final = re.compile(rf"[^\w{MARKS}]+")
_APOSTROPHE: Final = "['\u2018\u2019\u02bc\u2032`\u00b4]"
_NAME: Final = re.compile(
    r"[^\W\d_](?:\.-?|-)(?:[^\W\d_](?:\.-?|-)?)+(?!\w)"  # initials that signs part: J.-P.
    rf"|(?:[^\W\d_]{_APOSTROPHE} ?)?[^\W_](?:[{MARKS}]|{_APOSTROPHE}(?=[^\W_])|[^\W_])*"
)
_UMLAUTS: Final = str.maketrans(
    {"\u00e4": "ae", "\u00f6": "oe", "\u00fc": "ue", "\u00f8": "oe", "\u00e5": "aa"}
)


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


class CompoundTokenizer(TokenizerI):  # type: ignore[misc]  # NLTK has no types
    """NLTK's tokenizer for the texts of this field: its tokens are compounds, without what lies between."""

    def tokenize(self, s: str) -> list[str]:
        """Return the compounds of a text, in order."""
        return COMPOUND.findall(s)

    def span_tokenize(self, s: str) -> Iterator[tuple[int, int]]:
        """Yield where each compound starts and ends."""
        return (found.span() for found in COMPOUND.finditer(s))


_TOKENIZER: Final = CompoundTokenizer()


def analyze(text: str) -> list[Token]:
    """Return the tokens of a text (as `crawler.markup.index_text` gives it), in order of position.

    TDP-43 gives its parts `tdp` and `43` at successive positions, and before them `tdp43`, as wide as both.
    """
    tokens: list[Token] = []
    position = last_end = 0
    for start, end in _TOKENIZER.span_tokenize(text):
        if GAP in text[last_end:start]:
            position += _GAP_WIDTH
        last_end = end
        own = tokens_of(text[start:end])
        tokens.extend(
            Token(term, word, position + place, start + first, start + last, width)
            for term, word, place, first, last, width in own
        )
        position += own[-1].position + own[-1].width
    return tokens


def terms(text: str) -> frozenset[str]:
    """Return the terms that `analyze` finds in a text, in a fraction of its time."""
    compounds = set(_TOKENIZER.tokenize(text))
    return frozenset([token.term for compound in compounds for token in tokens_of(compound)])


@lru_cache(maxsize=200_000)
def tokens_of(compound: str) -> tuple[Token, ...]:
    """Return the tokens of one compound, as COMPOUND finds it; places and offsets count from its start.

    There is at least one. The last is the last part, so its place and width tell how many places are filled.
    """
    if is_plain(compound):
        word = compound.lower()
        return (Token(stem(word), word, 0, 0, len(compound)),)
    text = POSSESSIVE.sub("", compound)
    parts = parts_of(text)
    tokens = [_token(parts, first, last) for first, last in runs_of(text, parts)]
    if len(parts) > 2 and (head := fold_word(parts[0].text)) in NUMBERED:
        tokens += _series(head, parts)
        tokens.sort(key=lambda token: (token.position, -token.width, -len(token.word)))
    return tuple(tokens)


def _token(parts: list[Part], first: int, last: int) -> Token:
    """Return the token for the parts from `first` up to, but without, `last`."""
    word = fold_word("".join([part.text for part in parts[first:last]]))
    return Token(stem(word), word, first, parts[first].start, parts[last - 1].end, last - first)


def _series(head: str, parts: list[Part]) -> Iterator[Token]:
    """Yield what a name means with each of the numerals behind its first one: phase2 in phase I/II."""
    for place, part in enumerate(parts[2:], 2):
        numeral = fold_word(part.text)
        if not is_numeral(numeral):
            break
        yield Token(stem(head + numeral), head + numeral, place, part.start, part.end)


def analyze_name(text: str) -> list[Token]:
    """Return the tokens of a person's name, each one place wide: folded words, O'Brien as "obrien".

    Initials, J.-P. like JP, are found by the first one, too; an umlaut by the two letters it may be typed as.
    Such a second token stands in the place of the first.
    """
    tokens: list[Token] = []
    position = last_end = 0
    for found in _NAME.finditer(text):
        position += _GAP_WIDTH + 1 if GAP in text[last_end : found.start()] else 1
        last_end = found.end()
        letters = _NO_LETTER.sub("", found[0])
        word = fold(letters)
        others = {fold(unicodedata.normalize("NFC", letters).lower().translate(_UMLAUTS))}
        initial = {word[0]} if 1 < len(letters) <= 3 and letters.isupper() else set()
        tokens.extend(
            # Whoever asks for just "J" does not mean JA.
            Token(each, word if each in initial else each, position, found.start(), found.end())
            for each in (word, *sorted((others | initial) - {word}))
        )
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
    """Lends our tokens to Whoosh; subclasses say which function makes them."""

    _tokens = staticmethod(analyze)

    def __call__(
        self, value: str, *, start_pos: int = 0, start_char: int = 0, **_: object
    ) -> Iterator[WhooshToken]:
        """Yield Whoosh's one token over and over, as its filters do.

        A wide token stands in each of its places, so that a phrase may come upon it from either side; its
        weight is shared out among them, so that it counts once.
        """
        token = WhooshToken(positions=True, chars=True)
        for place, ours in in_places(self._tokens(value)):
            token.text = ours.term
            token.original = value[ours.start : ours.end]
            token.pos = start_pos + place
            token.startchar = start_char + ours.start
            token.endchar = start_char + ours.end
            token.boost = 1.0 / ours.width
            token.stopped = False
            yield token

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other)

    def __hash__(self) -> int:
        return hash(type(self))


class TextAnalyzer(WordAnalyzer):
    """`analyze`, as Whoosh asks for it."""


class NameAnalyzer(WordAnalyzer):
    """`analyze_name`, as Whoosh asks for it."""

    _tokens = staticmethod(analyze_name)
