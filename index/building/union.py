"""The second pass of a build: the numberings of all processes become one, in the order of the texts.

What a text is numbered depends on nothing but the texts there are: not on the number of processes, nor on
which of them met it first.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index.building.unit_tables import SEPARATOR
from index.segments.arrays import smallest
from index.segments.lexicon import Lexicon, lexicon_of
from index.segments.ranges import borders

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from index.building.gather import RunReport
    from index.building.unit_tables import UnitTable
    from index.segments.arrays import Array

Maps = dict[str, NDArray[np.uint32]]
"""By owner: the number in the union of each of its texts."""


class Union(Struct, frozen=True):
    """Texts of several owners as one list, in order, and where those of each owner are in it."""

    texts: list[str]
    maps: Maps


def owned(reports: Iterable[RunReport], name: str) -> dict[str, list[str]]:
    """Return what each owner numbered under a name, in the order of its numbers."""
    texts: dict[str, list[str]] = defaultdict(list)
    for report in sorted(reports, key=lambda report: report.since[name]):
        texts[report.owner] += report.fresh[name]
    return dict(sorted(texts.items()))


def united(texts: Mapping[str, Sequence[str]]) -> Union:
    """Return the union of the texts of several owners."""
    ordered = sorted(set().union(*texts.values()))
    place = {text: number for number, text in enumerate(ordered)}
    return Union(
        ordered,
        {
            owner: np.fromiter(map(place.__getitem__, each), dtype=np.uint32, count=len(each))
            for owner, each in texts.items()
        },
    )


def united_units(
    units: Union, analyses: Sequence[tuple[UnitTable, list[str]]], met: Sequence[tuple[str, Array]]
) -> tuple[dict[str, Array], Lexicon]:
    """Return the tokens of all units, as `forward.Units` takes them, and the lexicon of their terms.

    `analyses` are those of the units, some at a time, in order; `met` says of an owner how often it met each
    of its units, in some run.
    """
    pairs = united({str(number): found for number, (_, found) in enumerate(analyses)})
    tables = [table for table, _ in analyses]
    pair = _joined([pairs.maps[str(number)][table.pairs] for number, table in enumerate(tables)])
    counts = _joined([table.counts for table in tables])
    seen = np.zeros(len(units.texts), dtype=np.int64)
    for owner, times in met:
        seen[units.maps[owner][: len(times)]] += times
    lexicon = _lexicon(pairs.texts, np.bincount(pair, np.repeat(seen, counts), len(pairs.texts)))
    narrow = {
        part: _narrow(_joined([getattr(table, part) for table in tables]))
        for part in ("lengths", "places", "token_places", "token_starts", "token_lengths", "widths")
    }
    return {
        "offsets": borders(counts).astype(np.uint32),
        "terms": lexicon.word_term[pair],
        "forms": lexicon.word_form[pair],
        **narrow,
    }, lexicon


def _lexicon(pairs: Sequence[str], counts: NDArray[Any]) -> Lexicon:
    split = [tuple(pair.split(SEPARATOR)) for pair in pairs]
    return lexicon_of({(word, term): int(count) for (word, term), count in zip(split, counts, strict=True)})


def _joined(parts: Sequence[Array]) -> Array:
    return np.concatenate([np.empty(0, np.int64), *parts])


def _narrow(numbers: NDArray[np.int64]) -> Array:
    return numbers.astype(smallest(int(numbers.max(initial=0))))
