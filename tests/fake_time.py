"""A clock that only sleeping moves, so that waiting takes no time and can be looked at."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class FakeTime:
    """Seconds since the start, and every sleep. For one thread."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let the time pass."""
        self.slept.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        """Return the time."""
        return self.now
