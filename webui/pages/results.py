"""A page of results, made ready for its template: every count in words, every link with its address."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from search.request import SearchRequest, Sort
from search.results import FacetValue, ResultPage
from webui import wording
from webui.links import Link, search_url
from webui.pages.facet import facet_url
from webui.pages.histogram import Histogram, histogram, span
from webui.pages.ways_on import WayOn, ways_on
from webui.params import is_filtered, toggled, unfiltered
from webui.rendering import counted
from webui.wording import Mark

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.article import Article
    from search.results import Added, Facet, Notice

_SHOWN: Final = 8
_AROUND: Final = 2
_ORDERS: Final = {
    Sort.RELEVANCE: "Best match",
    Sort.NEWEST: "Newest",
    Sort.OLDEST: "Oldest",
    Sort.CITED: "Most cited",
    Sort.AUTHOR: "First author",
    Sort.JOURNAL: "Journal",
}
_SIZES: Final = (10, 20, 50, 100)
_PLAIN_WORDS: Final = re.compile(r"(?!.*\b(?:AND|OR|NOT)\b)[\w-]+(?:\s+[\w-]+)+")
_LAST_FACETS: Final = ("type", "journal", "author", "year", "language", "availability")
"""The facets that stand after keywords and what articles are about."""


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
    """A facet: the values to show at once, those behind "show more", and what is not shown at all.

    `every` leads to the page of all its values, where they can be searched, if that page has more.
    """

    name: str
    title: str
    first: tuple[FacetValue, ...]
    rest: tuple[FacetValue, ...]
    hidden: int
    every: str
    bars: Histogram | None = None


class Remark(Struct, frozen=True):
    """How a part of the search was read, and a link to the search without that, if there is one."""

    message: str
    instead: Link | None


class Addition(Struct, frozen=True):
    """What a typed name was looked for as well, and the address of the search for just what was typed."""

    typed: str
    names: tuple[str, ...]
    undo: str


class Correction(Struct, frozen=True, kw_only=True):
    """Another spelling with its address; where the hits are of it, `as_typed` leads to those of the query."""

    typed: str
    meant: str
    url: str
    as_typed: str


class ResultsView(Struct, frozen=True, kw_only=True):
    """What the template of a page of results shows."""

    page: ResultPage
    heading: str
    title: str
    count: str
    span: str
    loosened: str
    remarks: tuple[Remark, ...]
    additions: tuple[Addition, ...]
    correction: Correction | None
    chips: tuple[Chip, ...]
    clear: str
    orders: tuple[Order, ...]
    sizes: tuple[Order, ...]
    steps: tuple[Step, ...]
    previous: str
    following: str
    boxes: tuple[Box, ...]
    ways_on: tuple[WayOn, ...]


def results_view(page: ResultPage, count: Callable[[SearchRequest], int]) -> ResultsView:
    """Return a page of results with all that its template shows.

    `count` says how many articles a search finds; it is asked only where this one finds none.
    """
    request, number = page.request, page.request.page
    query = request.query.strip()
    said = _said(page)
    unasked = "Articles with these filters" if is_filtered(request) else "All articles"
    heading = f"Results for {query}" if query else unasked
    parts = (_short(query) if query else unasked, said.rstrip("."), f"page {number:,}" if number > 1 else "")
    everything = page.total + page.loosened
    return ResultsView(
        page=page,
        heading=heading,
        title=" - ".join(filter(None, parts)),
        count=said,
        span=f"{page.first:,} to {page.last:,} of {everything:,}" if page.hits and page.pages > 1 else "",
        loosened=f"These match some of your words, or are about the same: {page.loosened:,}",
        remarks=tuple(_remark(notice, request) for notice in page.notices),
        additions=tuple(_addition(each, request) for each in page.added),
        correction=_correction(page),
        chips=_chips(page),
        clear=search_url(unfiltered(request)),
        orders=_orders(request, is_browsing=not query),
        sizes=tuple(
            Order(f"{size}", search_url(structs.replace(request, size=size, page=1)), size == request.size)
            for size in sorted({*_SIZES, request.size})
        ),
        steps=_steps(page),
        previous=_page_url(request, number - 1) if page.hits and number > 1 else "",
        following=_page_url(request, number + 1) if number < page.pages else "",
        boxes=tuple(_box(facet, page) for facet in _ordered(page.facets) if facet.values),
        ways_on=() if page.hits else ways_on(request, count),
    )


def marks(article: Article) -> tuple[Mark, ...]:
    """Return the marks of a hit: those of every article, and whether it has been corrected."""
    is_corrected = article.has_correction("ErratumIn") or article.has_correction("CorrectedandRepublishedIn")
    return (*wording.marks(article), *((Mark("Corrected", "note"),) if is_corrected else ()))


def last_page(page: ResultPage) -> Link:
    """Return a link to the last page of results that there is; the first where nothing was found."""
    number = max(1, page.pages)
    return Link(f"page {number:,}", _page_url(page.request, number))


def nothing(request: SearchRequest) -> str:
    """Return the sentence for a search that found nothing."""
    if is_filtered(request):
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


def _said(page: ResultPage) -> str:
    """Return how many articles were found as a sentence, or as a phrase where nothing more is to be said."""
    if not page.loosened:
        return counted(page.total, "article") if page.total else nothing(page.request)
    if page.total:
        return f"{counted(page.total, 'article matches', 'articles match')} all your words."
    return "No article matches all your words."


def _addition(added: Added, request: SearchRequest) -> Addition:
    names = tuple(name for name in dict.fromkeys((added.name, *added.names)) if name != added.typed)
    return Addition(added.typed, names, search_url(structs.replace(request, query=added.undo, page=1)))


def _correction(page: ResultPage) -> Correction | None:
    meant, request = page.did_you_mean, structs.replace(page.request, page=1)
    if meant is None:
        return None
    return Correction(
        typed=_short(request.query),
        meant=_short(meant.query),
        url=search_url(structs.replace(request, query=meant.query)),
        as_typed=search_url(structs.replace(request, spelling=False)) if meant.is_answered else "",
    )


def _chips(page: ResultPage) -> tuple[Chip, ...]:
    request = page.request
    chips = [
        Chip(facet.title, value.label, search_url(toggled(request, facet.name, value.value)))
        for facet in _ordered(page.facets)
        for value in facet.values
        if value.is_chosen
    ]
    if years := span(request):
        chips.append(
            Chip("Year", years, search_url(structs.replace(request, from_year=0, to_year=0, page=1)))
        )
    return tuple(chips)


def _ordered(facets: tuple[Facet, ...]) -> list[Facet]:
    """Return facets in the order of the page: keywords, what articles are about, then who, where, when."""
    order = {name: place for place, name in enumerate(_LAST_FACETS, len(facets))} | {"keyword": -1}
    return sorted(facets, key=lambda facet: order.get(facet.name, 0))


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


def _box(facet: Facet, page: ResultPage) -> Box:
    """Return a facet with its chosen values always in sight, and all in their order.

    Years are drawn, so that the list of them is only for who looks for one.
    """
    asked = page.request
    if page.did_you_mean and page.did_you_mean.is_answered:
        asked = structs.replace(asked, query=page.did_you_mean.query)
    bars = histogram(facet, asked) if facet.name == "year" else None
    shown = 0 if bars else _SHOWN
    first: list[FacetValue] = []
    rest: list[FacetValue] = []
    for n, value in enumerate(facet.values):
        (first if n < shown or value.is_chosen else rest).append(value)
    if len(rest) == 1:
        # A "show more" that shows one is longer than the one.
        first, rest = list(facet.values), []
    hidden = facet.distinct - len(facet.values)
    return Box(
        name=facet.name,
        title=facet.title,
        first=tuple(first),
        rest=tuple(rest),
        hidden=hidden,
        every=facet_url(asked, facet.name) if facet.distinct > _SHOWN and not bars else "",
        bars=bars,
    )
