"""PubMed over the network, whatever the answers are like, and whatever never comes."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from crawler.crawl import Report, run
from crawler.errors import SourceError, Unreachable
from crawler.outcome import Deleted, Unparsed
from crawler.sources import eutils
from crawler.sources.eutils_records import PAGE
from tests.conftest import NOW, ignore_progress
from tests.crawler.sources.eutils_crawls import (
    CORPUS,
    QUERY,
    TODAY,
    client_of,
    crawl,
    expected,
    outcomes_of,
    raw,
    small_pubmed,
    unparsed,
)
from tests.dealt_faults import Faults
from tests.eutils_faults import FAULTS
from tests.eutils_server import EutilsServer, eutils_server
from tests.records import record_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.keeping.library import Library
    from crawler.outcome import Outcome
    from tests.fault_server import Asked

TRIES = 6


@pytest.fixture
def pubmed() -> Iterator[EutilsServer]:
    """A PubMed of 1,200 records that lists 300 a search."""
    with small_pubmed() as server:
        yield server


# What is asked does not come


def test_what_pubmed_lists_but_does_not_give_is_asked_for_three_times_and_named(pubmed: EutilsServer) -> None:
    pubmed.withheld = {"11", "1100"}
    outcomes = outcomes_of(crawl(pubmed))
    assert len(raw(outcomes)) == 1198
    assert unparsed(outcomes) == {
        f"PMID {pmid}": "PubMed lists it, but does not give it" for pmid in ("11", "1100")
    }
    assert Counter(pubmed.fetched()) == {"11": 2, "1100": 2}


def test_a_record_without_a_pmid_is_kept_under_the_one_that_was_asked_for(pubmed: EutilsServer) -> None:
    pubmed.records["11"] = "<PubmedArticle><MedlineCitation/></PubmedArticle>"
    outcomes = outcomes_of(crawl(pubmed))
    (failed,) = [each for each in outcomes if isinstance(each, Unparsed)]
    assert (failed.record, failed.raw) == ("PMID 11", pubmed.records["11"].encode())
    assert len(raw(outcomes)) == 1199


def test_which_of_the_missing_a_record_without_a_pmid_is_cannot_be_told(pubmed: EutilsServer) -> None:
    pubmed.records["11"] = "<PubmedArticle><MedlineCitation/></PubmedArticle>"
    client = client_of(pubmed)
    outcomes = outcomes_of(eutils.cited(client, pmids=("12", "9001", "11"), cursor=""))
    assert unparsed(outcomes) == {f"PMID {pmid}": "PubMed does not give it" for pmid in ("9001", "11")}


def test_a_record_that_cannot_be_read_is_not_asked_for_again(pubmed: EutilsServer) -> None:
    pubmed.records["11"] = "<PubmedArticle><MedlineCitation><PMID>11</PMID></MedlineCitation></PubmedArticle>"
    outcomes = outcomes_of(crawl(pubmed))
    assert list(unparsed(outcomes)) == ["PMID 11"]
    assert pubmed.fetched() == []


def test_of_two_versions_of_a_record_the_later_is_taken(pubmed: EutilsServer) -> None:
    pubmed.records["11"] = record_xml(11, version="2") + record_xml(11, version="1")
    assert raw(outcomes_of(crawl(pubmed)))["11"] == record_xml(11, version="2").encode()


def test_the_history_server_may_keep_another_order(pubmed: EutilsServer) -> None:
    def turn(asked: Asked) -> None:
        if asked.tool == "efetch" and asked.parameters["retstart"] == "0":
            pubmed.environments[asked.parameters["WebEnv"]][0].sort()

    pubmed.before = turn
    assert raw(outcomes_of(crawl(pubmed))) == expected(CORPUS.records)
    assert pubmed.fetched() == []


@pytest.mark.parametrize("life", [0, 1])
def test_a_search_that_the_history_server_forgets_is_fetched_on_by_pmid(
    pubmed: EutilsServer, life: int
) -> None:
    pubmed.life = life
    assert raw(outcomes_of(crawl(pubmed))) == expected(CORPUS.records)
    assert set(Counter(pubmed.fetched()).values()) == {1}
    assert len(pubmed.fetched()) < 1200 or not life


def test_what_a_forgotten_search_still_owed_is_asked_for_three_times_too(pubmed: EutilsServer) -> None:
    pubmed.life = 0
    pubmed.withheld = {"11"}
    assert list(unparsed(outcomes_of(crawl(pubmed)))) == ["PMID 11"]
    assert Counter(pubmed.fetched())["11"] == 3


# Bad answers


@pytest.mark.parametrize("kind", FAULTS)
def test_every_kind_of_broken_answer_changes_nothing(kind: str) -> None:
    share = 0.1 if kind == "slow" else 0.3
    faults = Faults(share=share, kinds=(kind,), seed=3)
    with eutils_server(CORPUS.records, dates=CORPUS.dates, cap=350, faults=faults) as server:
        outcomes = outcomes_of(crawl(server, cap=350, timeout=0.4))
    assert raw(outcomes) == expected(CORPUS.records)
    assert unparsed(outcomes) == {}
    assert faults.drawn.total() > 1


@pytest.mark.parametrize("seed", range(3))
def test_a_tenth_of_the_answers_broken_in_every_way_changes_nothing(seed: int) -> None:
    faults = Faults(share=0.1, seed=seed)
    with eutils_server(CORPUS.records, dates=CORPUS.dates, cap=30, faults=faults) as server:
        outcomes = outcomes_of(crawl(server, cap=30, timeout=0.4))
    assert raw(outcomes) == expected(CORPUS.records)
    assert unparsed(outcomes) == {}
    assert len(faults.drawn) > 5


@pytest.mark.parametrize(
    ("kind", "says"),
    [
        ("error", "esearch.fcgi: the answer is an error: Search Backend failed: Database is not supported"),
        ("JSON error", r"no XML, but API rate limit exceeded \(count 5, limit 3\)"),
        ("JSON errCode", "no XML, but internal error"),
        ("plain text", "no XML, but Unable to route request!"),
        ("HTML", "no eSearchResult, but html: Down for maintenance"),
        ("entity bomb", "declares entities of its own"),
        ("gzip bomb", "unpacks to more than"),
        ("cut short", "no whole result of a search"),
        ("429", "429 .*API rate limit exceeded"),
    ],
)
def test_what_stays_broken_is_an_error_that_says_how(kind: str, says: str) -> None:
    faults = Faults(share=1, kinds=(kind,), in_a_row=100)
    with (
        eutils_server(CORPUS.records, faults=faults) as server,
        pytest.raises(SourceError, match=says),
    ):
        list(crawl(server))
    assert 3 <= len(server.requests) <= 6


def test_a_list_that_pubmed_cuts_in_silence_is_an_error() -> None:
    records = {str(pmid): record_xml(pmid) for pmid in range(1, 30)}
    with (
        eutils_server(records, cap=20) as server,
        pytest.raises(SourceError, match=r"cuts the list.*adjusted"),
    ):
        list(crawl(server, cap=30))


def test_records_that_nobody_asked_for_are_an_error(pubmed: EutilsServer) -> None:
    pubmed.faults = Faults(share=1, kinds=("wrong ids",), in_a_row=100)
    with pytest.raises(SourceError, match=r"\d+ records of the answer are others than those asked for"):
        list(crawl(pubmed))


def test_a_query_that_finds_nothing_is_an_error_that_says_why(pubmed: EutilsServer) -> None:
    pubmed.unknown = {QUERY}
    with pytest.raises(SourceError, match=r"^PubMed finds nothing for the query .*not found: "):
        list(crawl(pubmed))
    assert len(pubmed.requests) == 1


def test_words_that_pubmed_does_not_know_are_told(
    pubmed: EutilsServer, caplog: pytest.LogCaptureFixture
) -> None:
    pubmed.unknown = {"xyzzy"}
    query = f"{QUERY} OR xyzzy"
    next(eutils.crawl(client_of(pubmed), query=query, cursor="", today=TODAY, cap=300))
    assert caplog.messages == ["PubMed on the query: not found: xyzzy"]


@pytest.mark.parametrize(("query", "says"), [("als[nofield]", "no field nofield"), (" ", "query is empty")])
def test_a_query_that_pubmed_would_misunderstand_is_an_error(
    pubmed: EutilsServer, query: str, says: str
) -> None:
    crawling = eutils.crawl(client_of(pubmed), query=query, cursor="", today=TODAY)
    with pytest.raises(SourceError, match=says):
        next(crawling)
    assert len(pubmed.requests) <= 1


# A record that breaks every page with it


@pytest.mark.parametrize(
    "kind", ["500", "cut short", "cut off", "dropped", "HTML", "JSON errCode", "gzip bomb"]
)
def test_a_record_that_breaks_every_page_is_named_and_all_others_come(
    pubmed: EutilsServer, kind: str
) -> None:
    pubmed.poisoned = {"777": kind}
    outcomes = outcomes_of(crawl(pubmed))
    assert raw(outcomes) == expected({pmid: each for pmid, each in CORPUS.records.items() if pmid != "777"})
    (reason,) = unparsed(outcomes).values()
    assert list(unparsed(outcomes)) == ["PMID 777"]
    assert reason.startswith("PubMed does not answer when asked for it, though it gives others: ")
    broken = [each for each in pubmed.requests if each.fault]
    halvings = PAGE.bit_length()
    assert len(broken) <= (2 + halvings) * TRIES
    assert len(pubmed.asked("efetch")) - len(broken) <= 2 * halvings + 13


def test_such_a_record_makes_the_job_partial_and_does_not_keep_it_from_its_end(
    pubmed: EutilsServer, library: Library
) -> None:
    pubmed.poisoned = {"777": "500"}
    report = Report()
    client = client_of(pubmed)
    run(
        library,
        lambda cursor: eutils.crawl(client, query=QUERY, cursor=cursor, today=TODAY, cap=300),
        source="PubMed", job="all", now=NOW, progress=ignore_progress, report=report,
    )  # fmt: skip
    assert library.counts().articles == 1199
    assert (library.job("all").cursor, library.job("all").covered) == ("", NOW)
    assert [problem.where for problem in report.problems] == ["PubMed, PMID 777"]
    assert [failure.record for failure in library.failures()] == ["PMID 777"]


def test_several_such_records_are_all_found(pubmed: EutilsServer) -> None:
    pubmed.poisoned = {"7": "500", "8": "HTML", "400": "500", "1200": "cut short"}
    outcomes = outcomes_of(crawl(pubmed))
    assert set(unparsed(outcomes)) == {"PMID 7", "PMID 8", "PMID 400", "PMID 1200"}
    assert len(raw(outcomes)) == 1196


def test_one_that_is_all_that_is_left_is_named_too_and_the_crawl_comes_to_its_end(
    pubmed: EutilsServer,
) -> None:
    pubmed.poisoned = {"777": "500"}
    batches = list(eutils.cited(client_of(pubmed), pmids=["777"], cursor=""))
    assert list(unparsed(outcomes_of(batches))) == ["PMID 777"]
    assert (batches[-1].cursor, batches[-1].done, batches[-1].total) == ("", 1, 1)


def test_a_pubmed_that_breaks_at_too_many_stops_the_crawl_and_what_came_is_kept(pubmed: EutilsServer) -> None:
    pubmed.poisoned = {str(pmid): "500" for pmid in range(2, 1201, 3)}
    taken: list[Outcome] = []
    client = client_of(pubmed)
    with pytest.raises(SourceError, match=r"efetch\.fcgi answered 500"):
        for batch in eutils.cited(client, pmids=list(CORPUS.records), cursor=""):
            taken += batch.outcomes
    assert taken
    assert {f"PMID {pmid}" for pmid in pubmed.poisoned} >= set(unparsed(taken))
    assert sum(bool(each.fault) for each in pubmed.requests) == 41 * TRIES


@pytest.mark.parametrize("kind", ["500", "HTML", "dropped"])
def test_a_pubmed_that_answers_nothing_any_more_stops_the_crawl_soon(pubmed: EutilsServer, kind: str) -> None:
    def die(asked: Asked) -> None:
        if len(pubmed.asked("efetch")) == 3 and asked.tool == "efetch":
            pubmed.faults = Faults(share=1, kinds=(kind,), in_a_row=10_000)

    pubmed.before = die
    taken: list[Outcome] = []
    with pytest.raises(SourceError, match=r"efetch\.fcgi"):
        for batch in crawl(pubmed):
            taken += batch.outcomes
    assert 0 < len(raw(taken)) <= 2 * PAGE
    assert unparsed(taken) == {}
    # The page from the history server, the same by PMID, another record: that is all.
    assert sum(bool(each.fault) for each in pubmed.requests) == 3 * TRIES


@pytest.mark.parametrize("kind", ["429", "503"])
def test_a_pubmed_that_has_had_enough_or_is_down_is_asked_for_no_halves(
    pubmed: EutilsServer, kind: str
) -> None:
    pubmed.faults = Faults(share=1, kinds=(kind,), in_a_row=10_000)
    with pytest.raises(SourceError, match=kind):
        list(eutils.cited(client_of(pubmed), pmids=list(CORPUS.records), cursor=""))
    assert len(pubmed.requests) == TRIES


def test_where_nobody_listens_nothing_is_halved() -> None:
    with small_pubmed() as server:
        client = client_of(server)
    with pytest.raises(Unreachable):
        list(eutils.cited(client, pmids=list(CORPUS.records), cursor=""))


def test_a_record_that_breaks_every_page_does_not_count_as_deleted(pubmed: EutilsServer) -> None:
    pubmed.unlisted = {"5", "6"}
    pubmed.poisoned = {"6": "500"}
    del pubmed.records["8"]
    outcomes = outcomes_of(
        eutils.gone(client_of(pubmed), query=QUERY, held=CORPUS.records, today=TODAY, cap=300)
    )
    assert [each.pmid for each in outcomes if isinstance(each, Deleted)] == ["8"]
    assert set(raw(outcomes)) == {"5"}
    assert list(unparsed(outcomes)) == ["PMID 6"]
