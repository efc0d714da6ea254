from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest
import rispy  # type: ignore[import-untyped]  # ships no types
from click.testing import CliRunner

from als_search import main
from search.request import Choice, SearchRequest, Sort
from tests.records import parsed
from tests.webui.reading import links_at, page_at, text_at
from webui import links
from webui.export import MAX_KEYS
from webui.exports import FORMATS

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf


def pmids(text: str) -> list[str]:
    return [entry["accession_number"] for entry in rispy.loads(text)]


def test_all_hits_of_a_search_are_exported_in_its_order(client: FlaskClient) -> None:
    listed: list[str] = []
    for number in (1, 2, 3, 4):
        page = page_at(client, f"/search?sort=oldest&size=20&page={number}")
        listed += [link.rpartition("/")[2] for link in links_at(page, ".hit h2 a")]
    response = client.get("/export?sort=oldest&format=ris")
    assert pmids(response.text) == listed
    assert len(listed) == 80
    assert response.mimetype == "application/x-research-info-systems"
    assert response.headers["Content-Disposition"] == "attachment; filename=als-search.ris"
    assert response.headers["X-Robots-Tag"] == "noindex"


def test_filters_hold_for_exports(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&keyword=registry")
    found = pmids(client.get("/export?q=survival&keyword=registry&format=ris").text)
    assert [f"/article/{pmid}" for pmid in found] == links_at(page, ".hit h2 a")


def test_more_hits_than_a_page_holds_are_all_exported(client_of: ClientOf) -> None:
    client = client_of(*(parsed(n, f"Zebra {n}.") for n in range(1, 251)))
    assert sorted(map(int, pmids(client.get("/export?q=zebra&format=ris").text))) == list(range(1, 251))


def test_a_selection_is_exported_in_the_order_it_was_made(client: FlaskClient) -> None:
    response = client.get("/export?key=99000009&key=99000001&key=99000009&key=1&format=ris")
    assert pmids(response.text) == ["99000009", "99000001"]


@pytest.mark.parametrize("name", FORMATS)
def test_an_article_is_exported_in_every_format(client: FlaskClient, name: str) -> None:
    response = client.get(f"/article/99000009.{name}")
    assert response.status_code == 200
    assert "99000009" in response.text
    assert response.mimetype == FORMATS[name].mimetype
    assert response.headers["Content-Disposition"].endswith(f"article-99000009{FORMATS[name].suffix}")


@pytest.mark.parametrize("doi", ["10.1000/a.b(c)", "10.1000/x;y", "10.1000/a//b"])
def test_an_article_that_has_only_a_doi_is_exported(client_of: ClientOf, doi: str) -> None:
    client = client_of(parsed(1, doi=doi))
    response = client.get(f"/article/{doi}.ris")
    assert (response.status_code, response.location) == (302, "/article/1.ris")
    assert response.headers.get("Content-Disposition") is None


def test_an_article_that_is_not_there_has_no_file(client: FlaskClient) -> None:
    assert client.get("/article/1.ris").status_code == 404


@pytest.mark.parametrize(
    ("query_string", "sentence"),
    [
        ("q=x", "it must be one of ris, bib, nbib, csl, csv, jsonl"),
        ("q=x&format=doc", "it must be one of ris"),
        ("q=x&format=%ff", "it must be one of ris"),
        ("colour=red&format=ris", "is no parameter of a search"),
        (
            urlencode([("format", "ris"), *[("key", str(n)) for n in range(MAX_KEYS + 1)]]),
            "1,001 articles are selected",
        ),
    ],
)
def test_an_export_that_makes_no_sense_says_why(
    client: FlaskClient, query_string: str, sentence: str
) -> None:
    assert sentence in text_at(page_at(client, f"/export?{query_string}", 400), "main")


def test_links_lead_to_exports(client: FlaskClient) -> None:
    request = SearchRequest(
        query="a b", choices=(Choice("year", ("2020",)),), sort=Sort.NEWEST, page=3, size=50
    )
    with client.application.test_request_context():
        assert links.export_url(request, "ris") == "/export?q=a+b&year=2020&sort=newest&format=ris"
        assert links.export_url(SearchRequest(), "csv") == "/export?format=csv"
    page = page_at(client, "/article/99000009")
    downloads = links_at(page, ".downloads a")
    assert downloads == [f"/article/99000009.{name}" for name in FORMATS]
    assert all(client.get(link).status_code == 200 for link in downloads)


def test_the_command_writes_all_hits(sample_data: Path, tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["--data", str(sample_data), "export", "survival", "--sort", "newest"])
    assert run.exit_code == 0, run.output
    assert len(pmids(run.stdout)) > 5
    target = tmp_path / "out.csv"
    run = CliRunner().invoke(
        main, ["--data", str(sample_data), "export", "--format", "csv", "--output", str(target)]
    )
    assert run.exit_code == 0, run.output
    assert len(target.read_text("utf-8-sig").splitlines()) == 81


def test_the_command_names_the_formats_there_are(sample_data: Path) -> None:
    run = CliRunner().invoke(main, ["--data", str(sample_data), "export", "x", "--format", "doc"])
    assert run.exit_code == 2
    assert "ris" in run.output
