"""Files on the disk: PubMed XML, plain or gzipped, and saved PubMed pages. Content decides, not the name."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.errors import ParseError
from crawler.outcome import Outcome, Parsed
from crawler.parsers import pubmed_page, pubmed_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_SUFFIXES: Final = (".xml", ".xml.gz", ".html", ".htm", ".html.gz")
_GZIP: Final = b"\x1f\x8b"
_HEAD: Final = 4096
_LARGEST_PAGE: Final = 32 * 1024 * 1024


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
            raise ParseError(f"{path} holds no file that ends in {', '.join(_SUFFIXES)}")
        found.update(dict.fromkeys(inside))
    return list(found)


def read(path: Path) -> Iterator[Outcome]:
    """Yield what each record of a file comes to.

    Raises ParseError, after every whole record before that, where the file is not what it should be.
    """
    try:
        with path.open("rb") as raw:
            zipped = raw.read(2) == _GZIP
            raw.seek(0)
            if zipped:
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield from _read(stream)
            else:
                yield from _read(raw)
    except EOFError as error:
        raise ParseError("the gzip data end early; the file is not whole") from error
    except gzip.BadGzipFile as error:
        raise ParseError(f"the gzip data are damaged ({error})") from error
    except OSError as error:
        raise ParseError(f"the file cannot be read ({error.strerror or error})") from error


def _read(stream: BinaryIO | gzip.GzipFile) -> Iterator[Outcome]:
    head = stream.read(_HEAD)
    stream.seek(0)
    if _is_page(head):
        html = stream.read(_LARGEST_PAGE + 1)
        if len(html) > _LARGEST_PAGE:
            raise ParseError(f"the page has more than {_LARGEST_PAGE} bytes")
        yield Parsed(article=pubmed_page.parse(html), format=pubmed_page.FORMAT, raw=html)
    else:
        yield from pubmed_xml.parse(stream)  # type: ignore[arg-type]  # a GzipFile is a stream of bytes, too


def _is_page(head: bytes) -> bool:
    """Say whether a file begins like HTML; a page saved as XHTML starts like XML, but names html first."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return b"<html" in start or start.startswith(b"<!doctype html")
