"""Cursors: where to go on in all the hits of a search, in the index that the search began in.

A cursor is a number of a generation, a page and a digest of both and of the search, in base64 for addresses.
It guards against mistakes, not against anyone: there is nothing in it that a page number would not give.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from search.errors import BadRequest
from webui.params import write_params
from webui.problems import Refused

if TYPE_CHECKING:
    from search.request import SearchRequest

_TEXT: Final = re.compile(r"([A-Za-z0-9-]{1,60}):([0-9]{1,9}):([0-9a-f]{16})", re.ASCII)


class Cursor(Struct, frozen=True):
    """A page of a search in a generation."""

    generation: str
    page: int


def write_cursor(cursor: Cursor, asked: SearchRequest) -> str:
    """Return the text of a cursor into a search, whatever page of that was asked for."""
    text = f"{cursor.generation}:{cursor.page}:{_digest(cursor, asked)}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def read_cursor(text: str, asked: SearchRequest) -> Cursor:
    """Return the cursor that a text stands for; Refused for what is none, BadRequest for another search's."""
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        found = _TEXT.fullmatch(urlsafe_b64decode(padded).decode("ascii"))
    except ValueError:
        found = None
    if found is None or not int(found[2]):
        raise Refused(404, "There is no such cursor; take next_cursor of an answer as it is.", "cursor")
    cursor = Cursor(found[1], int(found[2]))
    if _digest(cursor, asked) != found[3]:
        raise BadRequest(
            "this cursor is of another search; give the parameters of the answer that it came with.", "cursor"
        )
    return cursor


def _digest(cursor: Cursor, asked: SearchRequest) -> str:
    search = write_params(structs.replace(asked, page=1, generation=""))
    return blake2b(f"{cursor.generation}\0{cursor.page}\0{search}".encode(), digest_size=8).hexdigest()
