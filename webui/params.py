"""URL <-> search request, both ways: one table of parameters, and every default left out.

For example /search?q=riluzole&keyword=survival&keyword=tdp-43&year=2021&sort=newest&page=2.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, urlencode

from index.columns import facet_value
from index.schema import FACETS
from search.errors import BadRequest
from search.language import MAX_LENGTH
from search.request import Choice, SearchRequest, Sort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

MAX_QUERY: Final = 8_000
"""Characters of a query that an address may hold; how many of them are read is the language's to say."""

_MAX_VALUES: Final = 200
_MAX_DIGITS: Final = 9
_TRACKING: Final = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "msclkid")
"""How parameters begin that other sites add to links on their own; nobody asked for anything by them."""
_BLANKS: Final = "\t\n\r"


def read_params(query_string: bytes) -> SearchRequest:
    """Return the request that a query string, still percent-encoded, stands for.

    Raises BadRequest where a parameter is unknown, ill-formed, or given twice without being a facet.
    """
    found: dict[str, object] = {}
    chosen: dict[str, list[str]] = {}
    for name, text in _pairs(query_string):
        if name.startswith(_TRACKING):
            continue
        if name in _FACETS:
            chosen.setdefault(name, []).append(_value(name, text))
        elif name not in _SINGLE:
            raise BadRequest(
                f"{_quoted(name)} is no parameter of a search; there are {', '.join(PARAMETERS)}."
            )
        elif _SINGLE[name].attribute in found:
            raise BadRequest("it is given twice, and a search has only one.", name)
        else:
            found[_SINGLE[name].attribute] = _SINGLE[name].read(name, text)
    choices = tuple(Choice(name, tuple(dict.fromkeys(chosen[name]))) for name in _FACETS if name in chosen)
    return SearchRequest(choices=choices, **found)  # type: ignore[arg-type]  # the table says what reads what


def write_params(request: SearchRequest) -> str:
    """Return the query string of a request, percent-encoded; empty where all is as by default."""
    default = SearchRequest()
    singles = [
        (name, str(getattr(request, single.attribute)))
        for name, single in _SINGLE.items()
        if getattr(request, single.attribute) != getattr(default, single.attribute)
    ]
    facets = [(name, value) for name in _FACETS for value in request.chosen(name)]
    # The query and what narrows it come first, so that an address can be read.
    return urlencode([*singles[:1], *facets, *singles[1:]])


def toggled(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the first page of the same search with a facet value chosen, or no longer chosen."""
    values = request.chosen(facet)
    left = tuple(each for each in values if facet_value(each) != facet_value(value))
    changed = (*values, value) if left == values else left
    choices = {name: request.chosen(name) for name in _FACETS} | {facet: changed}
    return SearchRequest(
        query=request.query,
        choices=tuple(Choice(name, chosen) for name, chosen in choices.items() if chosen),
        sort=request.sort,
        size=request.size,
    )


def only(facet: str, label: str) -> SearchRequest:
    """Return the search for every article with one value of a facet, given by its label."""
    return SearchRequest(choices=(Choice(facet, (facet_value(label),)),))


def _pairs(query_string: bytes) -> Iterable[tuple[str, str]]:
    try:
        return parse_qsl(
            query_string.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_VALUES
        )
    except UnicodeDecodeError as error:
        raise BadRequest("The address holds characters that are not valid UTF-8.") from error
    except ValueError as error:
        raise BadRequest(f"The address holds more than {_MAX_VALUES} parameters.") from error


def _query(name: str, text: str) -> str:
    return _text(name, text, MAX_QUERY)


def _text(name: str, text: str, longest: int = MAX_LENGTH) -> str:
    if len(text) > longest:
        raise BadRequest(f"the text has {len(text):,} characters; at most {longest:,} can be taken.", name)
    if any(unicodedata.category(each) in {"Cc", "Cs"} and each not in _BLANKS for each in text):
        raise BadRequest("the text holds a control character, which cannot be searched for.", name)
    return text


def _value(name: str, text: str) -> str:
    if not text.strip():
        raise BadRequest("no value is given; leave it out to see all.", name)
    return _text(name, text)


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        raise BadRequest(f"{_quoted(text)} is not a number like 1 or 20.", name)
    return int(text)


def _sort(name: str, text: str) -> Sort:
    try:
        return Sort(text)
    except ValueError as error:
        raise BadRequest(f"{_quoted(text)} is not an order; there are {', '.join(Sort)}.", name) from error


def _quoted(text: str) -> str:
    """Return a text as it can stand in a message: short, and without anything unprintable."""
    short = text if len(text) <= 40 else text[:40] + "\N{HORIZONTAL ELLIPSIS}"
    return f'"{"".join(each if each.isprintable() else "?" for each in short)}"'


class _Single(NamedTuple):
    """A parameter that is given once: the attribute of the request that it sets, and how its text is read."""

    attribute: str
    read: Callable[[str, str], object]


_SINGLE: Final = {
    "q": _Single("query", _query),
    "sort": _Single("sort", _sort),
    "size": _Single("size", _number),
    "page": _Single("page", _number),
}
_FACETS: Final = tuple(facet.name for facet in FACETS)

PARAMETERS: Final = (*_SINGLE, *_FACETS)
"""The names of all parameters; those of facets may be given more than once."""
