"""A stream of bytes becomes the articles in it, one after the other, as elements."""

from __future__ import annotations

import re
import zlib
from gzip import BadGzipFile
from html.entities import html5
from typing import TYPE_CHECKING, BinaryIO, Final

from lxml import etree

from crawler.errors import ParseError
from crawler.parsers.pubmed_parts import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

_SETS: Final = frozenset({"articles", "pmc-articleset"})
_CHUNK: Final = 1 << 16
_BREAKS: Final = (etree.XMLSyntaxError, EOFError, BadGzipFile, zlib.error)
_CONTROLS: Final = bytes(n for n in range(32) if n not in b"\t\n\r")
_XML_START: Final = re.compile(rb"[\s\x00\xef\xbb\xbf\xfe\xff]*<")
_HTML_START: Final = re.compile(rb"\s*<(?:!doctype\s+)?html\b", re.IGNORECASE)
_PLACE: Final = re.compile(r",? line \d+, column \d+$")

_NAMED: Final = {
    name[:-1].encode(): "".join(f"&#{ord(character)};" for character in characters).encode()
    for name, characters in html5.items()
    if name.endswith(";") and name not in {"amp;", "lt;", "gt;", "quot;", "apos;"}
}
_VERBATIM: Final = {b"<!--": b"-->", b"<![CDATA[": b"]]>"}
_NAME_OR_VERBATIM: Final = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,40});|<!--|<!\[CDATA\[|-->|\]\]>")
_OPEN_END: Final = re.compile(rb"(?:&[A-Za-z0-9]{0,41}|<!?-?|<!\[C?D?A?T?A?|-{1,2}|\]{1,2})\Z")


def articles(stream: BinaryIO) -> Iterator[etree._Element]:
    """Yield the `article` elements of a stream in order; each is gone from memory once the next is asked for.

    Control characters are passed over, and named characters (`&nbsp;`), which JATS declares only in its DTD,
    are those of HTML; nothing is fetched, and no other entity is replaced. Raises ParseError, after
    every whole article before that, where the stream is empty, no XML, breaks off, or is XML of another kind.
    """
    cleaner = _Cleaner()
    parser = _reader()
    whole = 0
    root: etree._Element | None = None
    broken: Exception | None = None
    # Whatever lxml is fed after an error, be it nothing, it takes for the beginning of another document.
    while root is None and broken is None and _first_fatal(parser) is None:
        try:
            if chunk := stream.read(_CHUNK):
                parser.feed(cleaner.clean(chunk))
            elif cleaner.rest:
                parser.feed(cleaner.take_rest())
            else:
                root = parser.close()
        except _BREAKS as error:
            broken = error
        for event in parser.read_events():
            if event[0] == "end":
                whole += 1
                yield event[1]
                _free(event[1])
    if broken is not None or root is None:
        raise ParseError(_why_broken(broken, parser, whole, cleaner.head)) from broken
    if not whole and etree.QName(root).localname not in _SETS:
        raise ParseError(_why_other(root))


def _reader() -> etree.XMLPullParser:
    """Return a parser for XML from outside: nothing is fetched, no entity replaced, no bound lifted."""
    return etree.XMLPullParser(
        ("end",),
        tag="{*}article",
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


class _Cleaner:
    """Takes the chunks of a document and gives them back as XML without what only a DTD could explain.

    Control characters are left out, which XML forbids and a few files hold all the same, and references by
    number replace named characters, but not in comments and CDATA sections, where `&nbsp;` is no reference.
    A document in UTF-16 or UTF-32 is left as it is. `head` is the first chunk as it came; `rest` is held
    back, since it could be the beginning of a reference or of a section that ends in the next chunk.
    """

    def __init__(self) -> None:
        self.head = b""
        self.rest = b""
        self._until = b""

    def clean(self, chunk: bytes) -> bytes:
        self.head = self.head or chunk
        if b"\x00" in self.head[:4]:
            return chunk
        text = self.rest + chunk.translate(None, _CONTROLS)
        open_end = _OPEN_END.search(text, max(0, len(text) - 64))
        end = open_end.start() if open_end else len(text)
        self.rest = text[end:]
        pieces, done = [], 0
        for found in _NAME_OR_VERBATIM.finditer(text, 0, end):
            if found[1] is None:
                self._pass_border(found[0])
            elif not self._until and found[1] in _NAMED:
                pieces += [text[done : found.start()], _NAMED[found[1]]]
                done = found.end()
        return b"".join([*pieces, text[done:end]])

    def take_rest(self) -> bytes:
        rest, self.rest = self.rest, b""
        return rest

    def _pass_border(self, mark: bytes) -> None:
        """Note where a comment or a CDATA section begins or ends; inside one, other marks mean nothing."""
        if not self._until:
            self._until = _VERBATIM.get(mark, b"")
        elif mark == self._until:
            self._until = b""


def _free(element: etree._Element) -> None:
    """Let go of an element that has been read, and of all that stands before it."""
    element.clear()
    for each in (element, *element.iterancestors()):
        parent = each.getparent()
        while parent is not None and parent[0] is not each:
            del parent[0]


def _why_broken(error: Exception | None, parser: etree.XMLPullParser, whole: int, head: bytes) -> str:
    """Say in a sentence why no more articles can be read from a stream that began with `head`."""
    if not head.strip():
        return "the file is empty"
    if _HTML_START.match(head):
        return "this is an HTML page, not JATS XML"
    if not _XML_START.match(head):
        return f"this is not XML: it begins with {head[:20]!r}"
    # An exception may tell only the consequence of what broke the XML.
    line, reason = _first_fatal(parser) or (0, str(error))
    place = f", at line {line}" if line else ""
    number = "whole article" if whole == 1 else "whole articles"
    return f"the XML breaks off after {whole} {number}{place}: {_PLACE.sub('', reason)}"


def _first_fatal(parser: etree.XMLPullParser) -> tuple[int, str] | None:
    """Return line and text of what broke the XML, if it is broken."""
    fatals = parser.feed_error_log.filter_from_fatals()
    return next(((fatal.line, fatal.message) for fatal in fatals), None)


def _why_other(root: etree._Element) -> str:
    """Say what well-formed XML is, if not of JATS articles; an error that it reports is passed on."""
    name = etree.QName(root).localname
    if name.lower() == "html":
        return "this is an HTML page, not JATS XML"
    error = next(root.iter("{*}ERROR", "{*}error"), None)
    says = f', and it says "{plain(error)}"' if error is not None else ""
    return f"this is XML, but not of JATS articles: its root is <{name}>{says}"
