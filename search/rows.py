"""Queries that Whoosh has not: articles in which a row of slots lies, and articles that score nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from whoosh import query as whoosh_query
from whoosh.matching import ListMatcher

from search.readings import Row, spans

if TYPE_CHECKING:
    from whoosh.matching import Matcher
    from whoosh.reading import IndexReader
    from whoosh.searching import SearchContext, Searcher

    from search.readings import Slot


class RowQuery(whoosh_query.Query):  # type: ignore[misc]  # Whoosh has no types
    """The articles that hold a row in a field. A slot scores as its best filling, a row as all its slots."""

    def __init__(self, fieldname: str, row: Row, boost: float = 1.0) -> None:
        self.fieldname = fieldname
        self.row = row
        self.boost = boost

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowQuery) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash((self.fieldname, self.row, self.boost))

    def __repr__(self) -> str:
        return f"RowQuery({self.fieldname!r}, {self.row!r}, boost={self.boost})"

    def field(self) -> str:
        """Return the field."""
        return self.fieldname

    def estimate_size(self, ixreader: IndexReader) -> int:
        """Return at most how many articles match."""
        return min((self._slot_size(ixreader, slot) for slot in self.row), default=0)

    def _slot_size(self, ixreader: IndexReader, slot: Slot) -> int:
        return sum(ixreader.doc_frequency(self.fieldname, terms[0]) for terms in slot)

    def matcher(self, searcher: Searcher, context: SearchContext | None = None) -> Matcher:
        """Find everything at once: the articles that hold all terms, then those where they lie in a row."""
        lexicon = searcher.reader()
        known = {
            term
            for slot in self.row
            for way in slot
            for term in way
            if (self.fieldname, term.encode()) in lexicon
        }
        row = tuple(tuple(way for way in slot if known.issuperset(way)) for slot in self.row)
        postings = {term: _Postings(self.fieldname, term, searcher, context) for term in known}
        numbers: list[int] = []
        scores: list[float] = []
        for number in sorted(_candidates(row, postings)):
            held = {term: posting for term, posting in postings.items() if posting.reach(number)}
            if _is_single(row) or spans(row, {term: posting.places() for term, posting in held.items()}):
                numbers.append(number)
                scores.append(self.boost * sum(_best(slot, held) for slot in row))
        return ListMatcher(numbers, weights=scores)


class Unscored(whoosh_query.WrappingQuery):  # type: ignore[misc]  # Whoosh has no types
    """The same articles, each with a score of 0. Whoosh's own query for this gives them 1."""

    def matcher(self, searcher: Searcher, _context: SearchContext | None = None) -> Matcher:
        """Find everything at once."""
        numbers = list(self.child.matcher(searcher, searcher.boolean_context()).all_ids())
        return ListMatcher(numbers, weights=[0.0] * len(numbers))


class _Postings:
    """The postings of one term in one field, read in order."""

    def __init__(self, field: str, term: str, searcher: Searcher, context: SearchContext | None) -> None:
        self._is_scored = context is None or context.weighting is not None
        self._matcher: Any = whoosh_query.Term(field, term).matcher(searcher, context)
        self.numbers = frozenset(self._matcher.all_ids())
        self._matcher.reset()

    def reach(self, number: int) -> bool:
        """Go on to an article, and say whether the term is in it."""
        if number not in self.numbers:
            return False
        self._matcher.skip_to(number)
        return True

    def places(self) -> set[int]:
        """Return where the term stands in the article reached."""
        return set(self._matcher.value_as("positions"))

    def score(self) -> float:
        """Return what the term is worth in the article reached."""
        return float(self._matcher.score()) if self._is_scored else 0.0


def _candidates(row: Row, postings: dict[str, _Postings]) -> frozenset[int]:
    """Return the articles in which every slot has its terms, wherever they stand."""

    def holding(way: tuple[str, ...]) -> frozenset[int]:
        return frozenset.intersection(*(postings[term].numbers for term in way))

    return frozenset.intersection(*(frozenset[int]().union(*map(holding, slot)) for slot in row))


def _is_single(row: Row) -> bool:
    """Say whether there is nothing that would have to stand next to something else."""
    return len(row) == 1 and all(len(way) == 1 for way in row[0])


def _best(slot: Slot, held: dict[str, _Postings]) -> float:
    ways = (way for way in slot if all(term in held for term in way))
    return max(sum(held[term].score() for term in way) for way in ways)
