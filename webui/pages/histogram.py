"""How many articles found are of each year, as bars that lead to those of that year.

Here are the places of the bars, in units of their own; `histogram.html` writes them as SVG.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from webui.links import year_urls
from webui.rendering import counted

if TYPE_CHECKING:
    from search.request import SearchRequest
    from search.results import Facet

WIDTH: Final = 272
HEIGHT: Final = 72
_MOST: Final = 68
"""The most bars; of a longer time each stands for several years."""
_LOWEST: Final = 2.0


class Bar(Struct, frozen=True, kw_only=True):
    """A bar: its first and last year, its count in words, where it stands, and the search for its years."""

    first: int
    last: int
    text: str
    x: float
    width: float
    y: float
    height: float
    url: str
    is_within: bool


class Histogram(Struct, frozen=True, kw_only=True):
    """The bars from the first year to the last, also of years without articles; the years chosen, 0: open."""

    bars: tuple[Bar, ...]
    first: int
    last: int
    from_year: int
    to_year: int


def histogram(facet: Facet, request: SearchRequest) -> Histogram | None:
    """Return the bars of the facet of years; None where there is at most one year to show.

    Counts are of the articles of all years, whatever span of years the request has.
    """
    counts = {int(each.value): each.count for each in facet.values if each.value.isdecimal() and each.count}
    if len(counts) < 2:
        return None
    first, last = min(counts), max(counts)
    step = -(-(last - first + 1) // _MOST)
    starts = range(first, last + 1, step)
    sums = [sum(counts.get(year, 0) for year in range(start, start + step)) for start in starts]
    width, highest = WIDTH / len(starts), max(sums)
    spans = [(start, min(start + step - 1, last)) for start in starts]
    bars = tuple(
        _bar(years, count, highest, (n * width, width), request, url)
        for n, (years, count, url) in enumerate(zip(spans, sums, year_urls(request, spans), strict=True))
    )
    return Histogram(bars=bars, first=first, last=last, from_year=request.from_year, to_year=request.to_year)


def span(request: SearchRequest) -> str:
    """Return the years that a request is bound to in words: "2015 to 2020", "since 2015"; none where not."""
    first, last = request.from_year, request.to_year
    if first and last:
        return str(first) if first == last else f"{first} to {last}"
    if first:
        return f"since {first}"
    return f"until {last}" if last else ""


def _bar(
    years: tuple[int, int],
    count: int,
    highest: int,
    across: tuple[float, float],
    request: SearchRequest,
    url: str,
) -> Bar:
    height = max(_LOWEST, HEIGHT * count / highest) if count else 0.0
    named = str(years[0]) if years[0] == years[1] else f"{years[0]} to {years[1]}"
    is_within = request.from_year <= years[0] and (not request.to_year or years[1] <= request.to_year)
    return Bar(
        first=years[0],
        last=years[1],
        text=f"{named}: {counted(count, 'article')}",
        x=round(across[0], 2),
        width=round(across[1], 2),
        y=round(HEIGHT - height, 2),
        height=round(height, 2),
        url=url,
        is_within=is_within,
    )
