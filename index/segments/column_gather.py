"""What columns take from articles, while they are gathered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from index.analysis.numbering import Numbering
from index.naming import vocabulary
from index.schema import DATE_COLUMNS, FACETS, plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.article import Article
    from index.segments.arrays import Array


def _first_author(article: Article) -> str:
    return plain(article.authors[0].short()) if article.authors else ""


def _journal(article: Article) -> str:
    return plain(article.journal.short())


SORTS: Final = {"author": _first_author, "journal": _journal}
"""The texts that hits can be put in order by: name of the first author, name of the journal."""


class ColumnStreams:
    """The columns of a run of articles; spellings are numbered by process."""

    def __init__(self) -> None:
        self.numberings = {f"facet.{facet.name}": Numbering() for facet in FACETS} | {
            f"sort.{name}": Numbering() for name in SORTS
        }
        self._begin()

    def _begin(self) -> None:
        self._keys: list[bytes] = []
        self._retracted: list[bool] = []
        self._dates: dict[str, list[int]] = {column.name: [] for column in DATE_COLUMNS}
        self._sorts: dict[str, list[int]] = {name: [] for name in SORTS}
        self._counts: dict[str, list[int]] = {facet.name: [] for facet in FACETS}
        self._labels: dict[str, list[int]] = {facet.name: [] for facet in FACETS}

    def add(self, articles: Sequence[Article]) -> None:
        """Append articles."""
        self._keys += [article.key.encode() for article in articles]
        self._retracted += [article.is_retracted for article in articles]
        for column in DATE_COLUMNS:
            self._dates[column.name] += map(column.number, articles)
        for name, text in SORTS.items():
            numbers = self.numberings[f"sort.{name}"]
            self._sorts[name] += [numbers[text(article)] for article in articles]
        facets = [
            (
                facet.labels,
                self.numberings[f"facet.{facet.name}"],
                self._counts[facet.name],
                self._labels[facet.name],
            )
            for facet in FACETS
        ]
        vocabulary.load().read(articles)
        # All facets of an article before those of the next: what several share is then worked out once.
        for article in articles:
            for labels_of, numbers, counts, used in facets:
                labels = labels_of(article)
                counts.append(len(labels))
                used += [numbers[label] for label in labels]

    def taken(self) -> dict[str, Array]:
        """Return the columns of all articles since this was last asked."""
        arrays: dict[str, Array] = {
            "keys": np.frombuffer(b"".join(self._keys), dtype=np.uint8),
            "key_lengths": np.fromiter(map(len, self._keys), dtype=np.uint32, count=len(self._keys)),
            "retracted": np.array(self._retracted, dtype=np.bool_),
            **{f"date.{name}": np.array(dates, dtype=np.int32) for name, dates in self._dates.items()},
            **{f"sort.{name}": np.array(texts, dtype=np.uint32) for name, texts in self._sorts.items()},
            **{f"facet.{name}.counts": np.array(each, np.uint32) for name, each in self._counts.items()},
            **{f"facet.{name}.labels": np.array(each, np.uint32) for name, each in self._labels.items()},
        }
        self._begin()
        return arrays
