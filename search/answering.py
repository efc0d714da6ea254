"""What an engine asks of a generation, wherever that lies: in files of this machine, or in a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from index.generations import Generation
    from index.segments.suggestions import Suggestions
    from search.cache import Cache
    from search.deadline import Deadline
    from search.explain import Explanation
    from search.hits import Found
    from search.opened import Kept
    from search.query import Node
    from search.request import SearchRequest
    from search.results import Facet, Hit
    from search.suggesting.spelling import Spelling
    from search.trends import Trend


class Answering(Protocol):
    """A generation that is open. May be shared by threads; each method raises EngineDown."""

    @property
    def generation(self) -> Generation:
        """The generation."""

    @property
    def articles(self) -> int:
        """How many articles it has."""

    @property
    def pages(self) -> Cache[Kept]:
        """The pages that are kept of it."""

    @property
    def spelling(self) -> Spelling:
        """What corrects queries."""

    @property
    def suggestions(self) -> Suggestions:
        """What can be suggested."""

    @property
    def headings(self) -> frozenset[str]:
        """The MeSH headings that its articles have, and all above these."""

    def is_found(self, node: Node, deadline: Deadline) -> bool:
        """Say whether any article matches a node."""

    def answer(
        self, tree: Node, request: SearchRequest, window: tuple[int, int], deadline: Deadline
    ) -> tuple[Found, tuple[Hit, ...], tuple[Facet, ...]]:
        """Return what a tree finds, its hits from a place on (counted from 0), so many, and every facet."""

    def facet(
        self, tree: Node, request: SearchRequest, name: str, typed: str, size: int, deadline: Deadline
    ) -> tuple[int, Facet]:
        """Return how many a tree finds, and the values of a facet with a word that starts as typed."""

    def explain(self, tree: Node, request: SearchRequest, key: str, deadline: Deadline) -> Explanation:
        """Return how the article with a key came to its place."""

    def keys(self, tree: Node, request: SearchRequest, deadline: Deadline) -> tuple[str, ...]:
        """Return the keys of all articles that match, in order."""

    def trend(self, tree: Node, request: SearchRequest, deadline: Deadline) -> Trend:
        """Return how many articles of a request are of each year."""

    def years(self) -> dict[int, int]:
        """Return how many articles are of each year."""

    def similar(self, key: str, limit: int, deadline: Deadline) -> tuple[Hit, ...]:
        """Return the articles most like the one with a key, none marked; none of one that it lacks."""


class Store(Protocol):
    """Where generations are kept, each opened when it is first asked for. May be shared by threads."""

    def live(self, deadline: Deadline) -> Answering:
        """Return the generation in use, opened; raises EngineDown."""

    def named(self, name: str, deadline: Deadline) -> Answering:
        """Return a generation by its name, opened; raises GenerationGone, EngineDown."""
