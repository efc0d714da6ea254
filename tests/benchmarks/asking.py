"""How long each engine takes to answer: every class of questions, all engines in one process, turn by turn."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import time
from itertools import islice
from typing import TYPE_CHECKING, Final

import click
import numpy as np
from msgspec import Struct, json
from threadpoolctl import threadpool_limits

from tests.benchmarks import documents
from tests.benchmarks.building import DOCUMENTS, ROOT
from tests.benchmarks.memory import held
from tests.benchmarks.questions import Question, QuestionClass, Work, classes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from tests.benchmarks.peers import Contestant, Peer

_SAMPLE: Final = 10_000
_WARM: Final = 30
"""Questions asked before any is timed: others of the same class."""

_TURN: Final = 10
"""Questions that one engine answers before the next has its turn."""


class Answered(Struct, frozen=True):
    """How an engine answers a class: milliseconds at p50, p99 and most, and how many questions were timed.

    `found` is how many hits, or suggestions, an answer has on average. A slow engine stops when its time is over:
    `times`, in the order of the questions, tell how others did at those that it has answered.
    """

    engine: str
    question_class: str
    p50: float
    p99: float
    most: float
    asked: int
    found: float
    times: tuple[float, ...]


class Opened(Struct, frozen=True):
    """What it takes to open an index in a new process and ask it: seconds, and megabytes once it was asked much."""

    engine: str
    first_answer: float
    private: float
    beyond_maps: float
    resident: float


def draw(work: Path, count: int, *, only: Sequence[str] = ()) -> list[QuestionClass]:
    """Return the classes, or only some, drawn from articles spread over the documents below a folder."""
    path = work / DOCUMENTS
    total = documents.count(path)
    step = max(1, total // _SAMPLE)
    return classes(islice(documents.read(path), 0, None, step), count + _WARM, only=only)


def ask_all(
    work: Path,
    contestants: Sequence[Contestant],
    asked: Sequence[QuestionClass],
    *,
    seconds: float,
    clock: Callable[[], float],
) -> Iterator[list[Answered]]:
    """Time every class with every engine, and yield each class as it is done.

    None is given more than so many seconds for a class. Engines answer with one thread each, timed by a clock
    of seconds. No question is asked twice, so that nothing is kept from before but what other questions of its
    class left in memory.
    """
    with threadpool_limits(1):
        peers = {each.name: each.open(work) for each in contestants}
        for each in asked:
            able = {c.name: peers[c.name] for c in contestants if each.name not in c.lacks}
            found = _timed(each, able, seconds, clock)
            shown = ", ".join(
                f"{answered.engine} {answered.p50:.2f}/{answered.p99:.2f}" for answered in found
            )
            click.echo(f"{each.name}: {shown}", err=True)
            yield found


def _timed(
    asked: QuestionClass, peers: dict[str, Peer], seconds: float, clock: Callable[[], float]
) -> list[Answered]:
    warm, timed = asked.questions[:_WARM], asked.questions[_WARM:] or asked.questions
    for peer in peers.values():
        _run(peer, asked.work, warm, seconds / 4, clock)
    times: dict[str, list[float]] = {name: [] for name in peers}
    counts: dict[str, list[int]] = {name: [] for name in peers}
    for start in range(0, len(timed), _TURN):
        for name, peer in peers.items():
            left = seconds - sum(times[name])
            more, hits = _run(peer, asked.work, timed[start : start + _TURN], left, clock)
            times[name] += more
            counts[name] += hits
    return [_answered(name, asked.name, times[name], counts[name]) for name in peers]


def _answered(engine: str, question_class: str, times: list[float], counts: list[int]) -> Answered:
    milliseconds = np.array(times) * 1e3
    return Answered(
        engine=engine,
        question_class=question_class,
        p50=float(np.percentile(milliseconds, 50)),
        p99=float(np.percentile(milliseconds, 99)),
        most=float(milliseconds.max()),
        asked=len(times),
        found=float(np.mean(counts)),
        times=tuple(round(each, 4) for each in milliseconds.tolist()),
    )


def _run(
    peer: Peer, work: Work, questions: Sequence[Question], seconds: float, clock: Callable[[], float]
) -> tuple[list[float], list[int]]:
    """Return how long each answer took, and how much it found, until the time is over."""
    ask = asker(peer, work)
    times: list[float] = []
    counts: list[int] = []
    # What one engine leaves behind is not cleared up in the time of another.
    gc.collect()
    for question in questions:
        if seconds <= 0:
            break
        start = clock()
        found = ask(question)
        took = clock() - start
        times.append(took)
        counts.append(found)
        seconds -= took
    return times, counts


def asker(peer: Peer, work: Work) -> Callable[[Question], int]:
    """Return what asks an engine for an answer of one kind, and returns how many hits there are."""
    match work:
        case Work.HITS:
            return lambda question: len(peer.hits(question))
        case Work.FACETS:
            return lambda question: len(peer.facets(question)[0])
        case Work.PAGE:
            return lambda question: len(peer.page(question)[0])
        case Work.SUGGESTIONS:
            return lambda question: len(peer.suggestions(question.words[0]))


def open_all(work: Path, contestants: Sequence[Contestant], asked: Sequence[QuestionClass]) -> list[Opened]:
    """Open each index in a new process, ask it, and look at its memory."""
    questions = json.encode(
        [question for each in asked for question in each.questions[:50] if each.work is Work.HITS]
    )
    found = []
    for each in contestants:
        command = [sys.executable, "-m", "tests.benchmarks.engine", "open-one", each.name, str(work)]
        told = subprocess.run(command, input=questions, stdout=subprocess.PIPE, check=True, cwd=ROOT).stdout
        found.append(json.decode(told, type=Opened))
    return found


def open_one(
    contestant: Contestant, work: Path, questions: Sequence[Question], seconds: float = 10.0
) -> Opened:
    """Open an index in this process and ask it; return what that takes."""
    __import__(f"tests.benchmarks.peers.{contestant.module}")
    start = time.perf_counter()
    peer = contestant.open(work)
    peer.hits(questions[-1])
    first = time.perf_counter() - start
    _run(peer, Work.HITS, questions, seconds, time.perf_counter)
    memory = held(os.getpid())
    return Opened(engine=contestant.name, first_answer=first, **memory)
