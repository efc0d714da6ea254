"""What every web server needs of a whole generation: files that lie in the cluster, and are fetched once.

They are the built generation's own: its words, units, columns, latent vectors, suggestions. They take about
two kilobytes an article. Postings, token streams and articles stay in the documents.
"""

from __future__ import annotations

import base64
import zlib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
from msgspec import msgpack

from index.schema import ANALYZED, FIELDS, Kind
from index.segments.arrays import SUFFIX, load
from index.segments.column_write import COLUMNS
from index.segments.forward import Units
from index.segments.lexicon import lexicon_from
from search.cluster.candidates import Whole
from search.cluster.layers import Layers
from search.matching.looks import Looks

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from search.cluster.connection import Cluster
    from search.cluster.documents import Documents
    from search.opened import Opened

_KINDS: Final = ("facet-", "latent", "lexicon-", "suggestions", "units-")
_PLACES: Final = "places.cluster"
_MEASURED: Final = ("title", "abstract")
"""The fields whose lengths count where articles are compared."""

_PART: Final = 2 << 20
_AT_ONCE: Final = 8

MAPPING: Final[dict[str, Any]] = {
    "dynamic": "strict",
    "properties": {
        "part": {"type": "integer"},
        "name": {"type": "keyword"},
        "content": {"type": "object", "enabled": False},
    },
}


class Carried(NamedTuple):
    """What is known of a whole generation, and where terms stand in its documents."""

    whole: Whole
    layers: dict[str, Layers]
    depths: dict[str, int]


def parts(opened: Opened, documents: Documents) -> Iterator[dict[str, Any]]:
    """Yield the files of a built generation as documents, in order; `documents` must be measured."""
    number = 0
    for name, content in _files(opened, documents):
        packed = zlib.compress(content, 1)
        for start in range(0, max(1, len(packed)), _PART):
            piece = base64.b64encode(packed[start : start + _PART]).decode()
            yield {"part": number, "name": name, "content": piece}
            number += 1


def _files(opened: Opened, documents: Documents) -> Iterator[tuple[str, bytes]]:
    folder = opened.generation.folder
    for path in sorted(folder.iterdir()):
        if path.name == COLUMNS or path.name.startswith(_KINDS):
            yield path.name, path.read_bytes()
    averages = {field.name: opened.segment.fields[field.name].average_length for field in FIELDS}
    layers = {name: (each.of.tobytes(), each.longest.tobytes()) for name, each in documents.layers.items()}
    text = range(len(opened.segment.lexicons[Kind.TEXT]))
    held = np.fromiter(map(opened.segment.everywhere.df, text), np.uint32, len(text))
    lengths = {name: opened.segment.fields[name].lengths.astype("<u4").tobytes() for name in _MEASURED}
    places = {
        "averages": averages,
        "layers": layers,
        "depths": documents.depths,
        "held": held.astype("<u4").tobytes(),
        "lengths": lengths,
    }
    yield _PLACES, msgpack.encode(places)


def fetch(cluster: Cluster, index: str, count: int, folder: Path) -> None:
    """Write the files, which are in so many parts, to a folder; raises EngineDown or OSError."""
    packers: dict[str, Any] = {}
    for first in range(0, count, _AT_ONCE):
        answer = cluster.search(
            index,
            {
                "query": {"range": {"part": {"gte": first, "lt": first + _AT_ONCE}}},
                "sort": [{"part": "asc"}],
                "size": _AT_ONCE,
            },
        )
        for hit in answer["hits"]["hits"]:
            name = hit["_source"]["name"]
            packer = packers.setdefault(name, zlib.decompressobj())
            content = packer.decompress(base64.b64decode(hit["_source"]["content"]))
            with (folder / name).open("ab") as file:
                file.write(content)


def read(folder: Path, size: int) -> Carried:
    """Return what was fetched into a folder, mapped; raises OSError, ValueError or KeyError if damaged."""
    lexicons = {kind: lexicon_from(load(folder / f"lexicon-{kind}{SUFFIX}")) for kind in Kind}
    units = {kind: Units(load(folder / f"units-{kind}{SUFFIX}")) for kind in ANALYZED}
    places: Mapping[str, Any] = msgpack.decode((folder / _PLACES).read_bytes())
    layers = {
        name: Layers(np.frombuffer(of, np.uint8), np.frombuffer(longest, np.uint8))
        for name, (of, longest) in places["layers"].items()
    }
    lengths = {name: np.frombuffer(each, "<u4").astype(np.uint32) for name, each in places["lengths"].items()}
    held = np.frombuffer(places["held"], "<u4").astype(np.uint32)
    whole = Whole(size, lexicons, units, places["averages"], Looks(lexicons), held, lengths)
    return Carried(whole, layers, places["depths"])
