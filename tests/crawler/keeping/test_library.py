from __future__ import annotations

import sqlite3
from io import BytesIO
from itertools import permutations
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from crawler.article import SAMPLE_NOTE, Ids
from crawler.errors import LibraryError
from crawler.keeping.library import Library, Tally
from crawler.outcome import Deleted, Outcome, Parsed, Unparsed
from crawler.parsers.tagged import medline, ris
from tests.records import cites, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from types import ModuleType

NOW = "2026-01-01"
BROKEN = Unparsed(record="record 3", reason="has no PMID", format="pubmed-xml", raw=b"<x/>")


def take(library: Library, *outcomes: Outcome, now: str = NOW) -> Tally:
    return library.take(outcomes, source="a test", now=now)


def revised(year: int) -> str:
    return f"<DateRevised><Year>{year}</Year><Month>1</Month><Day>1</Day></DateRevised>"


def with_ids(outcome: Parsed, **ids: str) -> Parsed:
    return structs.replace(outcome, article=structs.replace(outcome.article, ids=Ids(**ids)))


def as_sample(outcome: Parsed) -> Parsed:
    return structs.replace(outcome, article=structs.replace(outcome.article, notes=(SAMPLE_NOTE,)))


def test_an_article_is_found_by_each_of_its_ids_in_any_case(library: Library) -> None:
    take(library, with_ids(parsed(1), pmid="1", pmcid="PMC7", doi="10.1000/AbC"))
    for key in ("1", "pmc7", "PMC7", "10.1000/abc", "10.1000/ABC"):
        article = library.article(key)
        assert article is not None
        assert article.key == "1"
    assert library.article("2") is None


def test_the_same_records_again_change_nothing(library: Library) -> None:
    assert take(library, parsed(1), parsed(2)) == Tally(new=2)
    revision = library.revision
    assert take(library, parsed(1), parsed(2)) == Tally(unchanged=2)
    assert library.revision == revision


def test_a_later_version_replaces_an_earlier_one_whole(library: Library) -> None:
    take(library, parsed(1, "Old.", data=cites(5, 6)))
    assert take(library, parsed(1, "New.", version="2", data=cites(7))) == Tally(changed=1)
    article = library.article("1")
    assert article is not None
    assert article.title == "New."
    assert [reference.pmid for reference in article.references] == ["7"]
    assert library.counts().references == 1


@pytest.mark.parametrize(
    ("earlier", "later"),
    [({"version": "1"}, {"version": "2"}), ({"revised": revised(2020)}, {"revised": revised(2021)})],
    ids=["version", "revision"],
)
def test_an_older_record_never_replaces_a_newer_one(
    library: Library, earlier: dict[str, str], later: dict[str, str]
) -> None:
    take(library, parsed(1, "New.", **later))
    assert take(library, parsed(1, "Old.", **earlier)) == Tally(unchanged=1)


MEDLINE = """
PMID- 1
DP  - 2020
TI  - As MEDLINE has it.
LID - 10.1000/x [doi]
FAU - Silva, Ana
AU  - Silva A
VI  - 7
"""
RIS = """TY  - JOUR
TI  - As RIS has it
AU  - Silva, Ana
DO  - 10.1000/X
PY  - 2020
IS  - 9
ER  -
"""


def read(parser: ModuleType, text: str) -> Parsed:
    (outcome,) = parser.parse(BytesIO(text.encode()))
    assert isinstance(outcome, Parsed)
    return outcome


def test_readings_of_a_work_are_merged_whatever_came_first(tmp_path: Path) -> None:
    readings = [parsed(1, "Record."), read(medline, MEDLINE), read(ris, RIS)]
    merged = set()
    for order in permutations(readings):
        library = Library(tmp_path / f"{order[0].format}-{order[1].format}.sqlite", identity="x")
        for reading in order:
            take(library, reading)
        (article,) = library.articles()
        merged.add((article.key, article.title, article.volume, article.issue, article.ids.doi))
        library.close()
    assert merged == {("1", "Record.", "7", "9", "10.1000/x")}


def test_a_work_known_by_doi_gets_its_pmid_when_that_comes(library: Library) -> None:
    take(library, read(ris, RIS))
    assert library.article("10.1000/x") is not None
    assert take(library, read(medline, MEDLINE)) == Tally(changed=1)
    assert library.counts().articles == 1
    assert library.held(["10.1000/x"])["10.1000/x"].key == "1"


def test_what_is_held_of_two_works_becomes_one_when_a_record_has_both_ids(library: Library) -> None:
    take(library, parsed(1), read(ris, RIS))
    assert library.counts().articles == 2
    assert take(library, read(medline, MEDLINE)) == Tally(changed=1)
    assert library.counts().articles == 1


def test_two_pmids_are_two_works_even_with_the_same_doi(library: Library) -> None:
    assert take(library, parsed(1, doi="10.1000/x"), parsed(2, doi="10.1000/x")) == Tally(new=2)
    assert take(library, parsed(1, doi="10.1000/x"), parsed(2, doi="10.1000/x")) == Tally(unchanged=2)


def test_a_deleted_record_goes_and_does_not_come_back(library: Library) -> None:
    take(library, parsed(1), parsed(2))
    assert take(library, Deleted("1")) == Tally(deleted=1)
    assert take(library, parsed(1)) == Tally(unchanged=1)
    assert library.article("1") is None
    assert library.counts().deleted == 1


