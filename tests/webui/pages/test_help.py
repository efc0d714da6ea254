from __future__ import annotations

from typing import TYPE_CHECKING

from index.tags import LOOSE
from search.engine import Engine
from tests.records import parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at
from webui.app import create_app
from webui.pages.help import FIRST, TOPICS
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from crawler.keeping.library import Library
    from tests.webui.conftest import ClientOf


def test_every_example_finds_something_and_is_understood_whole(client: FlaskClient) -> None:
    page = page_at(client, "/help")
    examples = links_at(page, ".help-examples a")
    assert len(examples) == len(FIRST) + sum(len(topic.examples) for topic in TOPICS)
    for link in examples + links_at(page, "a.example"):
        found = page_at(client, link)
        assert not found.select(".notices"), link
        # What an article cites need not be held here.
        assert found.select(".hit") or "citedby" in link, link


def test_every_field_that_articles_have_has_an_example(client: FlaskClient) -> None:
    page = page_at(client, "/help")
    rows = {text_at(row, "th"): texts_at(row, "a.example") for row in page.select("tbody tr")}
    assert [title for title, examples in rows.items() if not examples and title in {"title", "DOI"}] == []
    assert sum(map(bool, rows.values())) > len(rows) * 0.8


def test_links_of_the_help_page_lead_somewhere(client: FlaskClient) -> None:
    page = page_at(client, "/help")
    for link in {each for each in links_at(page, "main a") if each.startswith("/")}:
        assert client.get(link).status_code == 200, link
    anchors = {str(each["id"]) for each in page.select("[id]")}
    assert {topic.anchor for topic in TOPICS} <= anchors


def test_examples_take_authors_and_numbers_from_the_library(client_of: ClientOf) -> None:
    text = text_at(page_at(client_of(parsed(4711)), "/help"), "main")
    assert "cites:4711" in text


def test_help_needs_no_index(library: Library, tmp_path: Path) -> None:
    client = create_app(Engine(tmp_path / "none"), library, WebSettings()).test_client()
    assert "riluzole OR edaravone" in text_at(page_at(client, "/help"), "main")


def test_the_first_section_is_plain_words(client: FlaskClient) -> None:
    page = page_at(client, "/help")
    first = one(page, "main h2")
    assert first["id"] == "words"
    assert one(page, ".help-examples a").get_text() == FIRST[0].query


def test_help_names_what_pubmed_tells_apart_and_this_does_not(client: FlaskClient) -> None:
    text = page_at(client, "/help").get_text()
    assert all(tag in text for loose in LOOSE for tag in loose.tags)
