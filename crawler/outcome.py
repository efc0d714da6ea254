"""What reading one record of a source comes to: an article, a deletion, or a record that cannot be read."""

from __future__ import annotations

from msgspec import Struct

from crawler.article import Article


class Parsed(Struct, frozen=True, kw_only=True):
    """An article, with the raw record that it was read from and the name of that record's format."""

    article: Article
    format: str
    raw: bytes


class Deleted(Struct, frozen=True):
    """The source says that this record is no more."""

    pmid: str


class Unparsed(Struct, frozen=True, kw_only=True):
    """A record that cannot be read: which one, why, and the raw record, so that nothing is lost."""

    record: str
    reason: str
    format: str
    raw: bytes


Outcome = Parsed | Deleted | Unparsed
