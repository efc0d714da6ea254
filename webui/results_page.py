"""A page of results, made ready for its template: every count in words, every link with its address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from search.request import SearchRequest, Sort
from search.results import FacetValue, ResultPage
from webui.links import Link, search_url
from webui.params import toggled
from webui.rendering import counted

if TYPE_CHECKING:
    from search.results import Facet, Notice

_SHOWN: Final = 8
_AROUND: Final = 2
_ORDERS: Final = {Sort.RELEVANCE: "Best match", Sort.NEWEST: "Newest", Sort.OLDEST: "Oldest"}
_PLAIN_WORDS: Final = re.compile(r"(?!.*\b(?:AND|OR|NOT)\b)[\w-]+(?:\s+[\w-]+)+")


class Chip(Struct, frozen=True):
    """A chosen value of a facet, and the address without it."""

    facet: str
    label: str
    url: str


class Step(Struct, frozen=True):
    """A link to a page of the same results, or (number 0) a gap between such links."""

    number: int
    url: str = ""
    is_current: bool = False


class Order(Struct, frozen=True):
    """A link to the same results in an order."""

    text: str
    url: str
    is_current: bool


class Box(Struct, frozen=True, kw_only=True):
    """A facet: the values to show at once, those behind "show more", and what is not shown at all."""

    name: str
    title: str
    first: tuple[FacetValue, ...]
    rest: tuple[FacetValue, ...]
    hidden: int


class Remark(Struct, frozen=True):
    """How a part of the search was read, and a link to the search without that, if there is one."""

    message: str
    instead: Link | None


class ResultsView(Struct, frozen=True, kw_only=True):
    """What the template of a page of results shows."""

    page: ResultPage
    heading: str
    title: str
    count: str
    span: str
    remarks: tuple[Remark, ...]
    chips: tuple[Chip, ...]
    clear: str
    orders: tuple[Order, ...]
    steps: tuple[Step, ...]
    previous: str
    following: str
    boxes: tuple[Box, ...]


def results_view(page: ResultPage) -> ResultsView:
    """Return a page of results with all that its template shows."""
    request, number = page.request, page.request.page
    query = request.query.strip()
    count = counted(page.total, "article") if page.total else nothing(request)
    unasked = "Articles with these filters" if request.choices else "All articles"
    heading = f"Results for {query}" if query else unasked
    on_page = f" - page {number}" if number > 1 else ""
    return ResultsView(
        page=page,
        heading=heading,
        title=f"{_short(query) or heading} - {count.rstrip('.')}{on_page}",
        count=count,
        span=f"{page.first:,} to {page.last:,} of {page.total:,}" if page.pages > 1 else "",
        remarks=tuple(_remark(notice, request) for notice in page.notices),
        chips=_chips(page),
        clear=search_url(SearchRequest(query=request.query, sort=request.sort, size=request.size)),
        orders=_orders(request, is_browsing=not query),
        steps=_steps(page),
        previous=_page_url(request, number - 1) if number > 1 else "",
        following=_page_url(request, number + 1) if number < page.pages else "",
        boxes=tuple(_box(facet) for facet in page.facets if facet.values),
    )


def last_page(page: ResultPage) -> Link:
    """Return a link to the last page of results that there is; the first where nothing was found."""
    number = max(1, page.pages)
    return Link(f"page {number:,}", _page_url(page.request, number))


def nothing(request: SearchRequest) -> str:
    """Return the sentence for a search that found nothing."""
    if request.choices:
        return "No article fits this search and the filters chosen."
    if _PLAIN_WORDS.fullmatch(request.query.strip()):
        return "No article has all of these words."
    return "No article fits this search."


def _short(text: str) -> str:
    return text if len(text) <= 80 else text[:79].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def _page_url(request: SearchRequest, number: int) -> str:
    return search_url(structs.replace(request, page=number))


def _remark(notice: Notice, request: SearchRequest) -> Remark:
    if not notice.undo:
        return Remark(notice.message, None)
    url = search_url(structs.replace(request, query=notice.undo, page=1))
    return Remark(notice.message, Link(_short(notice.undo), url))


def _chips(page: ResultPage) -> tuple[Chip, ...]:
    return tuple(
        Chip(facet.title, value.label, search_url(toggled(page.request, facet.name, value.value)))
        for facet in page.facets
        for value in facet.values
        if value.is_chosen
    )


def _orders(request: SearchRequest, *, is_browsing: bool) -> tuple[Order, ...]:
    """Return the orders to choose from; without words there is no best match, and newest comes first."""
    current = Sort.NEWEST if is_browsing and request.sort is Sort.RELEVANCE else request.sort
    return tuple(
        Order(text, search_url(structs.replace(request, sort=sort, page=1)), sort is current)
        for sort, text in _ORDERS.items()
        if not (is_browsing and sort is Sort.RELEVANCE)
    )


def step_numbers(current: int, last: int) -> list[int]:
    """Return the pages to link: the first, the last, and those around this one; 0 where some are left out."""
    near = range(max(1, current - _AROUND), min(last, current + _AROUND) + 1)
    numbers: list[int] = []
    for number in sorted({1, *near, last}):
        left_out = number - numbers[-1] - 1 if numbers else 0
        numbers += [number - 1, number] if left_out == 1 else [0, number] if left_out else [number]
    return numbers


def _steps(page: ResultPage) -> tuple[Step, ...]:
    request = page.request
    return tuple(
        Step(number, _page_url(request, number), number == request.page) if number else Step(0)
        for number in (step_numbers(request.page, page.pages) if page.pages > 1 else ())
    )


def _box(facet: Facet) -> Box:
    """Return a facet with its chosen values always in sight, and all in their order."""
    first = [value for n, value in enumerate(facet.values) if n < _SHOWN or value.is_chosen]
    rest = [value for value in facet.values if value not in first]
    if len(rest) == 1:
        # A "show more" that shows one is longer than the one.
        first, rest = list(facet.values), []
    return Box(
        name=facet.name,
        title=facet.title,
        first=tuple(first),
        rest=tuple(rest),
        hidden=facet.distinct - len(facet.values),
    )
