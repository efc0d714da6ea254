"""What the API answers. These types are its contract: members are added, and none is renamed or taken away.

Text with markup is plain text in which &, < and > are escaped, and no tags but i, b, u, sub and sup.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from crawler.article import (
    Abstract,
    Author,
    Correction,
    DataBank,
    Figure,
    Grant,
    Ids,
    Journal,
    Keyword,
    MeshHeading,
    Substance,
)
from index.segments.suggestions import EntryKind
from search.ranking.best_match import Ingredient
from search.results import NoticeKind

Pieces = Annotated[
    tuple[tuple[str, bool], ...],
    Meta(description="A text in pieces: each as plain text, and whether it matches the query."),
]
Address = Annotated[str, Meta(description="An address, relative to that of the answer.")]
Day = Annotated[str, Meta(description="As precise as it is known: 2023-08-07, 2023-08, 2023, or empty.")]


class Links(Struct, frozen=True, omit_defaults=True):
    """Where this answer, those before and after it, and the same for people are found."""

    self: Address
    html: Address = ""
    prev: Address = ""
    next: Address = ""


class Passage(Struct, frozen=True):
    """A passage of an article, with the label of its section."""

    label: str
    pieces: Pieces


class Brief(Struct, frozen=True, kw_only=True):
    """An article in brief: how it is known, who wrote it, where and when it was published.

    `key` is its PMID, else its PMCID, else its DOI. `is_sample` marks an invented record.
    """

    key: str
    ids: Ids
    title: Annotated[str, Meta(description="As plain text.")]
    authors: tuple[str, ...]
    journal: str
    date: Day
    types: tuple[str, ...]
    is_retracted: bool
    is_preprint: bool
    is_sample: bool
    links: Links


class Hit(Struct, frozen=True, kw_only=True):
    """An article that was found, why, and how often articles of the library cite it.

    `is_loose` says that not all words match: it follows those of which all do.
    """

    article: Brief
    score: float
    title: Pieces
    snippets: tuple[Passage, ...]
    is_loose: bool
    cited_by: int


class Value(Struct, frozen=True):
    """A value of a facet: as a parameter takes it, as people read it, in how many hits, whether chosen."""

    value: str
    label: str
    count: int
    is_chosen: bool


class Facet(Struct, frozen=True, kw_only=True):
    """A facet: its name is that of the parameter; `distinct` is how many values there are in all."""

    name: str
    title: str
    distinct: int
    values: tuple[Value, ...]


class Notice(Struct, frozen=True):
    """How a part of the query was understood; `undo` is the query that is read otherwise, or empty."""

    kind: NoticeKind
    message: str
    undo: str


class Added(Struct, frozen=True):
    """Names that a typed one was looked for as well; `undo` is the query without them."""

    typed: str
    name: str
    names: tuple[str, ...]
    undo: str


class DidYouMean(Struct, frozen=True):
    """Another spelling of the query, and which words differ: (typed, meant).

    `is_answered` says that nothing was found as typed, and that the hits are those of this query.
    """

    query: str
    words: tuple[tuple[str, str], ...]
    is_answered: bool


class Understood(Struct, frozen=True, kw_only=True):
    """What was asked, what was searched in full, and what was added, passed over or may be misspelt."""

    query: str
    details: str
    added: tuple[Added, ...]
    notices: tuple[Notice, ...]
    did_you_mean: DidYouMean | None


class SearchAnswer(Struct, frozen=True, kw_only=True):
    """A page of hits. `total` articles match; `loosened` more follow that match in part.

    `is_partial` says that time ran out. `next_cursor` goes on to the last hit, in this generation of the
    index and no other; it is empty at the end.
    """

    generation: str
    articles: int
    query: Understood
    total: int
    loosened: int
    is_partial: bool
    page: int
    size: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    next_cursor: str
    links: Links


class FacetAnswer(Struct, frozen=True, kw_only=True):
    """The values of one facet, over the articles that a search finds."""

    generation: str
    total: int
    is_partial: bool
    facet: Facet
    links: Links


class YearCount(Struct, frozen=True):
    """How many articles were published in a year."""

    year: int
    count: int


class Series(Struct, frozen=True, kw_only=True):
    """Counts by year, the earliest first: of a whole search, or of those with one value of a facet.

    `total` counts those without a year, too.
    """

    query: str
    value: str
    label: str
    total: int
    years: tuple[YearCount, ...]


class TrendsAnswer(Struct, frozen=True, kw_only=True):
    """How many articles of a search were published each year; those of others, and with each value asked for.

    `articles` are all of the library, to which a share may be taken.
    """

    generation: str
    total: int
    is_partial: bool
    whole: Series
    series: tuple[Series, ...]
    articles: tuple[YearCount, ...]
    links: Links


class Suggestion(Struct, frozen=True):
    """What is typed may become this: a text, what it is, in how many articles, the query that finds it."""

    text: str
    kind: EntryKind
    count: int
    query: str
    name: str


class SuggestAnswer(Struct, frozen=True, kw_only=True):
    """What is typed may become one of these, the best first."""

    generation: str
    suggestions: tuple[Suggestion, ...]
    links: Links


class ArticleAnswer(Struct, frozen=True, kw_only=True):
    """An article with what is known of it; its references and what cites it have answers of their own.

    `title`, abstracts, captions and the statement of interests are text with markup.
    """

    generation: str
    article: Brief
    title: str
    vernacular_title: str
    abstracts: tuple[Abstract, ...]
    authors: tuple[Author, ...]
    journal: Journal
    volume: str
    issue: str
    pages: str
    published: Day
    electronic: Day
    revised: Day
    languages: tuple[str, ...]
    keywords: tuple[Keyword, ...]
    mesh: tuple[MeshHeading, ...]
    substances: tuple[Substance, ...]
    grants: tuple[Grant, ...]
    data_banks: tuple[DataBank, ...]
    conflict_of_interest: str
    figures: tuple[Figure, ...]
    corrections: tuple[Correction, ...]
    references: Annotated[int, Meta(description="How many references are held.")]
    cited_by: Annotated[int, Meta(description="How many articles of the library cite it.")]
    links: Links


class Cited(Struct, frozen=True, kw_only=True):
    """An entry of a reference list, as printed, with its ids, and the key of the article if it is held."""

    number: int
    text: str
    pmid: str
    pmcid: str
    doi: str
    key: str
    is_retracted: bool


class ReferencesAnswer(Struct, frozen=True, kw_only=True):
    """A page of the reference list of an article, in its order, `total` in all."""

    generation: str
    total: int
    page: int
    size: int
    references: tuple[Cited, ...]
    links: Links


class CitedByAnswer(Struct, frozen=True, kw_only=True):
    """A page of the articles that cite one, the newest first, `total` in all."""

    generation: str
    total: int
    page: int
    size: int
    articles: tuple[Brief, ...]
    links: Links


class Alike(Struct, frozen=True):
    """An article like another, and how much: scores of one answer compare, those of two do not."""

    article: Brief
    score: float


class SimilarAnswer(Struct, frozen=True, kw_only=True):
    """The articles most like one, the most similar first."""

    generation: str
    similar: tuple[Alike, ...]
    links: Links


class Place(Struct, frozen=True):
    """A field in which a part of a query stands, and how often; 0 where that was not counted."""

    field: str
    times: int


class Part(Struct, frozen=True, kw_only=True):
    """A part of a query, the names of it that the article has, where, and what it is worth (BM25F).

    `weights` are what a match by each name counts of one as typed, less where the name is rarer.
    `articles` have it in the whole index, and `rarity` is what that says (idf).
    """

    written: str
    found: tuple[str, ...]
    weights: tuple[float, ...]
    places: tuple[Place, ...]
    articles: int
    rarity: float
    score: float


class Change(Struct, frozen=True):
    """What the score was once an ingredient had come in, and the best score of all articles then."""

    ingredient: Ingredient
    score: float
    best: float


class Meaning(Struct, frozen=True, kw_only=True):
    """What an article scores by words and meaning: words * (1 - weight) + nearness * weight.

    `coverage` is the share of what is rare in the query that the article with most of it has; `agreement` how
    far words and meaning find the same. Meaning counts most where the first is low and the second is high.
    """

    weight: float
    words: float
    nearness: float
    coverage: float
    agreement: float


class Prior(Struct, frozen=True):
    """What speaks for an article whatever is asked: a factor of (1 + recent + strong + cited) * sunk."""

    recent: float
    strong: float
    cited: float
    sunk: Annotated[float, Meta(description="Less than 1 for what was retracted.")]


class ExplainAnswer(Struct, frozen=True, kw_only=True):
    """How an article came to its place among the hits of a search.

    `place` counts from 1; 0 is no hit, or one after the first thousand. The scores of `parts` sum up to that
    after the words; the last of `changes` is the score of the hit. Only the order by relevance has scores.
    """

    generation: str
    key: str
    is_hit: bool
    is_loose: bool
    place: int
    score: float
    parts: tuple[Part, ...]
    changes: tuple[Change, ...]
    meaning: Meaning | None
    prior: Prior | None
    links: Links


class StatusAnswer(Struct, frozen=True, kw_only=True):
    """What the library and the index hold, and how fresh that is; times are ISO 8601, UTC."""

    generation: str
    articles: Annotated[int, Meta(description="Articles that can be found.")]
    built: str
    updated: Annotated[str, Meta(description="When something was last read into what is indexed.")]
    held: Annotated[int, Meta(description="Articles in the library.")]
    samples: Annotated[int, Meta(description="How many of those are invented.")]
    references: int
    links: Links
