"""A small campaign on three nodes: see `cluster` for the large one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cluster.node import HOME
from tests.faults.cluster import all_down, node_killed, node_killed_in_reindex, other
from tests.faults.clusters import world

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.cluster import Result
    from tests.faults.clusters import World

TIMEOUT = 20.0
"""Seconds that a search may take: a machine that runs tests is busy with more."""


@pytest.fixture(scope="module")
def here() -> Iterator[World]:
    home = os.environ.get(HOME)
    if not home:
        why = f"three nodes are started from a folder with OpenSearch alone: set {HOME} to it"
        if os.environ.get("REQUIRE_CLUSTER"):
            pytest.fail(why)
        pytest.skip(why)
    # The nodes run as another user, who may not look into pytest's own folders.
    with (
        tempfile.TemporaryDirectory(prefix="als-search-faults-") as folder,
        world(Path(home), Path(folder), articles=200, sites=1, timeout=TIMEOUT) as made,
    ):
        made.settle()
        yield made


def is_clean(result: Result) -> bool:
    assert result.problems == []
    return result.answers > 0 and not (result.failed or result.wrong)


def test_a_node_that_is_killed_is_not_missed(here: World) -> None:
    assert is_clean(node_killed(here, "the elected manager", 3, here.manager, 1))


def test_a_node_that_is_killed_during_a_reindex_does_not_end_it(here: World) -> None:
    assert is_clean(node_killed_in_reindex(here, "a node", lambda: other(here, seed=2), 2, 0.0))


def test_a_cluster_that_is_gone_is_said_to_be_gone_and_back_once_it_is_back(here: World) -> None:
    assert is_clean(all_down(here, 4, TIMEOUT, 3))
