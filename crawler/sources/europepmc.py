"""Europe PMC over the network: what a search finds, preprints too, with reference lists and open full texts.

The service: https://europepmc.org/RestfulWebService
"""

from __future__ import annotations

from io import BytesIO
from logging import getLogger
from typing import TYPE_CHECKING, Annotated, Final, NamedTuple
from urllib.parse import unquote

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from crawler.errors import ParseError
from crawler.outcome import Outcome, Unparsed
from crawler.parsers.europepmc import europepmc
from crawler.sources.batch import Batch
from crawler.sources.europepmc_details import Details, ask, read_result

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crawler.asking.http import Client
    from crawler.sources.europepmc_details import HeldReferences

_log = getLogger(__name__)

ALS_QUERY: Final = (
    '(TITLE_ABS:"amyotrophic lateral sclerosis" OR KW:"amyotrophic lateral sclerosis"'
    ' OR TITLE_ABS:"motor neuron disease" OR KW:"motor neuron disease" OR TITLE_ABS:"motor neurone disease"'
    ' OR TITLE_ABS:"Lou Gehrig\'s disease" OR TITLE_ABS:"primary lateral sclerosis"'
    ' OR TITLE_ABS:"progressive muscular atrophy" OR TITLE_ABS:"progressive bulbar palsy"'
    " OR (TITLE_ABS:ALS AND"
    ' (TITLE_ABS:riluzole OR TITLE_ABS:SOD1 OR TITLE_ABS:"TDP-43" OR TITLE_ABS:C9orf72)))'
    " AND (SRC:MED OR SRC:PMC OR SRC:PPR)"
)
"""Finds the ALS literature in PubMed, PubMed Central and among preprints.

ALS alone would find advanced life support; a word without a field, or DISEASE:, what mentions ALS in its full
text only. KW: is MeSH and the authors' keywords.
"""

WHOLE_SEARCH: Final = "the search"
"""What a failure names as its record where it is the search that is not whole."""

_PAGE: Final = "100"
_FIRST: Final = "*"
_FEW: Final = 2
_THOUSAND: Final = 1000


class _Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where a crawl goes on: with the page that a mark stands for, after so many results."""

    query: str
    mark: Annotated[str, Meta(min_length=1)] = _FIRST
    done: Annotated[int, Meta(ge=0)] = 0
    total: Annotated[int, Meta(ge=0)] = 0


class _Request(Struct, frozen=True, rename="camel"):
    cursor_mark: str = ""


class _Echo(Struct, frozen=True):
    """What an answer says that was asked."""

    request: _Request = _Request()


class _Page(NamedTuple):
    hits: int
    next_mark: str
    outcomes: list[Outcome]


def crawl(
    client: Client, *, query: str, cursor: str, held_references: HeldReferences, full_text: bool = True
) -> Iterator[Batch]:
    """Yield what a query finds, a batch for each page of results, from the cursor on.

    After the articles of a page come their full texts, where those are open access and wanted, and their
    lists of references, where `held_references` says that the library has none or a shorter one. A cursor of
    another query, or none, starts at the beginning. The last batch has no cursor; where Europe PMC counted
    more or fewer articles than came, by more than two and a thousandth, it names that as a failure.

    Raises SourceError where a page of results cannot be had after all tries, or Europe PMC no longer answers;
    what was yielded before is whole.
    """
    place = _read_cursor(cursor, query)
    details = Details(client, held_references, full_text=full_text)
    # The end is told in three ways, and a client that knew only one of them would ask for ever.
    marks = {_FIRST, place.mark}
    is_end = False
    while not is_end:
        page = _search(client, query, place.mark, others=marks - {place.mark})
        done = place.done + len(page.outcomes)
        total = max(place.total, page.hits, done)
        is_end = not page.outcomes or not page.next_mark or page.next_mark in marks
        marks.add(page.next_mark)
        outcomes = [*page.outcomes, *details.of(page.outcomes)]
        if is_end:
            outcomes += _difference(page.hits, done)
        place = _Place(query=query, mark=page.next_mark or _FIRST, done=done, total=total)
        cursor = "" if is_end else msgspec.json.encode(place).decode()
        yield Batch(outcomes=tuple(outcomes), cursor=cursor, done=done, total=total)


def _read_cursor(cursor: str, query: str) -> _Place:
    try:
        place = msgspec.json.decode(cursor, type=_Place)
    except msgspec.DecodeError:
        return _Place(query=query)
    return place if place.query == query else _Place(query=query)


def _search(client: Client, query: str, mark: str, *, others: Collection[str]) -> _Page:
    """Return the page of results that a mark stands for; one of the `others` would be a wrong answer."""

    def parse(body: bytes) -> _Page:
        hits, next_mark = europepmc.next_cursor(body)
        # Whether the mark comes back quoted is not told; the first one does.
        if (came := unquote(msgspec.json.decode(body, type=_Echo).request.cursor_mark)) in others:
            raise ParseError(f"this is the page of {came!r}, which was not asked for")
        return _Page(hits, next_mark, [_named(each, mark) for each in europepmc.parse(BytesIO(body))])

    asked = {"query": query, "format": "json", "resultType": "core", "pageSize": _PAGE, "cursorMark": mark}
    return ask(client, "search", asked, parse)


def _named(outcome: Outcome, mark: str) -> Outcome:
    """Return an outcome whose name, where it is a failure, is that of no other result of the search."""
    if not isinstance(outcome, Unparsed):
        return outcome
    result = read_result(outcome.raw)
    own = f"{result.source}/{result.id}" if result.id else f"{outcome.record} of page {mark}"
    return replace(outcome, record=own)


def _difference(hits: int, done: int) -> list[Unparsed]:
    """Return the failure that a count is which differs from what came.

    The search was followed to the end that it tells, and the count is known to be off by one or two without
    anything being missed, every time it is asked for (getpapers, issue 153): a difference so small is told,
    and the crawl is whole all the same.
    """
    counts = f"Europe PMC counts {hits} articles for this query, and {done} came"
    if hits == done:
        return []
    if abs(hits - done) <= max(_FEW, hits // _THOUSAND):
        _log.warning("%s; its counts may be off by so few", counts)
        return []
    reason = f"{counts}; crawl again later, and if the numbers still differ, the count is wrong"
    return [Unparsed(record=WHOLE_SEARCH, reason=reason, format=europepmc.FORMAT, raw=b"")]
