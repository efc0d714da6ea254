"""The one table of fields: where each takes its text, how it is analysed and weighted, what users call it.

Also the facets, and the Whoosh schema that follows from the table. What tags mean is in `index.tags`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import Final

from msgspec import Struct
from whoosh import fields
from whoosh.analysis import RegexTokenizer

from crawler.article import Article
from crawler.identity import normal_doi, normal_orcid, normal_pmcid, normal_pmid
from index import values
from index.analysis.analyzer import GAP, NameAnalyzer, TextAnalyzer
from index.analysis.folding import fold
from index.attributes import attributes, availability, key
from index.naming import keywords, vocabulary

VERSION: Final = 7
"""Goes up whenever a generation made before could not answer the queries made now."""

_ISSN: Final = re.compile(r"([0-9]{4})[-\u2010-\u2015]?([0-9]{3}[0-9xX])")


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

    `values` gives an article's values in order, of which empty ones are none. Of a field that is analysed no
    phrase reaches across two values; of an identifier each value is one term, whole and folded.
    `weight` is the field's share in the score of a word searched everywhere; 0 where such words pass it by.
    `normal` gives an identifier its one spelling, and nothing for what is none of its kind.
    """

    name: str
    title: str
    values: Callable[[Article], list[str]]
    tags: tuple[str, ...]
    kind: Kind = Kind.TEXT
    weight: float = 0.0
    normal: Callable[[str], str] = _as_it_is


class DateColumn(Struct, frozen=True, kw_only=True):
    """A date that is searched by range; `number` is an article's, like 20230801, or 0 where it has none."""

    name: str
    title: str
    tags: tuple[str, ...]
    number: Callable[[Article], int]


def plain(label: str) -> str:
    """Return a label folded: case, accents and white space do not tell it from another."""
    return " ".join(fold(label).split())


class FacetField(Struct, frozen=True, kw_only=True):
    """A facet: the labels of an article's values, and what makes two labels the same value.

    Of headings that are `in_trees` an article has all above its own, too, of those that any article has.
    """

    name: str
    title: str
    labels: Callable[[Article], list[str]]
    value: Callable[[str], str] = plain
    in_trees: bool = False


def normal_issn(text: str) -> str:
    """Return an ISSN with its hyphen, as in 1466-447X; nothing for what is none."""
    found = _ISSN.fullmatch(text.strip())
    return f"{found[1]}-{found[2]}".upper() if found else ""


def date_number(article: Article) -> int:
    """Return the date of publication as a number that sorts and ranges: 20230801, 0 where unknown."""
    return article.date.sort_key()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _text(
    name: str, title: str, of: Callable[[Article], list[str]], *tags: str, weight: float = 0.0
) -> Field:
    return Field(name=name, title=title, values=of, tags=(name, *tags), weight=weight)


def _name(
    name: str, title: str, of: Callable[[Article], list[str]], *tags: str, weight: float = 0.0
) -> Field:
    return Field(name=name, title=title, values=of, tags=(name, *tags), kind=Kind.NAME, weight=weight)


def _id(
    name: str,
    title: str,
    of: Callable[[Article], list[str]],
    *tags: str,
    normal: Callable[[str], str],
    weight: float = 0.0,
) -> Field:
    return Field(
        name=name, title=title, values=of, tags=(name, *tags), kind=Kind.ID, weight=weight, normal=normal
    )


def _keyword_value(label: str) -> str:
    """Return the value of a keyword by any of its names: "ALS" is "amyotrophic lateral sclerosis"."""
    return keywords.normal(vocabulary.load().keyword_label(label))


def _entities(name: str, title: str) -> FacetField:
    """Return a facet of `vocabulary.FACETS`: what an article is about, as its words tell."""
    return FacetField(name=name, title=title, labels=lambda a: vocabulary.load().labels(a, name))


