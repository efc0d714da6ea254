"""Which engine answers: the one over files of this machine, or the one over a cluster, by the settings."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from search.cluster.connection import Cluster
from search.cluster.store import ClusterStore
from search.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from search.cluster.settings import SearchSettings


class Place(Protocol):
    """What is needed of the settings: where library and index lie, and which engine answers."""

    @property
    def library_path(self) -> Path:
        """The file of the library; MeSH headings lie beside it."""

    @property
    def index_root(self) -> Path:
        """The folder of the generations."""

    @property
    def search(self) -> SearchSettings:
        """The settings of the search."""


def engine_of(place: Place, *, opened: Callable[[], object] | None = None) -> Engine:
    """Return the engine that the settings name; `opened` is called whenever a generation has been opened.

    Nothing is opened before the first request; raises EngineDown where a cluster cannot be used at all.
    """
    folder = place.library_path.parent
    if place.search.engine == "embedded":
        return Engine(place.index_root, mesh_folder=folder, opened=opened)
    where = place.search.opensearch
    store = ClusterStore(Cluster(where), where.index, time.monotonic)
    return Engine(store, mesh_folder=folder, seconds=where.timeout)
