from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from search.request import Choice, SearchRequest
from search.results import Facet, FacetValue
from tests.webui.reading import links_at, one, page_at, texts_at
from webui.links import search_url, year_urls
from webui.pages.histogram import HEIGHT, WIDTH, histogram, span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient


_COUNTS = st.dictionaries(st.integers(1800, 2030), st.integers(1, 10_000), min_size=2, max_size=60)


@pytest.fixture(scope="module", autouse=True)
def addresses() -> Iterator[None]:
    app = Flask("addresses")
    app.add_url_rule("/search", "pages.search")
    with app.test_request_context():
        yield


def years(counts: dict[int, int]) -> Facet:
    values = tuple(FacetValue(str(year), str(year), counts[year]) for year in sorted(counts, reverse=True))
    return Facet(name="year", title="Year", values=values, distinct=len(values))


@given(st.text(max_size=12), st.lists(st.integers(1, 2030), max_size=3), st.sampled_from(["", "from=1&to=1"]))
def test_the_addresses_of_spans_are_those_of_searches(query: str, years: list[int], value: str) -> None:
    choices = (Choice("keyword", (value,)),) if value else ()
    request = SearchRequest(query=query + "from=1&to=1", choices=choices, from_year=7, size=50, page=3)
    spans = [(year, year + 7) for year in years]
    assert year_urls(request, spans) == [
        search_url(structs.replace(request, from_year=first, to_year=last, page=1)) for first, last in spans
    ]


@given(_COUNTS)
def test_every_year_is_in_one_bar_and_no_article_is_lost(counts: dict[int, int]) -> None:
    drawn = histogram(years(counts), SearchRequest())
    assert drawn is not None
    covered = [year for bar in drawn.bars for year in range(bar.first, bar.last + 1)]
    assert covered == list(range(min(counts), max(counts) + 1))
    said = [int(bar.text.split(": ")[1].split()[0].replace(",", "")) for bar in drawn.bars]
    assert sum(said) == sum(counts.values())


@given(_COUNTS)
def test_bars_stay_within_the_drawing_and_a_single_article_is_seen(counts: dict[int, int]) -> None:
    drawn = histogram(years(counts), SearchRequest())
    assert drawn is not None
    assert max(bar.height for bar in drawn.bars) == HEIGHT
    for bar in drawn.bars:
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH + 0.1
        assert bar.width >= 4
        assert bar.y + bar.height == pytest.approx(HEIGHT)
        assert (bar.height == 0) == bar.text.endswith(": 0 articles")


def test_one_year_is_not_drawn_and_what_is_no_year_is_passed_over() -> None:
    assert histogram(years({2020: 5}), SearchRequest()) is None
    odd = Facet(name="year", title="Year", values=(FacetValue("x", "x", 0, is_chosen=True),), distinct=1)
    assert histogram(odd, SearchRequest()) is None


def test_a_bar_leads_to_its_years_on_the_first_page_of_the_same_search() -> None:
    drawn = histogram(years({2019: 1, 2020: 2}), SearchRequest(query="a", to_year=2019, page=3))
    assert drawn is not None
    assert [bar.url for bar in drawn.bars] == [
        "/search?q=a&from=2019&to=2019",
        "/search?q=a&from=2020&to=2020",
    ]
    assert [bar.is_within for bar in drawn.bars] == [True, False]


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (0, 0, ""),
        (2015, 0, "since 2015"),
        (0, 2020, "until 2020"),
        (2015, 2020, "2015 to 2020"),
        (2015, 2015, "2015"),
    ],
)
def test_a_span_is_said_in_words(first: int, last: int, words: str) -> None:
    assert span(SearchRequest(from_year=first, to_year=last)) == words


def test_counts_of_bars_are_those_of_the_search_a_bar_leads_to(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&from=2018&to=2019")
    bars = [bar for bar in page.select(".histogram a") if not str(bar["aria-label"]).endswith(": 0 articles")]
    for bar in bars[:4]:
        said = str(bar["aria-label"]).split(": ")[1]
        assert texts_at(page_at(client, str(bar["href"])), "[role=status]")[0].startswith(said.split()[0])


def test_a_drawing_is_one_stop_of_the_tab_key_and_has_a_list_beside_it(client: FlaskClient) -> None:
    box = one(page_at(client, "/search"), "#facet-year")
    assert [bar["tabindex"] for bar in box.select(".histogram a")].count("0") == 1
    assert box.select(".more input[name=year]")
    assert len(links_at(box, ".histogram a")) == len(set(links_at(box, ".histogram a")))
