from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import pytest

from tests.records import parsed
from tests.webui.reading import page_at, text_at
from webui.security import HEADERS
from webui.static_files import StaticFiles

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf

HOSTILE: Final = "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <i>SOD1</i><sup onclick='x'>G93A</sup> &quot;&gt;&lt;img src=x&gt;"
HOSTILE_QUERY: Final = quote('"><script>alert(1)</script><img src=x onerror=alert(2)> zebra')

# Data are no script: browsers never run them, and no policy stops them.
SCRIPTS: Final = 'script:not([type="application/ld+json"])'
OWN_SCRIPTS: Final = {
    f"/static/{StaticFiles().version}/{name}.js" for name in ("copy", "keep", "results", "site", "suggest")
}

PATHS: Final = (
    "/", "/search", "/search?q=riluzole", "/search?q=zzzz+qqqq", "/search?page=99", "/search?colour=red",
    "/article/99000018", "/article/nothing", "/help", "/about", "/history", "/selection", "/cite",
    "/api", "/healthz", "/robots.txt", "/favicon.ico",
    "/static/base.css", "/nowhere",
    "/article/99000018.ris", "/export?q=riluzole&format=csv", "/export?format=doc",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_the_headers_and_no_cookie(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
    assert "Set-Cookie" not in response.headers
    response.close()


@pytest.mark.parametrize(
    "path", [path for path in PATHS if not path.endswith((".css", ".ico", ".txt", "z", ".ris", "=csv"))]
)
def test_no_page_holds_a_script_or_style_of_its_own(client: FlaskClient, path: str) -> None:
    page = page_at(client, path, client.get(path).status_code)
    assert all(script.get("src") and not script.get_text() for script in page.select(SCRIPTS))
    assert not page.select("style, [style]")
    assert not [each for each in page.find_all(True) for name in each.attrs if name.startswith("on")]
    assert not page.select('[href^="javascript:"]')


def test_a_hostile_title_is_shown_and_does_nothing(client_of: ClientOf) -> None:
    client = client_of(
        parsed(1, HOSTILE, abstract=HOSTILE, authors="Eve &lt;b&gt;&quot;x", journal=HOSTILE),
        parsed(2, "A zebra.", data="<ReferenceList><Reference><Citation>&lt;script&gt;1&lt;/script&gt;</Citation>"
        '<ArticleIdList><ArticleId IdType="pubmed">1</ArticleId></ArticleIdList></Reference></ReferenceList>'),
    )  # fmt: skip
    for path in (
        "/",
        "/search",
        "/search?q=alert",
        "/search?q=SOD1",
        "/search?q=eve",
        "/article/1",
        "/article/2",
    ):
        page = page_at(client, path)
        assert {str(script.get("src")) for script in page.select(SCRIPTS)} <= OWN_SCRIPTS
        assert not page.select("img, [onclick], sup sup")
    title = page_at(client, "/article/1").select("h1")[0]
    assert title.get_text() == '<script>alert(1)</script> & SOD1G93A "><img src=x>'
    assert [str(each) for each in title.select("i, sup")] == ["<i>SOD1</i>", "<sup>G93A</sup>"]
    assert text_at(page_at(client, "/article/1"), "title").startswith("<script>alert(1)</script> & SOD1G93A")


@pytest.mark.parametrize(
    "path", [f"/search?q={HOSTILE_QUERY}", f"/search?q={HOSTILE_QUERY}&page=5", f"/search?keyword={HOSTILE_QUERY}",
             f"/search?{HOSTILE_QUERY}=1", f"/search?sort={HOSTILE_QUERY}", f"/article/{HOSTILE_QUERY}"],
)  # fmt: skip
def test_a_hostile_address_is_shown_and_does_nothing(client: FlaskClient, path: str) -> None:
    page = page_at(client, path, client.get(path).status_code)
    assert {str(script.get("src")) for script in page.select(SCRIPTS)} <= OWN_SCRIPTS
    assert not page.select("img")


def test_links_to_other_sites_tell_them_nothing(client_of: ClientOf) -> None:
    page = page_at(client_of(parsed(1, doi="10.1000/x")), "/article/1")
    outside = page.select('a[href^="http"]')
    assert outside
    assert {tuple(each.get_attribute_list("rel")) for each in outside} == {("noopener", "noreferrer")}
