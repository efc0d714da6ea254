"""PubMed over the network: what is new, what has changed, what is gone, what is cited."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from crawler.errors import SourceError
from crawler.outcome import Deleted
from crawler.sources import eutils
from crawler.sources.eutils_answers import pmid_of
from tests.crawler.sources.eutils_crawls import (
    CORPUS,
    DAY,
    QUERY,
    TODAY,
    client_of,
    outcomes_of,
    raw,
    small_pubmed,
    unparsed,
)
from tests.eutils_server import Dates, EutilsServer, eutils_server
from tests.records import record_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.outcome import Outcome


@pytest.fixture
def pubmed() -> Iterator[EutilsServer]:
    """A PubMed of 1,200 records that lists 300 a search."""
    with small_pubmed() as server:
        yield server


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


def test_what_was_added_long_after_it_was_published_is_new(pubmed: EutilsServer) -> None:
    old = date(1990, 1, 1)
    pubmed.dates |= {pmid: Dates(old, old) for pmid in CORPUS.records}
    pubmed.dates["7"] = Dates(old, old, created=TODAY - DAY)
    batches = eutils.changed(
        client_of(pubmed), query=QUERY, since=TODAY - DAY, today=TODAY, cursor="", cap=300
    )
    assert set(raw(outcomes_of(batches))) == {"7"}


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
