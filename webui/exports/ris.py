"""RIS, which every reference manager reads: a field a line, a record from TY to ER.

The tags are those of the specification (Research Information Systems, 2001) as PubMed's own export uses them:
AN is the PMID, C2 the PMCID. Readers keep one line only of most tags, so only AU, KW, N1 and UR are repeated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from webui import languages
from webui.bibliographic import (
    abstract_words,
    address,
    is_chapter,
    line,
    page_ends,
    remarks,
    subjects,
    title_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.article import Article, Author, PubDate


def record(article: Article) -> bytes:
    """Return the record of an article, with the empty line behind it; lines end as the standard says."""
    body = "".join(f"{tag}  - {value}\r\n" for tag, value in _fields(article) if value)
    return f"TY  - {_kind(article)}\r\n{body}ER  - \r\n\r\n".encode()


def _fields(article: Article) -> Iterator[tuple[str, str]]:
    ids, journal = article.ids, article.journal
    first, last = page_ends(article)
    yield "TI", title_words(article)
    for author in article.authors:
        yield "AU", _name(author)
    if not article.authors_complete:
        yield "AU", "et al."
    places = dict.fromkeys(place for author in article.authors for place in author.affiliations)
    yield "AD", "; ".join(map(line, places))
    yield "PY", str(article.date.year or "")
    yield "DA", _date(article.date)
    yield "T2", line(journal.title or journal.abbreviation)
    yield "JA", line(journal.abbreviation)
    yield "VL", line(article.volume)
    yield "IS", line(article.issue)
    yield "SP", first
    yield "EP", last
    yield "SN", line(" ".join(journal.issns))
    yield "PB", line(journal.publisher)
    yield "DO", line(ids.doi)
    yield "AN", ids.pmid
    yield "C2", ids.pmcid
    yield "DB", "PubMed" if ids.pmid and not article.is_sample else ""
    yield "LA", "; ".join(languages.name(code) or line(code) for code in article.languages)
    yield "M3", "; ".join(map(line, article.publication_types))
    for subject in subjects(article):
        yield "KW", subject
    yield "AB", abstract_words(article.abstract) if article.abstract else ""
    for remark in remarks(article):
        yield "N1", remark
    yield "UR", address(article)


def _kind(article: Article) -> str:
    return "CHAP" if is_chapter(article) else "JOUR"


def _name(author: Author) -> str:
    """Return a name as RIS has it: last, fore names or initials, suffix; a group as it is."""
    if author.collective:
        return line(author.collective)
    parts = (author.last, author.fore or author.initials, author.suffix)
    return line(", ".join(filter(None, parts)))


def _date(date: PubDate) -> str:
    """Return a date in its four places, YYYY/MM/DD/other, as far as it is known."""
    if not date.year:
        return ""
    month, day = (f"{number:02}" if number else "" for number in (date.month, date.day))
    return f"{date.year:04}/{month}/{day}/{line(date.text)}".rstrip() if month or date.text else ""
