"""Writes the columns of an index, from what was gathered of each run of articles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index.schema import DATE_COLUMNS, FACETS, facet_value
from index.segments.arrays import SUFFIX, Array, save
from index.segments.column_gather import SORTS
from index.segments.ranges import borders, distinct, ranges

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.naming.mesh import Mesh
    from index.snapshot import Citations

COLUMNS: Final = f"columns{SUFFIX}"
"""The file of all columns but the labels of facets."""

Broader = Callable[[Iterable[str]], Mapping[str, frozenset[str]]]
"""Says of headings which of them each is, or is below."""


class RunColumns(Struct, frozen=True):
    """The columns of a run, and by numbering what its numbers are in that of all runs."""

    arrays: Mapping[str, Array]
    maps: Mapping[str, NDArray[np.uint32]]


def write_columns(
    folder: Path,
    runs: Sequence[RunColumns],
    texts: Mapping[str, Sequence[str]],
    citations: Citations,
    descriptors: Mesh,
) -> None:
    """Write every column of runs in order; `texts` are those of all runs, by numbering.

    `descriptors` tell what is above a heading. Raises OSError.
    """
    arrays: dict[str, Array] = {
        "keys": _joined(runs, "keys", np.uint8),
        "key_starts": borders(_joined(runs, "key_lengths", np.uint32)),
        "retracted": _joined(runs, "retracted", np.bool_),
    }
    for column in DATE_COLUMNS:
        arrays[f"date.{column.name}"] = _joined(runs, f"date.{column.name}", np.int32)
    for name in SORTS:
        arrays[f"sort.{name}"] = _ranks(texts[f"sort.{name}"], _mapped(runs, f"sort.{name}", f"sort.{name}"))
    for facet in FACETS:
        arrays |= _write_facet(
            folder,
            facet.name,
            runs,
            texts[f"facet.{facet.name}"],
            descriptors.broader if facet.in_trees else None,
        )
    articles = len(arrays["retracted"])
    arrays |= _links("cites", citations.citing, citations.cited, articles)
    backwards = np.lexsort((citations.citing, citations.cited))
    arrays |= _links("cited_by", citations.cited[backwards], citations.citing[backwards], articles)
    save(folder / COLUMNS, arrays)


def _joined(runs: Sequence[RunColumns], name: str, kind: type[Any]) -> Array:
    return np.concatenate([np.empty(0, kind), *(run.arrays[name] for run in runs)])


def _mapped(runs: Sequence[RunColumns], numbering: str, name: str) -> NDArray[np.uint32]:
    """Return an array of numbers of all runs, in the numbering of all."""
    parts = [run.maps[numbering][run.arrays[name]] for run in runs]
    return np.concatenate([np.empty(0, np.uint32), *parts])


def _ranks(texts: Sequence[str], numbers: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return the place of each article's text in the order of texts; -1 for an empty one."""
    ordered = {text: place for place, text in enumerate(sorted(set(texts) - {""}))}
    place = np.array([ordered.get(text, -1) for text in texts], dtype=np.int32)
    return place[numbers]


def _write_facet(
    folder: Path,
    name: str,
    runs: Sequence[RunColumns],
    labels: Sequence[str],
    broader: Broader | None,
) -> dict[str, Array]:
    """Write the values of a facet, and return which each article has.

    The label of a value is its most frequent spelling, the first in order on a tie.
    """
    counts = _joined(runs, f"facet.{name}.counts", np.uint32)
    used = _mapped(runs, f"facet.{name}", f"facet.{name}.labels")
    frequency = np.bincount(used, minlength=len(labels)).tolist()
    folded = [facet_value(name, label) for label in labels]
    values = sorted(set(folded) - {""})
    place = {value: number for number, value in enumerate(values)}
    best: dict[str, tuple[int, str]] = {}
    for value, label, times in zip(folded, labels, frequency, strict=True):
        best[value] = min(best.get(value, (1, "")), (-times, label))
    shown = [best[value][1] for value in values]
    content = msgspec.json.encode([values, shown])
    (folder / f"facet-{name}.json").write_bytes(content)
    value_of = np.array([place.get(value, -1) for value in folded], dtype=np.int64)[used]
    article = np.repeat(np.arange(len(counts), dtype=np.int64), counts)
    article, value_of = article[value_of >= 0], value_of[value_of >= 0]
    if broader:
        article, value_of = _with_broader(article, value_of, shown, broader)
    pairs = distinct(article << 32 | value_of)
    article, value_of = pairs >> 32, pairs & 0xFFFFFFFF
    return {
        f"facet.{name}.starts": borders(np.bincount(article, minlength=len(counts))).astype(np.int32),
        f"facet.{name}.ids": value_of.astype(np.int32),
        f"facet.{name}.owner_starts": borders(np.bincount(value_of, minlength=len(values))).astype(np.int32),
        f"facet.{name}.owners": article[np.argsort(value_of, kind="stable")].astype(np.int32),
    }


def _with_broader(
    articles: NDArray[np.int64], values: NDArray[np.int64], labels: Sequence[str], broader: Broader
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return pairs of articles and values, and with each value all that are broader."""
    place = {label: number for number, label in enumerate(labels)}
    above = [[place[each] for each in found] for found in map(broader(labels).__getitem__, labels)]
    counts = np.fromiter(map(len, above), np.int64, len(above))
    starts = np.cumsum(counts) - counts
    every = np.fromiter(chain.from_iterable(above), np.int64)
    return np.repeat(articles, counts[values]), every[ranges(starts[values], counts[values])]


def _links(
    name: str, articles: NDArray[np.uint32], others: NDArray[np.uint32], total: int
) -> dict[str, Array]:
    counts = np.bincount(articles, minlength=total)
    return {f"{name}.starts": borders(counts).astype(np.uint32), f"{name}.articles": others}
