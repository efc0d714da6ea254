"""Crawl a large, faulty PubMed on the loopback again and again: what comes out must be the same every time.

    python -m tests.faults.campaign --articles 25000 --kills 20

Three crawls by the command line: one without faults, one with a tenth of the answers broken, one that is killed
at random moments. It prints what it saw, and ends with 1 if the libraries differ, something was fetched twice
without need, the pace was exceeded, or the key stood in an address.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Final

from msgspec import msgpack

from crawler.library import Library
from tests.eutils_faults import Faults
from tests.eutils_server import Asked, Corpus, EutilsServer, eutils_server, make_corpus

_KEY: Final = "the-secret-key"
_SLACK: Final = 2


def crawl(server: EutilsServer, data: Path, *, pace: float) -> subprocess.Popen[str]:
    """Start a crawl of everything that the server has, in a process of its own."""
    settings = {
        "ALS_SEARCH_DATA": str(data),
        "ALS_SEARCH_CRAWLER_EUTILS_URL": server.url,
        "ALS_SEARCH_CRAWLER_API_KEY": _KEY,
        "ALS_SEARCH_CRAWLER_EMAIL": "tests@example.org",
        "ALS_SEARCH_CRAWLER_EUTILS_PACE_WITH_KEY": str(pace),
        "ALS_SEARCH_CRAWLER_TIMEOUT": "5",
        "ALS_SEARCH_CRAWLER_TRIES": "10",
        "ALS_SEARCH_CRAWLER_MAX_BODY": str(10 * 1024 * 1024),
    }
    own = {name: value for name, value in os.environ.items() if not name.startswith("ALS_SEARCH_")}
    return subprocess.Popen(
        [sys.executable, "-m", "als_search", "crawl", "pubmed", "als[tiab]"],
        env=own | settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def to_the_end(process: subprocess.Popen[str]) -> str:
    """Return all that a crawl says; it must end well."""
    said, _ = process.communicate()
    if process.returncode:
        sys.exit(f"the crawl ended with {process.returncode}: {said}")
    return said


def killed(server: EutilsServer, data: Path, *, pace: float, kills: int, random: Random) -> int:
    """Crawl, killing the process at random moments; return how often it was killed before it came to its end."""
    count = 0
    while count < kills:
        process = crawl(server, data, pace=pace)
        try:
            process.wait(random.uniform(0.8, 4.0))
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            count += 1
        else:
            process.communicate()
            return count
    to_the_end(crawl(server, data, pace=pace))
    return count


def content(data: Path) -> list[bytes]:
    """Return every article of a library, packed, in order: all that two libraries must have in common."""
    library = Library(data / "library.sqlite")
    packed = [msgpack.encode(article) for article in library.articles()]
    if library.counts().failures:
        sys.exit(f"could not be read: {library.failures()[:3]}")
    library.close()
    return packed


def most_in_a_second(requests: list[Asked]) -> int:
    """Return the largest number of requests in any one second."""
    times = sorted(each.time for each in requests)
    first, most = 0, 0
    for place, moment in enumerate(times):
        while times[first] <= moment - 1:
            first += 1
        most = max(most, place - first + 1)
    return most


def check(server: EutilsServer, *, pace: float, breaks: int) -> list[str]:
    """Return what is wrong with what was asked; each break may cost the page under way once more."""
    wrong = []
    if (most := most_in_a_second(server.requests)) > pace + _SLACK:
        wrong.append(f"{most} requests in one second, at a pace of {pace}")
    if any(_KEY in each.address for each in server.requests):
        wrong.append("the key stands in an address")
    if any("tests@example.org" not in each.parameters.get("email", "") for each in server.requests):
        wrong.append("a request without a contact")
    again = sum(count - 1 for count in Counter(server.fetched()).values())
    if again > 200 * breaks:
        wrong.append(f"{again} records were fetched again, with {breaks} breaks")
    return wrong


def main() -> int:
    """Run the campaign; return the exit code."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--articles", type=int, default=25_000)
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--pace", type=float, default=10.0)
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    corpus = make_corpus(asked.articles)
    with tempfile.TemporaryDirectory() as folder:
        whole = plain_run(corpus, Path(folder) / "plain", pace=asked.pace)
        wrong = faulty_run(corpus, Path(folder) / "faulty", whole, pace=asked.pace, seed=asked.seed)
        random = Random(asked.seed)
        wrong += killed_run(
            corpus, Path(folder) / "killed", whole, pace=asked.pace, kills=asked.kills, random=random
        )
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong or len(whole) != asked.articles else 0


def plain_run(corpus: Corpus, data: Path, *, pace: float) -> list[bytes]:
    """Crawl without faults, and return what came."""
    with eutils_server(corpus.records, dates=corpus.dates) as server:
        start = time.monotonic()
        to_the_end(crawl(server, data, pace=pace))
        whole = content(data)
        print(f"without faults: {len(whole)} articles, {len(server.requests)} requests, {_since(start)}")
    return whole


def faulty_run(corpus: Corpus, data: Path, whole: list[bytes], *, pace: float, seed: int) -> list[str]:
    """Crawl with a tenth of the answers broken; return what is wrong."""
    faults = Faults(share=0.1, seed=seed)
    with eutils_server(corpus.records, dates=corpus.dates, faults=faults) as server:
        start = time.monotonic()
        to_the_end(crawl(server, data, pace=pace))
        same = content(data) == whole
        broken = sum(faults.drawn.values())
        print(f"a tenth broken: same library: {same}, {len(server.requests)} requests, {_since(start)}")
        print(f"  {broken} broken: {dict(faults.drawn)}")
        return check(server, pace=pace, breaks=broken) + ([] if same else ["faults: the library differs"])


def killed_run(
    corpus: Corpus, data: Path, whole: list[bytes], *, pace: float, kills: int, random: Random
) -> list[str]:
    """Crawl, killed again and again; return what is wrong."""
    with eutils_server(corpus.records, dates=corpus.dates) as server:
        start = time.monotonic()
        count = killed(server, data, pace=pace, kills=kills, random=random)
        same = content(data) == whole
        print(f"killed {count} times: same library: {same}, {len(server.requests)} requests, {_since(start)}")
        return check(server, pace=2 * pace, breaks=count) + ([] if same else ["kills: the library differs"])


def _since(start: float) -> str:
    return f"{time.monotonic() - start:.0f} s"


if __name__ == "__main__":
    sys.exit(main())
