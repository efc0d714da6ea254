"""Raw records as the library keeps them: packed with Zstandard, and before that was so, with zlib."""

from __future__ import annotations

import hashlib
import sys
import zlib
from functools import cache
from typing import Final

from crawler.errors import LibraryError

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL: Final = 1
_FRAME: Final = b"\x28\xb5\x2f\xfd"


def digest(raw: bytes) -> bytes:
    """Return the hash by which the library knows a raw record again."""
    return hashlib.blake2b(raw, digest_size=16).digest()


def compress(raw: bytes) -> bytes:
    """Return a raw record as the library keeps it. May be called by several threads."""
    return _compressor().compress(raw, zstd.ZstdCompressor.FLUSH_FRAME)


def decompress(payload: bytes) -> bytes:
    """Return the raw record of what the library keeps; raises LibraryError where that is damaged."""
    try:
        return zstd.decompress(payload) if payload.startswith(_FRAME) else zlib.decompress(payload)
    except (zstd.ZstdError, zlib.error) as error:
        raise LibraryError(
            f"a raw record in the library is damaged ({error}); bring back a copy of the library's file"
        ) from error


@cache
def _compressor() -> zstd.ZstdCompressor:
    """Return the one compressor: to make one takes as long as to pack a record.

    Threads may share it, since each call locks it and ends what it begins.
    """
    return zstd.ZstdCompressor(level=_LEVEL)
