"""Crawls by the command line that meet faults and are killed, and what must be true of them all the same."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from random import Random

    from tests.dealt_faults import Faults
    from tests.fault_server import Asked

KEY: Final = "the-secret-key"
EMAIL: Final = "tests@example.org"
TIMEOUT: Final = 2.0
"""Seconds that a crawl waits for a server."""
ASKED_FOR: Final = (
    "429", "429 with Retry-After", "500", "502", "dropped", "cut off", "cut short", "slow", "error",
    "JSON errCode", "wrong ids", "gzip bomb", "entity bomb",
)  # fmt: skip
"""The kinds of faults that must all have come up."""

_ROOT: Final = Path(__file__).parent.parent.parent
_CONTENT: Final = (
    "SELECT key, article, format, payload FROM works JOIN readings ON number = work ORDER BY key, format"
)
_LEAST_SHARE: Final = 0.08
_TOLERATED: Final = 3


class Server(Protocol):
    """What is needed of a server that is crawled."""

    url: str
    requests: list[Asked]
    faults: Faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """A crawl of everything that a server has, in processes of their own: where to, how fast, in which pages."""

    server: Server
    data: Path
    source: str
    pace: float
    page: int = 25

    def start(self) -> subprocess.Popen[bytes]:
        """Start it, or go on with it; what it says goes to a file."""
        settings = {
            "DATA": str(self.data),
            "CRAWLER_EUTILS_URL": self.server.url,
            "CRAWLER_EUROPEPMC_URL": self.server.url,
            "CRAWLER_API_KEY": KEY,
            "CRAWLER_EMAIL": EMAIL,
            "CRAWLER_EUTILS_PACE_WITH_KEY": str(self.pace),
            "CRAWLER_EUROPEPMC_PACE": str(self.pace),
            "CRAWLER_TIMEOUT": str(TIMEOUT),
            "CRAWLER_TRIES": "10",
            "CRAWLER_MAX_BODY": str(10 * 1024 * 1024),
        }
        own = {name: value for name, value in os.environ.items() if not name.startswith("ALS_SEARCH_")}
        self.data.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "tests.faults.small_pages",
                    str(self.page),
                    "crawl",
                    self.source,
                    "als",
                ],
                env=own | {f"ALS_SEARCH_{name}": value for name, value in settings.items()},
                cwd=_ROOT,
                stdout=log,
                stderr=log,
            )

    @property
    def log(self) -> Path:
        """The file of all that its processes have said."""
        return self.data / "said.txt"


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a crawl: how its last process ended, after which requests others were killed, how long it took."""

    code: int = 0
    kills: list[int] = field(default_factory=list)
    seconds: float = 0.0
    wrong: list[str] = field(default_factory=list)


def run(crawl: Crawl, *, moments: Sequence[int] = (), random: Random | None = None) -> Outcome:
    """Crawl to the end; kill the process whenever so many requests have come, and start it again.

    With `random`, it is killed up to one interval of the pace after that: while it waits, is answered, or writes.
    """
    began, outcome = time.monotonic(), Outcome()
    for moment in moments:
        process = crawl.start()
        while len(crawl.server.requests) < moment and process.poll() is None:
            time.sleep(0.002)
        time.sleep(random.uniform(0, 1 / crawl.pace) if random else 0)
        process.send_signal(signal.SIGKILL)
        if process.wait() != -signal.SIGKILL:
            outcome.wrong.append(f"it ended by itself, with {process.returncode}, before request {moment}")
        outcome.kills.append(len(crawl.server.requests))
    outcome.code = crawl.start().wait()
    outcome.seconds = time.monotonic() - began
    return outcome


def content(data: Path) -> list[tuple[str, bytes, str, bytes]]:
    """Return every article of a library and what it was read from, packed: all that two must have in common."""
    with closing(sqlite3.connect(data / "library.sqlite")) as connection:
        return connection.execute(_CONTENT).fetchall()


def failures(data: Path) -> list[tuple[str, str]]:
    """Return which records could not be read, and why."""
    with closing(sqlite3.connect(data / "library.sqlite")) as connection:
        return connection.execute("SELECT record, reason FROM failures ORDER BY 1").fetchall()


def most_in_a_second(requests: Iterable[Asked]) -> int:
    """Return the largest number of requests in any one second."""
    times = sorted(each.time for each in requests)
    first, most = 0, 0
    for place, moment in enumerate(times):
        while times[first] <= moment - 1:
            first += 1
        most = max(most, place - first + 1)
    return most


def needless(requests: Sequence[Asked], kills: Iterable[int], *, is_batch: Callable[[Asked], bool]) -> int:
    """Return how many ids were asked for again though an answer that held them had been taken in.

    A kill may cost what came since the last batch was begun; that is no longer so once the next one is begun,
    for by then the library has it.
    """
    kept: set[str] = set()
    under_way: set[str] = set()
    cuts, again = set(kills), 0
    for number, asked in enumerate(requests):
        if number in cuts:
            under_way.clear()
        if is_batch(asked):
            kept |= under_way
            under_way.clear()
        again += len((kept | under_way) & set(asked.ids))
        under_way |= set(asked.given)
    return again


def manners(crawl: Crawl) -> list[str]:
    """Return what is wrong with how a server was asked."""
    wrong = []
    requests = crawl.server.requests
    if (most := most_in_a_second(requests)) > crawl.pace:
        wrong.append(f"{most} requests in one second, at a pace of {crawl.pace:g}")
    if count := sum(f"mailto:{EMAIL}" not in each.headers.get("user-agent", "") for each in requests):
        wrong.append(f"{count} requests without a contact in their agent")
    if crawl.source == "pubmed" and (
        count := sum(each.parameters.get("email") != EMAIL for each in requests)
    ):
        wrong.append(f"{count} requests without NCBI's parameter for a contact")
    if any(KEY in f"{each.address} {each.headers}" for each in requests):
        wrong.append("the key stands in an address or a header")
    if crawl.source != "pubmed" and any(KEY in each.parameters.values() for each in requests):
        wrong.append("NCBI's key was told to another server")
    if KEY.encode() in crawl.log.read_bytes():
        wrong.append("the key stands in what was logged")
    return wrong


def mixture(faults: Faults, requests: Sequence[Asked]) -> list[str]:
    """Return what is wrong with the faults: some of every kind that is asked for, and enough of them."""
    wrong = [f"no answer was broken in the way {kind!r}" for kind in ASKED_FOR if not faults.drawn[kind]]
    share = faults.drawn.total() / max(len(requests), 1)
    return wrong if share >= _LEAST_SHARE else [*wrong, f"only {share:.1%} of the answers were broken"]


def problems(crawl: Crawl, outcome: Outcome, *, is_batch: Callable[[Asked], bool]) -> list[str]:
    """Return all that is wrong with a crawl, but for what is in its library."""
    wrong = [*outcome.wrong, *manners(crawl)]
    if outcome.code:
        said = crawl.log.read_text(errors="replace").splitlines()[-_TOLERATED:]
        wrong.append(f"it ended with {outcome.code}: {' / '.join(said)}")
    if again := needless(crawl.server.requests, outcome.kills, is_batch=is_batch):
        wrong.append(f"{again} ids were asked for twice without need")
    wrong += [f"{record} could not be read: {reason}" for record, reason in failures(crawl.data)[:_TOLERATED]]
    return wrong
