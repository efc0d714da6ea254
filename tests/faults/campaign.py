"""Crawl a large, faulty PubMed and a Europe PMC on the loopback: what comes out must be the same every time.

    python -m tests.faults.campaign --articles 25000 --europepmc 3000 --kills 20

Each is crawled by the command line three times: without faults; with a tenth of the answers broken, in every
way; and killed at random moments as well. It prints tables of what it saw, and ends with 1 where a library
differs, a process was not killed at its moment, something was fetched twice without need, the pace was exceeded
in any one second, a request had no contact, or the key stood in an address or in what was logged.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

from tests.dealt_faults import Faults
from tests.europepmc_corpus import fill
from tests.europepmc_server import europepmc_server
from tests.eutils_server import eutils_server, make_corpus
from tests.faults.crawls import (
    TIMEOUT,
    Crawl,
    Server,
    content,
    mixture,
    most_in_a_second,
    needless,
    problems,
    run,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.eutils_server import Corpus
    from tests.fault_server import Asked

Serve = Callable[[Faults], AbstractContextManager[Server]]

_HEAD: Final = f"{'crawl':34}{'articles':>9}{'same':>6}{'requests':>9}{'broken':>14}{'kills':>6}{'most/s':>7}{'twice':>6}{'time':>7}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """What is crawled: its command, a server of it, how many articles that holds, what begins a batch."""

    name: str
    serve: Serve
    size: int
    is_batch: Callable[[Asked], bool]


@dataclass(slots=True)
class Figures:
    """What a crawl came to: a line for the table, its faults, and what was wrong."""

    line: str
    faults: Counter[str]
    requests: int
    wrong: list[str] = field(default_factory=list)


@contextmanager
def serve_europepmc(faults: Faults, *, size: int, page: int) -> Iterator[Server]:
    """Serve so many articles in pages."""
    with europepmc_server(page_size=page, faults=faults) as server:
        fill(server, size)
        yield server


def pubmed(corpus: Corpus) -> Source:
    """Return PubMed with these records: each page that is fetched is a batch."""
    serve = partial(_serve_pubmed, corpus)
    return Source(name="pubmed", serve=serve, size=len(corpus.records), is_batch=lambda _: True)


def _serve_pubmed(corpus: Corpus, faults: Faults) -> AbstractContextManager[Server]:
    return eutils_server(corpus.records, dates=corpus.dates, faults=faults)


def europepmc(size: int, page: int) -> Source:
    """Return a Europe PMC with so many articles: a page of a search and all that belongs to it are a batch."""
    serve = partial(serve_europepmc, size=size, page=page)
    return Source(name="europepmc", serve=serve, size=size, is_batch=lambda asked: asked.path == "/search")


def crawled(
    source: Source,
    data: Path,
    whole: Sequence[object] | None,
    *,
    share: float,
    moments: Sequence[int],
    asked: argparse.Namespace,
) -> tuple[Figures, list[tuple[str, bytes, str, bytes]]]:
    """Crawl a source once, and return the figures and the library; `whole` is what that must be the same as."""
    faults = Faults(share=share, seed=asked.seed, pause=TIMEOUT + 0.5)
    with source.serve(faults) as server:
        crawl = Crawl(server=server, data=data, source=source.name, pace=asked.pace, page=asked.page)
        outcome = run(crawl, moments=moments, random=Random(asked.seed))
        found = content(data)
        wrong = problems(crawl, outcome, is_batch=source.is_batch)
        wrong += mixture(faults, server.requests) if share else []
        requests = server.requests
        again = needless(requests, outcome.kills, is_batch=source.is_batch)
    articles, broken = len({key for key, *_ in found}), faults.drawn.total()
    if articles != source.size:
        wrong.append(f"{articles} articles came of {source.size}")
    is_same = whole is None or found == whole
    if not is_same:
        wrong.append("the library differs from the one without faults")
    line = (
        f"{f'{source.name}, {data.name}':34}{articles:9}{'yes' if is_same else 'NO':>6}{len(requests):9}"
        f"{f'{broken} ({broken / len(requests):.1%})':>14}{len(outcome.kills):6}{most_in_a_second(requests):7}"
        f"{again:6}{outcome.seconds:6.0f}s"
    )
    return Figures(line, faults.drawn, len(requests), wrong), found


def campaign(source: Source, folder: Path, asked: argparse.Namespace) -> list[Figures]:
    """Crawl a source in the three ways, printing the line of each as it ends."""
    plain, whole = crawled(source, folder / "without faults", None, share=0, moments=(), asked=asked)
    print(plain.line, flush=True)
    found = [plain]
    # The crawl cannot end before as many requests as it took without faults: all moments lie within it.
    last = plain.requests - 3
    moments = sorted(Random(asked.seed).sample(range(2, last), min(asked.kills, last - 2)))
    for name, share, cuts in (
        ("killed", 0.0, moments),
        ("a tenth broken", 0.1, []),
        ("a tenth broken, killed", 0.1, moments),
    ):
        figures, _ = crawled(source, folder / name, whole, share=share, moments=cuts, asked=asked)
        print(figures.line, flush=True)
        found.append(figures)
    return found


def options() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=25_000, help="in PubMed")
    parser.add_argument("--europepmc", type=int, default=3_000, help="articles in Europe PMC")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--pace", type=float, default=20.0, help="requests a second")
    parser.add_argument("--page", type=int, default=25, help="records a request")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    """Run the campaign; return the exit code."""
    asked = options()
    sources = [pubmed(make_corpus(asked.articles)), europepmc(asked.europepmc, asked.page)]
    print(_HEAD)
    with tempfile.TemporaryDirectory() as folder:
        found = {each.name: campaign(each, Path(folder) / each.name, asked) for each in sources if each.size}
    drawn = {name: sum((each.faults for each in figures), Counter[str]()) for name, figures in found.items()}
    print(f"\n{'broken answers, by kind':28}" + "".join(f"{name:>12}" for name in drawn))
    for kind in sorted({kind for counts in drawn.values() for kind in counts}):
        print(f"{kind:28}" + "".join(f"{counts[kind]:12}" for counts in drawn.values()))
    wrong = [
        f"{each.line.split('  ')[0]}: {line}"
        for figures in found.values()
        for each in figures
        for line in each.wrong
    ]
    for line in wrong:
        print(f"WRONG: {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
