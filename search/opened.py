"""A generation that is open: its words, columns, order, facets and all else that answers a request."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from index.naming import vocabulary
from index.segments import latent
from index.segments.columns import read_columns
from index.segments.segment import Segment
from index.segments.suggestions import Suggestions, read_suggestions
from search.cache import Cache
from search.facets import Facets
from search.matching.execute import Index
from search.matching.looks import Looks
from search.matching.lookup import Lookup
from search.ranking.best_match import Ranking
from search.ranking.priors import Priors
from search.request import Sort
from search.results import ResultPage
from search.similar import Likeness
from search.suggesting.spelling import Spelling, words_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from index.generations import Generation
    from search.matching.numbers import Numbers

_LAST: Final = np.iinfo(np.int64).max
_PAGES_BYTES: Final = 16 * 2**20
_HIT_BYTES: Final = 8_000
_VALUE_BYTES: Final = 150
"""What a hit and a value of a facet take in memory, measured as a mean over pages of 50,000 articles."""

_SORT_COLUMNS: Final = {Sort.AUTHOR: "author", Sort.JOURNAL: "journal"}


class Kept(Struct, frozen=True):
    """A page that is kept for the next who asks for the same."""

    page: ResultPage

    @property
    def nbytes(self) -> int:
        """About how many bytes it takes."""
        values = sum(len(facet.values) for facet in self.page.facets)
        return len(self.page.hits) * _HIT_BYTES + values * _VALUE_BYTES


class Opened:
    """A generation that is open. May be shared by threads."""

    def __init__(self, generation: Generation) -> None:
        """Map its files; raises OSError, or ValueError or KeyError where they are damaged."""
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
        self.pages: Cache[Kept] = Cache(_PAGES_BYTES)
        self._orders: dict[Sort, Numbers] = {}

    @cached_property
    def spelling(self) -> Spelling:
        """Corrects queries by the words of the articles."""
        return Spelling(self.segment.lexicons, words_of(vocabulary.load()))

    @cached_property
    def suggestions(self) -> Suggestions:
        """What can be suggested while a query is typed."""
        return read_suggestions(self.generation.folder)

    @cached_property
    def headings(self) -> frozenset[str]:
        """The MeSH headings that its articles have, and all above these."""
        return frozenset(self.columns.facets["mesh"].labels)

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
