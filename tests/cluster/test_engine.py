"""The whole engine over a cluster answers as the one over files does, on the sample library."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from als_search import Settings
from index import generations
from search.choice import engine_of
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.request import Choice, SearchRequest, Sort
from search.settings import OpenSearchSettings, SearchSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from search.results import ResultPage
    from tests.sites import NewSettings

QUERIES = [
    "",
    "als",
    "riluzole",
    "motor neuron",
    '"motor neuron disease"',
    "TDP-43 pathology",
    "mot*",
    '"motor neur*"',
    "sod1 NOT mice",
    "NOT riluzole",
    "als[ti] AND 2015:2024[dp]",
    "motor disease[tiab:~5]",
    "motor motor disease[tiab:~9]",
    "what is the effect of riluzole on the survival of patients",
    "non-invasive ventilation",
    "rilusole",
    "free full text[sb]",
    "survival [",
    "sample[ref]",
    "nothing of this kind is anywhere qqq",
]
CHOICES = [
    (),
    (Choice("year", ("2024", "2022")),),
    (Choice("drug", ("riluzole",)), Choice("year", ("1800",))),
]


@pytest.fixture(scope="module")
def engine(cluster_url: str, sample_data: Path) -> Iterator[Engine]:
    where = OpenSearchSettings(hosts=(cluster_url,), index="test-engine", timeout=30)
    cluster = Cluster(where)
    publish(cluster, where, generations.live(sample_data / "index"))
    yield Engine(ClusterStore(cluster, where.index, lambda: 0.0), seconds=30)
    cluster.client.indices.delete(index=f"{where.index}-*")


def bare(page: ResultPage) -> ResultPage:
    """Return a page without the scores, which may differ in the last bit."""
    return structs.replace(page, hits=tuple(structs.replace(hit, score=0.0) for hit in page.hits))


@pytest.mark.parametrize("query", QUERIES)
def test_pages_are_the_same(engine: Engine, sample_engine: Engine, query: str) -> None:
    for sort in Sort:
        for choices in CHOICES:
            for page in (1, 3):
                request = SearchRequest(query=query, sort=sort, choices=choices, page=page, size=7)
                expected, found = sample_engine.search(request), engine.search(request)
                assert bare(found) == bare(expected)
                scores = [hit.score for hit in expected.hits]
                assert [hit.score for hit in found.hits] == pytest.approx(scores, rel=1e-4)


@pytest.mark.parametrize("query", QUERIES)
def test_the_rest_is_the_same(engine: Engine, sample_engine: Engine, query: str) -> None:
    request = SearchRequest(query=query, from_year=2005)
    assert engine.keys(request) == sample_engine.keys(request)
    assert engine.trends([request]) == sample_engine.trends([request])
    for name in ("author", "year"):
        assert engine.facet(request, name, "2") == sample_engine.facet(request, name, "2")
    for hit in sample_engine.search(request).hits[:3]:
        assert engine.explain(request, hit.key).place == sample_engine.explain(request, hit.key).place


def test_similar_articles_are_the_same(engine: Engine, sample_engine: Engine) -> None:
    for hit in sample_engine.search(SearchRequest(size=20)).hits:
        expected = [each.key for each in sample_engine.similar(hit.key, 5)]
        assert [each.key for each in engine.similar(hit.key, 5)] == expected
    assert engine.similar("no such key", 5) == ()


def test_suggestions_are_the_same(engine: Engine, sample_engine: Engine) -> None:
    for typed in ("mot", "als ri", "smi"):
        assert engine.suggest(typed) == sample_engine.suggest(typed)


def test_it_is_told_once_that_a_generation_has_been_opened(
    new_settings: NewSettings, sample_data: Path
) -> None:
    where = new_settings()
    publish(Cluster(where), where, generations.live(sample_data / "index"))
    opened: list[str] = []
    place = Settings(data=str(sample_data), search=SearchSettings(engine="opensearch", opensearch=where))
    engine = engine_of(place, opened=lambda: opened.append("opened"))
    assert engine.search(SearchRequest(query="riluzole")).total > 0
    assert engine.search(SearchRequest(query="als")).total > 0
    assert opened == ["opened"]
