"""What finds something where a search found nothing: the same without its filters, or a part of its words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from webui.links import Link, search_url
from webui.params import is_filtered, unfiltered
from webui.rendering import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from search.request import SearchRequest

_WORDS: Final = 6
_PLAIN: Final = re.compile(r"[^\s()\"\[\]:*]+")
_OPERATORS: Final = frozenset({"AND", "OR", "NOT"})


class WayOn(Struct, frozen=True):
    """A search that may be tried: a link to it, and how much it finds in words."""

    link: Link
    finds: str


def ways_on(request: SearchRequest, count: Callable[[SearchRequest], int]) -> tuple[WayOn, ...]:
    """Return what to try in place of a search that found nothing; `count` says how many articles one finds.

    These are the search without its filters, where that finds something, and each of its words by itself,
    as far as they are plain words: those found nowhere, too, since they are the reason.
    """
    found = []
    bare = unfiltered(request)
    if is_filtered(request) and (number := count(bare)):
        found.append(_way(bare, "Without the filters", number))
    words = list(dict.fromkeys(request.query.split()))
    if 1 < len(words) <= _WORDS and all(_PLAIN.fullmatch(word) for word in words):
        singles = [structs.replace(bare, query=word) for word in words if word not in _OPERATORS]
        found += [_way(single, f"Only {single.query}", count(single)) for single in singles]
    return tuple(found)


def _way(request: SearchRequest, text: str, number: int) -> WayOn:
    return WayOn(Link(text, search_url(request)), counted(number, "article") if number else "found nowhere")
