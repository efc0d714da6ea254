"""SQLite's FTS5: a column a field, Porter's stemmer, bm25() with weights, facets by GROUP BY, snippet()."""

from __future__ import annotations

import heapq
import sqlite3
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from tests.benchmarks import documents
from tests.benchmarks.documents import FIELD_NAMES, WEIGHTS, article_of
from tests.benchmarks.peers import SHOWN, VALUES
from tests.benchmarks.questions import Question, Shape

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_FILE: Final = "fts5.sqlite"
_AT_ONCE: Final = 1_000
_WORDS: Final = 24
"""The words of a passage; about as long as those of others."""

_TABLES: Final = f"""
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -256000;
    CREATE VIRTUAL TABLE words USING fts5({", ".join(f'"{name}"' for name in FIELD_NAMES)},
        tokenize = 'porter unicode61');
    CREATE TABLE article (number INTEGER PRIMARY KEY, key TEXT, year INTEGER, stored BLOB);
    CREATE TABLE value (number INTEGER PRIMARY KEY, facet TEXT, label TEXT, articles INTEGER);
    CREATE TABLE has (article INTEGER, value INTEGER, PRIMARY KEY (article, value)) WITHOUT ROWID;
"""
_AFTER: Final = """
    UPDATE value SET articles = (SELECT COUNT(*) FROM has WHERE value = value.number);
    CREATE INDEX label ON value (facet, label, articles);
    INSERT INTO words (words) VALUES ('optimize');
    ANALYZE;
"""
_YEARS: Final = " AND (SELECT year FROM article WHERE number = words.rowid) BETWEEN ? AND ?"
"""Looked up for what the words find; as rowid IN (...) it is what the search starts from, and takes seconds."""
_BEST: Final = (
    "SELECT rowid, (SELECT key FROM article WHERE number = words.rowid) FROM words"
    " WHERE words MATCH ?{years} ORDER BY rank LIMIT ?"
)
_PAGE: Final = (
    "SELECT (SELECT stored FROM article WHERE number = words.rowid), highlight(words, {title}, '<b>', '</b>'),"
    " snippet(words, {abstract}, '<b>', '</b>', '', {passage}) FROM words"
    " WHERE words MATCH ?{years} ORDER BY rank LIMIT ?"
)
_COUNTS: Final = (
    "SELECT has.value, COUNT(*) FROM words CROSS JOIN has ON has.article = words.rowid"
    " WHERE words MATCH ?{years} GROUP BY has.value"
)


def build(source: Path, folder: Path) -> None:
    """Index the documents of a file, and put all in the order that is best for queries."""
    folder.mkdir(parents=True)
    connection = sqlite3.connect(folder / _FILE, isolation_level=None)
    connection.executescript(_TABLES)
    connection.execute("BEGIN")
    names = ", ".join(f'"{name}"' for name in FIELD_NAMES)
    insert = f"INSERT INTO words (rowid, {names}) VALUES ({', '.join('?' * (1 + len(FIELD_NAMES)))})"  # noqa: S608 - our own names
    values: dict[tuple[str, str], int] = {}
    for batch in _batches(source):
        connection.executemany(insert, (
            (number, *("\n".join(each.texts.get(name, ())) for name in FIELD_NAMES))
            for number, each in batch
        ))  # fmt: skip
        connection.executemany(
            "INSERT INTO article VALUES (?, ?, ?, ?)",
            ((number, each.key, each.year, each.stored) for number, each in batch),
        )
        connection.executemany("INSERT OR IGNORE INTO has VALUES (?, ?)", (
            (number, values.setdefault((facet, label), len(values)))
            for number, each in batch for facet, labels in each.labels.items() for label in labels
        ))  # fmt: skip
    connection.executemany(
        "INSERT INTO value VALUES (?, ?, ?, 0)",
        ((number, facet, label) for (facet, label), number in values.items()),
    )
    connection.execute("CREATE INDEX by_value ON has (value)")
    weights = ", ".join(str(WEIGHTS.get(name, 0.0)) for name in FIELD_NAMES)
    connection.execute("INSERT INTO words (words, rank) VALUES ('rank', ?)", (f"bm25({weights})",))
    connection.execute("COMMIT")
    connection.executescript(_AFTER)
    connection.close()


def _batches(source: Path) -> Iterator[list[tuple[int, documents.Document]]]:
    batch = []
    for number, each in enumerate(documents.read(source)):
        batch.append((number, each))
        if len(batch) == _AT_ONCE:
            yield batch
            batch = []
    yield batch


def opened(folder: Path) -> Fts5:
    """Open the file in a folder, mapped into memory."""
    connection = sqlite3.connect(f"file:{folder / _FILE}?mode=ro", uri=True)
    connection.executescript("PRAGMA mmap_size = 8589934592; PRAGMA cache_size = -64000;")
    return Fts5(connection)


class Fts5:
    """A file of FTS5's that is open."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        facets = connection.execute("SELECT facet, label FROM value ORDER BY number").fetchall()
        self._facets = [facet for facet, _ in facets]
        self._labels = [label for _, label in facets]

    def hits(self, question: Question) -> Sequence[str]:
        """Return the keys of the best articles."""
        return [key for _, key in self._ask(_BEST, question, SHOWN)]

    def facets(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the same, and how many values all facets show."""
        return self.hits(question), self._shown(question)

    def page(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the keys, and how many marks there are in titles and passages."""
        places = {"title": FIELD_NAMES.index("title"), "abstract": FIELD_NAMES.index("abstract")}
        statement = _PAGE.replace("{passage}", str(_WORDS))
        for name, place in places.items():
            statement = statement.replace(f"{{{name}}}", str(place))
        rows = self._ask(statement, question, SHOWN)
        self._shown(question)
        marks = sum(text.count("<b>") for _, *texts in rows for text in texts if text)
        return [article_of(stored).key for stored, *_ in rows], marks

    def suggestions(self, typed: str) -> Sequence[str]:
        """Return keywords that begin so."""
        statement = (
            "SELECT label FROM value WHERE facet = 'keyword' AND label >= ? AND label < ?"
            " ORDER BY articles DESC LIMIT 10"
        )
        return [label for (label,) in self._connection.execute(statement, (typed, f"{typed}\U0010ffff"))]

    def _shown(self, question: Question) -> int:
        facets: dict[str, Counter[int]] = {}
        for value, count in self._ask(_COUNTS, question):
            facets.setdefault(self._facets[value], Counter())[value] = count
        return sum(
            len([self._labels[each] for each in heapq.nlargest(VALUES, counts, key=counts.__getitem__)])
            for counts in facets.values()
        )

    def _ask(self, statement: str, question: Question, *more: int) -> list[tuple[Any, ...]]:
        years = question.years if question.years[0] else ()
        filled = statement.replace("{years}", _YEARS if years else "")
        return self._connection.execute(filled, (_match(question), *years, *more)).fetchall()


def _match(question: Question) -> str:
    if question.shape is Shape.PHRASE:
        return f'{question.fields[0]} : "{" ".join(question.words)}"'
    end = "*" if question.shape is Shape.PREFIX else ""
    searched = "{" + " ".join(WEIGHTS) + "}"
    parts = [
        f'{field or searched} : "{word}"{end}'
        for word, field in zip(question.words, question.fields, strict=True)
    ]
    return (" OR " if question.shape is Shape.OR else " AND ").join(parts)
