from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.request import Choice, SearchRequest
from search.results import ResultPage
from tests.records import parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at
from webui.results_page import nothing, step_numbers

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf


def test_the_count_is_said_in_words_and_in_the_title(client_of: ClientOf) -> None:
    client = client_of(parsed(1, "One zebra."), parsed(2, "Two zebras."), parsed(3, "A lion."))
    page = page_at(client, "/search?q=zebra")
    assert text_at(page, "[role=status]") == "2 articles"
    assert text_at(page, "title") == "zebra - 2 articles - als-search"
    assert text_at(page_at(client, "/search?q=lion"), "[role=status]") == "1 article"
    assert one(page, "#q")["value"] == "zebra"


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("motor zzzz", "No article has all of these words."),
        ("zzzz", "No article fits this search."),
        ("zzzz OR qqqq", "No article fits this search."),
        ('"zzzz motor"', "No article fits this search."),
        ("title:zzzz motor", "No article fits this search."),
    ],
)
def test_an_empty_page_says_exactly_what_is_missing(query: str, sentence: str) -> None:
    assert nothing(SearchRequest(query=query)) == sentence


def test_an_empty_page_says_what_to_try(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=zzzz+qqqq&year=2020&year=2021")
    assert text_at(page, "[role=status]") == "No article fits this search and the filters chosen."
    assert "/search?q=zzzz+qqqq" in links_at(page, ".empty a")
    assert "/help" in links_at(page, ".empty a")
    assert not page.select(".hits, .pages, .orders")


def test_pages_are_counted_linked_and_numbered_throughout(client: FlaskClient) -> None:
    page = page_at(client, "/search?page=2")
    assert text_at(page, "[role=status]") == "80 articles 21 to 40 of 80"
    assert one(page, "ol.hits")["start"] == "21"
    assert texts_at(page, ".pages li") == [
        "Previous page",
        "Page 1",
        "Page 2",
        "Page 3",
        "Page 4",
        "Next page",
    ]
    assert text_at(page, "[aria-current=page]") == "Page 2"
    assert links_at(page, "link[rel=prev], link[rel=next]") == ["/search", "/search?page=3"]
    assert text_at(page, "title") == "All articles - 80 articles - page 2 - als-search"


def test_walking_the_pages_meets_every_article_once(client: FlaskClient) -> None:
    met: list[str] = []
    path = "/search?size=30"
    while path:
        page = page_at(client, path)
        met += links_at(page, ".hit h2 a")
        path = next(iter(links_at(page, ".pages a[rel=next]")), "")
    assert len(met) == len(set(met)) == 80


@given(st.integers(1, 500), st.integers(1, 500))
def test_page_links_show_first_last_and_neighbours_and_no_gap_of_one(current: int, last: int) -> None:
    numbers = step_numbers(min(current, last), last)
    shown = [number for number in numbers if number]
    assert shown == sorted(set(shown))
    assert {1, last, min(current, last)} <= set(shown)
    assert len(numbers) <= 9
    for before, after in pairwise(shown):
        assert after == before + 1 or (after - before > 2 and numbers[numbers.index(before) + 1] == 0)


def test_without_a_query_everything_is_there_newest_first(client: FlaskClient) -> None:
    page = page_at(client, "/search")
    assert text_at(page, "h1") == "All articles"
    assert texts_at(page, ".orders a") == ["Newest", "Oldest"]
    assert text_at(page, ".orders [aria-current]") == "Newest"
    assert links_at(page, ".hit h2 a") == links_at(page_at(client, "/search?sort=newest"), ".hit h2 a")


def test_an_order_keeps_the_search_and_goes_back_to_its_first_page(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=motor&size=5&page=2&year=2019&year=2020&year=2021&year=2022")
    assert links_at(page, ".orders a") == [
        "/search?q=motor&year=2019&year=2020&year=2021&year=2022&size=5",
        "/search?q=motor&year=2019&year=2020&year=2021&year=2022&sort=newest&size=5",
        "/search?q=motor&year=2019&year=2020&year=2021&year=2022&sort=oldest&size=5",
    ]


def test_filters_are_check_boxes_of_the_search_form(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&keyword=riluzole&sort=newest")
    assert texts_at(page, ".facet legend")[:2] == ["Keyword", "Year"]
    boxes = page.select(".facet input")
    assert {box["form"] for box in boxes} == {"search"}
    assert [box["value"] for box in boxes if box.has_attr("checked")] == ["riluzole"]
    assert all(box.find_parent("label") for box in boxes)
    assert one(page, "#search input[name=sort]")["value"] == "newest"


def test_a_long_facet_shows_eight_values_and_the_rest_on_demand(client: FlaskClient) -> None:
    keywords = page_at(client, "/search").select(".facet")[0]
    assert len(keywords.select("fieldset > label")) == 8
    rest = one(keywords, ".more")
    assert len(rest.select("label")) == 42
    assert text_at(rest, "summary") == "42 more under Keyword"
    assert "less frequent ones are not listed" in rest.get_text()


def test_a_chosen_year_is_in_sight_and_in_its_place(client: FlaskClient) -> None:
    years = page_at(client, "/search").select(".facet")[1]
    values = [str(box["value"]) for box in years.select("input")]
    oldest = values[-1]
    chosen = page_at(client, f"/search?year={oldest}").select(".facet")[1]
    shown = [str(box["value"]) for box in chosen.select("fieldset > label input")]
    assert shown == [*values[:8], oldest]
    assert [str(box["value"]) for box in chosen.select("input[checked]")] == [oldest]


def test_a_hit_that_matches_in_no_text_says_where_it_does(client_of: ClientOf) -> None:
    client = client_of(parsed(1, "A title.", authors="Zoe Zebra"))
    page = page_at(client, "/search?q=zebra")
    assert texts_at(page, ".snippet") == ["Authors Zebra Z", "Nothing."]
    assert texts_at(page, ".snippet mark") == ["Zebra"]


def test_a_chosen_value_is_a_chip_that_takes_it_away(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&keyword=riluzole&keyword=registry&year=2018")
    assert text_at(page, ".chip").startswith("Remove the filter Keyword: riluzole ")
    assert "/search?q=survival&keyword=registry&year=2018" in links_at(page, ".chip")
    assert links_at(page, ".clear") == ["/search?q=survival"]


def test_matches_are_marked_in_titles_and_passages_without_losing_blanks(client_of: ClientOf) -> None:
    client = client_of(
        parsed(1, "Loss of <i>TARDBP</i> zebra function.", abstract="Every zebra counts. A lion does not.")
    )
    page = page_at(client, "/search?q=zebra")
    assert "".join(map(str, one(page, ".hit h2 a").contents)).strip() == (
        "Loss of <i>TARDBP</i> <mark>zebra</mark> function."
    )
    assert text_at(page, ".snippet") == "Every zebra counts."
    assert texts_at(page, ".snippet mark") == ["zebra"]


def test_what_a_reader_must_know_of_a_hit_is_marked(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=99000018")
    assert texts_at(page, ".hit .mark") == ["Retracted", "Sample record"]
    kinds = texts_at(page_at(client, "/search?type=randomized+controlled+trial"), ".hit .type")
    assert "Randomized Controlled Trial" in kinds
    assert "Journal Article" not in kinds


def test_how_the_query_was_read_is_told(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=the+survival")
    assert "the was passed over as too common" in text_at(page, ".notices")


def test_how_the_query_was_read_can_be_undone_within_the_same_filters(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=the+survival&keyword=survival&page=1")
    assert links_at(page, ".notices a") == ["/search?q=%22the%22+survival&keyword=survival"]
    assert text_at(page, ".notices a") == 'Search instead for "the" survival'


def test_keywords_of_a_hit_lead_to_all_articles_that_have_them(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=99000042")
    link = links_at(page, ".hit .keywords a")[0]
    assert link == "/search?keyword=clinical+trial"
    assert "/article/99000042" in links_at(page_at(client, link), ".hit h2 a")


def test_a_page_of_results_with_choices_only_says_so() -> None:
    request = SearchRequest(choices=(Choice("year", ("1800",)),))
    page = ResultPage(request=request, generation="g", articles=1, total=0, hits=(), facets=(), notices=())
    assert nothing(page.request) == "No article fits this search and the filters chosen."