def test_what_cannot_be_read_is_kept_and_counted(library: Library) -> None:
    assert take(library, BROKEN, parsed(1)) == Tally(new=1, failed=1)
    (failure,) = library.failures()
    assert (failure.source, failure.record, failure.reason) == ("a test", "record 3", "has no PMID")


def test_a_failure_that_does_not_come_up_again_is_struck_off(library: Library) -> None:
    take(library, BROKEN, now="monday")
    library.forget_failures("another source", before="tuesday")
    assert library.counts().failures == 1
    library.forget_failures("a test", before="tuesday")
    assert library.counts().failures == 0


def test_the_first_real_article_removes_the_samples(library: Library) -> None:
    take(library, as_sample(parsed(98)), as_sample(parsed(99)))
    assert take(library, parsed(1)) == Tally(new=1, samples=2)
    assert take(library, as_sample(parsed(98))) == Tally(unchanged=1)
    assert [article.key for article in library.articles()] == ["1"]


def test_citing_articles_come_newest_first_and_are_counted_beyond_the_limit(library: Library) -> None:
    take(library, parsed(1), *(parsed(n, data=cites(1), year=str(2000 + n)) for n in range(2, 7)))
    cited = library.article("1")
    assert cited is not None
    total, newest = library.citing(cited, limit=2)
    assert total == 5
    assert [article.key for article in newest] == ["6", "5"]
    total, older = library.citing(cited, limit=2, first=3)
    assert (total, [article.key for article in older]) == (5, ["3", "2"])


def test_held_says_which_works_are_retracted(library: Library) -> None:
    mark = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J. 2021.</RefSource>'
        "</CommentsCorrections></CommentsCorrectionsList>"
    )
    take(library, parsed(1), parsed(2, extra=mark))
    assert {key: held.retracted for key, held in library.held(["1", "2", "3"]).items()} == {
        "1": False,
        "2": True,
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(range(1, 8)), max_size=12), st.integers(1, 5))
def test_articles_come_in_order_of_key_however_they_came_in(
    tmp_path: Path, pmids: list[int], factor: int
) -> None:
    path = tmp_path / f"{factor}-{'-'.join(map(str, pmids))}.sqlite"
    library = Library(path, identity="x")
    take(library, *(parsed(pmid * 10**factor) for pmid in pmids))
    assert [int(article.key) for article in library.articles()] == sorted(
        {pmid * 10**factor for pmid in pmids}
    )
    library.close()


def test_a_batch_that_breaks_off_leaves_the_library_as_it_was(library: Library) -> None:
    class Gone(Exception):
        pass

    def outcomes() -> list[Outcome]:
        raise Gone

    def broken() -> object:
        yield parsed(1)
        outcomes()

    with pytest.raises(Gone):
        library.take(broken(), source="a test", now=NOW)  # type: ignore[arg-type]  # an iterator all the same
    assert library.counts().articles == 0


def test_no_library_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(LibraryError, match="there is no library at"):
        Library(tmp_path / "library.sqlite")


def test_a_file_that_is_no_library_is_refused_untouched(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("my notes, which are long enough to be read as a header of something else" * 9)
    with pytest.raises(LibraryError, match="cannot be used"):
        Library(text, identity="x")
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE mine (x)")
    connection.close()
    with pytest.raises(LibraryError, match="not a library of als-search"):
        Library(other, identity="x")


def test_a_library_of_another_version_is_refused(library: Library) -> None:
    library.close()
    with sqlite3.connect(library.path) as connection:
        connection.execute("UPDATE about SET value = 99 WHERE name = 'version'")
    connection.close()
    with pytest.raises(LibraryError, match="another version"):
        Library(library.path)


def test_a_job_goes_on_where_the_last_batch_left_it(library: Library) -> None:
    assert library.job("j").cursor == ""
    library.start("j", now="monday")
    library.take([parsed(1)], source="a test", now="monday", job="j", cursor="page 2")
    assert (library.job("j").cursor, library.job("j").covered) == ("page 2", "")
    library.take([parsed(2)], source="a test", now="tuesday", job="j", cursor="")
    assert (library.job("j").cursor, library.job("j").covered) == ("", "monday")


def test_a_batch_that_fails_does_not_move_the_job_on(library: Library) -> None:
    library.start("j", now=NOW)

    def broken() -> Iterator[Outcome]:
        yield parsed(1)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        library.take(broken(), source="a test", now=NOW, job="j", cursor="page 2")
    assert library.job("j").cursor == ""


def test_the_works_cited_most_and_not_held_come_first(library: Library) -> None:
    take(library, parsed(1, data=cites(7, 8, 2)), parsed(2, data=cites(8, 9)), parsed(3, data=cites(8, 9)))
    assert library.most_cited_missing(2) == ["8", "9"]


def test_a_record_that_cannot_be_kept_is_a_failure_and_stops_nothing(library: Library) -> None:
    odd = parsed(1)
    odd = structs.replace(odd, article=structs.replace(odd.article, version=2**70))
    assert take(library, odd, parsed(2)) == Tally(new=1, failed=1)
    assert "cannot be kept" in library.failures()[0].reason


def test_two_failures_of_the_same_name_are_two(library: Library) -> None:
    assert take(library, BROKEN, BROKEN) == Tally(failed=2)
    assert [failure.record for failure in library.failures()] == ["record 3", "record 3 (2)"]
    take(library, BROKEN, BROKEN, now="2026-01-02")
    assert library.counts().failures == 2


def test_a_record_read_elsewhere_strikes_off_its_failure(library: Library) -> None:
    take(library, structs.replace(BROKEN, record="PMID 1"))
    take(library, parsed(1))
    assert library.counts().failures == 0
