"""A site over the sample library, served to a real browser."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright
from werkzeug.serving import make_server

from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

    from tests.sites import Parts

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS: Final = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
_SCREENSHOTS: Final = Path(__file__).resolve().parents[2] / "screenshots"

Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A Chromium: the one named by CHROMIUM, one on the PATH, or Playwright's own."""
    with sync_playwright() as playwright:
        browser = _launched(playwright)
        yield browser
        browser.close()


def _launched(playwright: Playwright) -> Browser:
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    try:
        return playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
    except Error as error:
        if found:
            raise
        pytest.skip(f"no Chromium is installed: {error.message.splitlines()[0]}")


@pytest.fixture(scope="session")
def site(sample_parts: Parts) -> Iterator[str]:
    """The address of a running site over the sample library."""
    server = make_server("127.0.0.1", 0, create_app(*sample_parts, WebSettings()), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def visit(chromium: Browser, site: str) -> Iterator[Visit]:
    """Open a path of the site in a page of a kind; unless it is loud, nothing may be said on its console."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def opened(
        path: str,
        *,
        width: int = 1280,
        scheme: str = "light",
        scripts: bool = True,
        is_loud: bool = False,
    ) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            java_script_enabled=scripts,
            reduced_motion="reduce",
        )
        contexts.append(context)
        page = context.new_page()
        if not is_loud:
            page.on("console", lambda message: said.append(message.text))
            page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(site + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert [each for each in said if "responded with a status of 4" not in each] == []


def keep(page: Page, name: str) -> None:
    """Save a picture of a page to `screenshots/`, where SCREENSHOTS is set."""
    if os.environ.get("SCREENSHOTS"):
        _SCREENSHOTS.mkdir(exist_ok=True)
        page.screenshot(path=_SCREENSHOTS / f"{name}.png", full_page=True)
