"""The library: every article, what it was read from, how far each job is, and what could not be read.

It is the truth that every index is built from: one SQLite file, one writer at a time, in batches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, json, msgpack

from crawler.article import Article
from crawler.keeping import taking, versions, whole
from crawler.keeping.library_file import FILE_NAME, LibraryFile, count_change
from crawler.keeping.packed import Packed, Taken, unpack
from crawler.keeping.quick import Quick
from crawler.keeping.works import lookup_ids
from crawler.outcome import Deleted, Parsed, Unparsed

__all__ = ["FILE_NAME", "Counts", "Failure", "Held", "Job", "Library", "Tally"]

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from crawler.keeping.whole import Work

_BATCH: Final = 500
_DECODER: Final = msgpack.Decoder(Article)


class Tally(Struct, kw_only=True):
    """How a batch changed the library, in records.

    Retracted ones are new or changed ones as well; `samples` were removed as the first real article came.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    retracted: int = 0
    samples: int = 0
    failed: int = 0

    @property
    def fetched(self) -> int:
        """How many records were read, whatever came of them."""
        return self.new + self.changed + self.unchanged + self.failed

    def count(self, done: str, records: int = 1, *, is_retracted: bool = False) -> None:
        """Count what came of some records, by the name of its field."""
        setattr(self, done, getattr(self, done) + records)
        if is_retracted and done in {"new", "changed"}:
            self.retracted += records

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


