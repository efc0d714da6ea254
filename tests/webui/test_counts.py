from __future__ import annotations

import threading

from webui.counts import Counts


def counts(now: list[float], most: int = 10) -> Counts:
    return Counts(clock=lambda: now[0], most=most)


def test_what_is_asked_is_counted_by_key_until_its_time_is_over() -> None:
    now = [100.0]
    asked = counts(now)
    assert [asked.incr("a", 60), asked.incr("b", 60), asked.incr("a", 60, amount=2)] == [1, 1, 3]
    assert (asked.get("a"), asked.get_expiry("a")) == (3, 160.0)
    now[0] = 160.0
    assert asked.get("a") == 0
    assert asked.incr("a", 60) == 1
    assert asked.get_expiry("a") == 220.0


def test_of_many_keys_those_are_forgotten_whose_time_is_over() -> None:
    now = [0.0]
    asked = counts(now, most=10)
    for number in range(10):
        asked.incr(str(number), 1 + number)
    now[0] = 5.0
    asked.incr("new", 60)
    assert len(asked) == 6
    assert asked.get("9") == 1


def test_a_key_and_all_can_be_forgotten() -> None:
    asked = counts([0.0])
    asked.incr("a", 60)
    asked.incr("b", 60)
    asked.clear("a")
    asked.clear("never there")
    assert (asked.get("a"), asked.get("b"), asked.reset(), asked.get("b")) == (0, 1, 1, 0)
    assert asked.get_expiry("b") == 0.0


def test_threads_lose_no_count() -> None:
    asked = counts([0.0])

    def ask() -> None:
        for _ in range(500):
            asked.incr("a", 60)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert asked.get("a") == 2_000
