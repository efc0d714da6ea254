"""The articles most like one: the cluster says which may be, and `search.similar` compares them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from search.cluster.candidates import SOURCE
from search.cluster.clauses import alike_words, any_of
from search.cluster.narrowed import Known, Narrowed
from search.cluster.packed import stored_in
from search.cluster.plan import documents_in, with_documents
from search.hits import unmarked
from search.similar import Likeness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from search.cluster.clauses import Clause
    from search.cluster.reading import Reading
    from search.deadline import Deadline
    from search.results import Hit

_COMPARED: Final = 500
"""How many articles by telling words are compared with one, as `search.similar` has it."""


def most_like(number: int, limit: int, known: Known, reading: Reading, deadline: Deadline) -> tuple[Hit, ...]:
    """Return the articles most like one, none marked, `limit` at most; raises EngineDown."""
    documents: dict[int, dict[str, Any]] = {}
    reading.complete(documents, {number}, SOURCE, deadline)
    words = [alike_words(term, worth) for term, worth in _likeness(known, documents).telling(number)]
    body = {"query": any_of([*words, *_headings(known, number)]), "size": _COMPARED}
    answer = reading.search(with_documents(body, SOURCE), deadline)
    documents |= {int(each["n"]): each for each in documents_in(answer)}
    found = _likeness(known, documents).to(number, limit)
    # An article may be like it for its headings alone, and so not be among the best by words.
    if reading.complete(documents, set(found.articles.tolist()), SOURCE, deadline):
        found = _likeness(known, documents).to(number, limit)
    current = Narrowed(known, documents.values(), {})
    current.segment.keep(stored_in(reading.documents(found.articles, ("n", "article"), deadline)))
    hits = zip(found.articles.tolist(), found.scores.tolist(), strict=True)
    return tuple(unmarked(current, each, score) for each, score in hits if each in documents)


def _likeness(known: Known, documents: Mapping[int, Mapping[str, Any]]) -> Likeness:
    return Likeness(Narrowed(known, documents.values(), {}).segment, known.columns)


def _headings(known: Known, number: int) -> list[Clause]:
    column = known.columns.facets["keyword"]
    ids = column.ids[column.starts[number] : column.starts[number + 1]].tolist()
    return [{"constant_score": {"filter": {"term": {"f_keyword": each}}}} for each in ids]
