"""How fast the engine indexes and answers, beside tantivy, SQLite FTS5, bm25s and stock Whoosh on the same articles.

    python -m tests.benchmarks.engine all --articles 50000
    python -m tests.benchmarks.engine growth --articles 10000 --articles 50000 --articles 200000
    python -m tests.benchmarks.engine all --articles 50000 --nodes 3
    python -m tests.benchmarks.engine table

`build`, `queries` and `http` are the parts of `all`. Articles come from `--data`, a folder with a library, or from
a corpus made of so many `--articles`, for which the folder of real records must be beside this checkout. Indexes
and results stay below `--work`; `table` prints the results, which lie there as JSON, once more.

With `--nodes` the product takes part a second time, on an OpenSearch cluster of so many nodes, started from the
folder that ALS_OPENSEARCH_HOME names, or on that which runs at ALS_OPENSEARCH_URL. What is started ends with the
command, and its index with it: have it built and asked in one.
"""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import nullcontext
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click
from msgspec import json, structs

from crawler.keeping.library import FILE_NAME
from tests.benchmarks import asking, building, clustering, serving
from tests.benchmarks.building import ROOT
from tests.benchmarks.loading import make_corpus
from tests.benchmarks.peers import BY_NAME, CLUSTER, CONTESTANTS, OURS
from tests.benchmarks.questions import Question
from tests.benchmarks.results import Measured, Results
from tests.benchmarks.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

_PACKAGES: Final = ("numpy", "whoosh-reloaded", "tantivy", "bm25s", "numba", "granian", "opensearch-py")
_GROWING: Final = (OURS, "its words alone", CLUSTER, "tantivy", "SQLite FTS5")
_PAGES: Final = 300
"""Pages that the cluster is asked for, one after the other."""

_HTTP: Final = "three words, facets and snippets"
_CLOCKS: Final = {"wall": time.perf_counter, "processor": time.thread_time}
_RESULTS: Final = "results.json"


class Bench:
    """Where the articles of each size lie, and what was measured so far."""

    def __init__(
        self, work: Path, data: Sequence[Path], articles: Sequence[int], names: Sequence[str]
    ) -> None:
        self.work = work.resolve()
        self._data = [each.resolve() for each in data]
        self._articles = articles
        self.contestants = [
            each
            for each in CONTESTANTS
            if (not names or each.name in names) and (not each.is_cluster or clustering.is_there())
        ]
        for each in list(self.contestants):
            if reason := each.reason():
                click.echo(reason, err=True)
                self.contestants.remove(each)
        work.mkdir(parents=True, exist_ok=True)
        path = work / _RESULTS
        self.results = (
            json.decode(path.read_bytes(), type=Results) if path.exists() else Results(machine={}, sizes={})
        )
        self.results.machine.update(machine())

    def sizes(self) -> list[tuple[Path, Path]]:
        """Return, for each size, the folder of the library and that of the indexes, in order of size."""
        if not self._data and not self._articles:
            raise click.UsageError("name a folder with --data, or say how many --articles to make")
        found = [(each, self.work / each.name) for each in self._data]
        for count in sorted(self._articles):
            folder = self.work / str(count)
            if not (folder / FILE_NAME).exists():
                _made(folder, count)
            found.append((folder, folder))
        return found

    def measured(self, folder: Path) -> Measured:
        """Return what was measured of a size."""
        return self.results.sizes.setdefault(folder.name, Measured())

    def keep(self) -> None:
        """Write the results."""
        (self.work / _RESULTS).write_bytes(json.format(json.encode(self.results), indent=1))


def machine() -> dict[str, str]:
    """Return what the figures depend on: processors, Python, and the versions of all engines."""
    found = {
        "processors": str(os.cpu_count()),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
    }
    for name in _PACKAGES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def _made(folder: Path, articles: int) -> None:
    """Make a library of so many articles."""
    with tempfile.TemporaryDirectory() as corpus:
        make_corpus(Path(corpus), articles)
        command = [sys.executable, "-m", "als_search", "--data", str(folder), "crawl", "files", corpus]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)


_OPTIONS: Final[tuple[Callable[..., Any], ...]] = (
    click.option("--data", multiple=True, type=click.Path(exists=True, file_okay=False, path_type=Path), help="A folder with a library; repeatable."),
    click.option("--articles", multiple=True, type=click.IntRange(1), help="Make a corpus of so many articles; repeatable."),
    click.option("--work", type=click.Path(file_okay=False, path_type=Path), default=Path(tempfile.gettempdir()) / "als-search-benchmark", show_default=True, help="Where indexes and results are kept."),
    click.option("--engine", "names", multiple=True, type=click.Choice(list(BY_NAME)), help="Only this engine; repeatable."),
    click.option("--nodes", type=click.IntRange(0), default=0, show_default=True, help="The nodes of a cluster that takes part; 0 is none."),
    click.option("--shards", type=click.IntRange(1), default=1, show_default=True, help="Into how many parts its index is split."),
    click.option("--runs", type=click.IntRange(1), default=3, show_default=True, help="Builds of each index, and starts of the site; the median counts."),
    click.option("--questions", type=click.IntRange(1), default=200, show_default=True, help="Questions of each class."),
    click.option("--class", "only", multiple=True, help="Only this class of questions, as the table calls it; repeatable."),
    click.option("--requests", type=click.IntRange(1), default=20_000, show_default=True, help="Different requests to the site."),
    click.option("--clock", type=click.Choice(list(_CLOCKS)), default="wall", show_default=True, help="What queries are timed by; that of the processor does not see what else the machine does."),
    click.option("--seconds", type=float, default=15.0, show_default=True, help="The most that an engine may take for a class, and that the site is under load."),
)  # fmt: skip


