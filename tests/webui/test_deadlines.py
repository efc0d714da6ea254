"""What is answered where time runs out: a part that says that it is one, or a refusal, and never less unsaid."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from search.engine import Engine
from tests.webui.reading import page_at, text_at
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from search.articles import Articles

QUERY = "q=survival+riluzole"


@pytest.fixture
def hurried(sample_data: Path, sample_library: Articles) -> FlaskClient:
    """A client of a site whose queries have no time at all."""
    return create_app(Engine(sample_data / "index", seconds=0.0), sample_library, WebSettings()).test_client()


@pytest.mark.parametrize("path", ["search", "facets/keyword", "trends"])
def test_a_part_says_that_it_is_one_and_is_kept_by_no_cache(hurried: FlaskClient, path: str) -> None:
    response = hurried.get(f"/api/v1/{path}?{QUERY}")
    assert response.status_code == 200
    assert json.loads(response.text)["is_partial"]
    assert response.headers["Cache-Control"] == "no-store"
    assert "ETag" not in response.headers


def test_a_part_of_a_score_is_not_explained(hurried: FlaskClient) -> None:
    response = hurried.get(f"/api/v1/explain/99000009?{QUERY}")
    assert (response.status_code, response.mimetype) == (503, "application/problem+json")
    assert response.headers["Retry-After"] == "60"
    assert json.loads(response.text)["status"] == 503


@pytest.mark.parametrize("path", [f"/export?format=ris&{QUERY}", f"/feed.atom?{QUERY}"])
def test_a_file_or_feed_that_would_lack_articles_is_refused(hurried: FlaskClient, path: str) -> None:
    page = page_at(hurried, path, 503)
    assert text_at(page, "h1") == "Not available at the moment"


def test_the_page_says_that_there_may_be_more(hurried: FlaskClient) -> None:
    assert "may be more" in text_at(page_at(hurried, f"/search?{QUERY}"), ".caution")


@pytest.mark.parametrize("path", ["suggest?q=rilu", "similar/99000009", "article/99000009", "status"])
def test_what_looks_for_no_words_needs_no_time_for_it(
    hurried: FlaskClient, client: FlaskClient, path: str
) -> None:
    found, whole = (each.get(f"/api/v1/{path}") for each in (hurried, client))
    assert found.status_code == 200
    assert found.data == whole.data
