"""The engine: answers requests from the live generation, and takes up the next one when there is one."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import structs

from index.naming import vocabulary
from search.deadline import Deadline
from search.errors import EngineDown
from search.facets import SHOWN
from search.files import Files
from search.language.language import understand
from search.language.mapping import Mapped, as_typed, mapped
from search.language.printing import to_query
from search.opened import Kept
from search.query import Every, Phrase
from search.request import SearchRequest, Sort
from search.results import Added, Counted, Hit, ResultPage
from search.suggesting.spelling import did_you_mean
from search.suggesting.suggest import LIMIT, Suggestion, suggest
from search.trends import Trends

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.generations import Generation
    from search.answering import Answering, Store
    from search.cache import Cache
    from search.explain import Explanation
    from search.language.language import Understood
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
    """The search over the generations of a store. May be shared by threads."""

    def __init__(
        self,
        root: Path | Store,
        *,
        today: Callable[[], date] = _today,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = SECONDS,
        mesh_folder: Path | None = None,
        opened: Callable[[], object] | None = None,
    ) -> None:
        """Take where generations are kept (a folder, or a store), what tells the day, a clock, and seconds.

        These are how long a query may look for words.
        Nothing is opened before the first request. MeSH headings are those in `mesh_folder`, if any are.
        `opened` is called whenever a generation has been opened, and all is in memory that stays there.
        """
        self._mesh_folder = mesh_folder
        self._when_opened = opened
        self._root = root
        self._today = today
        self._clock = clock
        self._seconds = seconds
        self._store: Store = Files(root, self._prepared) if isinstance(root, Path) else root

    def generation(self, name: str = "") -> Generation:
        """Return the generation that answers now, or the one of a name; raises EngineDown, GenerationGone."""
        return self._opened(name, self._deadline()).generation

    def search(self, request: SearchRequest) -> ResultPage:
        """Return a page of hits. Any query has an answer; raises EngineDown where the index cannot be used.

        Hits of the same score, or the same date, come in the order of their numbers in the generation, so
        the same request on the same generation gives the same page. Where next to nothing is found, but words
        have a neighbor that is, the page says so; where nothing is, it is that of the corrected query. What
        was whole is kept for the next who asks, until the day or the generation changes.
        """
        deadline = self._deadline()
        current = self._opened(request.generation, deadline)
        key = request, self._today()
        if kept := current.pages.get(key):
            return kept.page
        page = self._searched(current, request, deadline)
        if not page.is_partial:
            current.pages.put(key, Kept(page))
        return page

    def pages(self) -> Cache[Kept]:
        """Return the pages that are kept of the live generation; raises EngineDown."""
        return self._store.live(self._deadline()).pages

    def _searched(self, current: Answering, request: SearchRequest, deadline: Deadline) -> ResultPage:
        """Return the page of a request, or that of its corrected query."""
        page, found = self._answer(current, request, request.query, deadline)
        if found > _FEW_HITS or page.is_partial:
            return page
        meant = current.spelling.corrected(
            request.query, lambda words: current.is_found(Phrase(words), deadline)
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
        deadline = self._deadline()
        current = self._opened(request.generation, deadline)
        _, meant = self._understood(request.query, current.headings, is_mapped=request.mapping)
        total, facet = current.facet(meant.tree, request, name, typed, size, deadline)
        return Counted(
            generation=current.generation.name,
            total=total,
            facet=facet,
            is_partial=not deadline.was_met,
        )

    def similar(self, key: str, limit: int) -> tuple[Hit, ...]:
        """Return the articles most like the one with this key, at most `limit`, none marked.

        They are the same on every call; of an article that the generation lacks there are none. Raises
        EngineDown.
        """
        deadline = self._deadline()
        return self._store.live(deadline).similar(key, limit, deadline)

    def explain(self, request: SearchRequest, key: str) -> Explanation:
        """Return how the article with a key came to its place in the answer.

        Raises EngineDown, also where time runs out: of a part of the words, a score tells nothing.
        """
        deadline = self._deadline()
        current = self._opened(request.generation, deadline)
        _, meant = self._understood(request.query, current.headings, is_mapped=request.mapping)
        found = current.explain(meant.tree, _sorted_for(request, meant.tree), key, deadline)
        self._refuse_part(deadline)
        return found

    def keys(self, request: SearchRequest) -> tuple[str, ...]:
        """Return the keys of all articles that match, in order, whatever the page; raises EngineDown.

        Those of which only most words match are not among them. All are of one generation.
        """
        deadline = self._deadline()
        current = self._opened(request.generation, deadline)
        _, meant = self._understood(request.query, current.headings, is_mapped=request.mapping)
        found = current.keys(meant.tree, _sorted_for(request, meant.tree), deadline)
        self._refuse_part(deadline)
        return found

    def trends(self, requests: Sequence[SearchRequest]) -> Trends:
        """Return how many articles of each request are of each year, all in the generation of the first.

        Only those are counted that match; raises EngineDown, GenerationGone.
        """
        deadline = self._deadline()
        current = self._opened(requests[0].generation if requests else "", deadline)
        found = []
        for request in requests:
            _, meant = self._understood(request.query, current.headings, is_mapped=request.mapping)
            found.append(current.trend(meant.tree, request, deadline))
        return Trends(
            generation=current.generation.name,
            trends=tuple(found),
            articles=current.years(),
            is_partial=not deadline.was_met,
        )

    def suggest(self, typed: str, limit: int = LIMIT) -> tuple[Suggestion, ...]:
        """Return what the words at the end of a query may become, the best first; raises EngineDown."""
        return suggest(self._store.live(self._deadline()).suggestions, typed, limit)

    def _refuse_part(self, deadline: Deadline) -> None:
        if not deadline.was_met:
            raise EngineDown(f"not all hits were found within {self._seconds:g} seconds; try again")

    def _answer(
        self, current: Answering, request: SearchRequest, query: str, deadline: Deadline
    ) -> tuple[ResultPage, int]:
        """Return the page for a query in place of that of the request, and how many articles match it."""
        understood, meant = self._understood(query, current.headings, is_mapped=request.mapping)
        window = ((request.page - 1) * request.size, request.size)
        asked = _sorted_for(request, meant.tree)
        found, hits, facets = current.answer(meant.tree, asked, window, deadline)
        page = ResultPage(
            request=request,
            generation=current.generation.name,
            articles=current.articles,
            total=found.total,
            loosened=found.loose.count,
            hits=hits,
            facets=facets,
            notices=understood.notices,
            is_partial=not deadline.was_met,
            details=to_query(meant.tree),
            added=tuple(
                Added(each.typed, each.name, each.names, as_typed(query, each)) for each in meant.added
            ),
        )
        return page, found.total

    def _understood(
        self, query: str, headings: frozenset[str], *, is_mapped: bool
    ) -> tuple[Understood, Mapped]:
        """Return what a query means, of narrower headings just these, and that with its names mapped."""
        words = vocabulary.load(self._mesh_folder)
        explode = partial(words.narrower, used=headings)
        understood = understand(query, today=self._today(), explode=explode)
        return understood, mapped(understood, words) if is_mapped else Mapped(understood.tree)

    def _deadline(self) -> Deadline:
        """Return the moment by which what begins now is to be over."""
        return Deadline(self._clock, self._seconds)

    def _opened(self, name: str, deadline: Deadline) -> Answering:
        """Return a generation by its name, or the live one; raises GenerationGone where it is not kept."""
        current = self._store.live(deadline)
        return current if name in {"", current.generation.name} else self._store.named(name, deadline)

    def _prepared(self) -> None:
        """Have all in memory that stays there, then say so."""
        if self._when_opened:
            vocabulary.load(self._mesh_folder)
            self._when_opened()