def _in_order(known: dict[str, T]) -> list[T]:
    """Return what is known of engines in the order of tables: what was measured before stays."""
    return [known[each.name] for each in CONTESTANTS if each.name in known]


def build(bench: Bench, *, runs: int, **_: Any) -> None:
    """Index the articles with every engine."""
    for data, folder in bench.sizes():
        known = {each.engine: each for each in bench.measured(folder).builds}
        for built in building.build_all(data, folder, bench.contestants, runs=runs):
            known[built.engine] = built
            bench.measured(folder).builds = _in_order(known)
            bench.keep()


def ask(bench: Bench, *, questions: int, seconds: float, clock: str, only: Sequence[str], **_: Any) -> None:
    """Ask every engine, whose index was built before."""
    bench.results.machine["queries timed by"] = f"{clock} clock"
    for _data, folder in bench.sizes():
        asked = asking.draw(folder, questions, only=only)
        found = bench.measured(folder)
        known = {(each.engine, each.question_class): each for each in found.answers}
        for answers in asking.ask_all(
            folder, bench.contestants, asked, seconds=seconds, clock=_CLOCKS[clock]
        ):
            known |= {(each.engine, each.question_class): each for each in answers}
            found.answers = list(known.values())
            bench.keep()
        if not only:
            opened = {each.engine: each for each in found.opened}
            new = asking.open_all(folder, bench.contestants, asked)
            found.opened = _in_order(opened | {each.engine: each for each in new})
        bench.keep()


def serve(bench: Bench, *, requests: int, seconds: float, runs: int, **_: Any) -> None:
    """Serve the index that was built before, and load it with requests."""
    if all(each.name != OURS for each in bench.contestants):
        return
    for data, folder in bench.sizes():
        asked = asking.draw(folder, requests, only=[_HTTP])[0]
        bench.measured(folder).served = serving.serve_all(
            folder, data, asked.questions[:requests], seconds=seconds, runs=runs
        )
        bench.keep()


def serve_cluster(bench: Bench, *, requests: int, seconds: float, runs: int, **_: Any) -> None:
    """Ask the cluster, where there is one, for pages, and load a site over it with requests."""
    if all(not each.is_cluster for each in bench.contestants):
        return
    for data, folder in bench.sizes():
        asked = asking.draw(folder, requests, only=[_HTTP])[0].questions
        found = clustering.measured(folder, asked[:_PAGES])
        served = serving.serve_all(
            folder, data, asked[_PAGES:], seconds=seconds, runs=runs, settings=clustering.as_toml(folder)
        )
        bench.measured(folder).clustered = structs.replace(found, served=served)
        bench.keep()


def fast_ones(bench: Bench, **_: Any) -> None:
    """Leave the slow engines out."""
    bench.contestants = [each for each in bench.contestants if each.name in _GROWING]


_COMMANDS: Final[dict[str, tuple[str, tuple[Callable[..., None], ...]]]] = {
    "build": ("Index the articles with every engine.", (build,)),
    "queries": ("Ask every engine, whose index was built before.", (ask,)),
    "http": ("Serve the index that was built before, and load it with requests.", (serve, serve_cluster)),
    "all": ("Build, queries and http.", (build, ask, serve, serve_cluster)),
    "growth": ("Build and queries at several sizes, without the slow engines.", (fast_ones, build, ask)),
}


def _command(name: str, about: str, parts: Sequence[Callable[..., None]]) -> click.Command:
    """Return the command that does some parts one after the other, and prints the tables."""

    def run(
        *,
        work: Path,
        data: tuple[Path, ...],
        articles: tuple[int, ...],
        names: tuple[str, ...],
        nodes: int,
        shards: int,
        **numbers: Any,
    ) -> None:
        with clustering.cluster(nodes, shards) if nodes else nullcontext():
            bench = Bench(work, data, articles, names)
            for part in parts:
                part(bench, **numbers)
        click.echo(tables(bench.results))

    decorated: Callable[..., None] = run
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return click.command(name, help=about)(decorated)


@click.group(help=__doc__)
def main() -> None:
    """Choose what to measure."""


for _name, (_about, _parts) in _COMMANDS.items():
    main.add_command(_command(_name, _about, _parts))


@main.command()
@click.option(
    "--work",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(tempfile.gettempdir()) / "als-search-benchmark",
)
def table(work: Path) -> None:
    """Print what was measured before."""
    click.echo(tables(json.decode((work / _RESULTS).read_bytes(), type=Results)))


@main.command("build-one", hidden=True)
@click.argument("name")
@click.argument("source", type=click.Path(path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
def build_one(name: str, source: Path, folder: Path) -> None:
    """Build one index in this process."""
    click.echo(json.encode(building.build_one(BY_NAME[name], source, folder)))


@main.command("open-one", hidden=True)
@click.argument("name")
@click.argument("work", type=click.Path(path_type=Path))
def open_one(name: str, work: Path) -> None:
    """Open one index in this process, and ask it what standard input holds."""
    questions = json.decode(sys.stdin.buffer.read(), type=list[Question])
    click.echo(json.encode(asking.open_one(BY_NAME[name], work, questions)))


if __name__ == "__main__":
    main()
