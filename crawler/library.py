"""The library: one SQLite file with every article, what it was read from, and what could not be read.

It is the truth that every index is built from. One connection a thread; one writer at a time, in batches.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Final, NamedTuple

from msgspec import Struct, json, msgpack

from crawler.article import Article
from crawler.errors import LibraryError
from crawler.outcome import Deleted, Outcome, Parsed, Unparsed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

FILE_NAME: Final = "library.sqlite"
_VERSION: Final = 1
_SCHEMA: Final = """
CREATE TABLE about (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE articles (
  number INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, pmid TEXT NOT NULL, sample INTEGER NOT NULL,
  retracted INTEGER NOT NULL, date INTEGER NOT NULL, version INTEGER NOT NULL, revised INTEGER NOT NULL,
  format TEXT NOT NULL, source TEXT NOT NULL, read_at TEXT NOT NULL,
  article BLOB NOT NULL, payload BLOB NOT NULL);
CREATE INDEX articles_order ON articles (length(key), key);
CREATE INDEX articles_sample ON articles (sample);
CREATE TABLE ids (
  id TEXT PRIMARY KEY, article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE) WITHOUT ROWID;
CREATE INDEX ids_article ON ids (article);
CREATE TABLE refs (
  article INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE, place INTEGER NOT NULL, cited TEXT NOT NULL,
  PRIMARY KEY (article, place, cited)) WITHOUT ROWID;
CREATE INDEX refs_cited ON refs (cited);
CREATE TABLE failures (
  source TEXT NOT NULL, record TEXT NOT NULL, reason TEXT NOT NULL, format TEXT NOT NULL,
  payload BLOB NOT NULL, failed_at TEXT NOT NULL, PRIMARY KEY (source, record)) WITHOUT ROWID;
CREATE TABLE tombstones (
  id TEXT PRIMARY KEY, source TEXT NOT NULL, deleted_at TEXT NOT NULL) WITHOUT ROWID;
"""
# Of two readings of the same work, the format that tells more of it stays.
_RANK: Final = {"pubmed-page": 0, "pubmed-xml": 1}
_DECODER: Final = msgpack.Decoder(Article)


class Tally(Struct, kw_only=True):
    """How a batch changed the library, in records."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    failed: int = 0

    def add(self, other: Tally) -> None:
        """Count what another batch did as well."""
        for name in self.__struct_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


class Failure(Struct, frozen=True, kw_only=True):
    """A file or record that could not be read: where it came from, which it was, and why."""

    source: str
    record: str
    reason: str
    failed_at: str


class Held(Struct, frozen=True):
    """A work that the library holds: its key there, and whether it is retracted."""

    key: str
    retracted: bool


class Counts(Struct, frozen=True, kw_only=True):
    """How much the library holds."""

    articles: int
    samples: int
    references: int
    failures: int
    deleted: int


class Library:
    """The library in a file. What changes it takes `now`, an ISO 8601 time, and is one transaction."""

    def __init__(self, path: Path, *, identity: str = "") -> None:
        """Open the file, or start it where `identity` (a name for the new library, unique) is given.

        Raises LibraryError if it is missing, is no library, or was made by a newer version.
        """
        self.path = path
        self._local = threading.local()
        if identity and not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
        elif not path.exists():
            raise LibraryError(
                f"there is no library at {path}; fill one with `als-search crawl` or `als-search up`"
            )
        with _wrapped(path):
            self._prepare(identity)

    def _prepare(self, identity: str) -> None:
        connection = self._connection()
        with connection:
            connection.execute("BEGIN IMMEDIATE")
            if not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'about'").fetchone():
                if connection.execute("SELECT 1 FROM sqlite_master").fetchone() or not identity:
                    raise LibraryError(f"{self.path} is not a library of als-search")
                for statement in _SCHEMA.split(";"):
                    connection.execute(statement)
                connection.executemany(
                    "INSERT INTO about VALUES (?, ?)",
                    [("version", _VERSION), ("identity", identity), ("revision", 0)],
                )
        if self._about("version") != _VERSION:
            raise LibraryError(
                f"{self.path} was made by another version of als-search ({self._about('version')})"
            )

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(self.path, timeout=30, isolation_level=None)
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
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with _wrapped(self.path):
            yield self._connection()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with _wrapped(self.path):
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    # What it is

    @property
    def identity(self) -> str:
        """The name that this library got when it was started."""
        return str(self._about("identity"))

    @property
    def revision(self) -> int:
        """A number that goes up with every batch that changed an article."""
        return int(self._about("revision"))

    def _about(self, name: str) -> int | str:
        with self._reading() as connection:
            row: tuple[int | str] = connection.execute(
                "SELECT value FROM about WHERE name = ?", (name,)
            ).fetchone()
        return row[0]

    def counts(self) -> Counts:
        """Return how much it holds."""
        with self._reading() as connection:
            articles, samples = connection.execute("SELECT COUNT(*), TOTAL(sample) FROM articles").fetchone()
            references, failures, deleted = (
                connection.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0]  # noqa: S608 - three literals
                for what in ("(SELECT DISTINCT article, place FROM refs)", "failures", "tombstones")
            )
        return Counts(
            articles=articles, samples=int(samples), references=references, failures=failures, deleted=deleted
        )

    # Reading

    def article(self, key: str) -> Article | None:
        """Return the article with this PMID, PMCID or DOI (any case), or None."""
        with self._reading() as connection:
            row = connection.execute(
                "SELECT articles.article FROM articles JOIN ids ON number = ids.article WHERE id = ?",
                (key.casefold(),),
            ).fetchone()
        return _DECODER.decode(row[0]) if row else None

    def articles(self) -> Iterator[Article]:
        """Yield every article in order of key, by length and then by letter, as it is at the start."""
        with self._reading() as connection:
            cursor = connection.cursor()
            for (packed,) in cursor.execute("SELECT article FROM articles ORDER BY length(key), key"):
                yield _DECODER.decode(packed)

    def held(self, keys: Iterable[str]) -> dict[str, Held]:
        """Return which of these PMIDs, PMCIDs and DOIs (any case) are held, by the key that was asked for."""
        wanted = {key.casefold(): key for key in keys}
        found: dict[str, Held] = {}
        with self._reading() as connection:
            for some in _batched(wanted, 500):
                rows = connection.execute(
                    "SELECT id, key, retracted FROM ids JOIN articles ON number = ids.article "
                    "WHERE id IN (SELECT value FROM json_each(?))",
                    [json.encode(some)],
                )
                found.update(
                    (wanted[asked], Held(key, retracted=bool(retracted))) for asked, key, retracted in rows
                )
        return found

    def citing(self, article: Article, *, limit: int) -> tuple[int, list[Article]]:
        """Return how many articles cite this one, and the newest of them, at most `limit`."""
        ids = json.encode(_ids(article))
        with self._reading() as connection:
            total = connection.execute(
                "SELECT COUNT(DISTINCT article) FROM refs WHERE cited IN (SELECT value FROM json_each(?))",
                [ids],
            ).fetchone()[0]
            rows = connection.execute(
                "SELECT article FROM articles WHERE number IN (SELECT article FROM refs WHERE cited IN "
                "(SELECT value FROM json_each(?))) ORDER BY date DESC, number LIMIT ?",
                [ids, limit],
            ).fetchall()
        return total, [_DECODER.decode(row[0]) for row in rows]

    def failures(self) -> list[Failure]:
        """Return what could not be read, in order of source and record."""
        with self._reading() as connection:
            rows = connection.execute(
                "SELECT source, record, reason, failed_at FROM failures ORDER BY 1, 2"
            ).fetchall()
        return [Failure(source=row[0], record=row[1], reason=row[2], failed_at=row[3]) for row in rows]

    # Changing

    def take(self, outcomes: Iterable[Outcome], *, source: str, now: str) -> Tally:
        """Take in what was read from a source; the same records again change nothing.

        An article replaces its earlier version whole; an older version or revision, a record of a format
        that tells less, and a record that its source has deleted are passed over and count as unchanged.
        Samples and real articles never stand together: the first real one removes every sample.
        """
        tally = Tally()
        with self._writing() as connection:
            for outcome in outcomes:
                match outcome:
                    case Parsed():
                        tally.deleted += _keep_apart(connection, outcome.article)
                        done = _put(connection, outcome, source, now)
                    case Deleted():
                        done = _delete(connection, outcome, source, now)
                    case Unparsed():
                        done = _note_failure(connection, outcome, source, now)
                setattr(tally, done, getattr(tally, done) + 1)
            if tally.new or tally.changed or tally.deleted:
                connection.execute("UPDATE about SET value = value + 1 WHERE name = 'revision'")
        return tally

    def forget_failures(self, source: str, *, but: str) -> None:
        """Strike off the failures of a source that did not come up again in the reading at the time `but`."""
        with self._writing() as connection:
            connection.execute("DELETE FROM failures WHERE source = ? AND failed_at <> ?", (source, but))


