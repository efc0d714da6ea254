"""The columns of all runs become those of the segment, beside the passes that make its postings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from index.building.gather import run_path
from index.building.union import united
from index.naming import mesh
from index.segments.arrays import SUFFIX, load
from index.segments.column_write import RunColumns, write_columns
from index.snapshot import Citations

if TYPE_CHECKING:
    from pathlib import Path


class Spelled(Struct, frozen=True):
    """The runs in order, each by its number and owner; and of each numbering, what every owner numbered."""

    runs: Sequence[tuple[int, str]]
    texts: Mapping[str, Mapping[str, Sequence[str]]]


def join_columns(library: Path, folder: Path, scratch: Path, spelled: Spelled) -> None:
    """Write the columns of all runs, and which articles cite which; raises OSError."""
    citations = Citations(**load(citations_path(scratch)))
    texts = {name: united(each) for name, each in spelled.texts.items()}
    runs = [
        RunColumns(load(run_path(scratch, number)), {name: each.maps[owner] for name, each in texts.items()})
        for number, owner in spelled.runs
    ]
    write_columns(
        folder, runs, {name: each.texts for name, each in texts.items()}, citations, mesh.load(library.parent)
    )


def citations_path(scratch: Path) -> Path:
    """Return the file of which articles cite which."""
    return scratch / f"citations{SUFFIX}"
