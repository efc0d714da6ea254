"""The job: source -> parser -> library, with a report. What cannot be read is kept, counted and named."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field

from crawler.errors import ParseError, SourceError
from crawler.library import Tally
from crawler.outcome import Unparsed
from crawler.sources import eutils, files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from crawler.http import Client
    from crawler.library import Library
    from crawler.outcome import Outcome

    Progress = Callable[[int, int], None]
    """Told how far the job is, and how far it goes."""

WHOLE_FILE: Final = "the file"
"""What a failure names as its record where it is not one record that failed."""

_BATCH: Final = 500


class Problem(Struct, frozen=True):
    """What went wrong: where, and why."""

    where: str
    reason: str


class Report(Struct, kw_only=True):
    """What a crawl did to the library, and what could not be read."""

    tally: Tally = field(default_factory=Tally)
    problems: list[Problem] = field(default_factory=list)


def crawl_files(library: Library, paths: Iterable[Path], *, now: str, progress: Progress) -> Report:
    """Read files and folders into the library; a broken file never keeps the others from being read.

    What was whole in a broken file is taken in, too. `progress` counts files.
    """
    report = Report()
    found = files.discover(paths)
    for number, path in enumerate(found):
        progress(number, len(found))
        _crawl_file(library, path, report, now)
    progress(len(found), len(found))
    return report


def crawl_newest(library: Library, client: Client, *, count: int, now: str, progress: Progress) -> Report:
    """Fetch the newest ALS articles from PubMed into the library. `progress` counts articles.

    Raises Unreachable or SourceError where nothing could be fetched; if the source fails later on, what came
    before is kept and the report names the problem.
    """
    report = Report()
    done = 0
    try:
        for total, outcomes in eutils.newest(client, count=count):
            report.tally.add(library.take(outcomes, source="PubMed", now=now))
            report.problems += _problems("PubMed", outcomes)
            done += len(outcomes)
            progress(done, total)
    except SourceError as error:
        if not done:
            raise
        report.problems.append(Problem("PubMed", str(error)))
    return report


def _crawl_file(library: Library, path: Path, report: Report, now: str) -> None:
    source = str(path.resolve())
    for outcomes in _batches(path):
        report.tally.add(library.take(outcomes, source=source, now=now))
        report.problems += _problems(str(path), outcomes)
    library.forget_failures(source, but=now)


def _batches(path: Path) -> Iterator[list[Outcome]]:
    """Yield the outcomes of a file in batches; where it breaks, the last one is the break itself."""
    outcomes = _with_break(path)
    while batch := list(islice(outcomes, _BATCH)):
        yield batch


def _with_break(path: Path) -> Iterator[Outcome]:
    try:
        yield from files.read(path)
    except ParseError as error:
        yield Unparsed(record=WHOLE_FILE, reason=str(error), format="", raw=b"")


def _problems(where: str, outcomes: Iterable[Outcome]) -> list[Problem]:
    failed = (outcome for outcome in outcomes if isinstance(outcome, Unparsed))
    return [
        Problem(where if each.record == WHOLE_FILE else f"{where}, {each.record}", each.reason)
        for each in failed
    ]
