"""What the E-utilities answer is doubted before it is read."""

from __future__ import annotations

import pytest

from crawler.asking.http import Answer
from crawler.errors import Invalid, SourceError
from crawler.outcome import Deleted, Parsed, Unparsed
from crawler.sources.eutils_answers import Expired, pmid_of, read_records, read_search
from tests.records import parsed, record_set, record_xml
from tests.shared import SHARED, needs_shared

RECORDS = record_set(record_xml(1), record_xml(2))


def answer(body: bytes, content_type: str = "text/xml; charset=UTF-8") -> Answer:
    return Answer(status=200, url="", content_type=content_type, body=body)


def search(parts: str) -> Answer:
    return answer(f'<?xml version="1.0"?><eSearchResult>{parts}</eSearchResult>'.encode())


# Searches


def test_a_search_is_read() -> None:
    found = read_search(
        search(
            "<Count>3</Count><QueryKey>1</QueryKey><WebEnv>M</WebEnv><IdList><Id>5</Id><Id>4</Id></IdList>"
        ),
        most=2,
    )
    assert (found.count, found.pmids, found.environment, found.key) == (3, ("5", "4"), "M", "1")


@pytest.mark.parametrize(
    "parts",
    [
        "",
        "<Count>many</Count>",
        "<Count>2</Count><IdList><Id>1</Id></IdList>",
        "<Count>2</Count><IdList><Id>1</Id><Id>1</Id></IdList>",
        "<Count>2</Count><IdList><Id>1</Id><Id>x</Id></IdList>",
        "<Count>1</Count><IdList><Id>1</Id><Id>2</Id></IdList>",
        "<Count>0</Count><ERROR>Search Backend failed</ERROR>",
        "<Count>1</Count><IdList><Id>1</Id></IdList><WarningList><OutputMessage>Restrictions achieved. start and count adjusted to 0, 1</OutputMessage></WarningList>",
    ],
)
def test_a_search_that_does_not_add_up_is_none(parts: str) -> None:
    with pytest.raises(Invalid):
        read_search(search(parts), most=5)


def test_words_that_are_not_found_are_told_and_an_empty_answer_is_one() -> None:
    notes = (
        "<ErrorList><PhraseNotFound>abc</PhraseNotFound></ErrorList>"
        "<WarningList><OutputMessage>No items found.</OutputMessage>"
        "<QuotedPhraseNotFound>x y</QuotedPhraseNotFound></WarningList>"
    )
    found = read_search(search(f"<Count>0</Count><IdList/>{notes}"), most=5)
    assert (found.count, found.pmids, found.notices) == (0, (), "not found: abc, x y")


def test_an_unknown_field_is_no_matter_of_asking_again() -> None:
    with pytest.raises(SourceError, match="knows no field zz") as caught:
        read_search(
            search("<Count>0</Count><ErrorList><FieldNotFound>zz</FieldNotFound></ErrorList>"), most=0
        )
    assert not isinstance(caught.value, Invalid)


# Records


def test_only_records_asked_for_are_taken() -> None:
    assert list(read_records(answer(RECORDS), wanted={"2", "3"}).by_pmid) == ["2"]


@pytest.mark.parametrize(
    "body", [b"<PubmedArticleSet/>", b"<?xml version='1.0'?>\n<PubmedArticleSet>\n</PubmedArticleSet>"]
)
def test_an_empty_set_is_an_answer_but_not_to_who_asks_for_a_witness(body: bytes) -> None:
    assert read_records(answer(body), wanted={"1"}).by_pmid == {}
    with pytest.raises(Invalid, match="lacks records that exist"):
        read_records(answer(body), wanted={"1"}, witnesses={"2"})


def test_with_a_witness_none_of_those_asked_for_need_come() -> None:
    assert read_records(answer(RECORDS), wanted={"3"}, witnesses={"2"}).by_pmid == {}


@pytest.mark.parametrize(
    "read", [lambda each: read_records(each, wanted={"1", "2"}), lambda each: read_search(each, most=2)]
)
def test_no_part_of_an_answer_passes_for_the_whole(read: object) -> None:
    whole = RECORDS
    if read_search.__name__ in read.__code__.co_names:  # type: ignore[attr-defined]  # a lambda has code
        whole = b"<eSearchResult><Count>2</Count><IdList><Id>1</Id><Id>2</Id></IdList></eSearchResult>"
    read(answer(whole))  # type: ignore[operator]  # it is a function
    for end in range(len(whole)):
        with pytest.raises(Invalid):
            read(answer(whole[:end]))  # type: ignore[operator]  # it is a function


