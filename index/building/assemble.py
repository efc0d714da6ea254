"""Library -> segment and columns, in passes over runs of articles that the processes of a crew share.

    gather   articles become streams of numbers             a run at a time, in any process
    union    the numberings of all processes become one     in this process
    settle   runs get its numbers, and are inverted         a run at a time
    merge    postings of all runs become those of all       a stretch of terms at a time

What is written depends on the articles alone: not on the processes, nor on where runs and stretches begin.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from msgspec import msgpack

from crawler.article import Article
from index.building import plan, tasks
from index.building.columns import Spelled, join_columns
from index.building.gather import batched, run_path, shown
from index.building.merging import merge
from index.building.settle import owner_path, settle
from index.building.union import owned, united, united_units
from index.schema import ANALYZED, Kind
from index.segments.arrays import SUFFIX, load, save
from index.segments.lexicon import lexicon_arrays, lexicon_of
from index.segments.packing import SAMPLE, sample_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from index.building.crew import Crew
    from index.building.gather import RunReport
    from index.snapshot import Snapshot

R = TypeVar("R")

Progress = Callable[[int, int], None]
"""Told now and then how many articles are done, of how many."""

_GATHERED = 0.6
_SETTLED = 0.8
_ANALYZED = 10_000
_UNITS = "unit."


def assemble(
    snapshot: Snapshot, folder: Path, scratch: Path, crew: Crew, *, run_bytes: int, progress: Progress
) -> int:
    """Write segment and columns of a library to a folder; return the number of articles.

    Runs have about `run_bytes` of articles each; `scratch` is an empty folder for files that can be removed
    afterwards. Raises LibraryMoved, BuildFailed or OSError.
    """
    sizes = snapshot.sizes()
    total = len(sizes)

    def told(results: Iterable[R], of: int, first: float, last: float) -> Iterator[R]:
        for done, result in enumerate(results, 1):
            yield result
            progress(int(total * (first + (last - first) * done / of)), total)

    runs = plan.runs(sizes, run_bytes)
    sample = _sample(snapshot, total)
    cited = crew.beside(tasks.cite, snapshot.path, snapshot.revision, scratch, sample)
    every = [(snapshot.path, snapshot.revision, scratch, sample, run) for run in runs]
    gathered = crew.as_done(tasks.gather, every)
    reports = sorted(told(gathered, len(runs), 0, _GATHERED), key=lambda report: report.number)
    cited()
    # What the processes remember of words takes more memory than all the passes to come.
    crew.renew()
    has_columns = crew.beside(join_columns, snapshot.path, folder, scratch, _spelled(reports))
    terms = _unite(folder, scratch, crew, reports)
    places = plan.lay_out(folder, reports, sample)
    reports.clear()
    settled = crew.as_done(settle, [(folder, scratch, place) for place in places])
    peaks = list(told(settled, len(runs), _GATHERED, _SETTLED))
    stretches = plan.lay_out_postings(folder, scratch, places, peaks, terms)
    merged = crew.as_done(merge, [(folder, scratch, stretch) for stretch in stretches])
    for _ in told(merged, len(stretches), _SETTLED, 1):
        pass
    for kind in ANALYZED:
        plan.join_everywhere(folder, scratch, stretches, kind)
    has_columns()
    return total


def _sample(snapshot: Snapshot, total: int) -> bytes:
    """Return a sample of articles from all over the library, by which all are packed."""
    decode = msgpack.Decoder(Article).decode
    numbers = sorted({total * n // SAMPLE for n in range(SAMPLE)}) if total else []
    return sample_of(
        shown(decode(each)) for number in numbers for each in snapshot.articles(number, number + 1)
    )


def _spelled(reports: Sequence[RunReport]) -> Spelled:
    names = [name for name in reports[0].fresh if not name.startswith(_UNITS)]
    runs = [(report.number, report.owner) for report in reports]
    return Spelled(runs, {name: owned(reports, name) for name in names})


def _unite(folder: Path, scratch: Path, crew: Crew, reports: Sequence[RunReport]) -> dict[Kind, int]:
    """Write units, lexicons, and where the numbers of each owner went; return how many terms there are."""
    units, analyses = {}, {}
    for kind in ANALYZED:
        units[kind] = united(owned(reports, f"{_UNITS}{kind}"))
        slices = batched(units[kind].texts, _ANALYZED)
        analyses[kind] = crew.in_order(tasks.analyze, [(kind, each) for each in slices])
    # While others analyse, there is time for what is not analysed.
    units[Kind.ID] = united(owned(reports, f"{_UNITS}{Kind.ID}"))
    lexicons = {Kind.ID: lexicon_of({}, units[Kind.ID].texts)}
    for owner in {report.owner for report in reports}:
        save(
            owner_path(scratch, owner), {f"{_UNITS}{kind}": each.maps[owner] for kind, each in units.items()}
        )
    for kind, results in analyses.items():
        met = [(report.owner, load(run_path(scratch, report.number))[f"met.{kind}"]) for report in reports]
        table, lexicons[kind] = united_units(units[kind], list(results), met)
        save(folder / f"units-{kind}{SUFFIX}", table)
    for kind, lexicon in lexicons.items():
        save(folder / f"lexicon-{kind}{SUFFIX}", lexicon_arrays(lexicon))
    return {kind: len(lexicon) for kind, lexicon in lexicons.items()}
