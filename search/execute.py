"""Tree -> matches, through Whoosh's query objects. User text never reaches Whoosh's own query parser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray
from whoosh import query as whoosh_query

from index.analysis import fold, stem
from index.schema import BY_NAME, Kind
from search.query import And, Dates, Every, Node, Not, Or, Phrase, Prefix, Term
from search.ranking import EVERYWHERE, weight
from search.readings import readings

if TYPE_CHECKING:
    from whoosh.searching import Searcher


class Matches(Struct, frozen=True):
    """The articles that match, by number, and the score of each, in the same order."""

    numbers: NDArray[np.int64]
    scores: NDArray[np.float64]


def execute(searcher: Searcher, tree: Node) -> Matches:
    """Return every article that matches, in order of number."""
    compiled = compile_tree(tree)
    # Whoosh loses hits of And(Or, range) under a limit, so there is none; the order is made afterwards.
    found = searcher.search(compiled, limit=None, scored=True)
    pairs = sorted((number, score) for number, score in found.items())
    numbers = np.fromiter((number for number, _ in pairs), dtype=np.int64, count=len(pairs))
    scores = np.fromiter((score for _, score in pairs), dtype=np.float64, count=len(pairs))
    return Matches(numbers, scores)


def compile_tree(node: Node) -> whoosh_query.Query:
    """Return the Whoosh query that means the same as a tree."""
    match node:
        case Every():
            return whoosh_query.Every()
        case And(nodes):
            return _all(nodes)
        case Or(nodes):
            return (
                whoosh_query.Or([compile_tree(each) for each in nodes]) if nodes else whoosh_query.NullQuery
            )
        case Not(inner):
            return _all((node,)) if isinstance(inner, Every) else _all((Every(), node))
        case Dates(low, high):
            return whoosh_query.ConstantScoreQuery(whoosh_query.NumericRange("date", low, high), 0.0)
        case Term() | Phrase() | Prefix():
            places = node.fields or EVERYWHERE
            queries = [each for field in places if (each := _in_field(node, field))]
            return (
                whoosh_query.Or(queries)
                if len(queries) > 1
                else queries[0]
                if queries
                else whoosh_query.NullQuery
            )


def _all(nodes: tuple[Node, ...]) -> whoosh_query.Query:
    wanted = [compile_tree(node) for node in nodes if not isinstance(node, Not)]
    unwanted = [compile_tree(node.node) for node in nodes if isinstance(node, Not)]
    positive = whoosh_query.And(wanted) if len(wanted) > 1 else wanted[0] if wanted else whoosh_query.Every()
    return whoosh_query.AndNot(positive, whoosh_query.Or(unwanted)) if unwanted else positive


def _in_field(node: Term | Phrase | Prefix, field: str) -> whoosh_query.Query | None:
    kind = BY_NAME[field].kind
    if kind is Kind.ID:
        return whoosh_query.Term(field, fold(node.text)) if isinstance(node, Term) else None
    if isinstance(node, Prefix):
        # The index holds stems: one that is shorter than what was typed still stands for words that start so.
        stump = fold(node.text)
        starts = [whoosh_query.Prefix(field, stump, boost=weight(field))]
        if stem(stump) != stump:
            starts.append(whoosh_query.Term(field, stem(stump), boost=weight(field)))
        return whoosh_query.Or(starts) if len(starts) > 1 else starts[0]
    queries = [_in_row(terms, field) for terms in readings(node.text, kind)]
    return whoosh_query.Or(queries) if len(queries) > 1 else queries[0] if queries else None


def _in_row(terms: tuple[str, ...], field: str) -> whoosh_query.Query:
    """Return the query for terms next to each other; for a single one, the term itself."""
    if len(terms) == 1:
        return whoosh_query.Term(field, terms[0], boost=weight(field))
    return whoosh_query.Phrase(field, list(terms), slop=1, boost=weight(field))
