"""One request after the other."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.test import EnvironBuilder

from webui.app import create_app
from webui.settings import WebSettings
from webui.site import Site
from webui.turns import InTurns, Turns, take_turns, waited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import pytest

    from search.articles import Articles
    from search.engine import Engine

_LONG = 10.0
_SOON = 0.05


def _started(work: Callable[[], object]) -> threading.Thread:
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + _LONG
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_the_turn_goes_to_who_has_waited_for_longest() -> None:
    turns, order = Turns(), list[int]()

    def work(number: int) -> None:
        with turns:
            order.append(number)

    threads = []
    with turns:
        for number in range(5):
            threads.append(_started(lambda number=number: work(number)))  # type: ignore[misc]  # mypy cannot infer it
            _until(lambda number=number: len(turns) == number + 1)  # type: ignore[misc]  # the same
    for thread in threads:
        thread.join(_LONG)
    assert order == [0, 1, 2, 3, 4]


def test_who_waited_in_vain_is_passed_over() -> None:
    turns = Turns()
    assert turns.take()
    assert not turns.take(_SOON)
    assert len(turns) == 0
    turns.end()
    assert turns.take(_SOON)


def test_an_error_ends_the_turn() -> None:
    def broken(_environ: object, _start: object) -> Iterable[bytes]:
        raise ValueError

    app = InTurns(broken, seconds=_SOON)
    for _ in range(2):
        try:
            app({}, lambda *_told: lambda _more: None)
        except ValueError:
            continue
        raise AssertionError("the error is lost")


class _Held:
    """A site at which a request stays until it is let go, and an export until each piece is."""

    def __init__(self, seconds: float) -> None:
        self.is_inside, self.go = threading.Event(), threading.Event()
        self.site = Site("webui.app", static_folder=None)
        self.site.add_url_rule("/held", "held", self.held)
        self.site.add_url_rule("/pieces", "pieces", self.pieces)
        self.site.add_url_rule("/quick", "quick", lambda: f"waited {waited() > 0}")
        take_turns(self.site, seconds=seconds)

    def held(self) -> str:
        self.is_inside.set()
        assert self.go.wait(_LONG)
        return "held"

    def pieces(self) -> Response:
        def made() -> Iterator[bytes]:
            yield b"one"
            yield b"two"

        return Response(made())


def test_a_request_waits_while_another_is_answered() -> None:
    held, told = _Held(_LONG), list[str]()
    first = _started(lambda: told.append(held.site.test_client().get("/held").text))
    assert held.is_inside.wait(_LONG)
    second = _started(lambda: told.append(held.site.test_client().get("/quick").text))
    time.sleep(_SOON)
    assert not told
    held.go.set()
    first.join(_LONG)
    second.join(_LONG)
    assert sorted(told) == ["held", "waited True"]


def test_a_slow_client_of_an_export_holds_no_turn() -> None:
    held = _Held(_LONG)
    body: Any = held.site(EnvironBuilder("/pieces").get_environ(), lambda *_told: lambda _more: None)
    assert next(body) == b"one"
    assert held.site.test_client().get("/quick").text == "waited True"
    assert list(body) == [b"two"]
    body.close()


def test_who_has_no_turn_in_time_is_told_to_come_again(
    sample_engine: Engine, sample_library: Articles, caplog: pytest.LogCaptureFixture
) -> None:
    app = create_app(sample_engine, sample_library, WebSettings())
    is_inside, go = threading.Event(), threading.Event()

    def held() -> str:
        is_inside.set()
        assert go.wait(_LONG)
        return "held"

    app.add_url_rule("/held", "held", held)
    take_turns(app, seconds=_SOON)
    first = _started(lambda: app.test_client().get("/held"))
    assert is_inside.wait(_LONG)
    page, problem = (app.test_client().get(path) for path in ("/search?q=als", "/api/v1/search?q=als"))
    go.set()
    first.join(_LONG)
    for answer in (page, problem):
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
    assert problem.mimetype == "application/problem+json"
    assert "too much was asked at once" in caplog.text
    assert app.test_client().get("/search?q=als").status_code == 200
