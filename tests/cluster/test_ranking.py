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
from search.request import SearchRequest
from tests.benchmarks.relevance import compared
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sites import NewSettings

pytestmark = needs_shared


def test_judged_queries_are_answered_alike_to_the_end_of_what_follows(
    tmp_path: Path, new_settings: NewSettings
) -> None:
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
    assert found.same == 1.0
    loosened = 0
    for query in collection.queries:
        expected, page = (engine.search(SearchRequest(query=query.text, size=100)) for engine in engines)
        assert [hit.key for hit in page.hits] == [hit.key for hit in expected.hits]
        assert (page.total, page.loosened) == (expected.total, expected.loosened)
        assert page.facets == expected.facets
        loosened += page.loosened > 0
    assert loosened > 20