@pytest.mark.parametrize(
    ("body", "content_type", "says"),
    [
        (b"", "text/xml", "no XML"),
        (b'{"error":"API rate limit exceeded"}', "application/json", "API rate limit exceeded"),
        (b'{"errCode":7}', "application/json", "errCode"),
        (b"Unable to route request!", "text/plain", "Unable to route"),
        (b"<html><body>Sorry</body></html>", "text/html", "but html: Sorry"),
        (b"<eFetchResult><ERROR>Search Backend &amp; all failed</ERROR></eFetchResult>", "text/xml", "Backend & all"),
        (RECORDS.replace(b"<PubmedArticle>", b"<ERROR>half way</ERROR><PubmedArticle>", 1), "", "half way"),
        (RECORDS, "text/html", "says that it is 'text/html'"),
        (RECORDS.decode().encode("utf-16"), "text/xml", "no XML"),
        (b'<!DOCTYPE PubmedArticleSet [<!ENTITY a "b">]>' + RECORDS[21:], "text/xml", "entities of its own"),
        (b"<!DOCTYPE PubmedArticleSet\n[\n]>" + RECORDS[21:], "text/xml", "entities of its own"),
        (b"<PubmedArticleSet><PubmedArticle></PubmedArticleSet>", "text/xml", "no whole set of records"),
        (record_xml(1).encode(), "text/xml", "no PubmedArticleSet, but PubmedArticle"),
        (record_set(record_xml(7)), "text/xml", "others than those asked for"),
    ],
)  # fmt: skip
def test_an_error_that_says_it_is_fine_is_an_error(body: bytes, content_type: str, says: str) -> None:
    with pytest.raises(Invalid, match=says):
        read_records(answer(body, content_type), wanted={"1", "2"})


@pytest.mark.parametrize("said", ["Unable to obtain query #1", "Cannot retrieve history data. query_key: 1"])
def test_a_forgotten_search_is_no_matter_of_asking_again(said: str) -> None:
    with pytest.raises(Expired, match="history server"):
        read_records(answer(f"<eFetchResult><ERROR>{said}</ERROR></eFetchResult>".encode()), wanted={"1"})


def test_every_outcome_that_tells_its_pmid_has_one() -> None:
    outcomes = (
        parsed(5),
        Deleted("6"),
        Unparsed(record="PMID 7", reason="", format="", raw=b""),
        Unparsed(record="record 8", reason="", format="", raw=b""),
    )
    assert [pmid_of(each) for each in outcomes] == ["5", "6", "7", ""]


# Real answers


@pytest.mark.parametrize(("name", "most", "count"), [
    pytest.param("esearch1", 20, 63, marks=needs_shared),
    pytest.param("esearch3", 6, 2651, marks=needs_shared),
    pytest.param("esearch5", 5, 5, marks=needs_shared),
    pytest.param("esearch8", 20, 0, marks=needs_shared),
])  # fmt: skip
def test_real_searches_are_read(name: str, most: int, count: int) -> None:
    found = read_search(answer((SHARED / "data" / "eutils" / f"{name}.xml").read_bytes()), most=most)
    assert (found.count, len(found.pmids)) == (count, min(most, count))


@pytest.mark.parametrize(
    "name", [pytest.param("epost2", marks=needs_shared), pytest.param("einfo1", marks=needs_shared)]
)
def test_real_answers_of_another_kind_are_none(name: str) -> None:
    with pytest.raises(Invalid):
        read_search(answer((SHARED / "data" / "eutils" / f"{name}.xml").read_bytes()), most=0)


@pytest.mark.parametrize("_", [pytest.param("", marks=needs_shared)])
def test_real_records_are_read(_: str) -> None:
    body = (SHARED / "data" / "pubmed" / "efetch-1.xml").read_bytes()
    records = read_records(answer(body), wanted={"11618220"})
    assert isinstance(records.by_pmid["11618220"], Parsed)
