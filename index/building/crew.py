"""The processes of a build: they take tasks as they are free for them."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from index.errors import BuildFailed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

R = TypeVar("R")


class Crew:
    """Does the same with many things, all of them in this process."""

    def as_done(self, task: Callable[..., R], each: Iterable[tuple[Any, ...]]) -> Iterator[R]:
        """Call a function of a module with each of these arguments; yield what comes of it, in any order."""
        return self.in_order(task, each)

    def in_order(self, task: Callable[..., R], each: Iterable[tuple[Any, ...]]) -> Iterator[R]:
        """Call a function of a module with each of these arguments; return the results in their order.

        Processes begin at once, so that the caller can do something else before it asks for the results.
        """
        return (task(*its) for its in each)

    def beside(self, task: Callable[..., R], *its: Any) -> Callable[[], R]:
        """Call a function of a module while others are called; return what waits for the result."""
        result = task(*its)
        return lambda: result

    def renew(self) -> None:
        """Let go of what tasks so far left in memory."""


class Processes(Crew):
    """A crew of processes; raises BuildFailed where the system ends one of them."""

    def __init__(self, processes: int) -> None:
        """Take their number; they start with the first task."""
        self._processes = processes
        self._pool = self._started()

    def _started(self) -> ProcessPoolExecutor:
        return ProcessPoolExecutor(self._processes, mp_context=_context(), initializer=_begin)

    def as_done(self, task: Callable[..., R], each: Iterable[tuple[Any, ...]]) -> Iterator[R]:
        """Call a function of a module in any of the processes."""
        with _ended():
            yield from (future.result() for future in as_completed(self._submitted(task, each)))

    def in_order(self, task: Callable[..., R], each: Iterable[tuple[Any, ...]]) -> Iterator[R]:
        """Call a function of a module in any of the processes."""
        return _results(self._submitted(task, each))

    def beside(self, task: Callable[..., R], *its: Any) -> Callable[[], R]:
        """Call a function of a module in any of the processes, before what is asked for later."""
        future = self._pool.submit(task, *its)

        def result() -> R:
            with _ended():
                return future.result()

        return result

    def renew(self) -> None:
        """Go on with processes that have done nothing yet."""
        self.end()
        self._pool = self._started()

    def end(self) -> None:
        """End the processes, once each has done what it is about."""
        self._pool.shutdown(cancel_futures=True)

    def _submitted(self, task: Callable[..., R], each: Iterable[tuple[Any, ...]]) -> list[Future[R]]:
        return [self._pool.submit(task, *its) for its in each]


@contextmanager
def crew(processes: int) -> Iterator[Crew]:
    """Lend a crew of so many processes; with one, it is this one. None of them outlives this one."""
    with _without_gc():
        if processes == 1:
            yield Crew()
            return
        together = Processes(processes)
        try:
            yield together
        finally:
            together.end()


@contextmanager
def _without_gc() -> Iterator[None]:
    """Let Python not look for circles among millions of objects of which none is in any."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _results(futures: Iterable[Future[R]]) -> Iterator[R]:
    with _ended():
        yield from (future.result() for future in futures)


@contextmanager
def _ended() -> Iterator[None]:
    try:
        yield
    except BrokenProcessPool as error:
        raise BuildFailed(
            "the system ended a process of the build, perhaps for want of memory; try with "
            "index.processes = 1, or with less for index.memory_mb"
        ) from error


def _context() -> Any:
    """Return how processes start: by a fork, which takes no time, where no thread could be cut short."""
    is_safe = sys.platform == "linux" and threading.active_count() == 1
    return multiprocessing.get_context("fork" if is_safe else "spawn")


def _begin() -> None:
    """Leave it to the parent to be interrupted, and end with it."""
    gc.disable()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
