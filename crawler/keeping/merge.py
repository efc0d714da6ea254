"""Several readings of the same work become one article, the same whatever order they came in.

A field comes from the first reading, in the order of `PRECEDENCE`, that has it. Where sources complete one
another the rule is another: lists that grow with completeness are taken from the longest (references,
figures, full text), and what must not be lost is gathered from all (corrections, marks of retraction).
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct, msgpack

from crawler.article import Article, Ids, Markup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

PRECEDENCE: Final = (
    "pubmed-xml", "medline", "europepmc", "jats", "pubmed-page", "ris", "europepmc-references",
)  # fmt: skip
"""Formats, those that are indexed by hand and complete first."""

_BLANK: Final = Article(ids=Ids(), title=Markup(""))
_MARKS: Final = ("Retracted Publication", "Preprint")
"""Publication types that one source may know of and another not yet."""


class Reading(Struct, frozen=True):
    """An article as one source tells it."""

    format: str
    article: Article


def merge(readings: Iterable[Reading]) -> Article:
    """Return the article that all readings of a work come to; there must be at least one."""
    ordered = sorted(readings, key=_order)
    articles = [reading.article for reading in ordered]
    merged: dict[str, Any] = {name: _first(articles, name) for name in Article.__struct_fields__}
    merged |= {name: rule(articles) for name, rule in _RULES.items()}
    return Article(**merged)


def _order(reading: Reading) -> tuple[int, int, int, bytes]:
    """Sort by precedence; of two readings in one format the later version or revision is first."""
    rank = PRECEDENCE.index(reading.format) if reading.format in PRECEDENCE else len(PRECEDENCE)
    article = reading.article
    return rank, -article.version, -article.revised.sort_key(), msgpack.encode(article)


def _first(articles: Sequence[Article], name: str) -> object:
    """Return the first value of a field that says anything."""
    values = [getattr(article, name) for article in articles]
    return next((value for value in values if value != getattr(_BLANK, name)), values[0])


def _ids(articles: Sequence[Article]) -> Ids:
    each = (article.ids for article in articles)
    return reduce(
        lambda kept, ids: Ids(
            pmid=kept.pmid or ids.pmid,
            pmcid=kept.pmcid or ids.pmcid,
            doi=kept.doi or ids.doi,
            pii=kept.pii or ids.pii,
        ),
        each,
    )


def _authors_complete(articles: Sequence[Article]) -> bool:
    """Take it from the reading that the authors come from."""
    return next((article.authors_complete for article in articles if article.authors), True)


def _longest(name: str) -> Callable[[Sequence[Article]], object]:
    return lambda articles: max((getattr(article, name) for article in articles), key=len)


def _gathered(name: str) -> Callable[[Sequence[Article]], object]:
    return lambda articles: tuple(
        dict.fromkeys(value for article in articles for value in getattr(article, name))
    )


def _publication_types(articles: Sequence[Article]) -> tuple[str, ...]:
    first = next((article.publication_types for article in articles if article.publication_types), ())
    marks = (kind for article in articles for kind in article.publication_types if kind in _MARKS)
    return tuple(dict.fromkeys((*first, *marks)))


def _corrections(articles: Sequence[Article]) -> object:
    """Gather corrections; the same one told by two sources, with and without its PMID, is one."""
    found: dict[tuple[str, str], object] = {}
    told = [correction for article in articles for correction in article.corrections]
    for correction in sorted(told, key=lambda each: not each.pmid):
        same = (correction.kind, correction.pmid or correction.source)
        known_by_kind = any(kind == correction.kind for kind, _ in found)
        if same not in found and (correction.pmid or not known_by_kind):
            found[same] = correction
    return tuple(found.values())


_RULES: Final[dict[str, Callable[[Sequence[Article]], object]]] = {
    "ids": _ids,
    "version": lambda articles: max(article.version for article in articles),
    "revised": lambda articles: max(
        (article.revised for article in articles), key=lambda date: date.sort_key()
    ),
    "authors_complete": _authors_complete,
    "references_stated": lambda articles: max(article.references_stated for article in articles),
    "references": _longest("references"),
    "figures": _longest("figures"),
    "body": _longest("body"),
    "data_banks": _gathered("data_banks"),
    "notes": _gathered("notes"),
    "publication_types": _publication_types,
    "corrections": _corrections,
}
