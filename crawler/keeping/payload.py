"""Raw records as the library keeps them: packed with Zstandard, and before that was so, with zlib."""

from __future__ import annotations

import hashlib
import zlib
from threading import local
from typing import Final

from zstandard import ZstdCompressor, ZstdDecompressor, ZstdError

from crawler.errors import LibraryError

_LEVEL: Final = 1
_FRAME: Final = b"\x28\xb5\x2f\xfd"
_of_thread: Final = local()
"""What packs and unpacks, each for one thread alone: to make one takes as long as to pack a record."""


def digest(raw: bytes) -> bytes:
    """Return the hash by which the library knows a raw record again."""
    return hashlib.blake2b(raw, digest_size=16).digest()


def compress(raw: bytes) -> bytes:
    """Return a raw record as the library keeps it. May be called by several threads."""
    if not hasattr(_of_thread, "compressor"):
        _of_thread.compressor = ZstdCompressor(level=_LEVEL)
    packed: bytes = _of_thread.compressor.compress(raw)
    return packed


def decompress(payload: bytes) -> bytes:
    """Return the raw record of what the library keeps; raises LibraryError where that is damaged."""
    try:
        return _unpacked(payload) if payload.startswith(_FRAME) else zlib.decompress(payload)
    except (ZstdError, zlib.error) as error:
        raise LibraryError(
            f"a raw record in the library is damaged ({error}); bring back a copy of the library's file"
        ) from error


def _unpacked(payload: bytes) -> bytes:
    if not hasattr(_of_thread, "decompressor"):
        _of_thread.decompressor = ZstdDecompressor()
    raw: bytes = _of_thread.decompressor.decompress(payload)
    return raw
