"""What ranking, marking and explaining run on: a generation that is open, or some articles of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.columns import Columns
    from index.forward import Forward
    from index.generations import Generation
    from search.best_match import Ranking
    from search.execute import Index
    from search.indexed import Indexed
    from search.looks import Looks


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
