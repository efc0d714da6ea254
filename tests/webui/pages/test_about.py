from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.formats import READERS
from crawler.outcome import Unparsed
from search.engine import Engine
from tests.records import parsed
from tests.webui.reading import links_at, page_at, text_at
from webui.app import create_app
from webui.pages import about
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from bs4 import BeautifulSoup
    from flask.testing import FlaskClient

    from crawler.keeping.library import Library
    from tests.webui.conftest import ClientOf


def facts(page: BeautifulSoup) -> dict[str, str]:
    """Return what the page says that the library holds."""
    return {text_at(each, "dt"): text_at(each, "dd") for each in page.select(".facts div")}


def test_about_counts_what_is_held_by_source_and_says_how_fresh_it_is(
    library: Library, client_of: ClientOf
) -> None:
    library.take([parsed(1), parsed(2, "Two.")], source="/home/x/secret.xml", now="2025-03-04T05:06:07+00:00")
    broken = Unparsed(record="3", reason="no title in /home/x/secret.xml", format="pubmed-xml", raw=b"<x/>")
    library.take([broken], source="/home/x/secret.xml", now="2025-03-04T05:06:07+00:00")
    page = page_at(client_of(), "/about")
    said = facts(page)
    assert said["In the library"].startswith("2 articles, with 0 references")
    assert said["From PubMed"] == "2 articles"
    assert said["Last read from a source"] == "4 March 2025"
    assert said["In the index"] == "2 articles, built on 1 January 2026"
    assert said["Could not be read"].startswith("1 record;")
    assert "secret" not in page.get_text()


def test_about_leads_to_retracted_articles_and_preprints(client: FlaskClient) -> None:
    page = page_at(client, "/about")
    assert facts(page)["Could not be read"] == "none"
    for link in links_at(page, ".facts a"):
        found = page_at(client, link)
        assert found.select(".hit")
        assert not found.select(".notices")
    assert "This is a sample." in text_at(page, "main")


def test_about_needs_no_index(library: Library, tmp_path: Path) -> None:
    client = create_app(Engine(tmp_path / "none"), library, WebSettings()).test_client()
    said = facts(page_at(client, "/about"))
    assert said["In the index"].startswith("It cannot be used at the moment")
    assert "Last read from a source" not in said


def test_about_has_words_for_every_format() -> None:
    assert set(about._FORMATS) == set(READERS)


def test_about_names_the_terms_of_each_source(client: FlaskClient) -> None:
    text = text_at(page_at(client, "/about"), "main")
    assert all(name in text for name in ("NLM’s terms", "Europe PMC’s terms", "PMC’s terms"))
    assert "Nothing here is medical advice" in text
