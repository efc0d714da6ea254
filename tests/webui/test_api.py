from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from flask import Flask, url_for
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from crawler.article import Article, Ids, Markup
from search.engine import Engine
from search.results import FacetValue
from tests.records import cites, parsed
from tests.webui.reading import links_at, page_at, text_at
from webui.api import shapes
from webui.api.answers import brief
from webui.api.cursors import Cursor, read_cursor, write_cursor
from webui.api.routes import Api
from webui.app import create_app
from webui.params import read_params
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from search.articles import Articles
    from tests.webui.conftest import ClientOf


def answer(client: FlaskClient, path: str, status: int = 200) -> Any:
    """Return the JSON at a path, having checked its status and type."""
    response = client.get(path)
    assert response.status_code == status, response.text
    assert response.mimetype == ("application/json" if status == 200 else "application/problem+json")
    return json.loads(response.text)


# What is answered


def test_a_value_of_a_facet_is_answered_as_it_was_found() -> None:
    # So that none of the hundreds on a page has to be made anew.
    assert shapes.Value.__struct_fields__ == FacetValue.__struct_fields__


def test_a_search_answers_hits_with_their_matches_marked_and_says_how_it_was_understood(
    client: FlaskClient,
) -> None:
    found = answer(client, "/api/v1/search?q=riluzole+survival&size=2")
    assert found["generation"].startswith("generation-")
    assert found["total"] >= 1
    first = found["hits"][0]
    assert "".join(text for text, _ in first["title"]) == first["article"]["title"]
    matches = [
        text.lower() for passage in first["snippets"] for text, is_match in passage["pieces"] if is_match
    ]
    assert "riluzole" in matches
    assert found["query"]["added"][0]["typed"] == "riluzole"
    assert "Rilutek" in found["query"]["details"]
    assert found["links"]["html"] == "/search?q=riluzole+survival&size=2"


def test_a_search_has_the_hits_and_counts_of_the_page(client: FlaskClient, sample_engine: Engine) -> None:
    params = b"q=survival&year=2021&year=2022&sort=oldest&size=3"
    page = sample_engine.search(read_params(params))
    found = answer(client, f"/api/v1/search?{params.decode()}")
    assert [hit["article"]["key"] for hit in found["hits"]] == [hit.key for hit in page.hits]
    assert found["total"] == page.total
    counts = {facet["name"]: [each["count"] for each in facet["values"]] for facet in found["facets"]}
    assert counts == {facet.name: [each.count for each in facet.values] for facet in page.facets}


def test_a_misspelt_query_says_what_may_be_meant(client: FlaskClient) -> None:
    meant = answer(client, "/api/v1/search?q=riluzzole")["query"]["did_you_mean"]
    assert meant["query"] == "riluzole"
    assert meant["words"] == [["riluzzole", "riluzole"]]


def test_an_article_is_found_by_any_of_its_ids(client_of: ClientOf) -> None:
    client = client_of(parsed(1, "Stripes of <i>SOD1</i> &amp; zebras.", doi="10.1000/Ab//c"))
    for key in ("1", "10.1000/ab//c", quote("10.1000/AB//C", safe="")):
        found = answer(client, f"/api/v1/article/{key}")
        assert found["article"]["key"] == "1"
        assert found["title"] == "Stripes of <i>SOD1</i> &amp; zebras."
        assert found["article"]["title"] == "Stripes of SOD1 & zebras."


def test_similar_articles_are_those_of_the_page_the_most_similar_first(client_of: ClientOf) -> None:
    client = client_of(
        parsed(1, "Microglia in mice.", abstract="Microglia release cytokines."),
        parsed(2, "Microglia.", abstract="Microglia were seen."),
        parsed(3, "Cytokines of microglia.", abstract="Microglia release cytokines in mice."),
        parsed(4, "Gait.", abstract="Steps were counted."),
    )
    found = answer(client, "/api/v1/similar/1")
    assert [each["article"]["key"] for each in found["similar"]] == ["3", "2"]
    assert found["similar"][0]["score"] > found["similar"][1]["score"] > 0
    assert found["links"] == {"self": "/api/v1/similar/1", "html": "/article/1#similar"}
    assert len(answer(client, "/api/v1/similar/1?size=1")["similar"]) == 1
    assert answer(client, "/api/v1/similar/4")["similar"] == []
    assert answer(client, "/api/v1/similar/77", 404)["parameter"] == "key"


