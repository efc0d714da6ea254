"""The generations of a cluster, each opened once, and let go when nobody asks for it any more."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from concurrent.futures import Future, wait
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from index.generations import Generation
from search.cluster import carried, indexes
from search.cluster.opened import ClusterOpened
from search.deadline import TooLate
from search.errors import EngineDown, GenerationGone

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.cluster.connection import Cluster
    from search.deadline import Deadline

FRESH: Final = 1.0
"""Seconds for which the cluster is not asked again which generation is the live one."""


class ClusterStore:
    """The live generation of a cluster, and one other beside it. May be shared by threads.

    To open one takes as long as its files take to come. Whoever is the first to ask for it waits, for half of
    its time; for all others the one before goes on to answer. Where there is none, requests wait as long as
    they may, and those that come later find it open.
    """

    def __init__(
        self,
        cluster: Cluster,
        alias: str,
        clock: Callable[[], float],
        opened: Callable[[], object] = lambda: None,
    ) -> None:
        """Take the cluster, the name of the index, and a clock of seconds.

        `opened` is called whenever a generation has been opened.
        """
        self._cluster = cluster
        self._alias = alias
        self._clock = clock
        self._when_opened = opened
        self._lock = threading.Lock()
        self._live = ("", 0.0)
        self._served = ""
        self._open: dict[str, Future[ClusterOpened]] = {}

    def live(self, deadline: Deadline) -> ClusterOpened:
        """Return the generation in use, opened, or the one before while it is not yet; raises EngineDown."""
        index, until = self._live
        if not index or self._clock() >= until:
            index = indexes.live(self._cluster, self._alias, deadline)
            self._live = index, self._clock() + FRESH
        with self._lock:
            is_first = index not in self._open
            opening = self._begun(index)
            before = self._open.get(self._served)
        if before is not None:
            wait([opening], self._left(deadline, index) / 2 if is_first else 0)
            if not opening.done():
                return before.result()
        opened = self._awaited(index, opening, deadline)
        self._served = index
        return opened

    def named(self, name: str, deadline: Deadline) -> ClusterOpened:
        """Return a generation by its name; raises GenerationGone where it is not kept, EngineDown."""
        index = indexes.kept(self._cluster, self._alias, name, deadline)
        if not index:
            raise GenerationGone(name)
        with self._lock:
            opening = self._begun(index)
        return self._awaited(index, opening, deadline)

    def _begun(self, index: str) -> Future[ClusterOpened]:
        """Return a generation that is open, or is being opened from now on; to be called locked."""
        if index not in self._open:
            self._open[index] = Future()
            work = threading.Thread(target=self._work, args=(index, self._open[index]), name=f"open {index}")
            work.start()
        return self._open[index]

    def _awaited(self, index: str, opening: Future[ClusterOpened], deadline: Deadline) -> ClusterOpened:
        """Return a generation once it is open. Where that failed, whoever asks next tries again."""
        try:
            return opening.result(self._left(deadline, index))
        except TimeoutError as error:
            raise _unready(index) from error
        finally:
            with self._lock:
                if opening.done() and opening.exception() and self._open.get(index) is opening:
                    del self._open[index]

    @staticmethod
    def _left(deadline: Deadline, index: str) -> float:
        try:
            return deadline.left()
        except TooLate as error:
            raise _unready(index) from error

    def _work(self, index: str, opening: Future[ClusterOpened]) -> None:
        try:
            opened = self._fetched(index)
            self._when_opened()
        except BaseException as error:  # noqa: BLE001 - whoever waits is told
            opening.set_exception(error)
            return
        opening.set_result(opened)
        with self._lock:
            live = self._live[0]
            kept = {index, live if live != index else self._served}
            self._open = {name: each for name, each in self._open.items() if name in kept or not each.done()}

    def _fetched(self, index: str) -> ClusterOpened:
        about = indexes.about(self._cluster, index)
        beside = tempfile.mkdtemp(prefix="als-search-")
        folder = Path(beside) / indexes.generation_name(index)
        try:
            folder.mkdir()
            carried.fetch(self._cluster, indexes.files_name(index), about.parts, folder)
            opened = ClusterOpened(self._cluster, index, Generation(folder, about.manifest))
        except BaseException as error:
            shutil.rmtree(beside, ignore_errors=True)
            if isinstance(error, OSError | ValueError | KeyError | msgspec.MsgspecError):
                raise EngineDown(f"the files of {index} cannot be used: {error}") from error
            raise
        weakref.finalize(opened, shutil.rmtree, beside, ignore_errors=True)
        return opened


def _unready(index: str) -> EngineDown:
    return EngineDown(f"{index} is being read from the cluster; try again in a moment")
