from __future__ import annotations

import zlib
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import LibraryError
from crawler.keeping.library import Library
from crawler.keeping.payload import compress, decompress
from tests.records import parsed

if TYPE_CHECKING:
    from pathlib import Path

RECORD = b"<PubmedArticle><MedlineCitation/></PubmedArticle>" * 20


@given(st.binary())
def test_what_is_packed_is_unpacked_as_it_was(raw: bytes) -> None:
    assert decompress(compress(raw)) == raw


@given(st.binary())
def test_what_was_packed_with_zlib_is_unpacked_too(raw: bytes) -> None:
    assert decompress(zlib.compress(raw, 1)) == raw


def test_threads_pack_side_by_side() -> None:
    records = [b"%d" % number * 5000 for number in range(300)]
    with ThreadPoolExecutor(4) as threads:
        assert [decompress(each) for each in threads.map(compress, records)] == records


@pytest.mark.parametrize("packed", [compress(RECORD), zlib.compress(RECORD)])
def test_a_damaged_record_is_said_to_be_so(packed: bytes) -> None:
    with pytest.raises(LibraryError, match="damaged"):
        decompress(packed[:-9])


def test_a_library_of_records_packed_with_zlib_is_read_and_added_to(tmp_path: Path) -> None:
    library = Library(tmp_path / "library.sqlite", identity="x")
    library.take([parsed(1, "A title.")], source="a test", now="2026-01-01")
    with library._file.writing() as connection:
        ((payload,),) = connection.execute("SELECT payload FROM readings")
        connection.execute("UPDATE readings SET payload = ?", (zlib.compress(decompress(payload), 1),))

    assert library.reparse(now="2026-01-02", progress=lambda _done, _total: None).unchanged == 1
    tally = library.take([parsed(1, "Another title.")], source="a test", now="2026-01-02")
    assert tally.changed == 1
    article = library.article("1")
    assert article is not None
    assert article.title == "Another title."
