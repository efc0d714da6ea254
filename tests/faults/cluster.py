"""Kill what a cluster is made of while it is searched and written: nobody may notice.

    ALS_OPENSEARCH_HOME=/opt/opensearch python -m tests.faults.cluster --kills 10 --json faults.json

It starts three nodes, each part of every index on two of them, and web servers over them, which readers search
without a pause; every answer is compared with what the embedded engine finds. Then it kills nodes, the elected
manager, both during a reindex, all nodes for a while, and reindexes at random moments; it switches generations
under load and in the middle of paging. It prints a table, and ends with 1 where an answer failed or was wrong, or
something was left behind.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import click

from search.cluster.store import FRESH
from tests.cluster.node import HOME
from tests.faults.clusters import ALIAS, Readers, World, asked, drawn, fetched, is_down, world

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Sequence

    from tests.cluster.node import Node
    from tests.faults.clusters import Answer

_OK: Final = 200
_BACK_IN: Final = 5.0
_SLACK: Final = 1.5
"""Seconds that an answer may take beyond its deadline: for this machine runs all nodes, servers and readers."""

_SHOWN: Final = 3
_HEAD: Final = f"{'what happened':44}{'answers':>8}{'failed':>7}{'wrong':>6}{'503':>6}{'slowest':>9}  remarks"


@dataclass(slots=True, kw_only=True)
class Result:
    """What came of a scenario: how many answers, of which failed or wrong, the slowest, and what was wrong."""

    name: str
    answers: int = 0
    failed: int = 0
    wrong: int = 0
    refused: int = 0
    slowest: float = 0.0
    remarks: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def line(self) -> str:
        """Return a line of the table."""
        remarks = ", ".join(f"{name} {value}" for name, value in self.remarks.items())
        return (
            f"{self.name:44}{self.answers:8}{self.failed:7}{self.wrong:6}{self.refused:6}{self.slowest:8.2f}s"
            f"  {remarks}"
        )


def counted(here: World, name: str, answers: Sequence[Answer], *, may_refuse: bool = False) -> Result:
    """Return what readers were answered; what is refused has failed, unless it may be."""
    result = Result(name=name, answers=len(answers))
    for each in answers:
        result.slowest = max(result.slowest, each.seconds)
        if each.status == _OK:
            result.wrong += not here.is_right(each)
        elif is_down(each):
            result.refused += 1
        else:
            result.failed += 1
            result.problems.append(f"{each.status}: {each.text[:200]}")
    if not may_refuse:
        result.failed += result.refused
        result.problems += [each.text[:200] for each in answers if is_down(each)]
    if result.wrong:
        result.problems.append(f"{result.wrong} answers were not those of the embedded engine")
    del result.problems[_SHOWN:]
    return result


def node_killed(here: World, name: str, seconds: float, chosen: Callable[[], Node], seed: int) -> Result:
    """Kill a node under load, and start it again."""
    readers = Readers(here.sites, 2, seed)
    time.sleep(seconds / 3)
    node = chosen()
    node.kill()
    time.sleep(seconds)
    node.start_again()
    here.settle()
    time.sleep(seconds / 3)
    return counted(here, name, readers.stop())


def node_killed_in_reindex(
    here: World, name: str, chosen: Callable[[], Node], seed: int, after: float
) -> Result:
    """Kill a node while a reindex writes to the cluster, and start it again when that is over."""
    before = live(here)
    readers = Readers(here.sites, 1, seed)
    process = here.reindex()
    _wait_for_writing(here, before)
    time.sleep(after)
    was_writing = process.poll() is None
    node = chosen()
    node.kill()
    code = process.wait()
    node.start_again()
    here.settle()
    result = counted(here, name, readers.stop())
    result.remarks = {"reindex ended with": code, "live": live(here)}
    if code or live(here) == before or not was_writing:
        result.problems.append(f"the reindex ended with {code}: {here.said()}")
    result.problems += left_behind(here)
    return result


def switched(here: World, seed: int) -> Result:
    """Reindex under load, and page by a cursor from before the switch to after it."""
    readers = Readers(here.sites, 2, seed)
    before = live(here)
    parameters = {"q": "NOT absent", "sort": "newest", "size": 50, "spelling": "off"}
    found: list[str] = []
    pages, process = 0, here.reindex()
    total, cursor, generations = 0, "", set()
    while pages == 0 or cursor:
        if pages == 2:
            process.wait()
            time.sleep(2)
        own = parameters | ({"cursor": cursor} if cursor else {})
        status, text = fetched(here.sites[pages % len(here.sites)], f"/api/v1/search?{urlencode(own)}")
        if status != _OK:
            found.append(f"page {pages} was answered {status}: {text[:200]}")
            break
        told = json.loads(text)
        found += [hit["article"]["key"] for hit in told["hits"]]
        generations.add(told["generation"])
        total, cursor, pages = told["total"], told["next_cursor"], pages + 1
    code = process.wait()
    result = counted(here, "switch under load and while paging", readers.stop())
    result.remarks = {"reindex ended with": code, "pages by cursor": pages, "generations": len(generations)}
    if not len(found) == len(set(found)) == total or len(generations) != 1 or live(here) == before or code:
        result.problems.append(f"{len(set(found))} of {total} articles came by pages: {found[-1:]}")
    return result


def all_down(here: World, seconds: float, timeout: float, seed: int) -> Result:
    """Kill all nodes, start them again after some seconds, and see that each answer says so in time."""
    readers = Readers(here.sites, 2, seed)
    time.sleep(3)
    down = time.monotonic()
    for node in here.nodes:
        node.kill()
    dead = time.monotonic()
    time.sleep(seconds / 2)
    health = [fetched(site, "/healthz")[0] for site in here.sites]
    metrics = fetched(here.sites[0], "/metrics")[1].splitlines()
    time.sleep(max(0.0, dead + seconds - time.monotonic()))
    starting = time.monotonic()
    for node in here.nodes:
        node.start_again()
    back = _wait_until_back(here)
    time.sleep(_BACK_IN + timeout)
    answers = readers.stop()
    result = counted(here, f"all nodes killed, for {seconds:g} s", answers, may_refuse=True)
    good = min((each.ended for each in answers if each.status == _OK and each.ended > starting), default=0.0)
    # A page that a server kept is right for as long as it takes the generation for the one in use.
    within = [each for each in answers if each.began > dead + FRESH and each.ended < starting]
    slowest = max((each.seconds for each in answers if each.ended > down), default=0.0)
    result.remarks = {
        "answers while down": len(within),
        "slowest of these": round(max((each.seconds for each in within), default=0.0), 2),
        "good again after": f"{good - back:+.2f} s",
        "/healthz": health,
        "metrics": [line for line in metrics if line.startswith(("als_search_up ", "als_search_trouble"))],
    }
    if not within or any(each.status == _OK for each in within):
        result.problems.append("an answer was good while there was no cluster, or there was none")
    if slowest > timeout + _SLACK:
        result.problems.append(f"an answer took {slowest:.1f} s")
    if not 0 < good <= back + _BACK_IN:
        result.problems.append(f"the first good answer came {good - back:.1f} s after the cluster was back")
    if set(health) != {503} or "als_search_up 0.0" not in metrics:
        result.problems.append(f"/healthz was {health} while there was no cluster")
    return result


def reindex_killed(here: World, kills: int, seed: int) -> Result:
    """Kill reindexes at random moments; then let one end, and see what is left."""
    random = Random(seed)
    began = time.monotonic()
    here.reindex().wait()
    whole = time.monotonic() - began
    answers: list[Answer] = []
    moments = []
    for _ in range(kills):
        before = live(here)
        process = here.reindex()
        moment = random.uniform(0.15, 0.95) * whole
        moments.append(round(moment, 1))
        with suppress(TimeoutError):
            _wait_for(partial(_is_over, process), moment)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        answers += [asked(site, drawn(random)) for site in here.sites for _ in range(3)]
        if not live(here):
            return Result(name="reindex killed", problems=[f"after {before} nothing is live"])
    code = here.reindex().wait()
    result = counted(here, f"reindex killed at {kills} random moments", answers)
    result.remarks = {"moments (s)": moments, "of": round(whole, 1), "the next ended with": code}
    result.problems += left_behind(here)
    if code:
        result.problems.append(f"the reindex after all ended with {code}: {here.said()}")
    return result


def _is_over(process: subprocess.Popen[bytes]) -> bool:
    return process.poll() is not None


def left_behind(here: World) -> list[str]:
    """Return what is in the cluster beyond the live generation, the one before it, and the lock."""
    names = here.names()
    current = live(here)
    kept = sorted({name for name in names if name.removeprefix(f"{ALIAS}-").isdigit()})
    allowed = {f"{name}{part}" for name in kept[-2:] for part in ("", "-files", "-articles")}
    allowed |= {f"{ALIAS}-lock", f"{current}<-{ALIAS}"}
    more = sorted(names - allowed)
    return [f"left behind: {', '.join(more)}"] if more or current not in kept[-2:] else []


def live(here: World) -> str:
    """Return the index that the alias stands for; nothing where there is none."""
    return next((name.partition("<-")[0] for name in here.names() if name.endswith(f"<-{ALIAS}")), "")


def _wait_for_writing(here: World, before: str) -> None:
    """Wait until there is an index of a generation after the live one."""
    number = int(before.rpartition("-")[2])

    def is_begun() -> bool:
        return any(int(name) > number for name in map(_number_in, here.names()) if name)

    _wait_for(is_begun, 600)


def _number_in(name: str) -> str:
    """Return the number of the generation that an index belongs to; nothing for another index, or an alias."""
    number = name.removeprefix(f"{ALIAS}-").partition("-")[0]
    return number if number.isdigit() else ""


def _wait_until_back(here: World) -> float:
    """Wait until every part of the live index answers; return when that was."""

    def is_back() -> bool:
        with suppress(OSError):
            return not here.asked(f"{ALIAS}/_search?size=0&allow_partial_search_results=false")["_shards"][
                "failed"
            ]
        return False

    _wait_for(is_back, 900)
    return time.monotonic()


def _wait_for(is_so: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"it did not come about in {seconds:g} s")
        time.sleep(0.05)


def other(here: World, seed: int) -> Node:
    """Return a node that is not the manager."""
    manager = here.manager()
    return Random(seed).choice([node for node in here.nodes if node is not manager])


def scenarios(here: World, options: argparse.Namespace) -> dict[str, Callable[[], Result]]:
    """Return what is to happen, by the name that the command line knows it by."""
    random, seed = Random(options.seed), options.seed

    def one() -> Node:
        return other(here, random.randrange(1_000))

    return {
        "node": lambda: node_killed(here, "a node killed", options.seconds, one, seed),
        "manager": lambda: node_killed(
            here, "the elected manager killed", options.seconds, here.manager, seed + 1
        ),
        "down": lambda: all_down(here, options.down, options.timeout, seed + 5),
        "switch": lambda: switched(here, seed + 2),
        "node-reindex": lambda: node_killed_in_reindex(
            here, "a node killed during a reindex", one, seed + 3, random.uniform(0, 2)
        ),
        "manager-reindex": lambda: node_killed_in_reindex(
            here, "the manager killed during a reindex", here.manager, seed + 4, random.uniform(0, 2)
        ),
        "kills": lambda: reindex_killed(here, options.kills, seed + 6),
    }


def options_given() -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--articles", type=int, default=3_000)
    parser.add_argument("--sites", type=int, default=2, help="web servers")
    parser.add_argument("--seconds", type=float, default=30.0, help="for which a node stays killed")
    parser.add_argument("--down", type=float, default=20.0, help="seconds for which all nodes stay killed")
    parser.add_argument("--timeout", type=float, default=5.0, help="search.opensearch.timeout")
    parser.add_argument("--kills", type=int, default=10, help="of reindexes")
    parser.add_argument("--only", action="append", default=[], help="a scenario; repeatable")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="where to write the results")
    return parser.parse_args()


def main() -> int:
    """Run the campaign; return the exit code."""
    options = options_given()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="als-search-faults-") as place:
        folder = Path(place)
        home = Path(os.environ[HOME])
        with world(
            home, folder, articles=options.articles, sites=options.sites, timeout=options.timeout
        ) as here:
            here.settle()
            click.echo(_HEAD)
            for name, scenario in scenarios(here, options).items():
                if not options.only or name in options.only:
                    results.append(scenario())
                    click.echo(results[-1].line())
                    for each in results[-1].problems:
                        click.echo(f"  WRONG: {each}")
    if options.json:
        told = [{name: getattr(each, name) for name in Result.__slots__} for each in results]
        options.json.write_text(json.dumps(told, indent=1) + "\n", "utf-8")
    return 1 if any(each.failed or each.wrong or each.problems for each in results) else 0


if __name__ == "__main__":
    sys.exit(main())
