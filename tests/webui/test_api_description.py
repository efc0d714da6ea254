from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

import als_search
from tests.webui.reading import links_at, one, page_at, texts_at
from webui import api_parameters
from webui.api import shapes
from webui.api.openapi import OPERATIONS, Operation, document
from webui.app import create_app
from webui.params import PARAMETERS
from webui.settings import WebSettings

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from search.articles import Articles
    from search.engine import Engine

KEY = "99000009"


def described(client: FlaskClient) -> Any:
    return json.loads(client.get("/api/v1/openapi.json").text)


def test_every_address_is_described_and_every_description_has_an_address(client: FlaskClient) -> None:
    rules = {
        rule.rule for rule in client.application.url_map.iter_rules() if rule.endpoint.startswith("api.")
    }
    assert rules == {"/api", "/api/v1/openapi.json"} | {operation.rule for operation in OPERATIONS}
    assert set(described(client)["paths"]) == {operation.address for operation in OPERATIONS}


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_every_example_is_answered_in_the_shape_described(client: FlaskClient, operation: Operation) -> None:
    response = client.get(operation.example_path(KEY))
    assert response.status_code == 200
    found = msgspec.json.decode(response.data, type=operation.answer)
    assert msgspec.json.encode(found) == response.data


def test_every_address_of_the_readme_is_answered(client: FlaskClient) -> None:
    readme = (Path(als_search.__file__).parent / "README.md").read_text("utf-8")
    addresses = set(re.findall(r"(?:`|http://127\.0\.0\.1:8000)((?:/api/v1/|/feed)[^`'\s]+)[`']", readme))
    # An ellipsis stands for words that a reader puts there.
    whole = {each.replace("39337454", KEY) for each in addresses if "\N{HORIZONTAL ELLIPSIS}" not in each}
    assert len(whole) > 7
    assert {each: client.get(each).status_code for each in whole} == dict.fromkeys(whole, 200)


def test_the_examples_of_the_description_are_those_of_its_page(client: FlaskClient) -> None:
    examples = links_at(page_at(client, "/api"), "main section a[href^='/api/v1/']")
    assert len(examples) == len(OPERATIONS)
    assert {client.get(each).status_code for each in examples} == {200}
    for path, item in described(client)["paths"].items():
        for each in item["get"]["parameters"]:
            if each["in"] == "path":
                assert each["example"]
                assert f"{{{each['name']}}}" in path


def test_every_reference_leads_to_a_type() -> None:
    text = json.dumps(document(KEY))
    types = json.loads(text)["components"]["schemas"]
    for part in text.split('"$ref": "')[1:]:
        assert part.partition('"')[0].removeprefix("#/components/schemas/") in types


def test_a_search_takes_every_parameter_of_the_page() -> None:
    assert set(api_parameters.SEARCH) == {*PARAMETERS, "cursor", "site_key"}


def test_every_parameter_is_described_on_the_page(client: FlaskClient) -> None:
    described = texts_at(page_at(client, "/api"), "#main section:first-of-type dt")
    assert described == list(api_parameters.SEARCH)
    assert all(api_parameters.about(name) for operation in OPERATIONS for name in operation.parameters)


def test_the_page_shows_a_problem_as_it_is_answered(client: FlaskClient) -> None:
    page = page_at(client, "/api")
    (bad,) = (link for link in links_at(page, "main p a") if "sort=best" in link)
    answered = client.get(bad)
    assert answered.status_code == 400
    assert json.loads(one(page, "pre.example").get_text()) == json.loads(answered.text)


def test_every_link_within_the_page_leads_to_a_place_in_it(client: FlaskClient) -> None:
    page = page_at(client, "/api")
    places = [str(each["id"]) for each in page.select("[id]")]
    assert len(places) == len(set(places))
    links = {link[1:] for link in links_at(page, "main a") if link.startswith("#")}
    assert {operation.answer.__name__ for operation in OPERATIONS} <= links <= set(places)


def test_the_page_tells_every_member_of_every_type(client: FlaskClient) -> None:
    page = page_at(client, "/api")
    for name, schema in described(client)["components"]["schemas"].items():
        section = one(page, f"section[aria-labelledby='{name}']")
        assert texts_at(section, "dt") == list(schema.get("properties", ()))
        assert all(texts_at(section, "dd"))


@pytest.mark.parametrize("limit", ["7 per minute", ""])
def test_the_page_tells_the_limit_of_this_site(
    sample_engine: Engine, sample_library: Articles, limit: str
) -> None:
    client = create_app(sample_engine, sample_library, WebSettings(limit=limit)).test_client()
    said = "may be asked 7 per minute" if limit else "without a limit"
    assert said in page_at(client, "/api").get_text()


# What programs rely on: a member may be added here, and none taken away.
PROMISED = {
    shapes.SearchAnswer: "generation articles query total loosened is_partial page size hits facets next_cursor links",
    shapes.Hit: "article score title snippets is_loose cited_by",
    shapes.Brief: "key ids title authors journal date types is_retracted is_preprint is_sample links",
    shapes.Understood: "query details added notices did_you_mean",
    shapes.Facet: "name title distinct values",
    shapes.Value: "value label count is_chosen",
    shapes.Links: "self html prev next",
}


@pytest.mark.parametrize("shape", PROMISED, ids=lambda shape: shape.__name__)
def test_what_was_promised_is_still_there(shape: type[msgspec.Struct]) -> None:
    assert set(PROMISED[shape].split()) <= {field.name for field in msgspec.structs.fields(shape)}
