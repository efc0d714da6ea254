from __future__ import annotations

import json
from typing import TYPE_CHECKING

from lxml import etree

from tests.conftest import NOW
from tests.records import parsed
from tests.webui.reading import one, page_at
from webui import discovery
from webui.app import create_app
from webui.links import article_url
from webui.settings import WebSettings

if TYPE_CHECKING:
    import pytest
    from flask.testing import FlaskClient

    from search.articles import Articles
    from search.engine import Engine
    from tests.webui.conftest import ClientOf

MAPS = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}


def places(client: FlaskClient, path: str) -> list[str]:
    """Return the addresses in a sitemap."""
    found = etree.fromstring(client.get(path).data).xpath("//s:loc/text()", namespaces=MAPS)
    assert isinstance(found, list)
    return [str(each).removeprefix("http://localhost") for each in found]


def test_every_page_tells_browsers_how_to_search_here(client: FlaskClient) -> None:
    for path in ("/", "/search?q=a", "/article/99000001", "/help"):
        assert one(page_at(client, path), 'link[rel="search"]')["href"] == "/opensearch.xml"
    description = etree.fromstring(client.get("/opensearch.xml").data)
    templates = {
        str(each.get("type")): str(each.get("template")).removeprefix("http://localhost")
        for each in description
        if etree.QName(each).localname == "Url"
    }
    for template in templates.values():
        address = template.replace("{searchTerms}", "riluzole").replace("&page={startPage?}", "")
        assert client.get(address).status_code == 200


def test_a_search_has_one_address_however_it_was_written(client: FlaskClient) -> None:
    page = page_at(client, "/search?utm_source=news&page=1&sort=relevance&q=survival&size=20")
    assert one(page, 'link[rel="canonical"]')["href"] == "http://localhost/search?q=survival"


def test_the_name_of_a_site_is_cut_to_what_browsers_take(
    sample_engine: Engine, sample_library: Articles
) -> None:
    settings = WebSettings(site_name="A & B <search> for everyone")
    text = create_app(sample_engine, sample_library, settings).test_client().get("/opensearch.xml").data
    name = etree.fromstring(text).findtext("{*}ShortName")
    assert name == "A & B <search> f"


def test_suggestions_come_as_browsers_read_them(client: FlaskClient) -> None:
    response = client.get("/opensearch/suggest?q=rilu")
    assert response.mimetype == "application/x-suggestions+json"
    typed, queries, texts = json.loads(response.text)
    assert (typed, queries[0], texts[0]) == ("rilu", "riluzole", "riluzole")
    assert len(queries) == len(texts)


def test_samples_are_in_no_sitemap(client: FlaskClient) -> None:
    assert places(client, "/sitemap.xml") == ["/sitemap-1.xml"]
    assert places(client, "/sitemap-1.xml") == []


def test_sitemaps_name_every_article_once(client_of: ClientOf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(discovery, "MAX_URLS", 4)
    monkeypatch.setattr(discovery, "_PART", 3)
    client = client_of(*(parsed(n) for n in range(1, 11)))
    maps = places(client, "/sitemap.xml")
    assert len(maps) == 3
    found = [each for path in maps for each in places(client, path)]
    assert sorted(found) == sorted(f"/article/{n}" for n in range(1, 11))
    assert all(client.get(each).status_code == 200 for each in found)
    assert client.get("/sitemap-4.xml").status_code == client.get("/sitemap-0.xml").status_code == 404


def test_a_crawler_is_told_when_the_maps_last_changed(client_of: ClientOf) -> None:
    text = client_of(parsed(1)).get("/sitemap.xml").data
    assert etree.fromstring(text).findtext("{*}sitemap/{*}lastmod") == NOW


def test_a_sitemap_names_pages_as_links_do(client: FlaskClient) -> None:
    keys = ["1", "PMC2", "10.1000/a(b)//c;d:e", "10.1000/<é>%?#&\"'[x]"]
    with client.application.test_request_context():
        assert list(discovery._pages("", keys)) == [article_url(key) for key in keys]


def test_crawlers_are_told_where_to_go_and_where_not_to(client: FlaskClient) -> None:
    text = client.get("/robots.txt").text
    assert "Disallow: /search\n" in text
    assert "Disallow: /article" not in text
    assert text.endswith("Sitemap: http://localhost/sitemap.xml\n")
