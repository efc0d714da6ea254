from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from search.engine import Engine
from webui.app import create_app
from webui.operations import Operations
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from search.articles import Articles


def samples(text: str) -> dict[tuple[str, str, str], float]:
    """Return the samples of a text for Prometheus: by name, kind and status."""
    return {
        (sample.name, sample.labels.get("kind", ""), sample.labels.get("status", "")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if "le" not in sample.labels
    }


def test_answers_are_measured_by_the_kind_of_address(client: FlaskClient) -> None:
    for path in ("/search?q=a", "/search?q=b", "/search?sort=x", "/api/v1/status", "/nowhere"):
        client.get(path)
    found = samples(client.get("/metrics").text)
    name = "als_search_request_seconds_count"
    assert found[name, "pages.search", "2xx"] == 2
    assert found[name, "pages.search", "4xx"] == 1
    assert found[name, "api.status", "2xx"] == 1
    assert found[name, "nowhere", "4xx"] == 1
    assert found["als_search_request_seconds_sum", "pages.search", "2xx"] > 0
    assert (found["als_search_up", "", ""], found["als_search_articles", "", ""]) == (1, 80)


def test_the_age_of_the_index_and_of_the_library_is_known(
    sample_engine: Engine, sample_library: Articles
) -> None:
    app = Flask("test")
    Operations(sample_engine, sample_library, now=lambda: datetime(2026, 1, 2, tzinfo=UTC)).attach(app)
    found = samples(app.test_client().get("/metrics").text)
    assert found["als_search_generation_age_seconds", "", ""] == 86_400
    assert found["als_search_crawl_age_seconds", "", ""] == 86_400


def test_metrics_tell_nothing_of_what_was_asked(client: FlaskClient) -> None:
    client.get("/search?q=secret")
    client.get("/article/secret")
    text = client.get("/metrics").text
    assert "secret" not in text
    assert "127.0.0.1" not in text


def test_without_an_index_the_site_is_not_up(tmp_path: Path, sample_library: Articles) -> None:
    client = create_app(Engine(tmp_path), sample_library, WebSettings()).test_client()
    assert client.get("/healthz").status_code == 503
    response = client.get("/metrics")
    assert samples(response.text)["als_search_up", "", ""] == 0
    assert 'als_search_trouble{why="unusable"} 1.0' in response.text
    assert response.status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/metrics"])
def test_health_is_told_as_text(client: FlaskClient, path: str) -> None:
    assert client.get(path).mimetype == "text/plain"


def test_metrics_tell_how_often_a_page_was_kept_from_before(client: FlaskClient) -> None:
    before = samples(client.get("/metrics").text)
    for _ in range(3):
        client.get("/search?q=a+query+that+nobody+asked")
    after = samples(client.get("/metrics").text)
    name = "als_search_pages_total"
    assert [after[name, kind, ""] - before[name, kind, ""] for kind in ("kept", "made")] == [2, 1]
