"""Tree -> the query language of OpenSearch, clause by clause, so that it matches what `execute` does.

Words were looked up in our own lexicon before, so a clause asks for terms by number. What stands next to each
other is asked for by spans of single places, every way to fill a row written out, since spans of several
lengths miss some of what they should find. What cannot be asked for so (a repeated word near another, or
thousands of endings behind a phrase) is asked for more loosely, and what comes back is verified on our side.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from index.analysis.folding import fold
from index.schema import ANALYZED, BY_NAME, EVERYWHERE, Kind
from index.segments.forward import GAP_WIDTH
from search.cluster.layers import form_token, placed_in, token, written_in
from search.matching.weights import weight
from search.query import And, CitedBy, Cites, Concept, Dates, Every, Not, Or, Phrase, Prefix, Proximity, Term

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from index.segments.columns import Keys
    from index.segments.lexicon import Lexicon
    from search.cluster.layers import Layers
    from search.matching.looks import Look, Looks, Row, Slot
    from search.matching.numbers import Numbers
    from search.query import Node, Words

Clause = dict[str, Any]

EVERYTHING: Final[Clause] = {"match_all": {"boost": 0.0}}
NOTHING: Final[Clause] = {"match_none": {}}

_MOST_CLAUSES: Final = 512
"""Clauses that a phrase may have: the cluster takes 1,024 in a query."""

_MOST_TERMS: Final = 65_536
_FEW_TERMS: Final = 64
_LAST_BIT: Final = 7
_BOOST: Final = 2.0
"""The lightest field counts a half, and the cluster takes no boost below 1."""


class Clauses:
    """Makes clauses for the documents of one generation. May be shared by threads."""

    def __init__(
        self,
        lexicons: Mapping[Kind, Lexicon],
        looks: Looks,
        layers: Mapping[str, Layers],
        depths: Mapping[str, int],
        keys: Keys,
    ) -> None:
        """Take the lexicons, what looks words up in them, where terms stand, and the keys of the articles."""
        self._lexicons = lexicons
        self._looks = looks
        self._layers = layers
        self._depths = depths
        self._keys = keys

    def of(  # noqa: PLR0911 - a line for each kind of node
        self, node: Node, verified: Callable[[Words, Clause], Numbers], known: Mapping[Node, Clause]
    ) -> Clause:
        """Return the clause that matches what a node does.

        `verified` returns which articles match a node, of those that a clause finds; `known` are clauses that
        were made before, by node.
        """
        if node in known:
            return known[node]
        match node:
            case And(nodes):
                return self._all(nodes, verified, known)
            case Or(nodes):
                return any_of([self.of(each, verified, known) for each in nodes])
            case Not(inner):
                return {"bool": {"must": [EVERYTHING], "must_not": [self.of(inner, verified, known)]}}
            case Concept(typed, others, share):
                found = [self.of(typed, verified, known)]
                found += [scaled(self.of(each, verified, known), share) for each in others]
                return {"dis_max": {"queries": found}}
            case Every():
                return EVERYTHING
            case Dates(low, high, column):
                return silent({"range": {f"d_{column}": {"gte": low, "lte": high}}})
            case Cites(key) | CitedBy(key):
                number = self._keys.number(key)
                name = "cites" if isinstance(node, Cites) else "cited_by"
                return silent({"term": {name: number}}) if number >= 0 else NOTHING
            case _:
                return self._words(node, verified)

    def _all(
        self,
        nodes: Sequence[Node],
        verified: Callable[[Words, Clause], Numbers],
        known: Mapping[Node, Clause],
    ) -> Clause:
        must = [self.of(node, verified, known) for node in nodes if not isinstance(node, Not | Every)]
        dropped = [self.of(node.node, verified, known) for node in nodes if isinstance(node, Not)]
        return {"bool": {"must": must or [EVERYTHING], "must_not": dropped}}

    def _words(self, node: Words, verified: Callable[[Words, Clause], Numbers]) -> Clause:
        places = node.fields or EVERYWHERE
        parts = list(self._identified(node, [name for name in places if BY_NAME[name].kind is Kind.ID]))
        for kind in ANALYZED:
            fields = [name for name in places if BY_NAME[name].kind is kind]
            row = self._looks.row(node, kind) if fields else ()
            if row and all(row):
                parts += self._rows(node, row, fields, verified)
        return any_of(parts)

    def _identified(self, node: Words, fields: Iterable[str]) -> Iterator[Clause]:
        for name in fields if isinstance(node, Term) else ():
            normal = BY_NAME[name].normal(node.text)
            number = self._lexicons[Kind.ID].number(fold(normal)) if normal else -1
            if number >= 0:
                yield {"constant_score": {"filter": {"term": {f"i_{name}": number}}}}

    def _rows(
        self, node: Words, row: Row, fields: Sequence[str], verified: Callable[[Words, Clause], Numbers]
    ) -> Iterator[Clause]:
        """Yield the clauses, any of which will do, for a row of words in fields of a kind."""
        if len(row) == 1 and len(row[0]) == 1 and len(row[0][0]) == 1:
            yield from self._look(row[0][0][0], fields)
            return
        loose = []
        for name in fields:
            if not all(self._may_fill(slot, name) for slot in row):
                continue
            exact = self._near(node, row, name) if isinstance(node, Proximity) else self._in_a_row(row, name)
            if exact is None:
                loose.append({"bool": {"filter": [self._held(slot, name) for slot in row]}})
            else:
                yield exact
        if loose:
            yield listed(verified(node, any_of(loose)))

    def _look(self, look: Look, fields: Sequence[str]) -> Iterator[Clause]:
        """Yield the clauses for one place that any of some terms fills."""
        having = [name for name in fields if (self._layers[name].of[look.whole] > 0).any()]
        if having and len(look.whole) <= _FEW_TERMS:
            yield {
                "combined_fields": {
                    "query": " ".join(map(token, look.whole.tolist())),
                    "fields": [f"w_{name}^{_BOOST * weight(name):g}" for name in having],
                }
            }
        else:
            for name in having:
                yield from self._terms(name, look.whole)
        for name in fields:
            if some := self._written(look, name):
                yield any_of(some)

    def _terms(self, name: str, terms: Numbers) -> Iterator[Clause]:
        present = terms[self._layers[name].of[terms] > 0].tolist()
        for first in range(0, len(present), _MOST_TERMS):
            written = [token(each) for each in present[first : first + _MOST_TERMS]]
            yield {"terms": {f"w_{name}": written}}

    def _written(self, look: Look, name: str) -> list[Clause]:
        """Return the clauses for the terms of a look of which only some forms will do."""
        by_layer: dict[int, list[str]] = {}
        for term, forms in look.some:
            for layer in self._layers_of(name, term):
                by_layer.setdefault(layer, []).extend(
                    form_token(term, form) for form in np.flatnonzero(forms).tolist()
                )
        return [{"terms": {written_in(name, layer): words}} for layer, words in by_layer.items()]

    def _layers_of(self, name: str, term: int) -> Iterator[int]:
        """Yield the layers of a field that a term stands in."""
        bits = int(self._layers[name].of[term])
        for layer in range(self._depths[name]):
            if bits >> min(layer, _LAST_BIT) & 1:
                yield layer

    def _present(self, look: Look, name: str) -> list[int]:
        """Return the terms of a look that a field has."""
        of = self._layers[name].of
        return [*look.whole[of[look.whole] > 0].tolist(), *(term for term, _ in look.some if of[term])]

    def _may_fill(self, slot: Slot, name: str) -> bool:
        return any(all(self._present(look, name) for look in way) for way in slot)

    def _held(self, slot: Slot, name: str) -> Clause:
        """Return the clause for all articles that have what fills a slot, wherever it stands."""
        ways = []
        for way in slot:
            terms = [np.array(self._present(look, name), np.intp) for look in way]
            if all(map(len, terms)):
                ways.append({"bool": {"filter": [any_of(list(self._terms(name, each))) for each in terms]}})
        return any_of(ways)

    def _in_a_row(self, row: Row, name: str) -> Clause | None:
        """Return the clause for a row in a field; None where that takes too many."""
        found: list[Clause] = []
        size = 0
        for sequence in self._sequences(row, name):
            if len(sequence) == 1:
                found += self._look(sequence[0], [name])
                continue
            spans = [self._spans(look, name) for look in sequence]
            size += sum(map(len, spans))
            if size > _MOST_CLAUSES:
                return None
            if all(spans):
                clauses = [each[0] if len(each) == 1 else {"span_or": {"clauses": each}} for each in spans]
                found.append({"span_near": {"clauses": clauses, "slop": 0, "in_order": True}})
        return any_of(found)

    def _sequences(self, row: Row, name: str) -> Iterator[list[Look]]:
        """Yield every way to fill a row, as looks for one place each.

        A wide token in the middle may take several places, so it may stand there several times.
        """
        for ways in product(*row):
            looks = [look for way in ways for look in way]
            times = [
                range(1, 1 + (self._longest(look, name) if 0 < n < len(looks) - 1 else 1))
                for n, look in enumerate(looks)
            ]
            for counts in product(*times):
                yield [look for look, count in zip(looks, counts, strict=True) for _ in range(count)]

    def _longest(self, look: Look, name: str) -> int:
        longest = [int(self._layers[name].longest[term]) for term in self._present(look, name)]
        return max(1, sum(longest)) if max(longest, default=1) > 1 else 1

    def _spans(self, look: Look, name: str) -> list[Clause]:
        """Return the spans of one place that a look fills in any layer."""
        if len(look.whole) + len(look.some) > _MOST_CLAUSES and len(present := self._present(look, name)) > (
            _MOST_CLAUSES
        ):
            return [NOTHING] * len(present)
        of = self._layers[name].of
        words = [
            (placed_in(name, layer), token(term))
            for term in look.whole[of[look.whole] > 0].tolist()
            for layer in self._layers_of(name, term)
        ]
        words += [
            (written_in(name, layer), form_token(term, form))
            for term, forms in look.some
            for layer in self._layers_of(name, term)
            for form in np.flatnonzero(forms).tolist()
        ]
        first = placed_in(name, 0)
        spans = []
        for field, word in words:
            span: Clause = {"span_term": {field: word}}
            if field != first:
                span = {"span_field_masking": {"query": span, "field": first}}
            spans.append(span)
        return spans

    def _near(self, node: Proximity, row: Row, name: str) -> Clause | None:
        """Return the clause for words near each other; None where intervals would find something else."""
        if any(len(way) != 1 for slot in row for way in slot):
            return None
        gaps = min(len(row) + node.distance, GAP_WIDTH + 1) - len(row)
        if gaps < 0 or len({_identity(slot) for slot in row}) < len(row):
            return None
        rules = []
        size = 0
        for slot in row:
            words = [
                each.get("span_field_masking", {"query": each})["query"]["span_term"]
                for way in slot
                for each in self._spans(way[0], name)
                if each is not NOTHING
            ]
            size += len(words)
            rules.append(
                {
                    "any_of": {
                        "intervals": [
                            {"match": {"query": word, "use_field": field, "analyzer": "whitespace"}}
                            for each in words
                            for field, word in each.items()
                        ]
                    }
                }
            )
        if size > _MOST_CLAUSES or any(not rule["any_of"]["intervals"] for rule in rules):
            return None
        rule = {"all_of": {"intervals": rules, "mode": "unordered", "max_gaps": gaps}}
        return {"intervals": {placed_in(name, 0): rule}}


def any_of(clauses: list[Clause]) -> Clause:
    """Return the clause for any of some."""
    if len(clauses) == 1:
        return clauses[0]
    return {"bool": {"should": clauses, "minimum_should_match": 1}} if clauses else NOTHING


def alike_words(term: int, worth: float) -> Clause:
    """Return the clause for a term in titles and abstracts, that counts what it is worth."""
    words = [{"term": {f"w_{name}": token(term)}} for name in ("title", "abstract")]
    return {"constant_score": {"filter": any_of(words), "boost": worth}}


def silent(clause: Clause) -> Clause:
    """Return a clause that scores nothing."""
    return {"constant_score": {"filter": clause, "boost": 0.0}}


def pointed(clause: Clause, points: int) -> Clause:
    """Return a clause that scores some points, however well an article matches."""
    return {"constant_score": {"filter": clause, "boost": points}}


def scaled(clause: Clause, share: float) -> Clause:
    """Return a clause that counts a share."""
    return {"bool": {"must": [clause], "boost": share}}


def listed(numbers: Numbers) -> Clause:
    """Return the clause for articles by number."""
    return {"constant_score": {"filter": {"terms": {"n": numbers.tolist()}}}} if len(numbers) else NOTHING


def leaves(node: Node) -> Iterator[Words]:
    """Yield the words that a tree looks for."""
    match node:
        case And(nodes) | Or(nodes):
            for each in nodes:
                yield from leaves(each)
        case Not(inner):
            yield from leaves(inner)
        case Concept(typed, others):
            for each in (typed, *others):
                yield from leaves(each)
        case Term() | Phrase() | Prefix() | Proximity():
            yield node


def _identity(slot: Slot) -> tuple[object, ...]:
    return tuple(
        tuple(
            (look.whole.tobytes(), tuple((term, forms.tobytes()) for term, forms in look.some))
            for look in way
        )
        for way in slot
    )
