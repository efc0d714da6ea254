"""Known items: whether an article is found by its own title, and by five rare words of its abstract."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.markup import index_text, to_text
from index.analysis.analyzer import STOP_WORDS, analyze

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crawler.article import Article

RARE_WORDS: Final = 5
_SHORTEST: Final = 4
_SEED: Final = 0
_TEN: Final = 10


class KnownItems(Struct, frozen=True, kw_only=True):
    """How often articles were found by their own words: of so many, the shares from 0 to 1."""

    titles: int
    first_by_title: float
    abstracts: int
    in_three_by_rare_words: float
    missed: tuple[str, ...]


def drawn(keys: Sequence[str], count: int) -> list[str]:
    """Return so many keys drawn at random, always the same ones; all of them for 0."""
    if not count or count >= len(keys):
        return list(keys)
    return sorted(random.Random(_SEED).sample(list(keys), count))  # noqa: S311 - a sample, no secret


def rare_words(article: Article, frequency: Callable[[str], int]) -> list[str]:
    """Return the five rarest words of an abstract, as they are written there; fewer where it has no more.

    `frequency` tells in how many articles a term is. Of words that are equally rare the first are taken.
    """
    found: dict[str, tuple[int, int, str]] = {}
    for section in article.abstract.sections if article.abstract else ():
        text = index_text(section.text)
        for place, token in enumerate(analyze(text)):
            written = text[token.start : token.end]
            if (
                token.width == 1
                and len(written) >= _SHORTEST
                and written.isalpha()
                and token.word not in STOP_WORDS
            ):
                found.setdefault(token.term, (frequency(token.term), place, written))
    return [written for _, _, written in sorted(found.values())[:RARE_WORDS]]


def known_items(
    articles: Iterable[Article],
    ask: Callable[[str, int], Sequence[str]],
    frequency: Callable[[str], int],
) -> KnownItems:
    """Return how often these are found: `ask` answers a query with so many keys, the best first."""
    titles = first = abstracts = in_three = 0
    missed = []
    for article in articles:
        title = to_text(article.title)
        if title:
            titles += 1
            best = ask(title, 1)
            is_first = bool(best) and best[0] == article.key
            first += is_first
            if not is_first:
                missed.append(f"{article.key}: {title}")
        words = rare_words(article, frequency)
        if len(words) == RARE_WORDS:
            abstracts += 1
            is_there = article.key in ask(" ".join(words), 3)
            in_three += is_there
            if not is_there:
                missed.append(f"{article.key}: {' '.join(words)}")
    return KnownItems(
        titles=titles,
        first_by_title=round(first / max(1, titles), 4),
        abstracts=abstracts,
        in_three_by_rare_words=round(in_three / max(1, abstracts), 4),
        missed=tuple(missed),
    )


class Headings(Struct, frozen=True, kw_only=True):
    """The share of the first ten hits that have the MeSH heading asked for, with mapping and without."""

    headings: int
    mapped: float
    as_typed: float


def heading_precision(
    articles: Iterable[Article], count: int, ask: Callable[[str, bool], Sequence[str]]
) -> Headings:
    """Return how well the most frequent MeSH headings find articles that have them.

    `ask` answers a query, with names mapped or not, with the keys of the first ten.
    """
    having: dict[str, set[str]] = {}
    for article in articles:
        for heading in article.mesh:
            having.setdefault(heading.name, set()).add(article.key)
    most = sorted(having, key=lambda name: (-len(having[name]), name))[:count]
    shares = {
        is_mapped: [len(having[name].intersection(ask(name, is_mapped))) / _TEN for name in most]
        for is_mapped in (True, False)
    }
    means = {is_mapped: round(sum(found) / max(1, len(found)), 4) for is_mapped, found in shares.items()}
    return Headings(headings=len(most), mapped=means[True], as_typed=means[False])
