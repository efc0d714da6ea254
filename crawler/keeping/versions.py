"""The two versions of a work, a preprint and what was published of it: rows here, links of articles.

Both articles stay as their sources tell them; the link is added as they are read from the library. It is kept
by the keys of both, so that it outlives a new record of either, and is there only while both are held.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import json, msgpack
from msgspec.structs import replace

from crawler.article import Article, Correction
from crawler.identity import normal_doi
from crawler.keeping.works import lookup_ids

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

PUBLISHED_AS: Final = "PublishedAs"
PREPRINT_IN: Final = "PreprintIn"
TOLD: Final = ("UpdateIn", "UpdateOf")
"""What sources tell of a preprint and of what it became: the first, and the second."""

_ARTICLE: Final = (
    "SELECT article FROM works JOIN ids ON number = work WHERE id = ? ORDER BY length(key), key LIMIT 1"
)
_OTHERS: Final = (
    "SELECT ?1, published FROM versions WHERE preprint IN (SELECT value FROM json_each(?3)) "
    "UNION SELECT ?2, preprint FROM versions WHERE published IN (SELECT value FROM json_each(?3)) "
    "ORDER BY 1, 2"
)
_DOI: Final = re.compile(r"10\.[0-9]{4,9}/\S+")
_VERSION: Final = re.compile(r"/?v[0-9]+\Z")
_DECODER: Final = msgpack.Decoder(Article)


def find(connection: sqlite3.Connection, key: str) -> Article | None:
    """Return the article with this PMID, PMCID or DOI (any case) as its sources tell it, or None."""
    row = connection.execute(_ARTICLE, (key.casefold(),)).fetchone()
    return _DECODER.decode(row[0]) if row else None


def linked(connection: sqlite3.Connection, article: Article) -> Article:
    """Return an article with links to its other versions that are held; one that has none as it is.

    A link that a source told is not told again, but gets the DOI by which the other version is found here.
    """
    rows = connection.execute(_OTHERS, (PUBLISHED_AS, PREPRINT_IN, json.encode(lookup_ids(article.ids))))
    links = article.corrections
    for kind, key in rows.fetchall():
        other = find(connection, key)
        if other and other.key != article.key:
            links = _with_link(links, kind, other)
    return article if links == article.corrections else replace(article, corrections=links)


def all_linked(connection: sqlite3.Connection, articles: Iterable[Article]) -> Iterator[Article]:
    """Yield articles, each as `linked` returns it; no more is asked of those that have no other version."""
    pairs = connection.execute("SELECT preprint, published FROM versions").fetchall()
    known = {key for pair in pairs for key in pair}
    for article in articles:
        yield article if known.isdisjoint(lookup_ids(article.ids)) else linked(connection, article)


def keep(connection: sqlite3.Connection, pairs: Iterable[tuple[str, str]]) -> bool:
    """Keep which preprint became which article, by their keys, and forget all before; say if that is news."""
    wanted = {(preprint.casefold(), published.casefold()) for preprint, published in pairs}
    known = set(connection.execute("SELECT preprint, published FROM versions"))
    connection.executemany("DELETE FROM versions WHERE (preprint, published) = (?, ?)", known - wanted)
    connection.executemany("INSERT INTO versions VALUES (?, ?)", sorted(wanted - known))
    return wanted != known


def _with_link(links: tuple[Correction, ...], kind: str, other: Article) -> tuple[Correction, ...]:
    """Return links with one to another version: that of a source, if it names it, else one more."""
    ids = ids_told_of(other)
    told = [link.kind in TOLD and not ids.isdisjoint(ids_told(link)) for link in links]
    if any(told):
        return tuple(
            replace(link, doi=other.ids.doi) if is_it else link
            for link, is_it in zip(links, told, strict=True)
        )
    note = "retracted" if other.is_retracted else ""
    link = Correction(kind=kind, source=_cited(other), pmid=other.ids.pmid, doi=other.ids.doi, note=note)
    return (*links, link)


def ids_told(link: Correction) -> set[str]:
    """Return the ids by which a source's link names the other work: its PMID, DOIs in what is printed."""
    printed = (normal_doi(found) for found in _DOI.findall(link.source))
    return {each for each in (link.pmid, *map(_any_version, printed)) if each}


def ids_told_of(article: Article) -> set[str]:
    """Return the ids by which links of sources may name an article, to be compared with `ids_told`."""
    return {each for each in (article.ids.pmid, _any_version(article.ids.doi)) if each}


def _any_version(doi: str) -> str:
    """Return a DOI in lower case without the version that servers write behind it: 10.21203/rs.3.rs-1/v2."""
    return _VERSION.sub("", doi.lower())


def _cited(article: Article) -> str:
    """Return where an article appeared, as PubMed prints it: "Lancet. 2011 Mar 12;377(9769):942-55"."""
    issue = f"({article.issue})" if article.issue else ""
    place = f"{article.volume}{issue}" + (f":{article.pages}" if article.pages else "")
    where = f"{article.date};{place}" if place else f"{article.date}"
    doi = f"doi: {article.ids.doi}" if article.ids.doi else ""
    return ". ".join(part for part in (article.journal.short().rstrip("."), where, doi) if part)
