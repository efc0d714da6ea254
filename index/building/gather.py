"""The first pass of a build: articles, a run at a time, become streams of numbers in a scratch file.

Every process numbers what it meets for itself: the units of each kind of fields (a compound of a text, a word
of a name, an identifier) and the spellings in columns. What these are goes back with the report of a run;
`index.building.union` makes one numbering of all.
"""

from __future__ import annotations

import os
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final, TypeVar

import numpy as np
from msgspec import Struct, msgpack, structs

from crawler.article import NO_TITLE, Article
from crawler.markup import to_text
from index.analysis.analyzer import fold
from index.analysis.numbering import Numbering
from index.building.chunks import Chunks, NameChunks, TextChunks
from index.building.streams import FieldStream, Words
from index.schema import ANALYZED, FIELDS, Kind, field_text
from index.segments.arrays import SUFFIX, Array, load, save
from index.segments.column_gather import ColumnStreams
from index.segments.packing import Packer
from index.segments.ranges import borders

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from index.schema import Field

T = TypeVar("T")

_BATCH: Final = 512
_RUN: Final = "run-"
_MOST_UNITS: Final = 500_000
_CHUNKS: Final[dict[Kind, Callable[[Numbering], Chunks]]] = {Kind.TEXT: TextChunks, Kind.NAME: NameChunks}


class RunReport(Struct, frozen=True, kw_only=True):
    """What came of a run: articles from number `start` on, and what its process numbered since its last one.

    `owner` names the numberings; their texts in `fresh`, from number `since` on, go by what they number.
    `sizes` says how many units and far ones each field has, `stored` how many bytes the articles.
    """

    number: int
    start: int
    articles: int
    owner: str
    since: dict[str, int]
    fresh: dict[str, list[str]]
    sizes: dict[str, tuple[int, int]]
    stored: int


def shown(article: Article) -> bytes:
    """Return what is stored of an article, as msgpack: all but its references and full text."""
    return msgpack.encode(structs.replace(article, references=(), body=()))


class Gatherer:
    """Gathers runs, one after the other, in one process."""

    def __init__(self, sample: bytes) -> None:
        """Take the sample by which articles are packed."""
        self._epoch = 0
        self._packer = Packer(sample)
        self._decode: Final = msgpack.Decoder(Article).decode
        self._forget()

    def _forget(self) -> None:
        """Begin new numberings, so that what is remembered does not grow with the library."""
        self._epoch += 1
        self._units = {kind: Numbering() for kind in Kind}
        self._columns = ColumnStreams()
        self._words = {kind: Words(self._units[kind], _CHUNKS[kind](self._units[kind])) for kind in ANALYZED}

    def gather(self, scratch: Path, number: int, start: int, packed: Iterable[bytes]) -> RunReport:
        """Write the run of this number, of articles from number `start` on, to its file; raises OSError."""
        if len(self._units[Kind.TEXT]) + len(self._units[Kind.NAME]) > _MOST_UNITS:
            self._forget()
        streams = {field.name: FieldStream() for field in FIELDS}
        stored: list[bytes] = []
        titles: list[bytes] = []
        for some in batched(packed, _BATCH):
            articles = [self._decode(each) for each in some]
            stored += [self._packer.packed(shown(article)) for article in articles]
            titles += [_title(article).encode() for article in articles]
            self._add(articles, streams)
        arrays: dict[str, Array] = {
            **_joined("stored", stored),
            **_joined("titles", titles),
            **self._columns.taken(),
        }
        for name, stream in streams.items():
            arrays |= {f"{name}.{part}": numbers for part, numbers in stream.arrays().items()}
        for kind in ANALYZED:
            arrays[f"met.{kind}"] = self._met(kind, streams)
        save(run_path(scratch, number), arrays)
        return self._report(number, start, arrays)

    def _add(self, batch: list[Article], streams: dict[str, FieldStream]) -> None:
        """Append a batch of articles to the streams of all fields and columns."""
        for field in FIELDS:
            if field.kind in ANALYZED:
                texts = [field_text(field, article) for article in batch]
                self._words[field.kind].add(texts, streams[field.name])
            else:
                streams[field.name].add_values(map(field.values, batch), self._identifier(field))
        self._columns.add(batch)

    def _identifier(self, field: Field) -> Callable[[str], int]:
        """Return what numbers an identifier by its one spelling; -1 for what is none."""
        numbers = self._units[Kind.ID]

        def number(value: str) -> int:
            normal = fold(field.normal(value))
            return numbers[normal] if normal else -1

        return number

    def _met(self, kind: Kind, streams: dict[str, FieldStream]) -> Array:
        """Return how often each unit was met in the run."""
        of_kind = [streams[field.name].units() for field in FIELDS if field.kind is kind]
        return np.bincount(np.concatenate(of_kind), minlength=len(self._units[kind])).astype(np.uint32)

    def _report(self, number: int, start: int, arrays: dict[str, Array]) -> RunReport:
        numberings = {
            **{f"unit.{kind}": units for kind, units in self._units.items()},
            **self._columns.numberings,
        }
        return RunReport(
            number=number,
            start=start,
            articles=len(arrays["stored_lengths"]),
            owner=f"{os.getpid()}-{self._epoch}",
            since={name: len(each) - len(each.fresh) for name, each in numberings.items()},
            fresh={name: each.take_fresh() for name, each in numberings.items()},
            sizes={
                field.name: (len(arrays[f"{field.name}.units"]), len(arrays[f"{field.name}.far"]))
                for field in FIELDS
            },
            stored=len(arrays["stored"]),
        )


def _title(article: Article) -> str:
    """Return the text of a title; nothing where there is none."""
    return "" if article.title == NO_TITLE else to_text(article.title)


def _joined(name: str, texts: list[bytes]) -> dict[str, Array]:
    """Return texts as one array, and how long each is."""
    return {
        name: np.frombuffer(b"".join(texts), dtype=np.uint8),
        f"{name}_lengths": np.fromiter(map(len, texts), dtype=np.uint32, count=len(texts)),
    }


def titles(scratch: Path) -> Iterator[str]:
    """Yield the titles of the articles of all runs, in order; an empty one where an article has none."""
    for path in sorted(scratch.glob(f"{_RUN}*{SUFFIX}")):
        arrays = load(path)
        content = arrays["titles"].tobytes()
        for start, end in pairwise(borders(arrays["titles_lengths"]).tolist()):
            yield content[start:end].decode()


def batched(each: Iterable[T], size: int) -> Iterator[list[T]]:
    """Yield lists of so many, the last one of what is left."""
    rest = iter(each)
    while some := list(islice(rest, size)):
        yield some


def run_path(scratch: Path, number: int) -> Path:
    """Return the file of a run."""
    return scratch / f"{_RUN}{number:05}{SUFFIX}"
