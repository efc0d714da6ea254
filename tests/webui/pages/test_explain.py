from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from als_search import main
from search.request import SearchRequest
from tests.webui.reading import links_at, page_at, text_at, texts_at

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from search.engine import Engine


def test_each_hit_links_to_the_page_that_says_why_it_is_there(client: FlaskClient) -> None:
    links = links_at(page_at(client, "/search?q=riluzole+survival&size=5"), "a.why")
    assert len(links) == 5
    page = page_at(client, links[0])
    assert "It stands in place 1." in text_at(page, "main")
    assert texts_at(page, "tbody th") == texts_at(page, "tbody th code")
    worth = [float(text) for text in texts_at(page, "table:first-of-type td:last-child")[:2]]
    scores = [float(text) for text in texts_at(page, ".text div:last-of-type td:nth-child(2)")]
    assert sum(worth) == pytest.approx(scores[0], abs=0.01)
    assert links_at(page, "main p a")[1] == "/search?q=riluzole+survival"


def test_what_answers_a_corrected_query_is_explained_for_that(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=rilusole")
    first = links_at(page, "a.why")[0]
    assert first.endswith("?q=riluzole")
    assert "not among the results" not in text_at(page_at(client, first), "main")


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/explain/99000009?q=zzzunheard", "not among the results of this search"),
        ("/explain/99000009?sort=newest", "in another order, newest first"),
    ],
)
def test_what_has_no_score_says_why(client: FlaskClient, path: str, said: str) -> None:
    page = page_at(client, path)
    assert said in text_at(page, "main")
    assert not page.select("table")


def test_an_article_that_is_not_held_cannot_be_explained(client: FlaskClient) -> None:
    assert text_at(page_at(client, "/explain/123?q=a", 404), "h1") == "No such article here"
    assert client.get("/api/v1/explain/123?q=a").status_code == 404


def test_programs_read_the_same_numbers(client: FlaskClient, sample_engine: Engine) -> None:
    hit = sample_engine.search(SearchRequest(query="riluzole survival")).hits[0]
    found = json.loads(client.get(f"/api/v1/explain/{hit.key}?q=riluzole+survival").text)
    assert found["place"] == 1
    assert found["score"] == found["changes"][-1]["score"] == pytest.approx(hit.score)
    assert sum(part["score"] for part in found["parts"]) == pytest.approx(
        found["changes"][0]["score"], rel=1e-4
    )
    meaning = found["meaning"]
    scores = {change["ingredient"]: change["score"] for change in found["changes"]}
    assert scores["meaning"] == pytest.approx(
        meaning["words"] * (1 - meaning["weight"]) + meaning["nearness"] * meaning["weight"], rel=1e-4
    )
    assert found["prior"]["sunk"] == 1
    assert found["links"]["html"] == f"/explain/{hit.key}?q=riluzole+survival"


def test_the_command_line_explains_each_hit(sample_data: Path) -> None:
    def printed(*arguments: str) -> str:
        result = CliRunner().invoke(main, ["--data", str(sample_data), "search", "riluzole", *arguments])
        assert result.exit_code == 0
        return result.output

    assert "Score after each ingredient: words " in printed("--explain")
    assert "Recent +" in printed("--explain")
    assert "Score after" not in printed()
    first = json.loads(printed("--explain", "--json"))["hits"][0]
    assert first["explained"]["parts"][0]["written"]
    assert "explained" not in json.loads(printed("--json"))["hits"][0]
