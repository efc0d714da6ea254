"""PubMed's XML, as efetch answers it and as the baseline and update files hold it: a stream of records."""

from __future__ import annotations

import re
import zlib
from gzip import BadGzipFile
from typing import TYPE_CHECKING, BinaryIO, Final

from lxml import etree

from crawler.errors import ParseError
from crawler.identity import normal_pmid
from crawler.outcome import Deleted, Outcome, Parsed, Unparsed
from crawler.parsers.pubmed_article import journal_article
from crawler.parsers.pubmed_book import book_article
from crawler.parsers.pubmed_parts import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.article import Article

FORMAT: Final = "pubmed-xml"
"""The name of the format, as outcomes and the library carry it."""

_RECORDS: Final = {"PubmedArticle": journal_article, "PubmedBookArticle": book_article}
_DELETIONS: Final = ("DeleteCitation", "DeleteDocument")
_SETS: Final = ("PubmedArticleSet", "PubmedBookArticleSet")
_CHUNK: Final = 1 << 16
_BREAKS: Final = (etree.XMLSyntaxError, EOFError, BadGzipFile, zlib.error)
_CONTROLS: Final = bytes(n for n in range(32) if n not in b"\t\n\r")
_XML_START: Final = re.compile(rb"[\s\x00\xef\xbb\xbf\xfe\xff]*<")
_HTML_START: Final = re.compile(rb"\s*<(?:!doctype\s+)?html\b", re.IGNORECASE)
_PLACE: Final = re.compile(r",? line \d+, column \d+$")


def parse(stream: BinaryIO) -> Iterator[Outcome]:
    """Yield what each record of a stream comes to, in order, in memory that does not grow with their number.

    Reads PubmedArticleSet and PubmedBookArticleSet, a lone record, and records inside other wrappers. One
    that cannot be read is an Unparsed, and the stream goes on. Raises ParseError, after every whole record
    before that, where the stream is empty, no XML, breaks off, or holds no records of PubMed's but others.
    """
    parser = _reader()
    head, whole, found = b"", 0, False
    root: etree._Element | None = None
    broken: Exception | None = None
    while root is None and broken is None:
        try:
            if chunk := stream.read(_CHUNK):
                head = head or chunk
                parser.feed(_without_controls(chunk, head))
            else:
                root = parser.close()
        except _BREAKS as error:
            broken = error
        for event in parser.read_events():
            if event[0] == "end":
                found = True
                whole += event[1].tag in _RECORDS
                yield from _outcomes(event[1], whole)
                _free(event[1])
    if broken is not None:
        raise ParseError(_why_broken(broken, parser, whole, head)) from broken
    if root is not None and not found and root.tag not in _SETS:
        raise ParseError(_why_other(root))


def parse_record(raw: bytes) -> Article:
    """Return the Article of one record, as `parse` keeps it in `Parsed.raw`.

    Raises ParseError where the bytes are no XML, hold no record, or one that cannot be read.
    """
    parser = _reader()
    try:
        parser.feed(raw)
        root = parser.close()
    except etree.XMLSyntaxError as error:
        raise ParseError(_why_broken(error, parser, 0, raw)) from error
    record = next(root.iter(*_RECORDS), None)
    if record is None:
        raise ParseError(_why_other(root))
    return _article(record)


def _without_controls(chunk: bytes, head: bytes) -> bytes:
    """Return bytes without control characters, which XML forbids and a few abstracts hold all the same.

    Those of a document in UTF-16 or UTF-32, whose `head` tells, are left as they are.
    """
    return chunk if b"\x00" in head[:4] else chunk.translate(None, _CONTROLS)


def _reader() -> etree.XMLPullParser:
    """Return a parser for XML from outside: nothing is fetched, no entity replaced, no bound lifted."""
    return etree.XMLPullParser(
        ("end",),
        tag=(*_RECORDS, *_DELETIONS),
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _outcomes(element: etree._Element, number: int) -> Iterator[Outcome]:
    """Yield what a record or a list of deletions comes to; `number` is the record's place in the stream."""
    raw = etree.tostring(element, encoding="UTF-8", with_tail=False)
    if element.tag in _RECORDS:
        try:
            yield Parsed(article=_article(element), format=FORMAT, raw=raw)
        except ParseError as error:
            yield Unparsed(record=_name(element, number), reason=str(error), format=FORMAT, raw=raw)
        return
    for text in (each.text or "" for each in element.iterchildren("PMID")):
        if pmid := normal_pmid(text):
            yield Deleted(pmid)
        else:
            reason = f"deletes the PMID {text!r}, which is not a number"
            yield Unparsed(record=f"a deletion after record {number}", reason=reason, format=FORMAT, raw=raw)


def _article(record: etree._Element) -> Article:
    """Return the Article of a record; whatever is wrong with it is a ParseError."""
    entity = next(record.iter(etree.Entity), None)
    if entity is not None:
        raise ParseError(f"uses an entity of its own, {entity.text}, which no source of articles does")
    try:
        return _RECORDS[str(record.tag)](record)
    except ParseError:
        raise
    except Exception as error:
        raise ParseError(f"cannot be read: {type(error).__name__}: {error}") from error


def _name(record: etree._Element, number: int) -> str:
    pmid = record.findtext("MedlineCitation/PMID") or record.findtext("BookDocument/PMID") or ""
    return f"PMID {normal_pmid(pmid)}" if normal_pmid(pmid) else f"record {number}"


def _free(element: etree._Element) -> None:
    """Let go of an element that has been read, and of all that stands before it."""
    element.clear()
    for each in (element, *element.iterancestors()):
        parent = each.getparent()
        while parent is not None and parent[0] is not each:
            del parent[0]


def _why_broken(error: Exception, parser: etree.XMLPullParser, whole: int, head: bytes) -> str:
    """Say in a sentence why no more records can be read from a stream that began with `head`."""
    if not head.strip():
        return "the file is empty"
    if _HTML_START.match(head):
        return "this is an HTML page, not PubMed's XML"
    if not _XML_START.match(head):
        return f"this is not XML: it begins with {head[:20]!r}"
    line, reason = _first_fatal(parser) or (0, str(error))
    place = f", at line {line}" if line else ""
    records = "whole record" if whole == 1 else "whole records"
    return f"the XML breaks off after {whole} {records}{place}: {_PLACE.sub('', reason)}"


def _first_fatal(parser: etree.XMLPullParser) -> tuple[int, str] | None:
    """Return line and text of what broke the XML: an exception may tell only the consequence of that."""
    fatals = parser.feed_error_log.filter_from_fatals()
    return next(((fatal.line, fatal.message) for fatal in fatals), None)


def _why_other(root: etree._Element) -> str:
    """Say what well-formed XML is, if not of PubMed's records; an error that it reports is passed on."""
    name = etree.QName(root).localname
    if name.lower() == "html":
        return "this is an HTML page, not PubMed's XML"
    error = next(root.iter("ERROR"), None)
    says = f', and it says "{plain(error)}"' if error is not None else ""
    return f"this is XML, but not of PubMed articles: its root is <{name}>{says}"
