"""Which trends are asked for: several searches, or the values of a facet; for the page and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from index.schema import FACETS, facet_value
from search.errors import BadRequest
from search.request import SearchRequest
from webui.params import checked, chosen, pairs, quoted, request_of, written

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.engine import Engine

MOST: Final = 8
"""The most lines of the page: so many can be told apart."""

FACET_NAMES: Final = tuple(facet.name for facet in FACETS if facet.name != "year")
"""The facets whose values may be lines."""

_FREQUENT: Final = 5
_KNOWN: Final = 1_000
_NOT_COUNTED: Final = frozenset({"sort", "page", "size", "priors", "spelling"})


class TrendsAsked(Struct, frozen=True, kw_only=True):
    """What a page of trends shows: lines of searches, or of the first one's articles with values of a facet.

    Without values the most frequent are shown. `is_share` asks for shares of all articles of a year.
    """

    searches: tuple[SearchRequest, ...]
    by: str = ""
    values: tuple[str, ...] = ()
    is_share: bool = False

    def written(self) -> list[tuple[str, str]]:
        """Return the parameters of the address, name and value."""
        queries = [("q", each.query) for each in self.searches if each.query]
        rest = written(structs.replace(self.searches[0], query=""))
        by = [("by", self.by)] if self.by else []
        return [
            *queries,
            *rest,
            *by,
            *(("value", value) for value in self.values),
            *([("share", "on")] if self.is_share else []),
        ]


class Named(Struct, frozen=True):
    """A line that is asked for: what it is called, and the search for its articles; its value of a facet."""

    label: str
    request: SearchRequest
    value: str = ""


def read_trends(query_string: bytes) -> TrendsAsked:
    """Return the trends that a query string asks for; raises BadRequest. Boxes left empty are passed over."""
    own: dict[str, list[str]] = {"q": [], "by": [], "value": [], "share": []}
    rest = []
    for name, text in pairs(query_string):
        if name in _NOT_COUNTED:
            raise BadRequest("lines have no order and no pages; leave it out.", name)
        if name not in own:
            rest.append((name, text))
        elif checked(name, text).strip():
            own[name].append(text.strip())
    for name, most in (("q", MOST), ("value", MOST), ("by", 1), ("share", 1)):
        if len(own[name]) > most:
            raise BadRequest(f"it is given {len(own[name])} times; at most {most} can be shown.", name)
    by = "".join(own["by"])
    if by not in {"", *FACET_NAMES}:
        raise BadRequest(f"{quoted(by)} is no facet; there are {', '.join(FACET_NAMES)}.", "by")
    common = request_of(rest)
    return TrendsAsked(
        searches=tuple(structs.replace(common, query=each) for each in dict.fromkeys(own["q"] or [""])),
        by=by,
        values=tuple(dict.fromkeys(facet_value(by, each) for each in own["value"])) if by else (),
        is_share=bool(own["share"]),
    )


def lines_of(engine: Engine, asked: TrendsAsked) -> tuple[Named, ...]:
    """Return the lines that are asked for; raises EngineDown."""
    if asked.by:
        return of_values(engine, asked.searches[0], asked.by, asked.values)
    return tuple(Named(each.query.strip() or "All articles", each) for each in asked.searches)


def of_values(
    engine: Engine, search: SearchRequest, by: str, values: Sequence[str] = ()
) -> tuple[Named, ...]:
    """Return a line for each value of a facet, or for the most frequent of a search; raises EngineDown."""
    named = dict.fromkeys(facet_value(by, value) for value in values)
    if not named:
        frequent = engine.facet(search, by, size=_FREQUENT).facet.values
        return tuple(_named(search, by, each.value, each.label) for each in frequent[:_FREQUENT])
    found = []
    for value in named:
        known = engine.facet(search, by, value, size=_KNOWN).facet.values
        label = next((each.label for each in known if each.value == value), value)
        found.append(_named(search, by, value, label))
    return tuple(found)


def _named(search: SearchRequest, by: str, value: str, label: str) -> Named:
    return Named(label, chosen(search, by, (value,)), value)
