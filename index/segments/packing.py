"""How articles are stored: packed one by one, by what they have in common with a sample of the library.

An article alone is too short to be packed well, and a page of hits must not unpack hundreds. Zstandard takes
a text that is known to both sides, and what stands in that is only pointed to (RFC 8878, section 5).
"""

from __future__ import annotations

from threading import local
from typing import TYPE_CHECKING, Final

from zstandard import (
    DICT_TYPE_RAWCONTENT,
    ZstdCompressionDict,
    ZstdCompressor,
    ZstdDecompressor,
    ZstdError,
)

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
        self._compressor = ZstdCompressor(level=_LEVEL, dict_data=_known(sample))

    def packed(self, article: bytes) -> bytes:
        """Return an article packed."""
        return self._compressor.compress(article)


class Unpacker:
    """Unpacks articles by the same sample. May be shared by threads."""

    def __init__(self, sample: bytes) -> None:
        self._sample = _known(sample)
        self._of_thread = local()

    def unpacked(self, article: bytes) -> bytes:
        """Return an article as it was; raises ValueError where it is damaged."""
        try:
            return self._decompressor().decompress(article)
        except ZstdError as error:
            raise ValueError(f"a stored article is damaged: {error}; {_HELP}") from error

    def _decompressor(self) -> ZstdDecompressor:
        """Return that of this thread: to make one takes longer than to unpack an article."""
        try:
            made: ZstdDecompressor = self._of_thread.decompressor
        except AttributeError:
            made = self._of_thread.decompressor = ZstdDecompressor(dict_data=self._sample)
        return made


def _known(sample: bytes) -> ZstdCompressionDict:
    return ZstdCompressionDict(sample, dict_type=DICT_TYPE_RAWCONTENT)
