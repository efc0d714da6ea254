"""PubMed over the network: everything, each once, whatever the answers are like; and on from wherever it stopped."""

from __future__ import annotations

import time as real_time
from collections import Counter
from datetime import date, timedelta
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from crawler.errors import SourceError
from crawler.http import Client
from crawler.outcome import Deleted, Parsed, Unparsed
from crawler.settings import CrawlerSettings
from crawler.sources import eutils
from crawler.sources.eutils_answers import pmid_of
from crawler.sources.eutils_records import PAGE
from tests.eutils_faults import FAULTS, Faults
from tests.eutils_server import Asked, Dates, EutilsServer, eutils_server, invented, make_corpus
from tests.fake_time import FakeTime
from tests.records import record_xml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.outcome import Outcome
    from crawler.sources.batch import Batch

TODAY = date(2026, 1, 1)
DAY = timedelta(days=1)
QUERY = '"amyotrophic lateral sclerosis"[tiab]'
CORPUS = make_corpus(1_200)


@pytest.fixture
def pubmed() -> Iterator[EutilsServer]:
    """A PubMed of 1,200 records that lists 300 a search."""
    with eutils_server(CORPUS.records, dates=CORPUS.dates, cap=300) as server:
        yield server


def client_of(server: EutilsServer, **settings: object) -> Client:
    """Return a client that waits in no time."""
    time = FakeTime()
    made = CrawlerSettings(**({"eutils_url": server.url} | settings))  # type: ignore[arg-type]  # by name
    return Client(made, sleep=time.sleep, clock=time.clock)


def crawl(
    server: EutilsServer, cursor: str = "", *, most: int | None = None, cap: int = 300, **settings: object
) -> Iterator[Batch]:
    client = client_of(server, **settings)
    return eutils.crawl(client, query=QUERY, cursor=cursor, today=TODAY, most=most, cap=cap)


def outcomes_of(batches: Iterable[Batch]) -> list[Outcome]:
    return [outcome for batch in batches for outcome in batch.outcomes]


def raw(outcomes: Iterable[Outcome]) -> dict[str, bytes]:
    """Return the records of articles by PMID; each may come but once."""
    found = [outcome for outcome in outcomes if isinstance(outcome, Parsed)]
    by_pmid = {each.article.key: each.raw for each in found}
    assert len(by_pmid) == len(found)
    return by_pmid


def unparsed(outcomes: Iterable[Outcome]) -> dict[str, str]:
    return {each.record: each.reason for each in outcomes if isinstance(each, Unparsed)}


def expected(records: dict[str, str]) -> dict[str, bytes]:
    return {pmid: record.encode() for pmid, record in records.items()}


# Whole


def test_a_crawl_is_complete_and_has_each_article_once() -> None:
    corpus = make_corpus(4_000, seed=2)
    with eutils_server(corpus.records, dates=corpus.dates, cap=300) as server:
        batches = list(crawl(server))
    assert raw(outcomes_of(batches)) == expected(corpus.records)
    assert [batch.cursor == "" for batch in batches] == [False] * (len(batches) - 1) + [True]
    assert (batches[0].done, batches[0].total, batches[-1].done, batches[-1].total) == (0, 4000, 4000, 4000)
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    listings = [each for each in server.asked("esearch") if each.parameters["retmax"] != "0"]
    assert len(listings) > 13
    assert server.fetched() == []
    assert len(server.asked("efetch")) == len(batches) - 1


def test_what_entered_last_comes_first(pubmed: EutilsServer) -> None:
    entered = [CORPUS.dates[pmid].entered for pmid in raw(outcomes_of(islice(crawl(pubmed), 2)))]
    assert min(entered) > sorted(each.entered for each in CORPUS.dates.values())[-301]


def test_a_search_that_fits_is_not_split() -> None:
    with eutils_server({"1": record_xml(1), "2": record_xml(2)}) as server:
        (start, end) = crawl(server, cap=9_999)
    assert (start.outcomes, end.cursor) == ((), "")
    assert set(raw(end.outcomes)) == {"1", "2"}
    assert [each.tool for each in server.requests] == ["esearch", "esearch", "esearch", "efetch"]


