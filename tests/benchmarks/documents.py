"""Articles made ready for other engines: the texts of all fields, the labels of all facets, and what a page needs.

They are written to a file once, so that no engine is charged for what only ours does to find them.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from msgspec import Struct, msgpack, structs

from crawler.article import Article
from index import generations
from index.schema import FIELDS, Kind
from index.segments.columns import read_columns
from index.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_AT_ONCE: Final = 1_000
_LENGTH: Final = struct.Struct("<I")

WEIGHTS: Final = {field.name: field.weight for field in FIELDS if field.weight}
"""The fields that words without a field are looked for in, and how much each counts."""

FIELD_NAMES: Final = [field.name for field in FIELDS]
IDS: Final = frozenset(field.name for field in FIELDS if field.kind is Kind.ID)
NAMES: Final = frozenset(field.name for field in FIELDS if field.kind is Kind.NAME)


class Document(Struct, frozen=True):
    """An article: the values of each field that has any, the labels of each facet, and what is stored of it."""

    key: str
    texts: dict[str, list[str]]
    labels: dict[str, list[str]]
    year: int
    stored: bytes


def write(library: Path, root: Path, path: Path) -> int:
    """Write the articles of a library with their facets as the index below `root` has them; return how many.

    Raises ValueError where library and index differ.
    """
    columns = read_columns(generations.live(root).folder)
    snapshot = Snapshot(library)
    decoder, encoder = msgpack.Decoder(Article), msgpack.Encoder()
    facets = {
        name: (column.starts.tolist(), column.ids.tolist(), list(column.labels))
        for name, column in columns.facets.items()
    }
    count = snapshot.count()
    number = 0
    with path.open("wb") as file:
        for start in range(0, count, _AT_ONCE):
            for packed in snapshot.articles(start, start + _AT_ONCE):
                article = decoder.decode(packed)
                if article.key != columns.keys[number]:
                    raise ValueError(
                        f"article {number} is {article.key}, but {columns.keys[number]} is indexed"
                    )
                labels = {
                    name: [known[each] for each in ids[starts[number] : starts[number + 1]]]
                    for name, (starts, ids, known) in facets.items()
                }
                data = encoder.encode(_document(article, labels))
                file.write(_LENGTH.pack(len(data)) + data)
                number += 1
    snapshot.close()
    return count


def _document(article: Article, labels: dict[str, list[str]]) -> Document:
    return Document(
        key=article.key,
        texts={
            field.name: found for field in FIELDS if (found := _values(field.values(article), field.normal))
        },
        labels={name: found for name, found in labels.items() if found},
        year=article.date.year,
        stored=msgpack.encode(structs.replace(article, references=(), body=())),
    )


def _values(values: list[str], normal: Callable[[str], str]) -> list[str]:
    return [found for value in values if value and (found := normal(value))]


def read(path: Path) -> Iterator[Document]:
    """Yield the documents of a file, in order."""
    decoder = msgpack.Decoder(Document)
    with path.open("rb") as file:
        while size := file.read(_LENGTH.size):
            yield decoder.decode(file.read(_LENGTH.unpack(size)[0]))


def article_of(stored: bytes) -> Article:
    """Return the article of what is stored of a document."""
    return msgpack.decode(stored, type=Article)


def count(path: Path) -> int:
    """Return how many documents a file holds."""
    found = 0
    with path.open("rb") as file:
        while size := file.read(_LENGTH.size):
            file.seek(_LENGTH.unpack(size)[0], 1)
            found += 1
    return found
