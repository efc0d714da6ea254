"""What is being sent when a server is told to stop still arrives whole."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import pytest

from tests.records import record_set, record_xml

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARTICLES: Final = 60
LONG: Final = "Motor neurons of mice. " + 140_000 * "- "
"""Without words, it is indexed in no time; a few of these are more than all buffers on the way hold."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    records = tmp_path / "records.xml"
    records.write_bytes(
        record_set(*(record_xml(n, f"Part {n}.", abstract=LONG) for n in range(1, ARTICLES + 1)))
    )
    (tmp_path / "settings.toml").write_text("")
    environment = {name: text for name, text in os.environ.items() if not name.startswith("ALS_SEARCH_")}
    environment |= {
        "ALS_SEARCH_CONFIG": str(tmp_path / "settings.toml"),
        "ALS_SEARCH_DATA": str(tmp_path / "data"),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "als_search", "up", "--port", "0", "--from", str(records)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environment
    ) as process:
        yield process
        process.kill()


def address(process: subprocess.Popen[str]) -> tuple[str, int]:
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"Serving at (\S+)", line):
            parts = urlsplit(found[1])
            return parts.hostname or "", parts.port or 0
    pytest.fail("it does not serve")


def connected(place: tuple[str, int]) -> socket.socket:
    for _ in range(200):
        client = socket.socket()
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8_192)
        client.settimeout(20)
        try:
            client.connect(place)
        except ConnectionRefusedError:
            client.close()
            time.sleep(0.05)
        else:
            return client
    pytest.fail("nobody listens")


def test_an_export_that_runs_when_the_server_is_told_to_stop_arrives_whole(
    server: subprocess.Popen[str],
) -> None:
    with connected(address(server)) as client:
        client.sendall(b"GET /export?format=nbib HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        got = client.recv(1_000)
        server.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            server.wait(1)  # the download holds it up
        while part := client.recv(65_536):
            got += part
    assert got.startswith(b"HTTP/1.1 200")
    assert len(re.findall(rb"^PMID- ", got, re.MULTILINE)) == ARTICLES
    assert got.endswith(b"0\r\n\r\n")
    assert server.wait(20) == 0
