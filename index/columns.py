"""What an index keeps as plain arrays: facet values, dates and keys of each article, and all words in order.

An article is its number in the generation, 0 to n-1. The values of a facet are numbered too; the numbers
of an article's values stand together in one long array, which `starts` cuts into articles.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.analysis import fold
from index.schema import ANALYZED, FACETS, Kind, date_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from crawler.article import Article

Numbers = NDArray[np.int32]

_KEYS: Final = "keys.json"
_DATES: Final = "dates.npy"
_LAST: Final = "\U0010ffff"
"""Sorts after every letter."""


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


class Words(msgspec.Struct, frozen=True):
    """The words of a kind of fields as they were written, folded, in order, and how often each was.

    Word n is `text[starts[n]:starts[n + 1]]`, in UTF-8, whose order of bytes is the order of letters.
    """

    text: NDArray[np.uint8]
    starts: NDArray[np.int64]
    counts: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.counts)

    def __getitem__(self, number: int) -> str:
        return self.text[self.starts[number] : self.starts[number + 1]].tobytes().decode()

    def starting(self, stump: str) -> range:
        """Return the numbers of the words that start so."""
        return range(bisect_left(self, stump), bisect_left(self, stump + _LAST))


class Columns(msgspec.Struct, frozen=True):
    """All columns of a generation: `keys[n]` and `dates[n]` are those of article n; `words` go by kind."""

    keys: list[str]
    dates: Numbers
    facets: dict[str, FacetColumn]
    words: dict[Kind, Words]


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

    def write(self, folder: Path, words: Mapping[Kind, Mapping[str, int]]) -> None:
        """Write every column to the folder; `words` are those in the articles, counted."""
        (folder / _KEYS).write_bytes(msgspec.json.encode(self._keys))
        np.save(folder / _DATES, np.array(self._dates, dtype=np.int32))
        for name, facet in self._facets.items():
            facet.write(folder, name)
        for kind in ANALYZED:
            _write_words(folder, kind, words_of(words[kind]))


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


def words_of(counted: Mapping[str, int]) -> Words:
    """Return words, given with how often each was written, in order."""
    ordered = sorted(counted)
    encoded = [word.encode() for word in ordered]
    return Words(
        text=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        starts=np.cumsum([0, *map(len, encoded)], dtype=np.int64),
        counts=np.array([counted[word] for word in ordered], dtype=np.int64),
    )


def _write_words(folder: Path, kind: Kind, words: Words) -> None:
    np.save(folder / f"words-{kind}.npy", words.text)
    np.save(folder / f"words-{kind}-starts.npy", words.starts)
    np.save(folder / f"words-{kind}-counts.npy", words.counts)


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
    words = {
        kind: Words(*(_mapped(folder / f"words-{kind}{part}.npy") for part in ("", "-starts", "-counts")))
        for kind in ANALYZED
    }
    keys = msgspec.json.decode((folder / _KEYS).read_bytes(), type=list[str])
    return Columns(keys, dates=_mapped(folder / _DATES), facets=facets, words=words)


def _mapped(path: Path) -> Any:
    return np.load(path, mmap_mode="r")
