"""How often each address asked of late, counted in this process.

It is what `limits` itself keeps under memory://, but that starts a thread with nearly every request to forget
what is over: a fifth of the time of an answer, and most of the waiting under load.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

from limits.storage import Storage

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEME: Final = "counts"
"""What the address of this storage begins with."""

_MOST: Final = 10_000
"""So many addresses are remembered before those whose time is over are looked for."""


class Counts(Storage):
    """Counts by key, each for as long as it was begun with. May be shared by threads."""

    STORAGE_SCHEME = [SCHEME]  # noqa: RUF012 - `limits` looks for it here, and asks for a list

    def __init__(
        self,
        uri: str | None = None,
        wrap_exceptions: bool = False,  # noqa: FBT001, FBT002 - as `limits` calls it
        *,
        clock: Callable[[], float] = time.time,
        most: int = _MOST,
    ) -> None:
        """Take what `limits` gives, a clock in seconds, and how many keys are too many to keep them all."""
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._clock = clock
        self._most = most
        self._lock = threading.Lock()
        self._counts: dict[str, tuple[int, float]] = {}

    def __len__(self) -> int:
        return len(self._counts)

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong: nothing that is known."""
        return ValueError

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count, and return how many there are now; the first begins a time of `expiry` seconds."""
        with self._lock:
            now = self._clock()
            count, end = self._counts.get(key, (0, 0.0))
            if end <= now:
                count, end = 0, now + expiry
                if len(self._counts) >= self._most:
                    self._counts = {name: each for name, each in self._counts.items() if each[1] > now}
            self._counts[key] = count + amount, end
            return count + amount

    def get(self, key: str) -> int:
        """Return how many there are of a key, of which the time is not over."""
        count, end = self._counts.get(key, (0, 0.0))
        return count if end > self._clock() else 0

    def get_expiry(self, key: str) -> float:
        """Return when the time of a key is over, or the present where there is none."""
        return self._counts.get(key, (0, self._clock()))[1]

    def check(self) -> bool:
        """Say that it can be used."""
        return True

    def reset(self) -> int:
        """Forget all; return how many keys there were."""
        with self._lock:
            count = len(self._counts)
            self._counts.clear()
        return count

    def clear(self, key: str) -> None:
        """Forget a key."""
        with self._lock:
            self._counts.pop(key, None)
