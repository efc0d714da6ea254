"""What the commands `generations`, `rollback` and `status` say of a cluster, and do to it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import filelock

from index.errors import Locked, NoGeneration
from index.naming import vocabulary
from search.cluster import indexes
from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.keeping.library import Library
    from index.generations import Manifest
    from search.cluster.connection import Cluster


_LOCK: Final = "publish.lock"


def live_manifest(cluster: Cluster, alias: str) -> Manifest:
    """Return what the generation in use says of itself; raises EngineDown where there is none."""
    return indexes.about(cluster, indexes.live(cluster, alias)).manifest


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Let one reindex of a library at a time publish to a cluster; raises Locked for a second.

    A second one would take what the first has not finished for what a killed one left behind. The lock lies
    in the folder of the library's index, since whoever publishes holds the library.
    """
    root.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(root / _LOCK, timeout=0):
            yield
    except filelock.Timeout as error:
        raise Locked("another reindex is under way; wait for it to end") from error


def is_current(cluster: Cluster, alias: str, library: Library) -> bool:
    """Say whether the generation in use shows the library as it is, in today's vocabulary.

    Raises EngineDown for a broken one.
    """
    try:
        manifest = live_manifest(cluster, alias)
    except indexes.Unusable:
        return False
    made_from = (manifest.library, manifest.revision, manifest.vocabulary)
    return made_from == (library.identity, library.revision, vocabulary.VERSION)


def listed(cluster: Cluster, alias: str) -> Iterator[str]:
    """Yield a line for each generation that is kept, the newest first; raises EngineDown."""
    live = indexes.live(cluster, alias)
    for index, about in sorted(indexes.all_of(cluster, alias).items(), reverse=True):
        if about is not None and about.is_whole:
            state = ", live" if index == live else ""
            name = indexes.generation_name(index)
            yield f"{name}: {about.manifest.articles} articles, built {about.manifest.created}{state}"


def rollback(cluster: Cluster, alias: str) -> Manifest:
    """Make the generation before the live one the live one, and return what it says of itself.

    Raises NoGeneration where there is none before it that can be used, EngineDown.
    """
    live = indexes.live(cluster, alias)
    for index, told in sorted(indexes.all_of(cluster, alias).items(), reverse=True):
        if told is not None and told.is_whole and index < live:
            try:
                manifest = indexes.about(cluster, index).manifest
            except EngineDown:
                continue
            indexes.switch(cluster, alias, index, live)
            return manifest
    raise NoGeneration(f"there is no generation before {indexes.generation_name(live)} that can be used")