class Job(Struct, frozen=True, kw_only=True):
    """How far a job is: where it goes on ("" at its end), and when it was started.

    `covered` is when its last run that came to the end had been started: it knows of everything up to then.
    """

    cursor: str = ""
    started: str = ""
    covered: str = ""


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
    """The library. What changes it takes `now`, an ISO 8601 time, and is one transaction."""

    def __init__(self, path: Path, *, identity: str = "") -> None:
        """Open the file, or start it where `identity` (a name for the new library, unique) is given.

        Raises LibraryError if it is missing, is no library, or was made by another version.
        """
        self.path = path
        self._file = LibraryFile(path, identity=identity)

    def close(self) -> None:
        """Close the connection of this thread."""
        self._file.close()

    # What it is

    @property
    def identity(self) -> str:
        """The name that this library got when it was started."""
        return str(self._file.about("identity"))

    @property
    def revision(self) -> int:
        """A number that goes up with every batch that changed an article."""
        return int(self._file.about("revision"))

    def updated(self) -> str:
        """Return when something was last read into it, an ISO 8601 time; nothing for an empty library."""
        with self._file.reading() as connection:
            row = connection.execute("SELECT MAX(read_at) FROM readings").fetchone()
        return str(row[0] or "")

    def counts(self) -> Counts:
        """Return how much it holds."""
        with self._file.reading() as connection:
            articles, samples = connection.execute("SELECT COUNT(*), TOTAL(sample) FROM works").fetchone()
            references, failures, deleted = (
                connection.execute(f"SELECT COUNT(*) FROM {what}").fetchone()[0]  # noqa: S608 - three literals
                for what in ("(SELECT DISTINCT work, place FROM refs)", "failures", "tombstones")
            )
        return Counts(
            articles=articles, samples=int(samples), references=references, failures=failures, deleted=deleted
        )

    def formats(self) -> dict[str, int]:
        """Return how many articles have a reading in each format (`crawler.formats`), by its name."""
        with self._file.reading() as connection:
            rows = connection.execute("SELECT format, COUNT(*) FROM readings GROUP BY format").fetchall()
        return dict(rows)

    # Reading

    def article(self, key: str) -> Article | None:
        """Return the article with this PMID, PMCID or DOI (any case), or None."""
        with self._file.reading() as connection:
            article = versions.find(connection, key)
            return versions.linked(connection, article) if article else None

    def articles(self) -> Iterator[Article]:
        """Yield every article in order of key, by length and then by letter, as it is at the start."""
        with self._file.reading() as connection:
            cursor = connection.cursor()
            rows = cursor.execute("SELECT article FROM works ORDER BY length(key), key")
            yield from versions.all_linked(connection, (_DECODER.decode(packed) for (packed,) in rows))

    def works(self) -> Iterator[Work]:
        """Yield every article with what is known of it, in the order of `articles`, as it is at the start."""
        with self._file.reading() as connection:
            yield from whole.works(connection)

    def several(self, keys: Iterable[str]) -> Iterator[Article]:
        """Yield the articles with these PMIDs, PMCIDs or DOIs (any case), in order, without those missing."""
        return filter(None, map(self.article, keys))

    def keys(self, *, first: int, limit: int) -> list[str]:
        """Return the keys of all articles but samples, in order, from a place on; `limit` of them at most."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT key FROM works WHERE sample = 0 ORDER BY length(key), key LIMIT ? OFFSET ?",
                (limit, first),
            ).fetchall()
        return [key for (key,) in rows]

    def held(self, keys: Iterable[str]) -> dict[str, Held]:
        """Return which of these PMIDs, PMCIDs and DOIs (any case) are held, by the key that was asked for."""
        wanted = {key.casefold(): key for key in keys}
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT id, key, retracted FROM ids JOIN works ON number = work "
                "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY length(key) DESC, key DESC",
                [json.encode(list(wanted))],
            ).fetchall()
        return {wanted[asked]: Held(key, retracted=bool(retracted)) for asked, key, retracted in rows}

    def matched(self, article: Article) -> dict[int, Held]:
        """Return which references without an id were matched to a held article, by their place from 0."""
        with self._file.reading() as connection:
            rows = connection.execute(
                # In this order: there is no index of keys, and no need for one.
                "SELECT place, cited FROM ids CROSS JOIN works ON number = ids.work CROSS JOIN refs "
                "ON refs.work = number WHERE id = ? AND key = ? AND matched = 1",
                (article.key.casefold(), article.key),
            ).fetchall()
        held = self.held(cited for _, cited in rows)
        return {place: held[cited] for place, cited in rows if cited in held}

    def citing(self, article: Article, *, limit: int, first: int = 0) -> tuple[int, list[Article]]:
        """Return how many articles cite this one, and from the place `first` on at most `limit` of them.

        The newest come first.
        """
        ids = json.encode(lookup_ids(article.ids))
        with self._file.reading() as connection:
            total = connection.execute(
                "SELECT COUNT(DISTINCT work) FROM refs WHERE cited IN (SELECT value FROM json_each(?))", [ids]
            ).fetchone()[0]
            rows = connection.execute(
                "SELECT article FROM works WHERE number IN (SELECT work FROM refs WHERE cited IN "
                "(SELECT value FROM json_each(?))) ORDER BY date DESC, length(key), key LIMIT ? OFFSET ?",
                [ids, limit, first],
            ).fetchall()
        return total, [_DECODER.decode(row[0]) for row in rows]

    def most_cited_missing(self, limit: int) -> list[str]:
        """Return the PMIDs that most articles cite and that are not held, the most cited first."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT cited FROM refs WHERE cited <> '' AND cited NOT GLOB '*[^0-9]*' "
                "AND cited NOT IN (SELECT id FROM ids) AND cited NOT IN (SELECT id FROM tombstones) "
                "GROUP BY cited ORDER BY COUNT(DISTINCT work) DESC, length(cited), cited LIMIT ?",
                (limit,),
            ).fetchall()
        return [cited for (cited,) in rows]

    def pmids(self, format_name: str, *, source: str) -> list[str]:
        """Return the PMIDs of the articles that a source gave in a format, in order."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT pmid FROM works JOIN readings ON number = work "
                "WHERE format = ? AND source = ? AND pmid <> '' ORDER BY length(pmid), pmid",
                (format_name, source),
            ).fetchall()
        return [pmid for (pmid,) in rows]

    def reference_counts(self, works: Iterable[Sequence[str]]) -> list[int]:
        """Return how many references are held of each work, given by its ids; 0 of one that is not held."""
        articles = (next(filter(None, map(self.article, ids)), None) for ids in works)
        return [len(article.references) if article else 0 for article in articles]

    def loose_references(self) -> list[tuple[int, int, str]]:
        """Return the references without an id: number of the citing work, place from 0, printed text."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT number, article FROM works WHERE number IN (SELECT work FROM refs WHERE cited = '')"
            )
            return [
                (number, place, reference.text)
                for number, packed in rows
                for place, reference in enumerate(_DECODER.decode(packed).references)
                if not reference.keys()
            ]

    def set_matches(self, matches: Iterable[tuple[int, int, str]]) -> None:
        """Keep which article each loose reference means (citing work, place, key); forget all before."""
        wanted = {(work, place, key.casefold()) for work, place, key in matches}
        with self._file.writing() as connection:
            known = set(connection.execute("SELECT work, place, cited FROM refs WHERE matched = 1"))
            if wanted != known:
                connection.execute("DELETE FROM refs WHERE matched = 1")
                connection.executemany("INSERT INTO refs VALUES (?, ?, ?, 1)", sorted(wanted))
                count_change(connection)

    def set_versions(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep which preprint became which article (the keys of both); forget all before."""
        with self._file.writing() as connection:
            if versions.keep(connection, pairs):
                count_change(connection)

    def job(self, name: str) -> Job:
        """Return how far a job is; a job that never ran has an empty one."""
        with self._file.reading() as connection:
            row = connection.execute(
                "SELECT cursor, started, covered FROM jobs WHERE job = ?", (name,)
            ).fetchone()
        return Job(cursor=row[0], started=row[1], covered=row[2]) if row else Job()

    def failures(self) -> list[Failure]:
        """Return what could not be read, in order of source and record."""
        with self._file.reading() as connection:
            rows = connection.execute(
                "SELECT source, record, reason, failed_at FROM failures ORDER BY 1, 2"
            ).fetchall()
        return [Failure(source=row[0], record=row[1], reason=row[2], failed_at=row[3]) for row in rows]

    # Changing

    def start(self, job: str, *, now: str) -> None:
        """Note that a job starts anew."""
        with self._file.writing() as connection:
            connection.execute(
                "INSERT INTO jobs VALUES (?, '', ?, '') "
                "ON CONFLICT (job) DO UPDATE SET cursor = '', started = excluded.started",
                (job, now),
            )

    def take(
        self, outcomes: Iterable[Taken], *, source: str, now: str, job: str = "", cursor: str = ""
    ) -> Tally:
        """Take in what was read from a source, and with it, in the same step, where the job goes on.

        The same records again change nothing. Several readings of a work are merged, as `taking` says; an
        older version or revision and a record that its source has deleted count as unchanged. Samples and
        real articles never stand together: the first real one removes every sample.
        """
        tally = Tally()
        batch = [taking.packed(outcome) for outcome in outcomes]
        with self._file.writing() as connection:
            quick = Quick(connection, batch, source=source, now=now)
            for outcome in batch:
                if isinstance(outcome, Packed) and (done := quick.take(outcome)):
                    tally.count(done, is_retracted=outcome.is_retracted)
                    continue
                self._take_waiting(connection, quick, source, now, tally)
                self._take_one(connection, outcome, source, now, tally)
                quick.took(taking.ids_of(outcome))
            self._take_waiting(connection, quick, source, now, tally)
            if tally.new or tally.changed or tally.deleted:
                count_change(connection)
            if job:
                connection.execute(
                    "UPDATE jobs SET cursor = ?, covered = iif(? = '', started, covered) WHERE job = ?",
                    (cursor, cursor, job),
                )
        return tally

    def _take_waiting(
        self, connection: sqlite3.Connection, quick: Quick, source: str, now: str, tally: Tally
    ) -> None:
        """Write the articles that wait; what cannot be written so is counted anew."""
        for packed in quick.write():
            tally.count("new", -1, is_retracted=packed.is_retracted)
            self._take_one(connection, packed, source, now, tally)

    @staticmethod
    def _take_one(
        connection: sqlite3.Connection, outcome: Taken, source: str, now: str, tally: Tally
    ) -> None:
        match outcome:
            case Packed() | Parsed():
                parsed = unpack(outcome) if isinstance(outcome, Packed) else outcome
                done = taking.put_or_note(connection, parsed, source, now)
                if done == "new":
                    tally.samples += taking.keep_apart(connection, parsed.article)
                if done in {"new", "changed"}:
                    taking.forget_failure(connection, parsed.article)
                tally.count(done, is_retracted=parsed.article.is_retracted)
            case Deleted():
                tally.count(taking.delete(connection, outcome, source, now))
            case Unparsed():
                tally.count(taking.note_failure(connection, outcome, source, now))

    def reparse(self, *, now: str, progress: Callable[[int, int], None]) -> Tally:
        """Parse every raw record that is kept again; one that can no longer be read stays as it was."""
        tally = Tally()
        with self._file.reading() as connection:
            works = [number for (number,) in connection.execute("SELECT number FROM works ORDER BY number")]
        for start in range(0, len(works), _BATCH):
            with self._file.writing() as connection:
                for work in works[start : start + _BATCH]:
                    tally.count(taking.reread(connection, work, now))
                if tally.changed:
                    count_change(connection)
            progress(min(start + _BATCH, len(works)), len(works))
        return tally

    def forget_failures(self, source: str, *, before: str) -> None:
        """Strike off the failures of a source that are older than this time: they did not come up again."""
        with self._file.writing() as connection:
            connection.execute("DELETE FROM failures WHERE source = ? AND failed_at < ?", (source, before))
