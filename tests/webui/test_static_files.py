from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from tests.webui.reading import page_at
from webui.static_files import StaticFiles

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

FOR_GOOD: Final = "public, max-age=31536000, immutable"


def loaded_by(client: FlaskClient, path: str) -> list[str]:
    """Return the addresses of all files that a page loads."""
    page = page_at(client, path)
    found = [str(each["href"]) for each in page.select('link[rel="stylesheet"], link[rel="icon"]')]
    found += [str(each["src"]) for each in page.select("script[src]")]
    return [
        each for each in found if "/embed/v1/" not in each
    ]  # the widget keeps its own promise of addresses


@pytest.mark.parametrize("path", ["/", "/search?q=riluzole", "/history", "/embed", "/advanced", "/trends"])
def test_a_page_loads_files_by_addresses_that_are_kept_for_good(client: FlaskClient, path: str) -> None:
    addresses = loaded_by(client, path)
    assert addresses
    for address in addresses:
        answer = client.get(address)
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, FOR_GOOD), address
        assert answer.data


def test_a_file_says_what_it_is_whatever_the_machine_thinks_of_its_name(client: FlaskClient) -> None:
    types = {
        name: client.get(f"/static/{name}").content_type for name in ("base.css", "site.js", "favicon.svg")
    }
    assert types == {
        "base.css": "text/css; charset=utf-8",
        "site.js": "text/javascript; charset=utf-8",
        "favicon.svg": "image/svg+xml; charset=utf-8",
    }


def test_the_address_of_an_older_version_gives_the_present_file_and_is_asked_again_soon(
    client: FlaskClient,
) -> None:
    (address,) = [each for each in loaded_by(client, "/") if each.endswith("/base.css")]
    older = client.get(re.sub("/static/[0-9a-f]+/", "/static/0123456789ab/", address))
    assert older.data == client.get(address).data
    assert older.headers["Cache-Control"] == client.get("/static/base.css").headers["Cache-Control"]
    assert "max-age=60," in older.headers["Cache-Control"]


def test_a_file_that_is_held_already_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/static/base.css").headers["ETag"]
    answer = client.get("/static/base.css", headers={"If-None-Match": tag})
    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("name", ["nothing.css", "../app.py", "%2e%2e/app.py", "0123456789ab/../site.js", ""])
def test_what_is_not_there_is_not_found(client: FlaskClient, name: str) -> None:
    assert client.get(f"/static/{name}").status_code == 404


def test_the_version_changes_with_what_any_file_holds_and_what_it_is_called(tmp_path: Path) -> None:
    seen = set()
    for name, content in (("a.css", b"x"), ("a.css", b"y"), ("b.css", b"y"), ("a.css", b"")):
        for each in tmp_path.iterdir():
            each.unlink()
        (tmp_path / name).write_bytes(content)
        seen.add(StaticFiles(tmp_path).version)
    assert len(seen) == 4
