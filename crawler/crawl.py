"""The jobs: source -> parser -> library, each with a report. What cannot be read is kept, counted and named.

A job of a source that has a cursor goes on where it stopped: the library keeps the cursor with the records.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from crawler.ahead import ahead
from crawler.errors import Blocked, ParseError, SourceError
from crawler.keeping.library import Tally
from crawler.keeping.packed import Packed
from crawler.outcome import Deleted, Unparsed
from crawler.parsing import Parsing
from crawler.sources import files

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
    from pathlib import Path

    from crawler.keeping.library import Library
    from crawler.keeping.packed import Taken
    from crawler.sources.batch import Batch

Progress = Callable[[int, int], None]
"""Told how far the job is, and how far it goes."""

WHOLE_FILE: Final = "the file"
"""What a failure names as its record where it is not one record that failed."""

_MOST: Final = 2000
_LARGEST: Final = 1 << 24
_AHEAD: Final = 2
"""How many batches are read while one is taken in: the library waits for the disk now and then."""


class Problem(Struct, frozen=True):
    """What went wrong: where, and why."""

    where: str
    reason: str


class Report(Struct, kw_only=True):
    """What crawls did to the library, by source, and what went wrong."""

    sources: dict[str, Tally] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def tally(self, source: str) -> Tally:
        """Return the counts of a source, to add to."""
        return self.sources.setdefault(source, Tally())

    def note(self, where: str, outcomes: Iterable[Taken]) -> None:
        """Name what could not be read among outcomes."""
        for each in outcomes:
            if isinstance(each, Unparsed):
                place = where if each.record == WHOLE_FILE else f"{where}, {each.record}"
                self.problems.append(Problem(place, each.reason))


def crawl_files(
    library: Library,
    paths: Iterable[Path],
    *,
    now: str,
    progress: Progress,
    report: Report | None = None,
    processes: int = 1,
) -> Report:
    """Read files and folders into the library; a broken file never keeps the others from being read.

    What was whole in a broken file is taken in, too. `progress` counts files. Large files of PubMed's XML are
    parsed in so many `processes`, beside this one; 1 is none.
    """
    report = report or Report()
    found = []
    for path in paths:
        try:
            found += files.discover([path])
        except ParseError as error:
            report.problems.append(Problem(str(path), str(error)))
    found = list(dict.fromkeys(found))
    progress(0, len(found))
    done = 0
    with Parsing(processes) as parsing:
        batches = _read(found, parsing)
        # Where this process has to parse itself, a thread would only be in its way.
        with closing(ahead(batches, _AHEAD) if processes > 1 else batches) as ready:
            for path, outcomes in ready:
                source = str(path.resolve())
                if outcomes:
                    report.tally("files").add(library.take(outcomes, source=source, now=now))
                    report.note(str(path), outcomes)
                else:
                    library.forget_failures(source, before=now)
                    done += 1
                    progress(done, len(found))
    return report


def run(
    library: Library,
    batches: Callable[[str], Iterator[Batch]],
    *,
    source: str,
    job: str,
    now: str,
    progress: Progress,
    report: Report,
) -> None:
    """Run a job to its end: `batches` makes them from a cursor, which is "" for a job that starts anew.

    Where the source fails, what came before is kept, the report names the problem, and the next run goes on
    there; raises SourceError or ParseError if nothing came before. A failure of an earlier run that did not
    come up again is struck off once the job has ended.
    """
    cursor = library.job(job).cursor
    if not cursor:
        library.start(job, now=now)
    done = 0
    try:
        for batch in batches(cursor):
            tally = library.take(batch.outcomes, source=source, now=now, job=job, cursor=batch.cursor)
            report.tally(source).add(tally)
            report.note(source, batch.outcomes)
            done += 1
            progress(batch.done, batch.total)
    except Blocked:
        raise
    except (SourceError, ParseError) as error:
        if not done:
            raise
        if not any(str(error) in problem.reason for problem in report.problems):
            report.problems.append(Problem(source, f"{error}; run it again to go on from here"))
        return
    library.forget_failures(source, before=library.job(job).started)


def _read(paths: Iterable[Path], parsing: Parsing) -> Generator[tuple[Path, list[Taken]]]:
    """Yield the outcomes of files in batches; an empty one says that the file is through."""
    for path in paths:
        for outcomes in _batches(_with_break(path, parsing)):
            yield path, outcomes
        yield path, []


def _batches(outcomes: Iterable[Taken]) -> Iterator[list[Taken]]:
    """Yield outcomes in batches that are neither too many nor too large."""
    batch: list[Taken] = []
    size = 0
    for outcome in outcomes:
        batch.append(outcome)
        size += _size(outcome)
        if len(batch) == _MOST or size > _LARGEST:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _size(outcome: Taken) -> int:
    match outcome:
        case Packed():
            return len(outcome.payload) + len(outcome.article)
        case Deleted():
            return 0
    return len(outcome.raw)


def _with_break(path: Path, parsing: Parsing) -> Iterator[Taken]:
    """Yield the outcomes of a file; where it breaks, the last one is the break itself."""
    try:
        yield from files.read(path, parsing)
    except ParseError as error:
        yield Unparsed(record=WHOLE_FILE, reason=str(error), format="", raw=b"")
