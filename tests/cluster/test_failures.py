"""What goes wrong with a cluster is said in a sentence, in time, and never shown as a page with less on it."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from crawler.keeping.library import Library
from index.build import build
from index.errors import BuildFailed, NoGeneration
from index.settings import IndexSettings
from search.cluster import indexes, upkeep
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.errors import EngineDown, GenerationGone
from search.request import SearchRequest
from search.settings import OpenSearchSettings
from tests.conftest import NOW, ignore_progress
from tests.search.matching.test_brute_force import record

if TYPE_CHECKING:
    from pathlib import Path

    from index.generations import Generation
    from tests.sites import NewSettings

Answer = tuple[int, dict[str, Any]]
Fake = Callable[[Callable[[str], Answer]], str]

_SECRET = "Kennwort-17"  # noqa: S105 - of no cluster that there is
_OURS: Answer = (200, {"version": {"number": "3.4.0", "distribution": "opensearch"}})


@pytest.fixture
def speaker() -> Iterator[Fake]:
    """Starts an HTTP server that answers each path as it is told, and returns its address."""
    servers: list[ThreadingHTTPServer] = []

    def started(answer: Callable[[str], Answer]) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, body = answer(self.path)
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET  # noqa: N815 - the name that the server looks for

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield started
    for server in servers:
        server.shutdown()
        server.server_close()


def engine_of(where: OpenSearchSettings) -> Engine:
    return Engine(ClusterStore(Cluster(where), where.index, time.monotonic), seconds=where.timeout)


def sentence(where: OpenSearchSettings) -> str:
    with pytest.raises(EngineDown) as raised:
        engine_of(where).search(SearchRequest(query="als"))
    assert _SECRET not in str(raised.value)
    return str(raised.value)


@pytest.fixture(scope="module")
def generation(tmp_path_factory: pytest.TempPathFactory) -> Generation:
    folder = tmp_path_factory.mktemp("small")
    library = Library(folder / "library.sqlite", identity="test")
    library.take([record(Random(7), n) for n in range(1, 8)], source="a test", now=NOW)
    made = build(library, folder / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    return made


def test_a_cluster_that_is_not_there_is_said_to_be_so() -> None:
    said = sentence(OpenSearchSettings(hosts=(f"http://user:{_SECRET}@127.0.0.1:9",), timeout=2))
    assert said == "the cluster at 127.0.0.1:9 does not answer; see that it runs, and try again"


def test_something_else_is_refused(speaker: Fake) -> None:
    url = speaker(lambda _: (200, {"version": {"number": "8.1.0"}}))
    assert "is not OpenSearch" in sentence(OpenSearchSettings(hosts=(url,)))


def test_an_old_cluster_is_refused(speaker: Fake) -> None:
    url = speaker(lambda _: (200, {"version": {"number": "2.19.3", "distribution": "opensearch"}}))
    assert "version 3 or later is needed" in sentence(OpenSearchSettings(hosts=(url,)))


def test_a_wrong_password_is_said_to_be_so(speaker: Fake) -> None:
    url = speaker(lambda _: (401, {"error": "Unauthorized"}))
    said = sentence(OpenSearchSettings(hosts=(url,), user="ann", password=_SECRET))
    assert "see search.opensearch.user and its password" in said


def test_a_password_may_lie_in_a_file(tmp_path: Path, speaker: Fake) -> None:
    url = speaker(lambda _: (401, {}))
    where = OpenSearchSettings(hosts=(url,), user="ann", password_file=str(tmp_path / "none"))
    assert "password_file cannot be read" in sentence(where)
    (tmp_path / "none").write_text(f"{_SECRET}\n")
    assert "refuses" in sentence(where)


def test_a_part_that_does_not_answer_is_no_answer(speaker: Fake) -> None:
    partial = {"timed_out": False, "_shards": {"failed": 1}, "hits": {"hits": []}}
    url = speaker(lambda path: (200, partial) if "_search" in path else _OURS)
    cluster = Cluster(OpenSearchSettings(hosts=(url,)))
    with pytest.raises(EngineDown, match="did not answer whole"):
        cluster.search("als-search", {"query": {"match_all": {}}})


def test_a_cluster_that_hangs_is_waited_for_no_longer_than_was_set(speaker: Fake) -> None:
    over = threading.Event()

    def hung(_path: str) -> Answer:
        over.wait(20)
        return _OURS

    began = time.monotonic()
    said = sentence(OpenSearchSettings(hosts=(speaker(hung),), timeout=0.5))
    over.set()
    assert "did not answer within 0.5 seconds" in said
    assert time.monotonic() - began < 2


def test_an_index_that_was_never_made_asks_for_a_reindex(new_settings: NewSettings) -> None:
    assert "run `als-search reindex`" in sentence(new_settings())


def test_an_index_of_others_is_left_alone(new_settings: NewSettings, generation: Generation) -> None:
    where = new_settings()
    cluster = Cluster(where)
    cluster.client.indices.create(index=where.index)
    with pytest.raises(BuildFailed, match="that is not ours"):
        publish(cluster, where, generation)
    assert cluster.client.indices.exists(index=where.index)


def test_a_build_that_fails_leaves_the_one_before_and_the_next_cleans_up(
    new_settings: NewSettings, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    first = publish(cluster, where, generation)
    real = cluster.client.indices.refresh

    def killed(**_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cluster.client.indices, "refresh", killed)
    with monkeypatch.context() as inner:
        # Killed is killed: nothing is left to clean up.
        inner.setattr(cluster.client.indices, "delete", lambda **_: None)
        with pytest.raises(KeyboardInterrupt):
            publish(cluster, where, generation)
    assert len(indexes.all_of(cluster, where.index)) == 2
    assert engine_of(where).search(SearchRequest()).total == 7
    monkeypatch.setattr(cluster.client.indices, "refresh", real)
    third = publish(cluster, where, generation)
    assert list(indexes.all_of(cluster, where.index)) == [first, third]


def test_older_generations_are_kept_as_told_and_a_rollback_goes_to_the_last(
    new_settings: NewSettings, generation: Generation
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    first, second, third = (publish(cluster, where, generation) for _ in range(3))
    assert list(indexes.all_of(cluster, where.index)) == [second, third]
    engine = engine_of(where)
    assert engine.search(SearchRequest(generation="generation-000002")).total == 7
    with pytest.raises(GenerationGone):
        engine.search(SearchRequest(query="als", generation=indexes.generation_name(first)))
    assert upkeep.rollback(cluster, where.index).number == 2
    assert indexes.live(cluster, where.index) == second
    with pytest.raises(NoGeneration):
        upkeep.rollback(cluster, where.index)


def test_articles_that_the_cluster_is_too_busy_for_are_sent_again(
    new_settings: NewSettings, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    real = cluster.client.bulk
    waits: list[float] = []
    refused = 0

    def busy(**asked: Any) -> dict[str, Any]:
        nonlocal refused
        answer: dict[str, Any] = real(**asked)
        if not refused:
            refused += 1
            answer["items"][0]["index"] = {"status": 429, "error": {"reason": "busy"}}
        return answer

    monkeypatch.setattr(cluster.client, "bulk", busy)
    publish(cluster, where, generation, pause=waits.append)
    assert waits == [0.5]
    monkeypatch.setattr(cluster.client, "bulk", real)
    assert engine_of(where).search(SearchRequest()).total == 7


def test_articles_that_the_cluster_refuses_fail_the_build(
    new_settings: NewSettings, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    cluster = Cluster(where)

    def full(**asked: Any) -> dict[str, Any]:
        told = {"status": 403, "error": {"reason": "index read-only"}}
        return {"items": [{"index": told} for _ in range(asked["body"].count('{"index":{'))]}

    monkeypatch.setattr(cluster.client, "bulk", full)
    with pytest.raises(BuildFailed, match="index read-only"):
        publish(cluster, where, generation)
    assert indexes.all_of(cluster, where.index) == {}


def test_one_host_that_is_gone_is_passed_over(new_settings: NewSettings, generation: Generation) -> None:
    where = new_settings()
    publish(Cluster(where), where, generation)
    several = structs.replace(where, hosts=("http://127.0.0.1:9", *where.hosts))
    for _ in range(4):
        assert engine_of(several).search(SearchRequest()).total == 7
