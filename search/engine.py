"""The engine: answers requests from the live generation, and takes up the next one when there is one."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, msgpack
from whoosh import index as whoosh_index
from whoosh.searching import Searcher

from crawler.article import Article
from index import generations
from index.columns import Columns, read_columns
from index.errors import IndexingError
from index.generations import Generation
from search.errors import EngineDown
from search.execute import Matches, execute
from search.facets import Mask, chosen_masks, count
from search.highlight import Needle, mark_title, needles, reasons, snippets
from search.language import understand
from search.query import Every
from search.ranking import weighting
from search.readings import Readings
from search.request import SearchRequest, Sort
from search.results import Hit, ResultPage

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray


class _Open(Struct, frozen=True):
    """A generation that is open: Whoosh's searcher and our columns."""

    generation: Generation
    searcher: Searcher
    columns: Columns


class Engine:
    """The search over the generations below a folder. May be shared by threads."""

    def __init__(self, root: Path) -> None:
        """Take the folder; nothing is opened before the first request."""
        self._root = root
        self._lock = threading.Lock()
        self._open: _Open | None = None

    def generation(self) -> Generation:
        """Return the generation that answers now; raises EngineDown."""
        return self._current().generation

    def search(self, request: SearchRequest) -> ResultPage:
        """Return a page of hits. Any query has an answer; raises EngineDown where the index cannot be used.

        Hits of the same score, or the same date, come in the order of their numbers in the generation, so
        the same request on the same generation gives the same page.
        """
        current = self._current()
        understood = understand(request.query)
        readings = Readings(current.columns.words)
        matches = execute(current.searcher, understood.tree, readings)
        matched: Mask = np.zeros(len(current.columns.keys), dtype=bool)
        matched[matches.numbers] = True
        masks = chosen_masks(current.columns, request)
        kept = np.logical_and.reduce([matched, *masks.values()])[matches.numbers]
        hits = Matches(matches.numbers[kept], matches.scores[kept])
        by_date = isinstance(understood.tree, Every) and request.sort is Sort.RELEVANCE
        order = _order(hits, current.columns, Sort.NEWEST if by_date else request.sort)
        start = (request.page - 1) * request.size
        looked_for = needles(understood.tree, readings)
        return ResultPage(
            request=request,
            generation=current.generation.name,
            articles=len(current.columns.keys),
            total=len(hits.numbers),
            hits=tuple(
                _hit(current, int(hits.numbers[n]), float(hits.scores[n]), looked_for)
                for n in order[start : start + request.size]
            ),
            facets=count(current.columns, matched, masks, request),
            notices=(*understood.notices, *readings.notices),
        )

    def _current(self) -> _Open:
        """Return the live generation, opened; one that was replaced is let go when its last request ends."""
        try:
            live = generations.live_name(self._root)
            current = self._open
            if current is not None and current.generation.name == live:
                return current
            with self._lock:
                if self._open is None or self._open.generation.name != live:
                    self._open = _open(self._root)
                return self._open
        except (IndexingError, OSError, ValueError, whoosh_index.IndexError) as error:
            raise EngineDown(str(error)) from error


def _open(root: Path) -> _Open:
    generation = generations.live(root)
    index = whoosh_index.open_dir(generation.folder, readonly=True)
    return _Open(generation, index.searcher(weighting=weighting()), read_columns(generation.folder))


def _order(hits: Matches, columns: Columns, sort: Sort) -> NDArray[np.int64]:
    """Return the places of hits in the order asked for; what has no date comes last."""
    dates = columns.dates[hits.numbers].astype(np.int64)
    match sort:
        case Sort.NEWEST:
            key = -dates
        case Sort.OLDEST:
            key = np.where(dates > 0, dates, np.iinfo(np.int64).max)
        case Sort.RELEVANCE:
            return np.lexsort((hits.numbers, -hits.scores))
    return np.lexsort((hits.numbers, key))


def _hit(current: _Open, number: int, score: float, looked_for: list[Needle]) -> Hit:
    article = msgpack.decode(current.searcher.stored_fields(number)["article"], type=Article)
    title, passages = mark_title(article.title, looked_for), snippets(article, looked_for)
    pieces = (*title, *(piece for passage in passages for piece in passage.pieces))
    if looked_for and not any(piece.is_match for piece in pieces):
        passages = (*reasons(article, looked_for), *passages)
    return Hit(article=article, score=score, title=title, snippets=passages)
