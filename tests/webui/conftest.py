"""Sites over the sample library, and over records of a test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from index.build import build
from index.settings import IndexSettings
from search.engine import Engine
from tests.conftest import NOW, ignore_progress
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.keeping.library import Library
    from crawler.outcome import Parsed

ClientOf = Callable[..., FlaskClient]


@pytest.fixture
def client(sample_engine: Engine, sample_library: Library) -> FlaskClient:
    """A client of a site over the sample library."""
    return create_app(sample_engine, sample_library, WebSettings()).test_client()


@pytest.fixture
def client_of(tmp_path: Path, library: Library) -> Iterator[ClientOf]:
    """Make a client of a site over a few records."""

    def made(*records: Parsed) -> FlaskClient:
        library.take(records, source="test", now=NOW)
        build(library, tmp_path / "index", IndexSettings(), now=NOW, progress=ignore_progress)
        return create_app(Engine(tmp_path / "index"), library, WebSettings()).test_client()

    yield made
    library.close()
