"""How fast a running site exports all its articles, and how much memory that takes above idle.

    python -m tests.benchmarks.exporting DATA [--format ris]

DATA is a folder with a library and its index. One server process is started, asked a search, and looked at;
then everything is exported over HTTP while its memory is looked at, shared maps of the index left out.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

import click
import requests

from webui.exports import FORMATS

_EVERY: Final = 0.05
"""Seconds between two looks at the memory."""

_ADDRESS: Final = re.compile(r"http://[^ ]+/")


def private(pid: int) -> int:
    """Return the bytes of memory that a process and those it started have for themselves."""
    found = 0
    for each in (pid, *_children(pid)):
        text = Path(f"/proc/{each}/smaps_rollup").read_text("ascii")
        found += sum(int(kb) for kb in re.findall(r"^Private_\w+: +(\d+) kB", text, re.MULTILINE)) * 1024
    return found


def _children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii")
    children = [int(each) for each in text.split()]
    return children + [below for child in children for below in _children(child)]


class _Peak(threading.Thread):
    """Looks at the memory of a process until told to stop."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self.bytes = 0

    def run(self) -> None:
        while not self._over.wait(_EVERY):
            self.bytes = max(self.bytes, private(self._pid))

    def stop(self) -> int:
        """Return the most that was seen."""
        self._over.set()
        self.join()
        return self.bytes


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--format", "name", type=click.Choice(list(FORMATS)), default="ris", show_default=True)
def main(data: Path, name: str) -> None:
    """Print the records a second, and the megabytes above idle, as JSON."""
    command = [sys.executable, "-m", "als_search", "--data", str(data), "serve", "--port", "0"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"PYTHONUNBUFFERED": "1"},
    ) as server:
        try:
            assert server.stdout is not None
            told = _ADDRESS.search(server.stdout.readline())
            assert told is not None
            click.echo(json.dumps(_measured(server.pid, told[0], name)))
        finally:
            server.terminate()


def _measured(pid: int, address: str, name: str) -> dict[str, object]:
    _wait_for(f"{address}healthz")
    articles = requests.get(f"{address}api/v1/status", timeout=60).json()["articles"]
    requests.get(f"{address}search?q=survival", timeout=60).raise_for_status()
    idle = private(pid)
    peak = _Peak(pid)
    peak.start()
    start = time.perf_counter()
    size = 0
    with requests.get(f"{address}export?format={name}", stream=True, timeout=600) as response:
        response.raise_for_status()
        for chunk in response.iter_content(1 << 16):
            size += len(chunk)
    seconds = time.perf_counter() - start
    return {
        "format": name,
        "articles": articles,
        "megabytes": round(size / 1e6, 1),
        "seconds": round(seconds, 2),
        "records_per_second": round(articles / seconds),
        "idle_mb": round(idle / 1e6, 1),
        "above_idle_mb": round((peak.stop() - idle) / 1e6, 1),
    }


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            if requests.get(address, timeout=10).status_code == 200:
                return
        except requests.ConnectionError:
            pass
        time.sleep(0.1)
    raise TimeoutError(address)


if __name__ == "__main__":
    main()
