"""The body of an answer: read piece by piece, unpacked, and never more of it than was allowed."""

from __future__ import annotations

import json
import re
import zlib
from contextlib import suppress
from html import unescape
from typing import TYPE_CHECKING, Final

from urllib3.exceptions import HTTPError

from crawler.errors import Invalid, TooLarge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from requests import Response

_PIECE: Final = 1 << 16
_GZIP: Final = 16 + zlib.MAX_WBITS
_RATIO: Final = 200
"""How many times larger than sent an answer may unpack; records unpack to about ten times."""
_FREE: Final = 16 * 1024 * 1024
"""Bytes up to which the ratio does not matter."""
_TAG: Final = re.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_QUOTED: Final = 200


def pieces(response: Response, *, most: int, packed: bool = False) -> Iterator[bytes]:
    """Yield the body in pieces of up to 64 KiB, unpacked unless it is to stay `packed`.

    Raises TooLarge past `most` bytes, as sent or unpacked, and Invalid where it is packed in another way than
    gzip, or damaged. What the connection raises passes through.
    """
    coding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if packed or coding in {"identity", ""}:
        yield from _sent(response, most)
    elif coding in {"gzip", "x-gzip"}:
        yield from _unpacked(_sent(response, most), most)
    else:
        raise Invalid(f"the answer is packed as {coding[:20]!r}, which was not asked for")


def _sent(response: Response, most: int) -> Iterator[bytes]:
    size = 0
    # Not all at once up to a size: a server that trickles would keep the caller from looking at the clock.
    while piece := response.raw.read1(_PIECE, decode_content=False):
        size += len(piece)
        if size > most:
            raise TooLarge(f"the answer has more than {most} bytes")
        yield piece


def _unpacked(sent: Iterator[bytes], most: int) -> Iterator[bytes]:
    packed_size = size = 0
    inflater = zlib.decompressobj(_GZIP)
    for packed in sent:
        packed_size += len(packed)
        rest, is_full = packed, False
        while rest or is_full:
            if inflater.eof:
                inflater = zlib.decompressobj(_GZIP)
            piece = _inflate(inflater, rest)
            rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            # A full piece may leave more behind, even where all that was sent is used up.
            is_full = len(piece) == _PIECE and not inflater.eof
            size += len(piece)
            if size > most or size > max(_FREE, _RATIO * packed_size):
                raise TooLarge(f"the answer unpacks to more than {min(size, most)} bytes from {packed_size}")
            yield piece
    if packed_size and not inflater.eof:
        raise Invalid("the gzip data of the answer end early")


def _inflate(inflater: zlib._Decompress, packed: bytes) -> bytes:
    try:
        return inflater.decompress(packed, _PIECE)
    except zlib.error as error:
        raise Invalid(f"the gzip data of the answer are damaged ({error})") from error


def start(body: Iterable[bytes], most: int) -> bytes:
    """Return the first `most` bytes of a body, or as many as there are before it breaks off."""
    found = bytearray()
    # What is left of an error is enough to quote from; that it is an error is known already.
    with suppress(Invalid, TooLarge, HTTPError):
        for piece in body:
            found += piece
            if len(found) >= most:
                break
    return bytes(found[:most])


def quoted(body: bytes) -> str:
    """Return what the body of an error says, in one short line: its "error" where it is JSON, else its text.

    >>> quoted(b'{"error":"API rate limit exceeded","api-key":"1.2.3.4","count":"5","limit":"3"}')
    'API rate limit exceeded (count 5, limit 3)'
    """
    text = body.decode("utf-8", "replace")
    try:
        told = json.loads(text)
    except ValueError:
        told = None
    if isinstance(told, dict):
        said = next((str(told[name]) for name in ("error", "message", "errMsg") if told.get(name)), "")
        numbers = ", ".join(f"{name} {told[name]}" for name in ("count", "limit") if name in told)
        text = f"{said} ({numbers})" if said and numbers else said
    line = " ".join(unescape(_TAG.sub(" ", text)).split())
    return line if len(line) <= _QUOTED else f"{line[:_QUOTED]} ..."
