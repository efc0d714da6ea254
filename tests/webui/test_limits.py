from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING

import msgspec
import pytest

from tests.webui.reading import page_at, text_at
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from search.articles import Articles
    from search.engine import Engine

    Limited = Callable[..., FlaskClient]


@pytest.fixture
def limited(sample_engine: Engine, sample_library: Articles) -> Limited:
    """Make a client of a site where an address may ask three times a minute."""

    def made(*proxies: str) -> FlaskClient:
        settings = WebSettings(limit="3 per minute", proxies=proxies)
        return create_app(sample_engine, sample_library, settings).test_client()

    return made


def test_what_one_address_asks_beyond_the_limit_is_refused_with_when_to_come_back(limited: Limited) -> None:
    client = limited()
    for left in ("2", "1", "0"):
        response = client.get("/api/v1/status")
        assert response.status_code == 200
        assert (response.headers["RateLimit-Limit"], response.headers["RateLimit-Remaining"]) == ("3", left)
        assert 0 <= int(response.headers["RateLimit-Reset"]) <= 60
        assert "Retry-After" not in response.headers
    refused = client.get("/api/v1/status")
    assert (refused.status_code, refused.mimetype) == (429, "application/problem+json")
    assert json.loads(refused.text)["status"] == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert refused.headers["Access-Control-Allow-Origin"] == "*"


def test_a_page_that_is_refused_says_so_to_people(limited: Limited) -> None:
    client = limited()
    for _ in range(3):
        client.get("/about")
    page = page_at(client, "/search?q=riluzole", 429)
    assert text_at(page, "h1") == "Too many requests"


@pytest.mark.parametrize("path", ["/static/base.css", "/healthz", "/metrics"])
def test_files_and_health_may_be_asked_without_end(limited: Limited, path: str) -> None:
    client = limited()
    for _ in range(6):
        response = client.get(path)
        assert response.status_code == 200
        response.close()


def test_a_question_whether_one_may_ask_costs_nothing(limited: Limited) -> None:
    client = limited()
    assert {client.options("/api/v1/status").status_code for _ in range(6)} == {200}


def test_nobody_is_believed_about_an_address_unless_named(limited: Limited) -> None:
    client = limited()
    statuses = [
        client.get("/api/v1/status", headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code for n in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_a_proxy_that_is_named_is_believed(limited: Limited) -> None:
    client = limited("127.0.0.0/8", "::1")
    for n in range(4):
        response = client.get("/api/v1/status", headers={"X-Forwarded-For": f"10.0.0.{n}"})
        assert (response.status_code, response.headers["RateLimit-Remaining"]) == (200, "2")
    stranger = {"REMOTE_ADDR": "192.0.2.1"}
    for n in range(4):
        response = client.get(
            "/api/v1/status", headers={"X-Forwarded-For": f"10.0.1.{n}"}, environ_overrides=stranger
        )
    assert response.status_code == 429


def test_whom_a_proxy_names_last_is_who_asked(limited: Limited) -> None:
    client = limited("127.0.0.1")
    statuses = [
        client.get("/api/v1/status", headers={"X-Forwarded-For": f"10.0.0.{n}, 192.0.2.7"}).status_code
        for n in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_without_a_limit_nothing_is_counted(sample_engine: Engine, sample_library: Articles) -> None:
    client = create_app(sample_engine, sample_library, WebSettings(limit="")).test_client()
    assert "RateLimit-Limit" not in client.get("/api/v1/status").headers


def test_neither_addresses_nor_queries_are_logged(limited: Limited, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        client = limited()
        for _ in range(6):
            client.get("/search?q=secret")
    assert "127.0.0.1" not in caplog.text
    assert "secret" not in caplog.text


@pytest.mark.parametrize("wrong", [{"limit": "many"}, {"proxies": ["here"]}, {"proxies": ["10.0.0.1/8"]}])
def test_a_setting_that_cannot_be_read_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, WebSettings)


@pytest.fixture
def keyed(sample_engine: Engine, sample_library: Articles) -> FlaskClient:
    settings = WebSettings(limit="2 per minute", site_keys=("als-society=4 per minute", "b = 1 per minute"))
    return create_app(sample_engine, sample_library, settings).test_client()


def test_a_site_with_a_key_has_a_limit_of_its_own_for_all_its_readers(keyed: FlaskClient) -> None:
    asked = [
        keyed.get("/api/v1/search?site_key=als-society", environ_base={"REMOTE_ADDR": f"10.0.0.{n}"})
        for n in range(5)
    ]
    assert [response.status_code for response in asked] == [200, 200, 200, 200, 429]
    assert asked[0].headers["RateLimit-Limit"] == "4"
    assert [keyed.get("/api/v1/search?site_key=b").status_code for _ in range(2)] == [200, 429]
    assert [keyed.get("/api/v1/search").status_code for _ in range(3)] == [200, 200, 429]


def test_a_key_that_nobody_was_given_is_refused(keyed: FlaskClient) -> None:
    refused = keyed.get("/api/v1/search?site_key=mine")
    assert (refused.status_code, json.loads(refused.text)["parameter"]) == (403, "site_key")
    assert keyed.get("/api/v1/search?site_key=").status_code == 400


def test_the_links_of_an_answer_keep_the_key(keyed: FlaskClient) -> None:
    links = json.loads(keyed.get("/api/v1/search?size=1&site_key=als-society").text)["links"]
    assert links["next"] == "/api/v1/search?site_key=als-society&size=1&page=2"
    assert "site_key" not in links["html"]


@pytest.mark.parametrize("wrong", ["als", "als=", "=5 per minute", "a b=5 per minute", "als=many"])
def test_a_key_without_a_limit_is_a_wrong_setting(wrong: str) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"site_keys": [wrong]}, WebSettings)
