from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types

import webui
from tests.browser.conftest import keep

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

_MOST: Final = 30_000
_STATIC: Final = Path(webui.__file__).parent / "static"


def selected(page: Page) -> str:
    """Return the text of the option that the search box says is the active one."""
    return str(
        page.evaluate("""() => {
            const active = document.getElementById("q").getAttribute("aria-activedescendant");
            return active ? document.getElementById(active).textContent : "";
        }""")
    )


@pytest.mark.parametrize("width", [320, 1280])
def test_a_suggestion_is_chosen_by_keyboard_and_the_focus_stays_in_the_box(visit: Visit, width: int) -> None:
    page = visit("/", width=width)
    box = page.get_by_role("combobox")
    box.focus()
    page.keyboard.type("riluz")
    page.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"
    keep(page, f"suggestions-{width}")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert selected(page) == ""
    page.keyboard.press("ArrowDown")
    assert "riluzole" in selected(page).lower()
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("ArrowUp")
    assert selected(page) == ""
    page.keyboard.press("Escape")
    assert not page.get_by_role("listbox").is_visible()
    assert box.input_value() == "riluz"
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=*iluzole")


def test_a_late_answer_is_dropped(visit: Visit) -> None:
    page = visit("/")
    held: list[object] = []

    page.route("**/suggest?q=ril", lambda route: held.append(route))  # noqa: PLW0108 - Playwright marks what it calls
    page.locator("#q").focus()
    page.keyboard.type("ril")
    page.wait_for_timeout(300)
    page.keyboard.type("uz")
    page.get_by_role("option").first.wait_for()
    assert len(held) == 1
    assert page.get_by_role("option").first.is_visible()


def test_years_are_chosen_by_keyboard(visit: Visit) -> None:
    page = visit("/search?q=survival")
    last = page.locator(".histogram a[tabindex='0']")
    last.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Shift+ArrowLeft")
    years = [page.locator(f"#{name}").input_value() for name in ("from", "to")]
    assert int(years[1]) - int(years[0]) == 2
    assert page.locator(".histogram a.within").count() == 3
    assert page.locator(".told").inner_text() == f"{years[0]} to {years[1]}: Enter shows these years"
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/search?q=survival&from={years[0]}&to={years[1]}")


def test_years_are_chosen_by_dragging(visit: Visit) -> None:
    page = visit("/search?q=survival")
    bars = page.locator(".histogram a .reach")
    bars.last.scroll_into_view_if_needed()
    first, last = bars.nth(1).bounding_box(), bars.nth(3).bounding_box()
    assert first is not None
    assert last is not None
    page.mouse.move(first["x"] + first["width"] / 2, first["y"] + 20)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + 20, steps=5)
    page.mouse.up()
    page.wait_for_url("**/search?q=survival&from=*&to=*")
    assert page.locator(".histogram a.within").count() == 3


def test_a_span_of_years_needs_no_scripts(visit: Visit) -> None:
    page = visit("/search?q=survival", scripts=False)
    page.get_by_label("From", exact=True).fill("2019")
    page.get_by_role("button", name="Go to these years").click()
    page.wait_for_url("**/search?q=survival&from=2019")


def test_a_value_is_found_within_a_filter_and_chosen(visit: Visit) -> None:
    page = visit("/search?q=survival")
    page.locator("#facet-author summary").first.click()
    box = page.locator("#facet-author .find-in input")
    box.fill("s")
    found = page.locator("#facet-author .found label").first
    found.wait_for()
    keep(page, "find-in-filter")
    value = found.locator("input").get_attribute("value")
    found.click()
    page.get_by_role("button", name="Apply filters").click()
    page.wait_for_url("**/search?q=survival&author=*")
    assert page.locator("#facet-author input:checked").first.get_attribute("value") == value


def test_scripts_and_styles_are_light(visit: Visit) -> None:
    page = visit("/")
    sizes = page.evaluate(
        """async (names) => {
        const size = async (name) => {
            const text = await (await fetch(`/static/${name}`)).blob();
            const packed = text.stream().pipeThrough(new CompressionStream("gzip"));
            return (await new Response(packed).arrayBuffer()).byteLength;
        };
        const all = async (names) => (await Promise.all(names.map(size))).reduce((a, b) => a + b);
        return [await all(names.filter((each) => each.endsWith(".js"))),
                await all(names.filter((each) => each.endsWith(".css")))];
    }""",
        [each.name for each in _STATIC.iterdir()],
    )
    assert max(sizes) < _MOST
