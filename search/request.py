"""What is asked: the query as typed, the facet values chosen, the order and the page."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final

from msgspec import Struct

from index.schema import FACETS
from search.errors import BadRequest

MAX_SIZE: Final = 100
"""The most hits on a page."""

SIZE: Final = 20
"""The hits on a page where nobody says how many."""


_FACETS: Final = tuple(facet.name for facet in FACETS)
_GENERATION: Final = re.compile(r"generation-[0-9]{6,12}", re.ASCII)


class Sort(StrEnum):
    """The orders of hits."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    CITED = "cited"
    AUTHOR = "author"
    JOURNAL = "journal"


class Choice(Struct, frozen=True):
    """The values chosen in one facet: an article with any of them stays."""

    facet: str
    values: tuple[str, ...]


class SearchRequest(Struct, frozen=True, kw_only=True):
    """A request for one page of hits. Pages count from 1; `size` is the number of hits on a page.

    `from_year` and `to_year` are the first and the last year of publication that stay; 0 is no bound.
    `mapping` lets names stand for their synonyms; `priors` lets newer, stronger and more cited work
    come first among equals; `spelling` lets a corrected query answer where nothing is found. `generation`
    names an index that was live before; nothing is the live one.
    """

    query: str = ""
    choices: tuple[Choice, ...] = ()
    from_year: int = 0
    to_year: int = 0
    sort: Sort = Sort.RELEVANCE
    page: int = 1
    size: int = SIZE
    mapping: bool = True
    priors: bool = True
    spelling: bool = True
    generation: str = ""

    def __post_init__(self) -> None:
        """Refuse what makes no sense, with BadRequest."""
        if self.page < 1:
            raise BadRequest(f"{self.page} is no page; pages count from 1", "page")
        if not 1 <= self.size <= MAX_SIZE:
            raise BadRequest(f"{self.size} is not from 1 to {MAX_SIZE}", "size")
        if self.to_year and self.from_year > self.to_year:
            raise BadRequest(f"{self.from_year} is later than {self.to_year}, where the years end", "from")
        if self.generation and not _GENERATION.fullmatch(self.generation):
            raise BadRequest("it is not like generation-000007", "generation")
        for choice in self.choices:
            if choice.facet not in _FACETS:
                raise BadRequest(
                    f"there is no facet {choice.facet!r}; there are {', '.join(_FACETS)}", "facet"
                )

    def chosen(self, facet: str) -> tuple[str, ...]:
        """Return the values chosen in a facet."""
        return tuple(value for choice in self.choices if choice.facet == facet for value in choice.values)
