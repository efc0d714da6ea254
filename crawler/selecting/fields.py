"""What the tags of a query look at: the fields of an article, and how each is asked for a term."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.article import NO_TITLE
from crawler.markup import to_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.article import Article, Author

    Texts = Callable[[Article], Iterable[str]]
    """Returns what a field holds, each text by itself: no phrase reaches from one into the next."""

_WORD: Final = re.compile(r"[^\W_]+")


class Field(NamedTuple):
    """How a field is asked for a term. `words_of` writes both its texts and the words of the term.

    `gap` parts what may come from different elements of a record: words, or a heading and its subheading.
    `explodes` says that a term finds what is narrower, too.
    """

    holds: Callable[[Article, Term], bool]
    words_of: Callable[[str], str]
    gap: str = "/"
    explodes: bool = False


class Term(NamedTuple):
    """What is asked of a field: any of `wanted`, as its `words_of` writes them.

    For each of these, `letters` has the runs of letters that must stand in a record which holds it; `pattern`
    finds the first of them as whole words.
    """

    field: Field
    wanted: tuple[str, ...]
    is_cut: bool
    is_quoted: bool
    letters: tuple[tuple[bytes, ...], ...]
    pattern: re.Pattern[bytes] | None


@lru_cache(maxsize=256)  # a query asks for the same texts anew with each of its terms
def words_of(text: str) -> str:
    """Return the words of a plain text in lower case, a blank between two."""
    return " ".join(_WORD.findall(text.lower()))


def heading_words_of(text: str) -> str:
    """Return the words of a heading, with a slash before its subheading."""
    return "/".join(map(words_of, text.split("/")))


def _within(texts: Texts, gap: str = "/") -> Field:
    def holds(article: Article, term: Term) -> bool:
        end = "" if term.is_cut else " "
        padded = (f" {words_of(text)} " for text in texts(article))
        return any(f" {wanted}{end}" in text for text in padded for wanted in term.wanted)

    return Field(holds, words_of, gap)


def _whole(texts: Texts, *, explodes: bool = False) -> Field:
    write = heading_words_of if explodes else words_of

    def holds(article: Article, term: Term) -> bool:
        found = map(write, texts(article))
        if term.is_cut:
            return any(text.startswith(term.wanted) for text in found)
        return any(text in term.wanted for text in found)

    return Field(holds, write, explodes=explodes)


def _by(people: Callable[[Article], Iterable[Author]]) -> Field:
    def holds(article: Article, term: Term) -> bool:
        return any(_is_named(author, term) for author in people(article))

    return Field(holds, words_of, gap=" ")


def _is_named(author: Author, term: Term) -> bool:
    """Say whether a name is the one asked for; PubMed takes initials as begun, unless it is in quotes."""
    (wanted,) = term.wanted
    last, short = words_of(author.collective or author.last), words_of(author.short())
    names = (short, words_of(author.full()), words_of(f"{author.last} {author.fore}"))
    if term.is_cut:
        return any(name.startswith(wanted) for name in names)
    if term.is_quoted:
        return wanted in names
    is_begun = len(wanted) > len(last) + 1 and short.startswith(wanted)
    return is_begun or any(f"{name} ".startswith(f"{wanted} ") for name in names)


def _titles(article: Article) -> tuple[str, ...]:
    return () if article.title == NO_TITLE else (to_text(article.title),)


def _keywords(article: Article) -> Iterator[str]:
    return (keyword.text for keyword in article.keywords)


def _title_and_abstract(article: Article) -> Iterator[str]:
    yield from _titles(article)
    for abstract in article.abstracts():
        yield from (to_text(section.text) for section in abstract.sections)
    yield from _keywords(article)


def _headings(article: Article) -> Iterator[str]:
    for heading in article.mesh:
        yield heading.name
        yield from (f"{heading.name} / {qualifier.name}" for qualifier in heading.qualifiers)


def _major_headings(article: Article) -> Iterator[str]:
    for heading in article.mesh:
        if heading.is_major():
            yield heading.name
        yield from (f"{heading.name} / {each.name}" for each in heading.qualifiers if each.major)


def _subheadings(article: Article) -> Iterator[str]:
    return (qualifier.name for heading in article.mesh for qualifier in heading.qualifiers)


def _substances(article: Article) -> Iterator[str]:
    return chain((substance.name for substance in article.substances), article.supplemental_mesh)


def _groups(article: Article) -> Iterator[str]:
    return (author.collective for author in article.authors)


def _affiliations(article: Article) -> Iterator[str]:
    return chain.from_iterable(author.affiliations for author in article.authors + article.investigators)


def _journals(article: Article) -> tuple[str, ...]:
    return (article.journal.title, article.journal.abbreviation, *article.journal.issns)


def _text_words(article: Article) -> Iterator[str]:
    yield from _title_and_abstract(article)
    yield from (heading.name for heading in article.mesh)
    yield from chain(_subheadings(article), article.publication_types, _substances(article), _groups(article))
    yield from (correction.note for correction in article.corrections)


def _everything(article: Article) -> Iterator[str]:
    yield from _text_words(article)
    yield to_text(article.vernacular_title)
    for author in article.authors + article.investigators:
        yield from (author.short(), author.full())
    yield from chain(_affiliations(article), _journals(article), (article.ids.pmid,))
    yield from (f"{grant.number} {grant.agency}" for grant in article.grants)
    yield from chain.from_iterable(bank.accessions for bank in article.data_banks)


def _published(article: Article) -> tuple[int, int]:
    return article.published.sort_key(), article.electronic.sort_key()


FIELDS: Final = {
    "tiab": _within(_title_and_abstract),
    "ti": _within(_titles),
    "tt": _within(lambda article: (to_text(article.vernacular_title),)),
    "ot": _within(_keywords),
    "tw": _within(_text_words),
    "all": _within(_everything, gap=" "),
    "mh": _whole(_headings, explodes=True),
    "majr": _whole(_major_headings, explodes=True),
    "sh": _whole(_subheadings),
    "nm": _whole(_substances),
    "pt": _whole(lambda article: article.publication_types, explodes=True),
    "la": _whole(lambda article: article.languages),
    "ta": _whole(_journals),
    "au": _by(lambda article: article.authors),
    "1au": _by(lambda article: article.authors[:1]),
    "lastau": _by(lambda article: article.authors[-1:]),
    "fau": _by(lambda article: article.authors),
    "cn": _within(_groups),
    # Addresses are taken out of an affiliation, so that words may meet which did not in the record.
    "ad": _within(_affiliations, gap=" "),
    "pmid": _whole(lambda article: (article.ids.pmid,)),
}
DATES: Final[dict[str, Callable[[Article], Iterable[int]]]] = {
    "dp": _published,
    "edat": lambda article: (article.entered.sort_key(),),
}
LONG_TAGS: Final = {
    "title/abstract": "tiab", "title": "ti", "transliterated title": "tt", "other term": "ot",
    "text word": "tw", "all fields": "all", "mesh": "mh", "mesh terms": "mh", "mesh major topic": "majr",
    "mesh subheading": "sh", "subheading": "sh", "supplementary concept": "nm", "publication type": "pt",
    "language": "la", "lang": "la", "journal": "ta", "author": "au", "author-first": "1au",
    "first author": "1au", "author-last": "lastau", "full author name": "fau", "corporate author": "cn",
    "author-corporate": "cn", "affiliation": "ad", "uid": "pmid", "date-publication": "dp",
    "publication date": "dp", "pdat": "dp", "date-entry": "edat", "entry date": "edat",
}  # fmt: skip
