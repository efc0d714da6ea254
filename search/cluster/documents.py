"""A generation as documents of a cluster: what is indexed of each article, and the mapping that takes it.

A document is sent words that our analyzer made, as the numbers that they have in the lexicon of their kind,
and the cluster's `whitespace` analyzer does nothing but part them. Of each field F with words there are

w_F       every token of the field, in order: which articles have a term, and how often
t_F_0...  the terms by place, one field a layer: where a compound stands, several tokens share a place, and
          each has it in a layer of its own. A token in several places is in each; a place without is `_`
x_F_0...  the same with the form in which each was written, for what is quoted

so that the places of all layers are the same, and a query may go from one to the other. Identifiers are i_F,
values of facets f_NAME, dates d_NAME, all by number. `n` is the article's number in the generation, and
o_SORT its place in an order that no query changes. `ranked`, `places` and `article` are not searched: what
the ranking, the marking and the pages of hits need of an article, packed.
"""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from msgspec import msgpack

from index.schema import ANALYZED, DATE_COLUMNS, FACETS, FIELDS, Field, Kind
from index.segments.forward import is_streamed
from index.segments.lexicon import OTHER_FORM
from search.cluster.packed import packed
from search.request import Sort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from index.segments.arrays import Array
    from index.segments.columns import Columns
    from index.segments.forward import Tokens
    from index.segments.segment import Segment
    from search.opened import Opened

NOTHING: Final = "_"
"""Stands in a layer where a place has no token."""

PLACED: Final = tuple(field for field in FIELDS if field.kind in ANALYZED)
"""The fields with words."""

STREAMED: Final = tuple(field for field in PLACED if is_streamed(field))
UNSTREAMED: Final = tuple(field for field in PLACED if not is_streamed(field))
ORDERS: Final = tuple(sort for sort in Sort if sort is not Sort.RELEVANCE)

_LEVEL: Final = 1
_FORM: Final = 8
_PLACE: Final = 40
_TERMS: Final = (1 << 32) - 1
"""A token as one number: its place, its term in 32 bits, its form in 8."""


class Placed(NamedTuple):
    """The tokens of a field of an article by place: an entry for each token and each place it has."""

    terms: NDArray[np.intp]
    positions: NDArray[np.intp]
    forms: NDArray[np.uint8]


class Layers(NamedTuple):
    """Which layers a term of a field is found in: bit n of `of[term]` says so of layer n, or of all above 7.

    `longest[term]` is the number of places in a row that the term ever has; above 1 for wide tokens alone.
    """

    of: NDArray[np.uint8]
    longest: NDArray[np.uint8]


def token(term: int) -> str:
    """Return how a term is written in a document."""
    return f"{term:x}"


def form_token(term: int, form: int) -> str:
    """Return how a term in one of its forms is written."""
    return f"{term:x}.{form:x}"


