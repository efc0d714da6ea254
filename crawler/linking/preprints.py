"""Which article a preprint was published as: as sources tell, else by title, authors and date.

The two stay two articles, each with a link to the other. A doubt is no link, as between printed references
and articles: titles may differ in spelling and in words that tell nothing new, but no more.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.article import NO_TITLE, PREPRINT
from crawler.keeping.versions import TOLD, ids_told, ids_told_of
from crawler.linking.titles import Words, plain_words, title_words, words_added
from crawler.markup import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from crawler.article import Article, Author, PubDate
    from crawler.keeping.library import Library

# bioRxiv and medRxiv share a prefix with the journals of Cold Spring Harbor, whose DOIs have letters next.
_SERVERS: Final = re.compile(
    r"10\.1101/(?:[0-9]{6,8}|[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.[0-9]+)(?:v[0-9]+)?\Z"
    r"|10\.64898/|10\.21203/rs\.|10\.20944/preprints|10\.2139/ssrn\.|10\.48550/arxiv\.",
    re.IGNORECASE,
)
_ABOUT_ANOTHER: Final = frozenset({
    "Comment", "Congress", "Corrected and Republished Article", "Duplicate Publication",
    "Expression of Concern", "Interview", "Meeting Abstract", "News", "Published Erratum",
    "Retraction Notice", "Retraction of Publication",
})  # fmt: skip
"""Types of what may bear the title of another work, and is not its published version."""
_ABOUT: Final = ("CommentOn", "ErratumFor", "ExpressionOfConcernFor", "RetractionOf")
_LEAST: Final = 4
"""Words of a title below which it may be anybody's."""
_SHORT: Final = 7
"""Words of a title below which both first author and most of the others must agree."""
# Days are counted as if every month had 31 of them: exact enough to tell before from after.
_MONTH: Final = 31
_YEAR: Final = 12 * _MONTH
_BEFORE: Final = _MONTH
"""Days that an article may be older than its preprint: dates of preprints may be those of a later version."""
_AFTER: Final = 5 * _YEAR

Pair = tuple[str, str]
"""The keys of a preprint and of the article that it became."""


class _Known(Struct, frozen=True):
    """What is compared of a work: the first and the last day it may be of, as far as its dates say."""

    key: str
    words: Words
    leader: str
    authors: frozenset[str]
    first_day: int
    last_day: int


def is_preprint(article: Article) -> bool:
    """Say whether an article was made public before its review: by its type, or by a DOI of a server."""
    return PREPRINT in article.publication_types or _SERVERS.match(article.ids.doi) is not None


def link_preprints(library: Library, *, progress: Callable[[int, int], None]) -> int:
    """Find what the library's preprints were published as, keep the links, and return how many there are."""
    preprints = [article for article in library.articles() if is_preprint(article)]
    links = pairs(preprints, _counted(library, progress)) if preprints else []
    library.set_versions(links)
    return len(links)


def pairs(preprints: Sequence[Article], articles: Iterable[Article]) -> list[Pair]:
    """Return which preprints became which of the articles, in order; the same whatever order they come in.

    What a source tells of a preprint is taken, and nothing else looked for. Several preprints may have become
    one article; a preprint that fits several articles as well has become none.
    """
    by_author: dict[str, list[_Known]] = {}
    for known in filter(None, map(_known, preprints)):
        for author in known.authors:
            by_author.setdefault(author, []).append(known)
    told = _Told(preprints)
    found: dict[str, list[tuple[int, str]]] = {}
    for article in articles:
        if is_preprint(article):
            continue
        told.read(article)
        if published := _known(article):
            for preprint in _near(published, by_author):
                if (doubt := _doubt(preprint, published)) is not None:
                    found.setdefault(preprint.key, []).append((doubt, article.key))
    guessed = {(key, _best(fitting)) for key, fitting in found.items() if key not in told.preprints}
    return sorted(told.pairs | {pair for pair in guessed if pair[1]})


