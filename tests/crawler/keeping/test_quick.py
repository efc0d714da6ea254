from __future__ import annotations

import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from crawler.article import SAMPLE_NOTE, Ids
from crawler.keeping.library import Library, Tally
from crawler.keeping.packed import Packed, pack
from crawler.keeping.payload import decompress
from crawler.outcome import Deleted, Outcome, Parsed, Unparsed
from tests.records import cites, parsed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.keeping.packed import Taken

NOW = "2026-01-01"
DOI = "10.1000/shared"


def changed(outcome: Parsed, name: str = "pubmed-xml", **fields: object) -> Parsed:
    return Parsed(article=structs.replace(outcome.article, **fields), format=name, raw=outcome.raw)


OUTCOMES: tuple[Outcome, ...] = (
    parsed(1), parsed(1, "Another title."), parsed(2, data=cites(1, 3)), parsed(3, doi=DOI), parsed(4, doi=DOI),
    changed(parsed(5), "medline", ids=Ids(doi=DOI)),
    changed(parsed(1), "medline"),
    changed(parsed(6), notes=(SAMPLE_NOTE,)),
    changed(parsed(7), version=1 << 70),
    changed(parsed(8), publication_types=("Retracted Publication",)),
    changed(parsed(9), ids=Ids()),
    Deleted("1"), Deleted("3"),
    Unparsed(record="PMID 2", reason="is broken", format="pubmed-xml", raw=b"<x/>"),
    Unparsed(record="record 1", reason="is broken", format="pubmed-xml", raw=b"<x/>"),
)  # fmt: skip


def content(library: Library) -> list[object]:
    """Return all that a library holds, raw records unpacked, without the numbers of its works."""
    library.close()
    connection = sqlite3.connect(library.path)
    connection.create_function("unpacked", 1, decompress)
    try:
        return [
            connection.execute(query).fetchall()
            for query in (
                "SELECT key, pmid, sample, retracted, date, article FROM works ORDER BY key, article",
                "SELECT key, format, digest, source, read_at, unpacked(payload) FROM readings JOIN works ON number = work ORDER BY 1, 2, 3",
                "SELECT key, id FROM ids JOIN works ON number = work ORDER BY 1, 2",
                "SELECT key, place, cited, matched FROM refs JOIN works ON number = work ORDER BY 1, 2, 3",
                "SELECT source, record, reason, format, unpacked(payload) FROM failures ORDER BY 2",
                "SELECT * FROM tombstones ORDER BY 1",
            )
        ]
    finally:
        connection.close()


def taken(folder: Path, batches: Sequence[Sequence[Taken]]) -> tuple[Tally, list[object]]:
    library = Library(folder / "library.sqlite", identity="x")
    tally = Tally()
    for batch in batches:
        tally.add(library.take(batch, source="a test", now=NOW))
    return tally, content(library)


@settings(max_examples=60)
@given(st.lists(st.lists(st.sampled_from(OUTCOMES), max_size=8), max_size=3))
def test_batches_come_to_what_their_records_come_to_one_by_one(batches: list[list[Outcome]]) -> None:
    with TemporaryDirectory() as one, TemporaryDirectory() as other, TemporaryDirectory() as third:
        singly = taken(Path(one), [[each] for batch in batches for each in batch])
        assert taken(Path(other), batches) == singly
        packed = [
            [each if isinstance(each, Parsed) and each.article.version > 1 else pack(each) for each in batch]
            for batch in batches
        ]
        assert taken(Path(third), packed) == singly


def test_what_cannot_be_written_with_the_others_is_taken_by_itself(library: Library) -> None:
    packed = pack(parsed(2))
    assert isinstance(packed, Packed)
    outcomes = [pack(parsed(1)), structs.replace(packed, date=1 << 70), pack(parsed(3))]
    assert library.take(outcomes, source="a test", now=NOW) == Tally(new=3)
    assert [article.key for article in library.articles()] == ["1", "2", "3"]
