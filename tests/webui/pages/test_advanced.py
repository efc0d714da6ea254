from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.records import parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf

TWO_ROWS = "op=AND&field=title&match=any&words=stem+cells&op=NOT&field=&match=phrase&words=old+mice"


def rows(page: BeautifulSoup) -> list[tuple[str, ...]]:
    def chosen(row: Tag, name: str) -> str:
        found = row.select_one(f'select[name="{name}"] option[selected]')
        return str(found.get("value", found.get_text())) if found else ""

    return [
        (
            chosen(row, "op"),
            chosen(row, "field"),
            chosen(row, "match"),
            str(one(row, '[name="words"]')["value"]),
        )
        for row in page.select(".row")
    ]


@pytest.fixture
def site(client_of: ClientOf) -> FlaskClient:
    return client_of(parsed(1, "Stem cells."), parsed(2, "Cells of old mice."), parsed(3, "Mice."))


def test_rows_make_a_query_that_is_shown_with_what_each_row_and_all_find(site: FlaskClient) -> None:
    page = page_at(site, f"/advanced?{TWO_ROWS}&live=1")
    assert text_at(page, "#made") == 'title:(stem OR cells) NOT "old mice"'
    assert texts_at(page, "#rows output") == ["2 articles", "1 article", ""]
    assert text_at(page, "#total") == "1 article"
    found = page_at(site, links_at(page, "#made a")[0])
    assert text_at(found, ".count") == "1 article"


def test_search_leads_to_the_results_and_a_count_to_a_short_address(site: FlaskClient) -> None:
    query = "title%3A%28stem+OR+cells%29+NOT+%22old+mice%22"
    assert site.get(f"/advanced?{TWO_ROWS}&go=1").location == f"/search?q={query}"
    assert site.get(f"/advanced?{TWO_ROWS}&count=1").location == f"/advanced?q={query}"


def test_a_row_more_can_be_had_without_scripts(site: FlaskClient) -> None:
    more = "&op=AND&field=&match=all&words=mice&add=1"
    response = site.get(f"/advanced?{TWO_ROWS}{more}", follow_redirects=True)
    assert response.request.query_string.endswith(b"&rows=4")
    assert response.text.count('class="row"') == 4


def test_a_query_is_opened_in_rows(site: FlaskClient) -> None:
    page = page_at(site, '/advanced?q=title:(stem OR cells) NOT "old mice"')
    assert rows(page)[:2] == [("", "title", "all", "stem OR cells"), ("NOT", "", "phrase", "old mice")]
    assert not page.select(".banner")


def test_what_is_no_chain_stands_in_one_row_and_the_page_says_so(site: FlaskClient) -> None:
    page = page_at(site, "/advanced?q=mice OR (stem AND (cells OR old))")
    assert rows(page)[0][3] == "mice OR (stem AND (cells OR old))"
    assert "no plain chain" in text_at(page, ".banner")
    assert text_at(page, "#total") == text_at(
        page_at(site, "/search?q=mice OR (stem AND (cells OR old))"), ".count"
    )


def test_the_page_can_be_used_before_anything_is_typed(site: FlaskClient) -> None:
    page = page_at(site, "/advanced")
    assert len(rows(page)) == 3
    assert text_at(page, "#total") == "3 articles"
    assert {"MeSH terms", "date of publication", "authors"} <= set(texts_at(page, "optgroup option"))


@pytest.mark.parametrize(
    "path", ["op=XOR&words=a", "field=colour&words=a", "colour=red", "words=a" + "&words=a" * 20]
)
def test_what_no_row_can_be_is_refused(site: FlaskClient, path: str) -> None:
    page_at(site, f"/advanced?{path}", 400)


def test_words_are_text_wherever_they_are_shown(site: FlaskClient) -> None:
    page = page_at(site, "/advanced?q=<script>alert(1)</script>")
    assert not [script for script in page.select("script") if "src" not in script.attrs]
