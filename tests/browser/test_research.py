from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types
from playwright.sync_api import expect

from tests.browser.conftest import keep

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAGES: Final = {
    "advanced": "/advanced?q=title:survival OR riluzole NOT mice",
    "trends": "/trends?q=survival&q=riluzole&q=%22motor+neurons%22&q=biomarker",
    "trends-by": "/trends?q=survival&by=type&share=on",
    "record": "/record?q=riluzole+AND+survival&language=english&from=2015",
    "permalink": "/search?q=riluzole&generation=generation-000001",
    "gone": "/search?q=survival&generation=generation-000099",
}
_OPTIONS: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_for_thorough_searching_breaks_no_rule_of_accessibility(
    visit: Visit, name: str, scheme: str, width: int
) -> None:
    page = visit(PAGES[name], width=width, scheme=scheme, is_loud=name == "gone")
    keep(page, f"{name}-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=_OPTIONS)
    assert found.violations_count == 0, found.generate_report()


def test_rows_are_added_and_counted_while_one_types(visit: Visit) -> None:
    page = visit("/advanced")
    page.get_by_role("textbox", name="Words of row 1").fill("survival")
    total = page.locator("#total")
    expect(page.locator("#made")).to_have_text("survival")
    before = total.text_content()
    page.get_by_role("button", name="Add a row").click()
    assert page.url.endswith("/advanced")
    expect(page.get_by_role("textbox", name="Words of row 4")).to_be_focused()
    page.get_by_label("How row 4 is joined").select_option("NOT")
    page.get_by_role("textbox", name="Words of row 4").fill("riluzole")
    expect(page.locator("#made")).to_have_text("survival NOT riluzole")
    expect(page.locator("#count-4")).to_contain_text("article")
    assert total.text_content() != before
    page.get_by_role("button", name="Search").last.click()
    page.wait_for_url("**/search?q=survival+NOT+riluzole")


def test_rows_can_be_used_without_scripts(visit: Visit) -> None:
    page = visit("/advanced", scripts=False)
    page.get_by_role("textbox", name="Words of row 1").fill("survival")
    page.get_by_role("button", name="Add a row").click()
    assert page.get_by_role("textbox", name="Words of row 1").input_value() == "survival"
    page.get_by_role("textbox", name="Words of row 4").fill("riluzole")
    page.get_by_role("button", name="Count").click()
    assert page.locator("#made").text_content() == "survival AND riluzole"
    page.locator(".rows").get_by_role("button", name="Search").click()
    assert page.url.endswith("/search?q=survival+AND+riluzole")


@pytest.mark.parametrize("scripts", [True, False])
def test_trends_lead_to_the_articles_of_a_year(visit: Visit, scripts: bool) -> None:  # noqa: FBT001 - a case
    page = visit("/trends", scripts=scripts)
    page.get_by_label("Search 1").fill("survival")
    page.get_by_role("button", name="Show").click()
    assert page.url.endswith("/trends?q=survival")
    cell = page.locator(".numbers tbody a").first
    count = str(cell.text_content())
    cell.click()
    expect(page.locator(".count")).to_contain_text(f"{count} article")


@pytest.mark.parametrize("scripts", [True, False])
def test_one_click_leads_from_results_to_their_record(visit: Visit, scripts: bool) -> None:  # noqa: FBT001 - a case
    page = visit("/search?q=survival", scripts=scripts)
    count = str(page.locator(".count").text_content()).split()[0]
    page.get_by_role("link", name="record of this search").click()
    expect(page.locator(".items")).to_contain_text(f"{count} records, of 80 records")
