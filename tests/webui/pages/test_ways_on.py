from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask

from search.request import SearchRequest
from webui.pages.ways_on import ways_on

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module", autouse=True)
def addresses() -> Iterator[None]:
    app = Flask("addresses")
    app.add_url_rule("/search", "pages.search")
    with app.test_request_context():
        yield


def said(query: str, from_year: int = 0, count: int = 3) -> list[tuple[str, str]]:
    request = SearchRequest(query=query, from_year=from_year, page=2)
    return [(way.link.text, way.finds) for way in ways_on(request, lambda _: count)]


def test_each_word_is_tried_by_itself_and_operators_are_no_words() -> None:
    assert said("zebra AND lion zebra") == [("Only zebra", "3 articles"), ("Only lion", "3 articles")]


def test_filters_are_left_out_only_where_that_finds_something() -> None:
    assert said("zebra", from_year=2000) == [("Without the filters", "3 articles")]
    assert said("zebra", from_year=2000, count=0) == []


@pytest.mark.parametrize(
    "query", ["", "zebra", '"zebra lion"', "title:zebra lion", "zebra* lion", "a b c d e f g"]
)
def test_only_a_few_plain_words_are_taken_apart(query: str) -> None:
    assert said(query) == []


def test_what_is_tried_has_no_filters_and_begins_at_the_first_page() -> None:
    tried: list[SearchRequest] = []

    def count(request: SearchRequest) -> int:
        tried.append(request)
        return 0

    ways_on(SearchRequest(query="a b", from_year=2000, page=4), count)
    assert tried == [SearchRequest(query="a b"), SearchRequest(query="a"), SearchRequest(query="b")]
