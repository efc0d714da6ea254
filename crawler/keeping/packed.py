"""An article packed for the library: all that its rows say, made wherever the record was parsed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, msgpack

from crawler.article import Article
from crawler.keeping.payload import compress, decompress, digest
from crawler.keeping.works import lookup_ids
from crawler.outcome import Deleted, Parsed, Unparsed

if TYPE_CHECKING:
    from crawler.outcome import Outcome

_NO_KEY: Final = ("",)
_DECODER: Final = msgpack.Decoder(Article)


class Packed(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """An article as the library writes it, with its raw record.

    `ids` are those it is looked up by, `date` is a sort key, `cited` each place in the list of references
    (from 0) with one key there ("" where there is none). `article` is msgpack, `payload` the raw record,
    compressed, and `digest` its hash.
    """

    key: str
    pmid: str
    ids: list[str]
    is_sample: bool
    is_retracted: bool
    date: int
    cited: list[tuple[int, str]]
    article: bytes
    format: str
    digest: bytes
    payload: bytes


Taken = Packed | Parsed | Deleted | Unparsed
"""What the library takes: outcomes, with articles packed or not."""


def pack(outcome: Outcome) -> Packed | Deleted | Unparsed:
    """Return an outcome with its article packed.

    Raises ValueError or OverflowError for an article that cannot be written, such as one with half a
    surrogate pair in a text.
    """
    if not isinstance(outcome, Parsed):
        return outcome
    article = outcome.article
    return Packed(
        key=article.key,
        pmid=article.ids.pmid,
        ids=lookup_ids(article.ids),
        is_sample=article.is_sample,
        is_retracted=article.is_retracted,
        date=article.date.sort_key(),
        cited=cited(article),
        article=msgpack.encode(article),
        format=outcome.format,
        digest=digest(outcome.raw),
        payload=compress(outcome.raw),
    )


def unpack(packed: Packed) -> Parsed:
    """Return what was packed."""
    article = _DECODER.decode(packed.article)
    return Parsed(article=article, format=packed.format, raw=decompress(packed.payload))


def cited(article: Article) -> list[tuple[int, str]]:
    """Return every key in the list of references, lower case, with its place from 0; "" where is none."""
    return [
        (place, key.casefold())
        for place, reference in enumerate(article.references)
        for key in reference.keys() or _NO_KEY
    ]
