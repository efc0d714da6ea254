"""Our own search over a collection: the product's own library, index and ranking."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from crawler.keeping.library import FILE_NAME, Library
from crawler.outcome import Parsed
from index import generations
from index.build import build
from index.naming import vocabulary
from index.segments import latent
from index.segments.columns import read_columns
from index.segments.segment import Segment
from index.settings import IndexSettings
from search.deadline import Deadline
from search.evaluation.collections import DOI_PREFIX, article_of
from search.language.language import understand
from search.language.mapping import mapped
from search.matching.execute import Index
from search.matching.lookup import Lookup
from search.ranking.best_match import Ingredients, Ranking
from search.ranking.priors import Priors

if TYPE_CHECKING:
    from pathlib import Path

    from search.evaluation.collections import Collection

_BATCH: Final = 500
_NO_HURRY: Final = 60.0
_SOURCE: Final = "collection"


class Ours:
    """A generation, asked for rankings as deep as wanted."""

    def __init__(self, folder: Path) -> None:
        """Open the generation in a folder."""
        self.segment = Segment(folder)
        self.columns = read_columns(folder)
        self._ranking = Ranking(
            Index(Lookup(self.segment), self.columns), latent.read(folder), Priors(self.columns)
        )

    def ask(
        self, query: str, depth: int, ingredients: Ingredients | None = None, *, is_mapped: bool = True
    ) -> list[tuple[str, float]]:
        """Return the keys of the best articles with their scores, the best first.

        A ranking that is wanted to a depth loosens the query where fewer articles than that match all words,
        as a results page does where fewer match than it holds.
        """
        understood = understand(query)
        tree = understood.tree
        if is_mapped:
            tree = mapped(understood, vocabulary.load()).tree
        deadline = Deadline(time.monotonic, _NO_HURRY)
        ranked = self._ranking.ranked(tree, (), deadline, ingredients or Ingredients(), enough=depth)
        numbers, scores = ranked.page(0, depth)
        return [
            (self.columns.keys[number], score)
            for number, score in zip(numbers.tolist(), scores.tolist(), strict=True)
        ]


def indexed(collection: Collection, folder: Path) -> Ours:
    """Return our search over the documents of a collection, after building it in an empty folder."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    library = Library(folder / FILE_NAME, identity=f"collection {collection.name}")
    try:
        for start in range(0, len(collection.documents), _BATCH):
            documents = collection.documents[start : start + _BATCH]
            outcomes = [Parsed(article=article_of(each), format=_SOURCE, raw=b"") for each in documents]
            library.take(outcomes, source=_SOURCE, now=now)
        build(library, folder / "index", IndexSettings(), now=now, progress=lambda _done, _total: None)
    finally:
        library.close()
    return Ours(generations.live(folder / "index").folder)


def document_of(key: str) -> str:
    """Return the id of the document whose article has a key."""
    return key.removeprefix(DOI_PREFIX)
