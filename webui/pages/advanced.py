"""The page of advanced search, made ready for its template: rows, their counts, and the query they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import url_for
from msgspec import Struct

from search.errors import BadRequest
from search.request import SearchRequest
from webui.links import search_url
from webui.pages.query_rows import FIELD_TAGS, MATCHES, MOST, OPERATORS, QueryRow, query_of, rows_of
from webui.params import MAX_QUERY, checked, pairs, quoted
from webui.rendering import counted

if TYPE_CHECKING:
    from datetime import date

    from search.engine import Engine

_LEAST: Final = 3
_COLUMNS: Final = {"op": OPERATORS, "field": FIELD_TAGS, "match": MATCHES, "words": None}
_ONCE: Final = ("q", "rows", "add", "go", "count", "live")


class AdvancedAsked(Struct, frozen=True, kw_only=True):
    """What is asked of the page: its rows, the query they make, and which button was pressed.

    `is_whole` says that a query was to be opened that is no plain chain: it stands in one row.
    `is_sent` says that the rows came by a form, so that the address can be made short.
    """

    rows: tuple[QueryRow, ...]
    query: str
    is_whole: bool = False
    is_sent: bool = False
    is_search: bool = False
    is_live: bool = False


class ShownRow(Struct, frozen=True):
    """A row with its number, and how many articles it finds by itself; nothing where it has no words."""

    number: int
    row: QueryRow
    count: str


class AdvancedView(Struct, frozen=True, kw_only=True):
    """What the template of advanced search shows."""

    rows: tuple[ShownRow, ...]
    query: str
    count: str
    url: str
    is_whole: bool
    can_add: bool


def read_advanced(query_string: bytes, today: date) -> AdvancedAsked:
    """Return what a query string asks of the page; raises BadRequest."""
    columns: dict[str, list[str]] = {name: [] for name in _COLUMNS}
    once: dict[str, str] = {}
    for name, text in pairs(query_string):
        if name in columns:
            columns[name].append(_cell(name, text))
        elif name in _ONCE and name not in once:
            once[name] = checked(name, text, MAX_QUERY)
        else:
            raise BadRequest(f"{quoted(name)} is no parameter here, or is given twice.", name)
    rows = _rows(columns)
    is_sent = bool(columns["words"]) or "add" in once
    query = query_of(rows) if is_sent else once.get("q", "")
    opened = None if is_sent else rows_of(query, today)
    if not is_sent:
        rows = list(opened) if opened is not None else [QueryRow(words=query)]
    least = int(once["rows"]) if once.get("rows", "").isdecimal() and len(once["rows"]) < 3 else _LEAST
    wanted = max(least, len(rows) + ("add" in once))
    return AdvancedAsked(
        rows=tuple([*rows, *[QueryRow()] * (wanted - len(rows))][:MOST]),
        query=query,
        is_whole=not is_sent and opened is None,
        is_sent=is_sent,
        is_search="go" in once,
        is_live="live" in once,
    )


def advanced_url(query: str, rows: int = 0) -> str:
    """Return the address of advanced search with a query opened in it, and at least so many rows."""
    given = [("q", query)] * bool(query) + [("rows", str(rows))] * (rows > _LEAST)
    return "?".join(filter(None, (url_for("research.advanced"), urlencode(given))))


def advanced_view(asked: AdvancedAsked, engine: Engine) -> AdvancedView:
    """Return what the page shows; the counts are of just what is asked; raises EngineDown."""
    filled = [row for row in asked.rows if row.words.strip()]
    requests = [SearchRequest(query=query_of([row])) for row in filled]
    trends = engine.trends([*requests, SearchRequest(query=asked.query)]).trends
    totals = iter(trends)
    rows = tuple(
        ShownRow(number, row, counted(next(totals).total, "article") if row.words.strip() else "")
        for number, row in enumerate(asked.rows, 1)
    )
    return AdvancedView(
        rows=rows,
        query=asked.query,
        count=counted(trends[-1].total, "article"),
        url=search_url(SearchRequest(query=asked.query)),
        is_whole=asked.is_whole,
        can_add=len(rows) < MOST,
    )


def _cell(name: str, text: str) -> str:
    allowed = _COLUMNS[name]
    if allowed is not None and text not in allowed:
        raise BadRequest(f"{quoted(text)} is not to be chosen here.", name)
    return checked(name, text, MAX_QUERY)


def _rows(columns: dict[str, list[str]]) -> list[QueryRow]:
    """Return the rows that the columns of a form make; what a row lacks is as by default."""
    words = columns["words"]
    if len(words) > MOST:
        raise BadRequest(f"there are {len(words)} rows; at most {MOST} can be read.", "words")

    def column(name: str, otherwise: str) -> list[str]:
        return [*columns[name], *[otherwise] * len(words)]

    return [
        QueryRow(operator=operator, field=field, match=match, words=text)
        for operator, field, match, text in zip(
            column("op", "AND"), column("field", ""), column("match", "all"), words, strict=False
        )
    ]
