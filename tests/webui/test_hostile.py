"""What nobody means well: every address answers it honestly or refuses it, and never fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.sites import Parts

PATHS: Final = (
    "/api/v1/search", "/api/v1/article/99000009", "/api/v1/references/99000009", "/api/v1/cited-by/99000009",
    "/api/v1/facets/keyword", "/api/v1/trends", "/api/v1/suggest", "/api/v1/status", "/api/v1/openapi.json",
    "/api/v1/similar/99000009", "/api/v1/explain/99000009", "/api/v1/trends?compare=als&compare=a*&by=keyword",
    "/feed.atom", "/opensearch/suggest", "/opensearch.xml", "/suggest", "/search", "/export?format=csv",
    "/export?format=ris&key=99000009", "/article/99000009", "/article/99000009.ris", "/facet/keyword",
    "/explain/99000009", "/trends", "/trends.csv", "/record", "/record.txt", "/advanced", "/history", "/selection",
    "/cite", "/help", "/about", "/embed", "/embed/frame", "/embed/v1/als-search.js", "/sitemap.xml", "/robots.txt",
    "/healthz", "/metrics", "/api", "/", "/sitemap-1.xml",
)  # fmt: skip

QUERIES: Final = {
    "over-long": "q=" + "x" * 20_000,
    "nul": "q=a%00b",
    "lone surrogate": "q=%ED%A0%80",
    "not UTF-8": "q=%FF%FE%80",
    "Latin-1": "q=N%FA%F1ez",
    "UTF-16": "q=%FF%FEa%00l%00s%00",
    "deep nesting": "q=" + "(" * 2_000 + "als" + ")" * 2_000,
    "unclosed": "q=" + "(" * 3_000 + "%22",
    "10,000 clauses": "q=" + "+OR+".join(["a"] * 10_000),
    "as many clauses as fit": "q=" + "+OR+".join(["a"] * 1_900),
    "10,000 parameters": "&".join(["keyword=a"] * 10_000),
    "every word": "q=*",
    "only operators": "q=AND+OR+NOT+()",
    "short stumps": "q=a*+b*+c*+d*",
    "page below one": "page=-1",
    "huge page": "page=999999999&size=100",
    "huger page": "page=" + "9" * 400,
    "no number": "page=1e3&size=0x10",
    "header injection": "q=a%0D%0ASet-Cookie:%20x=1",
    "formula injection": "q==cmd|'/c calc'!A1",
    "script": "q=%3Cscript%3Ealert(1)%3C/script%3E",
    "path tricks": "q=../../etc/passwd&contains=../..",
    "template": "q={{7*7}}${7*7}%257B",
    "not in XML": "q=%EF%BF%BF%F4%8F%BF%BF",
    "right to left": "q=%E2%80%AEsla",
    "wrong type": "q[]=a&q[b]=c&size[]=1",
    "no names": "&&==&=&;",
    "cursor of nothing": "cursor=../../x&cursor=y",
    "odd facet": "year=abc&year=-5&from=abc",
    "far years": "from=9999&to=1",
    "proximity": "q=%22a b%22[tiab:~99999999999999]",
    "range": "q=9999999999:0[dp]+0000/99/99[dp]",
    "cites": "q=cites:" + "9" * 500,
}  # fmt: skip

OF_FILES: Final = {"static", "embed.pinned", "pages.favicon"}
"""The endpoints that read nothing but their own names."""


@pytest.fixture(scope="session")
def site(sample_parts: Parts) -> FlaskClient:
    return create_app(*sample_parts, WebSettings(limit="")).test_client()


def test_every_address_is_tried(site: FlaskClient) -> None:
    addresses = site.application.url_map.bind("localhost")
    tried = {addresses.match(path.partition("?")[0])[0] for path in PATHS}
    assert {rule.endpoint for rule in site.application.url_map.iter_rules()} - tried == OF_FILES


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
@pytest.mark.parametrize("path", PATHS)
def test_a_hostile_query_is_answered_or_refused(site: FlaskClient, path: str, query: str) -> None:
    response = site.get(f"{path}{'&' if '?' in path else '?'}{query}")
    assert response.status_code in {200, 400, 404}
    assert "Set-Cookie" not in response.headers
    if path.startswith("/api/"):
        answer = json.loads(response.text)
        assert response.status_code == answer.get("status", 200)
        assert response.status_code == 200 or answer["detail"].endswith((".", "…"))


@pytest.mark.parametrize(
    "key",
    ["%00", "..%2F..%2Fetc%2Fpasswd", "%FF", "%ED%A0%80", "x" * 5_000, "//", "%2F", "'%20OR%201=1--", "{{7*7}}",
     "%0D%0AX:%20y", "-1", "99999999999999999999999999", "*", "%E2%80%AE"],
)  # fmt: skip
@pytest.mark.parametrize("room", ["article", "references", "cited-by", "similar", "explain", "facets"])
def test_a_hostile_key_is_not_found(site: FlaskClient, room: str, key: str) -> None:
    response = site.get(f"/api/v1/{room}/{key}")
    assert response.status_code == 404
    assert response.mimetype == "application/problem+json"
    assert "\n" not in response.headers.get("Location", "")


@pytest.mark.parametrize(
    "key", ["%00", "..%2F..%2Fetc%2Fpasswd", "%FF", "x" * 5_000, "%2F", "%0D%0AX:%20y", "{{7*7}}"]
)
@pytest.mark.parametrize(
    "room", ["article/{}", "article/{}.csv", "explain/{}", "facet/{}", "static/{}", "embed/v1/{}"]
)
def test_a_hostile_key_of_a_page_or_file_is_not_found(site: FlaskClient, room: str, key: str) -> None:
    response = site.get(f"/{room.format(key)}")
    assert response.status_code == 404
    assert not {"X", "Location"} & set(response.headers.keys())
    assert "root:" not in response.text


def test_more_articles_than_an_address_holds_are_refused_and_unknown_ones_left_out(site: FlaskClient) -> None:
    many = "&".join(f"key={number}" for number in range(1_001))
    assert site.get(f"/export?format=csv&{many}").status_code == 400
    hostile = "&".join(f"key={key}" for key in ("%00", "%FF", "%0D%0AX:%20y", "==1", "*", "x" * 5_000))
    response = site.get(f"/export?format=nbib&{hostile}")
    assert (response.status_code, response.data) == (200, b"")


@pytest.mark.parametrize(
    "headers",
    [
        {"If-None-Match": 'W/"' + "x" * 10_000},
        {"If-None-Match": "*"},
        {"If-Modified-Since": "yesterday"},
        {"Accept-Encoding": "gzip;q=x, *;q=0, br;q=-1"},
        {"Accept": "image/png"},
        {"Origin": "null"},
        {"Range": "bytes=5-1"},
        {"X-Forwarded-For": "a, b, ,"},
        {"Host": "x y"},
        {"Content-Length": "-1"},
        {"Content-Type": "text/html; charset=nope"},
        {"Cookie": "=;=;\x7f"},
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/search?q=a", "/feed.atom", "/sitemap.xml", "/opensearch.xml"])
def test_hostile_headers_are_answered_or_refused(
    site: FlaskClient, path: str, headers: dict[str, str]
) -> None:
    assert site.get(path, headers=headers).status_code in {200, 206, 304, 400, 416}


@example("/trends", "", "")
@given(st.sampled_from(PATHS), st.text(max_size=60), st.text(max_size=8))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_in_any_parameter_is_answered_or_refused(
    site: FlaskClient, path: str, text: str, name: str
) -> None:
    for parameters in ({"q": text}, {"contains": text}, {"year": text}, {"cursor": text}, {name: text}):
        asked = {key: value.encode("utf-8", "surrogatepass") for key, value in parameters.items()}
        response = site.get(path.partition("?")[0], query_string=asked)
        response.close()
        if response.status_code == 302:
            # A form that sends empty boxes is sent on to the address without them, and nowhere else.
            assert not any(value.strip() for value in parameters.values())
            assert response.location == path.partition("?")[0]
        else:
            # A cursor that never was is not found.
            assert response.status_code in {200, 400, 404 if "cursor" in parameters else 400}


@pytest.mark.parametrize("host", ["x y", 'evil"<x', "a/b", "a@b", "\\"])
@pytest.mark.parametrize("path", ["/feed.atom", "/sitemap.xml", "/opensearch.xml", "/api/v1/search"])
def test_a_host_that_is_no_name_is_refused(site: FlaskClient, path: str, host: str) -> None:
    assert site.get(path, headers={"Host": host}).status_code == 400
