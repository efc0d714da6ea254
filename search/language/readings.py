"""Typed words as tokens: of a compound the joined form and its parts, in every way they fill its places."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from index.analysis.analyzer import analyze, analyze_name

if TYPE_CHECKING:
    from index.analysis.analyzer import Token

MIN_STUMP: Final = 3
"""Letters that must stand before a *."""

SHORT: Final = 40
"""Characters of a text that is read once, since a query is read word by word, and more than once."""

_MOST_TILINGS: Final = 16


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


def typed_names(text: str) -> list[tuple[Token, ...]]:
    """Return the words of a name as `typed_words` does; initials count as they were typed."""
    return list(_short_name(text) if len(text) <= SHORT else _named(text))


def _named(text: str) -> tuple[tuple[Token, ...], ...]:
    return tuple((next(group),) for _, group in groupby(analyze_name(text), key=attrgetter("position")))


_short_name = lru_cache(maxsize=10_000)(_named)


def tilings(word: tuple[Token, ...]) -> tuple[tuple[Token, ...], ...]:
    """Return the ways in which the tokens of a word fill its places, each once: the joined form first.

    TDP-43-positive is itself, or its three parts, or `tdp43` and `positive`. Of a long chemical name there
    are but the first few.
    """
    if len(word) == 1:
        return (word,)
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
