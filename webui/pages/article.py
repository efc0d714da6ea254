"""The page of an article, made ready for its template: references linked, authors numbered, works drawn."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, Protocol

from msgspec import Struct

from crawler.article import Abstract, Article, Author, Markup
from search.results import Hit
from webui import languages, wording
from webui.links import Link, article_url, elsewhere, pubmed_url, query_url
from webui.pages import drawing
from webui.pages.citing import Citation, citations
from webui.pages.drawing import Drawing, Work
from webui.rendering import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.article import Correction, Reference
    from crawler.keeping.library import Held
    from search.articles import Articles

_CITING: Final = 50
_SIMILAR: Final = 6
_WARNING: Final = {
    "RetractionIn": "danger",
    "RetractedandRepublishedIn": "danger",
    "ExpressionOfConcernIn": "caution",
    "CorrectedandRepublishedIn": "caution",
    "ErratumIn": "note",
}


class Similar(Protocol):
    """What finds articles like one."""

    def __call__(self, key: str, limit: int) -> Sequence[Hit]:
        """Return the articles most like that of a key, at most `limit`."""


class Entry(Struct, frozen=True, kw_only=True):
    """An entry of the reference list: its number and text, its page here if held, its pages elsewhere."""

    number: int
    text: str
    here: str
    is_retracted: bool
    links: tuple[Link, ...]


class EntryList(Struct, frozen=True):
    """A reference list, with its title where an article has several."""

    title: str
    entries: tuple[Entry, ...]


class Related(Struct, frozen=True, kw_only=True):
    """Another publication about this one: how it relates, its citation, its page, and how grave it is."""

    relation: str
    source: str
    note: str
    url: str
    is_outside: bool
    kind: str


class Signed(Struct, frozen=True):
    """An author, and the numbers of the author's affiliations."""

    author: Author
    numbers: tuple[int, ...]


class ShownAbstract(Struct, frozen=True, kw_only=True):
    """An abstract with its heading and anchor; `lang` is empty where it is in English."""

    anchor: str
    heading: str
    abstract: Abstract
    lang: str
    direction: str


class ArticleView(Struct, frozen=True, kw_only=True):
    """What the template of an article shows."""

    article: Article
    links: tuple[Link, ...]
    vernacular_lang: str
    vernacular_direction: str
    signed: tuple[Signed, ...]
    affiliations: tuple[str, ...]
    abstracts: tuple[ShownAbstract, ...]
    warnings: tuple[Related, ...]
    related: tuple[Related, ...]
    reference_lists: tuple[EntryList, ...]
    references_note: str
    citing_total: int
    citing: tuple[Article, ...]
    citing_url: str
    similar: tuple[Hit, ...]
    citations: tuple[Citation, ...]
    drawing: Drawing | None


def article_view(article: Article, library: Articles, similar: Similar | None = None) -> ArticleView:
    """Return an article with all that its page shows, similar ones too where given what finds them.

    Raises LibraryError, and what `similar` raises.
    """
    named = {key for correction in article.corrections for key in correction.keys()}  # noqa: SIM118 - no mapping
    held = library.held(named.union(*(reference.keys() for reference in article.references)))
    total, citing = library.citing(article, limit=_CITING)
    related = [_related(article, correction, held) for correction in article.corrections]
    affiliations = tuple(dict.fromkeys(each for author in article.authors for each in author.affiliations))
    lists = _reference_lists(article, held, library.matched(article))
    foreign = next((code for code in article.languages if languages.tag(code) not in {"en", ""}), "")
    return ArticleView(
        article=article,
        links=() if article.is_sample else elsewhere(article.ids),
        vernacular_lang=languages.tag(foreign),
        vernacular_direction=languages.direction(foreign),
        signed=tuple(
            Signed(author, tuple(affiliations.index(each) + 1 for each in author.affiliations))
            for author in article.authors
        ),
        affiliations=affiliations,
        abstracts=tuple(_shown(article, place, each) for place, each in enumerate(article.abstracts(), 1)),
        warnings=tuple(sorted((each for each in related if each.kind), key=_gravity)),
        related=tuple(each for each in related if not each.kind),
        reference_lists=lists,
        references_note=_references_note(article),
        citing_total=total,
        citing=tuple(citing),
        citing_url=query_url(f"cites:{article.key}") if total else "",
        similar=tuple(similar(article.key, _SIMILAR)) if similar else (),
        citations=citations(article),
        drawing=_drawing(article, lists, citing),
    )


