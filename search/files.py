"""Generations in files of this machine: the live one, opened when it is first asked for, and another."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from index import generations
from index.errors import IndexingError
from search.errors import EngineDown, GenerationGone
from search.explain import explanation
from search.hits import found_by, hits_of, unmarked
from search.marking.needles import Needles
from search.matching.execute import execute
from search.opened import Opened
from search.trends import all_years, trend_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.generations import Generation
    from index.segments.suggestions import Suggestions
    from search.cache import Cache
    from search.deadline import Deadline
    from search.explain import Explanation
    from search.hits import Found
    from search.opened import Kept
    from search.query import Node
    from search.request import SearchRequest
    from search.results import Facet, Hit
    from search.suggesting.spelling import Spelling
    from search.trends import Trend

_BROKEN = (IndexingError, OSError, ValueError, KeyError)


class FilesAnswering:
    """A generation in files, open. See `search.answering`."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    @property
    def generation(self) -> Generation:
        """The generation."""
        return self._opened.generation

    @property
    def articles(self) -> int:
        """How many articles it has."""
        return self._opened.segment.articles

    @property
    def pages(self) -> Cache[Kept]:
        """The pages that are kept of it."""
        return self._opened.pages

    @property
    def spelling(self) -> Spelling:
        """What corrects queries."""
        return self._opened.spelling

    @property
    def suggestions(self) -> Suggestions:
        """What can be suggested."""
        try:
            return self._opened.suggestions
        except (OSError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error

    @property
    def headings(self) -> frozenset[str]:
        """The MeSH headings that its articles have, and all above these."""
        return self._opened.headings

    def is_found(self, node: Node, deadline: Deadline) -> bool:
        """Say whether any article matches a node."""
        return execute(self._opened.index, node, deadline).count > 0

    def answer(
        self, tree: Node, request: SearchRequest, window: tuple[int, int], deadline: Deadline
    ) -> tuple[Found, tuple[Hit, ...], tuple[Facet, ...]]:
        """Return what a tree finds, its hits from a place on, so many, and every facet."""
        current = self._opened
        masks = current.facets.chosen(request)
        found = found_by(current, tree, request, masks, window, deadline)
        hits = tuple(hits_of(current, found, Needles(tree, current.segment, current.looks)))
        return found, hits, current.facets.count(found.known, masks, request)

    def facet(
        self, tree: Node, request: SearchRequest, name: str, typed: str, size: int, deadline: Deadline
    ) -> tuple[int, Facet]:
        """Return how many a tree finds, and the values of a facet with a word that starts as typed."""
        masks = self._opened.facets.chosen(request)
        found = found_by(self._opened, tree, request, masks, (0, 1), deadline)
        return found.total, self._opened.facets.search(name, typed, found.known, masks, size=size)

    def explain(self, tree: Node, request: SearchRequest, key: str, deadline: Deadline) -> Explanation:
        """Return how the article with a key came to its place."""
        return explanation(self._opened, tree, request, self._opened.facets.chosen(request), key, deadline)

    def keys(self, tree: Node, request: SearchRequest, deadline: Deadline) -> tuple[str, ...]:
        """Return the keys of all articles that match, in order."""
        current = self._opened
        masks = current.facets.chosen(request)
        found = found_by(current, tree, request, masks, (0, self.articles), deadline)
        return tuple(current.columns.keys[number] for number in found.numbers[: found.total].tolist())

    def trend(self, tree: Node, request: SearchRequest, deadline: Deadline) -> Trend:
        """Return how many articles of a request are of each year."""
        return trend_of(self._opened, request, tree, self._opened.facets.chosen(request), deadline)

    def years(self) -> dict[int, int]:
        """Return how many articles are of each year."""
        return all_years(self._opened.columns)

    def similar(self, key: str, limit: int, deadline: Deadline) -> tuple[Hit, ...]:  # noqa: ARG002 - no time to speak of
        """Return the articles most like the one with a key, none marked; none of one that it lacks."""
        current = self._opened
        number = current.columns.keys.number(key)
        found = current.likeness.to(number, limit) if number >= 0 else None
        hits = zip(found.articles.tolist(), found.scores.tolist(), strict=True) if found else ()
        return tuple(unmarked(current, each, score) for each, score in hits)


class Files:
    """The generations below a folder. May be shared by threads."""

    def __init__(self, root: Path, opened: Callable[[], object] | None = None) -> None:
        """Take the folder, and what is called whenever a generation has been opened."""
        self._root = root
        self._when_opened = opened
        self._lock = threading.Lock()
        self._open: FilesAnswering | None = None
        self._older: FilesAnswering | None = None

    def live(self, deadline: Deadline) -> FilesAnswering:  # noqa: ARG002 - files are opened in no time
        """Return the live generation, opened; one that was replaced is let go when its last request ends."""
        try:
            live = generations.live_name(self._root)
            current = self._open
            if current is not None and current.generation.live_name == live:
                return current
            with self._lock:
                if self._open is None or self._open.generation.live_name != live:
                    self._open = FilesAnswering(Opened(generations.live(self._root)))
                    if self._when_opened:
                        self._when_opened()
                return self._open
        except _BROKEN as error:
            raise EngineDown(str(error)) from error

    def named(self, name: str, deadline: Deadline) -> FilesAnswering:  # noqa: ARG002 - as live
        """Return a generation by its name; one at most is open beside the live one.

        Raises GenerationGone where it is no longer kept, EngineDown where it cannot be used.
        """
        try:
            with self._lock:
                older = generations.kept(self._root, name)
                if older is None:
                    raise GenerationGone(name)
                if self._older is None or self._older.generation.name != name:
                    self._older = FilesAnswering(Opened(older))
                return self._older
        except _BROKEN as error:
            raise EngineDown(str(error)) from error
