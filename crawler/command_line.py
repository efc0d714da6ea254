"""The crawler's commands: each opens the library, runs a job, and reports what came of it."""

from __future__ import annotations

import hashlib
import uuid
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import click
import msgspec
from msgspec import Struct

from crawler import crawl, progress
from crawler.asking.http import Client
from crawler.crawl import Report
from crawler.keeping.library import Library
from crawler.linking import matching, preprints
from crawler.parsers.pubmed import pubmed_xml
from crawler.sources import bulk, europepmc, eutils, pages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from crawler.settings import CrawlerSettings
    from crawler.sources.batch import Batch

PARTIAL: Final = 3
"""Exit code of a job that was done in part."""

_PUBMED: Final = "PubMed"
"""The source of what the query for the ALS literature finds."""

_UPDATE: Final = "update"
_OVERLAP: Final = timedelta(days=2)
"""An update looks back further than the last run: sources count days in their own time zone."""


class Place(Protocol):
    """What commands need of the settings: the crawler's own, and where the library lies."""

    @property
    def crawler(self) -> CrawlerSettings:
        """The crawler's settings."""

    @property
    def library_path(self) -> Path:
        """The file of the library."""


def now() -> str:
    """Return the time, as the library keeps it."""
    return datetime.now(UTC).isoformat(timespec="microseconds")


def open_library(place: Place) -> Library:
    """Open the library, or start one."""
    return Library(place.library_path, identity=uuid.uuid4().hex)


_anew = click.option(
    "--anew", is_flag=True, help="Start over instead of going on where the last run stopped."
)
_json = click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")


@click.group(name="crawl")
def crawl_group() -> None:
    """Gather articles into the library.

    A crawl that was interrupted goes on where it stopped when it is run again.
    """


@crawl_group.command(name="files")
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@_json
@click.pass_context
def crawl_files(context: click.Context, paths: tuple[Path, ...], *, as_json: bool) -> None:
    """Read files, or folders of them.

    PubMed XML, MEDLINE (.nbib), JATS (.nxml), Europe PMC JSON, RIS and saved PubMed pages, each also gzipped.
    """
    with _job(context, as_json=as_json) as job:
        read_files(job.library, paths, job.report, processes=context.obj.crawler.processes)


@crawl_group.command(name="pubmed")
@click.argument("query", default=eutils.ALS_QUERY)
@_anew
@_json
@click.pass_context
def crawl_pubmed(context: click.Context, query: str, *, anew: bool, as_json: bool) -> None:
    """Fetch every article that QUERY finds in PubMed; by default the ALS literature."""
    with _job(context, as_json=as_json, anew=anew) as job:
        source = _PUBMED if query == eutils.ALS_QUERY else f"{_PUBMED}, another query"
        job.run(source, _named("pubmed", query), lambda cursor: eutils.crawl(
            job.client, query=query, cursor=cursor, today=_today()
        ))  # fmt: skip


@crawl_group.command(name="europepmc")
@click.argument("query", default=europepmc.ALS_QUERY)
@click.option("--full-text/--no-full-text", default=True, show_default=True, help="Fetch open full texts.")
@_anew
@_json
@click.pass_context
def crawl_europepmc(
    context: click.Context, query: str, *, full_text: bool, anew: bool, as_json: bool
) -> None:
    """Fetch what QUERY finds in Europe PMC: preprints, longer reference lists, open full texts."""
    with _job(context, as_json=as_json, anew=anew) as job:
        job.run("Europe PMC", _named("europepmc", query), lambda cursor: europepmc.crawl(
            job.client, query=query, cursor=cursor,
            held_references=job.library.reference_counts, full_text=full_text,
        ))  # fmt: skip


@crawl_group.command(name="bulk")
@click.argument("places", nargs=-1, required=True)
@click.option("--query", default=eutils.ALS_QUERY, help="Keep only records that this finds.")
@_anew
@_json
@click.pass_context
def crawl_bulk(
    context: click.Context, places: tuple[str, ...], query: str, *, anew: bool, as_json: bool
) -> None:
    """Read PubMed's baseline and update files from folders, files or addresses, in order."""
    with _job(context, as_json=as_json, anew=anew) as job:
        folder = context.obj.library_path.parent / "downloads"
        job.run("PubMed bulk", _named("bulk", f"{places} {query}"), lambda cursor: bulk.crawl(
            places, client=job.client, query=query, cursor=cursor, folder=folder, held=job.library.held
        ))  # fmt: skip


@crawl_group.command(name="pages")
@click.argument("pages_or_pmids", nargs=-1, required=True, metavar="PATH|PMID...")
@_json
@click.pass_context
def crawl_pages(context: click.Context, pages_or_pmids: tuple[str, ...], *, as_json: bool) -> None:
    """Read saved PubMed pages, and fetch pages by PMID where PubMed's robots.txt allows it.

    For more than a few articles use `crawl pubmed`: it asks PubMed in the way that NCBI prefers.
    """
    pmids = [each for each in pages_or_pmids if each.isascii() and each.isdecimal()]
    paths = [Path(each) for each in pages_or_pmids if each not in pmids]
    for path in paths:
        if not path.exists():
            raise click.BadParameter(f"{path} is neither a PMID nor a file or folder that exists")
    with _job(context, as_json=as_json) as job:
        if paths:
            read_files(job.library, paths, job.report, processes=context.obj.crawler.processes)
        if pmids:
            job.run("PubMed pages", _named("pages", " ".join(pmids)), lambda cursor: pages.fetch(
                job.client, pmids, cursor=cursor
            ))  # fmt: skip


