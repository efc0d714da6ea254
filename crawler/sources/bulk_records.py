"""The records of a bulk file as slices of its bytes: found by their tags, without parsing any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, Final, NamedTuple

from crawler.errors import ParseError
from crawler.sources.opened import opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_CHUNK: Final = 1 << 20
_HEAD: Final = 1 << 16
_LARGEST: Final = 64 * 1024 * 1024
_CONTROLS: Final = bytes(n for n in range(32) if n not in b"\t\n\r")
_ROOT: Final = re.compile(rb"<(PubmedArticleSet|PubmedBookArticleSet)(?:\s[^>]*)?>")
_ENCODING: Final = re.compile(
    rb"""(?:\xef\xbb\xbf)?<\?xml\s[^>]*encoding\s*=\s*["'](?!(?:utf-8|us-ascii)["'])([\w.-]+)["']""",
    re.IGNORECASE,
)
_START: Final = re.compile(
    rb"<(?:!--|(PubmedArticle|PubmedBookArticle|DeleteCitation|DeleteDocument)(?:\s[^>]*)?(?<!/)>)"
)


class Record(NamedTuple):
    """A record or a list of deletions, and the tag of the set around it, which may declare namespaces."""

    name: bytes
    raw: bytes
    root: bytes

    @property
    def is_deletion(self) -> bool:
        """Whether this is a list of deletions."""
        return self.name.startswith(b"Delete")

    def document(self) -> bytes:
        """Return a document with nothing in it but this record."""
        name = self.root[1:-1].split(None, 1)[0]
        return b"%b%b</%b>" % (self.root, self.raw, name)


def read(path: Path) -> Iterator[Record]:
    """Yield the records of a file in order, plain or gzipped, in memory that does not grow with their number.

    Control characters, which XML forbids, are passed over. Raises ParseError, after every whole record before
    that, where the file is none of PubMed's in UTF-8, is damaged, or breaks off.
    """
    with opened(path) as stream:
        yield from _records(stream)


def _records(stream: BinaryIO) -> Iterator[Record]:
    rest, root, whole = b"", b"", 0
    while chunk := stream.read(_CHUNK):
        rest += chunk.translate(None, _CONTROLS)
        if not root:
            root, rest = _root(rest)
        start = 0
        while root and (found := _next(rest, start)):
            name, begin, start = found
            if name:
                whole += 1
                yield Record(name, rest[begin:start], root)
        rest = rest[start:]
        if len(rest) > _LARGEST:
            raise ParseError(f"after {whole} whole records comes one of more than {_LARGEST} bytes")
    if not root:
        raise ParseError("this is not XML of PubMed's, or not in UTF-8")
    if not root.endswith(b"/>") and b"</Pubmed" not in rest:
        raise ParseError(f"the XML breaks off after {whole} whole records")


def _root(head: bytes) -> tuple[bytes, bytes]:
    """Return the tag of the set, or nothing yet, and what comes after it."""
    if other := _ENCODING.match(head):
        raise ParseError(f"it is in {other[1].decode()}, and bulk files are in UTF-8")
    found = _ROOT.search(head)
    if not found and len(head) > _HEAD:
        raise ParseError("this is not XML of PubMed's, or not in UTF-8")
    return (found[0], head[found.end() :]) if found else (b"", head)


def _next(content: bytes, start: int) -> tuple[bytes, int, int] | None:
    """Return the name, the begin and the end of what comes next and is whole; a comment has no name."""
    if not (found := _START.search(content, start)):
        return None
    name = found[1] or b""
    closing = content.find(b"</%b" % name if name else b"--", found.end())
    end = content.find(b">", closing) if closing >= 0 else -1
    return (name, found.start(), end + 1) if end >= 0 else None
