"""The widget as it is served, the frame, and the code that other sites copy."""

from __future__ import annotations

import gzip
import html
import json
import re
from base64 import b64encode
from hashlib import sha384
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import pytest
from bs4 import BeautifulSoup
from lxml import etree

from index.schema import FACETS
from tests.webui.reading import links_at, one, page_at, text_at
from webui.app import create_app
from webui.embed.contract import EVENTS, PARTS, PROPERTIES
from webui.embed.options import OPTIONS
from webui.embed.script import load_script
from webui.security import HEADERS
from webui.settings import WebSettings

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from search.articles import Articles
    from search.engine import Engine

SCRIPT: Final = "/embed/v1/als-search.js"
MAX_BYTES: Final = 12_000
SITES: Final = ("https://a.example", "http://b.example:8080")


@pytest.fixture
def framed(sample_engine: Engine, sample_library: Articles) -> FlaskClient:
    """A client of a site that two others may frame, and that has a public address."""
    settings = WebSettings(frame_sites=SITES, public_url="https://search.example/als/")
    return create_app(sample_engine, sample_library, settings).test_client()


def code_at(client: FlaskClient, name: str, query: str = "") -> BeautifulSoup:
    """Return the code with an id that the embedding page shows, as a page that holds it has it."""
    return BeautifulSoup(one(page_at(client, f"/embed{query}"), f"#{name} code").get_text(), "lxml")