FIELDS: Final = (
    _text("title", "title", values.title, "ti", weight=3.0),
    _text("abstract", "abstract", values.abstract, "ab", weight=1.0),
    _text("keyword", "keywords", values.keywords, "ot", "kw", "Other Term", weight=2.0),
    _text("mesh", "MeSH terms", values.mesh, "mh", "MeSH Terms", weight=1.5),
    _text("substance", "substances", values.substances, "Substance Name", weight=1.0),
    _text("caption", "figure captions", values.captions, weight=0.5),
    _name("author", "authors", values.authors, "au", "fau", "Author - Full", "Full Author Name", weight=1.5),
    _text("journal", "journal", values.journal, "ta", "jour", weight=0.5),
    _text("affiliation", "affiliations", values.affiliations, "ad"),
    _text("type", "publication type", lambda a: list(a.publication_types), "pt", "ptyp", "Publication Type"),
    _text("language", "language", values.language_names, "la", "lang"),
    _text("trial", "data bank numbers", values.trials, "si", "Secondary Source ID", weight=1.0),
    _text("gene", "gene symbols", lambda a: list(a.gene_symbols), "gs", "Gene Symbol", weight=1.0),
    _id("pmid", "PMID", lambda a: [a.ids.pmid], "uid", normal=normal_pmid, weight=1.0),
    _id("pmcid", "PMCID", lambda a: [a.ids.pmcid], "pmc", normal=normal_pmcid),
    _id("doi", "DOI", lambda a: [a.ids.doi], normal=normal_doi),
    _id("pii", "publisher's number", lambda a: [a.ids.pii], normal=_one_line),
    _name("fullname", "full names of authors, last name first", values.inverted_names),
    _name("first", "first author", values.first_author, "1au", "Author - First", "First Author Name"),
    _name("last", "last author", values.last_author, "lastau", "Author - Last", "Last Author Name"),
    _text("group", "groups among the authors", values.groups, "cn", "Author - Corporate", "Corporate Author"),
    _name("investigator", "investigators", values.investigators, "ir", "fir", "Full Investigator Name"),
    _id("orcid", "ORCID of an author", values.author_ids, "auid", "Author Identifier", normal=normal_orcid),
    _text("major", "MeSH major topics", values.major, "majr", "MeSH Major Topic"),
    _text("subheading", "MeSH subheadings", values.subheadings, "sh", "MeSH Subheading"),
    _text("supplement", "supplementary concepts", lambda a: list(a.supplemental_mesh)),
    _text("registry", "registry and EC numbers", values.registry_numbers, "rn", "EC/RN Number"),
    _text("grant", "grants and funding", values.grants, "gr", "Grants and Funding", "Grant Number"),
    _text("volume", "volume", lambda a: [a.volume], "vi"),
    _text("issue", "issue", lambda a: [a.issue], "ip"),
    _text("page", "first page", values.first_page, "pg", "Pagination"),
    _id("jid", "NLM's number of the journal", lambda a: [key(a.journal.nlm_id)], "NLM Unique ID", normal=key),
    _id(
        "issn",
        "ISSN of the journal",
        lambda a: [*map(normal_issn, a.journal.issns)],
        "is",
        normal=normal_issn,
    ),
    _text("place", "place of publication", lambda a: [a.journal.country], "pl", "Place of Publication"),
    _text("publisher", "publisher", lambda a: [a.journal.publisher], "pubn"),
    _text("conflict", "conflict of interest", values.conflicts, "cois", "Conflict of Interest Statements"),
    _text("vernacular", "title in its own language", values.vernacular, "tt", "Transliterated Title"),
    _text("reference", "reference list", values.references, "ref"),
    _id("has", "what an article has", attributes, normal=key),
)
"""Every field with words in it; the first tag of each is its name. Dates are numbers, in columns."""

DATE_COLUMNS: Final = (
    DateColumn(
        name="date",
        title="date of publication",
        tags=("dp", "year", "date", "pdat", "Date - Publication", "Publication Date"),
        number=date_number,
    ),
    DateColumn(
        name="printed",
        title="date in print",
        tags=("ppdat", "printed", "Print Publication Date"),
        number=lambda a: a.published.sort_key(),
    ),
    DateColumn(
        name="online",
        title="date online",
        tags=("epdat", "online", "Electronic Publication Date"),
        number=lambda a: a.electronic.sort_key(),
    ),
    DateColumn(
        name="entered",
        title="date of entry",
        tags=("edat", "entered", "Date - Entry", "Entry Date"),
        number=lambda a: a.entered.sort_key(),
    ),
    DateColumn(
        name="revised",
        title="date of the last change",
        tags=("lr", "revised", "Date - Modification", "Modification Date"),
        number=lambda a: a.revised.sort_key(),
    ),
)
"""The dates of an article. `search.query.Dates.column` names one; the first tag is PubMed's."""

FACETS: Final = (
    FacetField(
        name="keyword",
        title="Keyword",
        labels=lambda a: list(
            map(vocabulary.load().keyword_label, [*values.keywords(a), *(each.name for each in a.mesh)])
        ),
        value=_keyword_value,
    ),
    FacetField(
        name="mesh", title="MeSH heading", labels=lambda a: [each.name for each in a.mesh], in_trees=True
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
    _entities("gene", "Gene"),
    _entities("drug", "Drug"),
    _entities("biomarker", "Biomarker"),
    _entities("symptom", "Symptom"),
    _entities("procedure", "Procedure or therapy"),
    _entities("scale", "Scale or measure"),
    _entities("mechanism", "Mechanism"),
    FacetField(name="language", title="Language", labels=values.languages_read),
    FacetField(name="availability", title="Availability", labels=availability),
)
"""Facets in the order of the page."""

_VALUE_OF: Final = {facet.name: facet.value for facet in FACETS}


def facet_value(facet: str, label: str) -> str:
    """Return the value that a label has in a facet, given by its name: labels of one value count as one.

    Labels of keywords differ by more than case and accents: see `index.naming.keywords`, and a concept has
    many names.
    """
    return _VALUE_OF[facet](label)


BY_NAME: Final = {field.name: field for field in FIELDS}

EVERYWHERE: Final = tuple(field.name for field in FIELDS if field.weight)
"""The fields that a word without a field is looked for in; named, they are asked for, as by [all]."""


def whoosh_schema() -> fields.Schema:
    """Return the schema of a generation: the fields above, the date as a number, the article as stored."""
    analyzers = {Kind.TEXT: TextAnalyzer(), Kind.NAME: NameAnalyzer()}
    columns: dict[str, fields.FieldType] = {
        field.name: fields.ID(analyzer=RegexTokenizer(rf"[^{GAP}]+"), stored=False)
        if field.kind is Kind.ID
        else fields.TEXT(analyzer=analyzers[field.kind], phrase=True, chars=False, stored=False)
        for field in FIELDS
    }
    columns["date"] = fields.NUMERIC(int, stored=False)
    columns["article"] = fields.STORED()
    return fields.Schema(**columns)


def field_text(field: Field, article: Article) -> str:
    """Return an article's text in a field, its values apart from each other."""
    return GAP.join(filter(None, field.values(article)))
