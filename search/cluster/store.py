"""The generations of a cluster, each opened once, and let go when nobody asks for it any more."""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec

from index.generations import Generation
from search.cluster import carried, indexes
from search.cluster.opened import ClusterOpened
from search.errors import EngineDown, GenerationGone

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.cluster.connection import Cluster

_FRESH: Final = 1.0
"""Seconds for which the cluster is not asked again which generation is the live one."""


class ClusterStore:
    """The live generation of a cluster, and one other beside it. May be shared by threads."""

    def __init__(self, cluster: Cluster, alias: str, clock: Callable[[], float]) -> None:
        """Take the cluster, the name of the index, and a clock of seconds."""
        self._cluster = cluster
        self._alias = alias
        self._clock = clock
        self._lock = threading.Lock()
        self._live = ("", 0.0)
        self._open: dict[str, ClusterOpened] = {}

    def live(self) -> ClusterOpened:
        """Return the generation in use, opened; raises EngineDown."""
        index, until = self._live
        if not index or self._clock() >= until:
            index = indexes.live(self._cluster, self._alias)
            self._live = index, self._clock() + _FRESH
        return self._opened(index)

    def named(self, name: str) -> ClusterOpened:
        """Return a generation by its name; raises GenerationGone where it is not kept, EngineDown."""
        index = indexes.kept(self._cluster, self._alias, name)
        if not index:
            raise GenerationGone(name)
        return self._opened(index)

    def _opened(self, index: str) -> ClusterOpened:
        with self._lock:
            if index not in self._open:
                opened = self._fetched(index)
                live = {name: each for name, each in self._open.items() if name == self._live[0]}
                self._open = live | {index: opened}
            return self._open[index]

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
