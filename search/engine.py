"""The engine: answers requests from the live generation, and takes up the next one when there is one."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from msgspec import structs

from index import generations, vocabulary
from index.errors import IndexingError
from search.deadline import Deadline
from search.errors import EngineDown, GenerationGone
from search.execute import execute
from search.explain import Explanation, explanation
from search.facets import SHOWN
from search.hits import found_by, hits_of, unmarked
from search.language import understand
from search.mapping import Mapped, as_typed, mapped
from search.needles import Needles
from search.opened import Kept, Opened
from search.printing import to_query
from search.query import Every, Phrase
from search.request import SearchRequest, Sort
from search.results import Added, Counted, Hit, ResultPage
from search.spelling import did_you_mean
from search.suggest import LIMIT, Suggestion, suggest
from search.trends import Trends, all_years, trend_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.generations import Generation
    from search.cache import Cache
    from search.language import Understood
    from search.query import Node

SECONDS: Final = 2.0
"""How long a query may look for words; what was found by then is the answer."""

_FEW_HITS: Final = 20
"""A query that finds no more may have been spelt otherwise than it was meant."""


def _sorted_for(request: SearchRequest, tree: Node) -> SearchRequest:
    """Return a request with the order that it stands for: all articles match equally well."""
    by_date = isinstance(tree, Every) and request.sort is Sort.RELEVANCE
    return structs.replace(request, sort=Sort.NEWEST) if by_date else request


def _today() -> date:
    return datetime.now(UTC).date()


class Engine:
    """The search over the generations below a folder. May be shared by threads."""

    def __init__(
        self,
        root: Path,
        *,
        today: Callable[[], date] = _today,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS,
        mesh_folder: Path | None = None,
        opened: Callable[[], object] | None = None,
    ) -> None:
        """Take the folder, what tells the day, a clock, and the seconds that a query may take.

        Nothing is opened before the first request. MeSH headings are those in `mesh_folder`, if any are.
        `opened` is called whenever a generation has been opened, and all is in memory that stays there.
        """
        self._mesh_folder = mesh_folder
        self._when_opened = opened
        self._root = root
        self._today = today
        self._clock = clock
        self._seconds = seconds
        self._lock = threading.Lock()
        self._open: Opened | None = None
        self._older: Opened | None = None

    def generation(self, name: str = "") -> Generation:
        """Return the generation that answers now, or the one of a name; raises EngineDown, GenerationGone."""
        return self._opened(name).generation

    def search(self, request: SearchRequest) -> ResultPage:
        """Return a page of hits. Any query has an answer; raises EngineDown where the index cannot be used.

        Hits of the same score, or the same date, come in the order of their numbers in the generation, so
        the same request on the same generation gives the same page. Where next to nothing is found, but words
        have a neighbor that is, the page says so; where nothing is, it is that of the corrected query. What
        was whole is kept for the next who asks, until the day or the generation changes.
        """
        current = self._opened(request.generation)
        key = request, self._today()
        if kept := current.pages.get(key):
            return kept.page
        page = self._searched(current, request)
        if not page.is_partial:
            current.pages.put(key, Kept(page))
        return page

    def pages(self) -> Cache[Kept]:
        """Return the pages that are kept of the live generation; raises EngineDown."""
        return self._current().pages

    def _searched(self, current: Opened, request: SearchRequest) -> ResultPage:
        """Return the page of a request, or that of its corrected query."""
        deadline = Deadline(self._clock, self._seconds)
        page, found = self._answer(current, request, request.query, deadline)
        if found > _FEW_HITS or page.is_partial:
            return page
        meant = current.spelling.corrected(
            request.query, lambda words: execute(current.index, Phrase(words), deadline).count > 0
        )
        if meant is None:
            return page
        other, others = self._answer(current, request, meant.query, deadline)
        if not others:
            return page
        is_answered = not found and meant.may_replace and request.spelling
        answer = other if is_answered else page
        return structs.replace(answer, did_you_mean=did_you_mean(meant, is_answered=is_answered))

    def facet(self, request: SearchRequest, name: str, typed: str = "", *, size: int = SHOWN) -> Counted:
        """Return the most frequent values of a facet with a word that starts as typed, `size` at most.

        They are counted over what a request finds, as the facets of its page are; raises EngineDown.
        """
        current = self._opened(request.generation)
        deadline = Deadline(self._clock, self._seconds)
        _, meant = self._understood(request.query, is_mapped=request.mapping)
        masks = current.facets.chosen(request)
        found = found_by(current, meant.tree, request, masks, (0, 1), deadline)
        facet = current.facets.search(name, typed, found.known, masks, size=size)
        return Counted(
            generation=current.generation.name,
            total=found.total,
            facet=facet,
            is_partial=not deadline.was_met,
        )

    def similar(self, key: str, limit: int) -> tuple[Hit, ...]:
        """Return the articles most like the one with this key, at most `limit`, none marked.

        They are the same on every call; of an article that the generation lacks there are none. Raises
        EngineDown.
        """
        current = self._current()
        number = current.columns.keys.number(key)
        found = current.likeness.to(number, limit) if number >= 0 else None
        hits = zip(found.articles.tolist(), found.scores.tolist(), strict=True) if found else ()
        return tuple(unmarked(current, each, score) for each, score in hits)

    def explain(self, request: SearchRequest, key: str) -> Explanation:
        """Return how the article with a key came to its place in the answer; raises EngineDown."""
        current = self._opened(request.generation)
        deadline = Deadline(self._clock, self._seconds)
        _, meant = self._understood(request.query, is_mapped=request.mapping)
        masks = current.facets.chosen(request)
        return explanation(current, meant.tree, _sorted_for(request, meant.tree), masks, key, deadline)

    def keys(self, request: SearchRequest) -> tuple[str, ...]:
        """Return the keys of all articles that match, in order, whatever the page; raises EngineDown.

        Those of which only most words match are not among them. All are of one generation.
        """
        current = self._opened(request.generation)
        deadline = Deadline(self._clock, self._seconds)
        _, meant = self._understood(request.query, is_mapped=request.mapping)
        masks = current.facets.chosen(request)
        window = (0, current.segment.articles)
        found = found_by(current, meant.tree, _sorted_for(request, meant.tree), masks, window, deadline)
        if not deadline.was_met:
            raise EngineDown(f"not all hits were found within {self._seconds:g} seconds; try again")
        return tuple(current.columns.keys[number] for number in found.numbers[: found.total].tolist())

    def trends(self, requests: Sequence[SearchRequest]) -> Trends:
        """Return how many articles of each request are of each year, all in the generation of the first.

        Only those are counted that match; raises EngineDown, GenerationGone.
        """
        current = self._opened(requests[0].generation if requests else "")
        deadline = Deadline(self._clock, self._seconds)
        found = []
        for request in requests:
            _, meant = self._understood(request.query, is_mapped=request.mapping)
            found.append(trend_of(current, request, meant.tree, current.facets.chosen(request), deadline))
        return Trends(
            generation=current.generation.name,
            trends=tuple(found),
            articles=all_years(current.columns),
            is_partial=not deadline.was_met,
        )

    def suggest(self, typed: str, limit: int = LIMIT) -> tuple[Suggestion, ...]:
        """Return what the words at the end of a query may become, the best first; raises EngineDown."""
        try:
            suggestions = self._current().suggestions
        except (OSError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error
        return suggest(suggestions, typed, limit)

    def _answer(
        self, current: Opened, request: SearchRequest, query: str, deadline: Deadline
    ) -> tuple[ResultPage, int]:
        """Return the page for a query in place of that of the request, and how many articles match it."""
        understood, meant = self._understood(query, is_mapped=request.mapping)
        masks = current.facets.chosen(request)
        window = ((request.page - 1) * request.size, request.size)
        found = found_by(current, meant.tree, _sorted_for(request, meant.tree), masks, window, deadline)
        needles = Needles(meant.tree, current.segment, current.looks)
        page = ResultPage(
            request=request,
            generation=current.generation.name,
            articles=current.segment.articles,
            total=found.total,
            loosened=found.loose.count,
            hits=tuple(hits_of(current, found, needles)),
            facets=current.facets.count(found.known, masks, request),
            notices=understood.notices,
            is_partial=not deadline.was_met,
            details=to_query(meant.tree),
            added=tuple(
                Added(each.typed, each.name, each.names, as_typed(query, each)) for each in meant.added
            ),
        )
        return page, found.total

    def _understood(self, query: str, *, is_mapped: bool) -> tuple[Understood, Mapped]:
        """Return what a query means, and that with its names mapped."""
        words = vocabulary.load(self._mesh_folder)
        understood = understand(query, today=self._today(), explode=words.narrower)
        return understood, mapped(understood.tree, words) if is_mapped else Mapped(understood.tree)

    def _opened(self, name: str) -> Opened:
        """Return a generation by its name, or the live one; one at most is open beside that.

        Raises GenerationGone where it is no longer kept.
        """
        current = self._current()
        if name in ("", current.generation.name):
            return current
        try:
            with self._lock:
                older = generations.kept(self._root, name)
                if older is None:
                    raise GenerationGone(name)
                if self._older is None or self._older.generation.name != name:
                    self._older = Opened(older)
                return self._older
        except (IndexingError, OSError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error

    def _current(self) -> Opened:
        """Return the live generation, opened; one that was replaced is let go when its last request ends."""
        try:
            live = generations.live_name(self._root)
            current = self._open
            if current is not None and current.generation.live_name == live:
                return current
            with self._lock:
                if self._open is None or self._open.generation.live_name != live:
                    self._open = Opened(generations.live(self._root))
                    if self._when_opened:
                        vocabulary.load(self._mesh_folder)
                        self._when_opened()
                return self._open
        except (IndexingError, OSError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error
