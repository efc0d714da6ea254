"""The one table of fields: where each takes its text, how it is analysed and weighted, what users call it.

Also the facets, and the Whoosh schema that follows from the table.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct
from whoosh import fields

from crawler.article import Article
from crawler.markup import index_text
from index.analysis import GAP, NameAnalyzer, TextAnalyzer

VERSION: Final = 1
"""Goes up whenever a generation made before could not answer the queries made now."""


class Kind(StrEnum):
    """How a field is analysed: as text, as names of people, or not at all."""

    TEXT = "text"
    NAME = "name"
    ID = "id"


class Field(Struct, frozen=True, kw_only=True):
    """A searchable field. `tags` are its names in queries: `tag:word` and `word[tag]`, in lower case.

    `weight` is its share in the score of a word searched everywhere; 0 where such words pass it by.
    """

    name: str
    title: str
    values: Callable[[Article], list[str]]
    tags: tuple[str, ...]
    kind: Kind = Kind.TEXT
    weight: float = 0.0


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
    qualifiers = [qualifier.name for heading in article.mesh for qualifier in heading.qualifiers]
    return [heading.name for heading in article.mesh] + list(article.supplemental_mesh) + qualifiers


def _authors(article: Article) -> list[str]:
    """Each author in both orders, since readers type both: van den Berg LH, Leonard van den Berg."""
    return [name for author in article.authors for name in dict.fromkeys((author.short(), author.full()))]


def _journal(article: Article) -> list[str]:
    return [article.journal.abbreviation, article.journal.title]


def _affiliations(article: Article) -> list[str]:
    return list(dict.fromkeys(place for author in article.authors for place in author.affiliations))


FIELDS: Final = (
    Field(name="title", title="title", values=_title, tags=("title", "ti"), weight=3.0),
    Field(name="abstract", title="abstract", values=_abstract, tags=("abstract", "ab"), weight=1.0),
    Field(name="keyword", title="keywords", values=_keywords, tags=("keyword", "ot", "kw"), weight=2.0),
    Field(name="mesh", title="MeSH terms", values=_mesh, tags=("mesh", "mh"), weight=1.5),
    Field(
        name="substance",
        title="substances",
        values=lambda article: [substance.name for substance in article.substances],
        tags=("substance", "nm"),
        weight=1.0,
    ),
    Field(
        name="caption",
        title="figure captions",
        values=lambda article: [index_text(figure.caption) for figure in article.figures],
        tags=("caption",),
        weight=0.5,
    ),
    Field(name="author", title="authors", values=_authors, tags=("author", "au"), kind=Kind.NAME, weight=1.5),
    Field(name="journal", title="journal", values=_journal, tags=("journal", "ta", "jour"), weight=0.5),
    Field(name="affiliation", title="affiliations", values=_affiliations, tags=("affiliation", "ad")),
    Field(
        name="type",
        title="publication type",
        values=lambda article: list(article.publication_types),
        tags=("type", "pt"),
    ),
    Field(
        name="language",
        title="language",
        values=lambda article: list(article.languages),
        tags=("language", "la"),
    ),
    Field(
        name="trial",
        title="data bank numbers",
        values=lambda article: [number for bank in article.data_banks for number in bank.accessions],
        tags=("trial", "si"),
        weight=1.0,
    ),
    Field(
        name="pmid",
        title="PMID",
        values=lambda a: [a.ids.pmid],
        tags=("pmid", "uid"),
        kind=Kind.ID,
        weight=1.0,
    ),
    Field(name="pmcid", title="PMCID", values=lambda a: [a.ids.pmcid], tags=("pmcid", "pmc"), kind=Kind.ID),
    Field(name="doi", title="DOI", values=lambda a: [a.ids.doi], tags=("doi", "aid", "lid"), kind=Kind.ID),
)
"""Every field with words in it. The date is a number, and has a column of its own: `DATE_TAGS`."""

DATE_TAGS: Final = ("year", "date", "dp", "pdat")
"""What users call the date of publication; it is searched by range."""

GROUP_TAGS: Final = {"tiab": ("title", "abstract", "keyword"), "all": ()}
"""Tags that stand for several fields; none means every field with a weight."""

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
BY_TAG: Final = {tag: field for field in FIELDS for tag in field.tags}


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


def field_text(field: Field, article: Article) -> str:
    """Return an article's text in a field, its values apart from each other."""
    return GAP.join(value for value in field.values(article) if value)


def date_number(article: Article) -> int:
    """Return the date of publication as a number that sorts and ranges: 20230801, 0 where unknown."""
    return article.date.sort_key()
