"""What the library holds, from where, and how fresh it is, in words for its readers: the page "About"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from search.errors import EngineDown
from search.request import SearchRequest
from webui.links import Link, query_url
from webui.rendering import counted, day

if TYPE_CHECKING:
    from search.articles import Articles
    from search.engine import Engine

_FORMATS: Final = {
    "pubmed-xml": "PubMed",
    "medline": "PubMed, from files in its MEDLINE format",
    "pubmed-page": "PubMed, from saved pages",
    "europepmc": "Europe PMC",
    "europepmc-references": "Europe PMC, their reference lists",
    "jats": "PubMed Central and publishers, full texts",
    "ris": "Files of reference managers",
}
"""What a format that articles are read from says to readers of where they come from."""


class Source(Struct, frozen=True):
    """Where articles come from, and how many of them do, in words."""

    name: str
    articles: str


class AboutView(Struct, frozen=True, kw_only=True):
    """What the page says of the library and of the index over it; empty texts are not known.

    `kinds` are searches for what a reader should know of, each with how much it finds in its text.
    """

    articles: str
    sources: tuple[Source, ...]
    updated: str
    built: str
    indexed: str
    kinds: tuple[Link, ...]
    references: str
    failures: str
    is_sample: bool


def about_view(engine: Engine, library: Articles) -> AboutView:
    """Return what the page says; while the index cannot be used, what the library says alone."""
    counts = library.counts()
    try:
        manifest = engine.generation().manifest
        kinds = _kinds(engine)
        built, indexed = day(manifest.created), counted(manifest.articles, "article")
    except EngineDown:
        kinds, built, indexed = (), "", ""
    return AboutView(
        articles=counted(counts.articles, "article"),
        sources=tuple(
            Source(_FORMATS.get(name, name), counted(number, "article"))
            for name, number in sorted(library.formats().items(), key=lambda each: (-each[1], each[0]))
        ),
        updated=day(library.updated()),
        built=built,
        indexed=indexed,
        kinds=kinds,
        references=counted(counts.references, "reference"),
        failures=counted(counts.failures, "record") if counts.failures else "",
        is_sample=bool(counts.articles) and counts.samples == counts.articles,
    )


def _kinds(engine: Engine) -> tuple[Link, ...]:
    asked = (
        ("retracted[sb]", "retracted article", "retracted articles"),
        ("preprint[sb]", "preprint, not peer reviewed", "preprints, not peer reviewed"),
        ("free full text[sb]", "article that can be read whole", "articles that can be read whole"),
    )
    return tuple(
        Link(counted(engine.search(SearchRequest(query=query, size=1)).total, one, many), query_url(query))
        for query, one, many in asked
    )
