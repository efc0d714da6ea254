"""The cluster that takes part: started for the run, known to the processes that the run starts, and measured."""

from __future__ import annotations

import gc
import os
import re
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from msgspec import Struct, json, structs
from threadpoolctl import threadpool_limits

from search.cluster.articles import ClusterArticles
from search.cluster.connection import Cluster
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.settings import OpenSearchSettings
from tests.benchmarks.memory import MEGABYTE, held
from tests.benchmarks.serving import Served
from tests.cluster.node import running
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tests.benchmarks.questions import Question

_WHERE: Final = "ALS_BENCHMARK_CLUSTER"
"""The environment variable that tells the processes of a run where its cluster is."""

_OPTIONS: Final = "-Xms1g -Xmx1g"
_PATIENCE: Final = 30.0


class Clustered(Struct, frozen=True):
    """A cluster and its pages. Megabytes are those of `primaries`, of all copies, and of the largest node.

    A page is the whole of a results page as HTML, asked for without a network between. `took` is what the
    cluster says that its searches took, `beyond` the rest of the page, `work` what a processor worked for the
    page outside the cluster; milliseconds all. `calls` is how often a page asks the cluster, on average.
    """

    nodes: int
    shards: int
    replicas: int
    primaries: float
    disk: float
    memory: float
    page_p50: float
    page_p99: float
    took_p50: float
    beyond_p50: float
    beyond_p99: float
    work_p50: float
    calls: float
    served: Served | None = None


class Timed(Cluster):
    """A connection that adds up what the cluster says its answers took, in milliseconds, and their number."""

    took: float = 0.0
    calls: int = 0

    def ask(self, what: str, *arguments: Any, **parameters: Any) -> Any:
        """Return what a call of the client answers."""
        answer = super().ask(what, *arguments, **parameters)
        self.calls += 1
        self.took += answer.get("took", 0) if isinstance(answer, dict) else 0
        return answer


@contextmanager
def cluster(nodes: int, shards: int) -> Iterator[None]:
    """Have a cluster of so many nodes, or that which runs already, for as long as this takes."""
    with running(nodes, _OPTIONS) as hosts:
        replicas = min(1, nodes - 1)
        where = OpenSearchSettings(hosts=hosts, shards=shards, replicas=replicas, timeout=_PATIENCE)
        os.environ[_WHERE] = json.encode(where).decode()
        try:
            yield
        finally:
            del os.environ[_WHERE]


def is_there() -> bool:
    """Say whether this run has a cluster."""
    return _WHERE in os.environ


def settings_of(work: Path) -> OpenSearchSettings:
    """Return where the index of the articles below a folder is."""
    where = json.decode(os.environ[_WHERE], type=OpenSearchSettings)
    return structs.replace(where, index="benchmark-" + re.sub("[^a-z0-9]+", "-", work.name.lower()))


def as_toml(work: Path) -> str:
    """Return the settings of a site over it."""
    where = settings_of(work)
    lines = [f"{name} = {json.encode(value).decode()}" for name, value in structs.asdict(where).items()]
    return "\n".join(('[search]\nengine = "opensearch"', "[search.opensearch]", *lines, ""))


def megabytes(work: Path) -> tuple[float, float]:
    """Return what the live generation takes on the disks of the cluster: once, and with all its copies."""
    where = settings_of(work)
    client = Cluster(where).client
    live = min(client.indices.get_alias(name=where.index))
    told = client.indices.stats(index=f"{live}*", metric="store")["_all"]
    once, copied = (told[name]["store"]["size_in_bytes"] / MEGABYTE for name in ("primaries", "total"))
    return once, copied


def measured(work: Path, questions: Sequence[Question]) -> Clustered:
    """Measure the cluster, and pages of results from it; each question is asked once."""
    where = settings_of(work)
    connection = Timed(where)
    # As a server does.
    store = ClusterStore(connection, where.index, time.monotonic, opened=gc.freeze)
    engine = Engine(store, seconds=_PATIENCE)
    articles = ClusterArticles(connection, where.index, time.monotonic)
    client = create_app(engine, articles, WebSettings(limit="")).test_client()
    told: list[tuple[float, float, float]] = []
    half = len(questions) // 2
    with threadpool_limits(1):
        for number, question in enumerate(questions):
            if number == half:
                # The first half is to have all in memory.
                told.clear()
                connection.calls = 0
            connection.took, began, worked = 0.0, time.perf_counter(), time.process_time()
            answer = client.get("/search", query_string={"q": " ".join(question.words)})
            page, work_of_it = time.perf_counter() - began, time.process_time() - worked
            if answer.status_code != 200:
                raise RuntimeError(f"a page was answered with {answer.status_code}")
            told.append((page * 1e3, connection.took, work_of_it * 1e3))
    pages, took, worked_for = np.array(told).T
    once, copied = megabytes(work)
    return Clustered(
        nodes=len(_processes(connection)),
        shards=where.shards,
        replicas=where.replicas,
        primaries=once,
        disk=copied,
        memory=max(held(process)["resident"] for process in _processes(connection)),
        page_p50=float(np.percentile(pages, 50)),
        page_p99=float(np.percentile(pages, 99)),
        took_p50=float(np.percentile(took, 50)),
        beyond_p50=float(np.percentile(pages - took, 50)),
        beyond_p99=float(np.percentile(pages - took, 99)),
        work_p50=float(np.percentile(worked_for, 50)),
        calls=connection.calls / len(told),
    )


def _processes(connection: Cluster) -> list[int]:
    """Return the processes of the nodes, as far as they are on this machine."""
    told = connection.client.nodes.info(metric="process")["nodes"]
    return [int(each["process"]["id"]) for each in told.values()]
