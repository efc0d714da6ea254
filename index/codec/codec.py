"""A generation as a Whoosh index: `whoosh.index.open_dir` opens its folder, and a stock Searcher runs on it.

Whoosh finds a table of contents, which names one segment; that one names this codec, whose readers take
everything from the arrays of `index.segments.segment`. Nothing writes with it: a generation never changes.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

from whoosh.codec import base
from whoosh.filedb.filestore import FileStorage
from whoosh.index import TOC

from index.codec.readers import ArraysDocumentReader, ArraysTermsReader, Opened
from index.errors import IndexingError
from index.schema import whoosh_schema

if TYPE_CHECKING:
    from index.segments.segment import Segment

_INDEX: Final = "MAIN"
"""The name that Whoosh looks for where it is told none."""

_GENERATION: Final = 1
_SEGMENT: Final = "arrays"


class ReadOnly(IndexingError):  # noqa: N818 - reads as the sentence it is
    """Whoosh was asked to write into a generation."""


class ArraysCodec(base.Codec):  # type: ignore[misc]  # Whoosh has no types
    """Reads the arrays of a generation; both readers that Whoosh asks for share what was opened."""

    def __init__(self) -> None:
        self._opened: Opened | None = None

    def terms_reader(self, storage: FileStorage, segment: ArraysSegment) -> ArraysTermsReader:  # noqa: ARG002 - there is only one
        """Return the reader of terms and postings; raises OSError where a file is missing."""
        return ArraysTermsReader(self._open(storage))

    def per_document_reader(self, storage: FileStorage, segment: ArraysSegment) -> ArraysDocumentReader:  # noqa: ARG002 - there is only one
        """Return the reader of articles and lengths; raises OSError where a file is missing."""
        return ArraysDocumentReader(self._open(storage))

    def _open(self, storage: FileStorage) -> Opened:
        if self._opened is None:
            self._opened = Opened(Path(storage.folder))
        return self._opened

    def new_segment(self, *_: Any) -> NoReturn:
        """Refuse to write."""
        raise _refusal()

    per_document_writer = field_writer = postings_writer = postings_reader = new_segment


class ArraysSegment(base.Segment):  # type: ignore[misc]  # Whoosh has no types
    """The one segment of a generation, as it is kept in the table of contents."""

    def __init__(self, articles: int) -> None:
        """Take how many articles there are."""
        self.indexname = _INDEX
        self.segid = _SEGMENT
        self.compound = False
        self._articles = articles

    def codec(self) -> ArraysCodec:
        """Return a codec of its own for each reader, which lets go of the files when that is closed."""
        return ArraysCodec()

    def doc_count_all(self) -> int:
        """Return how many articles there are."""
        return self._articles

    def deleted_count(self) -> int:
        """Return 0."""
        return 0

    def deleted_docs(self) -> tuple[int, ...]:
        """Return none."""
        return ()

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002 - it is so of each
        """Say that it is not deleted."""
        return False

    def delete_document(self, docnum: int, delete: bool = True) -> NoReturn:  # noqa: ARG002, FBT001, FBT002 - Whoosh calls it so
        """Refuse to delete."""
        raise _refusal()

    set_doc_count = delete_document


def write_contents(segment: Segment, folder: Path) -> None:
    """Write the table of contents that makes a Whoosh index of a segment's folder; raises OSError."""
    TOC(whoosh_schema(), [ArraysSegment(segment.articles)], _GENERATION).write(
        FileStorage(str(folder)), _INDEX
    )


def _refusal() -> ReadOnly:
    return ReadOnly("a generation is never changed; change the library and run `als-search reindex`")
