"""Who publishes to a cluster: one reindex at a time, on whatever machine.

The lock is a document of a small index beside the generations. Its holder writes to it again every few
seconds. Who finds it taken watches it: a holder that writes is at work; one that does not for a minute is
dead, and the lock is taken over. So no clocks are compared. A write goes through for the last writer alone,
so that one who was thought dead learns of it.
"""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, convert, structs, to_builtins

from index.errors import BuildFailed, Locked
from search.cluster import indexes
from search.cluster.connection import Missing
from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from search.cluster.connection import Cluster

EXPIRES: Final = 60.0
"""Seconds after which a lock that is not written to is nobody's."""

_BEAT: Final = 5.0
_LOOK: Final = 1.0
_TRIES: Final = 3
_CONFLICT: Final = 409
_ID: Final = "reindex"
_MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "machine": {"type": "keyword"},
        "publisher": {"type": "keyword"},
        "since": {"type": "keyword"},
        "beats": {"type": "long"},
    },
}


class Holder(Struct, frozen=True, kw_only=True):
    """Who holds a lock: the name of a machine, a folder's own name, and since when, an ISO 8601 time in UTC.

    No two at a time have the same machine and folder: a lock on that machine sees to it.
    """

    machine: str
    publisher: str
    since: str
    beats: int = 0


class _Held(Struct, frozen=True):
    """A lock as it lies in the cluster: who holds it, and what the next write must say that it saw."""

    holder: Holder
    seen: dict[str, int]


class Lock:
    """A lock that is held. `still` may be called by any thread."""

    def __init__(self, cluster: Cluster, index: str, held: _Held) -> None:
        self._cluster = cluster
        self._index = index
        self._held = held
        self._mutex = threading.Lock()
        self._over = threading.Event()

    def still(self) -> None:
        """Write to it; raises BuildFailed where another has taken it over, EngineDown."""
        with self._mutex:
            mine = structs.replace(self._held.holder, beats=self._held.holder.beats + 1)
            written = _write(self._cluster, self._index, mine, self._held)
            if written is None and (found := _read(self._cluster, self._index)) and found.holder == mine:
                # A host that went down had done it, and the next was asked to do it again.
                written = found
            if written is None:
                raise BuildFailed("another reindex has taken over, for this one had stopped; run it again")
            self._held = written

    def beat(self) -> None:
        """Write to it again and again, until it is let go or lost."""
        while not self._over.wait(_BEAT):
            try:
                self.still()
            except EngineDown:
                continue  # what follows fails on its own where the cluster stays away
            except BuildFailed:
                return  # said by the next `still`

    def let_go(self) -> None:
        """Give it up, if it is still held."""
        self._over.set()
        with self._mutex:
            seen: dict[str, Any] = dict(self._held.seen)
            delete = self._cluster.client.delete
            self._cluster.ask("give up its lock", delete, index=self._index, id=_ID, ignore=_CONFLICT, **seen)


@contextmanager
def held(
    cluster: Cluster,
    alias: str,
    holder: Holder,
    *,
    pause: Callable[[float], None] = time.sleep,
    expires: float = EXPIRES,
    replicas: int = 1,
) -> Iterator[Lock]:
    """Hold the lock on a name; raises Locked where another does, EngineDown.

    One that was left by a holder of the same machine and folder is taken at once: it is dead.
    """
    index = indexes.lock_name(alias)
    _make(cluster, index, replicas)
    lock = Lock(cluster, index, _taken(cluster, index, holder, pause, expires))
    beating = threading.Thread(target=lock.beat, daemon=True)
    beating.start()
    try:
        yield lock
    finally:
        with suppress(EngineDown):  # where it cannot be given up, it ends by itself
            lock.let_go()
        beating.join()


def _make(cluster: Cluster, index: str, replicas: int) -> None:
    """Make the index of the lock, where there is none."""
    indices = cluster.client.indices
    if cluster.ask("look for its lock", indices.exists, index=index):
        return
    settings = {"number_of_shards": 1, "auto_expand_replicas": f"0-{replicas}" if replicas else "false"}
    body = {"settings": settings, "mappings": _MAPPING}
    try:
        cluster.ask("make its lock", indices.create, index=index, body=body)
    except EngineDown:
        # Two may have come at once.
        if not cluster.ask("look for its lock", indices.exists, index=index):
            raise


def _taken(
    cluster: Cluster, index: str, holder: Holder, pause: Callable[[float], None], expires: float
) -> _Held:
    for _ in range(_TRIES):
        if taken := _write(cluster, index, holder, None):
            return taken
        other = _read(cluster, index)
        if other is None:
            continue  # it was just let go
        told = other.holder
        if (told.machine, told.publisher) != (holder.machine, holder.publisher):
            _watch(cluster, index, other, pause, expires)
        if taken := _write(cluster, index, holder, other):
            return taken
    raise Locked("another reindex has just begun; wait for it to end")


def _watch(
    cluster: Cluster, index: str, other: _Held, pause: Callable[[float], None], expires: float
) -> None:
    """Wait until a lock is let go, or nobody's; raises Locked as soon as it is written to."""
    waited = 0.0
    while waited < expires:
        pause(_LOOK)
        waited += _LOOK
        found = _read(cluster, index)
        if found is None:
            return
        if found.seen != other.seen:
            since = found.holder.since[:16].replace("T", " ")
            raise Locked(
                f"another reindex is under way, on {found.holder.machine} since {since} UTC; "
                "wait for it to end"
            )


def _write(cluster: Cluster, index: str, holder: Holder, over: _Held | None) -> _Held | None:
    """Write a holder, over what was read or where there is nothing; return None where another came first."""
    conditions: dict[str, Any] = dict(over.seen) if over else {"op_type": "create"}
    answer = cluster.ask(
        "take its lock", cluster.client.index, index=index, id=_ID, body=to_builtins(holder),
        ignore=_CONFLICT, **conditions,
    )  # fmt: skip
    return None if answer.get("status") == _CONFLICT else _Held(holder, _seen(answer))


def _read(cluster: Cluster, index: str) -> _Held | None:
    try:
        answer = cluster.ask("read its lock", cluster.client.get, index=index, id=_ID)
    except Missing:
        return None
    return _Held(convert(answer["_source"], Holder), _seen(answer))


def _seen(answer: dict[str, Any]) -> dict[str, int]:
    return {"if_seq_no": answer["_seq_no"], "if_primary_term": answer["_primary_term"]}