def test_the_script_is_small_as_it_is_sent(client: FlaskClient) -> None:
    response = client.get(SCRIPT, headers={"Accept-Encoding": "gzip, deflate, br, zstd"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert len(response.data) <= MAX_BYTES
    assert gzip.decompress(response.data) == load_script().content == client.get(SCRIPT).data


def test_any_page_may_load_the_script_and_keeps_it_an_hour(client: FlaskClient) -> None:
    response = client.get(SCRIPT, headers={"Origin": "https://x.example"})
    assert response.mimetype == "text/javascript"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "Set-Cookie" not in response.headers
    assert "max-age=3600" in response.headers["Cache-Control"]
    again = client.get(SCRIPT, headers={"If-None-Match": response.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_the_pinned_code_names_the_bytes_that_are_served_and_they_never_change(client: FlaskClient) -> None:
    tag = one(code_at(client, "pinned"), "script")
    response = client.get(urlsplit(str(tag["src"])).path)
    assert tag["integrity"] == f"sha384-{b64encode(sha384(response.data).digest()).decode()}"
    assert tag["crossorigin"] == "anonymous"
    assert "immutable" in response.headers["Cache-Control"]
    assert response.data == client.get(SCRIPT).data
    assert text_at(page_at(client, "/embed"), ".hash") == tag["integrity"]


def test_the_address_of_another_release_is_not_found(client: FlaskClient) -> None:
    assert client.get("/embed/v1/als-search.0123456789abcdef.js").status_code == 404


def test_the_frame_is_for_the_sites_of_the_settings_only(client: FlaskClient, framed: FlaskClient) -> None:
    policy = framed.get("/embed/frame").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://a.example http://b.example:8080")
    assert policy.split("; ")[:-1] == HEADERS["Content-Security-Policy"].split("; ")[:-1]
    assert client.get("/embed/frame").headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    assert framed.get("/embed").headers["Content-Security-Policy"].endswith("frame-ancestors 'none'")
    script = one(page_at(framed, "/embed/frame"), "script[data-sites]")
    assert json.loads(str(script["data-sites"])) == list(SITES)


def test_the_frame_takes_the_options_and_opens_no_article_in_itself(framed: FlaskClient) -> None:
    page = page_at(framed, "/embed/frame?query=riluzole&lang=de&theme=dark&target=_self&facets=year")
    element = one(page, "als-search")
    assert (element["query"], element["lang"], element["theme"]) == ("riluzole", "de", "dark")
    assert element["target"] == one(page, "base")["target"] == "_blank"
    assert one(page, "html")["lang"] == "de"


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("?colour=red", "colour"),
        ("?page-size=0", "from 1 to 50"),
        ("?page-size=x", "from 1 to 50"),
        ("?theme=pink", "auto, light, dark"),
        ("?facets=keyword,zebra", "zebra"),
        ("?filters=zebra%3D1", "zebra"),
        ("?filters=year%3Dsoon%26from%3Dx", "filters"),
        ("?filters=q%3D1", "no filter"),
        ("?query=a&query=b", "given twice"),
        ("?label=" + "x" * 300, "at most 200"),
    ],
)
def test_options_that_cannot_be_are_refused(client: FlaskClient, query: str, says: str) -> None:
    for path in ("/embed", "/embed/frame"):
        assert says in text_at(page_at(client, path + query, 400), "main")


def test_defaults_and_boxes_left_empty_stay_out_of_the_code(client: FlaskClient) -> None:
    given = (
        "?query=&page-size=5&filters=&facets=keyword&facets=year&facets=type&lang=&target=_self&theme=auto"
    )
    assert one(code_at(client, "widget", given), "als-search").attrs == {}


def test_the_plain_form_searches_with_the_preset_filters(framed: FlaskClient) -> None:
    code = code_at(framed, "widget", "?lang=es&query=riluzole&filters=keyword%3Dhumans%26from%3D2019")
    form = one(code, "als-search > form")
    assert form["action"] == "https://search.example/als/search"
    assert {(each["name"], each.get("value")) for each in form.select("input")} == {
        ("q", "riluzole"), ("keyword", "humans"), ("from", "2019"),
    }  # fmt: skip
    assert text_at(form, "label") == "Buscar en la literatura sobre la ELA"
    assert text_at(form, "button") == "Buscar"


def test_hostile_options_stay_within_their_attributes(client: FlaskClient) -> None:
    hostile = "\"'></als-search><script>alert(1)</script>&amp;"
    query = f"?query={quote(hostile)}&label={quote(hostile)}&filters={quote('keyword=' + quote(hostile))}"
    for code in (code_at(client, "widget", query), page_at(client, f"/embed/frame{query}")):
        assert "alert(1)" not in "".join(each.get_text() for each in code.select("script"))
        assert one(code, "als-search")["query"] == hostile
        assert one(code, "input[name=keyword]")["value"] == hostile
    page = page_at(client, f"/embed{query}")
    assert not [each for each in page.select("script") if "alert" in each.get_text()]
    frame = one(code_at(client, "frame", query), "iframe")
    assert frame["title"] == hostile
    assert str(frame["src"]).startswith("http://localhost/embed/frame?query=")


def test_the_code_of_the_frame_leads_to_the_frame(client: FlaskClient) -> None:
    frame = one(code_at(client, "frame", "?query=riluzole&filters=keyword%3Dhumans"), "iframe")
    parts = urlsplit(str(frame["src"]))
    element = one(page_at(client, f"{parts.path}?{parts.query}"), "als-search")
    assert (element["query"], element["filters"]) == ("riluzole", "keyword=humans")


def test_the_page_explains_all_that_the_script_knows(client: FlaskClient) -> None:
    text = load_script().content.decode()
    observed = re.search(r"observedAttributes = (\[.*\]);", text)
    assert observed is not None
    # The theme is followed by the style sheet alone.
    assert {*json.loads(observed[1]), "theme"} == {option.name for option in OPTIONS}
    named = re.search(r"const colours = .*?(\[.*?\])", text, re.DOTALL)
    assert named is not None
    colours = {f"--als-{name}" for name in json.loads(named[1])}
    assert {*re.findall(r"--als-[a-z-]+[a-z]", text), *colours} == set(PROPERTIES)
    parts = {name for found in re.findall(r'part: "([^"]+)"', text) for name in found.split()}
    assert parts | {"flag"} == set(PARTS)
    assert {f"als-search:{name}" for name in re.findall(r'#tell\("(\w+)"', text)} == set(EVENTS)
    shown = page_at(client, "/embed").get_text()
    assert all(name in shown for name in (*PROPERTIES, *PARTS, *EVENTS, *(option.name for option in OPTIONS)))


def test_every_label_is_there_in_every_language() -> None:
    text = load_script().content.decode()
    tables = dict(re.findall(r"^  (\w+): (\[.*\]),$", text, re.MULTILINE))
    assert {facet.name for facet in FACETS} <= set(tables)
    for name, table in tables.items():
        labels = json.loads(table)
        assert len(labels) == len(load_script().words), name
        assert len({tuple(sorted(re.findall(r"\{\w\}", label.split("|")[0]))) for label in labels}) == 1, name
        assert len({label.count("|") for label in labels}) == 1, name


def test_the_script_needs_nothing_that_a_strict_policy_forbids() -> None:
    text = load_script().content.decode()
    forbidden = r"innerHTML|insertAdjacentHTML|document\.write|\beval\b\(|new Function|\.style\b|cookie\b(?!s)|localStorage"
    assert not re.search(forbidden, text)


def test_every_page_leads_to_the_embedding_page(client: FlaskClient) -> None:
    assert "/embed" in links_at(page_at(client, "/help"), "footer a")


def test_whole_addresses_begin_as_the_owner_says(framed: FlaskClient) -> None:
    root = "https://search.example/als"
    assert f"{root}/sitemap.xml" in framed.get("/robots.txt").text
    assert f"<loc>{root}/sitemap-1.xml</loc>" in framed.get("/sitemap.xml").text
    assert links_at(page_at(framed, "/article/99000018"), 'link[rel="canonical"]') == [
        f"{root}/article/99000018"
    ]
    feed = etree.fromstring(framed.get("/feed.atom?q=survival").data)
    found = [str(each.get("href")) for each in feed.iter("{*}link")]
    assert found
    assert all(each.startswith(root) for each in found)
    description = html.unescape(framed.get("/opensearch.xml").text)
    assert f'template="{root}/search?q={{searchTerms}}"' in description
    assert one(code_at(framed, "widget"), "script")["src"] == root + SCRIPT


def test_an_address_below_a_path_is_named_once(client: FlaskClient) -> None:
    text = client.get("/robots.txt", environ_overrides={"SCRIPT_NAME": "/als"}).text
    assert text.endswith("Sitemap: http://localhost/als/sitemap.xml\n")
    feed = client.get("/feed.atom", environ_overrides={"SCRIPT_NAME": "/als"}).text
    assert "http://localhost/als/article/" in feed
    assert "/als/als/" not in feed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("frame_sites", ("*",)),
        ("frame_sites", ("https://a.example/path",)),
        ("frame_sites", ("https://a.example; script-src *",)),
        ("frame_sites", ("a.example",)),
        ("public_url", "search.example"),
        ("public_url", "ftp://search.example"),
        ("public_url", "https://search.example/?q="),
    ],
)
def test_settings_that_no_browser_could_read_are_refused(name: str, value: object) -> None:
    with pytest.raises(ValueError, match=name):
        WebSettings(**{name: value})  # type: ignore[arg-type]  # either is of its own type


def test_the_script_is_packed_with_the_program() -> None:
    root = Path(__file__).resolve().parents[2]
    assert "webui.embed = *.js" in (root / "setup.cfg").read_text("utf-8")


@pytest.mark.parametrize("path", ["/embed", "/embed/frame"])
def test_no_page_holds_a_script_or_style_of_its_own(client: FlaskClient, path: str) -> None:
    page = page_at(client, path)
    assert all(script.get("src") and not script.get_text() for script in page.select("script"))
    assert not page.select("style, [style]")
    assert "Set-Cookie" not in client.get(path).headers


def test_the_page_says_whose_pages_may_use_the_widget(
    sample_engine: Engine, sample_library: Articles
) -> None:
    settings = WebSettings(origins=("https://a.example",), frame_sites=("https://b.example",))
    page = page_at(create_app(sample_engine, sample_library, settings).test_client(), "/embed")
    said = text_at(page, "main")
    assert "may use the widget: https://a.example." in said
    assert "may show it: https://b.example." in said
