"""Queries that Whoosh has not: articles in which a row of slots lies, and articles that score nothing."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from whoosh import query as whoosh_query
from whoosh.matching import ListMatcher

from search.readings import Row, spans

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

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
        postings = {term: _Postings(self.fieldname, term, searcher, context) for term in known}
        ways = [_by_first_term(slot, known) for slot in self.row]
        is_alone = len(self.row) == 1 and all(len(way) == 1 for way in self.row[0])
        scores: dict[int, float] = {}
        for number, held in sorted(
            _held(_candidates(ways, postings), postings, with_places=not is_alone).items()
        ):
            row = [_fitting(slot, held) for slot in ways]
            if is_alone or spans(row, {term: places for term, (_, places) in held.items()}):
                best = (max(sum(held[term][0] for term in way) for way in slot) for slot in row)
                scores[number] = self.boost * sum(best)
        return ListMatcher(list(scores), weights=list(scores.values()))


class Unscored(whoosh_query.WrappingQuery):  # type: ignore[misc]  # Whoosh has no types
    """The same articles, each with a score of 0. Whoosh's own query for this gives them 1."""

    def matcher(self, searcher: Searcher, _context: SearchContext | None = None) -> Matcher:
        """Find everything at once."""
        numbers = list(self.child.matcher(searcher, searcher.boolean_context()).all_ids())
        return ListMatcher(numbers, weights=[0.0] * len(numbers))


class _Postings:
    """The postings of one term in one field."""

    def __init__(self, field: str, term: str, searcher: Searcher, context: SearchContext | None) -> None:
        self._is_scored = context is None or context.weighting is not None
        self._matcher: Any = whoosh_query.Term(field, term).matcher(searcher, context)
        self.numbers = frozenset(self._matcher.all_ids())
        self._matcher.reset()

    def read(self, numbers: list[int], *, with_places: bool) -> Iterator[tuple[float, frozenset[int]]]:
        """Yield for articles that hold the term, in order, what it is worth there and where it stands."""
        for number in numbers:
            self._matcher.skip_to(number)
            score = float(self._matcher.score()) if self._is_scored else 0.0
            yield score, frozenset(self._matcher.value_as("positions") if with_places else ())


Held = dict[str, tuple[float, frozenset[int]]]
"""The terms that an article holds: what each is worth there, and where it stands."""


def _by_first_term(slot: Slot, known: set[str]) -> dict[str, list[tuple[str, ...]]]:
    """Return the ways to fill a slot with known terms, by the first of them: there may be a thousand."""
    ways: dict[str, list[tuple[str, ...]]] = {}
    for way in slot:
        if known.issuperset(way):
            ways.setdefault(way[0], []).append(way)
    return ways


def _candidates(
    row: Sequence[Mapping[str, list[tuple[str, ...]]]], postings: Mapping[str, _Postings]
) -> frozenset[int]:
    """Return the articles in which every slot has its terms, wherever they stand."""

    def holding(way: tuple[str, ...]) -> frozenset[int]:
        return frozenset.intersection(*(postings[term].numbers for term in way))

    return frozenset.intersection(
        *(frozenset[int]().union(*map(holding, chain.from_iterable(slot.values()))) for slot in row)
    )


def _held(
    candidates: frozenset[int], postings: Mapping[str, _Postings], *, with_places: bool
) -> dict[int, Held]:
    """Return what each of some articles holds."""
    found: dict[int, Held] = {number: {} for number in candidates}
    for term, posting in postings.items():
        numbers = sorted(posting.numbers & candidates)
        for number, held in zip(numbers, posting.read(numbers, with_places=with_places), strict=True):
            found[number][term] = held
    return found


def _fitting(slot: Mapping[str, list[tuple[str, ...]]], held: Held) -> Slot:
    """Return the ways to fill a slot with what an article holds."""
    return tuple(way for term in held for way in slot.get(term, ()) if all(each in held for each in way))
