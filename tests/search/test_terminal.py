from __future__ import annotations

import json
from typing import Any

import pytest
from msgspec import structs

from crawler.article import Article, Author, Ids, Journal, Markup, PubDate
from search.errors import BadRequest
from search.request import Choice, SearchRequest, Sort
from search.results import (
    Added,
    DidYouMean,
    Facet,
    FacetValue,
    Hit,
    Notice,
    NoticeKind,
    Piece,
    ResultPage,
    Snippet,
)
from search.terminal import as_text, request_of, to_json

HIT = Hit(
    article=Article(
        ids=Ids(pmid="1", doi="10.1000/x"),
        title=Markup("<i>SOD1</i> &lt; mice"),
        authors=(Author(last="Smith", initials="J"),),
        journal=Journal(abbreviation="J Tests"),
        published=PubDate(2023, 8),
    ),
    score=1.23456789,
    title=(Piece(Markup("<i>SOD1</i>"), is_match=True), Piece(Markup(" &lt; mice"))),
    snippets=(
        Snippet(
            "RESULTS",
            (
                Piece(
                    Markup("Some "),
                ),
                Piece(Markup("mice"), is_match=True),
            ),
        ),
    ),
)


def page(*hits: Hit, number: int = 1, total: int = 1, **parts: Any) -> ResultPage:
    request = SearchRequest(query="sod1", page=number, size=5)
    given: dict[str, Any] = {
        "generation": "g",
        "articles": 9,
        "total": total,
        "facets": (),
        "notices": (),
    } | parts
    return ResultPage(request=request, hits=hits, **given)


def test_a_hit_is_a_title_a_source_and_a_passage() -> None:
    assert as_text(page(HIT)) == "1 article\n\n1. SOD1 < mice\n   J Tests. 2023 Aug  1\n   RESULTS: Some mice"


def test_what_a_reader_must_know_stands_behind_the_title() -> None:
    retracted = structs.replace(HIT.article, publication_types=("Retracted Publication",))
    sample = structs.replace(HIT.article, notes=("sample record, not a real publication",))
    hits = [structs.replace(HIT, article=article) for article in (retracted, sample)]
    text = as_text(page(*hits, total=7, number=2))
    assert text.startswith("7 articles\n\n6. SOD1 < mice [RETRACTED]")
    assert "7. SOD1 < mice [sample]" in text


def test_notices_and_facets_are_told() -> None:
    facet = Facet(name="year", title="Year", values=(FacetValue("2023", "2023", 4),), distinct=1)
    empty = Facet(name="type", title="Type", values=(), distinct=0)
    text = as_text(page(total=0, notices=(Notice(NoticeKind.IGNORED, "Said."),), facets=(facet, empty)))
    assert text == "0 articles\nSaid.\n\nYear: 2023 (4)"


def test_a_page_after_the_last_names_the_last() -> None:
    assert "There is no page 9; the last is page 2." in as_text(page(number=9, total=7))


def test_json_holds_hits_facets_and_how_the_query_was_read() -> None:
    facet = Facet(name="year", title="Year", values=(FacetValue("2023", "2023", 4),), distinct=1)
    content = json.loads(to_json(page(HIT, notices=(Notice(NoticeKind.LIMITED, "Said."),), facets=(facet,))))
    assert content == {
        "query": "sod1", "generation": "g", "total": 1, "loosened": 0, "details": "", "page": 1, "pages": 1, "notices": ["Said."],
        "hits": [{
            "key": "1", "pmid": "1", "doi": "10.1000/x", "title": "SOD1 < mice", "authors": ["Smith J"],
            "journal": "J Tests", "date": "2023 Aug", "score": 1.234568, "is_loose": False, "cited_by": 0, "retracted": False, "sample": False,
            "snippets": [{"label": "RESULTS", "pieces": [["Some ", False], ["mice", True]]}],
        }],
        "facets": {"year": [{"value": "2023", "label": "2023", "count": 4}]},
    }  # fmt: skip


def test_options_make_a_request() -> None:
    request = request_of("als", page=2, size=5, sort="newest", facets=["year=2023", "keyword=a=b"])
    assert request == SearchRequest(
        query="als",
        page=2,
        size=5,
        sort=Sort.NEWEST,
        choices=(Choice("year", ("2023",)), Choice("keyword", ("a=b",))),
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"sort": "best"}, "sort: there is no order 'best'; there are relevance, newest, oldest"),
        ({"facets": ["year"]}, "facet: 'year' is not of the form NAME=VALUE, such as year=2023"),
        ({"facets": ["year="]}, "facet: 'year=' is not of the form"),
        ({"facets": ["colour=red"]}, "facet: there is no facet 'colour'"),
        ({"size": 0}, "size: 0 is not from 1 to 100"),
        ({"page": 0}, "page: 0 is no page"),
    ],
)
def test_an_option_that_makes_no_sense_is_named(options: dict[str, Any], message: str) -> None:
    with pytest.raises(BadRequest, match=message):
        request_of("als", **{"page": 1, "size": 10, "sort": "relevance", "facets": [], **options})


def test_hits_that_lack_words_are_marked_and_counted_apart() -> None:
    found = structs.replace(
        page(total=0),
        loosened=3,
        added=(Added("riluzole", "riluzole", ("Rilutek",), '"riluzole"'),),
        did_you_mean=DidYouMean("riluzole", (("rilusole", "riluzole"),)),
    )
    text = as_text(found)
    assert "Marked ~ are 3 that match some of the words, or are about the same." in text
    assert 'Also searched for riluzole: Rilutek. Only what you typed: "riluzole"' in text
    assert "Did you mean: riluzole" in text
