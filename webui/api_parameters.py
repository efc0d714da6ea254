"""Which parameters each address of the API takes: those of the page, from `webui.params`, and a few more."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from index.schema import FACETS
from search.errors import BadRequest
from search.language.language import MAX_LENGTH
from webui.params import MAX_QUERY, PLAIN, SINGLE, checked, pairs, quoted, request_of

if TYPE_CHECKING:
    from search.request import SearchRequest

SITE_KEY: Final = "site_key"
"""The parameter that says for which site the API is asked."""

MAX_SERIES: Final = 10
"""The most values of a facet that trends are counted for."""

NAMES: Final = tuple(facet.name for facet in FACETS)
"""The names of the facets."""

BY: Final = "keyword"
"""The facet that values are of where nothing is said."""

_SIGN: Final = PLAIN[1:-2]


class Own(Struct, frozen=True, kw_only=True):
    """A parameter that only the API has: what it is, its JSON Schema, and how often it may be given."""

    about: str
    schema: Mapping[str, object]
    most: int = 1


OWN: Final = {
    "cursor": Own(
        about="Where to go on: next_cursor of the answer before, with all other parameters the same.",
        schema={"type": "string", "maxLength": 200, "pattern": "^[A-Za-z0-9_-]+$"},
    ),
    "contains": Own(
        about="Only values with a word that starts so.",
        schema={"type": "string", "maxLength": 200, "pattern": PLAIN},
    ),
    "compare": Own(
        about=f"Another search to count, with the same filters, {MAX_SERIES} at most.",
        schema={"type": "string", "maxLength": MAX_QUERY, "pattern": PLAIN},
        most=MAX_SERIES,
    ),
    "by": Own(
        about=f"The facet whose values are counted one by one; {BY} where only values are given.",
        schema={"type": "string", "enum": [name for name in NAMES if name != "year"]},
    ),
    "value": Own(
        about=f"A value to count, {MAX_SERIES} at most; without any, the most frequent ones.",
        schema={"type": "string", "maxLength": 200, "pattern": PLAIN},
        most=MAX_SERIES,
    ),
    SITE_KEY: Own(
        about="The key that the owner of this search gave your site, which asks more than one reader would.",
        schema={"type": "string", "maxLength": 100, "pattern": "^[A-Za-z0-9_.-]+$"},
    ),
}
"""The parameters that only the API has."""

_OF_FACETS: Final = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_LENGTH,
    # One of its signs at least is no blank. Said so, and not by looking ahead, programs can make such texts.
    "pattern": rf"^{_SIGN}*{_SIGN[:-1]}\s]{_SIGN}*$",
}
_YEARS: Final = frozenset({"from", "to"})
_SHARED: Final = tuple(name for name in SINGLE if name not in {"sort", "size", "page", "priors", "spelling"})

SEARCH: Final = (*SINGLE, *NAMES, "cursor", SITE_KEY)
FACET: Final = (*_SHARED, *NAMES, "size", "contains", SITE_KEY)
TRENDS: Final = (*_SHARED, *NAMES, "compare", "by", "value", SITE_KEY)
EXPLAIN: Final = (*_SHARED, "sort", "priors", *NAMES, SITE_KEY)
SUGGEST: Final = ("q", "size", SITE_KEY)
PAGED: Final = ("size", "page", SITE_KEY)
SIMILAR: Final = ("size", SITE_KEY)
NONE: Final = (SITE_KEY,)


def read(query_string: bytes, allowed: tuple[str, ...]) -> tuple[SearchRequest, dict[str, list[str]]]:
    """Return the search that a query string stands for, and the texts of the API's own parameters.

    Raises BadRequest for what is not among the parameters allowed, is given too often or cannot be read.
    """
    shared: list[tuple[str, str]] = []
    own: dict[str, list[str]] = {}
    for name, text in pairs(query_string):
        if name not in allowed:
            are = f"there are {', '.join(allowed)}" if len(allowed) > 1 else f"there is only {allowed[0]}"
            raise BadRequest(f"{quoted(name)} is no parameter here; {are}.", quoted(name).strip('"'))
        if name in _YEARS and not text.strip():
            # A form sends its boxes when they are empty, too; a program need not.
            raise BadRequest("no year is given; leave it out for no bound.", name)
        if name in OWN:
            own.setdefault(name, []).append(_own(name, text))
        else:
            shared.append((name, text))
    for name, texts in own.items():
        if len(texts) > OWN[name].most:
            raise BadRequest(f"it is given {len(texts)} times; at most {OWN[name].most} can be read.", name)
    return request_of(shared), own


def _own(name: str, text: str) -> str:
    schema = OWN[name].schema
    longest, choices = schema.get("maxLength", MAX_QUERY), schema.get("enum")
    checked(name, text, longest if isinstance(longest, int) else MAX_QUERY)
    if isinstance(choices, list) and text not in choices:
        raise BadRequest(f"{quoted(text)} is none of {', '.join(choices)}.", name)
    if name == SITE_KEY and not re.search(str(schema["pattern"]), text):
        raise BadRequest(f"{quoted(text)} is not written like a key.", name)
    return text


def about(name: str) -> str:
    """Return in a sentence what a parameter may be; nothing for a name that is none."""
    if name in OWN:
        return OWN[name].about
    if name in SINGLE:
        return SINGLE[name].about
    title = next((facet.title for facet in FACETS if facet.name == name), "")
    return f"Only articles with this value of the facet {title}; any of several will do." if title else ""


def expected(name: str) -> str:
    """Return what a parameter may be: what it is, and its choices or bounds."""
    schema = schema_of(name) if about(name) else {}
    choices, least, highest = (schema.get(each) for each in ("enum", "minimum", "maximum"))
    among = f"One of {', '.join(choices)}." if isinstance(choices, list) else ""
    between = f"From {least} to {highest}." if highest is not None else ""
    return " ".join(filter(None, (about(name), among, between)))


def schema_of(name: str) -> Mapping[str, object]:
    """Return the JSON Schema of a parameter: of one value, where it may be given more than once."""
    if name in OWN:
        return OWN[name].schema
    return SINGLE[name].schema if name in SINGLE else _OF_FACETS


def is_list(name: str) -> bool:
    """Say whether a parameter may be given more than once."""
    return OWN[name].most > 1 if name in OWN else name not in SINGLE


def most(name: str) -> int:
    """Return how often a parameter may be given."""
    return OWN[name].most if name in OWN else 200
