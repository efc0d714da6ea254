"""How fast each engine indexes the same articles, each in a process of its own, and how large its index is."""

from __future__ import annotations

import resource
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct, json

from crawler.keeping.library import FILE_NAME, Library
from tests.benchmarks import documents
from tests.benchmarks.memory import Peak
from tests.benchmarks.peers import OURS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.benchmarks.peers import Contestant

ROOT: Final = Path(__file__).resolve().parents[2]
"""Where processes are started, so that they find the product and these modules."""

DOCUMENTS: Final = "documents.msgpack"


class Built(Struct, frozen=True):
    """What a build took: seconds, articles a second, megabytes of memory at most, and on the disk.

    `processor` is the seconds of all processors together, which others on the machine change less.
    """

    engine: str
    articles: int
    seconds: float
    rate: float
    peak: float
    peak_beyond_maps: float
    disk: float
    runs: tuple[float, ...]
    processor: float = 0.0


def build_all(data: Path, work: Path, contestants: Sequence[Contestant], *, runs: int) -> Iterator[Built]:
    """Build every index below `work`, and yield each as it is done.

    Ours comes first, since it tells the others what the facets are. Of `runs` builds of each the median counts; stock Whoosh, which takes long, is built once.
    """
    work.mkdir(parents=True, exist_ok=True)
    library = data / FILE_NAME
    opened = Library(library)
    articles = opened.counts().articles
    opened.close()
    for each in contestants:
        if each.is_plain:
            continue
        source = library if each.is_ours else work / DOCUMENTS
        times = 1 if each.module == "stock_whoosh" else runs
        built = _built(each, source, each.place(work), articles, times)
        click.echo(f"{each.name}: {articles} articles in {built.seconds:.1f} s", err=True)
        if each.name == OURS:
            documents.write(library, each.place(work), work / DOCUMENTS)
        yield built


def _built(contestant: Contestant, source: Path, folder: Path, articles: int, runs: int) -> Built:
    told, peaks = [], []
    for _ in range(runs):
        shutil.rmtree(folder, ignore_errors=True)
        arguments = ("build-one", contestant.name, str(source), str(folder))
        command = [sys.executable, "-m", "tests.benchmarks.engine", *arguments]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
            peak = Peak(process.pid)
            peak.start()
            output, _ = process.communicate()
            peaks.append(peak.stop())
        if process.returncode:
            raise click.ClickException(f"{contestant.name} could not be built; its error is above")
        told.append(json.decode(output, type=dict[str, float]))
    seconds, processor = (statistics.median(each[name] for each in told) for name in ("seconds", "processor"))
    return Built(
        engine=contestant.name,
        articles=articles,
        seconds=seconds,
        processor=processor,
        rate=articles / seconds,
        peak=max(each["peak"] for each in peaks),
        peak_beyond_maps=max(each["peak_beyond_maps"] for each in peaks),
        disk=contestant.megabytes(folder),
        runs=tuple(each["seconds"] for each in told),
    )


def build_one(contestant: Contestant, source: Path, folder: Path) -> dict[str, float]:
    """Build one index in this process; return the seconds, without those that Python takes to start."""
    __import__(f"tests.benchmarks.peers.{contestant.module}")
    start, started = time.perf_counter(), _processor()
    contestant.build(source, folder)
    return {"seconds": time.perf_counter() - start, "processor": _processor() - started}


def _processor() -> float:
    """Return the seconds that processors have worked for this process and those that it waited for."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used)
