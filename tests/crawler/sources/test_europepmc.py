"""Europe PMC to its true end: every result once, from every cursor, whatever goes wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, get_args

import pytest

from crawler.article import Ids
from crawler.errors import Invalid
from crawler.outcome import Parsed
from crawler.sources.europepmc import ALS_QUERY, WHOLE_SEARCH, crawl
from tests.crawler.sources.europepmc_crawls import (
    TRIES,
    client_of,
    crawled,
    failures,
    filled,
    keys,
    none_held,
    outcomes,
)
from tests.dealt_faults import Faults
from tests.europepmc_faults import FAULTS
from tests.europepmc_server import End, europepmc_server, in_error, in_json, preprint, result
from tests.fake_time import FakeTime
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.sources.batch import Batch
    from tests.fault_server import Behaviour


# To the end


@pytest.mark.parametrize("end", get_args(End))
@pytest.mark.parametrize(("records", "page_size"), [(1, 3), (6, 3), (7, 3), (7, 1), (250, 1000)])
def test_every_result_comes_once_however_the_end_is_told(end: End, records: int, page_size: int) -> None:
    numbers = [str(number) for number in range(1, records + 1)]
    with europepmc_server(map(result, numbers), page_size=page_size, end=end) as server:
        batches = crawled(server)
        assert keys(outcomes(batches)) == numbers
        assert not failures(outcomes(batches))
        assert [bool(batch.cursor) for batch in batches] == [True] * (len(batches) - 1) + [False]
        assert len(server.requests) == -(-records // min(page_size, 100)) + (end == "empty")
        assert batches[-1].done == batches[-1].total == records


def test_a_search_that_finds_nothing_is_no_failure() -> None:
    with europepmc_server() as server:
        (batch,) = crawled(server)
    assert (batch.outcomes, batch.cursor, batch.done, batch.total) == ((), "", 0, 0)


def test_a_mark_that_comes_again_later_ends_the_search() -> None:
    def page(number: str, mark: str) -> Behaviour:
        return in_json({"hitCount": 9, "nextCursorMark": mark, "resultList": {"result": [result(number)]}})

    with europepmc_server() as server:
        server.fail("/search", page("1", "B"), page("2", "C"), page("3", "B"))
        found = outcomes(crawled(server))
    assert keys(found) == ["1", "2", "3"]
    assert list(failures(found)) == [WHOLE_SEARCH]


@pytest.mark.parametrize("counted", [5, 6, 8, 9])
def test_a_count_that_is_off_by_one_or_two_is_told_and_the_crawl_is_whole(
    counted: int, caplog: pytest.LogCaptureFixture
) -> None:
    with europepmc_server(map(result, "1234567"), page_size=3) as server:
        server.counted = counted
        batches = crawled(server)
    assert keys(outcomes(batches)) == list("1234567")
    assert failures(outcomes(batches)) == {}
    assert caplog.messages == [
        f"Europe PMC counts {counted} articles for this query, and 7 came; its counts may be off by so few"
    ]


@pytest.mark.parametrize(("counted", "is_named"), [(3003, False), (3004, True)])
def test_of_thousands_a_thousandth_may_be_off(counted: int, *, is_named: bool) -> None:
    with europepmc_server((result(str(number)) for number in range(3000)), page_size=1000) as server:
        server.counted = counted
        assert bool(failures(outcomes(crawled(server)))) == is_named


@pytest.mark.parametrize("counted", [4, 10])
def test_a_count_that_is_not_what_came_is_named(counted: int) -> None:
    with europepmc_server(map(result, "1234567"), page_size=3) as server:
        server.counted = counted
        batches = crawled(server)
    assert len(keys(outcomes(batches))) == 7
    assert (
        f"counts {counted} articles for this query, and 7 came" in failures(outcomes(batches))[WHOLE_SEARCH]
    )
    assert batches[-1].total == max(counted, 7)


def test_how_far_it_is_never_goes_back() -> None:
    with europepmc_server(map(result, "1234567"), page_size=2) as server:
        seen = []
        for batch in crawl(client_of(server), query="als", cursor="", held_references=none_held):
            seen.append((batch.done, batch.total))
            server.counted = 7 - len(seen)
    assert seen == [(2, 7), (4, 7), (6, 7), (7, 7)]


# From a cursor


@pytest.mark.parametrize("end", get_args(End))
def test_from_every_cursor_the_rest_comes(end: End) -> None:
    with europepmc_server(map(result, "1234567"), page_size=2, end=end) as server:
        batches = crawled(server)
        for number, batch in enumerate(batches[:-1], start=1):
            assert crawled(server, cursor=batch.cursor) == batches[number:]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda _: "null",
        lambda _: "20250101",
        lambda _: '{"query": "als"',
        lambda said: json.dumps(said | {"query": "another"}),
        lambda said: json.dumps(said | {"mark": ""}),
        lambda said: json.dumps(said | {"done": -1}),
        lambda said: json.dumps(said | {"from": "a later version"}),
    ],
)
def test_a_cursor_of_another_query_or_of_an_unknown_form_starts_anew(spoil: Callable[[Any], str]) -> None:
    with europepmc_server(map(result, "1234567"), page_size=2) as server:
        batches = crawled(server)
        assert crawled(server, cursor=spoil(json.loads(batches[1].cursor))) == batches


def test_what_came_before_a_failure_is_whole_and_the_crawl_goes_on_behind_it() -> None:
    with europepmc_server(map(result, "1234567"), page_size=3) as server:
        whole = crawled(server)
        done: list[Batch] = []
        with pytest.raises(Invalid, match=r"answers with the error 500: Something went wrong.*asked 6 times"):
            for batch in crawl(client_of(server), query="als", cursor="", held_references=none_held):
                done.append(batch)
                server.fail("/search", *[in_error()] * TRIES)
        assert done == whole[:1]
        assert crawled(server, cursor=done[-1].cursor) == whole[1:]


# How it is asked


def test_each_request_says_what_is_wanted_and_who_wants_it_and_keeps_the_pace() -> None:
    time = FakeTime()
    with filled(page_size=2) as server:
        list(crawl(client_of(server, time), query="kennedy's disease", cursor="", held_references=none_held))
        assert len(server.requests) == 3 + 2 + 3
        assert all("mailto:a@b.org" in each.headers["user-agent"] for each in server.requests)
        assert time.now >= 0.5 * (len(server.requests) - 1)
        assert server.requests[0].parameters == {
            "query": "kennedy's disease", "format": "json", "resultType": "core", "pageSize": "100",
            "cursorMark": "*",
        }  # fmt: skip
        assert server.paths("references") == ["/MED/3/references"] * 3
        assert server.paths("fullTextXML") == ["/PMC4/fullTextXML", "/PMC5/fullTextXML"]


# Results


def test_a_preprint_is_one() -> None:
    with europepmc_server([preprint("2")]) as server:
        (found,) = outcomes(crawled(server))
    assert isinstance(found, Parsed)
    assert found.article.publication_types == ("Preprint",)
    assert found.article.ids == Ids(doi="10.5555/test.2")


def test_a_result_that_cannot_be_read_is_named_by_what_it_is_in_europe_pmc() -> None:
    patent = {"id": "EP1", "source": "PAT", "title": "A patent."}
    with europepmc_server([result("1"), patent, result("3", id=["?"])], page_size=1) as server:
        found = outcomes(crawled(server))
    assert keys(found) == ["1"]
    first, second = failures(found)
    assert first == "PAT/EP1"
    assert second.startswith("record 1 of page ")


@needs_shared[0]
@needs_shared[1]
def test_real_results_come_through() -> None:
    answered = json.loads((SHARED / "data/europepmc/search_cancer_core.json").read_bytes())
    records = [
        each | {"isOpenAccess": "N", "hasReferences": "N"} for each in answered["resultList"]["result"]
    ]
    with europepmc_server(records, page_size=10) as server:
        found = outcomes(crawled(server))
    assert keys(found) == [each["pmid"] for each in records]


# Faults


@pytest.fixture(scope="module")
def faultless() -> list[Batch]:
    with filled(page_size=2) as server:
        return crawled(server)


@pytest.mark.parametrize("seed", range(5))
def test_faults_that_pass_change_nothing(faultless: list[Batch], seed: int) -> None:
    with filled(page_size=2) as server:
        server.faults = Faults(share=0.5, seed=seed, pause=0.01)
        assert crawled(server) == faultless
        assert len(server.requests) > 8


@pytest.mark.parametrize("kind", FAULTS)
def test_no_fault_that_passes_changes_anything_anywhere(faultless: list[Batch], kind: str) -> None:
    with filled(page_size=2) as server:
        server.faults = Faults(share=1, kinds=(kind,), in_a_row=1, pause=0.01)
        assert crawled(server) == faultless
        assert server.faults.drawn[kind] > 1
        assert len(server.requests) >= 8 + (server.faults.drawn[kind] if kind != "slow" else 0)


def test_a_page_that_comes_in_place_of_another_is_asked_for_again() -> None:
    with europepmc_server(map(result, "1234567"), page_size=2) as server:
        server.faults = Faults(share=1, kinds=("wrong ids",), in_a_row=1)
        assert keys(outcomes(crawled(server))) == list("1234567")
        assert server.faults.drawn["wrong ids"] == 3


def test_a_page_of_another_mark_that_keeps_coming_is_an_error() -> None:
    with europepmc_server(map(result, "1234567"), page_size=2) as server:
        server.faults = Faults(share=1, kinds=("wrong ids",), in_a_row=100)
        with pytest.raises(Invalid, match=r"this is the page of '\*', which was not asked for"):
            crawled(server)


# The query


def test_the_query_covers_preprints_and_never_als_alone() -> None:
    assert ALS_QUERY.endswith("AND (SRC:MED OR SRC:PMC OR SRC:PPR)")
    assert ALS_QUERY.count("(") == ALS_QUERY.count(")")
    assert ALS_QUERY.count('"') % 2 == 0
    assert ALS_QUERY.count(":ALS") == ALS_QUERY.count("(TITLE_ABS:ALS AND (") == 1
