"""A reindex that is killed leaves the generation before in use, and the next one leaves nothing of it behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest

from crawler.keeping.library import Library
from search.cluster import indexes
from search.cluster.connection import Cluster
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.request import SearchRequest
from tests.conftest import NOW
from tests.search.matching.test_brute_force import record

if TYPE_CHECKING:
    from search.settings import OpenSearchSettings
    from tests.sites import NewSettings

_ROOT = Path(__file__).resolve().parents[2]
_ARTICLES = 7
_MOMENTS = ("-articles", "")
"""It is killed once an index with such a name has come."""


def started(data: Path, where: OpenSearchSettings) -> subprocess.Popen[bytes]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("ALS_SEARCH_")}
    own |= {
        "ALS_SEARCH_DATA": str(data),
        "ALS_SEARCH_SEARCH_ENGINE": "opensearch",
        "ALS_SEARCH_SEARCH_OPENSEARCH_HOSTS": ",".join(where.hosts),
        "ALS_SEARCH_SEARCH_OPENSEARCH_INDEX": where.index,
        "ALS_SEARCH_SEARCH_OPENSEARCH_TIMEOUT": "30",
    }
    command = [sys.executable, "-m", "als_search", "reindex"]
    with (data / "said.txt").open("ab") as said:
        return subprocess.Popen(command, env=own, cwd=_ROOT, stdout=said, stderr=said, start_new_session=True)


def names(cluster: Cluster, alias: str) -> set[str]:
    return set(cluster.client.indices.get_alias(index=f"{alias}-*", expand_wildcards="all"))


def total(cluster: Cluster, where: OpenSearchSettings) -> int:
    return (
        Engine(ClusterStore(cluster, where.index, time.monotonic), seconds=30).search(SearchRequest()).total
    )


@pytest.mark.parametrize("moment", _MOMENTS)
def test_a_killed_reindex_harms_nothing_and_the_next_cleans_up(
    moment: str, tmp_path: Path, new_settings: NewSettings
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    library = Library(tmp_path / "library.sqlite", identity="test")
    library.take([record(Random(7), n) for n in range(1, _ARTICLES + 1)], source="a test", now=NOW)
    library.close()
    assert started(tmp_path, where).wait() == 0
    one, two, three = (indexes.index_name(where.index, n) for n in (1, 2, 3))
    awaited = f"{two}{moment}"
    process = started(tmp_path, where)
    while process.poll() is None and awaited not in names(cluster, where.index):
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert indexes.live(cluster, where.index) == one
    assert total(cluster, where) == _ARTICLES
    assert started(tmp_path, where).wait() == 0, (tmp_path / "said.txt").read_text()
    live = indexes.live(cluster, where.index)
    assert live in {two, three}
    assert total(cluster, where) == _ARTICLES
    kept = {f"{name}{part}" for name in (one, live) for part in ("", "-files", "-articles")}
    assert names(cluster, where.index) == kept | {f"{where.index}-lock"}
