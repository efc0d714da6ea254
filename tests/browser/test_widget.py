"""The widget and the frame in pages of another origin: strict policies, hostile styles, no help from the host."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.browser.conftest import keep
from webui.app import create_app
from webui.embed.script import load_script
from webui.settings import WebSettings

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from playwright.sync_api import Browser, BrowserContext, Page, Route

    from tests.browser.conftest import Visit
    from tests.sites import Parts

pytestmark = pytest.mark.browser

HOSTILE: Final = """
* { color: red !important; font: italic 30px serif !important; text-transform: uppercase !important;
    letter-spacing: 5px !important; direction: rtl; line-height: 3 !important; word-spacing: 9px }
html { font-size: 62.5% } body { visibility: visible; cursor: wait; text-align: right; white-space: pre }
input, button, ol, li, a, mark, form, label, .root, .hit, #q { display: none !important; background: red !important }
ul, fieldset, details { border: 9px solid lime !important; float: left }
"""
TAME: Final = "body { margin: 0 } main { padding: 8px } .own { color: rgb(1, 2, 3) }"
LISTENER: Final = """
addEventListener("message", ({ data, origin, source }) => {
  const frame = document.querySelector("iframe");
  if (origin !== new URL(frame.src).origin || source !== frame.contentWindow) return;
  if (data.type === "als-search:height") frame.height = data.height;
});
window.heard = [];
for (const name of ["results", "select", "error"]) {
  document.addEventListener(`als-search:${name}`, (event) => window.heard.push([name, event.detail]));
}
"""
FORM: Final = (
    '<form action="{site}/search"><label>Search <input name="q"></label>'
    '<input type="hidden" name="keyword" value="humans"><button>Go</button></form>'
)
PINNED: Final = '<script type="module" src="{{site}}/embed/v1/als-search.js" integrity="{}" crossorigin="anonymous"></script>'
_AXE: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}

Serve = Callable[..., str]
Host = Callable[..., "Page"]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Serve a WSGI application at a port of its own, and give its address."""
    running = []

    def served(application: WSGIApplication) -> str:
        server = make_server("127.0.0.1", 0, application, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.port}"

    yield served
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


def page_of(body: str, site: str, style: str) -> WSGIApplication:
    """Return a site of one page that allows no more than the embedding page asks for."""
    policy = (
        f"default-src 'none'; script-src 'self' {site}; connect-src {site}; style-src 'self'; "
        f"form-action {site}; frame-src {site}; img-src data:; base-uri 'none'"
    )
    files = {"/host.css": ("text/css", style), "/host.js": ("text/javascript", LISTENER)}
    page = (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Host</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<link rel="icon" href="data:,"><link rel="stylesheet" href="/host.css"><script src="/host.js"></script></head>'
        f"<body><main><h1>Host</h1><h2 class='own'>Search</h2>{body}</main></body></html>"
    )

    @Request.application
    def answer(request: Request) -> Response:
        kind, text = files.get(request.path, ("text/html", page))
        return Response(text, mimetype=kind, headers={"Content-Security-Policy": policy})

    return answer


