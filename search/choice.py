"""Which engine answers, over files of this machine or over a cluster, and whose articles, by the settings."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Protocol

from crawler.keeping.library import Library
from index.naming import vocabulary
from search.engine import Engine

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from search.articles import Articles
    from search.cluster.connection import Cluster
    from search.settings import SearchSettings


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


def cluster_of(place: Place) -> Cluster | None:
    """Return the cluster that the settings name, if any; raises EngineDown where it cannot be used."""
    if place.search.engine == "embedded":
        return None
    from search.cluster.connection import Cluster  # noqa: PLC0415 - a server of files starts without it

    return Cluster(place.search.opensearch)


def engine_of(place: Place, *, opened: Callable[[], object] | None = None) -> Engine:
    """Return the engine that the settings name; `opened` is called whenever a generation has been opened.

    Nothing is opened before the first request; raises EngineDown where a cluster cannot be used at all.
    """
    folder = place.library_path.parent
    if (cluster := cluster_of(place)) is None:
        return Engine(place.index_root, mesh_folder=folder, opened=opened)
    from search.cluster.store import ClusterStore  # noqa: PLC0415 - as in cluster_of

    def prepared() -> None:
        if opened:
            vocabulary.load(folder)
            opened()

    where = place.search.opensearch
    store = ClusterStore(cluster, where.index, time.monotonic, prepared)
    return Engine(store, mesh_folder=folder, seconds=where.timeout)


def articles_of(place: Place) -> Articles:
    """Return the articles that a site shows: those of the library's file, or those of the cluster.

    Raises LibraryError where there is no library, EngineDown where a cluster cannot be used at all.
    """
    if (cluster := cluster_of(place)) is None:
        return Library(place.library_path)
    from search.cluster.articles import ClusterArticles  # noqa: PLC0415 - as in cluster_of

    return ClusterArticles(cluster, place.search.opensearch.index, time.monotonic)
