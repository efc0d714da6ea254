"""The library's articles in order, read in ranges by any number of processes that all see the same state."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from itertools import chain
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index.errors import BuildFailed, LibraryMoved

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SIZES: Final = "SELECT length(article) FROM works ORDER BY length(key), key"
_NUMBERS: Final = "SELECT number FROM works ORDER BY length(key), key"
_CITATIONS: Final = "SELECT refs.work, ids.work FROM refs JOIN ids ON id = cited WHERE cited <> ''"
_ARTICLES: Final = "SELECT article FROM works ORDER BY length(key), key LIMIT ? OFFSET ?"


class Citations(Struct, frozen=True):
    """Article `citing[n]` cites `cited[n]`, by their numbers; in order, each pair once."""

    citing: NDArray[np.uint32]
    cited: NDArray[np.uint32]


class Snapshot:
    """The library as it is when the snapshot is opened; what a crawl adds meanwhile is not seen."""

    def __init__(self, path: Path, *, revision: int | None = None) -> None:
        """Open the file; raises LibraryMoved if it is no longer at this revision, or BuildFailed."""
        self.path = path
        with self._wrapped():
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None
            )
            self._connection.execute("BEGIN")
            (found,) = self._connection.execute("SELECT value FROM about WHERE name = 'revision'").fetchone()
        self.revision = int(found)
        if revision is not None and self.revision != revision:
            self.close()
            raise LibraryMoved(f"the library went from revision {revision} to {self.revision} meanwhile")

    def close(self) -> None:
        """Let go of the state."""
        self._connection.close()

    def count(self) -> int:
        """Return how many articles there are."""
        with self._wrapped():
            return int(self._connection.execute("SELECT COUNT(*) FROM works").fetchone()[0])

    def sizes(self) -> NDArray[np.int64]:
        """Return how many bytes each article has, in order."""
        with self._wrapped():
            rows = self._connection.execute(_SIZES).fetchall()
        return np.fromiter((size for (size,) in rows), dtype=np.int64, count=len(rows))

    def articles(self, start: int, end: int) -> Iterator[bytes]:
        """Yield the articles from number `start` up to, but without, `end`, as msgpack."""
        with self._wrapped():
            for (packed,) in self._connection.execute(_ARTICLES, (end - start, start)):
                yield packed

    def citations(self) -> Citations:
        """Return which articles cite which, by references with an id and by those matched without."""
        with self._wrapped():
            works = np.fromiter((work for (work,) in self._connection.execute(_NUMBERS)), np.int64)
            found = np.fromiter(chain.from_iterable(self._connection.execute(_CITATIONS)), np.int64)
        order = np.argsort(works)
        places = order[np.searchsorted(works, found, sorter=order)]
        pairs = np.sort(places[::2] << 32 | places[1::2])
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        return Citations((pairs >> 32).astype(np.uint32), pairs.astype(np.uint32))

    @contextmanager
    def _wrapped(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            raise BuildFailed(f"the library {self.path} cannot be read: {error}") from error


def no_citations() -> Citations:
    """Return that nothing cites anything."""
    return Citations(np.empty(0, np.uint32), np.empty(0, np.uint32))
