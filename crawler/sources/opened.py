"""Files on the disk, plain or gzipped, opened: what goes wrong with their bytes becomes a sentence."""

from __future__ import annotations

import gzip
import zlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from crawler.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BREAKS: Final = (EOFError, gzip.BadGzipFile, zlib.error)
"""What reading compressed data raises where they end early or are damaged."""

_GZIP: Final = b"\x1f\x8b"


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Lend a file's bytes, unpacked where they are gzipped, which they tell and not the file's name.

    Raises ParseError where the block meets the end or the damage of compressed data, or a file that cannot
    be read.
    """
    try:
        with path.open("rb") as raw:
            is_zipped = raw.read(2) == _GZIP
            raw.seek(0)
            if is_zipped:
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield cast("BinaryIO", stream)
            else:
                yield raw
    except EOFError as error:
        raise ParseError("the gzip data end early; the file is not whole") from error
    except (gzip.BadGzipFile, zlib.error) as error:
        raise ParseError(f"the gzip data are damaged ({error})") from error
    except OSError as error:
        raise ParseError(f"the file cannot be read ({error.strerror or error})") from error
