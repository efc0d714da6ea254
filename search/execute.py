"""Tree -> matches, through Whoosh's query objects. User text never reaches Whoosh's own query parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from index.analysis import fold
from index.schema import BY_NAME, Kind
from search.query import And, Dates, Every, Node, Not, Or, Phrase, Prefix, Term
from search.ranking import EVERYWHERE, weight
from search.rows import RowQuery, Unscored

if TYPE_CHECKING:
    from whoosh.searching import Searcher

    from search.readings import Readings


class Matches(Struct, frozen=True):
    """The articles that match, by number, and the score of each, in the same order."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]


def execute(searcher: Searcher, tree: Node, readings: Readings) -> Matches:
    """Return every article that matches, in order of number."""
    compiled = compile_tree(tree, readings)
    # Whoosh loses hits of And(Or, range) under a limit, so there is none; the order is made afterwards.
    found = searcher.search(compiled, limit=None, scored=True)
    pairs = sorted((number, score) for number, score in found.items())
    numbers = np.fromiter((number for number, _ in pairs), dtype=np.int64, count=len(pairs))
    scores = np.fromiter((score for _, score in pairs), dtype=np.float64, count=len(pairs))
    return Matches(numbers, scores)


def compile_tree(node: Node, readings: Readings) -> whoosh_query.Query:
    """Return the Whoosh query that means the same as a tree."""
    match node:
        case Every():
            return whoosh_query.Every()
        case And(nodes):
            return _all(nodes, readings)
        case Or(nodes):
            return _any([compile_tree(each, readings) for each in nodes])
        case Not(inner):
            return _all((node,) if isinstance(inner, Every) else (Every(), node), readings)
        case Dates(low, high):
            return Unscored(whoosh_query.NumericRange("date", low, high))
        case Term() | Phrase() | Prefix():
            places = node.fields or EVERYWHERE
            return _any([each for field in places if (each := _in_field(node, field, readings))])


def _all(nodes: tuple[Node, ...], readings: Readings) -> whoosh_query.Query:
    wanted = [compile_tree(node, readings) for node in nodes if not isinstance(node, Not)]
    unwanted = [compile_tree(node.node, readings) for node in nodes if isinstance(node, Not)]
    positive = whoosh_query.And(wanted) if len(wanted) > 1 else wanted[0] if wanted else whoosh_query.Every()
    return whoosh_query.AndNot(positive, whoosh_query.Or(unwanted)) if unwanted else positive


def _any(queries: list[whoosh_query.Query]) -> whoosh_query.Query:
    return whoosh_query.Or(queries) if len(queries) > 1 else queries[0] if queries else whoosh_query.NullQuery


def _in_field(node: Term | Phrase | Prefix, field: str, readings: Readings) -> whoosh_query.Query | None:
    """Return what a node is in a field; None where nothing of it can stand there."""
    if BY_NAME[field].kind is Kind.ID:
        normal = BY_NAME[field].normal(node.text) if isinstance(node, Term) else ""
        return whoosh_query.Term(field, fold(normal)) if normal else None
    row = readings.row(node, BY_NAME[field].kind)
    if not row or not all(row):
        return None
    if len(row) == 1 and len(row[0]) == 1 and len(row[0][0]) == 1:
        return whoosh_query.Term(field, row[0][0][0], boost=weight(field))
    return RowQuery(field, row, boost=weight(field))
