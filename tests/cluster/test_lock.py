"""One reindex at a time publishes to a cluster, whatever becomes of the one before."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from opensearchpy.exceptions import ConnectionError  # noqa: A004 - the client's

from index.errors import BuildFailed, Locked
from search.cluster import indexes
from search.cluster.connection import Cluster
from search.cluster.lock import Holder, Lock, held

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.settings import OpenSearchSettings
    from tests.sites import NewSettings

ANN = Holder(machine="ann", publisher="1", since="2026-03-01T10:00:00")
BOB = Holder(machine="bob", publisher="2", since="2026-03-01T11:00:00")


def dead(where: OpenSearchSettings, holder: Holder, monkeypatch: pytest.MonkeyPatch) -> Lock:
    """Return the lock of a holder that writes no more, and has not given it up."""
    cluster = Cluster(where)
    with monkeypatch.context() as patched:
        patched.setattr(Lock, "beat", lambda _: None)
        patched.setattr(Lock, "let_go", lambda _: None)
        with held(cluster, where.index, holder) as lock:
            return lock


def pauses(then: Callable[[], object] = lambda: None) -> tuple[list[float], Callable[[float], None]]:
    """Return what a pause is called with, and a pause that takes no time, but has something happen."""
    waited: list[float] = []

    def pause(seconds: float) -> None:
        waited.append(seconds)
        then()

    return waited, pause


def test_a_lock_that_is_given_up_is_free(new_settings: NewSettings) -> None:
    where = new_settings()
    cluster = Cluster(where)
    waited, pause = pauses()
    for holder in (ANN, BOB, ANN):
        with held(cluster, where.index, holder, pause=pause) as lock:
            lock.still()
    assert waited == []


def test_a_holder_that_writes_keeps_it_and_the_other_is_told_who_since_when(
    new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    lock = dead(where, ANN, monkeypatch)
    waited, pause = pauses(lock.still)
    with (
        pytest.raises(Locked) as raised,
        held(Cluster(where), where.index, BOB, pause=pause),
    ):
        pytest.fail("both hold it")
    assert str(raised.value) == (
        "another reindex is under way, on ann since 2026-03-01 10:00 UTC; wait for it to end"
    )
    assert len(waited) == 1
    lock.still()


def test_a_holder_that_writes_no_more_is_taken_over_and_learns_of_it(
    new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    lock = dead(where, ANN, monkeypatch)
    waited, pause = pauses()
    with held(Cluster(where), where.index, BOB, pause=pause, expires=60) as taken:
        assert sum(waited) == 60
        with pytest.raises(BuildFailed, match="another reindex has taken over"):
            lock.still()
        # What the dead one gives up late is not its own.
        lock.let_go()
        taken.still()


def test_what_a_killed_one_of_the_same_folder_left_is_taken_at_once(
    new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    dead(where, ANN, monkeypatch)
    waited, pause = pauses()
    with held(Cluster(where), where.index, ANN, pause=pause):
        assert waited == []


def test_a_write_that_a_host_did_before_it_went_down_was_its_own(
    new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    real = cluster.client.index
    broken = [False, True]

    def broken_off(**asked: Any) -> Any:
        answer = real(**asked)
        if broken and broken.pop(0):
            raise ConnectionError("N/A", "reset", OSError("reset"))
        return answer

    with held(cluster, where.index, ANN) as lock:
        monkeypatch.setattr(cluster.client, "index", broken_off)
        for _ in range(4):
            lock.still()
    assert broken == []


def test_of_many_at_once_one_gets_it(new_settings: NewSettings) -> None:
    where = new_settings()
    start, end = threading.Barrier(6), threading.Barrier(6)
    won: list[str] = []

    def one(name: str) -> None:
        holder = Holder(machine=name, publisher=name, since=ANN.since)
        start.wait()
        try:
            with held(Cluster(where), where.index, holder):
                won.append(name)
                end.wait()
        except Locked:
            end.wait()

    threads = [threading.Thread(target=one, args=(str(n),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1


def test_a_holder_writes_by_itself(new_settings: NewSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("search.cluster.lock._BEAT", 0.05)
    where = new_settings()
    cluster = Cluster(where)
    with held(cluster, where.index, ANN), pytest.raises(Locked), held(cluster, where.index, BOB):
        pytest.fail("both hold it")
    assert not cluster.client.exists(index=indexes.lock_name(where.index), id="reindex")
