"""Trends: how many articles of a search are of each year."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct

from search.matching.execute import execute
from search.request import SearchRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.segments.columns import Columns
    from search.deadline import Deadline
    from search.matching.numbers import Mask
    from search.opened import Opened
    from search.query import Node

_YEAR: Final = 10_000
"""Dates are numbers like 20230801."""


class Trend(Struct, frozen=True, kw_only=True):
    """The articles of one request: `total` of them, and how many are of each year, the earliest first.

    Years without any are left out, and so are articles without a date, which `total` counts.
    """

    request: SearchRequest
    total: int
    years: dict[int, int]


class Trends(Struct, frozen=True, kw_only=True):
    """Trends of several requests in one generation, and those of all its articles.

    `is_partial` says that time ran out, so that there may be more than were counted.
    """

    generation: str
    trends: tuple[Trend, ...]
    articles: dict[int, int]
    is_partial: bool = False


def trend_of(
    current: Opened, request: SearchRequest, tree: Node, masks: Mapping[str, Mask], deadline: Deadline
) -> Trend:
    """Return the trend of a request that means a tree; `masks` are the articles of the values chosen."""
    kept = execute(current.index, tree, deadline).within(masks.values())
    return Trend(request=request, total=kept.count, years=_by_year(current.columns.dates[kept.numbers()]))


def all_years(columns: Columns) -> dict[int, int]:
    """Return how many articles of a generation are of each year."""
    return _by_year(columns.dates)


def _by_year(dates: np.ndarray[tuple[int], np.dtype[np.integer]]) -> dict[int, int]:
    years, counts = np.unique(dates.astype(np.int64) // _YEAR, return_counts=True)
    return {year: count for year, count in zip(years.tolist(), counts.tolist(), strict=True) if year}
