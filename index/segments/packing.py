"""How articles are stored: packed one by one, by what they have in common with a sample of the library.

An article alone is too short to be packed well, and a page of hits must not unpack hundreds. Zstandard takes
a text that is known to both sides, and what stands in that is only pointed to (RFC 8878, section 5).
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

if TYPE_CHECKING:
    from collections.abc import Iterable

SAMPLE: Final = 48
"""The articles that the sample is made of."""

_LONGEST: Final = 112 << 10
_LEVEL: Final = 3
_HELP: Final = "run `als-search reindex`"
_HEAD: Final = b"articles"
"""A text that is known must have eight bytes at least."""


def sample_of(articles: Iterable[bytes]) -> bytes:
    """Return what is known to both sides, of some articles; it need not be whole."""
    return _HEAD + b"".join(articles)[:_LONGEST]


class Packer:
    """Packs articles by a sample; for the use of one thread."""

    def __init__(self, sample: bytes) -> None:
        self._compressor = zstd.ZstdCompressor(level=_LEVEL, zstd_dict=zstd.ZstdDict(sample, is_raw=True))

    def packed(self, article: bytes) -> bytes:
        """Return an article packed."""
        return self._compressor.compress(article, zstd.ZstdCompressor.FLUSH_FRAME)


class Unpacker:
    """Unpacks articles by the same sample. May be shared by threads."""

    def __init__(self, sample: bytes) -> None:
        self._sample = zstd.ZstdDict(sample, is_raw=True)

    def unpacked(self, article: bytes) -> bytes:
        """Return an article as it was; raises ValueError where it is damaged."""
        decompressor = zstd.ZstdDecompressor(self._sample)
        try:
            content = decompressor.decompress(article)
        except zstd.ZstdError as error:
            raise ValueError(f"a stored article is damaged: {error}; {_HELP}") from error
        if not decompressor.eof:
            raise ValueError(f"a stored article is damaged: it is cut short; {_HELP}")
        return content
