"""What an index keeps of each article as plain arrays: facet values, dates, keys.

An article is its number in the generation, 0 to n-1. The values of a facet are numbered too; the numbers
of an article's values stand together in one long array, which `starts` cuts into articles.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from index.schema import FACETS, date_number

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.article import Article

Numbers = NDArray[np.int32]

_KEYS: Final = "keys.json"
_DATES: Final = "dates.npy"


class FacetColumn(msgspec.Struct, frozen=True):
    """One facet: `values` in the order of their numbers, folded, and `labels` as readers see them.

    `ids[starts[n]:starts[n + 1]]` are the numbers of article n's values, each once.
    """

    values: list[str]
    labels: list[str]
    starts: Numbers
    ids: Numbers

    def owners(self) -> Numbers:
        """Return the article number of each entry of `ids`."""
        return np.repeat(np.arange(len(self.starts) - 1, dtype=np.int32), np.diff(self.starts))


class Columns(msgspec.Struct, frozen=True):
    """All columns of a generation: `keys[n]` and `dates[n]` are those of article n."""

    keys: list[str]
    dates: Numbers
    facets: dict[str, FacetColumn]


def facet_value(label: str) -> str:
    """Return what makes two labels the same value of a facet: case, accents and white space do not count."""
    return " ".join(fold(label).split())


class ColumnsWriter:
    """Gathers columns while articles are added in order, then writes them to a folder."""

    def __init__(self) -> None:
        self._keys: list[str] = []
        self._dates: list[int] = []
        self._facets = {facet.name: _FacetWriter() for facet in FACETS}

    def add(self, article: Article) -> None:
        """Append the next article."""
        self._keys.append(article.key)
        self._dates.append(date_number(article))
        for facet in FACETS:
            self._facets[facet.name].add(facet.labels(article))

    def write(self, folder: Path) -> None:
        """Write every column to the folder."""
        (folder / _KEYS).write_bytes(msgspec.json.encode(self._keys))
        np.save(folder / _DATES, np.array(self._dates, dtype=np.int32))
        for name, facet in self._facets.items():
            facet.write(folder, name)


class _FacetWriter:
    def __init__(self) -> None:
        self._number: dict[str, int] = {}
        self._spellings: list[Counter[str]] = []
        self._starts = [0]
        self._ids: list[int] = []

    def add(self, labels: list[str]) -> None:
        numbers: dict[int, None] = {}
        for label in labels:
            if value := facet_value(label):
                number = self._number.setdefault(value, len(self._number))
                if number == len(self._spellings):
                    self._spellings.append(Counter())
                self._spellings[number][label] += 1
                numbers[number] = None
        self._ids.extend(numbers)
        self._starts.append(len(self._ids))

    def write(self, folder: Path, name: str) -> None:
        """Write the facet; a value's label is its most frequent spelling, the first in order on a tie."""
        labels = [
            min(spellings, key=lambda label: (-spellings[label], label)) for spellings in self._spellings
        ]
        (folder / f"facet-{name}.json").write_bytes(msgspec.json.encode([list(self._number), labels]))
        np.save(folder / f"facet-{name}-starts.npy", np.array(self._starts, dtype=np.int32))
        np.save(folder / f"facet-{name}-ids.npy", np.array(self._ids, dtype=np.int32))


def read_columns(folder: Path) -> Columns:
    """Return the columns in a folder, their arrays memory-mapped; raises OSError or ValueError if damaged."""
    facets = {}
    for facet in FACETS:
        values, labels = msgspec.json.decode(
            (folder / f"facet-{facet.name}.json").read_bytes(), type=tuple[list[str], list[str]]
        )
        facets[facet.name] = FacetColumn(
            values,
            labels,
            starts=_mapped(folder / f"facet-{facet.name}-starts.npy"),
            ids=_mapped(folder / f"facet-{facet.name}-ids.npy"),
        )
    keys = msgspec.json.decode((folder / _KEYS).read_bytes(), type=list[str])
    return Columns(keys, dates=_mapped(folder / _DATES), facets=facets)


def _mapped(path: Path) -> Any:
    return np.load(path, mmap_mode="r")
