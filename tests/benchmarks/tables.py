"""What was measured, as tables in Markdown."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from tests.benchmarks.peers import CONTESTANTS, OURS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tests.benchmarks.asking import Answered
    from tests.benchmarks.building import Built
    from tests.benchmarks.clustering import Clustered
    from tests.benchmarks.results import Measured, Results
    from tests.benchmarks.serving import Served

_MILLION: Final = 1_000_000
_NONE: Final = "-"


def tables(results: Results) -> str:
    """Return everything as text."""
    parts = [", ".join(f"{name} {value}" for name, value in results.machine.items())]
    sizes = sorted(results.sizes.values(), key=lambda each: each.articles)
    for each in sizes:
        parts += [f"## {each.articles:,} articles", *_of_size(each)]
    if len(sizes) > 1:
        parts += ["## Growth: p50 in ms", _growth(sizes), "## On paper: a million articles", _on_paper(sizes)]
    return "\n\n".join(parts)


def _of_size(measured: Measured) -> Iterator[str]:
    if measured.builds:
        yield _builds(measured.builds)
    if measured.answers:
        yield "p50/p99 in ms; in brackets how many times as long as ours, at p50, over what both have answered"
        yield _answers(measured.answers)
    if measured.opened:
        yield _table(
            ["in a process of its own", "first answer, s", "its memory, MB", "beyond maps of files", "resident"],
            (
                [each.engine, f"{each.first_answer:.3f}", f"{each.private:.0f}", f"{each.beyond_maps:.0f}", f"{each.resident:.0f}"]
                for each in measured.opened
            ),
        )  # fmt: skip
    if measured.served:
        yield _served("HTTP, two server processes", measured.served)
    if measured.clustered:
        yield _clustered(measured.clustered)
        if measured.clustered.served:
            yield _served("HTTP, two server processes over the cluster", measured.clustered.served)


def _clustered(found: Clustered) -> str:
    rows = {
        "shards, copies of each": f"{found.shards}, {found.replicas}",
        "on the disks, MB: once, with all copies": f"{found.primaries:.0f}, {found.disk:.0f}",
        "memory of the largest node, MB": f"{found.memory:.0f}",
        "a page of results, p50/p99 ms": f"{found.page_p50:.1f}/{found.page_p99:.1f}",
        "of which the cluster says it took, p50 ms": f"{found.took_p50:.1f}",
        "the rest, p50/p99 ms": f"{found.beyond_p50:.1f}/{found.beyond_p99:.1f}",
        "a processor of the site works, p50 ms": f"{found.work_p50:.1f}",
        "requests to the cluster": f"{found.calls:.1f}",
    }
    return _table([f"cluster of {found.nodes}", ""], ([name, value] for name, value in rows.items()))


def _builds(builds: Sequence[Built]) -> str:
    ours = next((each for each in builds if each.engine == OURS), builds[0])
    return _table(
        ["indexing", "seconds", "articles/s", "ours is", "processor, s", "ours is", "memory, MB", "beyond maps of files", "disk, MB"],
        (
            [
                each.engine, f"{each.seconds:.1f}", f"{each.rate:,.0f}", f"{ours.rate / each.rate:.2f} x",
                f"{each.processor:.1f}", f"{each.processor / ours.processor:.2f} x",
                f"{each.peak:.0f}", f"{each.peak_beyond_maps:.0f}", f"{each.disk:.0f}",
            ]
            for each in builds
        ),
    )  # fmt: skip


def _answers(answers: Sequence[Answered]) -> str:
    known = {(each.question_class, each.engine): each for each in answers}
    engines = [each.name for each in CONTESTANTS if any(answer.engine == each.name for answer in answers)]
    names = list(dict.fromkeys(each.question_class for each in answers))
    return _table(
        ["query", *engines, "longest of ours"],
        (
            [
                name,
                *(_cell(known.get((name, engine)), known.get((name, OURS))) for engine in engines),
                f"{known[name, OURS].most:.1f}" if (name, OURS) in known else _NONE,
            ]
            for name in names
        ),
    )


def _cell(answered: Answered | None, ours: Answered | None) -> str:
    if answered is None:
        return _NONE
    text = f"{_short(answered.p50)}/{_short(answered.p99)}"
    if ours is None or answered is ours:
        return text
    return f"{text} ({ratio(answered, ours):.2g})"


def ratio(peer: Answered, ours: Answered) -> float:
    """Return how many times as long as ours an engine takes at p50, over the questions that both answered."""
    both = min(len(peer.times), len(ours.times))
    return float(np.median(peer.times[:both]) / np.median(ours.times[:both]))


def _short(milliseconds: float) -> str:
    return f"{milliseconds:.0f}" if milliseconds >= 10 else f"{milliseconds:.2g}"


def _served(title: str, served: Served) -> str:
    rows = {
        "first answer after the process starts, s": f"{served.cold_start:.2f}",
        "first answer after it says that it serves, s": f"{served.cold_start_served:.2f}",
        "one request after the other, p50/p99 ms": f"{served.one_p50:.1f}/{served.one_p99:.1f}",
        "under load, requests/s": f"{served.rate:.0f}",
        "under load, p50/p99 ms": f"{served.p50:.1f}/{served.p99:.1f}",
        "under load, of the site's processors an answer takes, ms": f"{served.processor:.2f}",
        "an answer, KB": f"{served.kilobytes:.0f}",
        "answered / failed": f"{served.answers}/{served.failures}",
        "reindex under load, s": f"{served.reindex_seconds:.0f}",
        "meanwhile, requests/s, p99 ms": f"{served.reindex_rate:.0f}, {served.reindex_p99:.0f}",
        "meanwhile answered / failed": f"{served.reindex_answers}/{served.reindex_failures}",
        "memory of a server process, MB": f"{served.private:.0f}",
        "beyond maps of files, MB": f"{served.beyond_maps:.0f}",
    }
    return _table([title, ""], ([name, value] for name, value in rows.items()))


def _growth(sizes: Sequence[Measured]) -> str:
    engines = [each.name for each in CONTESTANTS if not each.lacks or each.name != "bm25s"]
    found = [{(each.question_class, each.engine): each.p50 for each in size.answers} for size in sizes]
    keys = [key for key in found[-1] if all(key in each for each in found) and key[1] in engines]
    return _table(
        ["query", "engine", *(f"{size.articles:,}" for size in sizes), "last by the one before"],
        (
            [*key, *(_short(each[key]) for each in found), f"{found[-1][key] / found[-2][key]:.2f} x"]
            for key in keys
        ),
    )


def _on_paper(sizes: Sequence[Measured]) -> str:
    """Return what ours would ask at a million, as it grew from the second largest size to the largest."""
    before, last = sizes[-2:]
    found: list[list[str]] = []
    pairs = {
        "reindex, minutes": [_build(each, "seconds", 60) for each in (before, last)],
        "memory of a reindex, GB": [_build(each, "peak", 1024) for each in (before, last)],
        "index on the disk, GB": [_build(each, "disk", 1024) for each in (before, last)],
    }
    for answer in last.answers:
        if answer.engine == OURS:
            earlier = [
                each.p50
                for each in before.answers
                if (each.engine, each.question_class) == (OURS, answer.question_class)
            ]
            pairs[f"{answer.question_class}, p50 ms"] = [*earlier, answer.p50]
    for name, values in pairs.items():
        if len(values) == 2 and all(values) and last.articles > before.articles:
            power = math.log(values[1] / values[0]) / math.log(last.articles / before.articles)
            million = values[1] * (_MILLION / last.articles) ** power
            found.append([name, *(f"{value:.2g}" for value in values), f"{power:.2f}", f"{million:.2g}"])
    return _table(
        ["als-search", f"{before.articles:,}", f"{last.articles:,}", "power", f"{_MILLION:,}"], found
    )


def _build(measured: Measured, name: str, unit: float) -> float:
    return next((float(getattr(each, name)) / unit for each in measured.builds if each.engine == OURS), 0.0)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
