"""The page of one facet of a search: its values, searched by how their words start."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import url_for
from msgspec import Struct, structs

from index.schema import FACETS
from search.results import FacetValue
from webui.links import search_url
from webui.params import chosen, is_chosen, pairs, request_of, written
from webui.rendering import counted

if TYPE_CHECKING:
    from search.request import SearchRequest
    from search.results import Facet

SHOWN: Final = 200
"""The values on the page; who looks for another types how it starts."""

_TYPED: Final = "typed"
_MOST_TYPED: Final = 200

HOW_TYPED: Final = {
    "keyword": '"motor neurons"[ot,mh]',
    "mesh": '"motor neuron disease"[mh]',
    "year": "2015:2020[dp]",
    "journal": '"amyotroph lateral scler"[ta]',
    "type": "review[pt]",
    "author": '"smith j"[au]',
    "language": "english[la]",
    "availability": "free full text[sb]",
}
"""How a value of each facet is typed in a query; for the others its name does."""


class FacetView(Struct, frozen=True, kw_only=True):
    """What the template of a facet's page shows.

    `kept` are the parameters of the search without the choices in this facet, as name and value, and `values`
    those that fit what is typed; chosen ones that do not fit are `others`, which stay chosen.
    """

    name: str
    title: str
    typed: str
    found: str
    values: tuple[FacetValue, ...]
    others: tuple[str, ...]
    kept: tuple[tuple[str, str], ...]
    all_kept: tuple[tuple[str, str], ...]
    back: str


def is_facet(name: str) -> bool:
    """Say whether there is a facet of this name."""
    return any(facet.name == name for facet in FACETS)


def facet_url(request: SearchRequest, name: str) -> str:
    """Return the address of the values of a facet, counted over what a search finds."""
    return "?".join(filter(None, (url_for("pages.facet", name=name), urlencode(written(_first(request))))))


def how_typed(name: str) -> str:
    """Return an example of how a value of a facet is typed; nothing where its name alone does."""
    return HOW_TYPED.get(name, "")


def read_facet_params(query_string: bytes) -> tuple[SearchRequest, str]:
    """Return the request of a facet's page, and what is typed to find its values; raises BadRequest."""
    given = pairs(query_string)
    typed = next((text for name, text in given if name == _TYPED), "")
    return request_of(pair for pair in given if pair[0] != _TYPED), " ".join(typed.split())[:_MOST_TYPED]


def facet_view(facet: Facet, request: SearchRequest, typed: str) -> FacetView:
    """Return a facet's values that fit what is typed, with all that the template shows."""
    first = _first(request)
    values = tuple(
        structs.replace(value, is_chosen=is_chosen(request, facet.name, value.value))
        for value in facet.values
    )
    shown = {value.value for value in values if value.is_chosen}
    fitting = f" with a word that starts with {typed}" if typed else ""
    more = facet.distinct - len(values)
    return FacetView(
        name=facet.name,
        title=facet.title,
        typed=typed,
        found=f"{counted(facet.distinct, 'value')}{fitting}"
        + (f"; here are the {len(values):,} most frequent" if more else ""),
        values=values,
        others=tuple(value for value in request.chosen(facet.name) if value not in shown),
        kept=tuple(written(chosen(first, facet.name, ()))),
        all_kept=tuple(written(first)),
        back=search_url(first),
    )


def _first(request: SearchRequest) -> SearchRequest:
    return structs.replace(request, page=1)
