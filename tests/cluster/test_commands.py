"""The commands on a cluster: only those that read or write the library need one."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

import als_search

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sites import NewSettings


@pytest.fixture
def run(new_settings: NewSettings) -> Callable[..., Result]:
    """Run a command with its data in a folder, over an index of its own in the cluster."""
    where = new_settings()
    variables = {
        "ALS_SEARCH_SEARCH_ENGINE": "opensearch",
        "ALS_SEARCH_SEARCH_OPENSEARCH_HOSTS": ",".join(where.hosts),
        "ALS_SEARCH_SEARCH_OPENSEARCH_INDEX": where.index,
        "ALS_SEARCH_SEARCH_OPENSEARCH_TIMEOUT": "30",
    }
    return lambda folder, *words: CliRunner().invoke(
        als_search.main, ["--data", str(folder), *words], env=variables
    )


def test_a_machine_without_a_library_searches_and_exports_what_another_has_published(
    run: Callable[..., Result], sample_data: Path, tmp_path: Path
) -> None:
    crawling, serving = tmp_path / "crawling", tmp_path / "serving"
    crawling.mkdir()
    shutil.copy(sample_data / "library.sqlite", crawling)
    assert "there is no index" in run(serving, "search", "riluzole").stderr
    built = run(crawling, "reindex")
    assert (built.exit_code, "of the cluster, now live" in built.stdout) == (0, True)
    assert "live" in run(serving, "generations").stdout
    found = json.loads(run(serving, "search", "riluzole", "--json").stdout)
    exported = run(serving, "export", "riluzole", "--format", "jsonl")
    assert (exported.exit_code, len(exported.stdout.splitlines())) == (0, found["total"])
    assert found["total"] > 0
    assert not (serving / "library.sqlite").exists()
    refused = run(serving, "rollback")
    assert (refused.exit_code, "there is no generation before" in refused.stderr) == (1, True)
    assert "there is no library" in run(serving, "status").stderr
