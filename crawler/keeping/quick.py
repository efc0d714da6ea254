"""Articles that need no closer look, taken many at a time: those that are new, and those known as they are.

Both are told from all others by a few questions for a whole batch. Whatever is neither is for `taking`, one
by one; so is all that shares an id with something before it in the batch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import json

from crawler.keeping.packed import Packed

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from crawler.keeping.packed import Taken

# A list is bound as JSON, so that every statement is a constant.
_HELD: Final = (
    "SELECT id FROM ids WHERE id IN (SELECT value FROM json_each(?1)) "
    "UNION SELECT id FROM tombstones WHERE id IN (SELECT value FROM json_each(?1))"
)
_KNOWN: Final = (
    "SELECT id, format, digest FROM ids JOIN readings ON readings.work = ids.work "
    "WHERE id IN (SELECT value FROM json_each(?))"
)
_HAS_SAMPLES: Final = "SELECT 1 FROM works WHERE sample = 1 LIMIT 1"
_LAST: Final = "SELECT IFNULL(MAX(number), 0) FROM works"


class Quick:
    """What is quick to take of a batch, inside the transaction of its caller."""

    def __init__(
        self, connection: sqlite3.Connection, batch: Iterable[Taken], *, source: str, now: str
    ) -> None:
        """Look up what the library holds of the articles in a batch."""
        self._connection = connection
        self._source, self._now = source, now
        self._waiting: list[Packed] = []
        ids = json.encode([one for each in batch if isinstance(each, Packed) for one in each.ids])
        self._taboo = {one for (one,) in connection.execute(_HELD, (ids,))}
        self._known = set(connection.execute(_KNOWN, (ids,))) if self._taboo else set()
        self._has_samples = self._ask_for_samples()

    def take(self, packed: Packed) -> str:
        """Return "new" for an article that `write` will write, "unchanged" for one known so, else nothing.

        Whatever is not quick to take must be announced by `make_way` before it is taken otherwise.
        """
        if self._has_samples or packed.is_sample or not packed.ids:
            return ""
        if self._taboo.isdisjoint(packed.ids):
            self._taboo.update(packed.ids)
            self._waiting.append(packed)
            return "new"
        known = ((one, packed.format, packed.digest) for one in packed.ids)
        return "" if self._known.isdisjoint(known) else "unchanged"

    def took(self, ids: Iterable[str]) -> None:
        """Hear that something with these ids was taken otherwise: what was looked up may hold no longer."""
        self._taboo.update(ids)
        self._known.clear()
        self._has_samples = self._ask_for_samples()

    def write(self) -> list[Packed]:
        """Write the articles that wait; return those that have to be taken one by one after all."""
        waiting, self._waiting = self._waiting, []
        self._connection.execute("SAVEPOINT quick")
        try:
            self._insert(waiting)
        except (OverflowError, ValueError):
            self._connection.execute("ROLLBACK TO quick")
            return waiting
        finally:
            self._connection.execute("RELEASE quick")
        return []

    def _ask_for_samples(self) -> bool:
        return self._connection.execute(_HAS_SAMPLES).fetchone() is not None

    def _insert(self, articles: list[Packed]) -> None:
        insert = self._connection.executemany
        ((last,),) = self._connection.execute(_LAST)
        numbered = list(enumerate(articles, start=last + 1))
        insert(
            "INSERT INTO works VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (work, each.key, each.pmid, each.is_sample, each.is_retracted, each.date, each.article)
                for work, each in numbered
            ],
        )
        insert(
            "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?)",
            [
                (work, each.format, each.digest, self._source, self._now, each.payload)
                for work, each in numbered
            ],
        )
        insert("INSERT INTO ids VALUES (?, ?)", {(one, work) for work, each in numbered for one in each.ids})
        insert(
            "INSERT OR IGNORE INTO refs VALUES (?, ?, ?, 0)",
            [(work, place, key) for work, each in numbered for place, key in each.cited],
        )
        insert("DELETE FROM failures WHERE record = ?", [(f"PMID {each.pmid}",) for each in articles])
