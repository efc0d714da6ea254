"""A PubmedBookArticle - a book, or a chapter such as one of GeneReviews - becomes an article."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from crawler.article import Article, Journal, PubDate
from crawler.errors import ParseError
from crawler.parsers.pubmed import pubmed_parts as parts
from crawler.parsers.pubmed.pubmed_dates import numeric_date, publication_date
from crawler.parsers.xml.xml_text import by_tag, child_text, entries, first, one, text, texts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from crawler.parsers.xml.xml_text import Family


def book_article(record: etree._Element) -> Article:
    """Return the Article of a PubmedBookArticle: its journal is the book, whose title stands in for its own.

    Of the text only the abstract is kept. Raises ParseError where there is no BookDocument or no PMID.
    """
    element = first(record, "BookDocument")
    if element is None:
        raise ParseError("has no BookDocument")
    document, data = by_tag(element), by_tag(first(record, "PubmedBookData"))
    book = by_tag(one(document, "Book"))
    pmid, version = parts.pmid_and_version(document)
    own_title = one(document, "ArticleTitle")
    title, vernacular = parts.titles(
        one(book, "BookTitle") if own_title is None else own_title, one(document, "VernacularTitle")
    )
    return Article(
        ids=parts.own_ids(
            pmid,
            chain.from_iterable(entries(each, "ArticleIdList", "ArticleId") for each in (document, data)),
            document.get("ELocationID", ()),
        ),
        title=title,
        journal=_journal(book),
        version=version,
        vernacular_title=vernacular,
        abstract=parts.abstract(one(document, "Abstract")),
        authors=parts.authors(_bylines(document, book)),
        authors_complete=parts.names_complete(document),
        investigators=parts.authors(entries(document, "InvestigatorList", "Investigator")),
        volume=text(book, "Volume"),
        pages=parts.pages(document),
        published=_date(document, book),
        entered=parts.entered(data),
        revised=numeric_date(one(document, "DateRevised")),
        languages=texts(document, "Language"),
        publication_types=texts(document, "PublicationType"),
        keywords=parts.keywords(document),
        grants=parts.grants(document),
        references=parts.references(document),
    )


def _journal(book: Family) -> Journal:
    return Journal(
        title=text(book, "BookTitle"), publisher=child_text(one(book, "Publisher"), "PublisherName")
    )


def _bylines(document: Family, book: Family) -> Iterator[etree._Element]:
    """Yield the authors: the chapter's, else those of the book, editors only where there are no others."""
    lists = [*document.get("AuthorList", ()), *book.get("AuthorList", ())]
    lists.sort(key=lambda each: each.get("Type") == "editors")
    if lists:
        yield from lists[0].iterchildren("Author")


def _date(document: Family, book: Family) -> PubDate:
    """Return when the chapter was contributed, else when the book appeared."""
    contributed = publication_date(one(document, "ContributionDate"))
    return contributed if contributed.year else publication_date(one(book, "PubDate"))
