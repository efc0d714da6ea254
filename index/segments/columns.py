"""What an index keeps as plain arrays: dates, facets, citations, priors and orders of articles.

An article is its number in the generation, 0 to n-1. The values of a facet are numbered too; the numbers
of an article's values stand together in one long array, which `starts` cuts into articles. So do citations.
"""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

import msgspec
import numpy as np
from numpy.typing import NDArray

from index.schema import DATE_COLUMNS, FACETS
from index.segments.arrays import load
from index.segments.column_gather import SORTS
from index.segments.column_write import COLUMNS

if TYPE_CHECKING:
    from pathlib import Path


__all__ = [
    "SORTS",
    "Columns",
    "FacetColumn",
    "Keys",
    "Links",
    "read_columns",
]

Numbers = NDArray[np.int32]


class Keys:
    """The key of each article, in order of length and then of letters."""

    def __init__(self, content: NDArray[np.uint8], starts: NDArray[np.int64]) -> None:
        """Take all keys as one text in UTF-8, and where each starts."""
        self._content = content
        self._starts = starts

    def __len__(self) -> int:
        return len(self._starts) - 1

    def __getitem__(self, number: int) -> str:
        return self._content[self._starts[number] : self._starts[number + 1]].tobytes().decode()

    def number(self, key: str) -> int:
        """Return the number of the article with a key; -1 where there is none."""
        place = bisect_left(range(len(self)), (len(key), key), key=lambda n: (len(self[n]), self[n]))
        return place if place < len(self) and self[place] == key else -1


class FacetColumn(msgspec.Struct, frozen=True):
    """One facet: `values` in order, folded, whose places are their numbers, and `labels` as readers see them.

    `ids[starts[n]:starts[n + 1]]` are the numbers of article n's values, each once, and
    `owners[owner_starts[v]:owner_starts[v + 1]]` the articles that have value v, both in order.
    """

    values: list[str]
    labels: list[str]
    starts: Numbers
    ids: Numbers
    owner_starts: Numbers
    owners: Numbers

    def holders(self, value: int) -> Numbers:
        """Return the articles that have a value, in order of number."""
        return self.owners[self.owner_starts[value] : self.owner_starts[value + 1]]


class Links(msgspec.Struct, frozen=True):
    """Citations in one direction, within the index."""

    starts: NDArray[np.uint32]
    articles: NDArray[np.uint32]

    def of(self, article: int) -> NDArray[np.uint32]:
        """Return the articles that one is linked to, in order of number."""
        return self.articles[self.starts[article] : self.starts[article + 1]]

    def counts(self) -> NDArray[np.uint32]:
        """Return how many articles each is linked to."""
        return np.diff(self.starts)


class Columns(msgspec.Struct, frozen=True):
    """All columns of a generation. `keys[n]` and `dates[n]` are those of article n.

    `dates` are those of publication, `dates_of` all by the name of `index.schema.DATE_COLUMNS`; 0 is no date.
    `sorts` are the places of articles in the order of `SORTS`: the same for the same text, -1 for none.
    """

    keys: Keys
    dates: Numbers
    dates_of: dict[str, Numbers]
    retracted: NDArray[np.bool_]
    sorts: dict[str, Numbers]
    cites: Links
    cited_by: Links
    facets: dict[str, FacetColumn]


def read_columns(folder: Path) -> Columns:
    """Return the columns in a folder, their arrays mapped.

    Raises OSError, or ValueError or KeyError where they are damaged.
    """
    arrays = load(folder / COLUMNS)
    facets = {}
    for facet in FACETS:
        values, labels = msgspec.json.decode(
            (folder / f"facet-{facet.name}.json").read_bytes(), type=tuple[list[str], list[str]]
        )
        parts = {
            part: arrays[f"facet.{facet.name}.{part}"] for part in ("starts", "ids", "owner_starts", "owners")
        }
        facets[facet.name] = FacetColumn(values, labels, **parts)
    dates_of = {column.name: arrays[f"date.{column.name}"] for column in DATE_COLUMNS}
    return Columns(
        keys=Keys(arrays["keys"], arrays["key_starts"]),
        dates=dates_of[DATE_COLUMNS[0].name],
        dates_of=dates_of,
        retracted=arrays["retracted"],
        sorts={name: arrays[f"sort.{name}"] for name in SORTS},
        cites=Links(arrays["cites.starts"], arrays["cites.articles"]),
        cited_by=Links(arrays["cited_by.starts"], arrays["cited_by.articles"]),
        facets=facets,
    )
