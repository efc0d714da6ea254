"""What was worked out, kept within a bound of bytes; what was not asked for longest goes first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Hashable


class Sized(Protocol):
    """Whatever knows how many bytes it takes."""

    @property
    def nbytes(self) -> int:
        """The bytes."""


V = TypeVar("V", bound=Sized)


class Cache(Generic[V]):
    """Values by key, no more than `limit` bytes of them. May be shared by threads."""

    def __init__(self, limit: int) -> None:
        """Take the bound in bytes.

        `used` is how many are taken, keys not counted; `found` and `missed` are how many were asked for.
        """
        self.limit = limit
        self.used = 0
        self.found = 0
        self.missed = 0
        self._kept: OrderedDict[Hashable, V] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Hashable) -> V | None:
        """Return what is kept under a key, if it still is."""
        with self._lock:
            value = self._kept.get(key)
            if value is None:
                self.missed += 1
            else:
                self.found += 1
                self._kept.move_to_end(key)
            return value

    def put(self, key: Hashable, value: V) -> None:
        """Keep a value, unless it takes an eighth of the bound: it is not worth what it would drive out."""
        size = _size(value)
        if size * 8 >= self.limit:
            return
        with self._lock:
            if (before := self._kept.pop(key, None)) is not None:
                self.used -= _size(before)
            self._kept[key] = value
            self.used += size
            while self.used > self.limit:
                _, oldest = self._kept.popitem(last=False)
                self.used -= _size(oldest)


def _size(value: Sized) -> int:
    """Return the bytes of a value; an empty one has a key and a place to stand, too."""
    return value.nbytes + 500
