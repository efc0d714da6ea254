"""A small campaign: see `campaign` for the large one."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.eutils_faults import Faults
from tests.eutils_server import eutils_server, make_corpus
from tests.faults.campaign import check, content, crawl, killed, to_the_end

if TYPE_CHECKING:
    from pathlib import Path

FAST = 1000.0


def test_a_crawl_that_is_killed_and_meets_faults_ends_with_the_same_library(tmp_path: Path) -> None:
    corpus = make_corpus(3000)
    with eutils_server(corpus.records, dates=corpus.dates) as server:
        said = to_the_end(crawl(server, tmp_path / "plain", pace=FAST))
        whole = content(tmp_path / "plain")
    assert len(whole) == 3000
    assert "3000 new" in said
    with eutils_server(corpus.records, dates=corpus.dates, faults=Faults(share=0.05, seed=3)) as server:
        count = killed(server, tmp_path / "killed", pace=FAST, kills=4, random=Random(3))
        assert content(tmp_path / "killed") == whole
        assert check(server, pace=FAST, breaks=count + 20) == []
