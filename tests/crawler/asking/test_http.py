"""The client persists, but not for ever; keeps the pace; and takes in no more than it may."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import pairwise
from random import Random
from threading import Barrier, Event
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.asking.http import Answer, Client
from crawler.asking.pace import Pace
from crawler.errors import BadStatus, Invalid, SourceError, Unreachable
from crawler.settings import CrawlerSettings
from tests.fake_time import FakeTime
from tests.fault_server import (
    Behaviour,
    answer,
    chunked,
    cut_off,
    dropped,
    fault_server,
    gzipped,
    limited,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from tests.crawler.conftest import MakeClient
    from tests.fault_server import FaultServer

FETCH = "/eutils/efetch.fcgi"
NOBODY = "http://127.0.0.1:1/"


# What is said


def test_eutils_are_told_who_asks_by_post(server: FaultServer, make: MakeClient) -> None:
    server.script(FETCH, answer(b"<whole/>"))
    client = make(email="a@b.org", api_key="hush")
    assert client.eutils("efetch.fcgi", {"db": "pubmed", "id": "1,2"}) == b"<whole/>"
    (asked,) = server.requests
    assert asked.method == "POST"
    assert asked.parameters == {
        "db": "pubmed", "id": "1,2", "tool": "als-search", "email": "a@b.org", "api_key": "hush",
    }  # fmt: skip
    assert asked.headers["user-agent"].startswith("als-search/")
    assert "mailto:a@b.org" in asked.headers["user-agent"]


def test_europe_pmc_is_asked_below_its_base_address_and_told_no_key(
    server: FaultServer, make: MakeClient
) -> None:
    server.script("/rest/MED/1/references", answer(b"{}"))
    client = make(email="a@b.org", api_key="hush")
    assert client.europepmc("MED/1/references", {"page": "1", "format": "json"}) == b"{}"
    (asked,) = server.requests
    assert asked.method == "GET"
    assert asked.parameters == {"page": "1", "format": "json"}


def test_an_answer_says_where_it_came_from(server: FaultServer, make: MakeClient) -> None:
    url = server.script("/x", answer(b"text", status=203, headers={"Content-Type": "text/plain"}))
    assert make().get(url, {"q": "a b"}) == Answer(
        status=203, url=f"{url}?q=a+b", content_type="text/plain", body=b"text"
    )
    assert make().post(url, {"q": "a"}).body == b"text"


def test_cookies_are_not_kept(server: FaultServer, make: MakeClient) -> None:
    url = server.script("/x", answer(headers={"Set-Cookie": "who=you; Path=/"}))
    client = make()
    client.get(url)
    client.get(url)
    assert all("cookie" not in asked.headers for asked in server.requests)


def test_passwords_of_the_user_are_not_looked_up(
    server: FaultServer, make: MakeClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hush")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    make().get(server.script("/x", answer()))
    assert "authorization" not in server.requests[0].headers


# Trying again


@pytest.mark.parametrize(
    "fault",
    [
        *(answer(b"down", status=status) for status in (429, 500, 502, 503, 504)),
        limited(), dropped(), cut_off(), chunked(b"part", is_whole=False), gzipped(b"<whole/>", cut=9),
        answer(b"\x1f\x8bdamaged", headers={"Content-Encoding": "gzip"}),
        answer(b"?", headers={"Content-Encoding": "br"}),
    ],
)  # fmt: skip
def test_what_may_pass_is_asked_for_again(server: FaultServer, make: MakeClient, fault: Behaviour) -> None:
    server.script(FETCH, fault, fault, answer(b"<whole/>"))
    assert make().eutils("efetch.fcgi", {}) == b"<whole/>"
    assert len(server.requests) == 3


def test_a_silent_server_is_asked_again(server: FaultServer, make: MakeClient) -> None:
    is_over = Event()

    def silence(_: BaseHTTPRequestHandler) -> None:
        is_over.wait(10)

    server.script(FETCH, silence, answer(b"<whole/>"))
    assert make(timeout=0.05).eutils("efetch.fcgi", {}) == b"<whole/>"
    is_over.set()


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 414, 501, 304])
def test_what_will_not_pass_is_told_at_once(server: FaultServer, make: MakeClient, status: int) -> None:
    server.script(
        FETCH, answer(b"<html><b>Bad</b>\n Request</html>" if status != 304 else b"", status=status)
    )
    with pytest.raises(BadStatus, match=rf"^efetch\.fcgi answered {status} ") as caught:
        make().eutils("efetch.fcgi", {"id": "12345"})
    assert caught.value.status == status
    assert ("Bad Request" in str(caught.value)) is (status != 304)
    assert len(server.requests) == 1


def test_giving_up_says_what_was_asked_how_often_and_what_the_last_answer_was(
    server: FaultServer, make: MakeClient, time: FakeTime
) -> None:
    server.script(FETCH, dropped(), answer(b'{"message": "Under maintenance"}', status=503))
    with pytest.raises(BadStatus) as caught:
        make(tries=4).eutils("efetch.fcgi", {"id": "12345"})
    said = "efetch.fcgi answered 503 Service Unavailable: Under maintenance; asked 4 times"
    assert str(caught.value) == said
    assert len(server.requests) == 4
    assert len(time.slept) >= 3


@pytest.mark.parametrize(
    ("fault", "error", "said"),
    [
        (
            dropped(),
            Unreachable,
            r"/eutils/efetch.fcgi does not answer \(RemoteDisconnected\); asked 2 times",
        ),
        (cut_off(), Invalid, r"/eutils/efetch.fcgi breaks off \(IncompleteRead\); asked 2 times"),
        (
            limited(),
            BadStatus,
            r"429 Too Many Requests: API rate limit exceeded \(count 5, limit 3\); asked 2",
        ),
        (gzipped(b"<whole/>", cut=9), Invalid, "efetch.fcgi: the gzip data of the answer end early; asked 2"),
    ],
)
def test_giving_up_names_the_fault(
    server: FaultServer, make: MakeClient, fault: Behaviour, error: type[SourceError], said: str
) -> None:
    server.script(FETCH, fault)
    with pytest.raises(error, match=said):
        make(tries=2).eutils("efetch.fcgi", {})


def test_where_nobody_ever_answered_it_is_given_up_soon(make: MakeClient, time: FakeTime) -> None:
    with pytest.raises(Unreachable, match=r"does not answer \(NewConnectionError\); asked 2 times"):
        make(eutils_url=NOBODY).eutils("efetch.fcgi", {})
    assert time.now < 5


def test_an_answer_that_a_check_finds_invalid_is_asked_for_again(
    server: FaultServer, make: MakeClient
) -> None:
    def check(answer: Answer) -> None:
        if b"<ERROR>" in answer.body:
            raise Invalid("Search Backend failed")

    server.script(FETCH, answer(b"<ERROR>no</ERROR>"), answer(b"<whole/>"))
    assert make().eutils("efetch.fcgi", {}, check=check) == b"<whole/>"
    server.script(FETCH, answer(b"<ERROR>no</ERROR>"))
    with pytest.raises(Invalid, match=r"^efetch.fcgi: Search Backend failed; asked 6 times$"):
        make().eutils("efetch.fcgi", {}, check=check)


def test_what_else_a_check_raises_ends_it(server: FaultServer, make: MakeClient) -> None:
    def check(_: Answer) -> None:
        raise SourceError("no such query")

    server.script(FETCH, answer())
    with pytest.raises(SourceError, match="no such query"):
        make().eutils("efetch.fcgi", {}, check=check)
    assert len(server.requests) == 1


# Waiting


class Longest(Random):
    """The chance that always waits as long as it may."""

    def uniform(self, a: float, b: float) -> float:  # noqa: ARG002 - as it is in Random
        return b


def pauses(server: FaultServer, chance: Random, *, tries: int) -> Sequence[float]:
    """Return the pauses of a client that never gets an answer; the pace is too fast to be among them."""
    time = FakeTime()
    fast = CrawlerSettings(eutils_url=server.url, europepmc_url=server.url, europepmc_pace=1e12, eutils_pace=1e12, tries=tries)  # fmt: skip
    with pytest.raises(BadStatus):
        Client(fast, sleep=time.sleep, clock=time.clock, random=chance).eutils("x.fcgi", {})
    return [pause for pause in time.slept if pause > 1e-9]


def test_the_longest_pause_doubles_up_to_a_minute(server: FaultServer) -> None:
    server.script("/x.fcgi", answer(status=500))
    assert pauses(server, Longest(), tries=10) == [1, 2, 4, 8, 16, 32, 60, 60, 60]


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(seed=st.integers())
def test_a_pause_is_anything_up_to_the_longest(server: FaultServer, seed: int) -> None:
    server.script("/x.fcgi", answer(status=500))
    found = pauses(server, Random(seed), tries=5)
    assert all(pause <= longest for pause, longest in zip(found, (1, 2, 4, 8), strict=True))
    assert found != [1, 2, 4, 8]


def test_retry_after_is_obeyed_to_the_second(server: FaultServer, make: MakeClient, time: FakeTime) -> None:
    server.script(FETCH, limited(retry_after="17"), answer())
    make().eutils("efetch.fcgi", {})
    assert time.slept == [17]


def test_retry_after_may_be_a_date(server: FaultServer, make: MakeClient, time: FakeTime) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(seconds=100), usegmt=True)
    server.script(FETCH, limited(retry_after=then), answer())
    make().eutils("efetch.fcgi", {})
    assert 90 < time.now <= 100


@pytest.mark.parametrize("odd", ["soon", "-5", "1.5", "0", "Fri, 99 Foo", "9" * 5000])
def test_an_odd_retry_after_is_like_none_or_too_long(
    server: FaultServer, make: MakeClient, time: FakeTime, odd: str
) -> None:
    server.script(FETCH, limited(retry_after=odd), answer(b"<whole/>"))
    assert make().eutils("efetch.fcgi", {}) == b"<whole/>"
    assert time.now <= 2


@pytest.mark.parametrize("wait", ["3600", "9" * 400, "Fri, 31 Dec 9999 23:59:59 GMT"])
def test_who_asks_to_wait_too_long_is_left_alone(
    server: FaultServer, make: MakeClient, time: FakeTime, wait: str
) -> None:
    server.script(FETCH, limited(retry_after=wait))
    with pytest.raises(
        BadStatus, match=r"it asks to wait \d+ s, and crawler.longest_wait allows 60 s: try again later"
    ):
        make(longest_wait=60).eutils("efetch.fcgi", {})
    assert time.slept == []
    assert len(server.requests) == 1


# The pace


def test_all_threads_together_keep_the_pace_of_one(server: FaultServer) -> None:
    server.script("/x.fcgi", answer())
    time = FakeTime()
    all_there = Barrier(5, timeout=10)

    def ask(_: int) -> None:
        all_there.wait()
        client.eutils("x.fcgi", {})

    with fault_server() as other:
        own = CrawlerSettings(eutils_url=server.url, europepmc_url=other.url, api_key="hush")
        client = Client(own, sleep=time.sleep, clock=time.clock)
        with ThreadPoolExecutor(5) as pool:
            list(pool.map(ask, range(20)))
    assert len(server.requests) == 20
    # Nothing but the waiting takes time: less of it is too fast, more of it slower than is allowed.
    assert time.now == pytest.approx(19 * 1.05 / 10)


def test_whoever_waits_for_a_turn_lets_nobody_pass_before() -> None:
    time = FakeTime()
    passed: list[str] = []
    is_asleep, go_on = Event(), Event()

    def sleep(seconds: float) -> None:
        is_asleep.set()
        go_on.wait(10)
        time.sleep(seconds)

    def take_turn(name: str) -> None:
        pace.wait()
        passed.append(name)

    pace = Pace(1, sleep=sleep, clock=time.clock)
    take_turn("first")
    with ThreadPoolExecutor(2) as pool:
        turns = [pool.submit(take_turn, name) for name in ("second", "third")]
        assert is_asleep.wait(10)
        assert passed == ["first"]
        go_on.set()
    assert [turn.exception() for turn in turns] == [None, None]
    assert sorted(passed) == ["first", "second", "third"]
    assert time.now == pytest.approx(2 * 1.05)


@pytest.mark.parametrize(
    ("source", "key", "per_second"), [("eutils", "", 3), ("eutils", "hush", 10), ("europepmc", "hush", 2)]
)
def test_each_source_has_its_pace(server: FaultServer, source: str, key: str, per_second: int) -> None:
    server.script("/x", answer())
    time = FakeTime()
    apart = msgspec.convert({f"{source}_url": server.url, "api_key": key}, CrawlerSettings)
    client = Client(apart, sleep=time.sleep, clock=time.clock)
    for _ in range(5):
        client.eutils("x", {}) if source == "eutils" else client.europepmc("x", {})
    assert time.slept == pytest.approx([1.05 / per_second] * 4)


@given(st.lists(st.floats(0, 2), min_size=5), st.floats(0.5, 50))
def test_however_callers_come_no_window_holds_too_many(gaps: list[float], per_second: float) -> None:
    time = FakeTime()
    pace = Pace(per_second, sleep=time.sleep, clock=time.clock)
    passed = []
    for gap in gaps:
        time.now += gap
        pace.wait()
        passed.append(time.now)
    assert all(later - sooner >= 1 / per_second for sooner, later in pairwise(passed))


def test_a_held_pace_holds_those_who_wait_already() -> None:
    time = FakeTime()

    def sleep(seconds: float) -> None:
        if not time.slept:
            pace.hold(5)
        time.sleep(seconds)

    pace = Pace(1, sleep=sleep, clock=time.clock)
    pace.wait()
    pace.wait()
    assert time.now == pytest.approx(5)


def test_too_many_requests_hold_every_thread(server: FaultServer, make: MakeClient, time: FakeTime) -> None:
    server.script(FETCH, limited(retry_after="100"))
    client = make(tries=1)
    with pytest.raises(BadStatus):
        client.eutils("efetch.fcgi", {})
    server.script("/rest/x", answer())
    client.europepmc("x", {})
    assert time.now >= 100
