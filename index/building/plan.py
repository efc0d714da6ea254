"""The sizes of all that a build writes, settled before it is written, so that processes share files."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from index.building.merging import Stretch, everywhere_path, inverted_of
from index.building.settle import RunPlace, inverted_path
from index.schema import FIELDS, Kind
from index.segments.arrays import SUFFIX, Writing, create, load, smallest
from index.segments.forward import is_streamed
from index.segments.postings import rows_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.building.gather import RunReport
    from index.building.settle import Peaks

_SHARES: Final = 4
"""A run is at most this part of what was left before it."""

_SMALLER: Final = 4
"""A run is at least this part of the largest."""

_STRETCH: Final = 2_000_000
"""How many postings and places are merged in one task, if no single term has more."""


def runs(sizes: NDArray[np.int64], run_bytes: int) -> list[tuple[int, int, int]]:
    """Return runs as their number, first article and the one after the last, of about so many bytes each.

    The last ones are smaller, so that processes that take one after the other end at about the same time.
    """
    ends = np.cumsum(sizes)
    total = int(sizes.sum())
    borders, at = [], 0
    while at < total:
        borders.append(at)
        at += max(1, min(run_bytes, max(run_bytes // _SMALLER, (total - at) // _SHARES)))
    starts = sorted({*np.searchsorted(ends, borders, side="right").tolist(), len(sizes)})
    return [(number, start, end) for number, (start, end) in enumerate(pairwise(starts))]


def lay_out(folder: Path, reports: Sequence[RunReport], sample: bytes) -> list[RunPlace]:
    """Make the files that are filled run by run, and return where each run belongs in them.

    The sample by which articles are packed goes in with them.
    """
    articles = sum(report.articles for report in reports)
    units: dict[str, list[int]] = {}
    far: dict[str, list[int]] = {}
    for field in FIELDS:
        units[field.name], far[field.name] = (
            list(accumulate((report.sizes[field.name][which] for report in reports), initial=0))
            for which in (0, 1)
        )
        if is_streamed(field):
            layout = {
                "starts": (np.uint32, articles + 1),
                "units": (np.uint32, units[field.name][-1]),
                "gaps": (np.uint8, units[field.name][-1]),
                "far_at": (np.uint32, far[field.name][-1]),
                "far": (np.uint32, far[field.name][-1]),
            }
            create(folder / f"forward-{field.name}{SUFFIX}", layout)
    stored = list(accumulate((report.stored for report in reports), initial=0))
    path = folder / f"stored{SUFFIX}"
    create(
        path,
        {
            "starts": (np.int64, articles + 1),
            "sample": (np.uint8, len(sample)),
            "content": (np.uint8, stored[-1]),
        },
    )
    with Writing(path) as file:
        file.put("sample", 0, np.frombuffer(sample, np.uint8))
    return [
        RunPlace(
            number=report.number,
            start=report.start,
            owner=report.owner,
            units={name: bases[place] for name, bases in units.items()},
            far={name: bases[place] for name, bases in far.items()},
            stored=stored[place],
        )
        for place, report in enumerate(reports)
    ]


def lay_out_postings(
    folder: Path,
    scratch: Path,
    runs: Sequence[RunPlace],
    peaks: Sequence[Mapping[str, Peaks]],
    terms: Mapping[Kind, int],
) -> list[Stretch]:
    """Make the files of postings, with which rows each term has; return what is left to merge into them."""
    loaded = [load(inverted_path(scratch, run.number)) for run in runs]
    work = {kind: np.zeros(size, np.int64) for kind, size in terms.items()}
    averages: dict[str, float] = {}
    for field in FIELDS:
        of_field = [inverted_of(arrays, field.name) for arrays in loaded]
        counts, places = np.zeros(terms[field.kind], np.int64), np.zeros(terms[field.kind], np.int64)
        for run in of_field:
            counts[run.terms] += np.diff(run.starts)
            places[run.terms] += np.diff(run.place_starts)
        work[field.kind] += counts + places
        lengths = np.concatenate([run.lengths for run in of_field])
        averages[field.name] = float(lengths.sum(dtype=np.int64)) / max(1, len(lengths))
        numbers, offsets, place_offsets = rows_of(counts, places)
        of_peaks = [each[field.name] for each in peaks]
        path = folder / f"field-{field.name}{SUFFIX}"
        create(
            path,
            {
                "numbers": (np.uint32, len(numbers)),
                "offsets": (np.uint32, len(offsets)),
                "place_offsets": (np.uint32, len(place_offsets)),
                "lengths": (np.uint32, len(lengths)),
                "articles": (np.uint32, sum(each.postings for each in of_peaks)),
                "frequencies": (
                    smallest(max(each.frequency for each in of_peaks)),
                    sum(each.postings for each in of_peaks),
                ),
                "more_at": (np.uint32, sum(each.furthers for each in of_peaks)),
                "more": (
                    smallest(max(each.more for each in of_peaks)),
                    sum(each.furthers for each in of_peaks),
                ),
                "places": (
                    np.result_type(smallest(max(each.place for each in of_peaks)), np.uint16),
                    sum(each.places for each in of_peaks),
                ),
                "forms": (np.uint8, sum(each.places for each in of_peaks)),
            },
        )
        with Writing(path) as file:
            file.put("numbers", 0, numbers)
            file.put("offsets", 0, offsets)
            file.put("place_offsets", 0, place_offsets)
            file.put("lengths", 0, lengths)
    starts = tuple((run.number, run.start) for run in runs)
    stretches = [(kind, first, end) for kind, each in work.items() for first, end in pairwise(_cuts(each))]
    return [
        Stretch(number=number, kind=kind, first=first, end=end, runs=starts, averages=averages)
        for number, (kind, first, end) in enumerate(stretches)
    ]


def _cuts(work: NDArray[np.int64]) -> list[int]:
    """Return where stretches of terms begin, and the end, so that each is about as much work."""
    done = np.cumsum(work)
    total = int(done[-1]) if len(done) else 0
    inner = np.searchsorted(done, np.arange(_STRETCH, total, _STRETCH)).tolist()
    return sorted({0, *inner, len(work)})


def join_everywhere(folder: Path, scratch: Path, stretches: Sequence[Stretch], kind: Kind) -> None:
    """Write the list of all fields of a kind, from those of all stretches."""
    parts = [load(everywhere_path(scratch, each.number)) for each in stretches if each.kind is kind]
    numbers, offsets = rows_of(np.concatenate([np.empty(0, np.int64), *(part["counts"] for part in parts)]))
    size = sum(len(part["articles"]) for part in parts)
    path = folder / f"everywhere-{kind}{SUFFIX}"
    create(
        path,
        {
            "numbers": (np.uint32, len(numbers)),
            "offsets": (np.uint32, len(offsets)),
            "articles": (np.uint32, size),
            "weights": (np.float16, size),
        },
    )
    with Writing(path) as file:
        file.put("numbers", 0, numbers)
        file.put("offsets", 0, offsets)
        at = 0
        for part in parts:
            file.put("articles", at, part["articles"])
            file.put("weights", at, part["weights"])
            at += len(part["articles"])
