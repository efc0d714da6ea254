"""The record of a search for a systematic review: what was asked, of what, when, and what was found.

It has the items that a search can tell of PRISMA-S (Rethlefsen et al., Systematic Reviews 2021;10:39,
https://doi.org/10.1186/s13643-020-01542-z), each with its number there, and names those that it cannot.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from textwrap import wrap
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from index.schema import FACETS
from search.language.language import understand
from search.request import SIZE, Sort
from webui.pages.histogram import span
from webui.pages.query_rows import query_of, rows_of
from webui.rendering import counted, day

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from index.generations import Generation
    from search.engine import Engine
    from search.request import SearchRequest
    from search.results import ResultPage

_WIDTH: Final = 88
_LONG_AFTER: Final = timedelta(days=400)
_TO_FILL_IN: Final = (
    (3, "study registries"),
    (4, "online resources and browsing"),
    (5, "citation searching"),
    (6, "contacts"),
    (7, "other methods"),
    (11, "prior work"),
    (14, "peer review"),
)
_DEDUPLICATED: Final = (
    "Records of one work from several sources are merged before indexing, by PMID, then PMCID, then DOI; "
    "each work is found and exported once."
)
_KEPT: Final = (
    "It gives the same records for as long as this generation of the index is kept, and says so once it is "
    "not. Export the records now: the files are of all that was found."
)
_KNOWN: Final = (
    "The library holds literature on amyotrophic lateral sclerosis and related diseases only, and of most "
    "articles title, abstract, keywords and headings, not the full text.\n"
    "Names of genes, drugs and the like are searched with their synonyms unless they are in quotation marks; "
    "the search as understood has all of them.\n"
    "Where few articles match, the results page also shows articles that match in part: they are marked "
    "there, and not counted or exported here."
)


class Item(Struct, frozen=True):
    """An item: its number in PRISMA-S (0: none of its), its title, and what it says, line by line."""

    number: int
    title: str
    lines: tuple[str, ...]


class SearchRecord(Struct, frozen=True, kw_only=True):
    """A record: its items, and how many records were found."""

    items: tuple[Item, ...]
    total: int


class Facts(Struct, frozen=True, kw_only=True):
    """What the record says besides the search: the site, its address, the moment, and the library's state."""

    site: str
    root: str
    now: datetime
    articles: int
    updated: str


def pinned(asked: SearchRequest, engine: Engine, today: date) -> SearchRequest:
    """Return a search that gives the same hits on any day, of the generation that answers now.

    Where it counts dates back from the day, it is the search as understood, with the dates written out.
    """
    name = asked.generation or engine.generation().name
    same = structs.replace(asked, generation=name, page=1, size=SIZE)
    if understand(asked.query, today=today).tree == understand(asked.query, today=today + _LONG_AFTER).tree:
        return same
    details = engine.search(structs.replace(same, size=1, spelling=False)).details
    return structs.replace(same, query=details, mapping=False)


def record_of(asked: SearchRequest, engine: Engine, facts: Facts, permalink: str) -> SearchRecord:
    """Return the record of a search. `permalink` is the address of `pinned`; raises EngineDown."""
    name = asked.generation or engine.generation().name
    exact = structs.replace(asked, generation=name, page=1, size=1, spelling=False)
    found = engine.search(exact)
    items = (
        Item(1, "Database name", (f"{facts.site}: literature on amyotrophic lateral sclerosis (ALS)",)),
        Item(2, "Platform", (f"als-search, at {facts.root}", "Searched by itself, not with others.")),
        *_strategies(found, engine, facts.now.date()),
        Item(9, "Limits and restrictions", tuple(_limits(asked))),
        Item(10, "Search filters", ("No published filter was added; item 8 has all that was searched.",)),
        Item(12, "Updates", ("None yet; the same search of a later index tells what was added since.",)),
        Item(13, "Date of search", (_moment(facts.now),)),
        Item(15, "Records found", tuple(_found(found))),
        Item(16, "Deduplication", (_DEDUPLICATED,)),
        Item(0, "Index", tuple(_index(engine.generation(name), facts))),
        Item(0, "Order of results", (_order(asked),)),
        Item(0, "Permanent link", (permalink, _KEPT)),
        Item(0, "Known limits", tuple(_KNOWN.splitlines())),
        Item(0, "To be added by the reviewers", (_left(),)),
    )
    return SearchRecord(items=items, total=found.total)