def test_references_and_citations_lead_to_each_other(client_of: ClientOf) -> None:
    client = client_of(parsed(1, data=cites(2, 3)), parsed(2), parsed(4, data=cites(2)))
    listed = answer(client, "/api/v1/references/1")
    assert [(each["number"], each["pmid"], each["key"]) for each in listed["references"]] == [
        (1, "2", "2"),
        (2, "3", ""),
    ]
    citing = answer(client, "/api/v1/cited-by/2?size=1")
    assert citing["total"] == 2
    second = answer(client, citing["links"]["next"])
    assert {citing["articles"][0]["key"], second["articles"][0]["key"]} == {"1", "4"}
    assert second["links"]["prev"] == citing["links"]["self"]
    assert answer(client, "/api/v1/article/2")["cited_by"] == 2


def test_values_of_a_facet_are_found_by_how_they_begin(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/facets/keyword?q=survival&contains=mot&size=4")["facet"]
    assert 0 < len(found["values"]) <= 4
    assert all(" mot" in f" {each['value']}" for each in found["values"])
    counts = [each["count"] for each in found["values"]]
    assert counts == sorted(counts, reverse=True)


def test_trends_count_each_article_in_its_year(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/trends?q=survival")
    years = [each["year"] for each in found["whole"]["years"]]
    assert years == sorted(years)
    assert sum(each["count"] for each in found["whole"]["years"]) == found["total"]


def test_trends_of_several_searches_come_in_one_answer(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/trends?q=survival&compare=riluzole&compare=zebra&from=2015")
    assert [(each["query"], each["label"]) for each in found["series"]] == [
        ("riluzole", "riluzole"),
        ("zebra", "zebra"),
    ]
    assert found["series"][0]["total"] == answer(client, "/api/v1/search?q=riluzole&from=2015")["total"] > 0
    assert sum(each["count"] for each in found["articles"]) == answer(client, "/api/v1/search")["total"]
    assert found["links"]["self"].count("compare=") == 2


def test_trends_are_told_apart_by_the_values_of_a_facet(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/trends?by=type&value=review&value=Editorial&from=2015")
    assert [(each["value"], each["label"]) for each in found["series"]] == [
        ("review", "Review"),
        ("editorial", "Editorial"),
    ]
    for each in found["series"]:
        asked = answer(client, f"/api/v1/search?type={each['value']}&from=2015&size=1")
        assert sum(year["count"] for year in each["years"]) == asked["total"]
        assert all(year["year"] >= 2015 for year in each["years"])


def test_a_value_is_a_keyword_where_its_facet_is_not_named(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/trends?value=survival")
    assert [each["total"] for each in found["series"]] == [
        answer(client, "/api/v1/search?keyword=survival")["total"]
    ]
    assert found["series"] == answer(client, "/api/v1/trends?by=keyword&value=survival")["series"]


def test_suggestions_are_queries_that_find_something(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/suggest?q=rilu&size=3")["suggestions"]
    assert found[0]["text"] == "riluzole"
    for each in found:
        assert answer(client, "/api/v1/search?" + urlencode({"q": each["query"]}))["total"] > 0


def test_the_status_tells_how_much_is_held(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/status")
    assert (found["articles"], found["held"], found["samples"]) == (80, 80, 80)


# Pages and cursors


def test_pages_lead_on_and_back(client: FlaskClient) -> None:
    first = answer(client, "/api/v1/search?q=survival&size=5")
    second = answer(client, first["links"]["next"])
    assert second["page"] == 2
    assert answer(client, second["links"]["prev"]) == first
    assert "prev" not in first["links"]


def test_cursors_lead_through_all_hits_each_once(client: FlaskClient) -> None:
    found = answer(client, "/api/v1/search?sort=oldest&size=30")
    total, keys = found["total"], [hit["article"]["key"] for hit in found["hits"]]
    while found["next_cursor"]:
        found = answer(client, f"/api/v1/search?sort=oldest&size=30&cursor={found['next_cursor']}")
        keys += [hit["article"]["key"] for hit in found["hits"]]
    assert len(keys) == len(set(keys)) == total == 80
    assert "next" not in found["links"]
    assert "cursor=" in found["links"]["prev"]


def test_a_cursor_of_another_search_is_refused(client: FlaskClient) -> None:
    cursor = answer(client, "/api/v1/search?q=survival&size=5")["next_cursor"]
    problem = answer(client, f"/api/v1/search?q=riluzole&size=5&cursor={cursor}", 400)
    assert problem["parameter"] == "cursor"
    assert "another search" in problem["detail"]


@pytest.mark.parametrize("text", ["x", "AAAA", "\N{SNOWMAN}", ""])
def test_a_damaged_cursor_is_not_found(client: FlaskClient, text: str) -> None:
    problem = answer(client, f"/api/v1/search?cursor={quote(text)}", 404)
    assert problem["parameter"] == "cursor"
    assert problem["expected"].startswith("Where to go on")


def test_a_made_up_cursor_is_refused(client: FlaskClient) -> None:
    made_up = "Z2VuZXJhdGlvbi0wMDAwMDE6MjowMDAwMDAwMDAwMDAwMDAw"
    assert answer(client, f"/api/v1/search?cursor={made_up}", 400)["parameter"] == "cursor"


def test_a_cursor_and_a_page_are_not_both_read(client: FlaskClient) -> None:
    cursor = answer(client, "/api/v1/search?size=5")["next_cursor"]
    assert answer(client, f"/api/v1/search?size=5&page=2&cursor={cursor}", 400)["parameter"] == "page"


def test_a_switch_in_the_middle_of_paging_neither_repeats_nor_loses_a_hit(client_of: ClientOf) -> None:
    client = client_of(*(parsed(n, year=str(2000 + n)) for n in range(1, 8)))
    found = answer(client, "/api/v1/search?size=2&sort=newest")
    keys = [hit["article"]["key"] for hit in found["hits"]]
    client_of(*(parsed(n, year=str(2000 + n)) for n in range(8, 12)))
    generation = found["generation"]
    while found["next_cursor"]:
        found = answer(client, f"/api/v1/search?size=2&sort=newest&cursor={found['next_cursor']}")
        assert found["generation"] == generation
        keys += [hit["article"]["key"] for hit in found["hits"]]
    assert keys == ["7", "6", "5", "4", "3", "2", "1"]
    assert answer(client, "/api/v1/search")["total"] == 11


def test_a_cursor_of_an_index_that_is_no_longer_kept_is_gone(client_of: ClientOf) -> None:
    client = client_of(parsed(1), parsed(2))
    cursor = answer(client, "/api/v1/search?size=1")["next_cursor"]
    client_of(parsed(3))
    assert answer(client, f"/api/v1/search?size=1&cursor={cursor}")["page"] == 2
    client_of(parsed(4))
    problem = answer(client, f"/api/v1/search?size=1&cursor={cursor}", 410)
    assert problem["parameter"] == "cursor"
    assert "no longer kept" in problem["detail"]


def test_an_index_of_before_answers_by_its_name_for_as_long_as_it_is_kept(client_of: ClientOf) -> None:
    client = client_of(parsed(1))
    before = answer(client, "/api/v1/search")["generation"]
    client_of(parsed(2))
    asked = f"/api/v1/search?generation={before}"
    found = answer(client, asked)
    assert (found["generation"], found["total"], found["links"]["self"]) == (before, 1, asked)
    assert answer(client, f"/api/v1/facets/year?generation={before}")["generation"] == before
    assert answer(client, "/api/v1/search")["total"] == 2
    client_of(parsed(3))
    assert answer(client, asked, 410)["parameter"] == "generation"
    assert answer(client, "/api/v1/search?generation=7", 400)["parameter"] == "generation"


@pytest.mark.parametrize("name", ["generation-000002", "generation-000000", "generation-0000001"])
def test_an_index_that_never_was_is_not_found_and_said_not_to_be_gone(client_of: ClientOf, name: str) -> None:
    client = client_of(parsed(1))
    problem = answer(client, f"/api/v1/search?generation={name}", 404)
    assert problem["parameter"] == "generation"
    assert f"There has been no {name}" in problem["detail"]
    page = page_at(client, f"/search?q=a&generation={name}", 404)
    assert text_at(page, "h1") == "There is no such index"
    assert links_at(page, "main a")[0] == "/search?q=a"


def test_a_page_of_an_index_of_before_says_so_and_leads_to_today(client_of: ClientOf) -> None:
    client = client_of(parsed(1))
    before = answer(client, "/api/v1/search")["generation"]
    asked = f"/search?q=a&generation={before}"
    assert not page_at(client, asked).select(".banner")
    client_of(parsed(2))
    page = page_at(client, asked)
    assert "the index of 1 January 2026" in text_at(page, ".banner")
    assert links_at(page, ".banner a") == ["/search?q=a"]
    assert page.select_one(f'form#search input[name="generation"][value="{before}"]')
    client_of(parsed(3))
    gone = page_at(client, asked, 410)
    assert text_at(gone, "h1") == "These results are no longer kept"
    assert links_at(gone, "main a")[0] == "/search?q=a"


def test_a_cursor_comes_back_from_its_text() -> None:
    asked, cursor = read_params(b"q=a&size=5&page=3"), Cursor("generation-000012", 7)
    assert read_cursor(write_cursor(cursor, asked), structs.replace(asked, page=1)) == cursor


def test_a_page_after_the_last_is_not_there(client: FlaskClient) -> None:
    problem = answer(client, "/api/v1/search?q=survival&page=9999", 404)
    assert problem["parameter"] == "page"
    assert answer(client, "/api/v1/search?q=zzzzqqqq&spelling=off")["total"] == 0


# Problems


@pytest.mark.parametrize(
    ("path", "status", "parameter", "detail"),
    [
        ("search?colour=red", 400, "colour", '"colour" is no parameter here; there are q, from, to'),
        ("search?sort=best", 400, "sort", '"best" is not an order'),
        ("search?from=", 400, "from", "no year is given"),
        ("search?size=500", 400, "size", "500 is not from 1 to 100"),
        ("suggest?page=1", 400, "page", '"page" is no parameter here; there are q, size, site_key.'),
        ("status?q=x", 400, "q", "there is only site_key."),
        ("facets/colour", 404, "name", "There is no facet of this name; there are keyword"),
        ("article/12345678", 404, "key", "no article with this PMID"),
        ("nowhere", 404, None, "There is nothing at this address"),
    ],
)
def test_a_problem_says_what_is_wrong_and_what_would_be_right(
    client: FlaskClient, path: str, status: int, parameter: str | None, detail: str
) -> None:
    problem = answer(client, f"/api/v1/{path}", status)
    assert problem["status"] == status
    assert detail in problem["detail"]
    assert problem.get("parameter") == parameter
    page, _, anchor = problem["type"].partition("#")
    assert f'id="{anchor}"' in client.get(page).text


def test_what_may_be_given_is_named_where_something_else_was(client: FlaskClient) -> None:
    assert "One of relevance, newest" in answer(client, "/api/v1/search?sort=x", 400)["expected"]
    assert "From 1 to 100" in answer(client, "/api/v1/search?size=x", 400)["expected"]


def test_nothing_can_be_sent_to_it(client: FlaskClient) -> None:
    response = client.post("/api/v1/search", data={"q": "x"})
    assert response.status_code == 405
    assert response.mimetype == "application/problem+json"
    assert {"GET", "HEAD", "OPTIONS"} <= set(response.headers["Allow"].split(", "))


def test_without_an_index_a_search_is_a_problem_and_an_article_is_not(
    tmp_path: Path, sample_library: Articles
) -> None:
    client = create_app(Engine(tmp_path), sample_library, WebSettings()).test_client()
    assert answer(client, "/api/v1/search?q=riluzole", 503)["status"] == 503
    assert client.get("/api/v1/search").headers["Retry-After"] == "60"
    assert answer(client, "/api/v1/article/99000001")["generation"] == ""
    assert client.get("/api").status_code == client.get("/api/v1/openapi.json").status_code == 200


def test_a_fault_of_ours_is_a_problem_too(sample_engine: Engine, sample_library: Articles) -> None:
    app = create_app(sample_engine, sample_library, WebSettings())

    def broken() -> str:
        raise RuntimeError("a secret")

    app.add_url_rule("/api/v1/broken", view_func=broken)
    problem = answer(app.test_client(), "/api/v1/broken", 500)
    assert problem["title"] == "Internal Server Error"
    assert "secret" not in json.dumps(problem)


# Caches and other sites


def test_an_answer_that_is_held_is_not_sent_again(client: FlaskClient) -> None:
    for path in ("search?q=riluzole", "article/99000009", "facets/year", "trends", "suggest?q=a", "status"):
        first = client.get(f"/api/v1/{path}")
        tag = first.headers["ETag"]
        assert "max-age=60" in first.headers["Cache-Control"]
        again = client.get(f"/api/v1/{path}", headers={"If-None-Match": tag})
        assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
        assert again.headers["Vary"] == first.headers["Vary"]


def test_an_answer_depends_on_the_day(sample_engine: Engine, sample_library: Articles) -> None:
    days = iter([date(2026, 1, 1), date(2026, 1, 2)])
    app = Flask("webui.app")
    day = next(days)
    api = Api(sample_engine, sample_library, today=lambda: day)
    with app.test_request_context("/api/v1/search?q=last"):
        first = api._tag("generation-000001")
        day = next(days)
        assert api._tag("generation-000001") != first


def test_head_has_the_headers_of_get(client: FlaskClient) -> None:
    get, head = client.get("/api/v1/search?q=a"), client.head("/api/v1/search?q=a")
    assert head.data == b""
    assert (head.status_code, head.headers["ETag"]) == (200, get.headers["ETag"])
    assert head.headers["Content-Length"] == str(len(get.data))


@pytest.mark.parametrize("coding", ["zstd", "br", "gzip"])
def test_answers_are_compressed_as_the_client_takes_them(client: FlaskClient, coding: str) -> None:
    plain = client.get("/api/v1/search?q=a")
    packed = client.get("/api/v1/search?q=a", headers={"Accept-Encoding": coding})
    assert packed.headers["Content-Encoding"] == coding
    assert len(packed.data) < len(plain.data) / 3
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert packed.headers["ETag"] == plain.headers["ETag"]


def test_every_site_may_ask_without_credentials(client: FlaskClient) -> None:
    response = client.get("/api/v1/search", headers={"Origin": "https://example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert "Retry-After" in response.headers["Access-Control-Expose-Headers"]
    asked = client.options("/api/v1/search", headers={"Origin": "https://example.org"})
    assert (asked.status_code, asked.headers["Access-Control-Max-Age"]) == (200, "86400")
    assert "Access-Control-Allow-Origin" not in client.get("/search").headers


def test_only_the_sites_that_are_named_may_ask(sample_engine: Engine, sample_library: Articles) -> None:
    settings = WebSettings(origins=("https://example.org",))
    client = create_app(sample_engine, sample_library, settings).test_client()
    named = client.get("/api/v1/status", headers={"Origin": "https://example.org"})
    assert named.headers["Access-Control-Allow-Origin"] == "https://example.org"
    for headers in ({"Origin": "https://elsewhere.org"}, {}):
        response = client.get("/api/v1/status", headers=headers)
        assert "Access-Control-Allow-Origin" not in response.headers
        assert "Origin" in response.headers["Vary"]


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]), min_size=1))
def test_articles_in_brief_have_the_addresses_that_the_site_gives_them(name: str) -> None:
    article = Article(ids=Ids(doi=f"10.1000/{name}"), title=Markup("A title."))
    app = Flask("test")
    for endpoint, rule in (
        ("api.article", "/api/v1/article/<path:key>"),
        ("pages.article", "/article/<path:key>"),
    ):
        app.add_url_rule(rule, endpoint)
    with app.test_request_context():
        links = brief(article).links
        assert links.self == url_for("api.article", key=article.key)
        assert links.html == url_for("pages.article", key=article.key)
