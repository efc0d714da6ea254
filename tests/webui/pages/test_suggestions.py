from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.webui.reading import one, page_at
from webui.pages.suggestions import LIMIT
from webui.params import MAX_QUERY

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def offers(client: FlaskClient, typed: str) -> list[dict[str, Any]]:
    response = client.get("/suggest", query_string={"q": typed})
    assert response.mimetype == "application/json"
    assert response.json is not None
    assert response.json["typed"] == typed[:MAX_QUERY]
    return list(response.json["offers"])


def test_a_name_that_goes_on_as_typed_is_suggested_with_a_query_that_finds_it(client: FlaskClient) -> None:
    found = offers(client, "riluz")
    assert "riluzole" in [offer["text"].lower() for offer in found]
    for offer in found:
        assert page_at(client, f"/search?q={offer['query']}").select(".hit"), offer


def test_what_stands_before_stays_in_the_query(client: FlaskClient) -> None:
    found = offers(client, "survival riluz")
    assert found
    assert all("survival" in offer["query"].lower() or "[pmid]" in offer["query"] for offer in found)


@pytest.mark.parametrize(
    "typed", ["", "   ", "zzzzqqqq", "\x00", "x" * (MAX_QUERY + 1), '"', "\N{PILE OF POO}"]
)
def test_any_text_has_an_answer(client: FlaskClient, typed: str) -> None:
    assert offers(client, typed) == []


def test_what_a_suggestion_is_is_told(client: FlaskClient) -> None:
    notes = {
        offer["text"]: offer["note"] for typed in ("riluz", "rilut", "a") for offer in offers(client, typed)
    }
    assert notes["riluzole"] == "5 articles"
    assert "same as riluzole" in " ".join(notes.values())
    assert "title" in notes.values()


def test_there_are_never_more_than_can_be_looked_over(client: FlaskClient) -> None:
    assert 1 < len(offers(client, "a")) <= LIMIT


def test_the_search_box_knows_where_to_ask_and_works_without(client: FlaskClient) -> None:
    page = page_at(client, "/")
    assert one(page, "#q")["data-suggest"] == "/suggest"
    assert not one(page, "#q").has_attr("role")
