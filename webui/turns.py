"""One request after the other: a process answers none faster by turning to several at once.

Threads of a process share one lock of Python's. Where several compute, each is stopped every few
milliseconds for the others, and whenever NumPy or SQLite give the lock away for a moment, another keeps it
for as long: all are answered late. In turns, each takes the time that it needs and no more.

What is made while it is sent, such as an export, takes a turn for each piece; a slow client holds none.
"""

from __future__ import annotations

import threading
from collections import deque
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Final

from flask import request

from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

_WAITED: Final = "webui.waited"
_IS_LATE: Final = "webui.is_late"
"""Where the environment of a request says how many seconds it waited for its turn, and whether in vain."""

PATIENCE: Final = 2.0
"""Seconds that a request waits for its turn: as long as a search may take."""


class Turns:
    """A turn that one thread has at a time; it goes to the one that has waited for longest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._waiting: deque[threading.Lock] = deque()

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    def take(self, seconds: float = -1) -> bool:
        """Wait for the turn and take it; return False where it did not come within so many seconds."""
        with self._lock:
            if not self._is_taken:
                self._is_taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._waiting.append(mine)
        if mine.acquire(timeout=seconds):
            return True
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
                return False
        # It came at the last moment.
        return True

    def end(self) -> None:
        """Hand the turn on."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().release()
            else:
                self._is_taken = False

    def __enter__(self) -> None:
        self.take()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()


class InTurns:
    """Answers one request at a time with an application."""

    def __init__(self, app: WSGIApplication, *, seconds: float) -> None:
        """Take the application, and for how long a request waits for its turn."""
        self._app = app
        self._seconds = seconds
        self._turns = Turns()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request when it is its turn; one that waited in vain is only told so."""
        came = perf_counter()
        has_turn = self._turns.take(self._seconds)
        environ[_WAITED] = perf_counter() - came
        environ[_IS_LATE] = not has_turn
        try:
            body = self._app(environ, start_response)
        finally:
            if has_turn:
                self._turns.end()
        return body if isinstance(body, list) else _Pieces(body, self._turns)


class _Pieces:
    """A body that takes a turn for each piece."""

    def __init__(self, body: Iterable[bytes], turns: Turns) -> None:
        self._body = body
        self._pieces = iter(body)
        self._turns = turns

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        with self._turns:
            return next(self._pieces)

    def close(self) -> None:
        """Close the body."""
        close = getattr(self._body, "close", None)
        if close is not None:
            close()


def take_turns(app: Flask, *, seconds: float = PATIENCE) -> None:
    """Have an app answer one request at a time, and none that has waited longer than so many seconds."""
    app.before_request(partial(_refuse_late, seconds))
    app.wsgi_app = InTurns(app.wsgi_app, seconds=seconds)  # type: ignore[method-assign]  # Flask's own way


def _refuse_late(seconds: float) -> None:
    if request.environ.get(_IS_LATE):
        raise EngineDown(f"too much was asked at once: a request had no turn within {seconds:g} seconds")


def waited() -> float:
    """Return how many seconds the request that is answered has waited for its turn."""
    return float(request.environ.get(_WAITED, 0.0))
