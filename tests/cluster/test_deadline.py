"""All that is asked of a cluster for one answer is over by one deadline, whatever the cluster does."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any, Final

import pytest

from crawler.keeping.library import Library
from index import generations
from search.cluster.articles import ClusterArticles
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.errors import EngineDown
from search.request import SearchRequest
from search.settings import OpenSearchSettings
from tests.cluster.hosts import OURS, answered, host, passed_on
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.cluster.hosts import Asked

_SLACK: Final = 3.0
"""Seconds that a busy machine may take on top of a deadline. What ignores one takes far longer here."""

_SECONDS: Final = 2.0
"""How long a search of the site may take."""

_EVERYTHING: Final[dict[str, Any]] = {"query": {"match_all": {}}}


def refused() -> str:
    """Return an address that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@contextmanager
def hanging() -> Iterator[str]:
    """Give the address of a host that takes requests and never answers."""
    over = threading.Event()

    def wait(_asked: Asked, _body: bytes) -> None:
        over.wait(60)

    with host(wait) as url:
        try:
            yield url
        finally:
            over.set()


def failure(seconds: float, *hosts: str) -> str:
    """Return what is said of hosts that do not answer, by the deadline."""
    cluster = Cluster(OpenSearchSettings(hosts=hosts, timeout=seconds))
    began = time.monotonic()
    with pytest.raises(EngineDown) as raised:
        cluster.search("als-search", _EVERYTHING)
    assert time.monotonic() - began < seconds + _SLACK
    return str(raised.value)


def test_hosts_that_refuse_are_said_to_be_away() -> None:
    assert "does not answer; see that it runs" in failure(20, refused(), refused(), refused())


def test_hosts_that_hang_share_one_deadline() -> None:
    with ExitStack() as stack:
        hosts = [stack.enter_context(hanging()) for _ in range(3)]
        assert "did not answer within 0.5 seconds" in failure(0.5, *hosts)


def test_a_host_that_hangs_leaves_time_for_another() -> None:
    def good(asked: Asked, _body: bytes) -> None:
        whole = {"_shards": {"failed": 0, "total": 1, "successful": 1}, "hits": {"hits": []}}
        answered(asked, 200, whole if "_search" in asked.path else OURS)

    with hanging() as first, host(good) as second:
        for _ in range(4):
            cluster = Cluster(OpenSearchSettings(hosts=(first, second), timeout=4))
            assert cluster.search("als-search", _EVERYTHING)["hits"] == {"hits": []}


def test_an_answer_that_trickles_is_not_waited_for_without_end() -> None:
    over = threading.Event()

    def trickling(asked: Asked, _body: bytes) -> None:
        asked.send_response(200)
        asked.send_header("Content-Type", "application/json")
        asked.send_header("Content-Length", "1000")
        asked.end_headers()
        while not over.wait(0.05):
            asked.wfile.write(b" ")

    with host(trickling) as url:
        try:
            assert "did not answer within 0.5 seconds" in failure(0.5, url)
        finally:
            over.set()


def test_an_answer_cut_off_is_none() -> None:
    def broken(asked: Asked, _body: bytes) -> None:
        asked.send_response(200)
        asked.send_header("Content-Length", "1000")
        asked.end_headers()
        asked.wfile.write(b"{")
        asked.close_connection = True

    with host(broken) as url:
        assert "does not answer" in failure(5, url)


def test_a_cluster_that_is_red_is_told_of_once_every_host_was_asked() -> None:
    asked_of = set()

    def red(asked: Asked, _body: bytes) -> None:
        if "_search" not in asked.path:
            answered(asked, 200, OURS)
            return
        asked_of.add(asked.headers["Host"])
        answered(asked, 503, {"error": {"root_cause": [], "reason": "all shards failed"}, "status": 503})

    with host(red) as first, host(red) as second:
        assert "all shards failed (503); see its health" in failure(20, first, second)
    assert len(asked_of) == 2


def test_the_cluster_is_told_how_much_time_is_left() -> None:
    told = []

    def slow(asked: Asked, body: bytes) -> None:
        told.append(body)
        time.sleep(0.3)
        answered(asked, 200, OURS)

    with host(slow) as url:
        failure(1, url)
    (left,) = [body for body in told if b"timeout" in body]
    assert 0 < int(left.removeprefix(b'{"timeout":"').partition(b"m")[0]) <= 1_000


class Delayed:
    """A real cluster that answers each request as late as is said, and a site over it."""

    client: FlaskClient

    def __init__(self, url: str) -> None:
        self.url = url
        self.seconds = 0.0
        self.requests = 0

    def late(self, asked: Asked, body: bytes) -> None:
        """Answer as the cluster does, but later."""
        self.requests += 1
        time.sleep(self.seconds)
        answered(asked, *passed_on(asked, body, self.url))


@pytest.fixture(scope="module")
def site(cluster_url: str, sample_data: Path) -> Iterator[Delayed]:
    real = OpenSearchSettings(hosts=(cluster_url,), index="test-deadline", timeout=30)
    library = Library(sample_data / "library.sqlite")
    publish(Cluster(real), real, generations.live(sample_data / "index"), library=library)
    library.close()
    found = Delayed(cluster_url)
    with host(found.late) as url:
        where = OpenSearchSettings(hosts=(url,), index=real.index, timeout=30)
        store = ClusterStore(Cluster(where), where.index, lambda: 0.0)
        patient = Engine(store, seconds=30)
        patient.search(SearchRequest(query="als"))
        articles = ClusterArticles(Cluster(where), where.index, lambda: 0.0)
        articles.counts()
        found.client = create_app(Engine(store, seconds=_SECONDS), articles, WebSettings()).test_client()
        yield found
    Cluster(real).client.indices.delete(index=f"{real.index}-*")


@pytest.mark.parametrize(
    ("address", "kind"),
    # What follows where few articles match all words is asked for by itself.
    [
        ("/search?q=survival+zebra+registry", "text/html"),
        ("/api/v1/search?q=patients+zebra+registry", "application/problem+json"),
    ],
)
def test_requests_that_are_each_in_time_are_together_refused_by_the_deadline(
    site: Delayed, address: str, kind: str
) -> None:
    site.seconds, site.requests = 0.7 * _SECONDS, 0
    began = time.monotonic()
    answer = site.client.get(address)
    assert time.monotonic() - began < _SECONDS + _SLACK
    assert (answer.status_code, answer.mimetype) == (503, kind)
    assert site.requests > 1


@pytest.mark.parametrize("address", ["/search?q=motor", "/api/v1/search?q=neuron"])
def test_a_cluster_that_is_back_in_time_answers_again(site: Delayed, address: str) -> None:
    site.seconds = 1.5 * _SECONDS
    assert site.client.get(address).status_code == 503
    site.seconds = 0.0
    assert site.client.get(address).status_code == 200
