"""Bulk files and what the library holds: a revised record replaces the old one, whatever is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.crawler.parsers.pubmed_records import record
from tests.crawler.sources.bulk_files import crawl, deletions, name_of, put, tea, told

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.keeping.library import Library
    from crawler.sources.batch import Batch


def coffee(pmid: int) -> str:
    return record(pmid=str(pmid), title="Coffee.")


def take(library: Library, batches: Iterator[Batch]) -> None:
    for batch in batches:
        library.take(batch.outcomes, source="bulk", now="2026-01-01T00:00:00+00:00", job="bulk")


def test_a_revised_record_that_is_held_is_taken_even_if_it_is_found_no_longer(
    tmp_path: Path, library: Library
) -> None:
    put(tmp_path, 1, tea(1), coffee(2), tea(3))
    take(library, crawl(tmp_path, held=library.held, folder=tmp_path))
    assert [article.key for article in library.articles()] == ["1", "3"]
    put(tmp_path / "updates", 2, coffee(1), coffee(2), coffee(3).replace("Coffee", "Cocoa"), coffee(4))
    take(library, crawl(tmp_path / "updates", held=library.held, folder=tmp_path))
    assert {article.key: article.title for article in library.articles()} == {"1": "Coffee.", "3": "Cocoa."}


def test_what_was_selected_a_moment_ago_is_revised_too(tmp_path: Path, library: Library) -> None:
    put(tmp_path, 1, tea(1), coffee(1), coffee(2), tea(3))
    put(tmp_path, 2, coffee(3))
    take(library, crawl(tmp_path, held=library.held, folder=tmp_path))
    assert {article.key: article.title for article in library.articles()} == {"1": "Coffee.", "3": "Coffee."}


def test_the_library_is_asked_about_many_records_at_once(tmp_path: Path) -> None:
    asked: list[list[str]] = []

    def held(pmids: Sequence[str]) -> set[str]:
        asked.append(list(pmids))
        return {"601"}

    put(tmp_path, 1, *map(coffee, range(1, 602)), deletions(7))
    found = list(crawl(tmp_path, held=held, folder=tmp_path))
    assert told(found) == ["601", "-7"]
    assert [len(each) for each in asked] == [500, 101]
    # The second time, only what is not through.
    put(tmp_path, 2, coffee(601), coffee(602))
    assert told(list(crawl(tmp_path, cursor=found[-1].cursor, held=held, folder=tmp_path))) == ["601"]
    assert asked[2:] == [["601", "602"]]


def test_a_record_that_cites_another_one_is_known_by_its_own_pmid(tmp_path: Path) -> None:
    other = coffee(1).replace(
        "</MedlineCitation>",
        '<CommentsCorrectionsList><CommentsCorrections RefType="Cites"><RefSource>X</RefSource>'
        "<PMID>9</PMID></CommentsCorrections></CommentsCorrectionsList></MedlineCitation>",
    )
    put(tmp_path, 1, other)
    assert told(list(crawl(tmp_path, held=lambda _: {"9"}, folder=tmp_path))) == []
    assert told(list(crawl(tmp_path, held=lambda _: {"1"}, folder=tmp_path))) == ["1"]


def test_a_held_record_that_has_become_unreadable_is_a_failure(tmp_path: Path) -> None:
    put(tmp_path, 1, coffee(1).replace("</Article>", ""), coffee(2).replace("</Article>", ""))
    assert told(list(crawl(tmp_path, held=lambda _: {"1"}, folder=tmp_path))) == [f"!{name_of(1)}, record 1"]
