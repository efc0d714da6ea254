"""The pace: how far apart requests to one server start, whichever thread makes them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_MARGIN: Final = 1.05
"""Requests that start evenly may arrive a little closer together; the server counts arrivals."""


class Pace:
    """Lets callers pass one at a time, never more than `per_second` within any one second."""

    def __init__(
        self, per_second: float, *, sleep: Callable[[float], None], clock: Callable[[], float]
    ) -> None:
        self._interval = _MARGIN / per_second
        self._sleep = sleep
        self._clock = clock
        self._due = clock()
        self._turn = threading.Lock()
        self._state = threading.Lock()

    def wait(self) -> None:
        """Return when it is the caller's turn; those who come meanwhile queue behind."""
        with self._turn:
            while (left := self._take()) > 0:
                self._sleep(left)

    def hold(self, seconds: float) -> None:
        """Let nobody pass for so long, as a server asked that had too many requests."""
        with self._state:
            self._due = max(self._due, self._clock() + seconds)

    def slow_to(self, interval: float) -> None:
        """Keep callers at least so many seconds apart from now on."""
        with self._state:
            # What was passed last is not known to the second here: it counts as passed now.
            if interval > self._interval:
                self._interval = interval
                self._due = max(self._due, self._clock() + interval)

    def _take(self) -> float:
        """Return how many seconds are left to wait; with none left, the turn is taken."""
        with self._state:
            now = self._clock()
            if now < self._due:
                return self._due - now
            self._due = now + self._interval
            return 0.0
