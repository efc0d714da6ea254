"""Ours, as the site asks it; and its words alone, which is BM25F and nothing else, for what the rest costs."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.keeping.library import Library
from index import generations
from index.build import build as build_generation
from index.settings import IndexSettings
from search import hits
from search.deadline import Deadline
from search.engine import SECONDS, Engine
from search.hits import Found
from search.marking.needles import Needles
from search.matching.execute import execute
from search.matching.matches import nothing, top
from search.opened import Opened
from search.request import SearchRequest

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from search.query import Node
    from search.results import Facet
    from tests.benchmarks.questions import Question

_YEARS = "{0}:{1}[dp]"


def build(library: Path, folder: Path) -> None:
    """Reindex a library as the product does, checks and checksums included."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    opened_library = Library(library)
    build_generation(opened_library, folder, IndexSettings(), now=now, progress=lambda _done, _all: None)
    opened_library.close()


def opened(folder: Path, *, is_plain: bool = False) -> Embedded:
    """Open the index below a folder."""
    return Embedded(folder, is_plain=is_plain)


class Embedded:
    """The engine of the product over its live generation."""

    def __init__(self, folder: Path, *, is_plain: bool) -> None:
        self._is_plain = is_plain
        self._engine = Engine(folder)
        self._opened = Opened(generations.live(folder))

    def hits(self, question: Question) -> Sequence[str]:
        """Return the keys of the best articles."""
        current, _, found = self._found(_request(question))
        return [current.columns.keys[number] for number in found.numbers.tolist()]

    def facets(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the same, and how many values all facets show."""
        request = _request(question)
        current, _, found = self._found(request)
        counted = current.facets.count(found.known, {}, request)
        return [current.columns.keys[number] for number in found.numbers.tolist()], _shown(counted)

    def page(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the keys, and how many marks there are in titles and passages."""
        request = _request(question)
        if self._is_plain:
            current, tree, found = self._found(request)
            current.facets.count(found.known, {}, request)
            shown = tuple(hits.hits_of(current, found, Needles(tree, current.segment, current.looks)))
        else:
            shown = self._engine.search(request).hits
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

    def _found(self, request: SearchRequest) -> tuple[Opened, Node, Found]:
        current = self._opened
        deadline = Deadline(time.monotonic, SECONDS)
        _, meant = self._engine._understood(request.query, current.headings, is_mapped=not self._is_plain)
        if not self._is_plain:
            found = hits.found_by(current, meant.tree, request, {}, (0, request.size), deadline)
            return current, meant.tree, found
        matches = execute(current.index, meant.tree, deadline)
        numbers, scores = top(matches, request.size)
        return current, meant.tree, Found(matches.count, nothing(matches.size), matches, numbers, scores)


def _request(question: Question) -> SearchRequest:
    return SearchRequest(query=question.text(_YEARS))


def _shown(facets: Sequence[Facet]) -> int:
    return sum(len(facet.values) for facet in facets)
