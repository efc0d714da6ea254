"""Lines that begin with a tag, as in MEDLINE and RIS: records out of a stream, fields out of a record."""

from __future__ import annotations

import re
import zlib
from gzip import BadGzipFile
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO, Final

from msgspec import Struct

from crawler.errors import ParseError
from crawler.markup import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

_LARGEST: Final = 16 * 1024 * 1024
_PATIENCE: Final = 100
_BOM: Final = b"\xef\xbb\xbf"
_BREAKS: Final = (EOFError, BadGzipFile, zlib.error)
_LINE_END: Final = re.compile(r"\r\n|\n|\r")


class Block(Struct, frozen=True):
    """The lines of a record, without empty ones before and behind, and whether the stream ends with them."""

    raw: bytes
    is_last: bool


class Fields(Struct, frozen=True):
    """The fields of a record in their order, as pairs of tag and value.

    The lines of a value that stands on several are still apart.
    """

    pairs: tuple[tuple[str, str], ...]

    def texts(self, *tags: str) -> list[str]:
        """Return what stands under these tags, each on one line, in the order of the record."""
        return list(filter(None, (clean(value) for tag, value in self.pairs if tag in tags)))

    def text(self, *tags: str) -> str:
        """Return the first text under the first of these tags that has one; nothing where none has."""
        return next((text for tag in tags for text in self.texts(tag)), "")


def fields(raw: bytes, tagged: re.Pattern[str]) -> Fields:
    """Return the fields of a record in UTF-8, else in Latin-1 as Windows writes it.

    `tagged` matches a line with a tag, as its first group, and a value, as its second; a line that it does
    not match goes on with the value above.
    """
    found: list[tuple[str, list[str]]] = []
    for line in _LINE_END.split(_decoded(raw)):
        if start := tagged.match(line):
            found.append((start[1], [start[2].strip()]))
        elif found and line.strip():
            found[-1][1].append(line.strip())
    return Fields(tuple((tag, "\n".join(values)) for tag, values in found))


def blocks(
    stream: BinaryIO,
    begins: Callable[[bytes, bool], bool],
    ends: Callable[[bytes], bool] = lambda _line: False,
) -> Iterator[Block]:
    """Yield the blocks of a stream, in memory for one of them.

    A block begins with a line of which `begins` says so, told the line and whether an empty one is above it,
    and ends behind one of which `ends` says so. Raises ParseError where a line or a block has more than
    16 MiB, or where compressed data break off.
    """
    block: list[bytes] = []
    size, is_apart = 0, False
    for number, line in enumerate(_lines(stream), start=1):
        if block and begins(line, is_apart):
            yield Block(_joined(block), is_last=False)
            block, size = [], 0
        is_apart = not line.strip()
        if block or not is_apart:
            block.append(line)
            size += len(line)
        if block and ends(line):
            yield Block(_joined(block), is_last=False)
            block, size = [], 0
        if size > _LARGEST:
            raise ParseError(f"up to line {number}, a record has more than {_LARGEST} bytes, as none has")
    if block:
        yield Block(_joined(block), is_last=True)


def recognised(found: Iterable[Block], mark: re.Pattern[bytes], format_name: str) -> Iterator[Block]:
    """Yield blocks again, once one of the first hundred has begun with what marks a record of the format.

    Raises ParseError, naming the format, where none has.
    """
    early: list[Block] = []
    later = iter(found)
    for block in later:
        early.append(block)
        if mark.match(block.raw):
            break
        if len(early) == _PATIENCE:
            raise ParseError(_why_other(early, format_name))
    else:
        raise ParseError(_why_other(early, format_name))
    yield from chain(early, later)


def _why_other(early: list[Block], format_name: str) -> str:
    if not early:
        return "the file is empty"
    return f"this is not {format_name}: no record is in it, and it begins with {early[0].raw[:20]!r}"


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines of a stream with their ends, without the mark of UTF-8 before the first."""
    number = 0
    while line := _line(stream, number):
        yield line.removeprefix(_BOM) if number == 0 else line
        number += 1


def _line(stream: BinaryIO, number: int) -> bytes:
    try:
        line = stream.readline(_LARGEST + 1)
    except _BREAKS as error:
        raise ParseError(f"the file breaks off after line {number}: {error}") from error
    return line


def _joined(block: list[bytes]) -> bytes:
    return b"".join(block).strip(b"\r\n")


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("latin-1")