def as_text(record: SearchRecord) -> str:
    """Return a record as plain text, in lines that fit a page; addresses stay whole."""
    lines = ["RECORD OF A SEARCH (items of PRISMA-S)", ""]
    for item in record.items:
        lines.append(f"{heading(item)}:")
        for line in item.lines:
            fits = wrap(line, _WIDTH, break_long_words=False, break_on_hyphens=False) or [""]
            lines += [f"  {part}" for part in fits]
        lines.append("")
    return "\n".join(lines)


def heading(item: Item) -> str:
    """Return the title of an item with its number in PRISMA-S."""
    return f"{item.title} (item {item.number})" if item.number else item.title


def _strategies(found: ResultPage, engine: Engine, today: date) -> Iterator[Item]:
    """Yield the search as typed, line by line, and as understood."""
    request = found.request
    whole = structs.replace(request, choices=(), from_year=0, to_year=0)
    yield Item(8, "Full search strategy", tuple(_strategy(whole, engine, today)))
    yield Item(8, "As understood, with every synonym", (found.details or "every article",))
    yield Item(8, "Names searched as well", tuple(_names(found)) or ("none",))
    read = tuple(each.message for each in found.notices)
    yield Item(8, "How parts of the search were read", read or ("as typed",))


def _strategy(whole: SearchRequest, engine: Engine, today: date) -> Iterator[str]:
    """Yield the search line by line, with how many records each line finds before the limits."""
    query = whole.query.strip()
    rows = rows_of(query, today) or ()
    one = structs.replace(whole, size=1, page=1, spelling=False, sort=Sort.NEWEST)
    if len(rows) > 1:
        for number, row in enumerate(rows, 1):
            text = query_of([row])
            line = engine.search(structs.replace(one, query=text))
            yield f"#{number}  {text}  ({counted(line.total, 'record')})"
            if line.details and line.details != text:
                yield f"    understood as: {line.details}"
        joined = "".join(f" {row.operator} #{n}" if n > 1 else f"#{n}" for n, row in enumerate(rows, 1))
        yield f"#{len(rows) + 1}  {joined}  ({counted(engine.search(one).total, 'record')})"
        yield f"As typed: {query}"
    else:
        yield f"#1  {query or '(every article)'}  ({counted(engine.search(one).total, 'record')})"


def _names(found: ResultPage) -> Iterator[str]:
    for each in found.added:
        names = [name for name in dict.fromkeys((each.name, *each.names)) if name != each.typed]
        yield f"{each.typed}: {', '.join(names)}"


def _limits(asked: SearchRequest) -> Iterator[str]:
    titles = {facet.name: facet.title for facet in FACETS}
    for choice in asked.choices:
        yield f"{titles[choice.facet]}: {' or '.join(choice.values)}"
    if years := span(asked):
        yield f"Year of publication: {years}"
    if not asked.mapping:
        yield "Names were searched as typed, without synonyms."
    if not (asked.choices or span(asked)):
        yield "None besides what is in the search itself: no limit of language, date or publication type."


def _found(found: ResultPage) -> Iterator[str]:
    yield f"{counted(found.total, 'record')}, of {counted(found.articles, 'record')} in the index"
    if found.is_partial:
        yield "The search took too long and was stopped: there may be more. Do not report this number."


def _index(generation: Generation, facts: Facts) -> Iterator[str]:
    manifest = generation.manifest
    yield f"{generation.name}, built {day(manifest.created)}, {counted(manifest.articles, 'record')}"
    yield f"Last read from the sources into what is indexed: {day(manifest.updated) or 'not known'}"
    yield "Sources: PubMed (National Library of Medicine), and Europe PMC where this site reads it."
    held, read = counted(facts.articles, "record"), day(facts.updated) or "never"
    yield f"The library behind it now: {held}, last read {read}"


def _left() -> str:
    return "; ".join(f"{title} (item {number})" for number, title in _TO_FILL_IN)


def _order(asked: SearchRequest) -> str:
    priors = "" if asked.priors else ", newer and more cited work not preferred"
    return f"{asked.sort.value}{priors}; it does not change which records are found"


def _moment(now: datetime) -> str:
    return f"{day(now.isoformat())}, {now:%H:%M} UTC"