def test_a_day_with_more_than_pubmed_lists_is_an_error_that_names_it() -> None:
    records = {str(pmid): record_xml(pmid) for pmid in range(1, 12)}
    with eutils_server(records, cap=10) as server:
        crawling = crawl(server, cap=10)
        with pytest.raises(
            SourceError, match=r"11 articles of 2020-01-01 alone .* lists only 10: make the query"
        ):
            next(crawling)


def test_an_article_that_enters_while_it_is_counted_is_no_difference(pubmed: EutilsServer) -> None:
    def enter(asked: Asked) -> None:
        if asked.parameters.get("mindate") and "4000" not in pubmed.records:
            pubmed.records["4000"] = invented(4000, 2025)
            pubmed.dates["4000"] = Dates(TODAY, TODAY)

    pubmed.before = enter
    outcomes = outcomes_of(crawl(pubmed))
    assert raw(outcomes) == expected(CORPUS.records | {"4000": invented(4000, 2025)})
    assert unparsed(outcomes) == {}


def test_articles_without_a_date_of_entry_are_missed_aloud(pubmed: EutilsServer) -> None:
    pubmed.dates["7"] = Dates(date(1, 1, 1), TODAY)
    outcomes = outcomes_of(crawl(pubmed))
    assert raw(outcomes) == expected({pmid: each for pmid, each in CORPUS.records.items() if pmid != "7"})
    assert unparsed(outcomes) == {
        "the whole of the query": "PubMed counts 1200 articles, but 1199 when asked by date"
    }


def test_a_window_that_grows_past_what_is_listed_is_split_again(pubmed: EutilsServer) -> None:
    crawling = crawl(pubmed)
    first = next(crawling)
    new = {str(pmid): invented(pmid, 2000) for pmid in range(4001, 4401)}
    pubmed.records |= new
    pubmed.dates |= {pmid: Dates(TODAY - (int(pmid) % 40) * DAY * 300, TODAY) for pmid in new}
    batches = [first, *crawling]
    assert raw(outcomes_of(batches)) == expected(CORPUS.records | new)
    assert (batches[-1].done, batches[-1].total) == (1600, 1600)


def test_a_window_that_has_emptied_ends_the_crawl_all_the_same(pubmed: EutilsServer) -> None:
    crawling = crawl(pubmed)
    next(crawling)
    pubmed.records.clear()
    assert [(batch.outcomes, batch.cursor) for batch in crawling] == [((), "")]


def test_up_to_so_many_are_fetched_and_the_next_crawl_goes_on(pubmed: EutilsServer) -> None:
    first = list(crawl(pubmed, most=250))
    assert (len(raw(outcomes_of(first))), first[-1].done, first[-1].total) == (250, 250, 250)
    assert sum(int(each.parameters["retmax"]) for each in pubmed.asked("efetch")) == 250
    assert list(crawl(pubmed, first[-1].cursor, most=250)) == []
    rest = raw(outcomes_of(crawl(pubmed, first[-1].cursor)))
    assert len(rest) == 950
    assert rest | raw(outcomes_of(first)) == expected(CORPUS.records)


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


# Going on


def test_a_crawl_goes_on_from_every_cursor_and_fetches_nothing_twice() -> None:
    corpus = make_corpus(900, seed=1)
    with eutils_server(corpus.records, dates=corpus.dates, cap=450) as server:
        batches = list(crawl(server, cap=450))
        assert max(len(batch.outcomes) for batch in batches) == PAGE
        for number, batch in enumerate(batches[:-1], start=1):
            before, after = (
                raw(outcomes_of(batches[:number])),
                raw(outcomes_of(crawl(server, batch.cursor, cap=450))),
            )
            assert before.keys().isdisjoint(after)
            assert before | after == expected(corpus.records)


