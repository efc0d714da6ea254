"""Small campaigns: see `campaign` for the large one."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.dealt_faults import Faults
from tests.eutils_server import make_corpus
from tests.fault_server import Asked
from tests.faults.campaign import Source, europepmc, pubmed
from tests.faults.crawls import Crawl, content, most_in_a_second, needless, problems, run

if TYPE_CHECKING:
    from pathlib import Path

FAST = 1000.0
KILLS = 2


@pytest.mark.parametrize(
    "source", [pubmed(make_corpus(1000)), europepmc(250, 10)], ids=["pubmed", "europepmc"]
)
def test_a_crawl_that_is_killed_and_meets_faults_ends_with_the_same_library(
    tmp_path: Path, source: Source
) -> None:
    with source.serve(Faults(share=0)) as server:
        plain = Crawl(server=server, data=tmp_path / "plain", source=source.name, pace=FAST)
        assert problems(plain, run(plain), is_batch=source.is_batch) == []
        requests = len(server.requests)
        whole = content(plain.data)
    assert len({key for key, *_ in whole}) == source.size
    # The slow and those that are to be waited for take their time in the large campaign.
    kinds = (
        "500",
        "502",
        "dropped",
        "cut off",
        "error",
        "JSON errCode",
        "wrong ids",
        "gzip bomb",
        "entity bomb",
    )
    faults = Faults(share=0.08, seed=3, in_a_row=1, kinds=kinds)
    with source.serve(faults) as server:
        crawl = Crawl(server=server, data=tmp_path / "killed", source=source.name, pace=FAST)
        moments = sorted(Random(3).sample(range(2, requests - 5), KILLS))
        outcome = run(crawl, moments=moments, random=Random(3))
        assert problems(crawl, outcome, is_batch=source.is_batch) == []
        assert len(outcome.kills) == KILLS
        assert faults.drawn
        assert content(crawl.data) == whole


def asked(time: float, ids: str = "", *, given: str | None = None) -> Asked:
    """Return a request for ids of a letter each, all given unless told otherwise."""
    return Asked(
        time=time, method="GET", address="", path="", parameters={}, headers={}, ids=tuple(ids),
        given=tuple(ids if given is None else given),
    )  # fmt: skip


def test_the_most_in_a_second_are_counted_in_any_second() -> None:
    assert most_in_a_second([asked(time) for time in (0, 0.9, 1.0, 1.1, 1.8, 1.95)]) == 4
    assert most_in_a_second([asked(0), asked(1)]) == 1
    assert most_in_a_second([]) == 0


@pytest.mark.parametrize(
    ("requests", "kills", "count"),
    [
        ([asked(0, "ab"), asked(1, "cd")], [], 0),
        ([asked(0, "ab"), asked(1, "bc")], [], 1),
        ([asked(0, "ab", given="a"), asked(1, "b")], [], 0),
        ([asked(0, "ab"), asked(1, "ab")], [1], 0),
        ([asked(0, "ab"), asked(1, "cd"), asked(2, "ac")], [2], 1),
    ],
)
def test_what_is_asked_for_again_without_need_is_counted(
    requests: list[Asked], kills: list[int], count: int
) -> None:
    assert needless(requests, kills, is_batch=lambda _: True) == count
