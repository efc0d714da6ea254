from __future__ import annotations

from typing import TYPE_CHECKING

from index.schema import FACETS
from tests.records import parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at

if TYPE_CHECKING:
    from bs4 import BeautifulSoup
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf


def values(page: BeautifulSoup) -> list[str]:
    return [str(box["value"]) for box in page.select(".values input")]


def test_every_facet_has_a_page_with_all_its_values(client: FlaskClient) -> None:
    for facet in FACETS:
        page = page_at(client, f"/facet/{facet.name}?q=survival")
        assert text_at(page, "h1") == f"Filter: {facet.title}"
        assert len(values(page)) == int(text_at(page, "[role=status]").split()[0])


def test_values_are_found_by_how_a_word_of_them_starts(client_of: ClientOf) -> None:
    client = client_of(parsed(1, authors="Ana Silva"), parsed(2, authors="Ana Silva|Bo Jones"))
    page = page_at(client, "/facet/author?typed=silv")
    assert texts_at(page, ".values label") == ["Silva A (2)"]
    assert text_at(page, "[role=status]") == "1 value with a word that starts with silv."
    assert values(page_at(client, "/facet/author?q=1&typed=jon")) == []


def test_what_is_chosen_stays_chosen_while_others_are_looked_for(client_of: ClientOf) -> None:
    client = client_of(
        parsed(1, authors="Ana Silva", year="2020"), parsed(2, authors="Bo Jones", year="2021")
    )
    page = page_at(client, "/facet/author?q=title&author=silva+a&from=2020&sort=newest&page=2&typed=jon")
    hidden = [(each["name"], each["value"]) for each in page.select("#pick input[type=hidden]")]
    assert hidden == [("q", "title"), ("from", "2020"), ("sort", "newest"), ("author", "silva a")]
    assert ("author", "silva a") in [
        (each["name"], each["value"]) for each in page.select(".find input[type=hidden]")
    ]
    assert links_at(page, ".facet-page > p a") == ["/search?q=title&author=silva+a&from=2020&sort=newest"]
    shown = page_at(client, "/facet/author?author=silva+a")
    assert [str(box["value"]) for box in shown.select(".values input[checked]")] == ["silva a"]
    assert len(values(shown)) == 2
    assert not shown.select("#pick input[type=hidden]")


def test_a_long_facet_leads_to_its_page(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival")
    link = one(page, "#facet-keyword .every a")
    assert str(link["href"]) == "/facet/keyword?q=survival"
    assert len(values(page_at(client, str(link["href"])))) > 8


def test_there_is_no_page_for_what_is_no_filter(client: FlaskClient) -> None:
    page = page_at(client, "/facet/colour", 404)
    assert "There is no filter colour; there are Keyword" in text_at(page, "main")


def test_a_page_of_a_filter_refuses_what_a_search_does(client: FlaskClient) -> None:
    page_at(client, "/facet/keyword?size=9999", 400)
    page_at(client, "/facet/keyword?colour=red", 400)
