"""A site over the cluster, with nothing on its disk, shows what a site over the library shows."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from als_search import make_app
from crawler.article import Reference
from crawler.errors import LibraryError
from crawler.keeping.library import Library
from crawler.keeping.works import lookup_ids
from index import generations
from index.build import build
from index.settings import IndexSettings
from search.cluster.articles import ClusterArticles
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.settings import OpenSearchSettings
from tests.conftest import NOW, ignore_progress
from tests.search.matching.test_brute_force import record
from webui.app import create_app
from webui.exports import FORMATS
from webui.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from crawler.article import Article
    from crawler.outcome import Parsed
    from tests.sites import NewSettings

_ADDRESSES = [
    "/",
    "/about",
    "/help",
    "/healthz",
    "/sitemap.xml",
    "/sitemap-1.xml",
    "/feed.atom?q=als",
    "/search?q=riluzole",
    "/article/no-such-article",
    "/api/v1/status",
    "/api/v1/search?q=riluzole",
    *(f"/export?q=riluzole&format={name}" for name in FORMATS),
]
_OF_AN_ARTICLE = [
    "/article/{}",
    "/api/v1/article/{}",
    "/api/v1/references/{}",
    "/api/v1/cited-by/{}",
    *(f"/article/{{}}.{name}" for name in FORMATS),
]
_CHANGING = re.compile(rb"\d{4}-\d\d-\d\dT[0-9:.+Z-]*|\"took_ms\": ?[0-9.]+|generation-\d+|nonce-[^']*")


@pytest.fixture(scope="module")
def where(cluster_url: str, sample_data: Path) -> Iterator[OpenSearchSettings]:
    where = OpenSearchSettings(hosts=(cluster_url,), index="test-articles", timeout=30)
    cluster = Cluster(where)
    library = Library(sample_data / "library.sqlite")
    publish(cluster, where, generations.live(sample_data / "index"), library=library)
    library.close()
    yield where
    cluster.client.indices.delete(index=f"{where.index}-*")


@pytest.fixture(scope="module")
def articles(where: OpenSearchSettings) -> ClusterArticles:
    return ClusterArticles(Cluster(where), where.index, lambda: 0.0)


@pytest.fixture(scope="module")
def client(where: OpenSearchSettings, articles: ClusterArticles) -> FlaskClient:
    engine = Engine(ClusterStore(Cluster(where), where.index, lambda: 0.0), seconds=30)
    return create_app(engine, articles, WebSettings()).test_client()


@pytest.fixture
def of_library(sample_engine: Engine, sample_library: Library) -> FlaskClient:
    return create_app(sample_engine, sample_library, WebSettings()).test_client()


def same(one: FlaskClient, other: FlaskClient, address: str, status: int = 200) -> None:
    expected, found = one.get(address), other.get(address)
    assert found.status_code == expected.status_code == status, address
    assert _CHANGING.sub(b"", found.data) == _CHANGING.sub(b"", expected.data), address


@pytest.mark.parametrize("address", _ADDRESSES)
def test_pages_are_the_same(client: FlaskClient, of_library: FlaskClient, address: str) -> None:
    same(of_library, client, address, 404 if "no-such" in address else 200)


@pytest.mark.parametrize("address", _OF_AN_ARTICLE)
def test_what_is_shown_of_articles_is_the_same(
    client: FlaskClient, of_library: FlaskClient, sample_library: Library, address: str
) -> None:
    for article in list(sample_library.articles())[::5]:
        same(of_library, client, address.format(article.key))


def given(article: Article | None) -> Article:
    assert article is not None
    return article


def test_articles_are_the_same(articles: ClusterArticles, sample_library: Library) -> None:
    compared(articles, sample_library)


def compared(articles: ClusterArticles, library: Library) -> None:
    everything = list(library.articles())
    ids = [each.upper() for article in everything for each in lookup_ids(article.ids)]
    assert any(library.citing(each, limit=0)[0] > 1 for each in everything)
    assert articles.held([*ids, "nothing"]) == library.held([*ids, "nothing"])
    asked = [*ids[::-1], "nothing", *ids[:3]]
    assert list(articles.several(asked)) == list(library.several(asked))
    for article in everything:
        for each in lookup_ids(article.ids):
            assert articles.article(each.upper()) == article
        assert articles.matched(article) == library.matched(article)
        for first, limit in ((0, 0), (0, 3), (1, 2), (10**7, 2)):
            expected = library.citing(article, first=first, limit=limit)
            total, citing = articles.citing(article, first=first, limit=limit)
            assert (total, [each.key for each in citing]) == (expected[0], [each.key for each in expected[1]])


def test_what_the_library_says_is_the_same(articles: ClusterArticles, sample_library: Library) -> None:
    assert articles.revision == sample_library.revision
    assert articles.counts() == sample_library.counts()
    assert articles.updated() == sample_library.updated()
    assert articles.formats() == sample_library.formats()
    assert articles.keys(first=0, limit=50_000) == sample_library.keys(first=0, limit=50_000)


def cites(random: Random, number: int) -> Parsed:
    """Return a record that cites some others by PMID or DOI, and one without an id."""
    parsed = record(random, number)
    ids = replace(parsed.article.ids, doi=f"10.1000/{number}")
    cited = random.sample(range(1, 60), random.randint(0, 8))
    references = [Reference(text="An unnumbered work.")]
    references += [
        Reference(text="x", pmid=str(n)) if n % 2 else Reference(text="x", doi=f"10.1000/{n}") for n in cited
    ]
    article = replace(parsed.article, ids=ids, references=tuple(references))
    return replace(parsed, article=article)


def test_a_library_of_real_articles_is_the_same(new_settings: NewSettings, library: Library) -> None:
    random = Random(9)
    library.take([cites(random, number) for number in range(1, 41)], source="a test", now=NOW)
    loose = library.loose_references()
    library.set_matches((work, place, str(random.randint(1, 50))) for work, place, _ in loose)
    library.set_versions([("7", "8")])
    folder = library.path.parent / "index"
    generation = build(library, folder, IndexSettings(), now=NOW, progress=ignore_progress)
    where = new_settings()
    publish(Cluster(where), where, generation, library=library)
    articles = ClusterArticles(Cluster(where), where.index, lambda: 0.0)
    for first, limit in ((0, 100), (0, 7), (7, 7), (39, 7), (40, 7)):
        assert articles.keys(first=first, limit=limit) == library.keys(first=first, limit=limit)
    assert articles.keys(first=5, limit=2) == ["6", "7"]
    compared(articles, library)
    assert any(articles.matched(article) for article in library.articles())
    assert [link.doi for link in given(articles.article("7")).corrections] == ["10.1000/8"]


def test_the_servers_need_nothing_on_their_disk(
    where: OpenSearchSettings, of_library: FlaskClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALS_SEARCH_DATA", str(tmp_path / "nothing"))
    monkeypatch.setenv("ALS_SEARCH_SEARCH_ENGINE", "opensearch")
    monkeypatch.setenv("ALS_SEARCH_SEARCH_OPENSEARCH_HOSTS", where.hosts[0])
    monkeypatch.setenv("ALS_SEARCH_SEARCH_OPENSEARCH_INDEX", where.index)
    monkeypatch.setenv("ALS_SEARCH_SEARCH_OPENSEARCH_TIMEOUT", "30")
    servers = [make_app().test_client() for _ in range(2)]
    for server in servers:
        for address in ("/article/99000001", "/search?q=riluzole", "/api/v1/status"):
            same(of_library, server, address)
    assert not (tmp_path / "nothing").exists()


def test_a_generation_without_articles_says_what_to_do(new_settings: NewSettings, sample_data: Path) -> None:
    where = new_settings()
    publish(Cluster(where), where, generations.live(sample_data / "index"))
    with pytest.raises(LibraryError, match="run `als-search reindex`"):
        ClusterArticles(Cluster(where), where.index, lambda: 0.0).article("1")


def test_a_cluster_that_is_away_is_a_page_that_says_so(sample_engine: Engine) -> None:
    away = OpenSearchSettings(hosts=("http://127.0.0.1:1",), timeout=1)
    articles = ClusterArticles(Cluster(away), away.index, lambda: 0.0)
    with pytest.raises(LibraryError, match="does not answer"):
        articles.counts()
    client = create_app(sample_engine, articles, WebSettings()).test_client()
    for address in ("/article/1", "/sitemap.xml", "/api/v1/article/1"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "library of articles cannot be read" in answer.text
    assert "als_search_crawl_age_seconds NaN" in client.get("/metrics").text
