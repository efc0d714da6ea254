from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Article, Author, Ids, Journal, Keyword, Markup, PubDate
from crawler.markup import from_text, is_written
from search.results import FacetValue, Piece
from webui import lines
from webui.links import value_url
from webui.pages.histogram import Bar
from webui.rendering import shortened
from webui.wording import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOSTILE = "\"><script>alert('1')</script>&amp;"


@pytest.fixture(scope="module", autouse=True)
def addresses() -> Iterator[None]:
    app = Flask("addresses")
    app.add_url_rule("/search", "pages.search")
    with app.test_request_context():
        yield


def read(written: str) -> BeautifulSoup:
    page = BeautifulSoup(written, "html.parser")
    assert not page.find("script"), written
    return page


def test_what_matches_is_marked_and_the_ends_have_no_blanks() -> None:
    parts = (
        Piece(Markup(" a ")),
        Piece(Markup("SOD1"), is_match=True),
        Piece(Markup(" <b onclick=x>b</b> ")),
    )
    assert lines.pieces(parts) == "a <mark>SOD1</mark> <b>b</b>"
    assert lines.pieces((Piece(Markup(_HOSTILE)),)) == '"&gt;&amp;'


def test_values_of_facets_are_text() -> None:
    values = (FacetValue(_HOSTILE, _HOSTILE, 1220, is_chosen=True), FacetValue("b", "B", 1))
    page = read(lines.choices("search", "keyword", values))
    boxes = page.select("input[type=checkbox][form=search][name=keyword]")
    assert [box["value"] for box in boxes] == [_HOSTILE, "b"]
    assert [box.has_attr("checked") for box in boxes] == [True, False]
    assert [each.text for each in page.select(".value")] == [_HOSTILE, "B"]
    assert [each.text for each in page.select(".number")] == ["(1,220)", "(1)"]


def test_keywords_are_text_and_lead_to_their_articles() -> None:
    page = read(lines.keywords((Keyword(_HOSTILE), Keyword("gait & balance"))))
    assert [each.text for each in page.select("li a")] == [_HOSTILE, "gait & balance"]
    assert page.select("a")[1]["href"] == "/search?keyword=gait+%26+balance"


@pytest.mark.parametrize(
    ("facet", "label", "value"),
    [
        ("keyword", "ALS", "amyotrophic+lateral+sclerosis"),
        ("keyword", "Amyotrophic lateral sclerosis (ALS)", "amyotrophic+lateral+sclerosis"),
        ("author", "N\u00fa\u00f1ez J", "nunez+j"),
    ],
)
def test_a_label_leads_to_the_value_that_it_is_counted_under(facet: str, label: str, value: str) -> None:
    assert value_url(facet, label) == f"/search?{facet}={value}"


def test_marks_types_and_dates_are_text() -> None:
    page = read(lines.tags((Mark("Retracted", "danger"),), (_HOSTILE,)))
    assert [(each["class"], each.text) for each in page.select("span")] == [
        (["mark", "danger"], "Retracted"),
        (["type"], _HOSTILE),
    ]
    assert not lines.tags(())
    assert lines.date(PubDate(2023, 8)) == '<time datetime="2023-08">2023 Aug</time>'
    assert not read(lines.date(PubDate(text=_HOSTILE))).find("time")


def test_an_article_is_kept_with_its_title_and_source_as_text() -> None:
    article = Article(
        ids=Ids(pmid="7"),
        title=from_text(_HOSTILE),
        authors=(Author(last=_HOSTILE, initials="A"),),
        journal=Journal(title=_HOSTILE),
        published=PubDate(2023),
    )
    box = read(lines.keep_box(article)).select("label.keep input")[0]
    assert (box["data-key"], box["data-title"]) == ("7", _HOSTILE)
    assert box["data-source"] == f"{_HOSTILE} A. {_HOSTILE}. 2023"
    assert read(lines.source(article)).text == f"{_HOSTILE}. 2023"
    assert read(lines.about(_HOSTILE)).text.strip() == _HOSTILE


def test_tab_leads_to_the_last_bar_only() -> None:
    bars = [
        Bar(
            first=n,
            last=n,
            text=_HOSTILE,
            x=0,
            width=1,
            y=0,
            height=1,
            url=f"/search?q={n}&to=1",
            is_within=n == 1,
        )
        for n in (1, 2)
    ]
    links = read(lines.bars(bars)).select("a")
    assert [(each["href"], each["tabindex"], each.get("class")) for each in links] == [
        ("/search?q=1&to=1", "-1", ["within"]),
        ("/search?q=2&to=1", "0", None),
    ]
    assert all(each["aria-label"] == _HOSTILE for each in links)


@given(st.text("ab ", max_size=20), st.integers(2, 12))
def test_a_text_is_cut_between_words_where_it_has_any(text: str, most: int) -> None:
    cut = shortened(text, most)
    assert len(cut) <= most
    assert cut == text or text.startswith(cut[:-1])
    assert cut == text or " " not in text[: most - 1].lstrip() or text[len(cut) - 1] == " "


@pytest.mark.parametrize(
    "markup", ["", " plain, ", "<i>SOD1</i> p &lt; 0.05", "TNF-\u03b1 <sub>2</sub>", "a &amp; b"]
)
def test_most_markup_need_not_be_written_anew(markup: str) -> None:
    assert is_written(markup)


@pytest.mark.parametrize(
    "markup",
    [
        "<script>",
        "<i>",
        "</i>",
        "<i></i>",
        "<i> </i>",
        "<i onclick=x>a</i>",
        "&#60;",
        "&lt",
        "a > b",
        "a  b",
        "e\u0301",
    ],
)
def test_what_must_be_written_anew_is_seen(markup: str) -> None:
    assert not is_written(markup)