def contents(view: ArticleView) -> tuple[Link, ...]:
    """Return links to the parts of the page that the article has, in their order."""
    article = view.article
    parts = (
        *((True, each.heading, each.anchor) for each in view.abstracts),
        (article.keywords, "Keywords", "keywords"),
        (article.mesh or article.supplemental_mesh, "MeSH terms", "mesh"),
        (article.conflict_of_interest, "Conflict of interest", "conflict"),
        (article.figures, f"Figures ({len(article.figures)})", "figures"),
        (article.references, f"References ({len(article.references):,})", "references"),
        (view.citing_total, f"Cited by ({view.citing_total:,})", "cited-by"),
        (view.drawing, "Along the years", "years"),
        (view.similar, "Similar articles", "similar"),
        (view.related, "Related publications", "related"),
        (article.substances or article.gene_symbols, "Substances", "substances"),
        (article.grants, "Grants and funding", "grants"),
        (article.data_banks, "Trial and data numbers", "data"),
        (True, "About this record", "record"),
        (True, "Cite", "cite"),
    )
    return tuple(Link(text, f"#{anchor}") for is_there, text, anchor in parts if is_there)


def _gravity(related: Related) -> int:
    return ("danger", "caution", "note").index(related.kind)


def _related(article: Article, correction: Correction, held: Mapping[str, Held]) -> Related:
    here = next(filter(None, map(held.get, correction.keys())), None)
    outside = pubmed_url(correction.pmid) if correction.pmid and not article.is_sample else ""
    return Related(
        relation=wording.correction(correction.kind),
        source=correction.source or (f"PMID {correction.pmid}" if correction.pmid else ""),
        note=correction.note,
        url=article_url(here.key) if here else outside,
        is_outside=not here,
        kind=_WARNING.get(correction.kind, ""),
    )


def _shown(article: Article, place: int, abstract: Abstract) -> ShownAbstract:
    is_main = place == 1 and article.abstract is not None
    lang = languages.tag(abstract.language)
    return ShownAbstract(
        anchor=f"abstract-{place}",
        heading=wording.abstract_heading(abstract, is_main=is_main),
        abstract=abstract,
        lang="" if lang == "en" else lang,
        direction=languages.direction(abstract.language),
    )


def _reference_lists(
    article: Article, held: Mapping[str, Held], matched: Mapping[int, Held]
) -> tuple[EntryList, ...]:
    """Return the references, numbered by position throughout, under the titles of their lists."""
    entries = (
        (reference.list_title, _entry(article, place + 1, reference, held, matched.get(place)))
        for place, reference in enumerate(article.references)
    )
    return tuple(
        EntryList(title, tuple(entry for _, entry in group))
        for title, group in groupby(entries, key=itemgetter(0))
    )


def _entry(
    article: Article, number: int, reference: Reference, held: Mapping[str, Held], matched: Held | None
) -> Entry:
    here = next(filter(None, map(held.get, reference.keys())), matched)
    return Entry(
        number=number,
        text=reference.text or ", ".join(reference.keys()),
        here=article_url(here.key) if here else "",
        is_retracted=bool(here and here.retracted),
        links=() if article.is_sample else elsewhere(reference),
    )


def _drawing(article: Article, lists: Sequence[EntryList], citing: Sequence[Article]) -> Drawing | None:
    year = article.date.year
    cited = [
        Work(
            year=drawing.year_of(entry.text, year + 1),
            text=Markup(f"reference {entry.number}"),
            url=f"#reference-{entry.number}",
            is_retracted=entry.is_retracted,
        )
        for each in lists
        for entry in each.entries
    ]
    others = [
        Work(
            year=each.date.year,
            text=each.title,
            url=article_url(each.key),
            is_retracted=each.is_retracted,
        )
        for each in citing
    ]
    return drawing.drawing(year, cited, others)


def _references_note(article: Article) -> str:
    shown, stated = len(article.references), article.references_stated
    if stated <= shown:
        return ""
    verb = "is" if shown == 1 else "are"
    return f"{shown:,} of {counted(stated, 'reference')} {verb} shown on the page this was read from."
