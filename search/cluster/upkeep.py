"""What the commands `generations`, `rollback` and `status` say of a cluster, and do to it."""

from __future__ import annotations

import socket
import uuid
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import filelock

from index.errors import Locked, NoGeneration
from index.naming import vocabulary
from search.cluster import indexes
from search.cluster.lock import Holder, held
from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from crawler.keeping.library import Library
    from index.generations import Manifest
    from search.cluster.connection import Cluster
    from search.settings import OpenSearchSettings


_LOCK: Final = "publish.lock"
_NAME: Final = "publisher"


def live_manifest(cluster: Cluster, alias: str) -> Manifest:
    """Return what the generation in use says of itself; raises EngineDown where there is none."""
    return indexes.about(cluster, indexes.live(cluster, alias)).manifest


@contextmanager
def alone(
    root: Path, cluster: Cluster, settings: OpenSearchSettings, now: str
) -> Iterator[Callable[[], None]]:
    """Let one reindex at a time publish to a cluster, on whatever machine; raises Locked for a second.

    It gives what raises BuildFailed once another has taken over. `root` is the folder of the library's index,
    `now` an ISO 8601 time. A second one would take what the first has not finished for what a killed one left
    behind. Of two on the same machine that is said at once, by a lock in the folder.
    """
    root.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(root / _LOCK, timeout=0):
            holder = Holder(machine=socket.gethostname(), publisher=_own_name(root), since=now)
            with held(cluster, settings.index, holder, replicas=settings.replicas) as lock:
                yield lock.still
    except filelock.Timeout as error:
        raise Locked("another reindex is under way; wait for it to end") from error


def _own_name(root: Path) -> str:
    """Return a name that no other folder has."""
    path = root / _NAME
    if not path.exists():
        path.write_text(uuid.uuid4().hex, "utf-8")
    return path.read_text("utf-8")


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
