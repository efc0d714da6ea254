"""What a site asks of the articles it shows, wherever they lie: in the library's file, or in a cluster."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.article import Article
    from crawler.keeping.library import Counts, Held


class Articles(Protocol):
    """The articles. May be shared by threads; each method raises LibraryError."""

    @property
    def revision(self) -> int:
        """A number that is another one whenever an article has changed."""

    def updated(self) -> str:
        """Return when something was last read, an ISO 8601 time; nothing where nothing ever was."""

    def counts(self) -> Counts:
        """Return how much is held."""

    def formats(self) -> dict[str, int]:
        """Return how many articles have a reading in each format, by its name."""

    def article(self, key: str) -> Article | None:
        """Return the article with this PMID, PMCID or DOI (any case), or None."""

    def several(self, keys: Iterable[str]) -> Iterator[Article]:
        """Yield the articles with these PMIDs, PMCIDs or DOIs (any case), in order, without those missing."""

    def keys(self, *, first: int, limit: int) -> list[str]:
        """Return the keys of all articles but samples, in order, from a place on; `limit` of them at most."""

    def held(self, keys: Iterable[str]) -> dict[str, Held]:
        """Return which of these PMIDs, PMCIDs and DOIs (any case) are held, by the key that was asked for."""

    def matched(self, article: Article) -> dict[int, Held]:
        """Return which references without an id were matched to a held article, by their place from 0."""

    def citing(self, article: Article, *, limit: int, first: int = 0) -> tuple[int, list[Article]]:
        """Return how many articles cite this one, and from the place `first` on at most `limit` of them.

        The newest come first.
        """
