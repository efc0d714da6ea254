"""What the head of an article's page tells programs: citation tags, and the article as JSON-LD.

The tags are those of Google Scholar (https://scholar.google.com/intl/en/scholar/inclusion.html#indexing),
which reference managers read too; the data are a ScholarlyArticle (https://schema.org/ScholarlyArticle).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import markupsafe
from msgspec import json

from webui import languages
from webui.bibliographic import abstract_words, address, line, page_ends, subjects, title_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.article import Article, Author

_DESCRIPTION: Final = 300
_ESCAPES: Final = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def citation_tags(article: Article, url: str) -> tuple[tuple[str, str], ...]:
    """Return name and content of each `meta`; none for an invented record. `url` is that of the page."""
    if article.is_sample:
        return ()
    return tuple((name, content) for name, content in _tags(article, url) if content)


def description(article: Article) -> str:
    """Return the beginning of the abstract, at most 300 characters, for lists of search results."""
    text = abstract_words(article.abstract) if article.abstract else ""
    return (
        text if len(text) <= _DESCRIPTION else f"{text[: _DESCRIPTION - 1].rstrip()}\N{HORIZONTAL ELLIPSIS}"
    )


def linked_data(article: Article, url: str) -> markupsafe.Markup:
    """Return the article as JSON-LD that can stand in a script element: no sign in it can end the element."""
    if article.is_sample:
        return markupsafe.Markup()
    text = json.encode({name: value for name, value in _data(article, url) if value}).decode()
    for sign, escape in _ESCAPES.items():
        text = text.replace(sign, escape)
    return markupsafe.Markup(text)  # noqa: S704 - every sign of HTML is escaped above


def _tags(article: Article, url: str) -> Iterator[tuple[str, str]]:
    journal, (first, last) = article.journal, page_ends(article)
    yield "citation_title", title_words(article)
    for author in article.authors:
        yield "citation_author", _name(author)
        yield from (("citation_author_institution", line(each)) for each in author.affiliations)
    yield "citation_publication_date", _date(article, "/")
    yield "citation_journal_title", line(journal.title or journal.abbreviation)
    yield "citation_journal_abbrev", line(journal.abbreviation)
    yield from (("citation_issn", line(issn)) for issn in journal.issns)
    yield "citation_publisher", line(journal.publisher)
    yield "citation_volume", line(article.volume)
    yield "citation_issue", line(article.issue)
    yield "citation_firstpage", first
    yield "citation_lastpage", last
    yield "citation_doi", line(article.ids.doi)
    yield "citation_pmid", article.ids.pmid
    yield "citation_language", languages.tag(article.languages[0]) if article.languages else ""
    yield "citation_keywords", "; ".join(subjects(article))
    yield "citation_abstract_html_url", url


def _data(article: Article, url: str) -> Iterator[tuple[str, object]]:
    first, last = page_ends(article)
    yield "@context", "https://schema.org"
    yield "@type", "ScholarlyArticle"
    yield "@id", url
    yield "mainEntityOfPage", url
    yield "headline", title_words(article)
    yield "author", [_person(author) for author in article.authors]
    yield "datePublished", _date(article, "-")
    yield "isPartOf", _part(article)
    yield "pageStart", first
    yield "pageEnd", last
    yield (
        "identifier",
        [
            {"@type": "PropertyValue", "propertyID": kind, "value": value}
            for kind, value in (
                ("PMID", article.ids.pmid),
                ("PMCID", article.ids.pmcid),
                ("DOI", article.ids.doi),
            )
            if value
        ],
    )
    yield "sameAs", address(article)
    yield "inLanguage", languages.tag(article.languages[0]) if article.languages else ""
    yield "keywords", subjects(article)
    yield "abstract", abstract_words(article.abstract) if article.abstract else ""
    yield "creativeWorkStatus", "Retracted" if article.is_retracted else ""


def _part(article: Article) -> dict[str, object]:
    """Return the issue, or as much of journal, volume and issue as is known, the one inside the other."""
    journal = article.journal
    title = line(journal.title or journal.abbreviation)
    part: dict[str, object] = {"@type": "Periodical", "name": title} if title else {}
    if part and journal.issns:
        part["issn"] = [line(issn) for issn in journal.issns]
    for kind, name, number in (
        ("PublicationVolume", "volumeNumber", article.volume),
        ("PublicationIssue", "issueNumber", article.issue),
    ):
        if number:
            part = {"@type": kind, name: line(number), **({"isPartOf": part} if part else {})}
    return part


def _person(author: Author) -> dict[str, object]:
    if author.collective:
        return {"@type": "Organization", "name": line(author.collective)}
    person: dict[str, object] = {"@type": "Person", "name": line(author.full())}
    parts = (("givenName", author.fore), ("familyName", author.last), ("honorificSuffix", author.suffix))
    person |= {name: line(value) for name, value in parts if value}
    if author.affiliations:
        person["affiliation"] = [
            {"@type": "Organization", "name": line(each)} for each in author.affiliations
        ]
    if author.orcid:
        person["sameAs"] = f"https://orcid.org/{author.orcid}"
    return person


def _name(author: Author) -> str:
    if author.collective:
        return line(author.collective)
    return line(", ".join(filter(None, (author.last, author.fore or author.initials, author.suffix))))


def _date(article: Article, mark: str) -> str:
    """Return the date of publication as precise as it is: 2023/08/07, 2023/08 or 2023."""
    date = article.date
    if not date.year:
        return ""
    parts = (date.month, date.day) if date.month else ()
    return mark.join((f"{date.year:04}", *(f"{part:02}" for part in parts if part)))
