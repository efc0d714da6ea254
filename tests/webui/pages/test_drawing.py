from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Markup
from tests.records import cites, parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at
from webui.pages.drawing import HEIGHT, WIDTH, Work, drawing, year_of

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf


def works(*years: int, retracted: bool = False) -> list[Work]:
    return [Work(year=year, text=Markup(f"of {year}"), url="#x", is_retracted=retracted) for year in years]


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("Roe J. Zebras. J Zebras. 2017;390(10107):2084-2098.", 2017),
        ("Roe J (1998) Zebras in 2001. J Zebras 12:1990.", 1998),
        ("Burden of zebras 1990-2016. Lancet. 2018 Nov;17:1083.", 2018),
        ("Roe J. A book. Press, 1974", 1974),
        ("https://doi.org/10.1000/2019.1234", 0),
        ("Zebras to come, 2050", 0),
        ("", 0),
    ],
)
def test_the_year_of_a_printed_reference_is_found(printed: str, year: int) -> None:
    assert year_of(printed, 2020) == year


def test_nothing_is_drawn_of_what_has_no_year() -> None:
    assert drawing(0, works(2001), []) is None
    assert drawing(2020, works(0), []) is None


def test_what_is_cited_stands_above_and_what_cites_below() -> None:
    made = drawing(2010, works(2000, 2000, 2005, 0), works(2012))
    assert made is not None
    assert all(sign.y < made.axis for sign in made.cited)
    assert [sign.y > made.axis for sign in made.citing] == [True]
    assert [sign.x for sign in made.cited] == sorted(sign.x for sign in made.cited)
    assert (made.undated, made.each) == (1, 1)
    assert (
        made.summary
        == "The article, of 2010, cites 3 works from 2000 to 2005 and is cited by 1 work of 2012."
    )
    assert [(row.year, len(row.cited), len(row.citing)) for row in made.rows] == [
        (2000, 2, 0),
        (2005, 1, 0),
        (2012, 0, 1),
    ]


def test_a_retracted_work_is_marked_even_where_a_sign_stands_for_many() -> None:
    made = drawing(2010, works(*[2000] * 500) + works(2000, retracted=True), [])
    assert made is not None
    assert made.each > 1
    assert sum(sign.is_retracted for sign in made.cited) == 1


@given(
    st.integers(1900, 2030),
    st.lists(st.integers(1850, 2031), max_size=60),
    st.lists(st.integers(1850, 2031), max_size=60),
)
def test_everything_stays_inside(year: int, cited: list[int], citing: list[int]) -> None:
    made = drawing(year, works(*cited), works(*citing))
    if made is None:
        assert not cited
        assert not citing
        return
    for sign in (*made.cited, *made.citing):
        assert made.radius <= sign.x <= WIDTH - made.radius
        assert made.radius <= sign.y <= HEIGHT - 20
    places = sorted(label.x for label in made.labels)
    assert all(right - left >= 40 for left, right in pairwise(places))
    assert len(made.cited) * made.each >= len(cited)


def test_the_page_holds_the_drawing_and_the_same_as_a_list(client_of: ClientOf) -> None:
    client = client_of(
        parsed(1, year="2010", data=cites(2).replace("Printed 2.", "Roe J. J Zebras. 2001;1:1.")),
        parsed(2, year="2001"), parsed(3, "A <i>citing</i> zebra.", year="2015", data=cites(1)),
    )  # fmt: skip
    page = page_at(client, "/article/1")
    assert text_at(page, ".years svg title").startswith(
        "The article, of 2010, cites 1 work of 2001 and is cited by 1"
    )
    assert one(page, ".years svg")["role"] == "img"
    assert len(page.select(".years .cited circle")) == len(page.select(".years .citing circle")) == 1
    assert texts_at(page, ".by-year dt") == ["2001", "2015"]
    assert links_at(page, ".by-year a") == ["#reference-1", "/article/3"]
    assert text_at(page, ".by-year div:last-child") == "2015 Cited by A citing zebra."


def test_an_article_without_neighbours_has_no_drawing(client_of: ClientOf) -> None:
    assert not page_at(client_of(parsed(1)), "/article/1").select(".years")


def test_a_drawing_brings_no_style_of_its_own(client: FlaskClient) -> None:
    page = page_at(client, "/article/99000018")
    assert page.select(".years svg")
    assert not re.search(r"<svg[^>]*style|<style", str(page))