class Documents:
    """The documents of a built generation, in order of number; for the use of one thread."""

    def __init__(self, opened: Opened) -> None:
        """Take a generation that is open."""
        self._segment: Segment = opened.segment
        self._columns: Columns = opened.columns
        self._identifiers = {
            field.name: _by_article(self._segment, field) for field in FIELDS if field.kind is Kind.ID
        }
        self._unstreamed = {field.name: _Places(self._segment, field) for field in UNSTREAMED}
        self._orders = {sort: _ranks(opened.in_order(sort)) for sort in ORDERS}
        self.layers = {
            field.name: Layers(
                *(np.zeros(len(self._segment.lexicons[field.kind]), np.uint8) for _ in range(2))
            )
            for field in PLACED
        }
        self._at = -1
        self._kept: dict[str, Tokens] = {}
        self.depths = dict.fromkeys((field.name for field in PLACED), 1)

    def measure(self) -> None:
        """Read everything once, so that `layers` and `depths` are known: how many layers each field needs."""
        wide: dict[str, set[int]] = {field.name: set() for field in PLACED}
        for number in range(self._segment.articles):
            for field in PLACED:
                placed = self._placed(field, number)
                if not len(placed.terms):
                    continue
                layer = _layer_of(placed.positions)
                self.depths[field.name] = max(self.depths[field.name], int(layer.max()) + 1)
                layers = self.layers[field.name]
                np.bitwise_or.at(layers.of, placed.terms, (1 << np.minimum(layer, 7)).astype(np.uint8))
                _note_runs(layers.longest, placed)
                wide[field.name].update(self._wide(field, number))
        for name, terms in wide.items():
            longest = self.layers[name].longest
            is_wide = np.zeros(len(longest), np.bool_)
            is_wide[list(terms)] = True
            longest[~is_wide] = np.minimum(longest[~is_wide], 1)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for number in range(self._segment.articles):
            yield self.document(number)

    def document(self, number: int) -> dict[str, Any]:
        """Return the document of an article."""
        columns = self._columns
        document: dict[str, Any] = {
            "n": number,
            "key": columns.keys[number],
            "cites": columns.cites.of(number).tolist(),
            "cited_by": columns.cited_by.of(number).tolist(),
            "article": _text(self._segment.stored(number)),
        }
        for column in DATE_COLUMNS:
            document[f"d_{column.name}"] = int(columns.dates_of[column.name][number])
        for facet in FACETS:
            values = columns.facets[facet.name]
            document[f"f_{facet.name}"] = values.ids[
                values.starts[number] : values.starts[number + 1]
            ].tolist()
        for sort, ranks in self._orders.items():
            document[f"o_{sort}"] = int(ranks[number])
        ids = {name: terms(number) for name, terms in self._identifiers.items()}
        document |= {f"i_{name}": terms for name, terms in ids.items()}
        document["ranked"] = _text(packed(self._units(number), ids))
        for field in PLACED:
            document |= self._words(field, number)
        document["places"] = _packed(
            {each: self._unstreamed[each].packed(number) for each in self._unstreamed}
        )
        return {name: value for name, value in document.items() if value not in ([], "")}

    def _words(self, field: Field, number: int) -> dict[str, Any]:
        """Return what is indexed of a field with words."""
        placed = self._placed(field, number)
        if not len(placed.terms):
            return {}
        layer = _layer_of(placed.positions)
        end = int(placed.positions.max()) + 1
        found: dict[str, Any] = {f"w_{field.name}": " ".join(map(token, self._once(field, number).tolist()))}
        for n in range(int(layer.max()) + 1):
            here = layer == n
            terms, written = [NOTHING] * end, [NOTHING] * end
            for place, term, form in zip(
                placed.positions[here].tolist(),
                placed.terms[here].tolist(),
                placed.forms[here].tolist(),
                strict=True,
            ):
                terms[place] = token(term)
                written[place] = form_token(term, form)
            found[f"t_{field.name}_{n}"] = " ".join(terms)
            found[f"x_{field.name}_{n}"] = " ".join(written)
        return found

    def _placed(self, field: Field, number: int) -> Placed:
        if field.name in self._unstreamed:
            return self._unstreamed[field.name].placed(number)
        if not self._has(field, number):
            return _NO_TOKENS
        tokens = self._tokens(field, number)
        widths = tokens.widths.astype(np.intp)
        each = np.repeat(np.arange(len(widths)), widths)
        steps = np.arange(len(each)) - np.repeat(np.cumsum(widths) - widths, widths)
        return _distinct(
            Placed(tokens.terms[each].astype(np.intp), tokens.positions[each] + steps, tokens.forms[each])
        )

    def _tokens(self, field: Field, number: int) -> Tokens:
        """Return the tokens of a streamed field; those of one article are kept until another is asked for."""
        if number != self._at:
            self._at, self._kept = number, {}
        if field.name not in self._kept:
            self._kept[field.name] = self._segment.forward.tokens(number, field.name)
        return self._kept[field.name]

    def _has(self, field: Field, number: int) -> bool:
        """Say whether a streamed field has any tokens in an article."""
        starts = self._segment.forward.stream(field.name).starts
        return bool(starts[number] < starts[number + 1])

    def _wide(self, field: Field, number: int) -> list[int]:
        """Return the terms of tokens that stand in several places."""
        if field.name in self._unstreamed:
            return self._unstreamed[field.name].wide(number)
        tokens = self._tokens(field, number)
        wide: list[int] = tokens.terms[tokens.widths > 1].tolist()
        return wide

    def _once(self, field: Field, number: int) -> NDArray[np.intp]:
        """Return the terms of a field, each as often as it counts."""
        if field.name in self._unstreamed:
            return self._unstreamed[field.name].once(number)
        return self._tokens(field, number).terms.astype(np.intp)

    def _units(self, number: int) -> dict[str, tuple[Array, Array, Array]]:
        """Return the units of every streamed field that has any: numbers, and the characters between."""
        found = {}
        for field in STREAMED:
            stream = self._segment.forward.stream(field.name)
            first, last = int(stream.starts[number]), int(stream.starts[number + 1])
            if first < last:
                low, high = np.searchsorted(stream.far_at, (first, last))
                found[field.name] = (
                    stream.units[first:last],
                    stream.gaps[first:last],
                    stream.far[low:high],
                )
        return found


