"""Bulk files of invented records, and crawls of them."""

from __future__ import annotations

import gzip
import hashlib
from typing import TYPE_CHECKING

import pytest

from crawler.sources import bulk
from tests.crawler.parsers.pubmed_records import a_set, record, summary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.asking.http import Client
    from crawler.sources.batch import Batch

TEA = "tea[ti]"


def tea(pmid: int) -> str:
    """Return a record about tea."""
    return record(pmid=str(pmid), title=f"Tea, number {pmid}.")


def deletions(*pmids: int) -> str:
    """Return a list of deletions."""
    return f"<DeleteCitation>{''.join(f'<PMID>{pmid}</PMID>' for pmid in pmids)}</DeleteCitation>"


def name_of(number: int, year: int = 26) -> str:
    """Return the name of a bulk file."""
    return f"pubmed{year}n{number:04}.xml.gz"


def packed(*parts: str) -> bytes:
    """Return the content of a bulk file."""
    return gzip.compress(a_set(*parts), mtime=0)


def checksum(content: bytes, name: str) -> bytes:
    """Return what the file beside a bulk file says."""
    return f"MD5({name})= {hashlib.md5(content, usedforsecurity=False).hexdigest()}\n".encode()


def put(folder: Path, number: int, *parts: str, year: int = 26) -> Path:
    """Write a bulk file with its checksum, in one form or the other, and return its path."""
    path = folder / name_of(number, year)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed(*parts))
    stated = checksum(path.read_bytes(), path.name)
    if number % 2:
        stated = b"%b  %b\n" % (stated.split()[-1], path.name.encode())
    path.with_name(f"{path.name}.md5").write_bytes(stated)
    return path


def crawl(
    *places: str | Path,
    query: str = TEA,
    cursor: str = "",
    client: Client | None = None,
    held: bulk.Held = bulk.none_held,
    folder: Path,
) -> Iterator[Batch]:
    """Return what a crawl yields."""
    return bulk.crawl(
        places, client=client, query=query, cursor=cursor, folder=folder / "downloads", held=held
    )


def told(batches: Sequence[Batch]) -> list[str]:
    """Return what batches come to, a word for each outcome."""
    return summary([outcome for batch in batches for outcome in batch.outcomes])


def until_broken(batches: Iterator[Batch], error: type[Exception]) -> tuple[list[Batch], str]:
    """Return the batches before the error, and what it says."""
    found: list[Batch] = []
    with pytest.raises(error) as raised:
        found.extend(batches)
    return found, str(raised.value)
