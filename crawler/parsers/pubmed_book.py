"""A PubmedBookArticle - a book, or a chapter such as one of GeneReviews - becomes an article."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crawler.article import Article, Journal, PubDate
from crawler.errors import ParseError
from crawler.parsers.pubmed_dates import numeric_date, publication_date
from crawler.parsers.pubmed_parts import (
    abstract,
    authors,
    child_text,
    child_texts,
    children,
    entered,
    grants,
    keywords,
    names_complete,
    own_ids,
    pages,
    pmid_and_version,
    references,
    titles,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree


def book_article(record: etree._Element) -> Article:
    """Return the Article of a PubmedBookArticle: its journal is the book, whose title stands in for its own.

    Of the text only the abstract is kept. Raises ParseError where there is no BookDocument or no PMID.
    """
    document = record.find("BookDocument")
    if document is None:
        raise ParseError("has no BookDocument")
    data, book = record.find("PubmedBookData"), document.find("Book")
    pmid, version = pmid_and_version(document)
    own_title = document.find("ArticleTitle")
    if own_title is None and book is not None:
        own_title = book.find("BookTitle")
    title, vernacular = titles(own_title, document.find("VernacularTitle"))
    return Article(
        ids=own_ids(
            pmid,
            chain(
                children(document, "ArticleIdList", "ArticleId"), children(data, "ArticleIdList", "ArticleId")
            ),
            document.iterchildren("ELocationID"),
        ),
        title=title,
        journal=_journal(book),
        version=version,
        vernacular_title=vernacular,
        abstract=abstract(document.find("Abstract")),
        authors=authors(_bylines(document, book)),
        authors_complete=names_complete(document),
        investigators=authors(children(document, "InvestigatorList", "Investigator")),
        volume=child_text(book, "Volume"),
        pages=pages(document),
        published=_date(document, book),
        entered=entered(data),
        revised=numeric_date(document.find("DateRevised")),
        languages=child_texts(document, "Language"),
        publication_types=child_texts(document, "PublicationType"),
        keywords=keywords(document),
        grants=grants(document),
        references=references(document),
    )


def _journal(book: etree._Element | None) -> Journal:
    publisher = None if book is None else book.find("Publisher")
    return Journal(title=child_text(book, "BookTitle"), publisher=child_text(publisher, "PublisherName"))


def _bylines(document: etree._Element, book: etree._Element | None) -> Iterator[etree._Element]:
    """Yield the authors: the chapter's, else those of the book, editors only where there are no others."""
    lists = [
        each
        for parent in (document, book)
        if parent is not None
        for each in parent.iterchildren("AuthorList")
    ]
    lists.sort(key=lambda each: each.get("Type") == "editors")
    if lists:
        yield from lists[0].iterchildren("Author")


def _date(document: etree._Element, book: etree._Element | None) -> PubDate:
    """Return when the chapter was contributed, else when the book appeared."""
    contributed = publication_date(document.find("ContributionDate"))
    return contributed if contributed.year or book is None else publication_date(book.find("PubDate"))
