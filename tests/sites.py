"""What a site of a test is made of: files, or a cluster where the run asks for one.

    ALS_TEST_ENGINE=opensearch pytest tests/webui tests/browser

runs the tests of pages and API on a cluster; without it they run on files.
"""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final, NamedTuple

from search.cluster.articles import ClusterArticles
from search.cluster.connection import Cluster
from search.cluster.indexes import generation_name
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.settings import OpenSearchSettings

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.keeping.library import Library
    from index.generations import Generation
    from search.articles import Articles

_ASKED: Final = os.environ.get("ALS_TEST_ENGINE", "embedded")
if _ASKED not in {"embedded", "opensearch"}:
    raise ValueError(f"ALS_TEST_ENGINE is {_ASKED}; it may be embedded or opensearch")

ON_CLUSTER: Final = _ASKED == "opensearch"
"""Whether the tests of pages and API run on a cluster."""

NewSettings = Callable[[], OpenSearchSettings]
"""Gives settings for an index of a test's own."""

PATIENCE: Final = 30.0
"""Seconds that a cluster may take to answer where the machine is busy with tests."""


class Parts(NamedTuple):
    """What a site shows: what its engine finds, and the articles."""

    engine: Engine
    articles: Articles


def over_files(data: Path, library: Library) -> Parts:
    """Return the parts of a site over the index of a data folder, and its library."""
    return Parts(Engine(data / "index"), library)


def over_cluster(where: OpenSearchSettings) -> Parts:
    """Return the parts of a site over an index of a cluster, which each time asks whether there is another."""
    cluster = Cluster(where)
    seconds = itertools.count().__next__
    store = ClusterStore(cluster, where.index, seconds)
    return Parts(Engine(store, seconds=PATIENCE), ClusterArticles(cluster, where.index, seconds))


def take_up(parts: Parts, where: OpenSearchSettings, generation: Generation, library: Library) -> None:
    """Publish a generation with its library, and wait until a site over the index answers from it."""
    index = publish(Cluster(where), where, generation, library=library)
    end = time.monotonic() + PATIENCE
    while parts.engine.generation().name != generation_name(index):
        if time.monotonic() > end:
            raise TimeoutError(f"{index} was not taken up in {PATIENCE:g} seconds")
        time.sleep(0.02)
