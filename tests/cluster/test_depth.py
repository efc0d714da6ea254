"""All hits of a search can be paged through, however deep, also while another generation takes over."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, Final

import msgspec
import pytest
from msgspec import structs

from index import generations
from index.generations import Generation
from search.cluster import upkeep
from search.cluster.clauses import EVERYTHING
from search.cluster.connection import Cluster
from search.cluster.plan import BEST, Plan, documents_in
from search.cluster.publish import publish
from search.cluster.reading import WINDOW, Reading
from search.cluster.store import ClusterStore
from search.deadline import Deadline
from search.engine import Engine
from search.errors import GenerationGone
from search.query import Every
from search.request import SearchRequest, Sort
from search.settings import OpenSearchSettings
from tests.sites import over_cluster, take_up
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from crawler.keeping.library import Library
    from tests.sites import NewSettings

_MANY: Final = WINDOW + 60
_ALL: Final = Plan(Every(), EVERYTHING, {}, {})


def patient() -> Deadline:
    return Deadline(lambda: 0.0, 60.0)


@pytest.fixture(scope="module")
def many(cluster_url: str) -> Iterator[Reading]:
    """An index with more documents than a cluster counts into, in two parts, numbered from 0."""
    where = OpenSearchSettings(hosts=(cluster_url,), index="test-depth", timeout=60)
    client = Cluster(where).client
    body = {
        "settings": {"number_of_shards": 2, "number_of_replicas": 0},
        "mappings": {"properties": {"n": {"type": "integer"}}},
    }
    client.indices.create(index=where.index, body=body)
    lines = b"".join(
        msgspec.json.encode({"index": {}}) + b"\n" + msgspec.json.encode({"n": n}) + b"\n"
        for n in range(_MANY)
    )
    client.bulk(index=where.index, body=lines.decode(), refresh="true")
    yield Reading(Cluster(where), where.index)
    client.indices.delete(index=where.index)


@pytest.mark.parametrize("sort", [[{"n": "asc"}], BEST])
@pytest.mark.parametrize("start", [0, 20, WINDOW - 10, WINDOW - 9, WINDOW, WINDOW + 50])
def test_a_page_is_what_stands_there_however_deep(many: Reading, sort: list[Any], start: int) -> None:
    body = many.window(_ALL, start, 10, sort, patient()) | {"docvalue_fields": ["n"]}
    found = [each["n"] for each in documents_in(many.search(body, patient()))]
    assert found == list(range(start, start + 10))


@pytest.mark.parametrize("start", [_MANY, _MANY + 1, 3 * WINDOW])
def test_a_page_behind_the_last_is_empty_but_counts(many: Reading, start: int) -> None:
    body = many.window(_ALL, start, 10, BEST, patient()) | {"track_total_hits": True}
    hits = many.search(body, patient())["hits"]
    assert (hits["hits"], hits["total"]["value"]) == ([], _MANY)


def test_all_numbers_are_read_once_each(many: Reading) -> None:
    assert list(many.numbers(_ALL, BEST, patient())) == list(range(_MANY))


def _walked(client: FlaskClient, query: str, between: Iterator[object]) -> tuple[list[str], set[str]]:
    """Return the keys of all hits by cursor, and the generations that they came from.

    Between an answer and the next something happens.
    """
    keys: list[str] = []
    names = set()
    cursor: dict[str, str] = {}
    while True:
        answer = client.get("/api/v1/search", query_string={"q": query, "size": 4, **cursor}).get_json()
        keys += [hit["article"]["key"] for hit in answer["hits"]]
        names.add(answer["generation"])
        if not answer.get("next_cursor"):
            return keys, names
        cursor = {"cursor": answer["next_cursor"]}
        next(between, None)


@pytest.mark.parametrize("query", ["", "als", "survival of patients"])
def test_cursors_go_on_in_their_generation_while_others_take_over(
    new_settings: NewSettings, sample_data: Path, sample_library: Library, query: str
) -> None:
    where = new_settings()
    generation = generations.live(sample_data / "index")
    publish(Cluster(where), where, generation, library=sample_library)
    parts = over_cluster(where)
    client = create_app(parts.engine, parts.articles, WebSettings()).test_client()
    files = create_app(Engine(sample_data / "index"), sample_library, WebSettings()).test_client()

    def happening() -> Iterator[object]:
        yield publish(Cluster(where), where, generation, library=sample_library)
        yield upkeep.rollback(Cluster(where), where.index)

    keys, names = _walked(client, query, happening())
    expected, _ = _walked(files, query, iter(()))
    assert keys == expected
    assert len(keys) == len(set(keys)) > 8
    assert names == {"generation-000001"}


def test_a_permalink_is_answered_until_its_generation_goes_and_then_says_so(
    new_settings: NewSettings, sample_data: Path, sample_library: Library
) -> None:
    where = new_settings()
    cluster = Cluster(where)
    generation = generations.live(sample_data / "index")
    publish(cluster, where, generation, library=sample_library)
    parts = over_cluster(where)
    client = create_app(parts.engine, parts.articles, WebSettings()).test_client()
    link = "/api/v1/search?q=survival&generation=generation-000001"
    before = client.get(link).get_json()["hits"]
    take_up(parts, where, generation, sample_library)
    assert client.get("/api/v1/search?q=survival").get_json()["generation"] == "generation-000002"
    assert client.get(link).get_json()["hits"] == before
    take_up(parts, where, generation, sample_library)
    assert client.get(link).status_code == 410
    assert client.get(link.replace("000001", "000009")).status_code == 404
    assert client.get(link.replace("generation-000001", "generation-*")).status_code in {400, 404}


@pytest.mark.parametrize("sort", Sort)
def test_every_hit_is_on_one_page_alone_and_in_the_order_of_the_files(
    new_settings: NewSettings, sample_data: Path, sample_engine: Engine, sort: Sort
) -> None:
    where = new_settings()
    publish(Cluster(where), where, generations.live(sample_data / "index"))
    engine = Engine(ClusterStore(Cluster(where), where.index, lambda: 0.0), seconds=30)
    request = SearchRequest(query="patients", sort=sort, size=9)
    for number in itertools.count(1):
        asked = structs.replace(request, page=number)
        found, expected = engine.search(asked), sample_engine.search(asked)
        assert [hit.key for hit in found.hits] == [hit.key for hit in expected.hits]
        if not expected.hits:
            break
    assert number > 2


def test_a_generation_that_never_was_is_gone(new_settings: NewSettings, sample_data: Path) -> None:
    where = new_settings()
    generation = generations.live(sample_data / "index")
    publish(Cluster(where), where, Generation(generation.folder, generation.manifest))
    engine = Engine(ClusterStore(Cluster(where), where.index, lambda: 0.0), seconds=30)
    for name in ("generation-000007", "generation-1000001"):
        with pytest.raises(GenerationGone):
            engine.search(SearchRequest(query="als", generation=name))
