"""What was measured, as it is kept between runs."""

from __future__ import annotations

from msgspec import Struct, field

from tests.benchmarks.asking import Answered, Opened
from tests.benchmarks.building import Built
from tests.benchmarks.clustering import Clustered
from tests.benchmarks.serving import Served


class Measured(Struct):
    """All of one size."""

    builds: list[Built] = field(default_factory=list)
    answers: list[Answered] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)
    served: Served | None = None
    clustered: Clustered | None = None

    @property
    def articles(self) -> int:
        """How many articles there are."""
        return self.builds[0].articles if self.builds else 0


class Results(Struct):
    """The machine, and all sizes by the names of their folders."""

    machine: dict[str, str]
    sizes: dict[str, Measured]
