"""The one table of fields: where each takes its text, how it is analysed and weighted, what users call it.

Also the facets, and the Whoosh schema that follows from the table. What tags mean is in `index.tags`.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from whoosh import fields

from crawler.article import Article, Author
from crawler.identity import normal_doi, normal_pmcid, normal_pmid
from crawler.markup import index_text
from index import languages
from index.analysis import GAP, NameAnalyzer, TextAnalyzer

if TYPE_CHECKING:
    from collections import Counter

VERSION: Final = 2
"""Goes up whenever a generation made before could not answer the queries made now."""


class Kind(StrEnum):
    """How a field is analysed: as text, as names of people, or not at all."""

    TEXT = "text"
    NAME = "name"
    ID = "id"


ANALYZED: Final = (Kind.TEXT, Kind.NAME)
"""The kinds whose fields hold words."""


def _as_it_is(text: str) -> str:
    return text


class Field(Struct, frozen=True, kw_only=True):
    """A searchable field. `tags` are its names in queries: `tag:word` and `word[tag]`, in any case.

    `weight` is its share in the score of a word searched everywhere; 0 where such words pass it by. `normal`
    gives an identifier its one spelling, and nothing for what is none of its kind.
    """

    name: str
    title: str
    values: Callable[[Article], list[str]]
    tags: tuple[str, ...]
    kind: Kind = Kind.TEXT
    weight: float = 0.0
    normal: Callable[[str], str] = _as_it_is


class FacetField(Struct, frozen=True, kw_only=True):
    """A facet: the labels of an article's values, which are the same value if they fold to the same."""

    name: str
    title: str
    labels: Callable[[Article], list[str]]


def _title(article: Article) -> list[str]:
    return [index_text(article.title), index_text(article.vernacular_title)]


def _abstract(article: Article) -> list[str]:
    return [index_text(section.text) for abstract in article.abstracts() for section in abstract.sections]


def _keywords(article: Article) -> list[str]:
    return [keyword.text for keyword in article.keywords]


def _mesh(article: Article) -> list[str]:
    """Each heading with each of its subheadings, as in "Riluzole/therapeutic use", which finds it by both."""
    headings = [
        name
        for heading in article.mesh
        for name in [f"{heading.name}/{qualifier.name}" for qualifier in heading.qualifiers] or [heading.name]
    ]
    return headings + list(article.supplemental_mesh)


def _authors(article: Article) -> list[str]:
    """All authors in both orders, since readers type both: van den Berg LH, Leonard van den Berg."""
    shorts, fulls = ([name(author) for author in article.authors] for name in (Author.short, Author.full))
    return shorts + [full for short, full in zip(shorts, fulls, strict=True) if full != short]


def _journal(article: Article) -> list[str]:
    return [article.journal.abbreviation, article.journal.title]


def _languages(article: Article) -> list[str]:
    """Each language by its code and by its name: ger, German."""
    return [name for code in article.languages for name in (code, languages.name(code)) if name]


def _trials(article: Article) -> list[str]:
    """Each number behind the name of its data bank, as PubMed writes it: ClinicalTrials.gov/NCT01234567."""
    return [f"{bank.name}/{number}" for bank in article.data_banks for number in bank.accessions]


def _affiliations(article: Article) -> list[str]:
    return list(dict.fromkeys(place for author in article.authors for place in author.affiliations))


