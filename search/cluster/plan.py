"""What is asked of a cluster for a request, and how its answer is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from msgspec import Struct

from index.schema import FACETS
from search.cluster.answers import numbers_in
from search.cluster.clauses import EVERYTHING, Clause, leaves
from search.errors import EngineDown
from search.query import And, Concept, Node, Not, Or, Phrase, Term
from search.request import Sort

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from index.segments.columns import FacetColumn
    from search.counting import Counts

REORDERED: Final = 1_000
"""How many of the best by words are put in order by more than words, as `best_match` has it."""

OF_WORDS: Final = 400
"""The same where a query has words and phrases alone. The cluster's order of these is much like ours, so that
none from farther back comes to the front; that of the starts of words is not."""

BEST: Final[list[Any]] = [{"_score": "desc"}, {"n": "asc"}]
"""The order by words alone."""

MOST_WORDS: Final[list[Any]] = [{"_score": "desc"}, {f"o_{Sort.NEWEST}": "asc"}]
"""The order by points of words, of equals the newest first, as `best_match` has it."""


class Plan(Struct, frozen=True):
    """A tree as a clause, the clause of each facet with choices, and of each node that is to be counted."""

    tree: Node
    clause: Clause
    chosen: dict[str, Clause]
    nodes: dict[Node, Clause]

    def body(self, *, size: int, sort: list[Any], start: int = 0) -> dict[str, Any]:
        """Return the search for what matches and fits the choices, in an order; nothing is read of it."""
        return {
            "query": self.clause,
            "post_filter": {"bool": {"filter": list(self.chosen.values()) or [EVERYTHING]}},
            "from": start,
            "size": size,
            "sort": sort or ["_doc"],
            "_source": False,
        }

    def aggregations(
        self, facets: Mapping[str, FacetColumn], names: Collection[str], counted: Collection[Node]
    ) -> list[dict[str, Any]]:
        """Return what counts all that matches, whatever is chosen, these facets, and what is not yet counted.

        A facet is counted as if nothing were chosen in it. Every value comes back, so the counts are exact; a
        search counts MOST_VALUES at most, the first what is no value, too.
        """
        found: dict[str, Any] = {"known": {"filter": EVERYTHING}}
        clauses = {
            str(n): clause for n, (node, clause) in enumerate(self.nodes.items()) if node not in counted
        }
        if clauses:
            found["nodes"] = {"global": {}, "aggs": {"of": {"filters": {"filters": clauses}}}}
        searches, room = [found], MOST_VALUES
        for name in names:
            values = len(facets[name].values)
            others = [clause for other, clause in self.chosen.items() if other != name]
            parts = -(-values // MOST_VALUES)
            for part in range(parts):
                room -= -(-values // parts)
                if room < 0:
                    searches.append({})
                    room = MOST_VALUES - -(-values // parts)
                terms: dict[str, Any] = {"field": f"f_{name}", "size": values, "shard_size": values}
                if parts > 1:
                    terms["include"] = {"partition": part, "num_partitions": parts}
                searches[-1][f"facet.{name}.{part}"] = {
                    "filter": {"bool": {"filter": others or [EVERYTHING]}},
                    "aggs": {"values": {"terms": terms}},
                }
        return searches

    def first_articles(self, count: int) -> dict[str, Any]:
        """Return what reads the articles of so many of the first by words, along with what is counted.

        It is nothing where they are more than a search should read for the few that a page may need of them.
        """
        if not 0 < count <= _READ_AHEAD:
            return {}
        top = {"size": count, "sort": BEST, "_source": ["article"], "docvalue_fields": ["n"]}
        chosen = {"bool": {"filter": list(self.chosen.values()) or [EVERYTHING]}}
        return {"first": {"filter": chosen, "aggs": {"articles": {"top_hits": top}}}}

    def counts_in(self, answer: Mapping[str, Any]) -> dict[Node, int]:
        """Return how many articles match each node that an answer counted."""
        nodes = list(self.nodes)
        told = answer["aggregations"].get("nodes", {}).get("of", {}).get("buckets", {})
        return {nodes[int(n)]: int(each["doc_count"]) for n, each in told.items()}


MOST_VALUES: Final = 60_000
"""How many values one search counts: a cluster refuses to answer with over 65,535 (search.max_buckets)."""

_READ_AHEAD: Final = 50
"""How many articles are read before it is known which are shown: each takes the cluster a tenth of a
millisecond, and a search of their own some."""

ALL_FACETS: Final = tuple(facet.name for facet in FACETS)


def with_documents(body: dict[str, Any], source: Sequence[str]) -> dict[str, Any]:
    """Return a search that reads these parts of documents.

    All but the article lie in columns: the documents themselves are long, and are read for a page alone.
    """
    columns = [name for name in source if name != "article"]
    kept = {"_source": ["article"]} if "article" in source else {"_source": False, "stored_fields": "_none_"}
    return body | kept | {"docvalue_fields": columns}


def documents_in(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the documents of an answer, in order."""
    return [
        {name: values[0] for name, values in hit["fields"].items()} | hit.get("_source", {})
        for hit in answer["hits"]["hits"]
    ]


def articles_in(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the articles that an answer read ahead, as documents."""
    first = answer["aggregations"].get("first")
    return documents_in(first["articles"]) if first else []


def reordered_of(tree: Node) -> int:
    """Return how many of the best by words are read for a tree, to be put in order."""
    is_alike = all(
        isinstance(leaf, Term) or (isinstance(leaf, Phrase) and not leaf.is_open) for leaf in leaves(tree)
    )
    return OF_WORDS if is_alike else REORDERED


def total_in(answer: Mapping[str, Any]) -> int:
    """Return how many articles match and fit the choices."""
    return int(answer["hits"]["total"]["value"])


def known_in(answer: Mapping[str, Any]) -> int:
    """Return how many articles match, whatever is chosen."""
    return int(answer["aggregations"]["known"]["doc_count"])


def facet_in(answer: Mapping[str, Any], name: str, values: int) -> Counts:
    """Return how many articles have each of so many values of a facet.

    Raises EngineDown where the parts of the cluster counted less than all of them.
    """
    counts = np.zeros(values, np.intp)
    for counted, each in answer["aggregations"].items():
        if counted.startswith(f"facet.{name}."):
            told = each["values"]
            if told["doc_count_error_upper_bound"] or told["sum_other_doc_count"]:
                raise EngineDown(
                    f"the cluster could not count every value of {name}; run `als-search reindex`"
                )
            numbers, times = numbers_in(told["buckets"])
            counts[numbers] = times
    return counts


def counted_nodes(node: Node) -> Iterator[Node]:
    """Yield what a ranking needs the counts of: leaves, names of concepts, and parts that are joined."""
    yield from leaves(node)
    match node:
        case And(nodes) | Or(nodes):
            for each in nodes:
                if not isinstance(each, Not):
                    yield each
                yield from counted_nodes(each)
        case Concept(typed, others):
            for each in (typed, *others):
                yield each
                yield from counted_nodes(each)
        case Not(inner):
            yield from counted_nodes(inner)
        case _:
            yield node
