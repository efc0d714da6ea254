"""How outcomes change the rows of the library. Each function works inside the transaction of its caller.

A work has one reading a format: what that kind of source told of it last. Readings keep their raw record,
which is parsed again only where several of them meet: then `works` says which belong together, and `merge`
makes the article of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import json, msgpack

from crawler.errors import ParseError
from crawler.formats import parse_record
from crawler.keeping.merge import Reading, merge
from crawler.keeping.packed import Packed, cited, pack
from crawler.keeping.payload import compress, decompress, digest
from crawler.keeping.works import group, lookup_ids
from crawler.outcome import Deleted, Parsed, Unparsed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crawler.article import Article
    from crawler.keeping.packed import Taken

# A list is bound as JSON, so that every statement is a constant.
_IS_KNOWN: Final = (
    "SELECT 1 FROM readings WHERE work IN (SELECT value FROM json_each(?)) AND format = ? AND digest = ?"
)
_WORKS_OF_IDS: Final = "SELECT DISTINCT work FROM ids WHERE id IN (SELECT value FROM json_each(?))"
_IDS_OF_WORKS: Final = "SELECT id FROM ids WHERE work IN (SELECT value FROM json_each(?))"
_READINGS_OF_WORKS: Final = (
    "SELECT format, payload, digest, source, read_at FROM readings "
    "WHERE work IN (SELECT value FROM json_each(?)) ORDER BY work, format"
)
_NOTED_NOW: Final = "SELECT 1 FROM failures WHERE source = ? AND record = ? AND failed_at = ?"
_REMOVE: Final = "DELETE FROM works WHERE number IN (SELECT value FROM json_each(?))"


class Kept(Reading, frozen=True, kw_only=True):
    """A reading as the library keeps it: `payload` is the raw record, compressed, `digest` its hash."""

    digest: bytes
    source: str
    read_at: str
    payload: bytes

    def rank(self) -> tuple[int, int]:
        """Return what is compared to tell an older reading from a newer one."""
        return self.article.version, self.article.revised.sort_key()


def packed(outcome: Taken) -> Taken:
    """Return an outcome with its article packed, or as it is where that cannot be: `put_or_note` says why."""
    if isinstance(outcome, Packed):
        return outcome
    try:
        return pack(outcome)
    except (OverflowError, ValueError):
        return outcome


def ids_of(outcome: Taken) -> list[str]:
    """Return the ids under which an outcome may change what the library holds, as they are looked up."""
    match outcome:
        case Packed():
            return outcome.ids
        case Parsed():
            return lookup_ids(outcome.article.ids)
        case Deleted():
            return [outcome.pmid]
    return []


def put(connection: sqlite3.Connection, parsed: Parsed, source: str, now: str) -> str:
    """Take in an article; return what it was to the library: "new", "changed" or "unchanged"."""
    if _is_dead(connection, parsed.article) or _is_stray_sample(connection, parsed.article):
        return "unchanged"
    incoming = Kept(
        parsed.format,
        parsed.article,
        digest=digest(parsed.raw),
        source=source,
        read_at=now,
        payload=compress(parsed.raw),
    )
    near = _near(connection, lookup_ids(parsed.article.ids))
    if not near:
        _write(connection, [incoming])
        return "new"
    if connection.execute(_IS_KNOWN, (json.encode(near), incoming.format, incoming.digest)).fetchone():
        return "unchanged"
    groups = [_one_a_format(members, incoming) for members in group([*_readings(connection, near), incoming])]
    if not any(incoming in members for members in groups):
        return "unchanged"
    _remove(connection, near)
    for members in groups:
        _write(connection, members)
    return "new" if len(groups) > len(near) else "changed"


def put_or_note(connection: sqlite3.Connection, parsed: Parsed, source: str, now: str) -> str:
    """Take in an article as `put` does; one that cannot be kept is a failure and stops nothing."""
    connection.execute("SAVEPOINT record")
    try:
        done = put(connection, parsed, source, now)
    except (ParseError, OverflowError, ValueError) as error:
        connection.execute("ROLLBACK TO record")
        failed = Unparsed(
            record=parsed.article.key,
            reason=f"cannot be kept: {error}",
            format=parsed.format,
            raw=parsed.raw,
        )
        done = note_failure(connection, failed, source, now)
    connection.execute("RELEASE record")
    return done


def delete(connection: sqlite3.Connection, deleted: Deleted, source: str, now: str) -> str:
    """Remove a record that its source deleted, for good; return "deleted", or "unchanged" if not held."""
    connection.execute("INSERT OR IGNORE INTO tombstones VALUES (?, ?, ?)", (deleted.pmid, source, now))
    held = connection.execute("DELETE FROM works WHERE pmid = ?", (deleted.pmid,)).rowcount
    return "deleted" if held else "unchanged"


def note_failure(connection: sqlite3.Connection, failed: Unparsed, source: str, now: str) -> str:
    """Keep what could not be read, with the reason.

    The same record failing again at another time is one failure; two of a name in one reading are two.
    """
    record, number = failed.record, 1
    while connection.execute(_NOTED_NOW, (source, record, now)).fetchone():
        number += 1
        record = f"{failed.record} ({number})"
    connection.execute(
        "INSERT OR REPLACE INTO failures VALUES (?, ?, ?, ?, ?, ?)",
        (source, record, failed.reason, failed.format, compress(failed.raw), now),
    )
    return "failed"


def forget_failure(connection: sqlite3.Connection, article: Article) -> None:
    """Strike off that this record could not be read, whichever source it failed from."""
    connection.execute("DELETE FROM failures WHERE record = ?", (f"PMID {article.ids.pmid}",))


def keep_apart(connection: sqlite3.Connection, article: Article) -> int:
    """Remove the samples where a real article comes in; return how many there were."""
    return 0 if article.is_sample else connection.execute("DELETE FROM works WHERE sample = 1").rowcount


def reread(connection: sqlite3.Connection, work: int, now: str) -> str:
    """Parse the raw records of a work again; return what came of it.

    That is "changed", "unchanged", or "failed": noted, and left as it was.
    """
    ((key, before),) = connection.execute("SELECT key, article FROM works WHERE number = ?", (work,))
    try:
        readings = _readings(connection, [work])
    except ParseError as error:
        failed = Unparsed(record=key, reason=str(error), format="", raw=b"")
        return note_failure(connection, failed, "parsing again", now)
    if msgpack.encode(merge(readings)) == before:
        return "unchanged"
    _remove(connection, [work])
    for members in group(readings):
        _write(connection, members)
    return "changed"


def _is_dead(connection: sqlite3.Connection, article: Article) -> bool:
    found = connection.execute("SELECT 1 FROM tombstones WHERE id = ?", (article.ids.pmid,)).fetchone()
    return found is not None


def _is_stray_sample(connection: sqlite3.Connection, article: Article) -> bool:
    """Say whether this is a sample that comes to a library of real articles."""
    if not article.is_sample:
        return False
    return connection.execute("SELECT 1 FROM works WHERE sample = 0 LIMIT 1").fetchone() is not None


def _near(connection: sqlite3.Connection, ids: list[str]) -> list[int]:
    """Return the works that have one of these ids, or an id of one that has, and so on."""
    works: dict[int, None] = {}
    while ids:
        found = connection.execute(_WORKS_OF_IDS, [json.encode(ids)])
        fresh = [work for (work,) in found if work not in works]
        works.update(dict.fromkeys(fresh))
        ids = [each for (each,) in connection.execute(_IDS_OF_WORKS, [json.encode(fresh)])] if fresh else []
    return list(works)


def _readings(connection: sqlite3.Connection, works: list[int]) -> list[Kept]:
    rows = connection.execute(_READINGS_OF_WORKS, [json.encode(works)])
    return [
        Kept(
            name,
            parse_record(name, decompress(payload)),
            payload=payload,
            digest=known_by,
            source=source,
            read_at=read_at,
        )
        for name, payload, known_by, source, read_at in rows
    ]


def _one_a_format(readings: Iterable[Kept], incoming: Kept) -> list[Kept]:
    """Keep the latest reading of each format; of two as late as each other, the one that comes in."""
    latest: dict[str, Kept] = {}
    for reading in sorted(readings, key=lambda each: (each.rank(), each is incoming, each.read_at)):
        latest[reading.format] = reading
    return list(latest.values())


def _remove(connection: sqlite3.Connection, works: list[int]) -> None:
    connection.execute(_REMOVE, [json.encode(works)])


def _write(connection: sqlite3.Connection, readings: list[Kept]) -> None:
    """Write a work that these are the readings of."""
    article = readings[0].article if len(readings) == 1 else merge(readings)
    work = connection.execute(
        "INSERT INTO works VALUES (NULL, ?, ?, ?, ?, ?, ?)",
        (
            article.key, article.ids.pmid, article.is_sample, article.is_retracted, article.date.sort_key(),
            msgpack.encode(article),
        ),
    ).lastrowid  # fmt: skip
    connection.executemany(
        "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?)",
        [(work, each.format, each.digest, each.source, each.read_at, each.payload) for each in readings],
    )
    ids = dict.fromkeys(one for reading in readings for one in lookup_ids(reading.article.ids))
    connection.executemany("INSERT INTO ids VALUES (?, ?)", [(one, work) for one in ids])
    connection.executemany(
        "INSERT OR IGNORE INTO refs VALUES (?, ?, ?, 0)",
        [(work, place, key) for place, key in cited(article)],
    )
