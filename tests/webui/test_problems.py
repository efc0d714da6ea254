from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from crawler.keeping.library import Library
from search.engine import Engine
from tests.webui.reading import one, page_at, text_at
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from search.articles import Articles


@pytest.mark.parametrize(
    ("query_string", "sentence"),
    [
        (
            "colour=red",
            '"colour" is no parameter of a search; there are q, from, to, sort, mapping, priors, spelling, generation, size, page, keyword',
        ),
        ("page=zero", 'Number of the page: "zero" is not a number like 1 or 20.'),
        ("q=%00", "What you search for: the text holds a control character, which cannot be searched for."),
        ("keyword=", "Filter Keyword: no value is given; leave it out to see all."),
        (
            "sort=best",
            'Order: "best" is not an order; there are relevance, newest, oldest, cited, author, journal.',
        ),
        ("q=%ED%A0%80", "The address holds characters that are not valid UTF-8."),
        (
            f"q={'x' * 8001}",
            "What you search for: the text has 8,001 characters; at most 8,000 can be taken.",
        ),
        ("size=500", "Articles on a page: 500 is not from 1 to 100."),
    ],
)
def test_a_search_that_makes_no_sense_says_why(client: FlaskClient, query_string: str, sentence: str) -> None:
    page = page_at(client, f"/search?{query_string}", 400)
    assert text_at(page, "h1") == "This search cannot be read"
    assert sentence in text_at(page, "main")


def test_what_was_typed_is_still_there_when_a_search_cannot_be_read(client: FlaskClient) -> None:
    assert one(page_at(client, "/search?q=motor%20neuron&sort=best", 400), "#q")["value"] == "motor neuron"
    assert one(page_at(client, "/search?q=motor%00neuron", 400), "#q")["value"] == "motor neuron"
    assert one(page_at(client, f"/search?q={'x' * 9000}", 400), "#q")["value"] == "x" * 8000


def test_a_long_query_is_cut_with_a_word_about_it(client: FlaskClient) -> None:
    page = page_at(client, f"/search?q=survival+{'x+' * 2100}")
    assert "Only the first 4,000 characters of the query were read." in text_at(page, ".notices")
    assert len(str(one(page, "#q")["value"])) > 4000
    assert one(page, "#q")["maxlength"] == "8000"


def test_a_page_that_is_not_there_leads_on(client: FlaskClient) -> None:
    page = page_at(client, "/nowhere", 404)
    assert text_at(page, "h1") == "Page not found"
    assert one(page, "form[role=search]")
    assert page.select('main a[href="/"]')


def test_a_page_after_the_last_names_the_last(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&size=5&page=900", 404)
    assert text_at(page, "h1") == "There is no page 900"
    link = one(page, "main .problem a, .problem a")
    assert client.get(str(link["href"])).status_code == 200
    assert one(page, "#q")["value"] == "survival"


def test_a_page_after_nothing_leads_to_the_first(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=zzzzqqqq&page=2", 404)
    assert "This search finds no article." in text_at(page, "main")
    assert one(page, ".problem a")["href"] == "/search?q=zzzzqqqq"


def test_an_unknown_pmid_leads_to_pubmed(client: FlaskClient) -> None:
    page = page_at(client, "/article/12345678", 404)
    assert "no article with the PMID, PMCID or DOI 12345678" in text_at(page, "main")
    assert one(page, ".problem a")["href"] == "https://pubmed.ncbi.nlm.nih.gov/12345678/"


def test_any_key_of_an_article_is_answered(client: FlaskClient) -> None:
    for key in ("%00", "a" * 3000, "10.1000/a%2F%2Fb", "..%2F..", "%FF", "//x"):
        assert client.get(f"/article/{key}").status_code == 404


def test_nothing_can_be_sent(client: FlaskClient) -> None:
    response = client.post("/search", data={"q": "x"})
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert "This page can only be read" in response.text


@pytest.mark.parametrize("path", ["/", "/search?q=riluzole"])
def test_without_an_index_a_search_is_not_available_and_never_empty(
    tmp_path: Path, sample_library: Articles, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = create_app(Engine(tmp_path), sample_library, WebSettings()).test_client()
    with caplog.at_level(logging.ERROR):
        page = page_at(client, path, 503)
    assert text_at(page, "h1") == "Not available at the moment"
    assert "The search index cannot be used at the moment" in text_at(page, "main")
    assert "No article" not in page.get_text()
    assert one(page, ".problem a")["href"] == path
    assert "als-search reindex" in caplog.text
    assert "riluzole" not in caplog.text
    assert int(client.get(path).headers["Retry-After"]) in {59, 60}


def test_without_an_index_the_other_pages_stay(tmp_path: Path, sample_library: Articles) -> None:
    client = create_app(Engine(tmp_path), sample_library, WebSettings()).test_client()
    assert {client.get(path).status_code for path in ("/help", "/about", "/article/99000001")} == {200}


def test_without_a_library_an_article_is_not_available(tmp_path: Path, sample_engine: Engine) -> None:
    library = Library(tmp_path / "library.sqlite", identity="test")
    library.close()
    (tmp_path / "library.sqlite").write_bytes(b"no database" * 1000)
    page = page_at(create_app(sample_engine, library, WebSettings()).test_client(), "/article/99000001", 503)
    assert "The library of articles cannot be read" in text_at(page, "main")
    assert str(tmp_path) not in page.get_text()
    library.close()


def test_health_is_known_by_a_real_query(
    client: FlaskClient, tmp_path: Path, sample_library: Articles
) -> None:
    assert client.get("/healthz").text.startswith("ok, 80 articles in generation-")
    down = create_app(Engine(tmp_path), sample_library, WebSettings()).test_client().get("/healthz")
    assert (down.status_code, down.mimetype) == (503, "text/plain")


def test_a_fault_of_ours_is_owned_up_to(sample_engine: Engine, sample_library: Articles) -> None:
    app = create_app(sample_engine, sample_library, WebSettings())

    def broken() -> str:
        raise RuntimeError("a secret")

    app.add_url_rule("/broken", view_func=broken)
    page = page_at(app.test_client(), "/broken", 500)
    assert text_at(page, "h1") == "Something went wrong"
    assert "secret" not in page.get_text()
