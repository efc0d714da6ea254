"""What a server process takes of its machine, which it shares with others of its kind."""

from __future__ import annotations

import ctypes
import sys
from contextlib import suppress
from typing import Final

from threadpoolctl import threadpool_limits

_ARENA_MAX: Final = -8
"""M_ARENA_MAX of mallopt(3) in the C library of GNU: how many heaps the threads of a process have."""


def share_machine() -> None:
    """Leave to other processes the processors, and the memory that this one does not need.

    Threads that multiply numbers would only wait for those of the other processes. Each thread's own heap
    would keep what it once took; as one computes at a time, one heap does for all.
    """
    threadpool_limits(limits=1)
    if sys.platform == "linux":
        # Not every C library has it.
        with suppress(AttributeError):
            ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
