"""The cluster ranks a collection of judged queries as well as the files do."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from index import generations
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.evaluation.collections import read
from search.evaluation.ours import indexed
from tests.benchmarks.relevance import compared
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sites import NewSettings

pytestmark = needs_shared


def test_judged_queries_are_ranked_alike(tmp_path: Path, new_settings: NewSettings) -> None:
    collection = read(SHARED / "data" / "collections" / "med")
    indexed(collection, tmp_path)
    where = new_settings()
    cluster = Cluster(where)
    publish(cluster, where, generations.live(tmp_path / "index"))
    engines = (
        Engine(tmp_path / "index", seconds=30),
        Engine(ClusterStore(cluster, where.index, time.monotonic), seconds=30),
    )
    found = compared(collection, *engines)
    assert found.cluster == pytest.approx(found.embedded, rel=0.01)
    assert found.shared >= 0.95
