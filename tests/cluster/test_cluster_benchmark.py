"""The benchmark with a cluster, on the sample library: that it measures everything, not how fast anything is."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from msgspec import json

from search.cluster.connection import Cluster
from search.settings import OpenSearchSettings
from tests.benchmarks.building import ROOT
from tests.benchmarks.peers import CLUSTER, OURS
from tests.benchmarks.results import Results
from tests.cluster.node import URL

if TYPE_CHECKING:
    from pathlib import Path


def test_the_cluster_is_built_asked_and_served_beside_the_files(
    cluster_url: str, sample_data: Path, tmp_path: Path
) -> None:
    numbers = ("--nodes", "1", "--questions", "2", "--requests", "400", "--seconds", "3", "--runs", "1")
    only = ("--engine", OURS, "--engine", CLUSTER, "--class", "prefix")
    done = subprocess.run(
        [sys.executable, "-m", "tests.benchmarks.engine", "all", "--data", str(sample_data), "--work", str(tmp_path), *numbers, *only],
        cwd=ROOT, env=os.environ | {URL: cluster_url}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    Cluster(OpenSearchSettings(hosts=(cluster_url,))).client.indices.delete(
        index=f"benchmark-{sample_data.name}*"
    )
    assert done.returncode == 0, done.stderr
    (found,) = json.decode((tmp_path / "results.json").read_bytes(), type=Results).sizes.values()
    assert {(each.engine, each.articles, each.disk > 0) for each in found.builds} == {
        (OURS, 80, True),
        (CLUSTER, 80, True),
    }
    hits = {each.engine: each.found for each in found.answers}
    assert hits[OURS] == hits[CLUSTER] > 0
    cluster = found.clustered
    assert cluster is not None
    assert cluster.served is not None
    assert (cluster.nodes, cluster.shards, cluster.served.failures) == (1, 1, 0)
    assert cluster.served.reindex_failures == 0
    assert cluster.page_p50 >= cluster.beyond_p50 > 0
    assert cluster.calls > 0
    assert "| cluster of 1 |" in done.stdout
