from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from tests.webui.reading import links_at, one, page_at, text_at, texts_at
from webui.export import MAX_KEYS
from webui.exports import FORMATS

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def test_a_selection_is_cited_in_the_order_it_was_made(client: FlaskClient) -> None:
    page = page_at(client, "/cite?key=99000009&key=99000001&key=99000009")
    cited = texts_at(page, "#citations li")
    assert ["99000009" in cited[0], "99000001" in cited[1], len(cited)] == [True, True, 2]
    assert not page.select(".banner")


def test_a_selection_is_cited_in_every_style(client: FlaskClient) -> None:
    page = page_at(client, "/cite?key=99000009&key=99000001")
    seen = set()
    for link in links_at(page, ".styles a"):
        styled = page_at(client, link)
        seen.add(text_at(styled, "#citations"))
        assert len(styled.select("#citations li")) == 2
    assert len(seen) == 5
    assert text_at(page, ".styles [aria-current]") == "NLM"
    assert text_at(page_at(client, "/article/99000001"), "#cite-nlm") == texts_at(page, "#citations li")[1]


def test_what_is_not_here_is_counted_and_not_passed_over(client: FlaskClient) -> None:
    page = page_at(client, "/cite?key=99000009&key=1")
    assert text_at(page, ".banner") == "1 article is not in this library."
    assert len(page.select("#citations li")) == 1


def test_no_selection_is_no_error(client: FlaskClient) -> None:
    assert "No article is selected." in text_at(page_at(client, "/cite"), "main")


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("key=99000009&style=harvard", "it must be one of nlm, ama"),
        (urlencode([("key", str(n)) for n in range(MAX_KEYS + 1)]), "1,001 articles are selected"),
    ],
)
def test_citations_that_make_no_sense_say_why(client: FlaskClient, query: str, sentence: str) -> None:
    assert sentence in text_at(page_at(client, f"/cite?{query}", 400), "main")


@pytest.mark.parametrize(
    ("path", "instead"),
    [("/history", "bookmark the address of a search"), ("/selection", "save all articles of a search")],
)
def test_without_scripts_the_pages_say_what_to_do_instead(
    client: FlaskClient, path: str, instead: str
) -> None:
    page = page_at(client, path)
    assert "needs JavaScript" in text_at(page, ".without")
    assert instead in text_at(page, ".without")
    assert one(page, "meta[name=robots]")["content"] == "noindex"
    assert page_at(client, path + "/") == page


def test_a_selection_can_be_saved_in_every_format(client: FlaskClient) -> None:
    links = links_at(page_at(client, "/selection"), ".take a[download]")
    assert links == [f"/export?format={name}" for name in FORMATS]
    for link in links:
        assert client.get(f"{link}&key=99000009").status_code == 200


def test_hits_and_articles_say_what_is_kept_of_them(client: FlaskClient) -> None:
    for path, count in (("/search?q=survival&size=5", 5), ("/article/99000001", 1)):
        boxes = page_at(client, path).select(".keep[hidden] input")
        assert len(boxes) == count
        assert all(box["data-key"] and box["data-title"] and box["data-source"] for box in boxes)


def test_a_page_of_results_says_which_search_is_remembered(client: FlaskClient) -> None:
    place = one(page_at(client, "/search?q=survival&year=2020&page=1&size=2"), "[data-search]")
    assert place["data-search"] == "/search?q=survival&year=2020"
    assert place["data-query"] == "survival"
    assert place["data-filters"] == "Year: 2020"
    assert int(str(place["data-total"])) > 0
