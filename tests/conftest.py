"""What many tests start from: a library of the sample records, and an engine over it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from crawler import sample
from crawler.crawl import crawl_files
from crawler.keeping.library import Library
from index.build import build
from index.settings import IndexSettings
from search.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
