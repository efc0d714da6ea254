"""What speaks for an article whatever is asked: that it is recent, strong evidence, cited here; all mildly.

A prior moves an article among its equals and no further. What was retracted sinks below all that was not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    from index.segments.columns import Columns
    from search.matching.numbers import Numbers, Scores

_RECENT: Final = 0.03
_HALF_LIFE: Final = 8.0
"""Years in which what recency adds is halved."""

_STRONG: Final = 0.03
_CITED: Final = 0.03
_CITED_MUCH: Final = 100
_RETRACTED: Final = 0.3

STRENGTH: Final = {
    "meta-analysis": 1.0,
    "systematic review": 1.0,
    "practice guideline": 1.0,
    "guideline": 1.0,
    "randomized controlled trial": 0.9,
    "clinical trial, phase iii": 0.8,
    "review": 0.5,
    "clinical trial": 0.5,
    "case reports": 0.1,
    "comment": 0.0,
    "editorial": 0.0,
    "letter": 0.0,
}
"""How strong the evidence of a publication type is, after the pyramid of evidence; others count 0.3."""

_OTHERWISE: Final = 0.3


class Prior(Struct, frozen=True):
    """What speaks for one article: a score is multiplied by 1 and the first three, and then by `sunk`."""

    recent: float
    strong: float
    cited: float
    sunk: float


class Priors:
    """The priors of a generation's articles, worked out once."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self.factors: Scores = _factors(columns)
        self.sunk: Scores = np.where(columns.retracted, np.float32(_RETRACTED), np.float32(1.0))

    def of(self, articles: Numbers, *, are_wanted: bool) -> Scores:
        """Return what the scores of articles are multiplied by; without priors only retraction counts."""
        sunk = self.sunk[articles]
        return sunk * self.factors[articles] if are_wanted else sunk

    def told(self, article: int, *, are_wanted: bool) -> Prior:
        """Return what the factor of an article is made of."""
        recent, strong, cited = (
            float(part[article]) if are_wanted else 0.0 for part in _parts(self._columns)
        )
        return Prior(recent, strong, cited, float(self.sunk[article]))


def _factors(columns: Columns) -> Scores:
    recent, strong, cited = _parts(columns)
    return np.asarray(1 + recent + strong + cited, np.float32)


def _parts(columns: Columns) -> tuple[Scores, Scores, Scores]:
    """Return what is added to each factor: for being recent, strong evidence, cited."""
    years = columns.dates // 10_000
    newest = int(years.max()) if len(years) else 0
    age = np.where(years > 0, newest - years, 99).astype(np.float32)
    cited = np.log1p(columns.cited_by.counts().astype(np.float32)) / np.float32(np.log1p(_CITED_MUCH))
    return (
        np.asarray(np.float32(_RECENT) * np.exp2(-age / np.float32(_HALF_LIFE)), np.float32),
        np.asarray(np.float32(_STRONG) * _strength(columns), np.float32),
        np.asarray(np.float32(_CITED) * np.minimum(cited, 1), np.float32),
    )


def _strength(columns: Columns) -> Scores:
    """Return the strength of each article: that of its strongest type."""
    column = columns.facets["type"]
    strengths = np.array([STRENGTH.get(value, -1.0) for value in column.values] or [-1.0], np.float32)
    best = np.full(len(columns.keys), -1.0, np.float32)
    for value, strength in enumerate(strengths[: len(column.values)]):
        holders = column.holders(value)
        best[holders] = np.maximum(best[holders], strength)
    otherwise: Scores = np.where(best < 0, np.float32(_OTHERWISE), best).astype(np.float32)
    return otherwise
