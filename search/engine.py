"""The engine: answers requests from the live generation, and takes up the next one when there is one."""

from __future__ import annotations

import threading
import time
from datetime import UTC, date, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct, msgpack, structs

from crawler.article import Article
from index import generations, latent, vocabulary
from index.columns import read_columns
from index.errors import IndexingError
from index.segment import Segment
from index.suggestions import Suggestions, read_suggestions
from search.best_match import Ingredients, Ranking
from search.deadline import Deadline
from search.errors import EngineDown
from search.execute import Index, execute
from search.facets import SHOWN, Facets
from search.highlight import highlights
from search.language import understand
from search.looks import Looks
from search.lookup import Lookup
from search.mapping import Mapped, as_typed, mapped
from search.matches import Matches, Numbers, Scores, nothing
from search.needles import Needles
from search.printing import to_query
from search.priors import Priors
from search.query import Every, Phrase
from search.request import SearchRequest, Sort
from search.results import Added, Counted, Hit, Piece, ResultPage
from search.similar import Likeness
from search.spelling import Spelling, did_you_mean, words_of
from search.suggest import LIMIT, Suggestion, suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from index.generations import Generation
    from search.language import Understood
    from search.matches import Mask
    from search.query import Node

SECONDS: Final = 2.0
"""How long a query may look for words; what was found by then is the answer."""

_LAST: Final = np.iinfo(np.int64).max
_SORT_COLUMNS: Final = {Sort.AUTHOR: "author", Sort.JOURNAL: "journal"}
_FEW_HITS: Final = 20
"""A query that finds no more may have been spelt otherwise than it was meant."""


