"""A stream of XML from outside becomes the records in it, one after the other, as elements."""

from __future__ import annotations

import re
import zlib
from gzip import BadGzipFile
from io import BytesIO
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from lxml import etree
from msgspec import Struct

from crawler.errors import ParseError
from crawler.parsers.xml.xml_characters import Cleaner
from crawler.parsers.xml.xml_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_CHUNK: Final = 1 << 16
# How XML from outside is read: nothing is fetched, no entity replaced, no bound lifted.
_SAFE: Final[dict[str, Any]] = {
    "resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False,
    "remove_comments": True, "remove_pis": True,
}  # fmt: skip
_BREAKS: Final = (etree.XMLSyntaxError, EOFError, BadGzipFile, zlib.error)
_XML_START: Final = re.compile(rb"[\s\x00\xef\xbb\xbf\xfe\xff]*<")
_HTML_START: Final = re.compile(rb"[\s\xef\xbb\xbf]*<(?:!doctype\s+)?html\b", re.IGNORECASE)
# A document without a DOCTYPE.
_BARE_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml\s[^<>]*>\s*)?<[A-Za-z]")
_PLACE: Final = re.compile(r",? line \d+, column \d+$")


class Kind(Struct, frozen=True, kw_only=True):
    """What is looked for in a stream, and what it is called where it is not there.

    `records` are the tags of records, `others` of what is yielded beside them but not counted, in any
    namespace where they are written `{*}tag`. `sets` are the roots of documents that may hold none of
    either. `begins` is how the tags of all of these begin, and of no others but the root.
    `cleaner` makes XML of what is not quite.
    """

    records: tuple[str, ...]
    others: tuple[str, ...] = ()
    sets: frozenset[str]
    begins: tuple[bytes, ...] = ()
    language: str
    subject: str
    record: str
    cleaner: type[Cleaner] = Cleaner


def elements(stream: BinaryIO, kind: Kind, *, may_be_empty: bool = True) -> Iterator[etree._Element]:
    """Yield the records of a stream in order; each is gone from memory once the next is asked for.

    Nothing is fetched, and no entity is replaced. Raises ParseError, after every whole record before that,
    where the stream is empty, no XML, breaks off, or is XML of another kind; also for a set of no records,
    unless it may be empty.
    """
    cleaner, parser = kind.cleaner(), _reader(kind)
    # Where compressed data break off, `read` would lose what it has unpacked already.
    read = getattr(stream, "read1", stream.read)
    whole, found = 0, False
    root: etree._Element | None = None
    broken: Exception | None = None
    # lxml does not raise on every error, and whatever it is fed after one, be it nothing, it takes for the
    # beginning of another document.
    while root is None and broken is None and _first_fatal(parser) is None:
        try:
            chunk = read(_CHUNK)
            if data := cleaner.clean(chunk) if chunk else cleaner.take_rest():
                parser.feed(data)
            elif not chunk:
                root = parser.close()
        except _BREAKS as error:
            broken = error
        for event in parser.read_events():
            if event[0] == "end":
                found = True
                whole += is_record(event[1], kind)
                yield event[1]
                _free(event[1])
    if broken is not None or root is None:
        raise ParseError(_why_broken(broken, parser, whole, cleaner.head, kind)) from broken
    if not found and not (may_be_empty and etree.QName(root).localname in kind.sets):
        raise ParseError(_why_other(root, kind))


def elements_at_once(document: bytes, kind: Kind) -> list[etree._Element] | None:
    """Return the records of a document in memory, those that `elements` yields, read in one go: much faster.

    None where in doubt: the document is not well-formed, or not all records in it are children of the root.
    """
    root = _root(document)
    if root is None:
        return None
    found = list(root.iterchildren(*kind.records, *kind.others))
    # The root's name begins as those of records do. What only looks like a tag, in a comment, is a doubt.
    begun = sum(map(document.count, kind.begins))
    return found if begun == len(found) + 1 else None


def only_record(raw: bytes, kind: Kind) -> etree._Element:
    """Return the first record in a document; raises ParseError where there is none, as `elements` does."""
    for element in elements(BytesIO(raw), kind, may_be_empty=False):
        if is_record(element, kind):
            return element
    raise ParseError(f"there is no {kind.record} in it, but deletions")


def refuse_own_entities(record: etree._Element) -> None:
    """Raise ParseError where a record uses an entity that its document defines itself."""
    if record.getroottree().docinfo.internalDTD is None:  # then an entity would have been no XML
        return
    entity = next(record.iter(etree.Entity), None)
    if entity is not None:
        raise ParseError(f"uses an entity of its own, {entity.text}, which no source of articles does")


def raw_of(record: etree._Element) -> bytes:
    """Return the bytes of a record, in UTF-8, which are a document in themselves."""
    return etree.tostring(record, encoding="UTF-8", with_tail=False)


def is_record(element: etree._Element, kind: Kind) -> bool:
    """Say whether an element is a record, and not one of what is yielded beside them."""
    return element.tag not in kind.others


def _root(document: bytes) -> etree._Element | None:
    """Return the root of a document, without what XML forbids in it; None where it is not well-formed."""
    # To collect ids, which are never asked for, takes lxml as long as all the rest. But told not to, it goes
    # and loads the DTD that a document names, whatever else it was told.
    safe = _SAFE | {"collect_ids": not _BARE_START.match(document)}
    for content in (document, Cleaner().clean(document)):
        try:
            return etree.fromstring(content, etree.XMLParser(**safe))
        except etree.XMLSyntaxError:
            continue
    return None


def _reader(kind: Kind) -> etree.XMLPullParser:
    return etree.XMLPullParser(("end",), tag=(*kind.records, *kind.others), **_SAFE)


def _free(element: etree._Element) -> None:
    """Let go of an element that has been read, and of all that stands before it."""
    element.clear()
    for each in (element, *element.iterancestors()):
        parent = each.getparent()
        while parent is not None and parent[0] is not each:
            del parent[0]


def _why_broken(
    error: Exception | None, parser: etree.XMLPullParser, whole: int, head: bytes, kind: Kind
) -> str:
    """Say in a sentence why no more records can be read from a stream that began with `head`."""
    if not head:
        return "the file is empty"
    if _HTML_START.match(head):
        return f"this is an HTML page, not {kind.language}"
    if not _XML_START.match(head):
        return f"this is not XML: it begins with {head[:20]!r}"
    # An exception may tell only the consequence of what broke the XML.
    line, reason = _first_fatal(parser) or (0, str(error))
    place = f", at line {line}" if line else ""
    number = f"whole {kind.record}" if whole == 1 else f"whole {kind.record}s"
    return f"the XML breaks off after {whole} {number}{place}: {_PLACE.sub('', reason)}"


def _first_fatal(parser: etree.XMLPullParser) -> tuple[int, str] | None:
    """Return line and text of what broke the XML, if it is broken."""
    fatals = parser.feed_error_log.filter_from_fatals()
    return next(((fatal.line, fatal.message) for fatal in fatals), None)


def _why_other(root: etree._Element, kind: Kind) -> str:
    """Say what well-formed XML is, if not of this kind; an error that it reports is passed on."""
    name = etree.QName(root).localname
    if name.lower() == "html":
        return f"this is an HTML page, not {kind.language}"
    if name in kind.sets:
        return f"this is a set of {kind.subject} with none in it: its root is <{name}>"
    error = next(root.iter("{*}ERROR", "{*}error"), None)
    says = f', and it says "{plain(error)}"' if error is not None else ""
    return f"this is XML, but not of {kind.subject}: its root is <{name}>{says}"
