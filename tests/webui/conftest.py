"""Sites over the sample library, and over records of a test's own, on files or on a cluster."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from index.build import build
from index.settings import IndexSettings
from tests.conftest import NOW, ignore_progress
from tests.sites import ON_CLUSTER, over_cluster, over_files, take_up
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.keeping.library import Library
    from crawler.outcome import Parsed
    from search.articles import Articles
    from search.engine import Engine
    from tests.sites import Parts

ClientOf = Callable[..., FlaskClient]


@pytest.fixture(scope="session")
def sample_engine(sample_parts: Parts) -> Engine:
    """An engine over the sample library."""
    return sample_parts.engine


@pytest.fixture
def sample_library(sample_parts: Parts) -> Articles:
    """The articles of the sample library."""
    return sample_parts.articles


@pytest.fixture
def client(sample_engine: Engine, sample_library: Articles) -> FlaskClient:
    """A client of a site over the sample library."""
    return create_app(sample_engine, sample_library, WebSettings()).test_client()


@pytest.fixture
def client_of(tmp_path: Path, library: Library, request: pytest.FixtureRequest) -> Iterator[ClientOf]:
    """Make a client of a site over a few records; each time, these are added and all is indexed anew."""
    where = request.getfixturevalue("new_settings")() if ON_CLUSTER else None
    parts = over_cluster(where) if where else over_files(tmp_path, library)
    made = create_app(parts.engine, parts.articles, WebSettings()).test_client()

    def indexed(*records: Parsed) -> FlaskClient:
        library.take(records, source="test", now=NOW)
        built = build(library, tmp_path / "index", IndexSettings(), now=NOW, progress=ignore_progress)
        if where:
            take_up(parts, where, built, library)
        return made

    yield indexed
    library.close()
