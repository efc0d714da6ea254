"""How long a site takes to answer or refuse what nobody means well, over HTTP: the slowest input of each address.

`python -m tests.benchmarks.hostile http://127.0.0.1:8000` asks a running site (`ALS_SEARCH_WEBUI_LIMIT=""`) at every
address that tests/webui/test_hostile.py tries, with each of its inputs, and fails where any answer is a 5xx. Measured
is the time until the answer begins, and with it all of a refusal: what is answered may be a file of every article.
"""

from __future__ import annotations

import statistics
import time
from http.client import HTTPConnection
from typing import Final
from urllib.parse import quote, urlsplit

import click
from msgspec import Struct, json

from tests.webui.test_hostile import PATHS, QUERIES

_TIMES: Final = 3
_ENOUGH: Final = 1 << 16
"""Bytes that are read of an answer: no refusal has as many."""

_SAMPLE: Final = "99000009"
_UNSENT: Final = str.maketrans({" ": "%20", '"': "%22", "<": "%3C", ">": "%3E", "{": "%7B", "}": "%7D"})


class Answer(Struct, frozen=True, order=True):
    """An answer: the median of its milliseconds, its status, what was asked, and the address it was asked at."""

    ms: float
    status: int
    asked: str
    path: str


class Site:
    """A running site, asked one question after the other over one connection."""

    def __init__(self, url: str) -> None:
        """Take its address."""
        self._host = urlsplit(url).netloc
        self._connection = HTTPConnection(self._host)

    def answer(self, target: str) -> tuple[int, bytes]:
        """Return status and beginning of what is at a target."""
        self._connection.request("GET", target.translate(_UNSENT))
        response = self._connection.getresponse()
        content = response.read(_ENOUGH)
        if not response.isclosed():
            # The rest of it would have to be read before anything else can be asked.
            self._connection.close()
        return response.status, content

    def measured(self, path: str, name: str, query: str) -> Answer:
        """Return the answer to an input at an address."""
        target = f"{path}{'&' if '?' in path else '?'}{query}"
        times = []
        for _ in range(_TIMES):
            start = time.perf_counter()
            status, _ = self.answer(target)
            times.append(1000 * (time.perf_counter() - start))
        return Answer(statistics.median(times), status, name, path)


@click.command()
@click.argument("url")
def main(url: str) -> None:
    """Print the slowest answer of each address of a site, and of all refusals."""
    site = Site(url)
    newest = json.decode(site.answer("/api/v1/search?sort=newest&size=1")[1])
    key = quote(newest["hits"][0]["article"]["key"], safe="")
    paths = [path.replace(_SAMPLE, key) for path in PATHS]
    answers = []
    for path in paths:
        found = [site.measured(path, name, query) for name, query in QUERIES.items()]
        worst = max(found)
        click.echo(f"{worst.ms:8.1f} ms  {worst.status}  {worst.path:<52} {worst.asked}")
        answers += found
    refused = [answer for answer in answers if answer.status >= 400]
    failed = [answer for answer in answers if answer.status >= 500]
    click.echo(
        f"{len(answers)} inputs, {len(refused)} refused, the slowest in {max(refused).ms:.1f} ms; {len(failed)} failed"
    )
    if failed:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
