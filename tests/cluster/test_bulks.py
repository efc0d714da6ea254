"""Every document that is sent is answered for: taken, sent again, or a sentence says why not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from index.errors import BuildFailed
from search.cluster import indexes
from search.cluster.bulks import Lost, load
from search.cluster.connection import Cluster
from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.sites import NewSettings

MAPPING = {"dynamic": "strict", "properties": {"n": {"type": "integer"}}}
BUSY = {"status": 429, "error": {"type": "rejected_execution_exception", "reason": "busy"}}
AWAY = {"status": 503, "error": {"type": "unavailable_shards_exception", "reason": "primary"}}


@pytest.fixture
def made(new_settings: NewSettings) -> tuple[Cluster, str]:
    where = new_settings()
    cluster = Cluster(where)
    name = indexes.index_name(where.index, 1)
    body = {
        "settings": {"number_of_replicas": 0},
        "mappings": MAPPING,
        "aliases": {indexes.load_name(name): {}},
    }
    cluster.client.indices.create(index=name, body=body)
    return cluster, name


def documents(count: int) -> Iterator[tuple[str, dict[str, Any]]]:
    for n in range(count):
        yield str(n), {"n": n}


def unneeded(_: float) -> None:
    pytest.fail("nothing has to be sent again")


def held(cluster: Cluster, name: str) -> int:
    cluster.client.indices.refresh(index=name)
    count: int = cluster.client.count(index=name)["count"]
    return count


def answering(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch, change: Callable[[int, list[Any]], None]
) -> None:
    """Have the items of each answer changed, given how many answers there were before."""
    real = cluster.client.bulk
    times = 0

    def bulk(**asked: Any) -> dict[str, Any]:
        nonlocal times
        answer: dict[str, Any] = real(**asked)
        change(times, answer["items"])
        times += 1
        return answer

    monkeypatch.setattr(cluster.client, "bulk", bulk)


def test_what_is_sent_is_held(made: tuple[Cluster, str]) -> None:
    assert load(*made, documents(50), pause=unneeded) == 50
    assert held(*made) == 50


def test_rejected_items_alone_are_sent_again_later_and_later(
    made: tuple[Cluster, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    waits: list[float] = []

    def change(times: int, items: list[Any]) -> None:
        sent.append(len(items))
        for item in items[: 3 - times]:
            item["index"] = BUSY

    answering(made[0], monkeypatch, change)
    assert load(*made, documents(50), pause=waits.append) == 50
    assert sent == [50, 3, 2, 1]
    assert waits == sorted(waits)
    assert len(set(waits)) == 3


def test_a_bulk_that_is_rejected_whole_is_sent_again(
    made: tuple[Cluster, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster, _ = made
    real = cluster.client.bulk
    waits: list[float] = []

    def bulk(**asked: Any) -> Any:
        if not waits:
            raise cluster._errors.TransportError(429, "circuit_breaking_exception", {})
        return real(**asked)

    monkeypatch.setattr(cluster.client, "bulk", bulk)
    assert load(*made, documents(5), pause=waits.append) == 5
    assert held(*made) == 5


@pytest.mark.parametrize(
    ("told", "error", "said"), [(BUSY, EngineDown, "too busy"), (AWAY, Lost, "is nowhere")]
)
def test_what_is_never_taken_ends_the_load(
    made: tuple[Cluster, str],
    monkeypatch: pytest.MonkeyPatch,
    told: dict[str, Any],
    error: type[Exception],
    said: str,
) -> None:
    waits: list[float] = []

    def change(_: int, items: list[Any]) -> None:
        items[0]["index"] = told

    answering(made[0], monkeypatch, change)
    with pytest.raises(error, match=said):
        load(*made, documents(5), pause=waits.append)
    assert 20 < sum(waits) < 60


def test_a_document_that_does_not_fit_is_named(made: tuple[Cluster, str]) -> None:
    def wrong() -> Iterator[tuple[str, dict[str, Any]]]:
        yield "4", {"n": 4}
        yield "5", {"n": 5, "unknown": 1}

    with pytest.raises(BuildFailed, match=r"refused article 5: .*strict"):
        load(*made, wrong(), pause=unneeded)


def test_an_index_at_the_flood_stage_is_one_sentence(made: tuple[Cluster, str]) -> None:
    cluster, name = made
    block = {"index.blocks.read_only_allow_delete": True}
    cluster.client.indices.put_settings(index=name, body=block)
    with pytest.raises(BuildFailed) as raised:
        load(*made, documents(5), pause=lambda _: None)
    cluster.client.indices.put_settings(index=name, body={next(iter(block)): None})
    said = str(raised.value)
    assert "see that its disks have room" in said
    assert "flood-stage" in said
    assert "\n" not in said


def test_an_index_that_was_removed_does_not_come_into_being_again(made: tuple[Cluster, str]) -> None:
    cluster, name = made
    cluster.client.indices.delete(index=name)
    with pytest.raises(Lost, match="no longer in the cluster"):
        load(*made, documents(5), pause=unneeded)
    assert not cluster.client.indices.exists(index=name)
    assert not cluster.client.indices.exists(index=indexes.load_name(name))
