from __future__ import annotations

import unicodedata

import pytest
from hypothesis import event, given
from hypothesis import strategies as st
from msgspec import structs

from index.schema import FACETS
from search.errors import BadRequest
from search.language.language import MAX_LENGTH
from search.request import MAX_SIZE, Choice, SearchRequest, Sort
from webui.params import (
    MAX_QUERY,
    PARAMETERS,
    checked,
    is_filtered,
    read_params,
    toggled,
    unfiltered,
    with_page,
    write_params,
)

_TEXT = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=60)
_VALUES = st.lists(_TEXT.filter(str.strip), min_size=1, max_size=4, unique=True).map(tuple)
_CHOICES = st.dictionaries(st.sampled_from([facet.name for facet in FACETS]), _VALUES).map(
    lambda chosen: tuple(Choice(facet.name, chosen[facet.name]) for facet in FACETS if facet.name in chosen)
)
_YEARS = st.tuples(st.integers(0, 9_999), st.integers(0, 9_999)).map(sorted)
REQUESTS = st.builds(
    lambda years, **members: SearchRequest(from_year=years[0], to_year=years[1], **members),
    years=_YEARS,
    query=_TEXT,
    choices=_CHOICES,
    sort=st.sampled_from(Sort),
    page=st.integers(1, 999_999_999),
    size=st.integers(1, MAX_SIZE),
    spelling=st.booleans(),
)


@given(REQUESTS)
def test_a_request_comes_back_from_its_address(request: SearchRequest) -> None:
    assert read_params(write_params(request).encode()) == request


@given(REQUESTS)
def test_the_address_of_a_page_follows_from_that_of_the_first(request: SearchRequest) -> None:
    first = write_params(structs.replace(request, page=1))
    assert with_page(first, request.page) == write_params(request)


@given(st.binary(max_size=80))
def test_any_query_string_is_a_request_or_refused_with_a_sentence(query_string: bytes) -> None:
    refused: list[str] = []
    try:
        request = read_params(query_string)
    except BadRequest as error:
        event("refused")
        refused.append(str(error))
    else:
        event("read")
        assert read_params(write_params(request).encode()) == request
    assert all(message.isprintable() for message in refused)


def test_defaults_are_left_out_of_an_address() -> None:
    assert write_params(SearchRequest()) == ""
    assert write_params(SearchRequest(query="TDP-43 & ALS")) == "q=TDP-43+%26+ALS"


def test_an_address_reads_query_first_and_page_last() -> None:
    request = SearchRequest(
        query="a", choices=(Choice("keyword", ("x", "y")),), sort=Sort.NEWEST, page=2, size=50
    )
    assert write_params(request) == "q=a&keyword=x&keyword=y&sort=newest&size=50&page=2"


def test_years_are_read_in_either_order_and_an_empty_box_is_no_bound() -> None:
    assert read_params(b"from=2020&to=2015") == SearchRequest(from_year=2015, to_year=2020)
    assert read_params(b"from=&to=2015") == SearchRequest(to_year=2015)
    request = SearchRequest(query="a", from_year=2015, choices=(Choice("keyword", ("x",)),), page=2)
    assert write_params(request) == "q=a&keyword=x&from=2015&page=2"


def test_filters_are_taken_away_all_at_once() -> None:
    request = SearchRequest(query="a", from_year=2015, choices=(Choice("keyword", ("x",)),), page=2)
    assert is_filtered(request)
    assert unfiltered(request) == SearchRequest(query="a")
    assert not is_filtered(SearchRequest(query="a"))


def test_toggling_keeps_all_else() -> None:
    request = SearchRequest(query="a", from_year=2015, spelling=False, size=50)
    assert toggled(toggled(request, "keyword", "x"), "keyword", "x") == request


def test_a_value_given_twice_is_chosen_once() -> None:
    assert read_params(b"year=2020&year=2020").choices == (Choice("year", ("2020",)),)


@pytest.mark.parametrize(
    ("query_string", "named"),
    [
        (b"colour=red", "colour"),
        (b"q=a&q=b", "q:"),
        (b"page=0", "page"),
        (b"page=-1", "page"),
        (b"page=", "page"),
        (b"page=two", "page"),
        ("page=\N{FULLWIDTH DIGIT ONE}".encode(), "page"),
        (b"page=" + b"9" * 5000, "page"),
        (b"size=0", "size"),
        (b"size=101", "size"),
        (b"sort=best", "sort"),
        (b"from=12345", "from"),
        (b"to=-5", "to"),
        (b"spelling=perhaps", "spelling"),
        (b"keyword=", "keyword"),
        (b"q=a%00b", "q:"),
        (b"q=a%1Bb", "q:"),
        (b"q=" + b"x" * 8001, "q:"),
        (b"year=" + b"x" * 4001, "year:"),
        (b"year=%07", "year"),
        (b"q=%ED%A0%80", "UTF-8"),
        (b"q=\xff", "UTF-8"),
        (b"year=1&" * 201, "200"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(query_string: bytes, named: str) -> None:
    with pytest.raises(BadRequest, match=named):
        read_params(query_string)


@given(st.text(min_size=1, max_size=20))
def test_just_texts_without_control_characters_but_blanks_and_without_surrogates_are_read(text: str) -> None:
    wrong = [each for each in text if unicodedata.category(each) in {"Cc", "Cs"} and each not in "\t\n\r"]
    event("refused" if wrong else "read")
    if wrong:
        with pytest.raises(BadRequest, match="control character"):
            checked("q", text)
    else:
        assert checked("q", text) == text


@pytest.mark.parametrize("sign", ["\x00", "\x1f", "\x7f", "\x9f", "\udfff"])
def test_a_control_character_or_surrogate_is_refused(sign: str) -> None:
    with pytest.raises(BadRequest, match="control character"):
        checked("q", f"als{sign}")


def test_line_breaks_of_a_pasted_query_are_blanks_like_others() -> None:
    assert read_params(b"q=motor%0D%0Aneurons").query == "motor\r\nneurons"


def test_a_query_may_be_longer_than_what_the_language_reads() -> None:
    assert len(read_params(b"q=" + b"x" * MAX_QUERY).query) == MAX_QUERY > MAX_LENGTH


def test_toggling_a_value_chooses_it_and_toggling_it_again_takes_it_away() -> None:
    request = SearchRequest(query="a", page=3, sort=Sort.OLDEST)
    chosen = toggled(request, "keyword", "tdp-43")
    assert chosen == SearchRequest(query="a", choices=(Choice("keyword", ("tdp-43",)),), sort=Sort.OLDEST)
    assert toggled(chosen, "keyword", "TDP-43") == SearchRequest(query="a", sort=Sort.OLDEST)


def test_every_facet_has_a_parameter() -> None:
    assert {facet.name for facet in FACETS} < set(PARAMETERS)


def test_what_other_sites_add_to_links_is_passed_over() -> None:
    assert read_params(b"q=als&utm_source=letter&fbclid=abc") == SearchRequest(query="als")