class _Told:
    """What sources tell: by UpdateIn of a preprint, and by UpdateOf of an article."""

    def __init__(self, preprints: Iterable[Article]) -> None:
        self.pairs: set[Pair] = set()
        self.preprints: set[str] = set()
        self._by_target: dict[str, set[str]] = {}
        self._by_id: dict[str, set[str]] = {}
        for preprint in preprints:
            for each in _told(preprint, TOLD[0]):
                self._by_target.setdefault(each, set()).add(preprint.key)
                self.preprints.add(preprint.key)
            for each in ids_told_of(preprint):
                self._by_id.setdefault(each, set()).add(preprint.key)

    def read(self, article: Article) -> None:
        """Note what preprints tell of an article, and it of them."""
        of_it = [self._by_target.get(each, ()) for each in ids_told_of(article)]
        by_it = [self._by_id.get(each, ()) for each in _told(article, TOLD[1])]
        for key in chain(*of_it, *by_it):
            self.pairs.add((key, article.key))
            self.preprints.add(key)


def _told(article: Article, kind: str) -> set[str]:
    return {each for link in article.corrections if link.kind == kind for each in ids_told(link)}


def _counted(library: Library, progress: Callable[[int, int], None]) -> Iterable[Article]:
    total = library.counts().articles
    for number, article in enumerate(library.articles(), start=1):
        yield article
        progress(number, total)


def _known(article: Article) -> _Known | None:
    """Return what is compared, or None where that is too little, or the work is about another one."""
    dates = [date for date in (article.published, article.electronic) if date.year]
    is_about = not _ABOUT_ANOTHER.isdisjoint(article.publication_types) or any(
        map(article.has_correction, _ABOUT)
    )
    if not dates or is_about or article.title == NO_TITLE:
        return None
    words = title_words(to_text(article.title))
    names = [name for name in map(_name, article.authors) if name]
    if len(words) < _LEAST or not names:
        return None
    return _Known(
        article.key,
        words,
        leader=names[0],
        authors=frozenset(names),
        first_day=min(_day(date, month=1, day=1) for date in dates),
        last_day=max(_day(date, month=12, day=31) for date in dates),
    )


def _near(article: _Known, by_author: dict[str, list[_Known]]) -> list[_Known]:
    """Return the preprints that share an author with an article, and may be as old as it wants."""
    sharing = {each.key: each for author in article.authors for each in by_author.get(author, ())}
    return [
        each
        for each in sharing.values()
        if article.last_day >= each.first_day - _BEFORE and article.first_day <= each.last_day + _AFTER
    ]


def _doubt(preprint: _Known, article: _Known) -> int | None:
    """Return how many words the titles differ by; None where the two are not known to be the same work."""
    is_first = preprint.leader == article.leader
    shared = len(preprint.authors & article.authors)
    are_shared = 2 * shared >= max(len(preprint.authors), len(article.authors))
    if not (is_first or (are_shared and shared > 1)):
        return None
    added = words_added(preprint.words, article.words)
    if added is None:
        return None
    is_plain = added == 0 and len(preprint.words) >= _SHORT
    return added if is_plain or (is_first and are_shared) else None


def _best(fitting: list[tuple[int, str]]) -> str:
    """Return the key of the article that fits best; nothing where another one fits as well."""
    first, *others = sorted(fitting)
    return "" if others and others[0][0] == first[0] else first[1]


def _name(author: Author) -> str:
    """Return surname and first initial, or the name of a group."""
    last = plain_words(author.last or author.collective).replace(" ", "")
    initial = plain_words(author.initials or author.fore)[:1] if author.last else ""
    return f"{last} {initial}" if last else ""


def _day(date: PubDate, *, month: int, day: int) -> int:
    """Return a date as a number of days, with `month` and `day` where it does not say."""
    return date.year * _YEAR + (date.month or month) * _MONTH + (date.day or day)
