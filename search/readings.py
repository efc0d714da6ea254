"""How typed words can stand in an article: as a row of slots, each to be filled by one of several terms.

"TDP-43 pathology" is a row of two slots. The first is filled by `tdp43`, or by `tdp` and `43` next to each
other; the second by `patholog`. The start of a word is a slot that any word which starts so can fill.
"""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Final

from index.analysis import analyze, analyze_name
from index.schema import Kind
from index.stemming import stem
from search.query import Prefix

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from index.analysis import Token
    from index.columns import Words
    from search.query import Phrase, Term

Slot = tuple[tuple[str, ...], ...]
"""The ways to fill a slot, each one or more terms next to each other."""

Row = tuple[Slot, ...]
"""Slots next to each other. No slot, or one that nothing fills, is found nowhere."""

Stand = tuple[str, int]
"""A term, and the place in a text that it stands in."""

MIN_STUMP: Final = 3
"""Letters that must stand before a *."""

SHORT: Final = 40
"""Characters of a text that is read once, since a query is read word by word, and more than once."""

_MOST_TILINGS: Final = 16

MAX_EXPANSIONS: Final = 1_000
"""Terms that are marked where the start of a word stands for them: the most frequent ones."""


def typed_words(text: str) -> list[tuple[Token, ...]]:
    """Return the words of a text: the tokens of each, of a compound the joined form first."""
    return list(_short(text) if len(text) <= SHORT else _typed(text))


def _typed(text: str) -> tuple[tuple[Token, ...], ...]:
    words: list[tuple[Token, ...]] = []
    end = 0
    for token in analyze(text):
        if token.start >= end:
            words.append(())
            end = token.end
        words[-1] = (*words[-1], token)
    return tuple(words)


_short = lru_cache(maxsize=10_000)(_typed)


def spans(row: Sequence[Slot], places: Mapping[str, Collection[int]]) -> set[tuple[Stand, Stand]]:
    """Return where a row lies in a text: its first term with its place, and its last.

    `places` are those of each term in the text. A term in several places in a row may be a compound as wide
    as that, and so fills a slot with any number of them.
    """
    if not row:
        return set()
    found = {
        ((terms[0], place), last)
        for terms in row[0]
        for place in places.get(terms[0], ())
        for last in _along(terms, place, places)
    }
    for slot in row[1:]:
        ends = {last for _, last in found}
        following = {
            last: [end for terms in slot for end in _along(terms, last[1] + 1, places)] for last in ends
        }
        found = {(first, end) for first, last in found for end in following[last]}
    return found


def _along(terms: tuple[str, ...], place: int, places: Mapping[str, Collection[int]]) -> set[Stand]:
    """Return where terms next to each other can end if the first stands in a place."""
    starts = {place}
    for term in terms:
        filled = places.get(term, ())
        ends = set()
        for start in starts:
            while start in filled:
                start += 1  # noqa: PLW2901 - it walks over a wide term
                ends.add(start)
        starts = ends
    return {(terms[-1], start - 1) for start in starts}


class Readings:
    """Reads the words of one query against the words of one index, to mark them where they are shown."""

    def __init__(self, words: Mapping[Kind, Words]) -> None:
        self._words = words
        self._expanded: dict[tuple[Kind, str], tuple[str, ...]] = {}

    def row(self, node: Term | Phrase | Prefix, kind: Kind) -> Row:
        """Return how the words of a node are looked for in fields of a kind of words."""
        is_open = isinstance(node, Prefix) or getattr(node, "is_open", False)
        words = typed_names(node.text) if kind is Kind.NAME else typed_words(node.text)
        last = len(words) - 1
        return tuple(
            self._open_slot(word, kind) if is_open and n == last else _slot(word)
            for n, word in enumerate(words)
        )

    def _open_slot(self, word: tuple[Token, ...], kind: Kind) -> Slot:
        """Return the slot for the start of a word: a compound goes on in its joined form or its last part."""
        joined, parts = word[0], _parts(word)
        ways: list[tuple[str, ...]] = [(term,) for term in self._expand(joined.word, kind)]
        if len(parts) > 1 and len(parts[-1].word) >= MIN_STUMP:
            before = tuple(part.term for part in parts[:-1])
            ways += [(*before, term) for term in self._expand(parts[-1].word, kind)]
        return tuple(ways)

    def _expand(self, stump: str, kind: Kind) -> tuple[str, ...]:
        if (kind, stump) not in self._expanded:
            words = self._words[kind]
            counts: Counter[str] = Counter()
            for number in words.starting(stump):
                word = words[number]
                counts[stem(word) if kind is Kind.TEXT else word] += int(words.counts[number])
            terms = sorted(counts, key=lambda term: (-counts[term], term))
            self._expanded[kind, stump] = tuple(terms[:MAX_EXPANSIONS])
        return self._expanded[kind, stump]


def typed_names(text: str) -> list[tuple[Token, ...]]:
    """Return the words of a name as `typed_words` does; initials count as they were typed."""
    return [(next(group),) for _, group in groupby(analyze_name(text), key=lambda token: token.position)]


def tilings(word: tuple[Token, ...]) -> tuple[tuple[Token, ...], ...]:
    """Return the ways in which the tokens of a word fill its places, each once: the joined form first.

    TDP-43-positive is itself, or its three parts, or `tdp43` and `positive`. Of a long chemical name there
    are but the first few.
    """
    at: dict[int, list[Token]] = {}
    for token in word:
        at.setdefault(token.position, []).append(token)
    end = max(token.position + token.width for token in word)
    whole: list[tuple[Token, ...]] = []
    begun: list[tuple[Token, ...]] = [(token,) for token in reversed(at[word[0].position])]
    while begun and len(whole) < _MOST_TILINGS:
        tiling = begun.pop()
        place = tiling[-1].position + tiling[-1].width
        if place >= end:
            whole.append(tiling)
        else:
            begun += [(*tiling, token) for token in reversed(at.get(place, ()))]
    return tuple(whole)


def _slot(word: tuple[Token, ...]) -> Slot:
    return tuple(dict.fromkeys(tuple(token.term for token in tiling) for tiling in tilings(word)))


def _parts(word: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the parts of a compound; in the place of one there may be another token, before it."""
    return tuple({token.position: token for token in word if token.width == 1}.values())
