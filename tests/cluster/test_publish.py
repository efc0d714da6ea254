"""What was written to a cluster is checked before it is switched to; what is lost meanwhile is written anew."""

from __future__ import annotations

import time
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from opensearchpy.exceptions import ConnectionError  # noqa: A004 - the client's

from crawler.keeping.library import Library
from index.build import build
from index.errors import BuildFailed
from index.settings import IndexSettings
from search.cluster import indexes
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.errors import EngineDown
from search.request import SearchRequest
from tests.conftest import NOW, ignore_progress
from tests.search.matching.test_brute_force import record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index.generations import Generation
    from tests.sites import NewSettings

ARTICLES = 7


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    folder = tmp_path_factory.mktemp("small")
    library = Library(folder / "library.sqlite", identity="test")
    library.take([record(Random(7), n) for n in range(1, ARTICLES + 1)], source="a test", now=NOW)
    yield library
    library.close()


@pytest.fixture(scope="module")
def generation(library: Library, tmp_path_factory: pytest.TempPathFactory) -> Generation:
    root: Path = tmp_path_factory.mktemp("index") / "index"
    return build(library, root, IndexSettings(), now=NOW, progress=ignore_progress)


def changing(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, change: Callable[[str, list[str]], list[str]]
) -> None:
    """Have what is sent to an index changed on the way, and each document said to be taken."""
    real = cluster.client.bulk

    def bulk(**asked: Any) -> Any:
        lines = asked["body"].rstrip("\n").split("\n")
        real(**asked | {"body": "\n".join(change(asked["index"], lines)) + "\n"})
        return {"items": [{"index": {"status": 201}} for _ in lines[::2]]}

    monkeypatch.setattr(cluster.client, "bulk", bulk)


def is_of_articles(index: str) -> bool:
    return "-articles-" in index


def is_of_search(index: str) -> bool:
    return "-articles-" not in index and "-files-" not in index


@pytest.mark.parametrize("is_meant", [is_of_articles, is_of_search])
def test_an_index_that_lacks_an_article_is_not_switched_to(
    is_meant: Callable[[str], bool],
    new_settings: NewSettings,
    generation: Generation,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    changing(cluster, monkeypatch, lambda index, lines: lines[2:] if is_meant(index) else lines)
    with pytest.raises(BuildFailed, match=f"{ARTICLES} were sent, but it holds {ARTICLES - 1}"):
        publish(cluster, where, generation, library=library)
    assert not cluster.client.indices.exists(index=f"{where.index}-0*", allow_no_indices=False)


@pytest.mark.parametrize(("is_meant", "field"), [(is_of_articles, '"date"'), (is_of_search, '"d_date"')])
def test_an_article_that_came_to_be_another_is_found_out(
    is_meant: Callable[[str], bool],
    field: str,
    new_settings: NewSettings,
    generation: Generation,
    library: Library,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    where = new_settings()
    cluster = Cluster(where)

    def change(index: str, lines: list[str]) -> list[str]:
        return [line.replace(f"{field}:", f"{field}:1") for line in lines] if is_meant(index) else lines

    changing(cluster, monkeypatch, change)
    with pytest.raises(BuildFailed, match="was sent to the cluster, but another is held"):
        publish(cluster, where, generation, library=library)


def test_an_article_that_its_words_do_not_find_is_found_out(
    new_settings: NewSettings, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    real = cluster.search

    def search(index: str, body: dict[str, Any], **more: Any) -> dict[str, Any]:
        *rest, last = body["query"]["bool"]["filter"]
        other = {"term": {next(iter(last["term"])): "none"}}
        return real(index, body | {"query": {"bool": {"filter": [*rest, other]}}}, **more)

    monkeypatch.setattr(cluster, "search", search)
    with pytest.raises(BuildFailed, match="its words do not find it"):
        publish(cluster, where, generation)


def test_an_index_that_is_lost_while_it_is_written_is_written_anew(
    new_settings: NewSettings, generation: Generation, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    real = cluster.client.bulk
    lost: list[str] = []

    def bulk(**asked: Any) -> Any:
        if is_of_search(asked["index"]) and not lost:
            lost.append(asked["index"])
            cluster.client.indices.delete(index=asked["index"].removesuffix("-load"))
        return real(**asked)

    monkeypatch.setattr(cluster.client, "bulk", bulk)
    assert publish(cluster, where, generation, library=library) == indexes.index_name(where.index, 2)
    assert len(lost) == 1
    held = set(cluster.client.indices.get_alias(index=f"{where.index}-*"))
    assert held == {f"{where.index}-000002{part}" for part in ("", "-files", "-articles")}
    engine = Engine(ClusterStore(cluster, where.index, time.monotonic), seconds=30)
    assert engine.search(SearchRequest()).total == ARTICLES


@pytest.mark.parametrize("name", ["create", "update_aliases", "delete_alias", "put_mapping", "put_settings"])
def test_what_a_host_did_before_it_went_down_is_not_taken_for_a_failure(
    name: str, new_settings: NewSettings, generation: Generation, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    first = publish(cluster, where, generation)
    real = getattr(cluster.client.indices, name)
    times = 0

    def broken_off(**asked: Any) -> Any:
        nonlocal times
        times += 1
        answer = real(**asked)
        if times == 1:
            raise ConnectionError("N/A", "reset", OSError("reset"))
        return answer

    monkeypatch.setattr(cluster.client.indices, name, broken_off)
    second = publish(cluster, where, generation)
    assert times > 1
    assert indexes.live(cluster, where.index) == second
    assert list(indexes.all_of(cluster, where.index)) == [first, second]


def test_one_that_was_taken_over_switches_to_nothing(
    new_settings: NewSettings, generation: Generation
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    first = publish(cluster, where, generation)
    left = [True, False]

    def still() -> None:
        if not left.pop(0):
            raise BuildFailed("another reindex has taken over")

    with pytest.raises(BuildFailed, match="has taken over"):
        publish(cluster, where, generation, still=still)
    assert indexes.live(cluster, where.index) == first
    assert list(indexes.all_of(cluster, where.index)) == [first]


def test_a_switch_that_another_came_before_is_refused(
    new_settings: NewSettings, generation: Generation
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    first, second = (publish(cluster, where, generation) for _ in range(2))
    with pytest.raises(EngineDown, match="could not switch to another index"):
        indexes.switch(cluster, where.index, first, first)
    assert indexes.live(cluster, where.index) == second
