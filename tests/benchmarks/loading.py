"""How fast PubMed's XML is loaded into a library, beside bare `lxml.etree.iterparse` over the same files.

    python -m tests.benchmarks.loading FOLDER
    python -m tests.benchmarks.loading --articles 50000

Everything is measured in one run, the peer before and after the rest, since its speed changes with what else the
machine does. Loading runs in a process of its own that holds all that the command line does, so that the peak of
memory, of all processes together, is the command's. `--articles` makes a corpus, for which the folder of real
records must be beside this checkout.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click
from lxml import etree

from crawler import crawl
from crawler.keeping.library import Library
from crawler.keeping.packed import pack
from crawler.parsers.pubmed.pubmed_xml import parse_part
from crawler.sources.files import discover
from crawler.sources.opened import opened
from crawler.sources.pubmed_file import parts
from tests.shared import SHARED

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from crawler.keeping.library import Tally

_EVERY: Final = 0.1
"""Seconds between two looks at the memory."""


def bare(paths: Sequence[Path]) -> int:
    """Read files with iterparse and nothing else; return how many records are in them.

    It has to recover, since a few texts of the corpus hold control characters.
    """
    count = 0
    for path in paths:
        with opened(path) as stream:
            for _, element in etree.iterparse(stream, tag="PubmedArticle", recover=True):
                count += 1
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
    return count


def parsed(paths: Sequence[Path], *, packed: bool) -> int:
    """Parse files as loading does, in one process; return how many outcomes there are."""
    count = 0
    for path in paths:
        with opened(path) as stream:
            for part in parts(stream):
                outcomes = parse_part(part.document, after=part.after)
                count += len([pack(each) for each in outcomes] if packed else outcomes)
    return count


class Timed(Library):
    """A library that knows how long it took in records."""

    seconds = 0.0

    def take(self, *args: Any, **more: Any) -> Tally:
        """Take in records."""
        start = time.perf_counter()
        try:
            return super().take(*args, **more)
        finally:
            self.seconds += time.perf_counter() - start


def load(paths: Sequence[Path], processes: int) -> dict[str, float]:
    """Load files into a new library; return the seconds in all, in SQLite and of all processors, and records."""
    __import__("als_search")
    with tempfile.TemporaryDirectory() as folder:
        library = Timed(Path(folder) / "library.sqlite", identity="benchmark")
        start, started = time.perf_counter(), time.process_time()
        report = crawl.crawl_files(
            library, paths, now="2026-01-01", progress=lambda _done, _total: None, processes=processes
        )
        seconds = time.perf_counter() - start
        library.close()
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "seconds": seconds,
        "sqlite": library.seconds,
        "records": report.tally("files").fetched,
        "cpu": sum(each.ru_utime + each.ru_stime for each in used) - started,
    }


def loaded(paths: Sequence[Path], processes: int) -> dict[str, float]:
    """Load files in a process of its own; return what `load` does, and the peak of memory in megabytes."""
    command = [sys.executable, "-m", "tests.benchmarks.loading", "--load", str(processes), *map(str, paths)]
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_memory, _family(process.pid))))
            time.sleep(_EVERY)
        assert process.stdout is not None
        result: dict[str, float] = json.loads(process.stdout.read())
    return result | {"megabytes": peak}


def _family(pid: int) -> list[int]:
    """Return a process and all that descend from it."""
    try:
        children = [
            int(child)
            for thread in Path(f"/proc/{pid}/task").iterdir()
            for child in (thread / "children").read_text().split()
        ]
    except OSError:
        return []
    return [pid, *(each for child in children for each in _family(child))]


def _memory(pid: int) -> float:
    """Return the megabytes of a process; what it shares with others counts in parts (PSS)."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("Pss:")), 0.0)


def timed(what: Callable[[], int]) -> tuple[float, float, int]:
    """Return the seconds that something takes, those of the processor, and what it returns."""
    start, started = time.perf_counter(), time.process_time()
    count = what()
    return time.perf_counter() - start, time.process_time() - started, count


def measure(paths: Sequence[Path]) -> list[dict[str, float | str]]:
    """Return a row for each thing measured: records a second, as a share of the bare peer, and the rest."""
    before = timed(partial(bare, paths))
    others = {
        "parsing alone": timed(partial(parsed, paths, packed=False)),
        "parsing and packing": timed(partial(parsed, paths, packed=True)),
    }
    loads = {processes: loaded(paths, processes) for processes in (1, 2)}
    after = timed(partial(bare, paths))
    records = before[-1]
    peer = 2 * records / (before[0] + after[0])
    rows: list[dict[str, float | str]] = [
        {"what": what, "rate": records / seconds, "share": records / seconds / peer, "cpu": cpu}
        for what, (seconds, cpu, _) in {
            "bare iterparse, before": before, "bare iterparse, after": after, **others
        }.items()
    ]  # fmt: skip
    for row in rows:
        row["records"] = records
    for processes, each in loads.items():
        rate = each["records"] / each["seconds"]
        rows.append({"what": f"loading, {processes} processes", "rate": rate, "share": rate / peer, **each})
    return rows


def make_corpus(folder: Path, articles: int) -> None:
    """Write a corpus of so many articles."""
    tool = SHARED / "tools" / "make_corpus.py"
    if not tool.exists():
        raise click.UsageError(f"{tool} is missing, so no corpus can be made: name a folder of files")
    subprocess.run([sys.executable, str(tool), str(folder), "--articles", str(articles)], check=True)


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--articles", type=click.IntRange(1), help="Make a corpus of so many articles.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--load", "processes", type=click.IntRange(1), hidden=True)
def main(*, paths: tuple[Path, ...], articles: int | None, as_json: bool, processes: int | None) -> None:
    """Measure how fast files of PubMed's XML are loaded."""
    if processes:
        click.echo(json.dumps(load(paths, processes)))
        return
    with tempfile.TemporaryDirectory() as folder:
        if articles:
            make_corpus(Path(folder), articles)
            paths = (Path(folder),)
        if not paths:
            raise click.UsageError("name a folder, or say how many --articles to make")
        rows = measure(discover(paths))
    if as_json:
        click.echo(json.dumps(rows, indent=2))
        return
    click.echo(f"{'':26}{'records/s':>10}{'share':>8}{'CPU a record':>14}{'in SQLite':>11}{'memory':>9}")
    for row in rows:
        own = f"{row['sqlite']:>9.1f} s{row['megabytes']:>6.0f} MB" if "sqlite" in row else ""
        cpu = float(row["cpu"]) / float(row["records"]) * 1e6
        click.echo(f"{row['what']:26}{row['rate']:>10,.0f}{row['share']:>8.2f}{cpu:>11.0f} us{own}")


if __name__ == "__main__":
    main()
