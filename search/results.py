"""What is found: hits with their snippets, facets, notices, and the page they stand on."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct, structs

from crawler.article import Article, Markup
from search.request import SearchRequest


class Piece(Struct, frozen=True, gc=False):
    """A piece of text as safe markup, whole in itself, and whether it matches the query."""

    markup: Markup
    is_match: bool = False


class Snippet(Struct, frozen=True, gc=False):
    """A passage of an article, in pieces.

    `label` is that of its section ("RESULTS", "Figure 1", or none), or the title of its field ("MeSH terms").
    """

    label: str
    pieces: tuple[Piece, ...]


class Hit(Struct, frozen=True, kw_only=True, gc=False):
    """An article that was found. `article` comes without its references.

    `is_loose` says that not all words match: it follows those of which all do. `cited_by` is how many
    articles of the library cite it.
    """

    article: Article
    score: float
    title: tuple[Piece, ...]
    snippets: tuple[Snippet, ...]
    is_loose: bool = False
    cited_by: int = 0

    @property
    def key(self) -> str:
        """The key of the article."""
        return self.article.key


class FacetValue(Struct, frozen=True, gc=False):
    """A value of a facet: as the URL says it, as the reader sees it, in how many hits, and whether chosen."""

    value: str
    label: str
    count: int
    is_chosen: bool = False


class Facet(Struct, frozen=True, kw_only=True, gc=False):
    """The values of a facet over all hits, `distinct` in all: chosen ones first, then the most frequent.

    Each count is of hits that fit the query and the choices in all other facets. Years come newest first,
    chosen or not.
    """

    name: str
    title: str
    values: tuple[FacetValue, ...]
    distinct: int


class Counted(Struct, frozen=True, kw_only=True):
    """A facet by itself, over the `total` articles that a request finds in a generation.

    `is_partial` says that time ran out, so that there may be more than were counted.
    """

    generation: str
    total: int
    facet: Facet
    is_partial: bool = False


class NoticeKind(StrEnum):
    """What a notice is about."""

    IGNORED = "ignored"
    UNDERSTOOD = "understood"
    LIMITED = "limited"


class Notice(Struct, frozen=True):
    """How a part of the query was understood, where that is not plain to see: one sentence.

    `undo` is the query, whole, that is read otherwise; empty where there is nothing to undo.
    """

    kind: NoticeKind
    message: str
    undo: str = ""


class Added(Struct, frozen=True):
    """What a typed name was looked for as well: the concept's own name, and its others as one types them.

    `undo` is the query, whole, that looks for the name only as it was typed.
    """

    typed: str
    name: str
    names: tuple[str, ...]
    undo: str


class DidYouMean(Struct, frozen=True):
    """Another spelling of the query, whole, and which words of it are spelt otherwise: (typed, meant).

    `is_answered` says that nothing was found for the query as typed, so that the hits are those of this one.
    """

    query: str
    words: tuple[tuple[str, str], ...]
    is_answered: bool = False


class ResultPage(Struct, frozen=True, kw_only=True):
    """One page of hits, with the facets and the total over all of them.

    `generation` names the index that answered: the same request gives the same page for as long as it lives.
    `total` counts the articles that match; where few do, `loosened` counts those that follow because they
    match most of the words, or are about the same. `details` is what was searched, as a query that needs no
    mapping. `is_partial` says that time ran out, so that there may be more hits than were found.
    """

    request: SearchRequest
    generation: str
    articles: int
    total: int
    hits: tuple[Hit, ...]
    facets: tuple[Facet, ...]
    notices: tuple[Notice, ...]
    is_partial: bool = False
    loosened: int = 0
    details: str = ""
    added: tuple[Added, ...] = ()
    did_you_mean: DidYouMean | None = None

    @property
    def searched(self) -> SearchRequest:
        """The request that the hits answer: with the query that was meant, where that is answered."""
        meant = self.did_you_mean
        return (
            structs.replace(self.request, query=meant.query) if meant and meant.is_answered else self.request
        )

    @property
    def pages(self) -> int:
        """How many pages there are: none without hits."""
        return -(-(self.total + self.loosened) // self.request.size)

    @property
    def first(self) -> int:
        """The place of the first hit on this page, counted from 1; 0 where the page is empty."""
        return (self.request.page - 1) * self.request.size + 1 if self.hits else 0

    @property
    def last(self) -> int:
        """The place of the last hit on this page; 0 where the page is empty."""
        return self.first + len(self.hits) - 1 if self.hits else 0
