from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types

from tests.browser.conftest import keep

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

_BROKEN: Final = (
    "{", "null", '"text"', "[1, null, {}]", '[{"search": "javascript:alert(1)", "query": "x"}]',
    '[{"key": "", "title": "x", "source": ""}]',
)  # fmt: skip


def at(page: Page, path: str) -> None:
    """Go to another path of the same site."""
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + path)


def said(page: Page) -> str:
    """Return what the live region of a page of kept things says."""
    return page.locator("#history [role=status], #selection [role=status]").inner_text()


def searched(visit: Visit, *, width: int = 1280, scheme: str = "light") -> Page:
    """Return the page of past searches after three searches, the first made again last."""
    page = visit("/search?q=survival", width=width, scheme=scheme)
    at(page, "/search?q=registry+OR+%28riluzole")
    at(page, "/search?q=incidence&year=2020")
    at(page, "/search?q=survival&page=2&size=5")
    at(page, "/history")
    return page


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pages_with_something_kept_break_no_rule(visit: Visit, scheme: str, width: int) -> None:
    page = visit("/search?q=survival&size=5", width=width, scheme=scheme)
    page.locator(".keep input").nth(0).check()
    page.locator(".keep input").nth(1).check()
    page.get_by_role("button", name="Save this search").click()
    at(page, "/search?q=riluzole&year=2020")
    for path, name in (("/history", "history"), ("/selection", "selection")):
        at(page, path)
        page.locator(".rows li").first.wait_for()
        keep(page, f"{name}-{scheme}-{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page, options={"rules": {"target-size": {"enabled": True}}})
        assert found.violations_count == 0, found.generate_report()


def test_past_searches_are_listed_once_each_the_last_first(visit: Visit) -> None:
    page = searched(visit)
    rows = page.locator("#past li")
    assert [rows.nth(n).locator("a").inner_text() for n in range(rows.count())] == [
        "survival", "incidence", "registry OR (riluzole",
    ]  # fmt: skip
    assert rows.nth(0).locator(".hash").inner_text() == "#1"
    assert "Year: 2020" in rows.nth(1).locator(".source").inner_text()
    rows.nth(1).locator("a").click()
    page.wait_for_url("**/search?q=incidence&year=2020")


def test_past_searches_are_combined(visit: Visit) -> None:
    page = searched(visit)
    first, operator, second = (page.locator("#combine select").nth(n) for n in range(3))
    first.select_option("1")
    operator.select_option("NOT")
    second.select_option("2")
    link = page.locator(".combined a")
    # What was left open is closed, so that the second search stays one part.
    assert link.inner_text() == "survival NOT (registry OR (riluzole))"
    link.click()
    assert page.locator("#q").input_value() == "survival NOT (registry OR (riluzole))"
    assert page.locator(".notices").count() == 0


def test_searches_are_forgotten_one_by_one_and_all_with_the_keyboard_alone(visit: Visit) -> None:
    page = searched(visit)
    page.locator("#past .remove").first.focus()
    page.keyboard.press("Enter")
    assert said(page) == "Forgotten"
    assert page.locator("#past li").count() == 2
    assert page.evaluate("document.activeElement.matches('#past .remove')")
    page.get_by_role("button", name="Forget all past searches").press("Enter")
    assert said(page) == "All past searches are forgotten"
    assert page.evaluate("document.activeElement.id") == "past-title"
    assert page.evaluate("localStorage.length") == 0


def test_the_switch_keeps_no_search_any_more(visit: Visit) -> None:
    page = searched(visit)
    page.get_by_label("Keep my past searches").uncheck()
    assert said(page) == "Past searches are forgotten, and no more are kept"
    at(page, "/search?q=riluzole")
    at(page, "/history")
    assert page.locator("#past li").count() == 0
    page.get_by_label("Keep my past searches").check()
    at(page, "/search?q=riluzole")
    at(page, "/history")
    assert page.locator("#past li").count() == 1


def test_a_search_is_saved_named_and_removed(visit: Visit) -> None:
    page = visit("/search?q=survival")
    page.get_by_role("button", name="Save this search").click()
    assert "Saved in this browser" in page.locator("main > [role=status]").inner_text()
    at(page, "/history")
    name = page.get_by_label("Name of survival")
    name.fill("For my mother")
    name.blur()
    assert said(page) == "Named For my mother"
    page.reload()
    link = page.get_by_role("link", name="For my mother")
    assert (link.get_attribute("href") or "").endswith("/search?q=survival")
    page.get_by_role("button", name="Remove For my mother").click()
    assert page.locator("#saved li").count() == 0


def test_articles_are_kept_listed_cited_and_saved_whole(visit: Visit) -> None:
    page = visit("/search?q=survival&sort=newest")
    keys = [str(page.locator(".keep input").nth(n).get_attribute("data-key")) for n in (2, 0)]
    page.locator(".keep input").nth(2).check()
    page.locator(".keep input").nth(0).focus()
    page.keyboard.press("Space")
    assert page.locator("main > [role=status]").inner_text() == "Kept, 2 articles are kept"
    page.reload()
    assert page.locator(".keep input:checked").count() == 2
    at(page, f"/article/{keys[0]}")
    assert page.locator(".keep input").is_checked()
    at(page, "/selection")
    assert page.locator(".count").inner_text() == "2 articles kept in this browser"
    with page.expect_download() as download:
        page.get_by_role("link", name="RIS").click()
    path: Path = download.value.path()
    assert [line[6:] for line in path.read_text().splitlines() if line.startswith("AN  - ")] == keys
    page.get_by_role("link", name="Cite all").click()
    assert page.locator("#citations li").count() == 2
    page.go_back()
    page.locator(".rows button").first.click()
    assert said(page) == "Removed, 1 article kept"
    page.get_by_role("button", name="Remove all").click()
    assert page.get_by_text("None yet.").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "H1"


def test_no_more_is_kept_than_there_is_room_for(visit: Visit) -> None:
    page = visit("/about")
    page.evaluate("""() => localStorage.setItem("als-search.1.kept", JSON.stringify(
        Array.from({ length: 500 }, (_, n) => ({ key: String(n + 1), title: "T", source: "" }))))""")
    at(page, "/search?q=survival")
    page.locator(".keep input").first.click()
    assert "500 articles is the most" in page.locator("main > [role=status]").inner_text()
    assert not page.locator(".keep input").first.is_checked()


@pytest.mark.parametrize("text", _BROKEN)
def test_what_is_broken_in_the_browser_counts_as_nothing(visit: Visit, text: str) -> None:
    page = visit("/about")
    page.evaluate(
        'text => { for (const each of ["history", "saved", "kept"]) localStorage["als-search.1." + each] = text }',
        text,
    )
    at(page, "/history")
    assert page.locator(".rows li").count() == 0
    at(page, "/selection")
    assert page.get_by_text("None yet.").is_visible()
    at(page, "/search?q=survival")
    page.locator(".keep input").first.check()
    at(page, "/selection")
    assert page.locator(".rows li").count() == 1


def test_where_nothing_can_be_kept_the_pages_say_so(visit: Visit) -> None:
    page = visit("/about")
    page.add_init_script("""Object.defineProperty(window, "localStorage", {
        get() { throw new DOMException("denied", "SecurityError"); } });""")
    for path in ("/history", "/selection"):
        at(page, path)
        assert page.locator("#blocked").is_visible()
    at(page, "/search?q=survival")
    assert page.locator(".keep, .save-search").count() == 0
    assert page.locator(".hit").count() > 0


def test_without_scripts_nothing_offers_to_keep(visit: Visit) -> None:
    page = visit("/search?q=survival", scripts=False)
    assert not page.locator(".keep").first.is_visible()
    assert not page.locator(".save-search").is_visible()
    at(page, "/history")
    assert page.get_by_text("This page needs JavaScript").is_visible()


def test_all_citations_are_copied(visit: Visit) -> None:
    page = visit("/cite?key=99000009&key=99000001")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy all").click()
    page.locator("main [role=status]").get_by_text("Copied").wait_for(state="attached")
    assert str(page.evaluate("navigator.clipboard.readText()")).count("\n") == 1