@pytest.fixture
def host(chromium: Browser, site: str, serve: Serve) -> Iterator[Host]:
    """Open a page of another site that holds a body; nothing may be said on its console unless it is loud."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def opened(
        body: str,
        *,
        width: int = 1000,
        scheme: str = "light",
        scripts: bool = True,
        style: str = TAME,
        is_loud: bool = False,
        script: str = '<script type="module" src="{site}/embed/v1/als-search.js"></script>',
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        if not is_loud:
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(serve(page_of((script + body).replace("{site}", site), site, style)))
        return page

    yield opened
    for context in contexts:
        context.close()
    assert said == []


def ready(page: Page, number: int = 0) -> None:
    """Wait until a widget shows hits."""
    page.locator("als-search").nth(number).locator(".hit").first.wait_for()


def heard(page: Page, name: str) -> list[dict[str, object]]:
    """Return the details of the events of a name that the page heard."""
    return [detail for each, detail in page.evaluate("window.heard") if each == name]


def broken(page: Page) -> list[tuple[str, object]]:
    """Return each rule of accessibility that a page breaks, with where: a path through shadow roots is a list."""
    found = Axe().run(page, options=_AXE).response["violations"]
    return [(each["id"], node["target"]) for each in found for node in each["nodes"]]


@pytest.mark.parametrize("style", [TAME, HOSTILE], ids=["tame", "hostile"])
def test_it_searches_filters_and_turns_pages_by_keyboard_alone(host: Host, style: str) -> None:
    page = host("<als-search></als-search>", style=style)
    widget = page.locator("als-search")
    widget.locator("#q").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.type("survival")
    page.keyboard.press("Enter")
    ready(page)
    first = widget.locator(".hit").first.inner_text()
    total = heard(page, "results")[-1]["total"]
    widget.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    widget.locator("summary", has_text="(1 chosen)").wait_for()
    held = widget.evaluate(
        "each => each.shadowRoot.activeElement.type + each.shadowRoot.activeElement.checked"
    )
    assert held == "checkboxtrue"
    narrowed = heard(page, "results")[-1]["total"]
    assert isinstance(narrowed, int)
    assert isinstance(total, int)
    assert 0 < narrowed < total
    page.keyboard.press("Space")
    widget.locator("summary", has_text="chosen").wait_for(state="detached")
    widget.get_by_role("button", name="Next").focus()
    page.keyboard.press("Enter")
    widget.locator(".status", has_text="Page 2 of").wait_for()
    assert widget.locator(".hit").first.inner_text() != first
    assert widget.evaluate("each => each.shadowRoot.activeElement.getAttribute('role')") == "status"


def test_hostile_styles_of_the_host_neither_reach_in_nor_does_it_reach_out(host: Host) -> None:
    looks = """each => [...each.shadowRoot.querySelectorAll(".root *")].map((one) => {
        const { color, fontSize, fontStyle, fontFamily, textTransform, letterSpacing, display, direction, cursor,
            borderTopColor, float, whiteSpace, textAlign, wordSpacing, lineHeight } = getComputedStyle(one);
        return [one.localName, color, fontSize, fontStyle, fontFamily, textTransform, letterSpacing, display, direction,
            cursor, borderTopColor, float, whiteSpace, textAlign, wordSpacing, lineHeight].join();
    })"""
    found = []
    for style in (TAME, HOSTILE):
        page = host(
            '<p class="own">Own</p><als-search query="survival" theme="light"></als-search>', style=style
        )
        ready(page)
        found.append(page.locator("als-search").evaluate(looks))
        own = "document.querySelector('p.own')"
        before = page.evaluate(f"JSON.stringify({{...getComputedStyle({own})}})")
        page.locator("als-search").evaluate("each => each.remove()")
        assert page.evaluate(f"JSON.stringify({{...getComputedStyle({own})}})") == before
        assert page.evaluate("document.adoptedStyleSheets.length") == 0
    assert found[0] == found[1]


@pytest.mark.parametrize("width", [320, 1000])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_breaks_no_rule_of_accessibility(host: Host, scheme: str, width: int) -> None:
    page = host('<als-search query="survival"></als-search>', scheme=scheme, width=width)
    ready(page)
    widget = page.locator("als-search")
    widget.locator("summary").click()
    keep(page, f"widget-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert broken(page) == []
    widget.locator("#q").fill("surv")
    widget.locator("[role=option]").first.wait_for()
    keep(page, f"widget-suggesting-{scheme}-{width}")
    assert broken(page) == []


def test_suggestions_are_chosen_with_the_arrow_keys(host: Host) -> None:
    page = host("<als-search></als-search>")
    widget = page.locator("als-search")
    box = widget.locator("#q")
    box.press_sequentially("rilu")
    widget.locator("[role=option]").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    marked = str(box.get_attribute("aria-activedescendant"))
    assert widget.locator(f"#{marked}").get_attribute("aria-selected") == "true"
    page.keyboard.press("Escape")
    assert not widget.locator("[role=listbox]").is_visible()
    page.keyboard.press("ArrowDown")
    widget.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    ready(page)
    assert box.input_value() == "riluzole"
    assert not widget.locator("[role=listbox]").is_visible()


def test_two_widgets_do_not_disturb_each_other(host: Host) -> None:
    page = host(
        '<als-search query="survival" filters="keyword=humans" lang="de" page-size="3" facets="keyword,year"></als-search>'
        '<als-search query="riluzole" target="_blank" facets="journal" heading="4" theme="dark"></als-search>'
    )
    first, second = page.locator("als-search").all()
    ready(page, 0)
    ready(page, 1)
    keep(page, "widget-two")
    assert first.locator(".hit").count() == 3
    assert first.locator("button[type=submit]").inner_text() == "Suchen"
    assert first.locator("legend").all_text_contents() == ["Jahr"]
    assert second.locator("legend").all_text_contents() == ["Journal"]
    assert second.locator("h4 a[target=_blank]").count() == second.locator(".hit").count()
    before = first.locator(".body").inner_text()
    second.locator("#q").fill("registry")
    second.locator("#q").press("Enter")
    second.locator(".hit", has_text="regist").first.wait_for()
    assert first.locator(".body").inner_text() == before
    assert first.locator("#q").input_value() == "survival"


def test_preset_filters_hold_whatever_is_searched(host: Host, site: str) -> None:
    page = host('<als-search query="" filters="keyword=humans&from=2019" page-size="50"></als-search>')
    ready(page)
    asked = page.request.get(f"{site}/api/v1/search?keyword=humans&from=2019").json()
    assert heard(page, "results")[-1]["total"] == asked["total"]
    all_of_them = page.request.get(f"{site}/api/v1/search").json()
    assert asked["total"] < all_of_them["total"]


def test_a_late_answer_to_an_earlier_search_is_dropped(host: Host) -> None:
    page = host("<als-search></als-search>")
    widget = page.locator("als-search")
    widget.locator("#q").wait_for()
    waiting: list[Route] = []
    page.route("**/api/v1/search?q=survival*", lambda route: waiting.append(route))  # noqa: PLW0108 - Playwright marks its handlers, which what is built in does not allow
    widget.evaluate("each => { each.search('survival'); }")
    page.wait_for_timeout(100)
    widget.evaluate("each => { each.search('riluzole'); }")
    ready(page)
    shown = widget.locator(".body").inner_text()
    assert len(waiting) == 1
    waiting[0].continue_()
    page.wait_for_timeout(300)
    assert widget.locator(".body").inner_text() == shown
    assert [each["query"] for each in heard(page, "results")] == ["riluzole"]


def test_a_server_that_cannot_be_reached_is_told_calmly_and_tried_again(host: Host) -> None:
    page = host('<als-search query="survival"></als-search>', is_loud=True)
    widget = page.locator("als-search")
    ready(page)
    page.route("**/api/v1/search*", lambda route: route.abort())
    widget.locator("#q").fill("riluzole")
    widget.locator("#q").press("Enter")
    widget.get_by_text("The search cannot be reached at the moment").wait_for()
    keep(page, "widget-unreachable")
    assert widget.locator("#q").input_value() == "riluzole"
    assert heard(page, "error")[-1]["status"] == 0
    assert "/search?q=riluzole" in str(widget.locator(".status a").get_attribute("href"))
    assert broken(page) == []
    page.unroute("**/api/v1/search*")
    widget.get_by_role("button", name="Try again").click()
    ready(page)


def test_a_query_that_is_refused_is_told_with_the_reason(host: Host) -> None:
    page = host("<als-search filters='year=2020&zebra=1' query='survival'></als-search>", is_loud=True)
    widget = page.locator("als-search")
    widget.get_by_text("This search could not be understood").wait_for()
    assert "zebra" in widget.locator(".status [lang=en]").inner_text()
    assert heard(page, "error")[-1]["status"] == 400


@pytest.mark.parametrize("scripts", [True, False], ids=["blocked", "off"])
def test_the_plain_form_works_without_the_script(host: Host, scripts: bool) -> None:  # noqa: FBT001 - a parameter of pytest
    wrong = PINNED.format("sha384-" + "A" * 64)
    page = host(f"<als-search>{FORM}</als-search>", scripts=scripts, script=wrong, is_loud=True)
    page.locator("input[name=q]").fill("survival")
    page.get_by_role("button", name="Go").click()
    page.wait_for_url("**/search?q=survival&keyword=humans")
    assert page.locator(".hit").count() > 0


def test_what_was_typed_into_the_plain_form_is_kept(host: Host) -> None:
    page = host(f"<als-search>{FORM.replace('<input name', '<input value=typed name')}</als-search>")
    assert page.locator("als-search #q").input_value() == "typed"
    assert not page.get_by_role("button", name="Go").is_visible()


def test_the_hash_on_the_embedding_page_lets_the_script_run(host: Host) -> None:
    page = host('<als-search query="survival"></als-search>', script=PINNED.format(load_script().integrity))
    ready(page)


def test_hostile_text_is_only_text(host: Host) -> None:
    page = host("<als-search></als-search>")
    widget = page.locator("als-search")
    widget.locator("#q").fill('"><img src=x onerror=alert(1)><script>alert(2)</script> zzzz')
    widget.locator("#q").press("Enter")
    widget.locator(".status:not(:empty)").wait_for()
    assert widget.locator("img, script").count() == 0


def test_an_article_that_is_followed_is_announced_and_may_be_kept_from_opening(host: Host, site: str) -> None:
    page = host('<als-search query="survival"></als-search>')
    ready(page)
    page.evaluate("document.addEventListener('als-search:select', (event) => event.preventDefault())")
    before = page.url
    page.locator("als-search .title a").first.click()
    assert page.url == before
    selected = heard(page, "select")[0]
    assert selected["url"] == f"{site}/article/{selected['key']}"


def test_attributes_that_change_are_followed(host: Host) -> None:
    page = host('<als-search query="survival"></als-search>')
    ready(page)
    widget = page.locator("als-search")
    widget.evaluate("each => { each.setAttribute('lang', 'fr'); each.setAttribute('page-size', '2'); }")
    widget.get_by_role("button", name="Rechercher").wait_for()
    ready(page)
    assert widget.locator(".hit").count() == 2


def test_it_keeps_nothing_in_the_browser(host: Host) -> None:
    page = host('<als-search query="survival"></als-search>')
    ready(page)
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0


def test_a_retracted_article_is_marked(host: Host, site: str) -> None:
    page = host('<als-search query="hasretractionin"></als-search>')
    ready(page)
    hits = page.request.get(f"{site}/api/v1/search?q=hasretractionin&size=5").json()["hits"]
    assert hits[0]["article"]["is_retracted"]
    assert page.locator("als-search .flag.retracted").first.inner_text() == "Retracted"


def test_a_frame_is_shown_to_the_sites_of_the_settings_and_tells_them_its_height(
    chromium: Browser, sample_parts: Parts, serve: Serve
) -> None:
    made: list[WSGIApplication] = []

    def site(environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        return made[0](environ, start)

    # The site must know the address of the other, and the other that of the site.
    address = serve(site)
    body = (
        f'<iframe src="{address}/embed/frame?query=survival" title="Search" width="300" height="99"></iframe>'
    )
    allowed, other = (serve(page_of(body, address, TAME)) for _ in range(2))
    made.append(create_app(*sample_parts, WebSettings(frame_sites=(allowed,))).wsgi_app)
    context = chromium.new_context()
    page = context.new_page()
    page.goto(allowed)
    frame = page.frame_locator("iframe")
    frame.locator("als-search .hit").first.wait_for()
    page.wait_for_function("Number(document.querySelector('iframe').height) > 300")
    inside = frame.locator("body").evaluate("each => each.getBoundingClientRect().height")
    assert abs(int(str(page.locator("iframe").get_attribute("height"))) - inside) <= 1
    page.goto(other)
    page.wait_for_timeout(500)
    assert page.locator("iframe").get_attribute("height") == "99"
    assert frame.locator("als-search").count() == 0
    context.close()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_embedding_page_breaks_no_rule_of_accessibility(visit: Visit, scheme: str, width: int) -> None:
    page = visit("/embed?query=survival", width=width, scheme=scheme)
    ready(page)
    keep(page, f"embed-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert broken(page) == []


def test_the_embedding_page_shows_at_once_what_is_set(visit: Visit) -> None:
    page = visit("/embed")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_label("query", exact=True).fill("riluzole")
    page.get_by_label("lang", exact=True).select_option("it")
    page.locator("#preview").get_by_role("button", name="Cerca").wait_for()
    ready(page)
    page.get_by_role("button", name="Copy the code: The widget", exact=True).click()
    page.get_by_text("Copied").first.wait_for()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied == page.locator("#widget").inner_text()
    assert 'query="riluzole" lang="it"' in copied
    page.locator("#preview #q").press("/")
    assert page.evaluate("document.activeElement.localName") == "als-search"


def test_the_embedding_page_says_what_cannot_be(visit: Visit) -> None:
    page = visit("/embed", is_loud=True)
    page.get_by_label("filters", exact=True).fill("zebra=1")
    page.locator("#told", has_text="zebra").wait_for()


def test_the_embedding_page_works_without_scripts(visit: Visit) -> None:
    page = visit("/embed", scripts=False)
    page.get_by_label("query", exact=True).fill("riluzole")
    page.get_by_role("button", name="Show").click()
    assert 'query="riluzole"' in page.locator("#widget").inner_text()
    page.locator("#preview").get_by_role("button", name="Search").click()
    page.wait_for_url("**/search?q=riluzole")


def test_who_asks_too_much_is_asked_to_wait(chromium: Browser, sample_parts: Parts, serve: Serve) -> None:
    address = serve(create_app(*sample_parts, WebSettings(limit="1 per minute")).wsgi_app)
    tag = f'<script type="module" src="{address}/embed/v1/als-search.js"></script>'
    context = chromium.new_context()
    page = context.new_page()
    page.goto(serve(page_of(f'{tag}<als-search query="survival"></als-search>', address, TAME)))
    ready(page)
    page.locator("als-search").evaluate("each => { each.search('riluzole'); }")
    page.locator("als-search").get_by_text("Too many searches").wait_for()
    assert heard(page, "error")[-1]["status"] == 429
    context.close()


def test_the_frame_works_without_scripts(visit: Visit) -> None:
    page = visit("/embed/frame?filters=keyword%3Dhumans", scripts=False, width=320)
    keep(page, "frame-plain-320")
    page.get_by_label("Search the literature on ALS").fill("survival")
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Search").click()
    opened.value.wait_for_url("**/search?q=survival&keyword=humans")


def test_the_frame_breaks_no_rule_of_accessibility(visit: Visit) -> None:
    page = visit("/embed/frame?query=survival&lang=pt", width=320, scheme="dark")
    ready(page)
    keep(page, "frame-dark-320")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert broken(page) == []


def test_a_widget_that_is_moved_while_it_searches_goes_on(host: Host) -> None:
    page = host('<div id="there"></div><als-search></als-search>')
    page.locator("als-search #q").wait_for()
    page.evaluate("""() => {
        const widget = document.querySelector("als-search");
        widget.search("survival");
        document.getElementById("there").append(widget);
    }""")
    ready(page)
    assert page.locator("#there als-search .hit").count() > 0


def test_it_names_the_key_of_its_site_whenever_it_asks(host: Host) -> None:
    # The site knows no such key: that it says so to the reader is seen here too.
    page = host('<als-search site-key="als-society"></als-search>', is_loud=True)
    box = page.locator("als-search").locator("#q")
    box.fill("survival")
    with page.expect_request(lambda asked: "/api/v1/search" in asked.url) as asked:
        box.press("Enter")
    assert "site_key=als-society" in asked.value.url
    page.wait_for_function("window.heard.length > 0")
    assert heard(page, "error")[-1]["status"] == 403
