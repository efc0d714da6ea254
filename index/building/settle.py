"""The third pass of a build: a run gets the numbers of the union, fills the forward files, and is inverted.

The inverted run is a scratch file with the postings of all fields; `merging` makes one of all runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from index.building.gather import run_path
from index.building.invert import Inverted, invert, invert_ids
from index.schema import ANALYZED, FIELDS, Kind
from index.segments.arrays import SUFFIX, Writing, load, save
from index.segments.forward import Units, is_streamed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from index.segments.arrays import Array


class RunPlace(Struct, frozen=True, kw_only=True):
    """Where a run belongs: its articles in the segment, and its units and far ones in each forward file.

    `owner` says whose numberings it uses; `stored` is where its articles start among the bytes of all.
    """

    number: int
    start: int
    owner: str
    units: dict[str, int]
    far: dict[str, int]
    stored: int


class Peaks(Struct, frozen=True):
    """The highest numbers of a field in a run, and how many postings, places and further places it has."""

    frequency: int
    place: int
    more: int
    postings: int
    places: int
    furthers: int


def settle(folder: Path, scratch: Path, run: RunPlace) -> dict[str, Peaks]:
    """Put a run into the forward files and write its postings; raises OSError or BuildFailed."""
    arrays = load(run_path(scratch, run.number))
    maps = load(owner_path(scratch, run.owner))
    tables = {kind: Units(load(folder / f"units-{kind}{SUFFIX}")) for kind in ANALYZED}
    inverted: dict[str, Array] = {}
    peaks: dict[str, Peaks] = {}
    for field in FIELDS:
        stream = {
            part: arrays[f"{field.name}.{part}"] for part in ("counts", "units", "gaps", "far_at", "far")
        }
        stream["units"] = maps[f"unit.{field.kind}"][stream["units"]]
        if is_streamed(field):
            _put_stream(folder, field.name, stream, run)
        if field.kind is Kind.ID:
            postings = invert_ids(stream["counts"], stream["units"])
        else:
            postings = invert(tables[field.kind], stream)
        peaks[field.name] = _peaks(postings)
        for part in Inverted.__struct_fields__:
            inverted[f"{field.name}.{part}"] = getattr(postings, part)
    save(inverted_path(scratch, run.number), inverted)
    with Writing(folder / f"stored{SUFFIX}") as file:
        file.put("starts", run.start + 1, run.stored + np.cumsum(arrays["stored_lengths"], dtype=np.int64))
        file.put("content", run.stored, arrays["stored"])
    return peaks


def inverted_path(scratch: Path, number: int) -> Path:
    """Return the file of an inverted run."""
    return scratch / f"inverted-{number:05}{SUFFIX}"


def owner_path(scratch: Path, owner: str) -> Path:
    """Return the file that says where the numbers of an owner are in the union."""
    return scratch / f"owner-{owner}{SUFFIX}"


def _put_stream(folder: Path, field: str, stream: Mapping[str, Array], run: RunPlace) -> None:
    units, far = run.units[field], run.far[field]
    with Writing(folder / f"forward-{field}{SUFFIX}") as file:
        file.put("starts", run.start + 1, units + np.cumsum(stream["counts"], dtype=np.int64))
        file.put("units", units, stream["units"])
        file.put("gaps", units, stream["gaps"])
        file.put("far_at", far, units + stream["far_at"].astype(np.int64))
        file.put("far", far, stream["far"])


def _peaks(postings: Inverted) -> Peaks:
    return Peaks(
        frequency=int(postings.frequencies.max(initial=0)),
        place=int(postings.places.max(initial=0)),
        more=int(postings.more.max(initial=0)),
        postings=len(postings.articles),
        places=len(postings.places),
        furthers=len(postings.more),
    )
