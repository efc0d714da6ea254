from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from crawler.article import Correction, Reference
from search.request import Choice, SearchRequest
from search.results import ResultPage
from tests.records import parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at
from webui.pages.results import nothing, step_numbers

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
    assert links_at(page, ".clear") == ["/search?q=zzzz+qqqq"]
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
    assert texts_at(page, ".orders a") == ["Newest", "Oldest", "Most cited", "First author", "Journal"]
    assert text_at(page, ".orders [aria-current]") == "Newest"
    assert links_at(page, ".hit h2 a") == links_at(page_at(client, "/search?sort=newest"), ".hit h2 a")


def test_an_order_keeps_the_search_and_goes_back_to_its_first_page(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=motor&size=5&page=2&year=2019&year=2020&year=2021&year=2022")
    kept = "/search?q=motor&year=2019&year=2020&year=2021&year=2022"
    assert links_at(page, ".orders a") == [
        f"{kept}&size=5",
        *(f"{kept}&sort={order}&size=5" for order in ("newest", "oldest", "cited", "author", "journal")),
    ]
    assert links_at(page, ".sizes a") == [
        f"{kept}&size=5",
        f"{kept}&size=10",
        kept,
        f"{kept}&size=50",
        f"{kept}&size=100",
    ]


def test_filters_are_check_boxes_of_the_search_form(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&keyword=riluzole&sort=newest")
    titles = texts_at(page, ".facet legend")
    assert titles[0] == "Keyword"
    assert titles[-6:] == ["Publication type", "Journal", "Author", "Year", "Language", "Availability"]
    boxes = page.select(".facet input")
    assert {box["form"] for box in boxes} == {"search"}
    ticks = [box for box in boxes if box["type"] == "checkbox"]
    assert [box["value"] for box in ticks if box.has_attr("checked")] == ["riluzole"]
    assert all(box.find_parent("label") for box in ticks)
    assert one(page, "#search input[name=sort]")["value"] == "newest"


def test_a_long_facet_shows_eight_values_and_the_rest_on_demand(client: FlaskClient) -> None:
    keywords = page_at(client, "/search").select(".facet")[0]
    assert len(keywords.select("fieldset > label")) == 8
    rest = one(keywords, ".more")
    assert len(rest.select("label")) == 42
    assert text_at(rest, "summary") == "42 more under Keyword"
    assert "less frequent ones are not listed" in rest.get_text()


def test_a_chosen_year_is_in_sight_and_the_others_are_in_a_list(client: FlaskClient) -> None:
    years = one(page_at(client, "/search?year=2019"), "#facet-year")
    assert [str(box["value"]) for box in years.select("fieldset > label input")] == ["2019"]
    listed = [str(box["value"]) for box in years.select(".more input")]
    assert listed == sorted(listed, reverse=True)
    assert "2019" not in listed


def test_a_span_of_years_is_kept_said_and_taken_away(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&from=2018&to=2020")
    assert text_at(page, ".chip").startswith("Remove the filter Year: 2018 to 2020")
    assert links_at(page, ".chip") == ["/search?q=survival"]
    assert [one(page, f"#{name}")["value"] for name in ("from", "to")] == ["2018", "2020"]
    years = [str(each["datetime"])[:4] for each in page.select(".hit .source time")]
    assert set(years) <= {"2018", "2019", "2020"}
    assert years
    assert len(page.select(".histogram a.within")) == 3
    assert len(page.select(".histogram a")) > 3


def test_boxes_of_years_left_empty_are_no_part_of_the_address(client: FlaskClient) -> None:
    answer = client.get("/search?q=survival&from=&to=2020")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/search?q=survival&to=2020")


def test_a_span_of_years_without_any_article_stays_in_the_form(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=zzzzqqqq&to=1950")
    assert one(page, "input[name=to]")["value"] == "1950"


def test_every_filter_says_how_it_is_typed(client: FlaskClient) -> None:
    page = page_at(client, "/search")
    assert "review[pt]" in text_at(page, "#facet-type .typed-as")
    assert "its other names are searched" in text_at(page, "#facet-drug .typed-as")
    for example in texts_at(page, ".typed-as code"):
        assert not page_at(client, f"/search?q={quote(example)}").select(".notices li"), example


def test_few_matches_are_followed_by_what_matches_most_words(client_of: ClientOf) -> None:
    client = client_of(
        parsed(1, "Zebra lion."), parsed(2, "Zebra."), parsed(3, "Lion zebra tiger."), parsed(4, "A crow.")
    )
    page = page_at(client, "/search?q=zebra+lion+tiger")
    assert text_at(page, "[role=status]") == "1 article matches all your words."
    assert text_at(page, ".divider").startswith("These match some of your words, or are about the same: ")
    loose = one(page, ".hits.loose")
    assert links_at(page, ".hit h2 a")[0] == "/article/3"
    assert loose["start"] == "2"
    assert "/article/1" in links_at(loose, ".hit h2 a")
    none = page_at(client, "/search?q=zebra+lion+qqqq&spelling=off")
    assert text_at(none, "[role=status]") == "No article matches all your words."
    assert none.select(".hits.loose")
    assert not none.select(".hits:not(.loose)")


def test_another_spelling_answers_and_can_be_refused(client_of: ClientOf) -> None:
    client = client_of(*(parsed(n, "Survival with riluzole.") for n in range(1, 9)))
    page = page_at(client, "/search?q=riluzoel")
    assert text_at(page, ".meant") == (
        "Nothing was found for riluzoel; these are the results for riluzole. Search for riluzoel as typed"
    )
    assert links_at(page, ".meant a") == ["/search?q=riluzole", "/search?q=riluzoel&spelling=off"]
    refused = page_at(client, "/search?q=riluzoel&spelling=off")
    assert text_at(refused, ".meant") == "Did you mean riluzole?"
    assert not refused.select(".hit")


def test_other_names_of_what_was_typed_are_told_and_can_be_left_out(client_of: ClientOf) -> None:
    client = client_of(parsed(1, "Survival with riluzole."), parsed(2, "Survival with Rilutek."))
    page = page_at(client, "/search?q=rilutek")
    assert len(page.select(".hit")) == 2
    assert text_at(page, ".added li").startswith("Also searched for rilutek: riluzole")
    undone = page_at(client, links_at(page, ".added a")[0])
    assert links_at(undone, ".hit h2 a") == ["/article/2"]
    assert "riluzole" in text_at(page, ".searched code")


def test_what_would_find_something_is_told_with_how_much(client_of: ClientOf) -> None:
    client = client_of(parsed(1, "A zebra.", year="2020"), parsed(2, "A lion.", year="2021"))
    page = page_at(client, "/search?q=zebra&from=2021")
    assert texts_at(page, ".ways li") == ["Without the filters: 1 article"]
    assert links_at(page, ".ways a") == ["/search?q=zebra"]
    assert texts_at(page_at(client, "/search?q=qqqq+xxxx"), ".ways li") == [
        "Only qqqq: found nowhere",
        "Only xxxx: found nowhere",
    ]


def test_a_search_can_be_followed_and_saved_as_it_is(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&keyword=survival&from=2018&sort=newest&page=1")
    kept = "q=survival&keyword=survival&from=2018"
    assert links_at(page, "link[rel=alternate]") == [f"/feed.atom?{kept}"]
    assert f"/export?{kept}&sort=newest&format=ris" in links_at(page, ".save a")
    for link in links_at(page, ".save a"):
        assert client.get(link).status_code == 200


def test_a_hit_says_how_often_it_is_cited_here_and_if_it_was_corrected(client_of: ClientOf) -> None:
    erratum = Correction(kind="ErratumIn", source="Zoo. 2021;1:2.")
    cited, citing = parsed(1, "A zebra."), parsed(2, "A lion.")
    cited = structs.replace(cited, article=structs.replace(cited.article, corrections=(erratum,)))
    reference = Reference(text="Zebra 2020", pmid="1")
    citing = structs.replace(citing, article=structs.replace(citing.article, references=(reference,)))
    client = client_of(cited, citing)
    page = page_at(client, "/search?q=zebra")
    assert text_at(page, ".hit .cited") == "Cited by 1 here"
    assert links_at(page_at(client, links_at(page, ".cited a")[0]), ".hit h2 a") == ["/article/2"]
    assert "Corrected" in texts_at(page, ".hit .mark")
    assert not page_at(client, "/search?q=lion").select(".cited, .mark")


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


def test_who_searched_for_one_word_is_not_told_to_use_fewer(client: FlaskClient) -> None:
    assert "fewer words" not in text_at(page_at(client, "/search?q=zzzzzzz"), ".empty")
    assert "fewer words" in text_at(page_at(client, "/search?q=zzzzzzz+qqqqq"), ".empty")
