"""Ours over a cluster, as a site asks it. What it is asked for is always a page: its hits come with their articles."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.keeping.library import Library
from index.build import build as build_generation
from index.settings import IndexSettings
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.deadline import Deadline
from search.engine import Engine
from search.request import SearchRequest
from tests.benchmarks.clustering import megabytes, settings_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from search.results import Facet, Hit
    from search.settings import OpenSearchSettings
    from tests.benchmarks.questions import Question

_YEARS = "{0}:{1}[dp]"


def build(library: Path, folder: Path) -> None:
    """Reindex a library as the product does: build, publish, check, switch."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    opened_library = Library(library)
    generation = build_generation(
        opened_library, folder, IndexSettings(), now=now, progress=lambda _done, _all: None
    )
    where = settings_of(folder.parent)
    publish(Cluster(where), where, generation, library=opened_library)
    opened_library.close()


def disk(folder: Path) -> float:
    """Return the megabytes that a generation takes in the cluster, with all copies."""
    return megabytes(folder.parent)[1]


def opened(folder: Path) -> Clustered:
    """Open the index that was published from a folder."""
    return Clustered(settings_of(folder.parent))


class Clustered:
    """The engine of the product over the live generation of a cluster."""

    def __init__(self, where: OpenSearchSettings) -> None:
        self._seconds = where.timeout
        self._store = ClusterStore(Cluster(where), where.index, time.monotonic)
        self._engine = Engine(self._store, seconds=where.timeout)

    def hits(self, question: Question) -> Sequence[str]:
        """Return the keys of the best articles."""
        return [hit.key for hit in self._answer(question)[0]]

    def facets(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the same, and how many values all facets show."""
        hits, facets = self._answer(question)
        return [hit.key for hit in hits], sum(len(facet.values) for facet in facets)

    def page(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the keys, and how many marks there are in titles and passages."""
        shown = self._engine.search(_request(question)).hits
        marks = sum(
            piece.is_match
            for hit in shown
            for pieces in (hit.title, *(each.pieces for each in hit.snippets))
            for piece in pieces
        )
        return [hit.key for hit in shown], marks

    def suggestions(self, typed: str) -> Sequence[str]:
        """Return what is suggested."""
        return [each.text for each in self._engine.suggest(typed)]

    def _answer(self, question: Question) -> tuple[tuple[Hit, ...], tuple[Facet, ...]]:
        deadline = Deadline(time.monotonic, self._seconds)
        request = _request(question)
        current = self._store.live(deadline)
        _, meant = self._engine._understood(request.query, current.headings, is_mapped=True)
        _, hits, facets = current.answer(meant.tree, request, (0, request.size), deadline)
        return hits, facets


def _request(question: Question) -> SearchRequest:
    return SearchRequest(query=question.text(_YEARS))
