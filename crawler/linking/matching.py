"""Which article a printed reference means, where it came without an id.

Author, year and title must agree, and one more thing: the journal, or volume and first page. A doubt is no
match: a wrong link between two works is worse than none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from rapidfuzz import fuzz

from crawler.article import NO_TITLE
from crawler.linking.titles import plain_words
from crawler.markup import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crawler.article import Article
    from crawler.keeping.library import Library

_YEAR: Final = re.compile(r"(?<!\d)(?:18|19|20)\d\d(?!\d)")
_ALIKE: Final = 93.0
"""How alike titles must be, of 100 (rapidfuzz's partial ratio): misprints, but no other words."""
_SHORT: Final = 45
"""Characters of a title that others may well share; below, journal as well as place must agree."""
_LEAST: Final = 12
_NAME_WORDS: Final = 4


class _Known(Struct, frozen=True):
    """What is compared of an article."""

    key: str
    title: str
    year: int
    journals: tuple[str, ...]
    volume: str
    page: str


class Matcher:
    """Finds articles by what is printed of them; made once from the articles that may be found."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self._by_author: dict[str, list[_Known]] = {}
        for article in articles:
            if (known := _known(article)) and (author := _first_author(article)):
                self._by_author.setdefault(author, []).append(known)

    def match(self, printed: str) -> str:
        """Return the key of the article that a printed reference means, or "" where that is not certain."""
        text = f" {plain_words(printed)} "
        years = {int(year) for year in _YEAR.findall(printed)}
        found = [
            (score, known.key) for known in self._candidates(text) if (score := _likeness(known, text, years))
        ]
        best = sorted(found, reverse=True)[:2]
        if not best or (len(best) == 2 and best[0][0] == best[1][0] and best[0][1] != best[1][1]):
            return ""
        return best[0][1]

    def _candidates(self, text: str) -> list[_Known]:
        """Return the articles whose first author is how the reference begins: one word, or several."""
        words = text.split()[:_NAME_WORDS]
        spans = ((start, end) for start in range(2) for end in range(start + 1, len(words) + 1))
        names = {"".join(words[start:end]) for start, end in spans}
        return [known for name in names for known in self._by_author.get(name, ())]


def match_library(library: Library, *, progress: Callable[[int, int], None]) -> int:
    """Match every reference without an id to the articles held; return how many were matched."""
    loose = library.loose_references()
    if not loose:
        return 0
    matcher = Matcher(library.articles())
    matched: list[tuple[int, int, str]] = []
    for number, (work, place, printed) in enumerate(loose, start=1):
        if key := matcher.match(printed):
            matched.append((work, place, key))
        progress(number, len(loose))
    library.set_matches(matched)
    return len(matched)


def _known(article: Article) -> _Known | None:
    title = plain_words(to_text(article.title))
    if len(title) < _LEAST or article.title == NO_TITLE or not article.date.year:
        return None
    names = (article.journal.abbreviation, article.journal.title)
    return _Known(
        article.key,
        title,
        article.date.year,
        journals=tuple(dict.fromkeys(f" {plain_words(name)} " for name in names if name)),
        volume=plain_words(article.volume),
        page=plain_words(article.pages.partition("-")[0]),
    )


def _likeness(known: _Known, text: str, years: set[int]) -> float:
    """Return how alike title and reference are, or 0 where they do not agree enough to mean the same.

    The year may be the one before or after, as online and print dates differ, if volume and page agree.
    """
    if not years & {known.year - 1, known.year, known.year + 1}:
        return 0.0
    score = fuzz.partial_ratio(known.title, text, score_cutoff=_ALIKE)
    if not score:
        return 0.0
    in_journal = any(journal in text for journal in known.journals)
    in_place = bool(known.volume and known.page) and all(
        f" {part} " in text for part in (known.volume, known.page)
    )
    if known.year not in years and not in_place:
        return 0.0
    agreeing = in_journal + in_place
    return score + agreeing if agreeing >= (2 if len(known.title) < _SHORT else 1) else 0.0


def _first_author(article: Article) -> str:
    if not article.authors:
        return ""
    first = article.authors[0]
    return plain_words(first.last or first.collective).replace(" ", "")
