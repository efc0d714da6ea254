"""Reads the pages of a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup, Tag

if TYPE_CHECKING:
    from flask.testing import FlaskClient


def page_at(client: FlaskClient, path: str, status: int = 200) -> BeautifulSoup:
    """Return the page at a path, having checked its status."""
    response = client.get(path)
    assert response.status_code == status, response.text
    return BeautifulSoup(response.text, "lxml")


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    """Return the first element that a selector finds; there must be one."""
    found = page.select_one(selector)
    assert found is not None, f"nothing is {selector}"
    return found


def text_at(page: BeautifulSoup | Tag, selector: str) -> str:
    """Return the text of the first element that a selector finds, its white space as read."""
    return " ".join(one(page, selector).get_text().split())


def texts_at(page: BeautifulSoup | Tag, selector: str) -> list[str]:
    """Return the texts of all elements that a selector finds."""
    return [" ".join(each.get_text().split()) for each in page.select(selector)]


def links_at(page: BeautifulSoup | Tag, selector: str) -> list[str]:
    """Return where the links that a selector finds lead."""
    return [str(each["href"]) for each in page.select(selector)]
