"""A cluster for tests: one that runs already, or a node that is started for the run, or a reason why not."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import pytest

from search.cluster.connection import Cluster
from search.cluster.settings import OpenSearchSettings
from tests.cluster.node import HOME, URL, Node

_REQUIRED: Final = "REQUIRE_CLUSTER"
_HOW: Final = (
    f"no OpenSearch to test with: set {HOME} to the folder of a distribution (3.0 or later), or {URL} to the "
    "address of a cluster that may be written to"
)

NewSettings = Callable[[], OpenSearchSettings]
"""Gives settings for an index of a test's own."""


@pytest.fixture(scope="session")
def cluster_url() -> Iterator[str]:
    """The address of a cluster; the test is skipped where there is none, unless one is required."""
    if url := os.environ.get(URL):
        yield url
        return
    home = os.environ.get(HOME)
    if not home:
        if os.environ.get(_REQUIRED):
            pytest.fail(_HOW)
        pytest.skip(_HOW)
    # It runs as another user, who may not look into pytest's own folders.
    folder = Path(tempfile.mkdtemp(prefix="als-search-node-"))
    folder.chmod(0o755)
    node = Node(Path(home), folder)
    yield node.url
    node.stop()
    shutil.rmtree(folder)


@pytest.fixture
def new_settings(cluster_url: str) -> Iterator[NewSettings]:
    """Gives settings, each time for another index; what was made under the names is removed in the end."""
    names: list[str] = []

    def given() -> OpenSearchSettings:
        names.append(f"test-{uuid.uuid4().hex[:12]}")
        return OpenSearchSettings(hosts=(cluster_url,), index=names[-1], timeout=30)

    yield given
    client = Cluster(OpenSearchSettings(hosts=(cluster_url,))).client
    for name in names:
        client.indices.delete(index=f"{name}*")
