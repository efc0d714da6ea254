"""The list of references of one article as a record of its own, put together from the pages of Europe PMC.

    {"ids": {"pmid": "1"}, "title": "...", "hitCount": 2, "referenceList": {"reference": [{...}, {...}]}}

The entries are as Europe PMC gave them, so that a better parser reads more out of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import msgspec
from msgspec import Struct

from crawler.article import Article, Ids, Markup
from crawler.errors import ParseError
from crawler.parsers.europepmc.europepmc import references

FORMAT: Final = "europepmc-references"
"""The name of the format, as outcomes and the library carry it."""


class _List(Struct, frozen=True):
    reference: Sequence[msgspec.Raw]


class _Record(Struct, frozen=True, kw_only=True, rename="camel"):
    ids: Ids
    title: Markup
    hit_count: int
    reference_list: _List


def make_record(article: Article, entries: Sequence[msgspec.Raw], *, stated: int) -> bytes:
    """Return the record: whose list it is, its entries, and how many Europe PMC says there are."""
    record = _Record(ids=article.ids, title=article.title, hit_count=stated, reference_list=_List(entries))
    return msgspec.json.encode(record)


def parse_record(raw: bytes) -> Article:
    """Return an Article that has ids, title and references, and nothing else.

    `references_stated` is set where Europe PMC says that there are more. Raises ParseError where the bytes
    are no such record.
    """
    try:
        record = msgspec.json.decode(raw, type=_Record)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ParseError(f"this is no list of references as kept in the library: {error}") from error
    if not record.ids.key():
        raise ParseError("has no PMID, PMCID or DOI")
    listed = tuple(references(raw) or ())
    stated = record.hit_count if record.hit_count > len(listed) else 0
    return Article(ids=record.ids, title=record.title, references=listed, references_stated=stated)
