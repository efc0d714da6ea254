"""PubMed over the network: everything, each once; on from wherever it stopped; and politely."""

from __future__ import annotations

import time as real_time
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

import pytest

from crawler.asking.http import Client
from crawler.errors import SourceError
from crawler.settings import CrawlerSettings
from crawler.sources import eutils
from crawler.sources.eutils_records import PAGE
from tests.crawler.sources.eutils_crawls import (
    CORPUS,
    DAY,
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
from tests.eutils_server import Dates, EutilsServer, eutils_server, invented, make_corpus
from tests.records import record_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.fault_server import Asked


@pytest.fixture
def pubmed() -> Iterator[EutilsServer]:
    """A PubMed of 1,200 records that lists 300 a search."""
    with small_pubmed() as server:
        yield server


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
        assert asked.address == asked.path == f"/entrez/eutils/{asked.tool}.fcgi"
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
