"""A generation that is open in a cluster: it answers what `search.opened` answers from files.

The cluster says which articles match, how many, and how many have each facet value: exactly. Of the best
by words, a thousand at most, it returns the token streams; `best_match` orders these, and the others stay
in the cluster's. Where few match, those that follow come the same way: words alone decide which these are.
"""

from __future__ import annotations

import threading
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from index.naming import vocabulary
from index.segments import latent
from index.segments.columns import read_columns
from index.segments.suggestions import Suggestions, read_suggestions
from search.cache import Cache
from search.cluster import carried
from search.cluster.alike import most_like
from search.cluster.candidates import source_of
from search.cluster.clauses import Clauses, pointed
from search.cluster.narrowed import Known, Narrowed
from search.cluster.packed import stored_in
from search.cluster.plan import (
    ALL_FACETS,
    BEST,
    MOST_WORDS,
    Plan,
    articles_in,
    counted_nodes,
    documents_in,
    facet_in,
    known_in,
    reordered_of,
    total_in,
    with_documents,
)
from search.cluster.reading import Reading
from search.cluster.tables import tables_of, wanted_in
from search.deadline import TooLate
from search.errors import EngineDown
from search.explain import explanation
from search.facets import Facets
from search.hits import Found, hits_of
from search.marking.needles import Needles
from search.matching.execute import execute, is_plain, points_of
from search.matching.matches import nothing
from search.matching.weights import rarity
from search.query import And
from search.ranking.best_match import ENOUGH, FEW_FOLLOWING, FOLLOWING, SCANNED, Ingredients
from search.ranking.priors import Priors
from search.request import Sort
from search.suggesting.spelling import Spelling, words_of
from search.trends import Trend, all_years

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from index.generations import Generation
    from search.cluster.clauses import Clause
    from search.cluster.connection import Cluster
    from search.deadline import Deadline
    from search.explain import Explanation
    from search.matching.numbers import Numbers
    from search.opened import Kept
    from search.query import Node, Words
    from search.ranking.best_match import Ranked
    from search.request import SearchRequest
    from search.results import Facet, Hit

_PAGES_BYTES: Final = 32 * 2**20
_VERIFIED_BYTES: Final = 16 * 2**20
_COUNTS: Final = 10_000
_VERIFIED_AT_ONCE: Final = 500
_YEAR: Final = 10_000


class _Best(NamedTuple):
    """The candidates in order, what they are in, and what the cluster said."""

    ranked: Ranked
    current: Narrowed
    counts: dict[Node, int]
    answer: dict[str, Any]
    documents: dict[int, dict[str, Any]]

    @property
    def is_wider(self) -> bool:
        """Whether others follow what matches."""
        return bool(self.ranked.loose.count) or self.ranked.known.count > known_in(self.answer)