class _Places:
    """The postings of a field that is not kept in order, by article."""

    def __init__(self, segment: Segment, field: Field) -> None:
        postings = segment.fields[field.name]
        rows = len(postings.rows.offsets) - 1
        standing = postings.standing(0, rows)
        numbers = postings.rows.numbers if len(postings.rows.numbers) else np.arange(rows)
        terms = np.repeat(numbers.astype(np.intp), _steps(postings.rows.offsets))
        _, frequencies = postings.all_postings(np.asarray(numbers, np.intp))
        order = np.argsort(standing.articles, kind="stable")
        self._starts = np.searchsorted(standing.articles[order], np.arange(segment.articles + 1))
        self._order = order
        self._terms, self._counts = terms, standing.counts
        self._frequencies = frequencies.astype(np.intp)
        self._ends = np.cumsum(standing.counts)
        self._positions, self._forms = standing.positions, standing.forms

    def _of(self, number: int) -> NDArray[np.intp]:
        chosen: NDArray[np.intp] = self._order[self._starts[number] : self._starts[number + 1]]
        return chosen

    def placed(self, number: int) -> Placed:
        """Return the tokens of an article by place."""
        chosen = self._of(number)
        stretches = [
            np.arange(end - count, end)
            for end, count in zip(self._ends[chosen].tolist(), self._counts[chosen].tolist(), strict=True)
        ]
        at = np.concatenate([np.empty(0, np.intp), *stretches])
        terms = np.repeat(self._terms[chosen], self._counts[chosen])
        return Placed(terms, self._positions[at].astype(np.intp), self._forms[at])

    def once(self, number: int) -> NDArray[np.intp]:
        """Return the terms of an article, each as often as it counts."""
        chosen = self._of(number)
        return np.repeat(self._terms[chosen], self._frequencies[chosen])

    def wide(self, number: int) -> list[int]:
        """Return the terms of an article that stand in more places than they count."""
        chosen = self._of(number)
        wide: list[int] = self._terms[chosen][self._counts[chosen] > self._frequencies[chosen]].tolist()
        return wide

    def packed(self, number: int) -> tuple[bytes, ...]:
        """Return the terms of an article, how often each counts and stands, and where in which form."""
        chosen, placed = self._of(number), self.placed(number)
        return (
            self._terms[chosen].astype("<u4").tobytes(),
            self._frequencies[chosen].astype("<u4").tobytes(),
            self._counts[chosen].astype("<u4").tobytes(),
            placed.positions.astype("<u4").tobytes(),
            placed.forms.tobytes(),
        )


