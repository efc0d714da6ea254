"""What is said of a cluster's generations."""

from __future__ import annotations

import socket
from random import Random
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from crawler.keeping.library import Library
from index.build import build
from index.errors import Locked
from index.settings import IndexSettings
from search.cluster import upkeep
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from tests.conftest import NOW, ignore_progress
from tests.search.matching.test_brute_force import record

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sites import NewSettings


def test_a_generation_of_another_vocabulary_is_not_current(tmp_path: Path, new_settings: NewSettings) -> None:
    where = new_settings()
    cluster = Cluster(where)
    library = Library(tmp_path / "library.sqlite", identity="test")
    library.take([record(Random(7), n) for n in range(1, 8)], source="a test", now=NOW)
    made = build(library, tmp_path / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    assert not upkeep.is_current(cluster, where.index, library)
    publish(cluster, where, made)
    assert upkeep.is_current(cluster, where.index, library)
    manifest = structs.replace(made.manifest, vocabulary=made.manifest.vocabulary + 1)
    publish(cluster, where, structs.replace(made, manifest=manifest))
    assert not upkeep.is_current(cluster, where.index, library)
    library.close()


def test_two_reindexes_of_a_library_do_not_publish_at_once(tmp_path: Path, new_settings: NewSettings) -> None:
    root, where = tmp_path / "index", new_settings()
    cluster = Cluster(where)
    with (
        upkeep.alone(root, cluster, where, NOW),
        pytest.raises(Locked, match="another reindex is under way"),
        upkeep.alone(root, cluster, where, NOW),
    ):
        pytest.fail("both publish")
    with upkeep.alone(root, cluster, where, NOW):
        assert root.is_dir()


def test_a_second_machine_is_told_who_publishes_since_when(tmp_path: Path, new_settings: NewSettings) -> None:
    where = new_settings()
    cluster = Cluster(where)
    with (
        upkeep.alone(tmp_path / "one", cluster, where, "2026-03-01T10:00:00"),
        pytest.raises(Locked) as raised,
        upkeep.alone(tmp_path / "two", cluster, where, NOW),
    ):
        pytest.fail("both publish")
    host = socket.gethostname()
    assert str(raised.value) == (
        f"another reindex is under way, on {host} since 2026-03-01 10:00 UTC; wait for it to end"
    )
    with upkeep.alone(tmp_path / "two", cluster, where, NOW):
        pass
