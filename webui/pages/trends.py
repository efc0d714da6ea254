"""The page of trends, made ready for its template: a drawing, and a table with the same numbers."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import url_for
from msgspec import Struct, structs

from index.schema import FACETS
from search.results import FacetValue
from webui.exports.csv_rows import cell
from webui.links import search_url
from webui.pages.chart import Chart, Value, chart
from webui.pages.trend_lines import MOST, Named, TrendsAsked
from webui.params import written
from webui.rendering import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.trends import Trend, Trends


class Cell(Struct, frozen=True):
    """What a line has in a year: a count, its share of all articles of the year, and the search for them."""

    count: str
    share: str
    url: str


class Row(Struct, frozen=True):
    """A year of the table."""

    year: int
    cells: tuple[Cell, ...]
    articles: str


class Shown(Struct, frozen=True):
    """A line as the page lists it: its number, its name, how many articles, and the search for them."""

    number: int
    label: str
    total: str
    url: str
    marker: str


class TrendsView(Struct, frozen=True, kw_only=True):
    """What the template of trends shows. `queries` are those of the boxes, one empty if there is room.

    `choices` are the values of the facet to choose from, `kept` the parameters that have no box.
    """

    asked: TrendsAsked
    queries: tuple[str, ...]
    facets: tuple[tuple[str, str], ...]
    choices: tuple[FacetValue, ...]
    kept: tuple[tuple[str, str], ...]
    lines: tuple[Shown, ...]
    chart: Chart | None
    summary: str
    rows: tuple[Row, ...]
    csv: str
    search: str
    unfinished: int
    is_partial: bool


def trends_url(asked: TrendsAsked, endpoint: str = "research.trends") -> str:
    """Return the address of a page of trends, or of its table as a file."""
    return "?".join(filter(None, (url_for(endpoint), urlencode(asked.written()))))


def trends_view(
    asked: TrendsAsked,
    lines: Sequence[Named],
    trends: Trends,
    choices: Sequence[FacetValue],
    created: str,
) -> TrendsView:
    """Return trends with all that their page shows; `created` is the time that their index was made at."""
    years = years_of(trends)
    values = [
        _values(trend, line, years, trends, asked) for line, trend in zip(lines, trends.trends, strict=True)
    ]
    drawn = chart(
        [(line.label, each) for line, each in zip(lines, values, strict=True)], " %" if asked.is_share else ""
    )
    this_year = int(created[:4]) if created[:4].isdigit() else 0
    queries = tuple(each.query for each in asked.searches if each.query)
    return TrendsView(
        asked=asked,
        queries=(*queries, "")[:MOST],
        facets=tuple((facet.name, facet.title) for facet in FACETS if facet.name != "year"),
        choices=tuple(choices),
        kept=tuple(written(structs.replace(asked.searches[0], query="", from_year=0, to_year=0))),
        lines=tuple(
            Shown(
                number,
                line.label,
                counted(trend.total, "article"),
                search_url(line.request),
                drawn.curves[number - 1].marker if drawn else "",
            )
            for number, (line, trend) in enumerate(zip(lines, trends.trends, strict=True), 1)
        ),
        chart=drawn,
        summary=_summary(lines, trends, years),
        rows=tuple(_row(year, lines, trends) for year in reversed(years)),
        csv=trends_url(asked, "research.trends_table"),
        search=search_url(asked.searches[0]),
        unfinished=this_year if years and years[-1] == this_year else 0,
        is_partial=trends.is_partial,
    )


def years_of(trends: Trends) -> list[int]:
    """Return the years from the first to the last that any line has articles of."""
    found = {year for trend in trends.trends for year in trend.years}
    return list(range(min(found), max(found) + 1)) if found else []


def table(asked: TrendsAsked, lines: Sequence[Named], trends: Trends) -> bytes:
    """Return the table as CSV, in UTF-8 with the mark by which Excel knows it: a row a year."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(["year", *(cell(line.label) for line in lines), "all articles"])
    for year in years_of(trends):
        counts = [trend.years.get(year, 0) for trend in trends.trends]
        whole = trends.articles.get(year, 0)
        shown = (
            [f"{100 * count / whole:.3f}" if whole else "" for count in counts] if asked.is_share else counts
        )
        writer.writerow([year, *shown, whole])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _values(
    trend: Trend, line: Named, years: Sequence[int], trends: Trends, asked: TrendsAsked
) -> tuple[Value, ...]:
    found = []
    for year in years:
        count, whole = trend.years.get(year, 0), trends.articles.get(year, 0)
        share = 100 * count / whole if whole else 0.0
        said = (
            f"{share:.2f} % of {counted(whole, 'article')}" if asked.is_share else counted(count, "article")
        )
        found.append(
            Value(
                year,
                share if asked.is_share else count,
                f"{line.label}, {year}: {said}",
                _of_year(line, year),
            )
        )
    return tuple(found)


def _of_year(line: Named, year: int) -> str:
    return search_url(structs.replace(line.request, from_year=year, to_year=year))


def _row(year: int, lines: Sequence[Named], trends: Trends) -> Row:
    whole = trends.articles.get(year, 0)
    cells = []
    for line, trend in zip(lines, trends.trends, strict=True):
        count = trend.years.get(year, 0)
        share = f"{100 * count / whole:.2f} %" if whole else ""
        cells.append(Cell(f"{count:,}", share, _of_year(line, year) if count else ""))
    return Row(year, tuple(cells), f"{whole:,}")


def _summary(lines: Sequence[Named], trends: Trends, years: Sequence[int]) -> str:
    """Return the drawing in words, for who cannot see it."""
    if not years:
        return ""
    said = []
    for line, trend in zip(lines, trends.trends, strict=True):
        if trend.years:
            best = max(trend.years, key=lambda year: (trend.years[year], year))
            said.append(f"{line.label}, most in {best} ({trend.years[best]:,})")
        else:
            said.append(f"{line.label}, none")
    return f"Articles by year from {years[0]} to {years[-1]}: {'; '.join(said)}."