def test_a_crawl_that_goes_on_does_not_count_again(pubmed: EutilsServer) -> None:
    third = list(islice(crawl(pubmed), 3))[-1]
    pubmed.requests.clear()
    next(crawl(pubmed, third.cursor))
    assert pubmed.requests[0].parameters.get("retmax") != "0"
    assert len(pubmed.requests) <= 2


@pytest.mark.parametrize("cursor", ["", "nonsense", "{}", '{"kind": 1}', "[]", "\0"])
def test_a_cursor_of_unknown_form_begins_anew(pubmed: EutilsServer, cursor: str) -> None:
    assert next(crawl(pubmed, cursor)).done == 0


def test_a_cursor_of_another_query_or_job_begins_anew(pubmed: EutilsServer) -> None:
    cursor = list(islice(crawl(pubmed), 4))[-1].cursor
    client = client_of(pubmed)
    other = eutils.crawl(client, query="other", cursor=cursor, today=TODAY, cap=300)
    assert next(other).done == 0
    assert next(eutils.cited(client, pmids=("1",), cursor=cursor)).total == 1
    assert next(crawl(pubmed, cursor)).done > 300


# Manners


def test_every_request_says_who_asks_and_no_address_holds_a_key(pubmed: EutilsServer) -> None:
    list(islice(crawl(pubmed, email="a@b.org", api_key="hush"), 3))
    list(islice(eutils.cited(client_of(pubmed, email="a@b.org", api_key="hush"), pmids=["1"], cursor=""), 2))
    for asked in pubmed.requests:
        assert asked.method == "POST"
        assert asked.address == f"/entrez/eutils/{asked.tool}.fcgi"
        assert {name: asked.parameters[name] for name in ("tool", "email", "api_key", "db")} == {
            "tool": "als-search", "email": "a@b.org", "api_key": "hush", "db": "pubmed",
        }  # fmt: skip
        assert "hush" not in str(asked.headers)


def test_the_pace_is_kept_also_after_broken_answers(pubmed: EutilsServer) -> None:
    pubmed.faults = Faults(share=0.2, kinds=("error", "gzip bomb", "gaps"))
    client = Client(
        CrawlerSettings(eutils_url=pubmed.url, eutils_pace=30), sleep=lambda s: real_time.sleep(min(s, 0.05))
    )
    list(islice(eutils.crawl(client, query=QUERY, cursor="", today=TODAY, cap=100), 9))
    came = [asked.time for asked in pubmed.requests]
    assert len(came) > 35
    assert all(last - first >= 1 for first, last in zip(came, came[30:], strict=False))


# What is new, what has changed, what is gone


def test_the_newest_are_as_many_as_are_wanted_the_latest_first(pubmed: EutilsServer) -> None:
    batches = list(eutils.newest(client_of(pubmed), count=250, query=QUERY))
    order = sorted(CORPUS.dates, key=lambda pmid: (CORPUS.dates[pmid].entered, int(pmid)), reverse=True)
    assert list(raw(outcomes_of(batches))) == order[:250]
    assert [(batch.done, batch.total) for batch in batches] == [(200, 250), (250, 250)]
    assert [batch.cursor == "" for batch in batches] == [False, True]
    assert pubmed.asked("esearch")[0].parameters["sort"] == "pub_date"


def test_the_newest_of_nothing_are_an_error() -> None:
    with eutils_server({}) as server, pytest.raises(SourceError, match="PubMed finds nothing"):
        list(eutils.newest(client_of(server), count=5))