class _by_article:  # noqa: N801 - it is called
    """The terms of identifiers of each article."""

    def __init__(self, segment: Segment, field: Field) -> None:
        postings = segment.fields[field.name]
        rows = len(postings.rows.offsets) - 1
        numbers = np.asarray(
            postings.rows.numbers if len(postings.rows.numbers) else np.arange(rows), np.intp
        )
        articles, _ = postings.all_postings(numbers)
        terms = np.repeat(numbers, _steps(postings.rows.offsets))
        order = np.argsort(articles, kind="stable")
        self._terms = terms[order]
        self._starts = np.searchsorted(articles[order], np.arange(segment.articles + 1))

    def __call__(self, number: int) -> list[int]:
        found: list[int] = self._terms[self._starts[number] : self._starts[number + 1]].tolist()
        return found


def mapping(depths: dict[str, int], about: dict[str, Any]) -> dict[str, Any]:
    """Return the mapping for documents whose fields need so many layers; `about` is kept beside it."""
    number = {"type": "integer"}
    properties: dict[str, Any] = {
        "n": number,
        "key": {"type": "keyword"},
        "cites": number,
        "cited_by": number,
    }
    properties |= {f"d_{column.name}": number for column in DATE_COLUMNS}
    properties |= {f"f_{facet.name}": number for facet in FACETS}
    properties |= {f"o_{sort}": number for sort in ORDERS}
    properties |= {f"i_{field.name}": number for field in FIELDS if field.kind is Kind.ID}
    for field in PLACED:
        properties[f"w_{field.name}"] = {
            "type": "text", "analyzer": "whitespace", "index_options": "freqs",
        }  # fmt: skip
        for layer in range(depths[field.name]):
            for what in ("t", "x"):
                properties[f"{what}_{field.name}_{layer}"] = {
                    "type": "text", "analyzer": "whitespace", "norms": False,
                }  # fmt: skip
    kept = {"type": "object", "enabled": False}
    # Beside the documents, so that a thousand can be read without all else that they hold.
    properties |= {name: {"type": "binary", "doc_values": True} for name in ("ranked", "places")}
    properties["article"] = kept
    return {"dynamic": "strict", "_meta": about, "properties": properties}


def _steps(offsets: NDArray[np.uint32]) -> NDArray[np.intp]:
    """Return how long each stretch is."""
    ends = offsets.astype(np.intp)
    return ends[1:] - ends[:-1]


def _packed(content: Any) -> str:
    return base64.b64encode(zlib.compress(msgpack.encode(content), _LEVEL)).decode()


def _text(content: bytes) -> str:
    return base64.b64encode(content).decode()


_NO_TOKENS: Final = Placed(np.empty(0, np.intp), np.empty(0, np.intp), np.empty(0, np.uint8))


def _distinct(placed: Placed) -> Placed:
    """Return each token once a place, in order of place, then term."""
    keys = np.unique(placed.positions << _PLACE | placed.terms << _FORM | placed.forms)
    return Placed((keys >> _FORM) & _TERMS, keys >> _PLACE, (keys & OTHER_FORM).astype(np.uint8))


def _layer_of(positions: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the layer of each token: how many before it, in order, have the same place."""
    order = np.argsort(positions, kind="stable")
    ordered = positions[order]
    firsts = np.searchsorted(ordered, ordered)
    layer = np.empty(len(positions), np.intp)
    layer[order] = np.arange(len(positions)) - firsts
    return layer


def _note_runs(longest: NDArray[np.uint8], placed: Placed) -> None:
    """Raise what is known of the places in a row that terms have."""
    order = np.lexsort((placed.positions, placed.terms))
    terms, positions = placed.terms[order], placed.positions[order]
    follows = (terms[1:] == terms[:-1]) & (positions[1:] - positions[:-1] <= 1)
    breaks = np.flatnonzero(np.concatenate(([True], ~follows)))
    lengths = np.minimum(positions[np.append(breaks[1:], len(terms)) - 1] - positions[breaks] + 1, OTHER_FORM)
    np.maximum.at(longest, terms[breaks], lengths.astype(np.uint8))


def _ranks(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the place of each article in an order."""
    ranks = np.empty(len(order), np.intp)
    ranks[order] = np.arange(len(order))
    return ranks
