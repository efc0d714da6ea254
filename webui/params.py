"""URL <-> search request, both ways: one table of parameters, and every default left out.

For example /search?q=riluzole&keyword=survival&keyword=tdp-43&from=2015&to=2020&sort=newest&page=2.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import parse_qsl, quote_plus

from msgspec import structs

from index.schema import FACETS, facet_value
from search.errors import BadRequest
from search.language.language import MAX_LENGTH
from search.request import MAX_SIZE, SIZE, Choice, SearchRequest, Sort

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

MAX_QUERY: Final = 8_000
"""Characters of a query that an address may hold; how many of them are read is the language's to say."""

_MAX_VALUES: Final = 200
_MAX_DIGITS: Final = 9
_TRACKING: Final = ("utm_", "fbclid", "gclid", "mc_cid", "mc_eid", "msclkid")
"""How parameters begin that other sites add to links on their own; nobody asked for anything by them."""
_LAST_YEAR: Final = 9_999
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What Unicode has as control characters, but blanks, and surrogates."""

PLAIN: Final = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]*$"
"""A text without control characters but blanks, as a pattern of JSON Schema."""


def read_params(query_string: bytes) -> SearchRequest:
    """Return the request that a query string, still percent-encoded, stands for.

    Raises BadRequest where a parameter is unknown, ill-formed, or given twice without being a facet.
    """
    return request_of(pairs(query_string))


def request_of(given: Iterable[tuple[str, str]]) -> SearchRequest:
    """Return the request that parameters stand for, by name and text; raises BadRequest as `read_params`."""
    found: dict[str, object] = {}
    chosen: dict[str, list[str]] = {}
    for name, text in given:
        if name in _FACETS:
            chosen.setdefault(name, []).append(_value(name, text))
        elif name not in SINGLE:
            raise BadRequest(
                f"{quoted(name)} is no parameter of a search; there are {', '.join(PARAMETERS)}."
            )
        elif SINGLE[name].attribute in found:
            raise BadRequest("it is given twice, and a search has only one.", name)
        else:
            found[SINGLE[name].attribute] = SINGLE[name].read(name, text)
    first, last = found.get("from_year"), found.get("to_year")
    if isinstance(first, int) and isinstance(last, int) and first > last > 0:
        # Who types the later year into the first box means the same years.
        found |= {"from_year": last, "to_year": first}
    choices = tuple(Choice(name, tuple(dict.fromkeys(chosen[name]))) for name in _FACETS if name in chosen)
    return SearchRequest(choices=choices, **found)  # type: ignore[arg-type]  # the table says what reads what


def write_params(request: SearchRequest) -> str:
    """Return the query string of a request, percent-encoded; empty where all is as by default."""
    # A page has hundreds of addresses, and `urlencode` looks at each name anew.
    return "&".join([f"{name}={quote_plus(text)}" for name, text in written(request)])


def with_page(params: str, page: int) -> str:
    """Return the query string of a page of a search, given that of its first: the number comes last."""
    return params if page == _DEFAULT.page else f"{params}{'&' if params else ''}page={page}"


def written(request: SearchRequest) -> list[tuple[str, str]]:
    """Return the parameters of a request, name and value, without those that are as by default."""
    singles = [
        (name, write(value))
        for name, attribute, default, write in _WRITTEN
        if (value := getattr(request, attribute)) != default
    ]
    named = _FACETS if request.choices else ()
    facets = [(name, value) for name in named for value in request.chosen(name)]
    # The query and what narrows it come first, so that an address can be read.
    narrowing = [pair for pair in singles if pair[0] in _NARROWING]
    return [*narrowing[:1], *facets, *narrowing[1:], *(pair for pair in singles if pair not in narrowing)]


def is_chosen(request: SearchRequest, facet: str, value: str) -> bool:
    """Say whether a value is chosen in a facet, however it is written."""
    return facet_value(facet, value) in (facet_value(facet, each) for each in request.chosen(facet))


def toggled(request: SearchRequest, facet: str, value: str) -> SearchRequest:
    """Return the first page of the same search with a facet value chosen, or no longer chosen."""
    values = request.chosen(facet)
    left = tuple(each for each in values if facet_value(facet, each) != facet_value(facet, value))
    return chosen(request, facet, (*values, value) if left == values else left)


def chosen(request: SearchRequest, facet: str, values: tuple[str, ...]) -> SearchRequest:
    """Return the first page of the same search with these values chosen in a facet, and no others."""
    choices = {name: request.chosen(name) for name in _FACETS} | {facet: values}
    kept = tuple(Choice(name, of_facet) for name, of_facet in choices.items() if of_facet)
    return structs.replace(request, choices=kept, page=1)


def unfiltered(request: SearchRequest) -> SearchRequest:
    """Return the first page of the same search without any filter."""
    return structs.replace(request, choices=(), from_year=0, to_year=0, page=1)


def is_filtered(request: SearchRequest) -> bool:
    """Say whether anything but the query narrows a search."""
    return bool(request.choices or request.from_year or request.to_year)


def pairs(query_string: bytes) -> list[tuple[str, str]]:
    """Return the names and texts of a query string but those that other sites add; raises BadRequest."""
    try:
        found = parse_qsl(
            query_string.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MAX_VALUES
        )
    except UnicodeDecodeError as error:
        raise BadRequest("The address holds characters that are not valid UTF-8.") from error
    except ValueError as error:
        raise BadRequest(f"The address holds more than {_MAX_VALUES} parameters.") from error
    return [(name, text) for name, text in found if not name.startswith(_TRACKING)]


def _query(name: str, text: str) -> str:
    return checked(name, text, MAX_QUERY)


def checked(name: str, text: str, longest: int = MAX_LENGTH) -> str:
    """Return a text of at most `longest` characters, none of them a control one; raises BadRequest."""
    if len(text) > longest:
        raise BadRequest(f"the text has {len(text):,} characters; at most {longest:,} can be taken.", name)
    if _CONTROL.search(text):
        raise BadRequest("the text holds a control character, which cannot be searched for.", name)
    return text


def _value(name: str, text: str) -> str:
    if not text.strip():
        raise BadRequest("no value is given; leave it out to see all.", name)
    return checked(name, text)


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS):
        raise BadRequest(f"{quoted(text)} is not a number like 1 or 20.", name)
    return int(text)


def _year(name: str, text: str) -> int:
    """Return a year; 0 for nothing, which is what a box left empty sends."""
    number = _number(name, text.strip()) if text.strip() else 0
    if number > _LAST_YEAR:
        raise BadRequest(f"{number} is no year; years have four digits.", name)
    return number


def _sort(name: str, text: str) -> Sort:
    try:
        return Sort(text)
    except ValueError as error:
        raise BadRequest(f"{quoted(text)} is not an order; there are {', '.join(Sort)}.", name) from error


def _switch(name: str, text: str) -> bool:
    if text not in {"on", "off"}:
        raise BadRequest(f"{quoted(text)} is neither on nor off.", name)
    return text == "on"


def _on_or_off(switch: object) -> str:
    return "on" if switch else "off"


def quoted(text: str) -> str:
    """Return a text as it can stand in a message: short, and without anything unprintable."""
    short = text if len(text) <= 40 else text[:40] + "\N{HORIZONTAL ELLIPSIS}"
    return f'"{"".join(each if each.isprintable() else "?" for each in short)}"'


class Single(NamedTuple):
    """A parameter that is given once: the attribute of the request that it sets, and how its text is read.

    `about` says in a sentence what it is, `schema` as JSON Schema what it may be, `write` makes its text.
    """

    attribute: str
    read: Callable[[str, str], object]
    about: str
    schema: Mapping[str, object]
    write: Callable[[object], str] = str


SINGLE: Final = {
    "q": Single(
        "query",
        _query,
        "What is searched for, in the query language of the help page; without it, every article.",
        {"type": "string", "maxLength": MAX_QUERY, "pattern": PLAIN, "default": ""},
    ),
    "from": Single(
        "from_year",
        _year,
        "The first year of publication; without it, no bound.",
        {"type": "integer", "minimum": 0, "maximum": _LAST_YEAR, "default": 0},
    ),
    "to": Single(
        "to_year",
        _year,
        "The last year of publication; without it, no bound.",
        {"type": "integer", "minimum": 0, "maximum": _LAST_YEAR, "default": 0},
    ),
    "sort": Single(
        "sort",
        _sort,
        "The order of the hits.",
        {"type": "string", "enum": [*Sort], "default": Sort.RELEVANCE},
    ),
    "mapping": Single(
        "mapping",
        _switch,
        "Whether names stand for their synonyms as well.",
        {"type": "string", "enum": ["on", "off"], "default": "on"},
        _on_or_off,
    ),
    "priors": Single(
        "priors",
        _switch,
        "Whether newer, stronger and more cited work comes first among equals.",
        {"type": "string", "enum": ["on", "off"], "default": "on"},
        _on_or_off,
    ),
    "spelling": Single(
        "spelling",
        _switch,
        "Whether a corrected query answers where nothing is found for the one given.",
        {"type": "string", "enum": ["on", "off"], "default": "on"},
        _on_or_off,
    ),
    "generation": Single(
        "generation",
        _value,
        "The index that answers, as an answer named it, for as long as it is kept; without it, the live one.",
        {"type": "string", "pattern": "^generation-[0-9]{6,12}$"},
    ),
    "size": Single(
        "size",
        _number,
        "How many on a page.",
        {"type": "integer", "minimum": 1, "maximum": MAX_SIZE, "default": SIZE},
    ),
    "page": Single(
        "page",
        _number,
        "The number of the page, from 1.",
        {"type": "integer", "minimum": 1, "maximum": 10**_MAX_DIGITS - 1, "default": 1},
    ),
}
"""The parameters that are given once, for the pages and for programs alike."""

_NARROWING: Final = ("q", "from", "to")
_FACETS: Final = tuple(facet.name for facet in FACETS)
_DEFAULT: Final = SearchRequest()
_WRITTEN: Final = [
    (name, single.attribute, getattr(_DEFAULT, single.attribute), single.write)
    for name, single in SINGLE.items()
]

PARAMETERS: Final = (*SINGLE, *_FACETS)
"""The names of all parameters; those of facets may be given more than once."""
