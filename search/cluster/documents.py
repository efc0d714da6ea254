"""A generation as documents of a cluster: what is indexed of each article, and the mapping that takes it.

How the words of a field are held is said in `layers`. Identifiers are i_F, values of facets f_NAME, dates
d_NAME, all by number. `n` is the article's number in the generation, and o_SORT its place in an order that no
query changes. `ranked`, `places` and `article` are not searched: what the ranking, the marking and the pages
of hits need of an article, packed.
"""

from __future__ import annotations

import zlib
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pybase64
from msgspec import msgpack

from index.schema import ANALYZED, DATE_COLUMNS, FACETS, FIELDS, Kind
from index.segments.forward import GAP_WIDTH, is_streamed
from search.cluster.layers import placed_in, written_in
from search.cluster.packed import packed
from search.cluster.streamed import StreamedField, Table
from search.cluster.unstreamed import UnstreamedField, by_article
from search.request import Sort

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from index.schema import Field
    from index.segments.columns import Columns
    from index.segments.segment import Segment
    from search.cluster.layers import Layers
    from search.opened import Opened

PLACED: Final = tuple(field for field in FIELDS if field.kind in ANALYZED)
"""The fields with words."""

STREAMED: Final = tuple(field for field in PLACED if is_streamed(field))
UNSTREAMED: Final = tuple(field for field in PLACED if not is_streamed(field))
ORDERS: Final = tuple(sort for sort in Sort if sort is not Sort.RELEVANCE)

_LEVEL: Final = 1
_AT_ONCE: Final = 500
"""Articles that are worked on at once: their tokens take some megabytes."""

_MEASURED_AT_ONCE: Final = 5_000


class Documents:
    """The documents of a built generation, in order of number; for the use of one thread."""

    def __init__(self, opened: Opened) -> None:
        """Take a generation that is open."""
        segment = opened.segment
        self._segment: Segment = segment
        self._columns = opened.columns
        tables = {kind: Table(units, segment.lexicons[kind]) for kind, units in segment.forward.units.items()}
        self._streamed = [
            StreamedField(field.name, segment.forward.stream(field.name), tables[field.kind])
            for field in STREAMED
        ]
        self._unstreamed = [
            UnstreamedField(field.name, segment, segment.lexicons[field.kind]) for field in UNSTREAMED
        ]
        self._fields: list[StreamedField | UnstreamedField] = [*self._streamed, *self._unstreamed]
        self._identifiers = [_Identifiers(segment, field) for field in FIELDS if field.kind is Kind.ID]
        self._orders: dict[Sort, NDArray[np.intp]] = {sort: _ranks(opened.in_order(sort)) for sort in ORDERS}
        self.layers: dict[str, Layers] = {}
        self.depths: dict[str, int] = {}

    def measure(self) -> None:
        """Read everything once, so that `layers` and `depths` are known: how many layers each field needs."""
        for each in self._fields:
            self.layers[each.name], self.depths[each.name] = each.measure(_MEASURED_AT_ONCE)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for first in range(0, self._segment.articles, _AT_ONCE):
            yield from self._chunk(first, min(first + _AT_ONCE, self._segment.articles))

    def document(self, number: int) -> dict[str, Any]:
        """Return the document of an article."""
        return next(self._chunk(number, number + 1))

    def _chunk(self, first: int, last: int) -> Iterator[dict[str, Any]]:
        """Yield the documents of articles from a number to another, without that."""
        words = zip(*(each.chunk(first, last) for each in self._fields), strict=True)
        streams = zip(*(each.packed(first, last) for each in self._streamed), strict=True)
        places = zip(*(each.packed(first, last) for each in self._unstreamed), strict=True)
        ids = zip(*(each.chunk(first, last) for each in self._identifiers), strict=True)
        columns = _columns(self._columns, self._orders, first, last)
        names = [each.name for each in self._unstreamed]
        own = [f"i_{each.name}" for each in self._identifiers]
        for number, fields, units, standing, terms, document in zip(
            range(first, last), words, streams, places, ids, columns, strict=True
        ):
            document.update({name: each for name, (each, _) in zip(own, terms, strict=True) if each})
            for held in fields:
                document.update(held)
            document["article"] = _text(self._segment.stored(number))
            document["ranked"] = _text(packed(units, [each for _, each in terms]))
            document["places"] = _text(
                zlib.compress(msgpack.encode(dict(zip(names, standing, strict=True))), _LEVEL)
            )
            yield document


class _Identifiers:
    """The terms of identifiers of each article."""

    def __init__(self, segment: Segment, field: Field) -> None:
        self.name = field.name
        self._starts, self._terms, _ = by_article(segment, field.name)

    def chunk(self, first: int, last: int) -> Iterator[tuple[list[int], bytes]]:
        """Yield the terms of articles from a number to another, without that, also as bytes."""
        starts = self._starts[first : last + 1].tolist()
        terms = self._terms[starts[0] : starts[-1]]
        listed, content = terms.tolist(), terms.astype("<u4").tobytes()
        for n in range(last - first):
            a, b = starts[n] - starts[0], starts[n + 1] - starts[0]
            yield listed[a:b], content[4 * a : 4 * b]


def _columns(
    columns: Columns, orders: dict[Sort, NDArray[np.intp]], first: int, last: int
) -> Iterator[dict[str, Any]]:
    """Yield what lies in columns of articles from a number to another, without that."""
    one = {f"d_{each.name}": columns.dates_of[each.name][first:last].tolist() for each in DATE_COLUMNS}
    one |= {f"o_{sort}": ranks[first:last].tolist() for sort, ranks in orders.items()}
    several = {"cites": columns.cites, "cited_by": columns.cited_by}
    many = {name: _rows(each.starts, each.articles, first, last) for name, each in several.items()}
    for facet in FACETS:
        column = columns.facets[facet.name]
        many[f"f_{facet.name}"] = _rows(column.starts, column.ids, first, last)
    for n in range(last - first):
        document: dict[str, Any] = {"n": first + n, "key": columns.keys[first + n]}
        document |= {name: values[n] for name, values in one.items()}
        yield document | {name: rows[n] for name, rows in many.items() if rows[n]}


def _rows(starts: Any, values: Any, first: int, last: int) -> list[list[int]]:
    """Return the values of articles from a number to another, without that."""
    at = starts[first : last + 1].tolist()
    listed = values[at[0] : at[-1]].tolist()
    return [listed[a - at[0] : b - at[0]] for a, b in pairwise(at)]


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
    words = {"type": "text", "analyzer": "whitespace", "position_increment_gap": GAP_WIDTH}
    for field in PLACED:
        properties[placed_in(field.name, 0)] = words
        for layer in range(depths[field.name]):
            if layer:
                properties[placed_in(field.name, layer)] = words | {"norms": False}
            properties[written_in(field.name, layer)] = words | {"norms": False}
    kept = {"type": "object", "enabled": False}
    # Beside the documents, so that a thousand can be read without all else that they hold.
    properties |= {name: {"type": "binary", "doc_values": True} for name in ("ranked", "places")}
    properties["article"] = kept
    return {"dynamic": "strict", "_meta": about, "properties": properties}


def _text(content: bytes) -> str:
    return pybase64.b64encode_as_string(content)


def _ranks(order: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the place of each article in an order."""
    ranks = np.empty(len(order), np.intp)
    ranks[order] = np.arange(len(order))
    return ranks
