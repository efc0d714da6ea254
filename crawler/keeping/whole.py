"""Whole articles as they are copied to another store: each with its ids, its date and what it cites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, json, msgpack

from crawler.article import Article
from crawler.keeping import versions

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_WORKS: Final = (
    "SELECT article, date, retracted, (SELECT json_group_array(id) FROM ids WHERE work = number), "
    "(SELECT json_group_array(json_array(place, cited, matched)) FROM refs WHERE work = number) "
    "FROM works ORDER BY length(key), key"
)
_DECODER: Final = msgpack.Decoder(Article)


class Work(Struct, frozen=True, kw_only=True):
    """An article with what the library knows of it.

    `ids` are those it is looked up by. `cited` are the ids of what it cites, each with the place of the
    reference from 0, and whether it has no id and was matched; `date` is as the newest are told by.
    """

    article: Article
    date: int
    is_retracted: bool
    ids: list[str]
    cited: list[tuple[int, str, bool]]


def works(connection: sqlite3.Connection) -> Iterator[Work]:
    """Yield every article with what is known of it, in order of key, by length and then by letter."""
    for packed, date, retracted, ids, cited in connection.cursor().execute(_WORKS):
        yield Work(
            article=versions.linked(connection, _DECODER.decode(packed)),
            date=date,
            is_retracted=bool(retracted),
            ids=json.decode(ids),
            cited=[(place, each, bool(matched)) for place, each, matched in json.decode(cited)],
        )
