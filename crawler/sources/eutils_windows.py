"""Searches of PubMed, and how one that finds more than PubMed lists is split by date until each part fits."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.errors import SourceError
from crawler.sources.eutils_answers import Found, ask, read_search

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.asking.http import Client

CAP: Final = 9_999
"""How many articles of one search PubMed lists, of however many that it finds. NLM writes 10,000."""

EARLIEST: Final = date(1700, 1, 1)
"""Before the first article in PubMed, of 1781."""

_DAY: Final = timedelta(days=1)


class Window(Struct, frozen=True, array_like=True):
    """The articles of the days from `first` to `last`, both included, and how many there were."""

    first: date
    last: date
    count: int = 0


class Plan(Struct, frozen=True, kw_only=True):
    """The windows of a search, newest first, none empty; how many articles PubMed counts on the whole.

    `doubt` is a sentence where the windows do not add up to that.
    """

    windows: tuple[Window, ...]
    total: int
    doubt: str
    notices: str


def search(
    client: Client,
    query: str,
    *,
    window: Window | None = None,
    datetype: str = "edat",
    most: int = 0,
    sort: str = "",
) -> Found:
    """Return how many articles a query finds, and up to `most` of them; with a window, those of these days.

    `datetype` says which days: of entry (edat), creation (crdt) or modification (mdat). Raises SourceError.
    """
    if not query.strip():
        raise SourceError("the query is empty: say what to search PubMed for")
    parameters = {"term": query, "retstart": "0", "retmax": str(most)}
    if sort:
        parameters["sort"] = sort
    if most:
        parameters["usehistory"] = "y"
    if window:
        parameters |= {
            "datetype": datetype,
            "mindate": f"{window.first:%Y/%m/%d}",
            "maxdate": f"{window.last:%Y/%m/%d}",
        }
    return ask(client, "esearch.fcgi", parameters, partial(read_search, most=most))


def plan(
    client: Client, query: str, span: Window, *, cap: int, datetype: str = "edat", is_whole: bool = False
) -> Plan:
    """Return the windows, of at most `cap` articles each, that a span of days falls into.

    Their sum is held against what PubMed counts in the span, or, where the span `is_whole`, without any date;
    it is counted a second time where they differ, for PubMed grows. Raises SourceError where a single day has
    more than `cap`.
    """
    count = partial(search, client, query, datetype=datetype, window=None if is_whole else span)
    whole = count()
    windows = tuple(_fitting(client, query, span, cap=cap, datetype=datetype)) if whole.count else ()
    total, found = whole.count, sum(window.count for window in windows)
    if total != found:
        total = count().count
    doubt = f"PubMed counts {total} articles, but {found} when asked by date" if total != found else ""
    return Plan(windows=windows, total=total, doubt=doubt, notices=whole.notices)


def listed(
    client: Client, query: str, window: Window, *, cap: int, datetype: str = "edat"
) -> Found | tuple[Window, ...]:
    """Return the articles of a window, or smaller windows where it has come to have more than `cap`."""
    found = search(client, query, window=window, datetype=datetype, most=cap)
    if found.count <= cap:
        return found
    return tuple(_fitting(client, query, window, cap=cap, datetype=datetype))


def all_listed(
    client: Client, query: str, span: Window, *, cap: int, datetype: str = "edat"
) -> Iterator[str]:
    """Yield the PMIDs of a span of days, a window after the other."""
    pending = [span]
    while pending:
        found = listed(client, query, pending.pop(), cap=cap, datetype=datetype)
        if isinstance(found, Found):
            yield from found.pmids
        else:
            pending += reversed(found)


def _fitting(client: Client, query: str, span: Window, *, cap: int, datetype: str) -> Iterator[Window]:
    """Yield the windows that a span falls into, halved until each fits, the newest first, none empty."""
    pending = [span]
    while pending:
        window = pending.pop()
        count = search(client, query, window=window, datetype=datetype).count
        if 0 < count <= cap:
            yield Window(window.first, window.last, count)
        elif count:
            pending += _halves(window, count, cap)


def _halves(window: Window, count: int, cap: int) -> tuple[Window, Window]:
    if window.first == window.last:
        raise SourceError(
            f"PubMed has {count} articles of {window.first} alone for this query and lists only {cap}: "
            "make the query narrower, or crawl PubMed's files"
        )
    middle = window.first + (window.last - window.first) // 2
    return Window(window.first, middle), Window(middle + _DAY, window.last)
