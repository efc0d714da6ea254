"""A generation of which some articles are here: what ranking, marking and explaining run on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from search.cluster.candidates import CandidateLookup, Candidates
from search.matching.execute import Index
from search.ranking.best_match import ENOUGH, Ranking

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.generations import Generation
    from index.schema import Kind
    from index.segments.columns import Columns
    from index.segments.forward import Forward
    from index.segments.latent import Latent
    from search.cluster.candidates import Whole
    from search.cluster.tables import Table, Wanted
    from search.deadline import Deadline
    from search.matching.looks import Looks
    from search.matching.numbers import Mask
    from search.query import Node
    from search.ranking.best_match import Ingredients, Ranked
    from search.ranking.priors import Priors


class Known(NamedTuple):
    """What is here of a whole generation."""

    generation: Generation
    whole: Whole
    tables: Mapping[Kind, Table]
    columns: Columns
    latent: Latent
    priors: Priors
    cited_by: NDArray[np.uint32]


class Narrowed:
    """A generation of which some articles are here; for the use of one request."""

    def __init__(
        self,
        known: Known,
        documents: Iterable[Mapping[str, Any]],
        counts: Mapping[Node, int],
        *,
        enough: int = ENOUGH,
        wanted: Wanted | None = None,
    ) -> None:
        """Take documents, and how many articles match each node that is asked for.

        Words are found of the terms that are wanted alone, if these are told.
        Where fewer than `enough` articles match, others follow: 0 where it is known that enough do.
        """
        self.generation = known.generation
        self.columns = known.columns
        self.cited_by = known.cited_by
        self.segment = Candidates(known.whole, known.tables, documents, wanted)
        self.index = Index(CandidateLookup(self.segment, counts), known.columns)
        self.ranking = CandidateRanking(self.index, known.latent, known.priors, enough)
        self._whole = known.whole

    @property
    def forward(self) -> Forward:
        """The tokens of the articles that are here."""
        return self.segment.forward

    @property
    def looks(self) -> Looks:
        """What looks typed words up."""
        return self._whole.looks


class CandidateRanking(Ranking):
    """Ranks candidates; how many are enough is known beforehand."""

    def __init__(self, index: Index, latent: Latent, priors: Priors, enough: int) -> None:
        super().__init__(index, latent, priors)
        self._enough = enough

    def ranked(
        self,
        tree: Node,
        masks: Sequence[Mask],
        deadline: Deadline,
        ingredients: Ingredients,
        *,
        enough: int | None = None,
    ) -> Ranked:
        """Return the hits of a tree among the candidates, in order."""
        enough = self._enough if enough is None else enough
        return super().ranked(tree, masks, deadline, ingredients, enough=enough)
