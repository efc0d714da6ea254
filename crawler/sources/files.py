"""Files on the disk, in every format that can be read, plain or gzipped; content decides, not the name."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.errors import ParseError
from crawler.formats import NAMES
from crawler.outcome import Parsed
from crawler.parsers.europepmc import europepmc
from crawler.parsers.jats import jats
from crawler.parsers.pubmed import pubmed_page, pubmed_xml
from crawler.parsers.tagged import medline, ris
from crawler.sources import pubmed_file
from crawler.sources.opened import BREAKS, opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from crawler.keeping.packed import Taken
    from crawler.outcome import Outcome
    from crawler.parsing import Parsing

_PLAIN_SUFFIXES: Final = (".xml", ".nxml", ".nbib", ".medline", ".ris", ".json", ".html", ".htm")
_SUFFIXES: Final = tuple(f"{suffix}{gz}" for suffix in _PLAIN_SUFFIXES for gz in ("", ".gz"))
_HEAD: Final = 1 << 16
_LARGEST_PAGE: Final = 32 * 1024 * 1024
_READ_HERE: Final = (pubmed_xml, jats, medline, ris, europepmc, pubmed_page)

# A page saved as XHTML starts like XML, but names html first.
_PAGE: Final = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.IGNORECASE | re.DOTALL
)
_JATS: Final = re.compile(
    rb"<(?:!DOCTYPE\s+|[\w.-]+:)?(?:article|pmc-articleset|articles)(?=[\s/>])", re.IGNORECASE
)
_PUBMED: Final = re.compile(rb"<(?:!DOCTYPE\s+)?Pubmed(?:Book)?Article", re.IGNORECASE)
_JSON: Final = re.compile(rb"\s*\{.*\"(?:hitCount|resultList|referenceList|errCode|errMsg)\"", re.DOTALL)
_MEDLINE: Final = re.compile(rb"^(?:PMID|OWN |STAT|DCOM|LR  )- ?", re.MULTILINE)
_RIS: Final = re.compile(rb"^TY  ?-", re.MULTILINE)


def discover(paths: Iterable[Path]) -> list[Path]:
    """Return the files to read, in order: those named, and those with a known ending at any depth in folders.

    Raises ParseError for a folder that holds none.
    """
    found: dict[Path, None] = {}
    for path in paths:
        if not path.is_dir():
            found[path] = None
            continue
        inside = sorted(
            each for each in path.rglob("*") if each.name.lower().endswith(_SUFFIXES) and each.is_file()
        )
        if not inside:
            raise ParseError(
                f"{path} holds no file that ends in {', '.join(_PLAIN_SUFFIXES)}, or in these and .gz"
            )
        found.update(dict.fromkeys(inside))
    return list(found)


def read(path: Path, parsing: Parsing | None = None) -> Iterator[Taken]:
    """Yield what each record of a file comes to; articles packed where `parsing` parses them.

    Raises ParseError, after every whole record before that, where the file is in no format that is read, or
    is not what its beginning promises.
    """
    with opened(path) as stream:
        head = _head(stream)
        stream.seek(0)
        parse = _parser(head)
        if parsing is not None and parse is pubmed_xml.parse:
            yield from pubmed_file.read(stream, parsing)
        else:
            yield from parse(stream)


def _head(stream: BinaryIO) -> bytes:
    """Return how a file begins; of one that ends early, as much as there is."""
    head = b""
    while len(head) < _HEAD:
        try:
            piece = stream.read(4096)
        except (EOFError, zlib.error):
            if head:
                break
            raise
        if not piece:
            break
        head += piece
    return head


def _parser(head: bytes) -> Callable[[BinaryIO], Iterator[Outcome]]:
    """Return what reads a file that begins so; raises ParseError, telling what can be read, for any other."""
    start = _decoded(head)
    if not start.strip():
        raise ParseError("the file is empty")
    if _PAGE.match(start):
        return _page
    if not start.lstrip().startswith(b"<"):
        for looks, parse in (
            (_JSON.match, _answer),
            (_RIS.search, ris.parse),
            (_MEDLINE.search, medline.parse),
        ):
            if looks(start):
                return parse
    if _PUBMED.search(start):
        return pubmed_xml.parse
    if _JATS.search(start):
        return jats.parse
    *names, last = (NAMES[parser.FORMAT] for parser in _READ_HERE)
    raise ParseError(
        f"this is none of what can be read, which is {', '.join(names)} and {last};"
        f" it begins with {start.lstrip()[:40].decode(errors='replace')!r}"
    )


def _decoded(head: bytes) -> bytes:
    """Return the beginning of a file in UTF-8 and without its byte-order mark."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", errors="ignore").encode()
    return head.removeprefix(b"\xef\xbb\xbf")


def _answer(stream: BinaryIO) -> Iterator[Outcome]:
    """Yield the results of an answer, the whole ones also where compressed data break off."""
    pieces: list[bytes] = []
    broken: Exception | None = None
    try:
        while piece := stream.read1(1 << 16):  # type: ignore[attr-defined]  # files on the disk have it
            pieces.append(piece)
    except BREAKS as error:
        broken = error
    yield from europepmc.parse(BytesIO(b"".join(pieces)))
    if broken is not None:
        raise broken


def _page(stream: BinaryIO) -> Iterator[Outcome]:
    html = stream.read(_LARGEST_PAGE + 1)
    if len(html) > _LARGEST_PAGE:
        raise ParseError(f"the page has more than {_LARGEST_PAGE} bytes")
    if b"</html" not in _decoded(html)[-_HEAD:].lower():
        raise ParseError("the page breaks off: its end is missing")
    yield Parsed(article=pubmed_page.parse(html), format=pubmed_page.FORMAT, raw=html)
