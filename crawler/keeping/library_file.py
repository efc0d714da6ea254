"""The SQLite file of the library: its tables, its connections, its transactions."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from crawler.errors import LibraryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FILE_NAME: Final = "library.sqlite"
_VERSION: Final = 2
_PAGE: Final = 16 * 1024
_CACHE: Final = 48 * 1024 * 1024
_LOG: Final = 64 * 1024 * 1024
_SCHEMA: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE works (
  number INTEGER PRIMARY KEY, key TEXT NOT NULL, pmid TEXT NOT NULL, sample INTEGER NOT NULL,
  retracted INTEGER NOT NULL, date INTEGER NOT NULL, article BLOB NOT NULL);
CREATE INDEX works_order ON works (length(key), key);
CREATE INDEX works_pmid ON works (pmid);
CREATE INDEX works_sample ON works (sample);
CREATE TABLE readings (
  work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE, format TEXT NOT NULL, digest BLOB NOT NULL,
  source TEXT NOT NULL, read_at TEXT NOT NULL, payload BLOB NOT NULL, PRIMARY KEY (work, format));
CREATE INDEX readings_read_at ON readings (read_at);
CREATE TABLE ids (
  id TEXT NOT NULL, work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE,
  PRIMARY KEY (id, work)) WITHOUT ROWID;
CREATE INDEX ids_work ON ids (work);
CREATE TABLE refs (
  work INTEGER NOT NULL REFERENCES works ON DELETE CASCADE, place INTEGER NOT NULL, cited TEXT NOT NULL,
  matched INTEGER NOT NULL, PRIMARY KEY (work, place, cited)) WITHOUT ROWID;
CREATE INDEX refs_cited ON refs (cited);
CREATE TABLE failures (
  source TEXT NOT NULL, record TEXT NOT NULL, reason TEXT NOT NULL, format TEXT NOT NULL,
  payload BLOB NOT NULL, failed_at TEXT NOT NULL, PRIMARY KEY (source, record)) WITHOUT ROWID;
CREATE INDEX failures_record ON failures (record);
CREATE TABLE tombstones (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, deleted_at TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE jobs (
  job TEXT PRIMARY KEY, cursor TEXT NOT NULL, started TEXT NOT NULL, covered TEXT NOT NULL) WITHOUT ROWID;
"""
# Apart from the rest, so that a library from before there was this table only gets it.
_VERSIONS: Final = """
CREATE TABLE IF NOT EXISTS versions (
  preprint TEXT NOT NULL, published TEXT NOT NULL, PRIMARY KEY (preprint, published)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS versions_published ON versions (published);
"""


class LibraryFile:
    """The file, open. May be shared by threads: each has a connection of its own."""

    def __init__(self, path: Path, *, identity: str = "") -> None:
        """Open the file, or start it where `identity` (a name for the new library, unique) is given.

        Raises LibraryError if it is missing, is no library, or was made by a newer version.
        """
        self.path = path
        self._local = threading.local()
        if identity and not path.exists():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise LibraryError(f"{path.parent} cannot be made a folder: {error.strerror}") from error
        elif not path.exists():
            raise LibraryError(
                f"there is no library at {path}; fill one with `als-search crawl` or `als-search up`"
            )
        with _wrapped(path):
            self._prepare(identity)

    def _prepare(self, identity: str) -> None:
        if not self._has_table("about"):
            with self.writing() as connection:
                if self._has_table("about"):  # another process was faster
                    return
                if connection.execute("SELECT 1 FROM sqlite_master").fetchone() or not identity:
                    raise LibraryError(f"{self.path} is not a library of als-search")
                for statement in (_SCHEMA + _VERSIONS).split(";"):
                    connection.execute(statement)
                connection.executemany(
                    "INSERT INTO about VALUES (?, ?)",
                    [("version", _VERSION), ("identity", identity), ("revision", 0)],
                )
        if self.about("version") != _VERSION:
            raise LibraryError(
                f"{self.path} was made by another version of als-search ({self.about('version')})"
            )
        if not self._has_table("versions"):
            with self.writing() as connection:
                for statement in _VERSIONS.split(";"):
                    connection.execute(statement)

    def _has_table(self, name: str) -> bool:
        found = self._connection().execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchone()
        return found is not None

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
            connection.execute(f"PRAGMA page_size = {_PAGE}")  # of a new file only
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._local.connection = connection
        return connection

    def close(self) -> None:
        """Close the connection of this thread."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection to read by."""
        with _wrapped(self.path):
            yield self._connection()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Lend a connection in a transaction, which an error in the block undoes whole."""
        with _wrapped(self.path):
            connection = self._connection()
            # The indexes are written to all over: what does not fit into memory is read again and again.
            connection.execute(f"PRAGMA cache_size = -{_CACHE // 1024}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG // _PAGE}")
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def about(self, name: str) -> int | str:
        """Return what the file says of itself: its version, identity or revision."""
        with self.reading() as connection:
            row: tuple[int | str] = connection.execute(
                "SELECT value FROM about WHERE name = ?", (name,)
            ).fetchone()
        return row[0]


def count_change(connection: sqlite3.Connection) -> None:
    """Note that an article changed: the revision goes up."""
    connection.execute("UPDATE about SET value = value + 1 WHERE name = 'revision'")


@contextmanager
def _wrapped(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise LibraryError(f"the library {path} cannot be used: {error}") from error
