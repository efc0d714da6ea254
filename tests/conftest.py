"""What many tests start from: a library of the sample records, and an engine over it."""

from __future__ import annotations

import os
import uuid
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from crawler import sample
from crawler.crawl import crawl_files
from crawler.keeping.library import Library
from index import generations
from index.build import build
from index.settings import IndexSettings
from search.cluster.connection import Cluster
from search.engine import Engine
from search.settings import OpenSearchSettings
from tests.cluster.node import lacking, running
from tests.sites import ON_CLUSTER, PATIENCE, over_cluster, over_files, take_up

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.sites import NewSettings, Parts

# No test is timed; and what CI draws is the same each time, so that a red run says something of the change.
settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
# THOROUGH=1 draws ten times as many, over more corpora: minutes for a module, so for one module at a time.
settings.register_profile("thorough", deadline=None, max_examples=1_000)
THOROUGH = bool(os.environ.get("THOROUGH"))
settings.load_profile("thorough" if THOROUGH else "ci" if os.environ.get("CI") else "default")

NOW = "2026-01-01T00:00:00.000000+00:00"


def ignore_progress(_done: int, _total: int) -> None:
    """Stand in for whatever shows progress."""


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    library = Library(tmp_path / "data" / "library.sqlite", identity="test")
    yield library
    library.close()


@pytest.fixture(scope="session")
def sample_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the sample library and an index of it; for reading only."""
    data = tmp_path_factory.mktemp("sample")
    library = Library(data / "library.sqlite", identity="sample")
    crawl_files(library, sample.files(), now=NOW, progress=ignore_progress)
    build(library, data / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    return data


@pytest.fixture
def sample_library(sample_data: Path) -> Iterator[Library]:
    """The sample library; for reading only."""
    library = Library(sample_data / "library.sqlite")
    yield library
    library.close()


@pytest.fixture(scope="session")
def sample_engine(sample_data: Path) -> Engine:
    """An engine over the sample library."""
    return Engine(sample_data / "index")


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """The address of a cluster; the test is skipped where there is none, unless one is required."""
    if why := lacking():
        if os.environ.get("REQUIRE_CLUSTER"):
            pytest.fail(why)
        pytest.skip(why)
    with running() as (url,):
        yield url


@pytest.fixture(scope="session")
def sample_parts(sample_data: Path, request: pytest.FixtureRequest) -> Iterator[Parts]:
    """The parts of a site over the sample library, on files, or on a cluster where the run asks for one."""
    library = Library(sample_data / "library.sqlite")
    if not ON_CLUSTER:
        yield over_files(sample_data, library)
        library.close()
        return
    hosts = (request.getfixturevalue("cluster_url"),)
    where = OpenSearchSettings(hosts=hosts, index=f"test-{uuid.uuid4().hex[:12]}", timeout=PATIENCE)
    parts = over_cluster(where)
    take_up(parts, where, generations.live(sample_data / "index"), library)
    library.close()
    yield parts
    Cluster(where).client.indices.delete(index=f"{where.index}-*")


@pytest.fixture
def new_settings(cluster_url: str) -> Iterator[NewSettings]:
    """Gives settings, each time for another index; what was made under the names is removed in the end."""
    names: list[str] = []

    def given() -> OpenSearchSettings:
        names.append(f"test-{uuid.uuid4().hex[:12]}")
        return OpenSearchSettings(hosts=(cluster_url,), index=names[-1], timeout=PATIENCE)

    yield given
    client = Cluster(OpenSearchSettings(hosts=(cluster_url,))).client
    for name in names:
        client.indices.delete(index=f"{name}*")