class _Open:
    """A generation that is open."""

    def __init__(self, generation: Generation) -> None:
        self.generation = generation
        self.segment = Segment(generation.folder)
        self.columns = read_columns(generation.folder)
        self.index = Index(Lookup(self.segment), self.columns)
        self.facets = Facets(self.columns.facets)
        self.ranking = Ranking(self.index, latent.read(generation.folder), Priors(self.columns))
        self.cited_by = self.columns.cited_by.counts()
        self.forward = self.segment.forward
        self.looks = Looks(self.segment.lexicons)
        self.likeness = Likeness(self.segment, self.columns)
        self._orders: dict[Sort, Numbers] = {}

    @cached_property
    def spelling(self) -> Spelling:
        """Corrects queries by the words of the articles."""
        return Spelling(self.segment.lexicons, words_of(vocabulary.load()))

    @cached_property
    def suggestions(self) -> Suggestions:
        """What can be suggested while a query is typed."""
        return read_suggestions(self.generation.folder)

    def in_order(self, sort: Sort) -> Numbers:
        """Return all articles in an order that no query changes; what lacks a date or name comes last."""
        if sort not in self._orders:
            self._orders[sort] = np.argsort(self._sort_keys(sort), kind="stable")
        return self._orders[sort]

    def _sort_keys(self, sort: Sort) -> NDArray[np.int64]:
        dates = self.columns.dates.astype(np.int64)
        match sort:
            case Sort.OLDEST:
                return np.where(dates > 0, dates, _LAST)
            case Sort.CITED:
                return -self.cited_by.astype(np.int64)
            case Sort.AUTHOR | Sort.JOURNAL:
                places = self.columns.sorts[_SORT_COLUMNS[sort]].astype(np.int64)
                return np.where(places >= 0, places, _LAST)
        return -dates


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
    ) -> None:
        """Take the folder, what tells the day, a clock, and the seconds that a query may take.

        Nothing is opened before the first request. MeSH headings are those in `mesh_folder`, if any are.
        """
        self._mesh_folder = mesh_folder
        self._root = root
        self._today = today
        self._clock = clock
        self._seconds = seconds
        self._lock = threading.Lock()
        self._open: _Open | None = None

    def generation(self) -> Generation:
        """Return the generation that answers now; raises EngineDown."""
        return self._current().generation

    def search(self, request: SearchRequest) -> ResultPage:
        """Return a page of hits. Any query has an answer; raises EngineDown where the index cannot be used.

        Hits of the same score, or the same date, come in the order of their numbers in the generation, so
        the same request on the same generation gives the same page. Where next to nothing is found, but words
        have a neighbor that is, the page says so; where nothing is, it is that of the corrected query.
        """
        current = self._current()
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
        current = self._current()
        deadline = Deadline(self._clock, self._seconds)
        _, meant = self._understood(request.query, is_mapped=request.mapping)
        masks = current.facets.chosen(request)
        found = _found(current, meant.tree, structs.replace(request, page=1, size=1), masks, deadline)
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
        return tuple(_unmarked(current, each, score) for each, score in hits)

    def suggest(self, typed: str, limit: int = LIMIT) -> tuple[Suggestion, ...]:
        """Return what the words at the end of a query may become, the best first; raises EngineDown."""
        try:
            suggestions = self._current().suggestions
        except (OSError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error
        return suggest(suggestions, typed, limit)

    def _answer(
        self, current: _Open, request: SearchRequest, query: str, deadline: Deadline
    ) -> tuple[ResultPage, int]:
        """Return the page for a query in place of that of the request, and how many articles match it."""
        understood, meant = self._understood(query, is_mapped=request.mapping)
        masks = current.facets.chosen(request)
        by_date = isinstance(meant.tree, Every) and request.sort is Sort.RELEVANCE
        sort = Sort.NEWEST if by_date else request.sort
        found = _found(current, meant.tree, structs.replace(request, sort=sort), masks, deadline)
        needles = Needles(meant.tree, current.segment, current.looks)
        page = ResultPage(
            request=request,
            generation=current.generation.name,
            articles=current.segment.articles,
            total=found.total,
            loosened=found.loose.count,
            hits=tuple(_hits(current, found, needles)),
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

    def _current(self) -> _Open:
        """Return the live generation, opened; one that was replaced is let go when its last request ends."""
        try:
            live = generations.live_name(self._root)
            current = self._open
            if current is not None and current.generation.live_name == live:
                return current
            with self._lock:
                if self._open is None or self._open.generation.live_name != live:
                    self._open = _Open(generations.live(self._root))
                return self._open
        except (IndexingError, OSError, ValueError, KeyError) as error:
            raise EngineDown(str(error)) from error


class _Found(Struct, frozen=True):
    """The hits of a page in order; how many match, those that follow them, and all that facets count."""

    total: int
    loose: Matches
    known: Matches
    numbers: Numbers
    scores: Scores


def _found(
    current: _Open, tree: Node, request: SearchRequest, masks: Mapping[str, Mask], deadline: Deadline
) -> _Found:
    start = (request.page - 1) * request.size
    if request.sort is Sort.RELEVANCE:
        ingredients = Ingredients(priors=request.priors)
        ranked = current.ranking.ranked(tree, tuple(masks.values()), deadline, ingredients)
        numbers, scores = ranked.page(start, request.size)
        return _Found(ranked.matches.count, ranked.loose, ranked.known, numbers, scores)
    matches = execute(current.index, tree, deadline)
    hits = matches.within(masks.values())
    order = current.in_order(request.sort)
    numbers = order[hits.mask()[order]][start : start + request.size]
    return _Found(hits.count, nothing(hits.size), matches, numbers, hits.scores_at(numbers))


def _hits(current: _Open, found: _Found, needles: Needles) -> Iterator[Hit]:
    is_loose = found.loose.at(found.numbers)[0].tolist()
    numbers = found.numbers.tolist()
    articles = [msgpack.decode(current.segment.stored(number), type=Article) for number in numbers]
    shown = highlights(current.forward, numbers, articles, needles)
    for number, article, score, loose, (title, passages) in zip(
        numbers, articles, found.scores.tolist(), is_loose, shown, strict=True
    ):
        yield Hit(
            article=article,
            score=score,
            title=title,
            snippets=passages,
            is_loose=loose,
            cited_by=int(current.cited_by[number]),
        )


def _unmarked(current: _Open, number: int, score: float) -> Hit:
    """Return an article that no words were looked for in."""
    article = msgpack.decode(current.segment.stored(number), type=Article)
    return Hit(
        article=article,
        score=score,
        title=(Piece(article.title),),
        snippets=(),
        cited_by=int(current.cited_by[number]),
    )
