"""Invented records in PubMed's XML, of just the parts that a test is about."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, TypeVar

import pytest

from crawler.errors import ParseError
from crawler.outcome import Deleted, Outcome, Parsed, Unparsed
from crawler.parsers.pubmed.pubmed_xml import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.article import Article

T = TypeVar("T")


def el(tag: str, *content: str, **attributes: str) -> str:
    """Return an element as text, its content as it is."""
    start = " ".join([tag, *(f'{name}="{value}"' for name, value in attributes.items())])
    return f"<{start}>{''.join(content)}</{tag}>"


def record(
    article: str = "", *, citation: str = "", data: str = "", pmid: str = "1", title: str = "A title."
) -> str:
    """Return a PubmedArticle with these elements inside Article, MedlineCitation and PubmedData."""
    return (
        f'<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{pmid}</PMID>'
        f"<Article><ArticleTitle>{title}</ArticleTitle>{article}</Article>{citation}</MedlineCitation>"
        f"<PubmedData>{data}</PubmedData></PubmedArticle>"
    )


def book(
    document: str = "", *, about: str = "<BookTitle>A book</BookTitle>", data: str = "", pmid: str = "1"
) -> str:
    """Return a PubmedBookArticle with these elements inside BookDocument, Book and PubmedBookData."""
    return (
        f"<PubmedBookArticle><BookDocument><PMID>{pmid}</PMID><Book>{about}</Book>{document}</BookDocument>"
        f"<PubmedBookData>{data}</PubmedBookData></PubmedBookArticle>"
    )


def a_set(*records: str, start: str = '<?xml version="1.0" encoding="UTF-8"?>') -> bytes:
    """Return a PubmedArticleSet of these records as a file."""
    return f"{start}\n<PubmedArticleSet>\n{''.join(records)}\n</PubmedArticleSet>".encode()


def outcomes(content: bytes) -> list[Outcome]:
    """Return what all records of a file come to."""
    return list(parse(BytesIO(content)))


def read(xml: str) -> Article:
    """Return the article of the only record."""
    (outcome,) = outcomes(a_set(xml))
    assert isinstance(outcome, Parsed), outcome
    return outcome.article


def until_break(records: Iterator[T]) -> tuple[list[T], str]:
    """Return what is read before a stream breaks off, and what is said of the break; fail where it does not."""
    found: list[T] = []
    try:
        for each in records:
            found.append(each)  # noqa: PERF402 - what was read before the break is to be kept
    except ParseError as error:
        return found, str(error)
    pytest.fail("nothing was raised")


def summary(results: list[Outcome]) -> list[str]:
    """Return in a word what each record came to: its PMID, "-7" if deleted, "!" and its name if unparsed."""
    words = []
    for outcome in results:
        match outcome:
            case Parsed():
                words.append(outcome.article.ids.pmid)
            case Deleted():
                words.append(f"-{outcome.pmid}")
            case Unparsed():
                words.append(f"!{outcome.record}")
    return words