def _keep_apart(connection: sqlite3.Connection, article: Article) -> int:
    """Remove the samples where a real article comes in; return how many there were."""
    if article.is_sample:
        return 0
    return connection.execute("DELETE FROM articles WHERE sample = 1").rowcount


def _put(connection: sqlite3.Connection, parsed: Parsed, source: str, now: str) -> str:
    article = parsed.article
    ids = _ids(article)
    if connection.execute(
        "SELECT 1 FROM tombstones WHERE id IN (SELECT value FROM json_each(?))", [json.encode(ids)]
    ).fetchone():
        return "unchanged"
    if article.is_sample and connection.execute("SELECT 1 FROM articles WHERE sample = 0 LIMIT 1").fetchone():
        return "unchanged"
    packed = msgpack.encode(article)
    rank = (_RANK.get(parsed.format, 0), article.version, article.revised.sort_key())
    earlier = _same_work(connection, article)
    for row in earlier:
        if packed == row.packed or rank < (_RANK.get(row.format, 0), row.version, row.revised):
            return "unchanged"
    connection.executemany("DELETE FROM articles WHERE number = ?", [(row.number,) for row in earlier])
    number = connection.execute(
        "INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            earlier[0].number if earlier else None, article.key, article.ids.pmid, article.is_sample,
            article.is_retracted, article.date.sort_key(), article.version, rank[2], parsed.format, source,
            now, packed, zlib.compress(parsed.raw, 1),
        ),
    ).lastrowid  # fmt: skip
    connection.executemany("INSERT OR IGNORE INTO ids VALUES (?, ?)", [(each, number) for each in ids])
    connection.executemany(
        "INSERT OR IGNORE INTO refs VALUES (?, ?, ?)",
        [
            (number, place, cited.casefold())
            for place, reference in enumerate(article.references)
            for cited in reference.keys() or ("",)
        ],
    )
    return "changed" if earlier else "new"


