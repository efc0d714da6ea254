"""A drawing of an article among the works it cites and those that cite it, along the years.

Here are the places of its signs, in units of its own; `drawing.html` writes them as SVG, and as a list.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.article import Markup

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH: Final = 360
HEIGHT: Final = 168
_AXIS: Final = 74
_SIDE: Final = 58
_MARGIN: Final = 18
_GAP: Final = 9
_APART: Final = 44
_RADII: Final = (1.6, 4.0)

_YEAR: Final = r"(?:1[89]|20)[0-9]{2}"
_AS_DATE: Final = re.compile(
    rf"\(({_YEAR})[a-z]?\)|(?<![0-9/.-])({_YEAR})(?:\s[A-Z][a-z]{{2}}(?:\s[0-9]+)?)?\s?[;:]"
)
_ANY_YEAR: Final = re.compile(rf"(?<![0-9/.-])({_YEAR})(?![0-9/-])")


class Work(Struct, frozen=True, kw_only=True):
    """A work in the drawing: its year (0: not known), what its link in the list says, where it leads."""

    year: int
    text: Markup
    url: str
    is_retracted: bool = False


class Sign(Struct, frozen=True):
    """A sign: the place of its middle, and whether it stands for a retracted work."""

    x: float
    y: float
    is_retracted: bool


class Label(Struct, frozen=True):
    """A year below the drawing: where its middle is."""

    year: int
    x: float
    is_own: bool


class Row(Struct, frozen=True):
    """A year of the list: which works of it are cited, and which cite."""

    year: int
    cited: tuple[Work, ...]
    citing: tuple[Work, ...]


class Drawing(Struct, frozen=True, kw_only=True):
    """All that is drawn. `each` is for how many works a sign stands; `undated` works are not drawn."""

    own: float
    axis: float
    left: float
    right: float
    radius: float
    each: int
    cited: tuple[Sign, ...]
    citing: tuple[Sign, ...]
    labels: tuple[Label, ...]
    rows: tuple[Row, ...]
    undated: int
    summary: str


def year_of(printed: str, latest: int) -> int:
    """Return the year of publication in a printed reference, at most `latest`; 0 where none is in it.

    A year that stands as a date does, "2017;390" or "(2017)", goes before one that may be part of a title;
    the numbers of pages are passed over.
    """
    found = [int(year[1] or year[2]) for year in _AS_DATE.finditer(printed)]
    found += [int(year[1]) for year in _ANY_YEAR.finditer(printed)]
    return next((year for year in found if year <= latest), 0)


def drawing(year: int, cited: Sequence[Work], citing: Sequence[Work]) -> Drawing | None:
    """Return the drawing of an article of a year; None where the year is not known, or no other work's is."""
    rows = _rows(cited, citing)
    if not year or not rows:
        return None
    first, last = min(year, rows[0].year), max(year, rows[-1].year)
    step = (WIDTH - 2 * _MARGIN) / max(last - first, 1)
    most = max(max(len(row.cited), len(row.citing)) for row in rows)
    radius = max(_RADII[0], min(_RADII[1], step * 0.42, _SIDE / most / 2.2))
    each = -(-most // int(_SIDE / (2.2 * radius)))

    def x_of(year: int) -> float:
        return round(_MARGIN + (year - first) * step, 1)

    def signs(side: int) -> tuple[Sign, ...]:
        return tuple(
            Sign(x_of(row.year), round(_AXIS + side * (_GAP + n * 2.2 * radius), 1), is_retracted)
            for row in rows
            for n, is_retracted in enumerate(_piled(row.cited if side < 0 else row.citing, each))
        )

    return Drawing(
        own=x_of(year),
        axis=_AXIS,
        left=x_of(first),
        right=x_of(last),
        radius=round(radius, 1),
        each=each,
        cited=signs(-1),
        citing=signs(1),
        labels=_labels(first, year, last, x_of(first), x_of(year), x_of(last)),
        rows=rows,
        undated=sum(not work.year for work in (*cited, *citing)),
        summary=_summary(year, rows),
    )


def _rows(cited: Sequence[Work], citing: Sequence[Work]) -> tuple[Row, ...]:
    by_year = [_by_year(cited), _by_year(citing)]
    return tuple(
        Row(year, by_year[0].get(year, ()), by_year[1].get(year, ()))
        for year in sorted(by_year[0].keys() | by_year[1].keys())
    )


def _by_year(works: Iterable[Work]) -> dict[int, tuple[Work, ...]]:
    dated = sorted((work for work in works if work.year), key=lambda work: work.year)
    return {year: tuple(group) for year, group in groupby(dated, key=lambda work: work.year)}


def _piled(works: Sequence[Work], each: int) -> list[bool]:
    """Return for each sign of a pile whether it stands for a retracted work; those lie next to the line."""
    retracted = sorted((work.is_retracted for work in works), reverse=True)
    return [any(retracted[start : start + each]) for start in range(0, len(retracted), each)]


def _labels(first: int, own: int, last: int, *places: float) -> tuple[Label, ...]:
    """Return the years at both ends and that of the article, without those too near to the article's."""
    left, middle, right = places
    ends = [Label(first, left, False)] if middle - left >= _APART else []
    ends += [Label(last, right, False)] if right - middle >= _APART else []
    return (*ends, Label(own, middle, True))


def _summary(year: int, rows: Sequence[Row]) -> str:
    """Return the drawing in words, for who cannot see it."""
    said = []
    for verb, years in (
        ("cites", [(row.year, len(row.cited)) for row in rows if row.cited]),
        ("is cited by", [(row.year, len(row.citing)) for row in rows if row.citing]),
    ):
        if years:
            count = sum(number for _, number in years)
            span = f"of {years[0][0]}" if len(years) == 1 else f"from {years[0][0]} to {years[-1][0]}"
            said.append(f"{verb} {count} {'work' if count == 1 else 'works'} {span}")
    return f"The article, of {year}, {' and '.join(said)}."
