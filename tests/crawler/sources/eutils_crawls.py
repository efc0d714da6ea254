"""Crawls of a small PubMed, and what comes of them."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from crawler.asking.http import Client
from crawler.outcome import Parsed, Unparsed
from crawler.settings import CrawlerSettings
from crawler.sources import eutils
from tests.eutils_server import eutils_server, make_corpus
from tests.fake_time import FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.outcome import Outcome
    from crawler.sources.batch import Batch
    from tests.eutils_server import EutilsServer

TODAY: Final = date(2026, 1, 1)
DAY: Final = timedelta(days=1)
QUERY: Final = '"amyotrophic lateral sclerosis"[tiab]'
CORPUS: Final = make_corpus(1_200)


@contextmanager
def small_pubmed() -> Iterator[EutilsServer]:
    """Serve 1,200 records, 300 of which are listed a search."""
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
    """Return what a crawl yields."""
    client = client_of(server, **settings)
    return eutils.crawl(client, query=QUERY, cursor=cursor, today=TODAY, most=most, cap=cap)


def outcomes_of(batches: Iterable[Batch]) -> list[Outcome]:
    """Return all outcomes in order."""
    return [outcome for batch in batches for outcome in batch.outcomes]


def raw(outcomes: Iterable[Outcome]) -> dict[str, bytes]:
    """Return the records of articles by PMID; each may come but once."""
    found = [outcome for outcome in outcomes if isinstance(outcome, Parsed)]
    by_pmid = {each.article.key: each.raw for each in found}
    assert len(by_pmid) == len(found)
    return by_pmid


def unparsed(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """Return why each record cannot be read."""
    return {each.record: each.reason for each in outcomes if isinstance(each, Unparsed)}


def expected(records: dict[str, str]) -> dict[str, bytes]:
    """Return what `raw` is to return."""
    return {pmid: record.encode() for pmid, record in records.items()}
