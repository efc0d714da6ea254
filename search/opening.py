"""What ranking, marking and explaining run on: a generation that is open, or some articles of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.generations import Generation
    from index.segments.columns import Columns
    from index.segments.forward import Forward
    from search.matching.execute import Index
    from search.matching.indexed import Indexed
    from search.matching.looks import Looks
    from search.ranking.best_match import Ranking


class Opening(Protocol):
    """A generation, or some of its articles under the numbers that they have in it. See `search.opened`."""

    @property
    def generation(self) -> Generation:
        """The generation."""

    @property
    def segment(self) -> Indexed:
        """The words of the articles."""

    @property
    def columns(self) -> Columns:
        """The columns of all articles."""

    @property
    def index(self) -> Index:
        """What trees are executed on."""

    @property
    def ranking(self) -> Ranking:
        """What puts matches in order."""

    @property
    def forward(self) -> Forward:
        """The tokens of each article, in order."""

    @property
    def looks(self) -> Looks:
        """What looks typed words up."""

    @property
    def cited_by(self) -> NDArray[np.uint32]:
        """How many articles cite each."""
