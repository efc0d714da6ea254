"""A moment after which an answer is given with what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class TooLate(Exception):  # noqa: N818 - reads as the sentence it is
    """The deadline is over: what was about to begin was left out."""


class Deadline:
    """A moment on a clock of seconds; `was_met` until something was left out because it had passed."""

    def __init__(self, clock: Callable[[], float], seconds: float) -> None:
        """Take a clock that never goes backwards, such as time.monotonic, and the seconds from now on."""
        self.seconds = seconds
        self._clock = clock
        self._end = clock() + seconds
        self.was_met = True

    def check(self) -> None:
        """Go on if there is time left; raises TooLate otherwise, now and ever after."""
        self.left()

    def left(self) -> float:
        """Return the seconds that are left, more than none; raises TooLate as `check` does."""
        left = self._end - self._clock() if self.was_met else 0.0
        if left <= 0:
            self.was_met = False
            raise TooLate
        return left