@crawl_group.command(name="cited")
@click.option("--top", default=500, show_default=True, type=click.IntRange(1), help="How many works.")
@_json
@click.pass_context
def crawl_cited(context: click.Context, top: int, *, as_json: bool) -> None:
    """Fetch the works that the library's articles cite most and that it does not hold."""
    with _job(context, as_json=as_json) as job:
        # What is missing changes while it comes in, so the list is kept for as long as the job goes on.
        pmids = job.library.most_cited_missing(top)
        if pmids:
            job.run("most cited", _named("cited", " ".join(pmids)), lambda cursor: eutils.cited(
                job.client, pmids=pmids, cursor=cursor
            ))  # fmt: skip


@crawl_group.command(name="update")
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Look back to this day.")
@_json
@click.pass_context
def crawl_update(context: click.Context, since: datetime | None, *, as_json: bool) -> None:
    """Fetch what PubMed added or changed since the last crawl, and drop what it deleted."""
    with _job(context, as_json=as_json) as job:
        start = since.date() if since else _last_crawl(job.library) - _OVERLAP
        query = eutils.ALS_QUERY
        job.run(_PUBMED, _UPDATE, lambda cursor: eutils.changed(
            job.client, query=query, since=start, today=_today(), cursor=cursor
        ))  # fmt: skip
        held = job.library.pmids(pubmed_xml.FORMAT, source=_PUBMED)
        job.run(_PUBMED, "gone", lambda _: eutils.gone(job.client, query=query, held=held, today=_today()))


@click.command(name="reparse")
@_json
@click.pass_context
def reparse(context: click.Context, *, as_json: bool) -> None:
    """Parse every raw record that is kept again, after a parser was bettered."""
    with _job(context, as_json=as_json) as job, progress.shown("Parsing again") as step:
        job.report.tally("library").add(job.library.reparse(now=now(), progress=step))


def read_files(library: Library, paths: Sequence[Path], report: Report, *, processes: int = 1) -> None:
    """Read files into the library, showing how far it is; large ones are parsed in so many processes."""
    with progress.shown("Reading files") as step:
        crawl.crawl_files(library, paths, now=now(), progress=step, report=report, processes=processes)


def fetch_newest(library: Library, settings: CrawlerSettings, report: Report) -> None:
    """Fetch the newest ALS articles, as many as the settings say; raises SourceError where none came."""
    job = _Job(library, Client(settings), report)
    job.run(_PUBMED, "newest", lambda _: eutils.newest(job.client, count=settings.newest))


def say(report: Report, *, as_json: bool) -> None:
    """Print what went wrong, a line each, and the counts by source."""
    for problem in report.problems:
        click.echo(f"{problem.where}: {problem.reason}", err=True)
    if as_json:
        counts = {
            source: {"fetched": tally.fetched, **msgspec.structs.asdict(tally)}
            for source, tally in report.sources.items()
        }
        content = {"sources": counts, "problems": report.problems}
        click.echo(msgspec.json.format(msgspec.json.encode(content)).decode())
        return
    for source, tally in report.sources.items():
        counts = {name: count for name, count in msgspec.structs.asdict(tally).items() if count}
        samples = counts.pop("samples", 0)
        said = ", ".join(f"{count} {name}" for name, count in counts.items()) or "nothing"
        removed = f"; {samples} samples removed" if samples else ""
        click.echo(f"{source}: {said}{removed}")
    if not report.sources:
        click.echo("There was nothing to do.")


class _Job(Struct, frozen=True):
    """What a command works with."""

    library: Library
    client: Client
    report: Report
    anew: bool = False

    def run(self, source: str, job: str, batches: Callable[[str], Iterator[Batch]]) -> None:
        """Run a job of a source that has a cursor, showing how far it is."""
        if self.anew:
            self.library.start(job, now=now())
        with progress.shown(source, every_step=True) as step:
            crawl.run(
                self.library, batches, source=source, job=job, now=now(), progress=step, report=self.report
            )


@contextmanager
def _job(context: click.Context, *, as_json: bool, anew: bool = False) -> Iterator[_Job]:
    """Lend what a job needs; afterwards link works, print the report, and set the exit code."""
    place: Place = context.obj
    with closing(open_library(place)) as library:
        job = _Job(library, Client(place.crawler), Report(), anew)
        yield job
        tallies = job.report.sources.values()
        if any(tally.new or tally.changed or tally.deleted for tally in tallies):
            with progress.shown("Matching references") as step:
                matching.match_library(library, progress=step)
            with progress.shown("Linking preprints") as step:
                preprints.link_preprints(library, progress=step)
    say(job.report, as_json=as_json)
    if job.report.problems:
        context.exit(PARTIAL)


def _named(source: str, question: str) -> str:
    """Return the name of a job: the same for the same question, so that it goes on where it stopped."""
    return f"{source} {hashlib.sha256(question.encode()).hexdigest()[:12]}"


def _last_crawl(library: Library) -> date:
    """Return the day up to which PubMed was crawled; a month ago where it never was."""
    jobs = (_named("pubmed", eutils.ALS_QUERY), _UPDATE)
    covered = max(library.job(name).covered for name in jobs)
    return datetime.fromisoformat(covered).date() if covered else _today() - timedelta(days=30)


def _today() -> date:
    return datetime.now(UTC).date()
