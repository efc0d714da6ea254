from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.request import SearchRequest
from tests.records import parsed
from tests.webui.reading import links_at, page_at, text_at, texts_at
from webui.pages.chart import Value, chart

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from search.engine import Engine
    from tests.webui.conftest import ClientOf


def rows(client: FlaskClient, path: str) -> list[list[str]]:
    return [texts_at(row, "th, td") for row in page_at(client, path).select("tbody tr")]


@pytest.fixture
def three(client_of: ClientOf) -> FlaskClient:
    return client_of(
        parsed(1, "Riluzole in one.", year="2018"),
        parsed(2, "Riluzole in two.", year="2020"),
        parsed(3, "Edaravone in two.", year="2020", journal="Other Journal"),
    )


def test_each_search_is_a_line_and_years_without_articles_are_told_too(three: FlaskClient) -> None:
    path = "/trends?q=riluzole&q=edaravone"
    assert rows(three, path) == [
        ["2020", "1", "1", "2"],
        ["2019", "0", "0", "0"],
        ["2018", "1", "0", "1"],
    ]
    page = page_at(three, path)
    assert texts_at(page, ".legend li") == ["riluzole 2 articles", "edaravone 1 article"]
    assert links_at(page, "tbody tr:first-child a") == [
        "/search?q=riluzole&from=2020&to=2020",
        "/search?q=edaravone&from=2020&to=2020",
    ]
    points = [str(link["aria-label"]) for link in page.select(".line-1 a[aria-label]")]
    assert points == ["riluzole, 2018: 1 article", "riluzole, 2019: 0 articles", "riluzole, 2020: 1 article"]


def test_the_values_of_a_facet_are_lines_the_most_frequent_unasked(three: FlaskClient) -> None:
    page = page_at(three, "/trends?by=journal")
    assert texts_at(page, ".legend a") == ["Journal of Tests", "Other Journal"]
    assert links_at(page, ".legend a")[1] == "/search?journal=other+journal"
    one = page_at(three, "/trends?by=journal&value=Other+Journal")
    assert texts_at(one, ".legend a") == ["Other Journal"]
    assert [str(box["value"]) for box in one.select('[name="value"][checked]')] == ["other journal"]


def test_shares_are_of_all_articles_of_the_year(three: FlaskClient) -> None:
    assert rows(three, "/trends?q=riluzole&share=on")[0] == ["2020", "1 50.00 %", "2"]
    assert three.get("/trends.csv?q=riluzole&share=on").text.splitlines()[1] == "2018,100.000,1"


def test_the_table_is_a_file_whose_cells_are_no_formulas(three: FlaskClient) -> None:
    response = three.get("/trends.csv?q=%3Driluzole&q=edaravone")
    assert response.mimetype == "text/csv"
    assert response.text.splitlines()[0].removeprefix("\ufeff") == "year,'=riluzole,edaravone,all articles"
    assert response.text.splitlines()[-1] == "2020,1,1,2"


def test_counts_of_a_line_are_those_of_its_searches(client: FlaskClient, sample_engine: Engine) -> None:
    counted = sample_engine.trends([SearchRequest(query="survival")]).trends[0]
    for year, count in counted.years.items():
        request = SearchRequest(query="survival", from_year=year, to_year=year)
        assert sample_engine.search(request).total == count
    assert counted.total == sample_engine.search(SearchRequest(query="survival")).total
    assert page_at(client, "/trends?q=survival").select("svg.chart")


def test_boxes_left_empty_stay_out_of_the_address(three: FlaskClient) -> None:
    response = three.get("/trends?q=riluzole&q=&by=&from=&to=&q=edaravone")
    assert response.location == "/trends?q=riluzole&q=edaravone"


def test_without_articles_there_is_no_drawing_and_the_page_says_so(three: FlaskClient) -> None:
    page = page_at(three, "/trends?q=zebra")
    assert text_at(page, ".research > [role=status]") == "No article that has a date matches."
    assert not page.select("svg.chart")


@pytest.mark.parametrize("path", ["by=colour", "sort=newest", "colour=red", "by=type&by=drug", "&q=a" * 9])
def test_what_makes_no_lines_is_refused(three: FlaskClient, path: str) -> None:
    page_at(three, f"/trends?{path}", 400)


@given(st.lists(st.lists(st.integers(0, 90_000), min_size=3, max_size=3), min_size=1, max_size=8))
def test_a_drawing_keeps_within_its_frame_and_no_label_hides_another(heights: list[list[int]]) -> None:
    drawn = chart(
        [("A line", [Value(2000 + n, height, "", "") for n, height in enumerate(line)]) for line in heights]
    )
    assert drawn is not None
    assert 2 <= len(drawn.upward) <= 7
    for curve in drawn.curves:
        assert all(drawn.top <= point.y <= drawn.bottom for point in curve.points)
        assert 0 <= curve.label_y <= drawn.height
    labels = sorted(curve.label_y for curve in drawn.curves)
    assert all(after - before >= 16 for before, after in pairwise(labels))
