"""How the site answers over HTTP: cold start, memory of its processes, requests a second, and during a reindex."""

from __future__ import annotations

import http.client
import os
import re
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final
from urllib.parse import quote_plus

import click
import numpy as np
from msgspec import Struct, json

from crawler.keeping.library import FILE_NAME
from tests.benchmarks.building import ROOT
from tests.benchmarks.load import Load, Plan
from tests.benchmarks.memory import family, held, processor
from tests.benchmarks.peers import INDEX

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.benchmarks.questions import Question

_WORKERS: Final = 2
_SETTINGS: Final = "settings.toml"
_CONNECTIONS: Final = 8
_PATIENCE: Final = 60.0
_WARM: Final = 400
_ADDRESS: Final = re.compile(r"http://[^ ]+:(\d+)/")


class Served(Struct, frozen=True):
    """What was measured of the site; times are milliseconds, but `seconds` and those of the cold start.

    `cold_start` is from the start of the process to the first answer, `cold_start_served` from when it says that
    it serves. `one_*` is of requests one after the other; `rate`, `p50`, `p99` and `processor`,
    what an answer takes of the processors of the site, are under load; the rest is
    under load while all is indexed anew and switched to. Memory is of the server process that holds most.
    """

    cold_start: float
    cold_start_served: float
    one_p50: float
    one_p99: float
    rate: float
    p50: float
    p99: float
    processor: float
    answers: int
    kilobytes: float
    failures: int
    reindex_seconds: float
    reindex_rate: float
    reindex_p99: float
    reindex_answers: int
    reindex_failures: int
    private: float
    beyond_maps: float
    resident: float


class Site(Struct, frozen=True):
    """A site that is served: its process, its port, and the seconds until it said so and until it answered."""

    pid: int
    port: int
    told: float
    answered: float


def serve_all(
    work: Path, data: Path, questions: Sequence[Question], *, seconds: float, runs: int, settings: str = ""
) -> Served:
    """Serve the index below a folder with two processes, and measure; of so many cold starts the median.

    `settings` are further ones of the site, as TOML.
    """
    folder = (work / INDEX).parent
    config = f'[webui]\nworkers = {_WORKERS}\nlimit = ""\n'
    (folder / _SETTINGS).write_text(config + settings, "utf-8")
    link = folder / FILE_NAME
    if not link.exists():
        link.symlink_to((data / FILE_NAME).resolve())
    paths = [f"/api/v1/search?q={quote_plus(' '.join(each.words))}" for each in questions]
    starts = []
    for _ in range(runs - 1):
        with served(folder, paths[0]) as site:
            starts.append((site.answered, site.answered - site.told))
    with served(folder, paths[0]) as site:
        starts.append((site.answered, site.answered - site.told))
        few = min(_WARM, len(paths) // 4)
        warm, one, paths = paths[:few], paths[few : 2 * few], paths[2 * few :]
        _loaded(Plan(site.port, tuple(warm), _CONNECTIONS, seconds))
        alone = _loaded(Plan(site.port, tuple(one), 1, seconds))
        before = processor(site.pid)
        load = _loaded(Plan(site.port, tuple(paths), _CONNECTIONS, seconds))
        worked = processor(site.pid) - before
        memory = max((held(each) for each in family(site.pid)[1:]), key=lambda each: each["beyond_maps"])
        plan = Plan(site.port, tuple(paths), _CONNECTIONS, 3_600, again=True)
        meanwhile, took = _loaded_during_reindex(plan, folder)
    for failure in (load.failures + meanwhile.failures)[:5]:
        click.echo(f"failed: {failure}", err=True)
    return Served(
        cold_start=statistics.median(each for each, _ in starts),
        cold_start_served=statistics.median(each for _, each in starts),
        one_p50=_at(alone, 50),
        one_p99=_at(alone, 99),
        rate=len(load.times) / load.seconds,
        p50=_at(load, 50),
        p99=_at(load, 99),
        processor=worked * 1e3 / max(1, len(load.times)),
        answers=len(load.times),
        kilobytes=load.received / 1024 / max(1, len(load.times)),
        failures=len(load.failures) + len(alone.failures),
        reindex_seconds=took,
        reindex_rate=len(meanwhile.times) / meanwhile.seconds,
        reindex_p99=_at(meanwhile, 99),
        reindex_answers=len(meanwhile.times),
        reindex_failures=len(meanwhile.failures),
        **memory,
    )


def _at(load: Load, percent: int) -> float:
    return float(np.percentile(load.times, percent))


@contextmanager
def served(folder: Path, path: str) -> Iterator[Site]:
    """Serve a folder on a free port until it has answered for an address, and stop it at the end."""
    start = time.perf_counter()
    with subprocess.Popen(
        _command(folder, "serve", "--port", "0"),
        env=_environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        cwd=ROOT,
    ) as process:
        try:
            assert process.stdout is not None
            found = _ADDRESS.search(process.stdout.readline())
            if found is None:
                raise click.ClickException("the site could not be served; try `als-search serve` by hand")
            told = time.perf_counter() - start
            port = int(found[1])
            while not _is_answered(port, path):
                if time.perf_counter() - start > _PATIENCE:
                    raise click.ClickException(f"the site has not answered for {_PATIENCE:g} seconds")
                time.sleep(0.002)
            yield Site(process.pid, port, told, time.perf_counter() - start)
        finally:
            process.terminate()


def _is_answered(port: int, path: str) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status == 200 and b'"hits"' in answer.read()
    except OSError:
        return False
    finally:
        connection.close()


def _loaded(plan: Plan) -> Load:
    command = [sys.executable, "-m", "tests.benchmarks.load"]
    told = subprocess.run(
        command, input=json.encode(plan), stdout=subprocess.PIPE, check=True, cwd=ROOT
    ).stdout
    return json.decode(told, type=Load)


def _loaded_during_reindex(plan: Plan, folder: Path) -> tuple[Load, float]:
    """Return what came of requests while all was indexed anew, and some seconds after; and how long that took."""
    command = [sys.executable, "-m", "tests.benchmarks.load"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stdin is not None
        process.stdin.write(json.encode(plan))
        process.stdin.close()
        time.sleep(1)
        start = time.perf_counter()
        subprocess.run(
            _command(folder, "reindex"),
            cwd=ROOT,
            env=_environment(folder),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
        took = time.perf_counter() - start
        time.sleep(3)
        process.terminate()
        assert process.stdout is not None
        return json.decode(process.stdout.read(), type=Load), took


def _command(folder: Path, *arguments: str) -> list[str]:
    return [sys.executable, "-m", "als_search", "--data", str(folder), *arguments]


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment with the settings of the site, and no others: two processes, and no limit."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("ALS_SEARCH_")}
    return others | {"ALS_SEARCH_CONFIG": str(folder / _SETTINGS), "PYTHONUNBUFFERED": "1"}
