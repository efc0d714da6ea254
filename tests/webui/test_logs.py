from __future__ import annotations

import io
import json
import logging
from typing import TYPE_CHECKING, Any

import pytest

from search.engine import Engine
from webui.app import create_app
from webui.logs import write_log
from webui.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from search.articles import Articles


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    logger = logging.getLogger("webui")
    before = (logger.handlers[:], logger.level, logger.propagate)
    stream = io.StringIO()
    write_log(stream)
    yield stream
    logger.handlers[:], logger.level, logger.propagate = before


def lines(log: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_each_answer_is_a_line_without_what_was_asked_by_whom(
    log: io.StringIO, sample_engine: Engine, sample_library: Articles
) -> None:
    client = create_app(sample_engine, sample_library, WebSettings()).test_client()
    client.get("/search?q=secret")
    client.get("/api/v1/search?sort=secret")
    client.get("/article/secret")
    found = lines(log)
    assert [(each["kind"], each["status"]) for each in found] == [
        ("pages.search", 200),
        ("api.search", 400),
        ("pages.article", 404),
    ]
    assert all(each["ms"] > 0 and each["bytes"] > 0 and each["level"] == "info" for each in found)
    assert "secret" not in log.getvalue()
    assert "127.0.0.1" not in log.getvalue()


def test_queries_and_addresses_are_written_where_the_setting_says_so(
    log: io.StringIO, sample_engine: Engine, sample_library: Articles
) -> None:
    client = create_app(sample_engine, sample_library, WebSettings(log_queries=True)).test_client()
    client.get("/search?q=riluzole")
    assert [(each["address"], each["client"]) for each in lines(log)] == [("/search?q=riluzole", "127.0.0.1")]


def test_files_and_health_are_not_worth_a_line(
    log: io.StringIO, sample_engine: Engine, sample_library: Articles
) -> None:
    client = create_app(sample_engine, sample_library, WebSettings()).test_client()
    for path in ("/static/base.css", "/healthz", "/metrics"):
        client.get(path).close()
    assert lines(log) == []


def test_a_failure_is_logged_with_its_reason(
    log: io.StringIO, tmp_path: Path, sample_library: Articles
) -> None:
    client = create_app(Engine(tmp_path), sample_library, WebSettings()).test_client()
    assert client.get("/search?q=secret").status_code == 503
    failure, answer = lines(log)
    assert (failure["level"], failure["message"]) == (
        "error",
        "there is no index yet; run `als-search reindex`",
    )
    assert answer["status"] == 503
    assert "secret" not in log.getvalue()


def test_what_nobody_foresaw_is_logged_with_its_trace(log: io.StringIO) -> None:
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        logging.getLogger("webui.app").exception("failed")
    assert lines(log)[0]["message"] == "failed"
    assert "ZeroDivisionError" in lines(log)[0]["trace"]
