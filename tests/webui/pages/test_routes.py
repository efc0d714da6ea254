from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.schema import DATE_COLUMNS, FIELDS
from index.tags import GROUPS, OTHERS
from tests.records import parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from crawler.keeping.library import Library
    from search.articles import Articles
    from search.engine import Engine
    from tests.webui.conftest import ClientOf


def test_home_says_how_much_there_is_and_how_fresh(client_of: ClientOf) -> None:
    page = page_at(client_of(parsed(1, "Old.", year="1999"), parsed(2, "New.", year="2024")), "/")
    assert (
        text_at(page, ".lead")
        == "Search 2 articles on amyotrophic lateral sclerosis, last updated on 1 January 2026."
    )
    assert links_at(page, ".brief a") == ["/article/2", "/article/1"]
    assert "not medical advice" in text_at(page, "main")
    assert not page.select(".banner")


def test_home_says_how_fresh_the_library_was_and_not_when_it_was_indexed(
    library: Library, client_of: ClientOf
) -> None:
    library.take([parsed(1)], source="test", now="2025-03-04T05:06:07+00:00")
    assert text_at(page_at(client_of(), "/"), ".lead").endswith("last updated on 4 March 2025.")


def test_home_says_when_all_is_a_sample(client: FlaskClient) -> None:
    page = page_at(client, "/")
    assert text_at(page, ".banner").startswith("This is a sample.")
    assert "last updated" not in page.get_text()


def test_the_examples_find_something_and_are_understood_whole(client: FlaskClient) -> None:
    for link in links_at(page_at(client, "/"), ".examples a"):
        page = page_at(client, link)
        assert page.select(".hit"), link
        assert not page.select(".notices"), link


def test_help_names_every_field(client: FlaskClient) -> None:
    named = texts_at(page_at(client, "/help"), "table code")
    assert set(named) == {tag for each in (*FIELDS, *DATE_COLUMNS, *GROUPS, *OTHERS) for tag in each.tags}


@pytest.mark.parametrize("path", ["/help", "/search?q=survival", "/about"])
def test_a_slash_at_the_end_of_an_address_does_no_harm(client: FlaskClient, path: str) -> None:
    name, mark, query = path.partition("?")
    assert client.get(f"{name}/{mark}{query}").text == client.get(path).text


def test_about_says_where_articles_come_from_and_that_nobody_is_watched(client: FlaskClient) -> None:
    text = text_at(page_at(client, "/about"), "main")
    assert "courtesy of the U.S. National Library of Medicine" in text
    assert "does not endorse" in text
    assert "Nothing here is medical advice" in text
    assert "Searches are not recorded" in text


def test_every_page_has_one_heading_a_search_and_a_way_past_the_header(client: FlaskClient) -> None:
    for path in ("/", "/search", "/search?q=zzzz", "/article/99000001", "/help", "/about"):
        page = page_at(client, path)
        assert len(page.select("h1")) == 1
        assert len(page.select("form[role=search] #q")) == 1
        assert one(page, "a.skip")["href"] == "#main"
        assert "Not medical advice" in text_at(page, "footer")
        ids = [str(each["id"]) for each in page.select("[id]")]
        assert len(ids) == len(set(ids)), path


def test_crawlers_may_read_articles_but_not_search(client: FlaskClient) -> None:
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[0] == "User-agent: *"
    assert {f"Disallow: {path}" for path in ("/search", "/facet", "/suggest", "/export")} <= set(lines)


def test_the_icon_is_found_at_its_old_address(client: FlaskClient) -> None:
    response = client.get("/favicon.ico", follow_redirects=True)
    assert response.mimetype == "image/svg+xml"
    response.close()


def test_a_site_has_its_owners_name_and_contact(sample_engine: Engine, sample_library: Articles) -> None:
    settings = WebSettings(site_name="Our clinic <3", contact="library@clinic.example")
    page = page_at(create_app(sample_engine, sample_library, settings).test_client(), "/about")
    assert text_at(page, "h1") == "About Our clinic <3"
    assert links_at(page, "footer a[href^=mailto]") == ["mailto:library@clinic.example"]


def test_a_site_below_a_path_links_below_it(client: FlaskClient) -> None:
    page = client.get("/search?q=survival&size=5", base_url="http://x.example/als").text
    assert 'href="/als/search?q=survival' in page
    assert 'href="/search' not in page