class _Row(NamedTuple):
    number: int
    pmid: str
    version: int
    revised: int
    format: str
    packed: bytes


def _same_work(connection: sqlite3.Connection, article: Article) -> list[_Row]:
    """Return what is held of this work; two PMIDs are two works, whatever else they share."""
    rows = connection.execute(
        "SELECT DISTINCT number, pmid, version, revised, format, articles.article FROM ids "
        "JOIN articles ON number = ids.article WHERE id IN (SELECT value FROM json_each(?)) ORDER BY number",
        [json.encode(_ids(article))],
    )
    same = (_Row(*row) for row in rows)
    return [row for row in same if not (row.pmid and article.ids.pmid and row.pmid != article.ids.pmid)]


def _ids(article: Article) -> list[str]:
    """Return the ids of a work as they are looked up: lower case, best first."""
    return [each.casefold() for each in (article.ids.pmid, article.ids.pmcid, article.ids.doi) if each]


def _delete(connection: sqlite3.Connection, deleted: Deleted, source: str, now: str) -> str:
    known = connection.execute("SELECT 1 FROM tombstones WHERE id = ?", (deleted.pmid,)).fetchone()
    connection.execute("INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?)", (deleted.pmid, source, now))
    connection.execute(
        "DELETE FROM articles WHERE number = (SELECT article FROM ids WHERE id = ?)", (deleted.pmid,)
    )
    return "unchanged" if known else "deleted"


def _note_failure(connection: sqlite3.Connection, failed: Unparsed, source: str, now: str) -> str:
    connection.execute(
        "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)",
        (source, failed.record, failed.reason, failed.format, zlib.compress(failed.raw, 1), now),
    )
    return "failed"


def _batched(values: Iterable[str], size: int) -> Iterator[list[str]]:
    """Yield lists of at most `size` values."""
    rest = iter(values)
    while batch := list(islice(rest, size)):
        yield batch


@contextmanager
def _wrapped(path: Path) -> Iterator[None]:
    """Turn what SQLite raises into a sentence."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise LibraryError(f"the library {path} cannot be used: {error}") from error
