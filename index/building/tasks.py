"""What each process of a build keeps from task to task while it gathers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from index.building.columns import citations_path
from index.building.gather import Gatherer
from index.building.unit_tables import analyzed
from index.segments.arrays import save
from index.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from index.building.gather import RunReport
    from index.building.unit_tables import UnitTable
    from index.schema import Kind

_OPEN: Final[list[tuple[Snapshot, Gatherer]]] = []
"""What this process gathers with, once it was asked for its first run."""


def gather(
    library: Path, revision: int, scratch: Path, sample: bytes, run: tuple[int, int, int]
) -> RunReport:
    """Gather a run, given by its number and its first article and the one after its last.

    Articles are packed by a sample, the same for all runs.

    Raises LibraryMoved if the library is at another revision, BuildFailed or OSError.
    """
    snapshot, gatherer = _open(library, revision, sample)
    number, start, end = run
    return gatherer.gather(scratch, number, start, snapshot.articles(start, end))


def cite(library: Path, revision: int, scratch: Path, sample: bytes) -> None:
    """Write which articles cite which to `citations_path`; takes what `gather` does, and raises the same."""
    snapshot, _ = _open(library, revision, sample)
    found = snapshot.citations()
    save(citations_path(scratch), {"citing": found.citing, "cited": found.cited})


def _open(library: Path, revision: int, sample: bytes) -> tuple[Snapshot, Gatherer]:
    if not _OPEN:
        _OPEN.append((Snapshot(library, revision=revision), Gatherer(sample)))
    return _OPEN[0]


def leave() -> None:
    """Close the library and forget what was gathered."""
    while _OPEN:
        snapshot, _ = _OPEN.pop()
        snapshot.close()


def analyze(kind: Kind, units: Sequence[str]) -> tuple[UnitTable, list[str]]:
    """Return the tokens of units, as `index.building.unit_tables.analyzed` does."""
    leave()
    return analyzed(kind, units)
