from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser


def focused(page: Page) -> str:
    """Return the id, or else the text, of what has the focus."""
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent.trim()"))


def test_a_search_needs_nothing_but_the_keyboard(visit: Visit) -> None:
    page = visit("/")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to the main content"
    page.keyboard.press("Enter")
    assert focused(page) == "main"
    page.keyboard.press("Tab")
    assert focused(page) == "q"
    page.keyboard.type("survival")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=survival")
    page.locator(".hit h2 a").first.focus()
    assert page.locator(".hit h2 a").first.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/article/*")


def test_filters_are_chosen_by_keyboard_and_kept_in_a_new_search(visit: Visit) -> None:
    page = visit("/search?q=survival")
    before = page.locator(".summary [role=status]").inner_text()
    page.get_by_label("registry", exact=False).first.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Apply filters").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=survival&keyword=registry")
    assert page.locator(".summary [role=status]").inner_text() != before
    page.locator("#q").fill("incidence")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=incidence&keyword=registry")
    page.get_by_role("link", name="Clear all filters").click()
    page.wait_for_url("**/search?q=incidence")


def test_everything_works_without_scripts(visit: Visit) -> None:
    page = visit("/search?q=survival", scripts=False)
    page.get_by_text("more under Keyword").click()
    page.locator(".more label").first.click()
    page.get_by_role("button", name="Apply filters").click()
    assert page.locator(".chip").count() == 1
    page.locator(".chip").click()
    assert page.locator(".chip").count() == 0
    page.locator(".hit h2 a").first.click()
    page.get_by_text("Affiliation", exact=False).first.click()
    assert page.locator(".affiliations li").first.is_visible()


def test_the_slash_key_leads_to_the_search_box_and_can_be_turned_off(visit: Visit) -> None:
    page = visit("/help")
    page.keyboard.press("/")
    assert focused(page) == "q"
    page.keyboard.type("and/or")
    assert page.locator("#q").input_value() == "and/or"
    page.get_by_role("button", name="Turn this key off").click()
    page.goto(page.url)
    page.keyboard.press("/")
    assert focused(page) != "q"
    page.get_by_role("button", name="Turn this key on").click()
    page.keyboard.press("/")
    assert focused(page) == "q"


def test_nothing_but_past_searches_is_kept_unasked(visit: Visit) -> None:
    page = visit("/search?q=survival")
    assert page.context.cookies() == []
    assert page.evaluate("sessionStorage.length") == 0
    assert page.evaluate("Object.keys(localStorage)") == ["als-search.1.history"]


def test_the_policy_stops_what_is_not_ours(visit: Visit) -> None:
    page = visit("/", is_loud=True)
    ran = page.evaluate("""() => new Promise((done) => {
        document.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
        const script = document.createElement("script");
        script.textContent = "document.title = 'broken'";
        document.body.append(script);
    })""")
    assert ran.startswith("script-src")
    assert page.title() != "broken"


def test_a_citation_is_copied_and_said_to_be(visit: Visit) -> None:
    page = visit("/article/99000018")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the NLM citation").click()
    page.locator(".cite [role=status]").get_by_text("Copied").wait_for(state="attached")
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert copied == " ".join(page.locator("#cite-nlm").inner_text().split())


def test_citations_and_the_list_of_years_need_no_scripts(visit: Visit) -> None:
    page = visit("/article/99000018", scripts=False)
    assert page.locator("#cite-ama").is_visible()
    assert page.get_by_role("button", name="Copy").count() == 0
    page.get_by_text("The same as a list").click()
    assert page.locator(".by-year li").first.is_visible()


def test_the_policy_lets_data_stand_in_a_page(visit: Visit) -> None:
    page = visit("/about")
    # As the data of an article do. What the policy forbids, it says.
    broken = page.evaluate("""() => new Promise((done) => {
        document.addEventListener("securitypolicyviolation", (event) => done(event.violatedDirective));
        const data = document.createElement("script");
        data.type = "application/ld+json";
        data.textContent = "{}";
        document.head.append(data);
        setTimeout(() => done(""), 100);
    })""")
    assert broken == ""


def test_a_printed_article_is_whole_and_holds_nothing_to_press(visit: Visit) -> None:
    page = visit("/article/99000018", scheme="dark")
    page.emulate_media(media="print", color_scheme="dark")
    assert not page.locator(".side, .cite, .ways").first.is_visible()
    assert page.locator(".affiliations li").first.is_visible()
    assert page.locator(".years svg").is_visible()
    assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"


def test_a_printed_page_leaves_out_what_only_a_screen_can_use(visit: Visit) -> None:
    page = visit("/search?q=survival")
    page.emulate_media(media="print")
    assert not page.locator(".filters").is_visible()
    assert page.locator(".hits").is_visible()