@pytest.mark.parametrize("since", [date(2025, 12, 1), date(1990, 1, 1)])
def test_what_entered_or_was_modified_since_comes_once(pubmed: EutilsServer, since: date) -> None:
    client = client_of(pubmed)
    first = since - DAY
    pubmed.dates |= {
        "10": Dates(first, date(1980, 1, 1)),
        "11": Dates(first - DAY, first),
        "12": Dates(first - DAY, first - DAY),
    }
    batches = list(eutils.changed(client, query=QUERY, since=since, today=TODAY, cursor="", cap=300))
    new = {pmid for pmid, dates in pubmed.dates.items() if dates.entered >= first or dates.modified >= first}
    assert set(raw(outcomes_of(batches))) == new
    assert batches[0].total == batches[-1].done == len(new)
    assert batches[-1].cursor == ""
    for number, batch in enumerate(batches[:-1], start=1):
        going_on = eutils.changed(client, query=QUERY, since=since, today=TODAY, cursor=batch.cursor, cap=300)
        rest = set(raw(outcomes_of(going_on)))
        assert rest == new - set(raw(outcomes_of(batches[:number])))


def test_without_a_change_there_is_one_empty_batch() -> None:
    with eutils_server({"1": record_xml(1)}) as server:
        client = client_of(server)
        (batch,) = eutils.changed(client, query=QUERY, since=TODAY, today=TODAY, cursor="")
    assert (batch.outcomes, batch.cursor, batch.total) == ((), "", 0)


def test_what_pubmed_no_longer_has_is_deleted_and_what_it_only_lists_no_more_is_not(
    pubmed: EutilsServer,
) -> None:
    pubmed.unlisted = {"5", "6"}
    del pubmed.records["8"]
    held = [*CORPUS.records, "90001"]
    batches = list(eutils.gone(client_of(pubmed), query=QUERY, held=held, today=TODAY, cap=300))
    outcomes = outcomes_of(batches)
    assert {each.pmid for each in outcomes if isinstance(each, Deleted)} == {"8", "90001"}
    assert set(raw(outcomes)) == {"5", "6"}
    assert (batches[-1].cursor, batches[-1].done, batches[-1].total) == ("", 4, 4)


def test_nothing_is_deleted_on_the_word_of_a_pubmed_that_is_at_fault(pubmed: EutilsServer) -> None:
    client = client_of(pubmed)
    pubmed.withheld = set(CORPUS.records)
    taken: list[Outcome] = []
    with pytest.raises(SourceError, match="lacks records that exist"):
        for batch in eutils.gone(client, query=QUERY, held=["90001"], today=TODAY, cap=300):
            taken += batch.outcomes
    pubmed.records.clear()
    with pytest.raises(SourceError, match="PubMed finds nothing"):
        next(eutils.gone(client, query=QUERY, held=["90001"], today=TODAY, cap=300))
    assert taken == []


def test_if_nothing_is_gone_there_is_one_empty_batch(pubmed: EutilsServer) -> None:
    (batch,) = eutils.gone(client_of(pubmed), query=QUERY, held=CORPUS.records, today=TODAY, cap=300)
    assert (batch.outcomes, batch.cursor) == ((), "")


def test_cited_articles_are_fetched_each_once_and_on_from_every_cursor(pubmed: EutilsServer) -> None:
    pmids = [str(pmid) for pmid in range(600, 100, -1)] + ["600", "90001"]
    client = client_of(pubmed)
    batches = list(eutils.cited(client, pmids=pmids, cursor=""))
    outcomes = outcomes_of(batches)
    assert list(raw(outcomes)) == pmids[:500]
    assert unparsed(outcomes) == {"PMID 90001": "PubMed does not give it"}
    assert (batches[-1].cursor, batches[-1].done, batches[-1].total) == ("", 501, 501)
    for number, batch in enumerate(batches[:-1], start=1):
        before = {pmid_of(each) for each in outcomes_of(batches[:number])}
        after = {
            pmid_of(each) for each in outcomes_of(eutils.cited(client, pmids=pmids, cursor=batch.cursor))
        }
        assert before.isdisjoint(after)
        assert before | after == set(pmids)


def test_none_cited_is_one_empty_batch(pubmed: EutilsServer) -> None:
    (batch,) = eutils.cited(client_of(pubmed), pmids=(), cursor="")
    assert (batch.outcomes, batch.cursor) == ((), "")
    assert pubmed.requests == []