FIELDS: Final = (
    Field(name="title", title="title", values=_title, tags=("title", "ti"), weight=3.0),
    Field(name="abstract", title="abstract", values=_abstract, tags=("abstract", "ab"), weight=1.0),
    Field(
        name="keyword",
        title="keywords",
        values=_keywords,
        tags=("keyword", "ot", "kw", "Other Term"),
        weight=2.0,
    ),
    Field(name="mesh", title="MeSH terms", values=_mesh, tags=("mesh", "mh", "MeSH Terms"), weight=1.5),
    Field(
        name="substance",
        title="substances",
        values=lambda article: [substance.name for substance in article.substances],
        tags=("substance", "nm", "Supplementary Concept", "Substance Name"),
        weight=1.0,
    ),
    Field(
        name="caption",
        title="figure captions",
        values=lambda article: [index_text(figure.caption) for figure in article.figures],
        tags=("caption",),
        weight=0.5,
    ),
    Field(
        name="author",
        title="authors",
        values=_authors,
        tags=("author", "au", "fau", "Author - Full", "Full Author Name"),
        kind=Kind.NAME,
        weight=1.5,
    ),
    Field(name="journal", title="journal", values=_journal, tags=("journal", "ta", "jour"), weight=0.5),
    Field(name="affiliation", title="affiliations", values=_affiliations, tags=("affiliation", "ad")),
    Field(
        name="type",
        title="publication type",
        values=lambda article: list(article.publication_types),
        tags=("type", "pt", "ptyp", "Publication Type"),
    ),
    Field(name="language", title="language", values=_languages, tags=("language", "la", "lang")),
    Field(
        name="trial",
        title="data bank numbers",
        values=_trials,
        tags=("trial", "si", "Secondary Source ID"),
        weight=1.0,
    ),
    Field(
        name="pmid",
        title="PMID",
        values=lambda a: [a.ids.pmid],
        tags=("pmid", "uid"),
        kind=Kind.ID,
        weight=1.0,
        normal=normal_pmid,
    ),
    Field(
        name="pmcid",
        title="PMCID",
        values=lambda a: [a.ids.pmcid],
        tags=("pmcid", "pmc"),
        kind=Kind.ID,
        normal=normal_pmcid,
    ),
    Field(
        name="doi",
        title="DOI",
        values=lambda a: [a.ids.doi],
        tags=("doi", "aid", "lid", "Article Identifier", "Location ID"),
        kind=Kind.ID,
        normal=normal_doi,
    ),
)
"""Every field with words in it. The date is a number, and has a column of its own."""

FACETS: Final = (
    FacetField(
        name="keyword", title="Keyword", labels=lambda a: _keywords(a) + [heading.name for heading in a.mesh]
    ),
    FacetField(name="year", title="Year", labels=lambda a: [str(a.date.year)] if a.date.year else []),
    FacetField(
        name="journal", title="Journal", labels=lambda a: [a.journal.short()] if a.journal.short() else []
    ),
    FacetField(name="type", title="Publication type", labels=lambda a: list(a.publication_types)),
    FacetField(
        name="author",
        title="Author",
        labels=lambda a: [author.short() for author in a.authors if author.last],
    ),
)
"""Facets in the order of the page."""

BY_NAME: Final = {field.name: field for field in FIELDS}


def whoosh_schema() -> fields.Schema:
    """Return the schema of a generation: the fields above, the date as a number, the article as stored."""
    analyzers = {Kind.TEXT: TextAnalyzer(), Kind.NAME: NameAnalyzer()}
    columns: dict[str, fields.FieldType] = {
        field.name: fields.ID(stored=False)
        if field.kind is Kind.ID
        else fields.TEXT(analyzer=analyzers[field.kind], phrase=True, chars=False, stored=False)
        for field in FIELDS
    }
    columns["date"] = fields.NUMERIC(int, stored=False)
    columns["article"] = fields.STORED()
    return fields.Schema(**columns)


def words_seen(schema: fields.Schema) -> dict[Kind, Counter[str]]:
    """Return how often each word went through a schema of ours since it was made or opened, by kind."""
    seen: dict[Kind, Counter[str]] = {}
    # The fields of a kind share one analyzer, and still do after a schema was read back from a file.
    for field in FIELDS:
        if field.kind in ANALYZED:
            seen[field.kind] = schema[field.name].analyzer.words
    return seen


def field_text(field: Field, article: Article) -> str:
    """Return an article's text in a field, its values apart from each other."""
    return GAP.join(value for value in field.values(article) if value)


def date_number(article: Article) -> int:
    """Return the date of publication as a number that sorts and ranges: 20230801, 0 where unknown."""
    return article.date.sort_key()
