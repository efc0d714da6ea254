"""Crawls of a small Europe PMC, and what comes of them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crawler.asking.http import Client
from crawler.outcome import Parsed, Unparsed
from crawler.settings import CrawlerSettings
from crawler.sources.europepmc import crawl
from tests.europepmc_server import cited, europepmc_server, full_text, open_access, preprint, result
from tests.fake_time import FakeTime

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.outcome import Outcome
    from crawler.sources.batch import Batch
    from crawler.sources.europepmc_details import HeldReferences
    from tests.europepmc_server import EuropePMCServer

TRIES = 6
RECORDS = [result("1"), preprint("2"), result("3", hasReferences="Y"), open_access("4"), open_access("5")]
FULL = [("pmid", "4"), ("pmcid", "PMC4"), ("doi", "10.5555/test.4")]


def none_held(works: Sequence[tuple[str, ...]]) -> list[int]:
    """Say that the library is empty."""
    return [0 for _ in works]


def holding(count: int) -> HeldReferences:
    """Say that the library has so many references of every work."""
    return lambda works: [count for _ in works]


def client_of(server: EuropePMCServer, time: FakeTime | None = None) -> Client:
    """Return a client that waits in no time."""
    time = time or FakeTime()
    settings = CrawlerSettings(europepmc_url=server.url, email="a@b.org", tries=TRIES)
    return Client(settings, sleep=time.sleep, clock=time.clock)


def crawled(
    server: EuropePMCServer,
    *,
    cursor: str = "",
    held: HeldReferences = none_held,
    full_text: bool = True,
) -> list[Batch]:
    """Return what a crawl yields."""
    return list(
        crawl(client_of(server), query="als", cursor=cursor, held_references=held, full_text=full_text)
    )


def outcomes(batches: list[Batch]) -> list[Outcome]:
    """Return all outcomes in order."""
    return [outcome for batch in batches for outcome in batch.outcomes]


def keys(found: Iterable[Outcome]) -> list[str]:
    """Return the key of each article."""
    return [each.article.key for each in found if isinstance(each, Parsed)]


def failures(found: Iterable[Outcome]) -> dict[str, str]:
    """Return why each record cannot be read."""
    return {each.record: each.reason for each in found if isinstance(each, Unparsed)}


def of_format(found: Iterable[Outcome], name: str) -> list[Parsed]:
    """Return the articles that were read from a format."""
    return [each for each in found if isinstance(each, Parsed) and each.format == name]


@contextmanager
def filled(page_size: int = 1000) -> Iterator[EuropePMCServer]:
    """Serve articles of every kind with all that belongs to them; the full text of one is missing."""
    with europepmc_server(RECORDS, page_size=page_size) as server:
        server.references = {"MED/3": [cited(number) for number in range(1, 6)]}
        server.full_texts = {"PMC4": full_text(*FULL, cites=2)}
        yield server
