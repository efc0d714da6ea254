"""Both engines find the same: random trees over random articles, and requests over the sample library."""

from __future__ import annotations

import time
import uuid
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.keeping.library import Library
from index.build import build
from index.settings import IndexSettings
from search.cluster import plan
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.deadline import Deadline
from search.hits import found_by, hits_of
from search.marking.needles import Needles
from search.matching.execute import execute
from search.opened import Opened
from search.query import Every
from search.request import SearchRequest, Sort
from search.settings import OpenSearchSettings
from tests.conftest import NOW, ignore_progress
from tests.search.matching.test_brute_force import LEAVES, branches, record

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.outcome import Parsed
    from search.cluster.opened import ClusterOpened
    from search.query import Node

TREES = st.recursive(LEAVES, branches, max_leaves=5)


class Both(NamedTuple):
    """The same generation, open from files and in a cluster."""

    embedded: Opened
    cluster: ClusterOpened


def patient() -> Deadline:
    return Deadline(lambda: 0.0, 30.0)


@pytest.fixture(scope="module", params=[7, 60])
def both(
    request: pytest.FixtureRequest, cluster_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Both]:
    folder = tmp_path_factory.mktemp("both")
    yield from opened_in_both(
        folder, [record(Random(request.param), n + 1) for n in range(request.param)], cluster_url
    )


def opened_in_both(folder: Path, records: list[Parsed], url: str) -> Iterator[Both]:
    library = Library(folder / "library.sqlite", identity="test")
    library.take(records, source="a test", now=NOW)
    generation = build(library, folder / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    where = OpenSearchSettings(hosts=(url,), index=f"test-{uuid.uuid4().hex[:12]}", timeout=30)
    cluster = Cluster(where)
    publish(cluster, where, generation)
    yield Both(Opened(generation), ClusterStore(cluster, where.index, time.monotonic).live(patient()))
    cluster.client.indices.delete(index=f"{where.index}*")


@given(TREES)
def test_the_cluster_matches_what_the_arrays_match(both: Both, tree: Node) -> None:
    expected = execute(both.embedded.index, tree, patient())
    assert both.cluster.numbers(tree, patient()).tolist() == expected.numbers().tolist()


@given(TREES, st.sampled_from(Sort), st.integers(0, 20))
def test_the_cluster_shows_what_the_arrays_show(both: Both, tree: Node, sort: Sort, start: int) -> None:
    asked = SearchRequest(sort=sort)
    one, other = both
    masks = one.facets.chosen(asked)
    expected = found_by(one, tree, asked, masks, (start, 10), patient())
    found, hits, facets = other.answer(tree, asked, (start, 10), patient())
    assert found.total == expected.total
    assert found.loose.count == expected.loose.count
    assert found.numbers.tolist() == expected.numbers.tolist()
    assert np.allclose(found.scores, expected.scores, rtol=1e-5)
    assert hits == tuple(hits_of(one, expected, Needles(tree, one.segment, one.looks)))
    assert facets == one.facets.count(expected.known, masks, asked)


@pytest.mark.parametrize("most", [1, 2, 5])
def test_values_are_counted_whole_however_few_a_search_may_count(
    both: Both, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    one, other = both
    monkeypatch.setattr(plan, "MOST_VALUES", most)
    asked = SearchRequest(sort=Sort.NEWEST)
    masks = one.facets.chosen(asked)
    expected = found_by(one, Every(), asked, masks, (0, 10), patient())
    _, _, facets = other.answer(Every(), asked, (0, 10), patient())
    assert facets == one.facets.count(expected.known, masks, asked)
    assert sum(facet.distinct for facet in facets) > most
