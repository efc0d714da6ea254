"""What comes beside the records: lists of references where they are longer, full texts where they are open."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from crawler.article import Ids
from crawler.errors import BadStatus, Blocked, ParseError, Unreachable
from crawler.parsers.europepmc import europepmc_cited
from crawler.parsers.jats import jats
from tests.crawler.sources.europepmc_crawls import (
    FULL,
    TRIES,
    crawled,
    failures,
    filled,
    holding,
    keys,
    of_format,
    outcomes,
)
from tests.europepmc_server import cited, europepmc_server, full_text, open_access, preprint, result
from tests.fault_server import answer, dropped, limited, redirect

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.errors import SourceError
    from tests.fault_server import Behaviour

# References


@pytest.mark.parametrize(("held", "is_taken"), [(0, True), (4, True), (5, False), (6, False)])
def test_references_are_taken_where_the_library_has_fewer(held: int, *, is_taken: bool) -> None:
    with filled(page_size=2) as server:
        found = of_format(outcomes(crawled(server, held=holding(held))), europepmc_cited.FORMAT)
        assert len(server.paths("references")) == (3 if is_taken else 1)
    assert keys(found) == ["3"] * is_taken
    for each in found:
        assert each.article.title == "Title 3."
        assert [reference.pmid for reference in each.article.references] == list("12345")
        assert each.article.references_stated == 0
        assert europepmc_cited.parse_record(each.raw) == each.article


def test_the_library_is_asked_once_a_page_by_all_ids_and_only_about_articles_with_a_list() -> None:
    asked: list[Sequence[tuple[str, ...]]] = []

    def held(works: Sequence[tuple[str, ...]]) -> list[int]:
        asked.append(works)
        return [9] * len(works)

    records = [
        result("1", hasReferences="Y", doi="10.5555/ABC", pmcid="PMC1"),
        result("2"),
        preprint("3", hasReferences="Y"),
        result("4"),
    ]
    with europepmc_server(records, page_size=3) as server:
        crawled(server, held=held)
    assert asked == [[("1", "PMC1", "10.5555/abc"), ("10.5555/test.3",)]]


def test_a_list_comes_from_all_its_pages_and_from_where_the_article_stands() -> None:
    with europepmc_server([preprint("2", hasReferences="Y")]) as server:
        server.references = {"PPR/PPR2": [cited(number) for number in range(1, 6)]}
        server.page_size = 2
        found = of_format(outcomes(crawled(server)), europepmc_cited.FORMAT)
        pages = [each.parameters["page"] for each in server.requests if each.path == "/PPR/PPR2/references"]
    assert [len(each.article.references) for each in found] == [5]
    assert pages == ["1", "2", "3"]


@pytest.mark.parametrize("entries", [None, []])
def test_no_data_and_no_references_are_both_no_failure(entries: list[Any] | None) -> None:
    with filled() as server:
        server.references = {"MED/3": entries}
        found = outcomes(crawled(server))
    assert not failures(found)
    assert not of_format(found, europepmc_cited.FORMAT)


def test_a_list_that_is_not_where_it_should_be_is_no_failure() -> None:
    with filled() as server:
        server.references = {}
        assert not failures(outcomes(crawled(server)))


def test_what_a_list_lacks_of_its_count_is_stated() -> None:
    with filled() as server:
        server.stated = 9
        (found,) = of_format(outcomes(crawled(server)), europepmc_cited.FORMAT)
    assert (len(found.article.references), found.article.references_stated) == (5, 9)
    assert europepmc_cited.parse_record(found.raw) == found.article


@pytest.mark.parametrize("entries", [[], [{"citedOrder": number} for number in range(1, 9)]])
def test_a_list_that_shows_no_more_than_is_held_is_left_whatever_its_count(entries: list[Any]) -> None:
    with filled() as server:
        server.references["MED/3"] = entries
        server.stated = 9
        found = outcomes(crawled(server, held=holding(5)))
    assert not failures(found)
    assert not of_format(found, europepmc_cited.FORMAT)


def test_references_that_are_counted_and_not_listed_are_a_failure_after_all_tries() -> None:
    with filled() as server:
        server.references["MED/3"] = None
        server.stated = 9
        found = outcomes(crawled(server))
        assert len(server.paths("references")) == TRIES
    assert "says that there are 9 references, and has no list" in failures(found)["MED/3 references"]
    assert set(keys(found)) == {"1", "10.5555/test.2", "3", "4", "5"}


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"ids": {}, "title": ""}', b"\xff"])
def test_a_record_that_is_no_list_of_references_is_an_error(body: bytes) -> None:
    with pytest.raises(ParseError, match="no list of references"):
        europepmc_cited.parse_record(body)


def test_a_list_of_no_known_article_is_an_error() -> None:
    body = {"ids": {}, "title": "A", "hitCount": 1, "referenceList": {"reference": [cited(1)]}}
    with pytest.raises(ParseError, match="no PMID, PMCID or DOI"):
        europepmc_cited.parse_record(json.dumps(body).encode())


# Full texts


def test_a_full_text_comes_where_it_is_open_access() -> None:
    with filled() as server:
        (found,) = of_format(outcomes(crawled(server)), jats.FORMAT)
        assert server.paths("fullTextXML") == ["/PMC4/fullTextXML", "/PMC5/fullTextXML"]
    assert found.article.ids == Ids(pmid="4", pmcid="PMC4", doi="10.5555/test.4")
    assert [section.text for section in found.article.body] == ["All of it."]


@pytest.mark.parametrize(
    "said", [{"isOpenAccess": "N"}, {"inEPMC": "N"}, {"isOpenAccess": None}, {"pmcid": None}, {"inEPMC": {}}]
)
def test_a_full_text_is_not_asked_for_where_it_is_not_open(said: dict[str, Any]) -> None:
    with europepmc_server([open_access("4", **said)]) as server:
        assert keys(outcomes(crawled(server))) == ["4"]
        assert server.paths("fullTextXML") == []


def test_full_texts_can_be_left_out() -> None:
    with filled() as server:
        found = outcomes(crawled(server, full_text=False))
        assert server.paths("fullTextXML") == []
    assert not of_format(found, jats.FORMAT)


@pytest.mark.parametrize("told", [FULL[:1], FULL[1:2], FULL[2:], [FULL[0], FULL[2]], []])
@pytest.mark.parametrize("space", ["", ' xmlns="https://jats.nlm.nih.gov/ns/archiving/1.3/"'])
def test_ids_that_a_full_text_lacks_come_from_the_search_and_stay_in_the_raw_record(
    told: list[tuple[str, str]], space: str
) -> None:
    with filled() as server:
        server.full_texts["PMC4"] = full_text(*told).replace(b"<article>", f"<article{space}>".encode())
        (found,) = of_format(outcomes(crawled(server)), jats.FORMAT)
    assert found.article.ids == Ids(pmid="4", pmcid="PMC4", doi="10.5555/test.4")
    assert jats.parse_record(found.raw) == found.article


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (full_text(("pmcid", "PMC99")), "is the full text of another article, PMC99"),
        (b"<article><front/></article>", "has no article-meta"),
        (full_text(*FULL)[:-20], "the XML breaks off"),
        (b"<articles/>", "this is JATS of 0 articles"),
        (b'{"errCode": 500, "errMsg": "no"}', "this is not XML"),
        (b"<html><body>Maintenance</body></html>", "this is an HTML page"),
    ],
)
def test_a_full_text_that_cannot_be_had_is_named_and_the_crawl_goes_on(body: bytes, reason: str) -> None:
    with filled(page_size=4) as server:
        server.full_texts["PMC4"] = body
        found = outcomes(crawled(server))
    assert reason in failures(found)["PMC4 full text"]
    assert list(failures(found)) == ["PMC4 full text"]
    assert keys(found)[-1] == "5"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (answer(b"", status=403), "403"),
        (redirect("https://elsewhere.example/x"), "crawler.hosts can allow it"),
    ],
)
def test_a_full_text_that_may_not_be_had_is_a_failure(behaviour: Behaviour, reason: str) -> None:
    with filled() as server:
        server.fail("/PMC4/fullTextXML", behaviour)
        assert reason in failures(outcomes(crawled(server)))["PMC4 full text"]


@pytest.mark.parametrize(("cites", "stated", "asked"), [(2, 0, False), (0, 0, True), (2, 9, True)])
def test_references_are_not_asked_for_where_the_full_text_has_them_all(
    cites: int, stated: int, *, asked: bool
) -> None:
    with europepmc_server([open_access("4", hasReferences="Y")]) as server:
        server.references = {"MED/4": [cited(1)]}
        server.full_texts = {"PMC4": full_text(*FULL, cites=cites, stated=stated)}
        crawled(server)
        assert bool(server.paths("references")) is asked


# Outages


def test_one_article_that_gets_no_answer_is_a_failure_and_several_in_a_row_are_an_outage() -> None:
    records = [open_access(number) for number in "123456"]
    with europepmc_server(records) as server:
        server.full_texts["PMC3"] = full_text(cites=1)
        for number in "1245":
            server.fail(f"/PMC{number}/fullTextXML", *[dropped()] * TRIES)
        assert [*failures(outcomes(crawled(server)))] == [f"PMC{number} full text" for number in "1245"]
        for number in "234":
            server.fail(f"/PMC{number}/fullTextXML", *[answer(b"", status=503)] * TRIES)
        with pytest.raises(BadStatus, match="PMC4/fullTextXML answered 503"):
            crawled(server)
        for number in "456":
            server.fail(f"/PMC{number}/fullTextXML", *[dropped()] * TRIES)
        with pytest.raises(Unreachable):
            crawled(server)


@pytest.mark.parametrize(
    ("behaviour", "error"),
    [
        (limited(retry_after="3600"), BadStatus),
        (answer(b"<title>NCBI - WWW Error Blocked Diagnostic</title>"), Blocked),
    ],
)
def test_a_server_that_has_had_enough_is_left_alone(behaviour: Behaviour, error: type[SourceError]) -> None:
    with filled() as server:
        server.fail("/PMC4/fullTextXML", behaviour)
        with pytest.raises(error):
            crawled(server)
        assert server.paths()[-1] == "/PMC4/fullTextXML"
