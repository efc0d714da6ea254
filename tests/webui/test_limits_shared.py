"""Several server processes count together in Redis, where that is installed."""

from __future__ import annotations

import logging
import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask.testing import FlaskClient

    from search.articles import Articles
    from search.engine import Engine

HOST = "127.0.0.1"


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind((HOST, 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def redis() -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a Redis that answers, and what stops it."""
    found = shutil.which("redis-server")
    if not found:
        pytest.skip("there is no redis-server")
    port = free_port()
    command = [found, "--port", str(port), "--bind", HOST, "--save", ""]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        while not answers_at(port):
            assert process.poll() is None, "redis-server ended"
            time.sleep(0.02)

        def stop() -> None:
            process.kill()
            process.wait()

        yield f"redis://{HOST}:{port}", stop
        stop()


def answers_at(port: int) -> bool:
    try:
        with socket.create_connection((HOST, port), timeout=1) as trial:
            trial.sendall(b"PING\r\n")
            return trial.recv(7) == b"+PONG\r\n"
    except OSError:
        return False


@pytest.fixture
def servers(
    redis: tuple[str, Callable[[], None]], sample_engine: Engine, sample_library: Articles
) -> list[FlaskClient]:
    """Clients of two servers of a site, which share a limit."""
    url, _ = redis
    settings = WebSettings(limit="3 per minute", site_keys=("als=2 per minute",), limit_storage=url)
    return [create_app(sample_engine, sample_library, settings).test_client() for _ in range(2)]


def test_servers_that_share_a_storage_share_the_limits(servers: list[FlaskClient]) -> None:
    first, second = servers
    asked = [server.get("/api/v1/status") for server in (first, second, first, second)]
    assert [response.status_code for response in asked] == [200, 200, 200, 429]
    assert [response.headers["RateLimit-Remaining"] for response in asked] == ["2", "1", "0", "0"]
    assert 0 < int(asked[-1].headers["Retry-After"]) <= 60
    of_site = [server.get("/api/v1/status?site_key=als").status_code for server in (first, second, first)]
    assert of_site == [200, 200, 429]


def test_without_its_storage_a_server_counts_for_itself_and_says_so(
    servers: list[FlaskClient], redis: tuple[str, Callable[[], None]], caplog: pytest.LogCaptureFixture
) -> None:
    first, second = servers
    assert first.get("/api/v1/status").status_code == 200
    _, stop = redis
    stop()
    with caplog.at_level(logging.WARNING, "webui.limits"):
        asked = [server.get("/api/v1/status").status_code for server in (first, first, first, first, second)]
    assert asked == [200, 200, 200, 429, 200]
    assert "storage unreachable" in caplog.text
    assert HOST not in caplog.text
