"""Many documents to an index of a cluster: in parallel bulks, each document answered for."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import msgspec

from index.errors import BuildFailed
from search.cluster import indexes
from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from search.cluster.connection import Cluster

_BYTES: Final = 4 << 20
_SENDERS: Final = 2
_ATTEMPTS: Final = 7
_PATIENCE: Final = 60.0
"""Seconds that the cluster may take for a bulk."""

_WAITED: Final = "10s"
"""How long the cluster itself waits for a part of an index that is not there."""

_BUSY: Final = 429
_AWAY: Final = 503
_MISSING: Final = 404
_BLOCKED: Final = "cluster_block_exception"

Bulk = list[tuple[str, bytes]]


class Lost(EngineDown):
    """A part of an index that is being written is no longer in the cluster: it is to be written anew."""


def load(
    cluster: Cluster,
    index: str,
    documents: Iterable[tuple[str, dict[str, Any]]],
    pause: Callable[[float], None],
) -> int:
    """Send documents, given with their ids, and return how many there were.

    What the cluster is too busy for is sent again, later and later. Raises BuildFailed for one that is
    refused, Lost where the index is not there, or not all of it, EngineDown.
    """
    sent = 0
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(_SENDERS) as senders:
        try:
            for bulk in _bulks(documents):
                sent += len(bulk)
                waiting.append(senders.submit(_send, cluster, index, bulk, pause))
                if len(waiting) > 2 * _SENDERS:
                    waiting.popleft().result()
            while waiting:
                waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()
    return sent


def _bulks(documents: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[Bulk]:
    bulk: Bulk = []
    size = 0
    for key, document in documents:
        encoded = msgspec.json.encode(document)
        bulk.append((key, encoded))
        size += len(encoded)
        if size > _BYTES:
            yield bulk
            bulk, size = [], 0
    if bulk:
        yield bulk


def _send(cluster: Cluster, index: str, bulk: Bulk, pause: Callable[[float], None]) -> None:
    """Send documents until the cluster has taken each."""
    left = bulk
    trouble: EngineDown = EngineDown("the cluster takes no documents")
    for attempt in range(_ATTEMPTS):
        if attempt:
            pause(2.0**attempt / 4)
        try:
            answer = _sent(cluster, index, left)
        except EngineDown as error:
            trouble = error
            continue
        left, trouble = _left(index, left, answer["items"])
        if not left:
            return
    raise trouble


def _sent(cluster: Cluster, index: str, bulk: Bulk) -> Any:
    lines = [
        line for key, document in bulk for line in (msgspec.json.encode({"index": {"_id": key}}), document)
    ]
    return cluster.ask(
        "take documents",
        cluster.client.bulk,
        index=indexes.load_name(index),
        body=b"\n".join(lines).decode() + "\n",
        # An index that is gone must not come into being again.
        require_alias=True,
        timeout=_WAITED,
        request_timeout=_PATIENCE,
    )


def _left(index: str, bulk: Bulk, items: list[dict[str, Any]]) -> tuple[Bulk, EngineDown]:
    """Return what is to be sent again, and what is to be said if there is no time for that."""
    left: Bulk = []
    trouble = EngineDown("")
    for (key, document), item in zip(bulk, items, strict=True):
        told = item["index"]
        error = told.get("error")
        if told["status"] in {_BUSY, _AWAY} and error.get("type") != _BLOCKED:
            left.append((key, document))
            trouble = (
                Lost(f"a part of {index} is nowhere in the cluster")
                if told["status"] == _AWAY
                else EngineDown(
                    f"it is too busy: it refused {len(left)} articles {_ATTEMPTS} times; try later"
                )
            )
        elif error:
            _refuse(index, key, told["status"], error)
    return left, trouble


def _refuse(index: str, key: str, status: int, error: dict[str, Any]) -> None:
    if status == _MISSING:
        raise Lost(f"{index} is no longer in the cluster")
    if error.get("type") == _BLOCKED:
        raise BuildFailed(
            f"the cluster takes nothing into {index}: {error.get('reason')}; see that its disks have room, "
            "and run `als-search reindex` again"
        )
    raise BuildFailed(f"the cluster refused article {key}: {error.get('reason')}")