class ClusterOpened:
    """A generation that is open in a cluster. May be shared by threads."""

    def __init__(self, cluster: Cluster, index: str, generation: Generation) -> None:
        """Take the index, and the generation with the folder that its files were fetched into.

        Raises OSError, or ValueError or KeyError where the files are damaged.
        """
        self.generation = generation
        self.articles = generation.manifest.articles
        self.columns = read_columns(generation.folder)
        self.facets = Facets(self.columns.facets)
        self.pages: Cache[Kept] = Cache(_PAGES_BYTES)
        whole, layers, depths = carried.read(generation.folder, self.articles)
        self._known = Known(
            generation=generation,
            whole=whole,
            tables=tables_of(whole.units),
            columns=self.columns,
            latent=latent.read(generation.folder),
            priors=Priors(self.columns),
            cited_by=self.columns.cited_by.counts(),
        )
        self._clauses = Clauses(whole.lexicons, whole.looks, layers, depths, self.columns.keys)
        self._reading = Reading(cluster, index)
        self._lock = threading.Lock()
        self._counts: dict[Node, int] = {}
        self._verified_words: Cache[Numbers] = Cache(_VERIFIED_BYTES)

    @cached_property
    def spelling(self) -> Spelling:
        """Corrects queries by the words of the articles."""
        return Spelling(self._known.whole.lexicons, words_of(vocabulary.load()))

    @cached_property
    def suggestions(self) -> Suggestions:
        """What can be suggested while a query is typed."""
        return read_suggestions(self.generation.folder)

    @cached_property
    def headings(self) -> frozenset[str]:
        """The MeSH headings that its articles have, and all above these."""
        return frozenset(self.columns.facets["mesh"].labels)

    def is_found(self, node: Node, deadline: Deadline) -> bool:
        """Say whether any article matches."""
        body = {"query": self._clause(node, deadline, {}), "size": 0, "track_total_hits": 1}
        return total_in(self._reading.search(body, deadline)) > 0

    def answer(
        self, tree: Node, request: SearchRequest, window: tuple[int, int], deadline: Deadline
    ) -> tuple[Found, tuple[Hit, ...], tuple[Facet, ...]]:
        """Return what a tree finds, the hits from a place on, so many, and every facet."""
        plan = self._plan(tree, request, deadline)
        if request.sort is Sort.RELEVANCE:
            return self._by_match(plan, request, window, deadline)
        start, size = window
        body = self._reading.window(plan, start, size, [{f"o_{request.sort}": "asc"}], deadline)
        answer = self._counting(plan, with_documents(body, (*source_of(tree), "article")), deadline)
        documents = documents_in(answer)
        wanted = wanted_in(tree, self._known.whole.looks)
        current = Narrowed(self._known, documents, self._counted(plan, answer), wanted=wanted)
        numbers = _numbers_of(documents)
        scores = execute(current.index, tree, deadline).scores_at(numbers)
        found = Found(total_in(answer), nothing(self.articles), nothing(self.articles), numbers, scores)
        return found, _hits(current, found, tree, documents), self._facets(answer, request)

    def facet(
        self, tree: Node, request: SearchRequest, name: str, typed: str, size: int, deadline: Deadline
    ) -> tuple[int, Facet]:
        """Return how many a tree finds, and the values of a facet with a word that starts as typed."""
        plan = self._plan(tree, request, deadline)
        if request.sort is Sort.RELEVANCE:
            best = self._best(plan, request, deadline)
            if best.is_wider:
                masks = self.facets.chosen(request)
                facet = self.facets.search(name, typed, best.ranked.known, masks, size=size)
                return total_in(best.answer), facet
        answer = self._counting(plan, plan.body(size=0, sort=[]), deadline, [name])
        counts = facet_in(answer, name, len(self.columns.facets[name].values))
        return total_in(answer), self.facets.fitting(name, typed, counts, size=size)

    def explain(self, tree: Node, request: SearchRequest, key: str, deadline: Deadline) -> Explanation:
        """Return how the article with a key came to its place."""
        best = self._best(self._plan(tree, request, deadline), request, deadline, keys=[key])
        return explanation(best.current, tree, request, self.facets.chosen(request), key, deadline)

    def keys(self, tree: Node, request: SearchRequest, deadline: Deadline) -> tuple[str, ...]:
        """Return the keys of all articles that match, in order."""
        plan = self._plan(tree, request, deadline)
        if request.sort is not Sort.RELEVANCE:
            numbers = list(self._reading.numbers(plan, [{f"o_{request.sort}": "asc"}], deadline))
        else:
            best = self._best(plan, request, deadline).ranked
            first = best.order[best.matches.at(best.order)[0]].tolist()
            numbers = list(dict.fromkeys([*first, *self._reading.numbers(plan, BEST, deadline)]))
        return tuple(self.columns.keys[number] for number in numbers)

    def trend(self, tree: Node, request: SearchRequest, deadline: Deadline) -> Trend:
        """Return how many articles of a request are of each year."""
        plan = self._plan(tree, request, deadline)
        years = {"years": {"histogram": {"field": "d_date", "interval": _YEAR, "min_doc_count": 1}}}
        query = {"bool": {"filter": [plan.clause, *plan.chosen.values()]}}
        body = {"query": query, "size": 0, "track_total_hits": True, "aggs": years}
        answer = self._reading.search(body, deadline)
        buckets = answer["aggregations"]["years"]["buckets"]
        found = {int(bucket["key"]) // _YEAR: int(bucket["doc_count"]) for bucket in buckets}
        return Trend(
            request=request,
            total=total_in(answer),
            years={year: count for year, count in sorted(found.items()) if year},
        )

    def years(self) -> dict[int, int]:
        """Return how many articles are of each year."""
        return all_years(self.columns)

    def similar(self, key: str, limit: int, deadline: Deadline) -> tuple[Hit, ...]:
        """Return the articles most like the one with a key, none marked; none of one that it lacks."""
        number = self.columns.keys.number(key)
        return most_like(number, limit, self._known, self._reading, deadline) if number >= 0 else ()

    def numbers(self, node: Node, deadline: Deadline) -> Numbers:
        """Return the articles that match, in order of number."""
        plan = Plan(node, self._clause(node, deadline, {}), {}, {})
        return np.array(list(self._reading.numbers(plan, [{"n": "asc"}], deadline)), np.intp)

    def _by_match(
        self, plan: Plan, request: SearchRequest, window: tuple[int, int], deadline: Deadline
    ) -> tuple[Found, tuple[Hit, ...], tuple[Facet, ...]]:
        start, size = window
        # Most of those on a page are among twice as many of the first by words.
        best = self._best(plan, request, deadline, shown=2 * (start + size))
        ranked, total, current = best.ranked, total_in(best.answer), best.current
        numbers, scores = ranked.order[start : start + size], ranked.scores[start : start + size]
        documents = self._with_articles(best.documents, numbers, deadline)
        if not ranked.loose.count and len(ranked.order) < min(total, start + size):
            place = max(start, len(ranked.order))
            body = self._reading.window(plan, place, start + size - place, BEST, deadline)
            source = (*source_of(plan.tree), "article")
            more = documents_in(self._reading.search(with_documents(body, source), deadline))
            documents += more
            numbers = np.concatenate((numbers, _numbers_of(more)))
            scores = np.concatenate((scores, np.zeros(len(more), np.float32)))
            current = Narrowed(self._known, documents, best.counts)
        found = Found(total, ranked.loose, ranked.known, numbers, scores)
        hits = _hits(current, found, plan.tree, documents)
        if best.is_wider:
            return found, hits, self.facets.count(ranked.known, self.facets.chosen(request), request)
        return found, hits, self._facets(best.answer, request)

    def _with_articles(
        self, documents: dict[int, dict[str, Any]], numbers: Numbers, deadline: Deadline
    ) -> list[dict[str, Any]]:
        """Return some of the documents with what is shown of them, which is read where it is missing."""
        missing = [n for n in numbers.tolist() if "article" not in documents[n]]
        for each in self._reading.documents(np.array(missing, np.intp), ("n", "article"), deadline):
            documents[int(each["n"])] |= each
        return [documents[n] for n in numbers.tolist()]

    def _best(
        self,
        plan: Plan,
        request: SearchRequest,
        deadline: Deadline,
        *,
        keys: Sequence[str] = (),
        shown: int = 0,
    ) -> _Best:
        """Return the best by words in order, and with them the articles with some keys.

        What is shown of the first `shown` by words is read along with them, unless these are too many.
        """
        source = source_of(plan.tree)
        most = reordered_of(plan.tree)
        body = with_documents(plan.body(size=most, sort=BEST), source)
        answer = self._counting(plan, body, deadline, articles=shown)
        counts = self._counted(plan, answer)
        documents = {int(each["n"]): each for each in documents_in(answer)}
        for each in articles_in(answer):
            documents[int(each["n"])] |= each
        loose = self._loosened(plan, counts, deadline) if known_in(answer) < ENOUGH else None
        if loose is not None:
            is_narrow = known_in(answer) > 0 and self.articles > SCANNED
            most = FEW_FOLLOWING if is_narrow else FOLLOWING
            body = with_documents({"query": loose, "size": most, "sort": MOST_WORDS}, source)
            documents |= {int(each["n"]): each for each in documents_in(self._reading.search(body, deadline))}
        asked = {n for key in keys if (n := self.columns.keys.number(key)) >= 0}
        self._reading.complete(documents, asked, source, deadline)

        wanted = wanted_in(plan.tree, self._known.whole.looks)

        def ranked() -> tuple[Ranked, Narrowed]:
            enough = 0 if loose is None else ENOUGH
            current = Narrowed(self._known, documents.values(), counts, enough=enough, wanted=wanted)
            masks = tuple(self.facets.chosen(request).values())
            ingredients = Ingredients(priors=request.priors)
            return current.ranking.ranked(plan.tree, masks, deadline, ingredients), current

        found, current = ranked()
        # What is near in meaning may have none of the words, or few: then it is not among the best by words.
        if (
            loose is not None
            and found.weighed
            and self._reading.complete(documents, set(found.weighed.numbers.tolist()), source, deadline)
        ):
            found, current = ranked()
        return _Best(found, current, counts, answer, documents)

    def _loosened(self, plan: Plan, counts: Mapping[Node, int], deadline: Deadline) -> Clause | None:
        """Return the clause for what has any of the words, by points; None where there are not several."""
        nodes = plan.tree.nodes if isinstance(plan.tree, And) else ()
        words = [node for node in nodes if is_plain(node)]
        if len(words) < 2:
            return None
        some = [
            pointed(self._clause(node, deadline, plan.nodes), points_of(rarity(self.articles, counts[node])))
            for node in words
        ]
        others = self._clause(And(tuple(node for node in nodes if not is_plain(node))), deadline, plan.nodes)
        return {"bool": {"filter": [others], "should": some, "minimum_should_match": 1}}

    # What is asked of the cluster

    def _plan(self, tree: Node, request: SearchRequest, deadline: Deadline) -> Plan:
        chosen: dict[str, Clause] = {
            name: {"bool": {"filter": [{"terms": {f"f_{name}": each.tolist()}} for each in choices]}}
            for name, choices in self.facets.wanted(request).items()
        }
        nodes: dict[Node, Clause] = {}
        for node in counted_nodes(tree):
            nodes[node] = self._clause(node, deadline, nodes)
        return Plan(tree, self._clause(tree, deadline, nodes), chosen, nodes)

    def _clause(self, node: Node, deadline: Deadline, known: Mapping[Node, Clause]) -> Clause:
        def verified(words: Words, clause: Clause) -> Numbers:
            return self._verified(words, clause, deadline)

        return self._clauses.of(node, verified, known)

    def _verified(self, words: Words, clause: Clause, deadline: Deadline) -> Numbers:
        """Return which of the articles that a clause finds match words."""
        if (kept := self._verified_words.get(words)) is not None:
            return kept
        found = [np.empty(0, np.intp)]
        body = {"query": {"bool": {"filter": [clause]}}, "size": _VERIFIED_AT_ONCE, "sort": [{"n": "asc"}]}
        body = with_documents(body, source_of(words))
        while documents := documents_in(self._reading.search(body, deadline)):
            body["search_after"] = [documents[-1]["n"]]
            wanted = wanted_in(words, self._known.whole.looks)
            lookup = Narrowed(self._known, documents, {}, wanted=wanted).index.lookup
            try:
                found.append(lookup.matches(words, deadline).numbers())
            except TooLate as error:
                raise EngineDown("what was found could not be verified in time; try again") from error
        self._verified_words.put(words, np.concatenate(found))
        return np.concatenate(found)

    def _counting(
        self,
        plan: Plan,
        body: dict[str, Any],
        deadline: Deadline,
        names: Sequence[str] = ALL_FACETS,
        *,
        articles: int = 0,
    ) -> dict[str, Any]:
        with self._lock:
            counted = self._counts.keys() & plan.nodes.keys()
        first, *others = plan.aggregations(self.columns.facets, names, counted)
        first |= plan.first_articles(articles)
        answer = self._reading.search(body | {"track_total_hits": True, "aggs": first}, deadline)
        for each in others:
            told = self._reading.search({"query": body["query"], "size": 0, "aggs": each}, deadline)
            answer["aggregations"] |= told["aggregations"]
        return answer

    def _counted(self, plan: Plan, answer: Mapping[str, Any]) -> dict[Node, int]:
        """Return how many articles match each node, from an answer or from before."""
        found = plan.counts_in(answer)
        with self._lock:
            counts = {node: self._counts[node] for node in plan.nodes if node in self._counts} | found
            if len(self._counts) > _COUNTS:
                self._counts.clear()
            self._counts |= counts
        return counts

    def _facets(self, answer: Mapping[str, Any], request: SearchRequest) -> tuple[Facet, ...]:
        columns = self.columns.facets
        counts = {name: facet_in(answer, name, len(columns[name].values)) for name in ALL_FACETS}
        return self.facets.shown(counts, request)


def _hits(
    current: Narrowed, found: Found, tree: Node, documents: Iterable[Mapping[str, Any]]
) -> tuple[Hit, ...]:
    """Return the hits of a page, marked, given the documents with their articles."""
    current.segment.keep(stored_in(documents))
    return tuple(hits_of(current, found, Needles(tree, current.segment, current.looks)))


def _numbers_of(documents: Iterable[Mapping[str, Any]]) -> Numbers:
    return np.array([each["n"] for each in documents], np.intp)
