"""What a site owner may set about the widget: one table of attributes for page, frame and code."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl

from msgspec import Struct

from index.schema import FACETS
from search.errors import BadRequest
from webui.params import MAX_QUERY, checked, pairs, quoted, read_params

if TYPE_CHECKING:
    from collections.abc import Mapping

MAX_SIZE: Final = 50
"""The most hits on a page of the widget."""

_LABEL: Final = 200
_OWN: Final = frozenset({"q", "size", "page"})


class Option(Struct, frozen=True, kw_only=True):
    """An attribute: its name, what it does, its default as people read it, and its choices if they are few.

    `is_asked` says that the form of the embedding page and the frame take it.
    """

    name: str
    about: str
    default: str = ""
    choices: tuple[str, ...] = ()
    is_asked: bool = True


OPTIONS: Final = (
    Option(
        name="query",
        about="What is searched for at once. Without it the box is empty and waits; an empty one, "
        'query="", lists every article that the filters leave.',
    ),
    Option(name="page-size", about=f"How many articles are on a page, from 1 to {MAX_SIZE}.", default="5"),
    Option(
        name="filters",
        about="Filters that always hold, as they stand in the address of a search on this site. "
        "Readers do not see them and cannot remove them.",
    ),
    Option(
        name="facets",
        about="The facets that readers may filter by, apart by commas, in this order; empty for none.",
        default="keyword,year,type",
    ),
    Option(
        name="lang",
        about="The language of all labels; articles stay in their own. Without it, that of your page.",
        default="that of the page, else en",
        choices=("en", "de", "fr", "es", "pt", "it"),
    ),
    Option(
        name="target",
        about="Where articles open: here, in a new tab (_blank), or in the whole window (_top).",
        default="_self",
        choices=("_self", "_blank", "_top"),
    ),
    Option(
        name="theme",
        about="Light or dark colours; auto does as the reader's system does.",
        default="auto",
        choices=("auto", "light", "dark"),
    ),
    Option(name="label", about="What stands above the search box.", default="in the language of the labels"),
    Option(
        name="heading",
        about="The level of the headings that the titles of articles are, to fit below those of your page.",
        default="3",
        choices=("2", "3", "4", "5", "6"),
    ),
    Option(
        name="site-key",
        about="The key that the owner of this search gave your site, if it asks more than one reader would.",
        is_asked=False,
    ),
    Option(
        name="endpoint",
        about="The address of another search that answers in place of the one that the script is from.",
        is_asked=False,
    ),
)
"""All attributes of the element."""

_BY_NAME: Final = {option.name: option for option in OPTIONS if option.is_asked}


def read_options(query_string: bytes) -> dict[str, str]:
    """Return the attributes that a query string gives, in the order of the table, without defaults.

    Raises BadRequest for one that there is not, or that cannot be read.
    """
    try:
        found = _given(query_string)
        for name, text in found.items():
            _check(name, text)
    except BadRequest as error:
        # The pages have no other name for an option than its own.
        raise BadRequest(str(error)) from error
    return {name: found[name] for name, option in _BY_NAME.items() if _is_set(option, found.get(name, ""))}


def _given(query_string: bytes) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, given in pairs(query_string):
        if name not in _BY_NAME:
            raise BadRequest(f"{quoted(name)} is no option here; there are {', '.join(_BY_NAME)}.")
        text = checked(name, given, MAX_QUERY).strip()
        if name == "facets":
            found[name] = ",".join(filter(None, (found.get(name, ""), *text.replace(" ", "").split(","))))
        elif name in found:
            raise BadRequest("it is given twice.", name)
        else:
            found[name] = text
    return found


def _is_set(option: Option, text: str) -> bool:
    return bool(text) and text != option.default


def filters_of(attributes: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the preset filters among attributes, by name and value."""
    return parse_qsl(attributes.get("filters", ""))


def _check(name: str, text: str) -> None:
    choices = _BY_NAME[name].choices
    if not text:
        return
    if choices and text not in choices:
        raise BadRequest(f"{quoted(text)} is none of {', '.join(choices)}.", name)
    if name == "page-size" and not (text.isascii() and text.isdecimal() and 1 <= int(text[:4]) <= MAX_SIZE):
        raise BadRequest(f"{quoted(text)} is not a number from 1 to {MAX_SIZE}.", name)
    if name == "label":
        checked(name, text, _LABEL)
    if name == "facets":
        _check_facets(text)
    if name == "filters":
        _check_filters(text)


def _check_facets(text: str) -> None:
    names = [facet.name for facet in FACETS]
    for name in text.split(","):
        if name not in names:
            raise BadRequest(f"{quoted(name)} is no facet; there are {', '.join(names)}.", "facets")


def _check_filters(text: str) -> None:
    """Refuse filters that a search would refuse, or that are none; raises BadRequest."""
    if own := _OWN & {name for name, _ in parse_qsl(text)}:
        raise BadRequest(f"{', '.join(sorted(own))} is no filter.", "filters")
    try:
        read_params(text.encode())
    except BadRequest as error:
        raise BadRequest(str(error), "filters") from error
