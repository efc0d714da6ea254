"""PubMed's XML, as efetch answers it and as the baseline and update files hold it: a stream of records."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.identity import normal_pmid
from crawler.outcome import Deleted, Outcome, Unparsed
from crawler.parsers.pubmed.pubmed_article import journal_article
from crawler.parsers.pubmed.pubmed_book import book_article
from crawler.parsers.reading import outcome, parse_errors
from crawler.parsers.xml.xml_stream import (
    Kind,
    elements,
    elements_at_once,
    is_record,
    only_record,
    raw_of,
    refuse_own_entities,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from crawler.article import Article

FORMAT: Final = "pubmed-xml"
"""The name of the format, as outcomes and the library carry it."""


class Unsure(Exception):  # noqa: N818 - no error: the whole stream has to be read
    """A part of a stream cannot be read by itself."""


_READERS: Final = {"PubmedArticle": journal_article, "PubmedBookArticle": book_article}
# No other tag of PubMed's begins so, but those of the sets around them.
_RECORDS: Final = (b"<PubmedArticle", b"<PubmedBookArticle")
_PUBMED: Final = Kind(
    records=tuple(_READERS),
    others=("DeleteCitation", "DeleteDocument"),
    sets=frozenset({"PubmedArticleSet", "PubmedBookArticleSet"}),
    begins=(*_RECORDS, b"<DeleteCitation", b"<DeleteDocument"),
    language="PubMed's XML",
    subject="PubMed articles",
    record="record",
)


def parse(stream: BinaryIO) -> Iterator[Outcome]:
    """Yield what each record of a stream comes to, in order, in memory that does not grow with their number.

    Reads PubmedArticleSet and PubmedBookArticleSet, a lone record, and records inside other wrappers. One
    that cannot be read is an Unparsed, and the stream goes on. Raises ParseError, after every whole record
    before that, where the stream is empty, no XML, breaks off, or holds no records of PubMed's but others.
    """
    yield from _outcomes(elements(stream, _PUBMED))


def parse_part(document: bytes, *, after: int) -> list[Outcome]:
    """Return what `parse` yields for a part of a stream, a document in itself, `after` so many records.

    Several times faster. Raises Unsure where it cannot be told without the rest of the stream.
    """
    found = elements_at_once(document, _PUBMED)
    if found is None:
        raise Unsure
    return list(_outcomes(found, after=after))


def count_records(part: bytes) -> int:
    """Return how many records, without deletions, are in a part that `parse_part` is sure of."""
    return sum(map(part.count, _RECORDS))


def _outcomes(found: Iterable[etree._Element], *, after: int = 0) -> Iterator[Outcome]:
    number = after
    for element in found:
        raw = raw_of(element)
        if is_record(element, _PUBMED):
            number += 1
            yield outcome(
                partial(_article, element), partial(_name, element, number), format_name=FORMAT, raw=raw
            )
        else:
            yield from _deletions(element, number, raw)


def parse_record(raw: bytes) -> Article:
    """Return the Article of one record, as `parse` keeps it in `Parsed.raw`.

    Raises ParseError where the bytes are no XML, hold no record, or one that cannot be read.
    """
    return _article(only_record(raw, _PUBMED))


def _deletions(element: etree._Element, number: int, raw: bytes) -> Iterator[Outcome]:
    """Yield what a list of deletions comes to that stands after `number` records."""
    for text in (each.text or "" for each in element.iterchildren("PMID")):
        if pmid := normal_pmid(text):
            yield Deleted(pmid)
        else:
            reason = f"deletes the PMID {text!r}, which is not a number"
            yield Unparsed(record=f"a deletion after record {number}", reason=reason, format=FORMAT, raw=raw)


def _article(record: etree._Element) -> Article:
    """Return the Article of a record; whatever is wrong with it is a ParseError."""
    refuse_own_entities(record)
    with parse_errors():
        return _READERS[str(record.tag)](record)


def _name(record: etree._Element, number: int) -> str:
    pmid = record.findtext("MedlineCitation/PMID") or record.findtext("BookDocument/PMID") or ""
    return f"PMID {normal_pmid(pmid)}" if normal_pmid(pmid) else f"record {number}"
