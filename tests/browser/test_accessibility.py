from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]  # ships no types

from tests.browser.conftest import keep

if TYPE_CHECKING:
    from tests.browser.conftest import Visit

pytestmark = pytest.mark.browser

PAGES: Final = {
    "home": "/",
    "results": "/search?q=%22motor+neurons%22+OR+survival&keyword=humans",
    "last-page": "/search?q=survival&size=5&page=3&sort=newest",
    "empty": "/search?q=zzzz+qqqq&year=2020",
    "years": "/search?q=survival&from=2018&to=2020&year=2019",
    "loosened": "/search?q=survival+zebra+registry&spelling=off",
    "facet": "/facet/author?q=survival&typed=s",
    "article": "/article/99000018",
    "help": "/help",
    "api": "/api",
    "not-found": "/article/12345678",
    "about": "/about",
    "history-empty": "/history",
    "selection-empty": "/selection",
    "cite": "/cite?key=99000009&key=99000001&key=1",
    "mistyped": "/search?q=riluzol",
    "word-nowhere": "/search?q=zzzzzzz",
    "notices": "/search?q=riluzole%5Bzz%5D+AND+%28survival",
    "no-such-order": "/search?q=x&sort=best",
    "after-the-last": "/search?q=survival&page=99",
    "too-long": "/search?q=" + "long+" * 1700,
}

# The size of targets is part of WCAG 2.2, but not of what axe looks at unasked.
_OPTIONS: Final = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_breaks_no_rule_of_accessibility(visit: Visit, name: str, scheme: str, width: int) -> None:
    page = visit(PAGES[name], width=width, scheme=scheme)
    keep(page, f"{name}-{scheme}-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    found = Axe().run(page, options=_OPTIONS)
    assert found.violations_count == 0, found.generate_report()


def test_wider_spacing_of_text_hides_nothing_and_scrolls_nothing(visit: Visit) -> None:
    page = visit(PAGES["results"], width=320)
    # WCAG 1.4.12. Through the object model, which the site's policy leaves to the reader.
    page.evaluate("""() => {
        for (const each of document.querySelectorAll("body *")) {
            each.style.lineHeight = "1.5"; each.style.letterSpacing = "0.12em"; each.style.wordSpacing = "0.16em";
        }
    }""")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_what_has_the_focus_is_never_hidden_behind_the_apply_button(visit: Visit) -> None:
    page = visit(PAGES["results"], width=320)
    hidden = page.evaluate("""() => [...document.querySelectorAll(".facet label input, .facet summary")]
        .filter((each) => each.checkVisibility())
        .filter((each) => {
            each.focus();
            const { left, top, width, height } = each.getBoundingClientRect();
            const seen = document.elementFromPoint(left + width / 2, top + height / 2);
            return !(each === seen || each.contains(seen));
        })
        .map((each) => each.outerHTML)""")
    assert hidden == []
