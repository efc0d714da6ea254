"""Answers of Europe PMC: results in core and lite form, preprints, references, cursors and errors."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import (
    Author,
    Correction,
    Grant,
    Ids,
    Journal,
    MeshHeading,
    PubDate,
    Qualifier,
    Substance,
)
from crawler.errors import ParseError
from crawler.outcome import Outcome, Parsed, Unparsed
from crawler.parsers.europepmc.europepmc import FORMAT, next_cursor, parse, parse_record, references
from tests.crawler.parsers.pubmed_records import summary
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from crawler.article import Article


def result(**said: Any) -> dict[str, Any]:
    return {"id": "7", "source": "MED", "title": "A title."} | said


def read(**said: Any) -> Article:
    return parse_record(json.dumps(result(**said)).encode())


def answer(*results: Any, **said: Any) -> bytes:
    envelope = {"version": "6.9", "hitCount": len(results), "resultList": {"result": list(results)}}
    return json.dumps(envelope | said).encode()


def outcomes(content: bytes) -> list[Outcome]:
    return list(parse(BytesIO(content)))


def test_each_result_comes_in_order_with_its_own_bytes() -> None:
    content = answer(result(id="7"), result(id="8", title="Charité")).replace(
        b'"title": "A', b'"title" :  "A'
    )
    results = outcomes(content)
    assert summary(results) == ["7", "8"]
    for outcome in results:
        assert isinstance(outcome, Parsed)
        assert outcome.format == FORMAT
        assert outcome.raw in content
        assert parse_record(outcome.raw) == outcome.article
    assert outcomes(answer()) == []


def test_the_id_of_a_source_is_the_pmid_or_pmcid_of_the_work() -> None:
    assert read(doi="10.1000/Printed.Case").ids == Ids(pmid="7", doi="10.1000/Printed.Case")
    assert read(source="PMC", id="PMC12").ids == Ids(pmcid="PMC12")
    assert read(pmid="8", pmcid="PMC12", id="x").ids == Ids(pmid="8", pmcid="PMC12")
    assert read(source="AGR", id="IND1", doi="10.1000/a").ids == Ids(doi="10.1000/a")


def test_titles_and_abstracts_keep_their_markup_and_their_signs() -> None:
    article = read(
        title="<i>SOD1</i><sup>G93A</sup> &amp; &alpha;-synuclein: p<q",
        abstractText="<h4>Background</h4>n<3 (<LOD, x>y).<h4>Unlabelled</h4><p>H<sub>2</sub>O</p><h4> Results: </h4>Three"
        "<h4>Nothing</h4>",
    )
    assert article.title == "<i>SOD1</i><sup>G93A</sup> &amp; \N{GREEK SMALL LETTER ALPHA}-synuclein: p&lt;q"
    assert article.abstract is not None
    assert [(part.label, part.text) for part in article.abstract.sections] == [
        ("Background", "n&lt;3 (&lt;LOD, x&gt;y)."),
        ("", "H<sub>2</sub>O"),
        ("Results", "Three"),
    ]
    assert (
        read(abstractText="Before.<h4>Aim</h4>After.").abstract != read(abstractText="Before.After.").abstract
    )
    assert read(abstractText=" ").abstract is None


def test_authors_have_names_orcids_and_affiliations_and_groups_their_place() -> None:
    people = [
        {
            "fullName": "Smith JA Jr", "firstName": "John A", "lastName": "Smith", "initials": "JA",
            "authorId": {"type": "ORCID", "value": "0000-0002-1825-0097"},
            "authorAffiliationDetailsList": {
                "authorAffiliation": [{"affiliation": "One &amp; Co, , , "}, {"affiliation": "Two. s@example.org"}]
            },
        },
        {"collectiveName": "An Invented Group"},
        {"fullName": "Doe J", "affiliation": "Three."},
        {"fullName": "Another Consortium", "authorId": {"type": "ISNI", "value": "0000000218250097"}},
        {},
    ]  # fmt: skip
    article = read(authorList={"author": people}, investigatorList={"investigator": [{"fullName": "Roe R"}]})
    assert article.authors == (
        Author(
            last="Smith", fore="John A", initials="JA", suffix="Jr", orcid="0000-0002-1825-0097",
            affiliations=("One & Co", "Two."),
        ),
        Author(collective="An Invented Group"),
        Author(last="Doe", initials="J", affiliations=("Three.",)),
        Author(collective="Another Consortium"),
    )  # fmt: skip
    assert article.investigators == (Author(last="Roe", initials="R"),)


def test_the_journal_the_issue_and_dates_that_are_no_more_precise_than_printed() -> None:
    journal = {
        "title": "The invented journal", "isoabbreviation": "Inv. J.", "medlineAbbreviation": "Inv J",
        "nlmid": "1", "issn": "0000-0019", "essn": "1111-111X",
    }  # fmt: skip
    issue = {
        "journal": journal, "volume": "4", "issue": "2", "dateOfPublication": "2025 Dec",
        "monthOfPublication": 12, "yearOfPublication": 2025, "printPublicationDate": "2025-12-01",
    }  # fmt: skip
    dates = {
        "electronicPublicationDate": "2025-11-02", "firstPublicationDate": "2025-11-02",
        "dateOfCreation": "2025-10-03", "dateOfRevision": "2025-12-04",
    }  # fmt: skip
    article = read(journalInfo=issue, pageInfo="1-9", pubYear="2025", language="eng", **dates)
    assert article.journal == Journal(
        title="The invented journal", abbreviation="Inv. J.", issns=("0000-0019", "1111-111X"), nlm_id="1"
    )
    assert (article.volume, article.issue, article.pages, article.languages) == ("4", "2", "1-9", ("eng",))
    assert (article.published, article.electronic) == (PubDate(2025, 12), PubDate(2025, 11, 2))
    assert (article.entered, article.revised) == (PubDate(2025, 10, 3), PubDate(2025, 12, 4))
    del issue["dateOfPublication"]
    assert read(journalInfo=issue).published == PubDate(2025, 12)
    assert read(pubYear=2025, firstPublicationDate="2025-12-01").date == PubDate(2025)


def test_a_preprint_has_its_server_for_a_journal_and_the_day_it_was_first_there() -> None:
    article = read(
        source="PPR", id="PPR1", doi="10.1101/1", firstPublicationDate="2024-03-04", versionNumber=2,
        bookOrReportDetails={"publisher": "bioRxiv", "yearOfPublication": 2024},
        commentCorrectionList={
            "commentCorrection": [{"id": "8", "source": "MED", "type": "Preprint of", "note": "by title"}]
        },
    )  # fmt: skip
    assert (article.ids, article.journal) == (Ids(doi="10.1101/1"), Journal(title="bioRxiv"))
    assert (article.publication_types, article.version) == (("Preprint",), 2)
    assert (article.published, article.date) == (PubDate(), PubDate(2024, 3, 4))
    assert article.corrections == (Correction(kind="UpdateIn", pmid="8", note="by title"),)
    chapter = read(
        source="NBK", pmid="7", bookOrReportDetails={"comprisingTitle": "A book", "publisher": "A Press"}
    )
    assert chapter.journal == Journal(title="A book", publisher="A Press")


def test_links_are_kinds_that_pubmed_has() -> None:
    links = [
        {"id": "8", "source": "MED", "type": "Retraction in", "reference": "Inv J. 2020;1:2."},
        {"id": "PPR1", "source": "PPR", "type": "Preprint in"},
        {"id": "9", "source": "MED", "type": "Corrected and republished from"},
        {"id": "9", "source": "MED", "type": "Something else in"},
        {"type": "Comment in"},
        {"id": "9", "source": "MED"},
    ]
    article = read(commentCorrectionList={"commentCorrection": links})
    assert article.is_retracted
    assert article.corrections == (
        Correction(kind="RetractionIn", pmid="8", source="Inv J. 2020;1:2."),
        Correction(kind="UpdateOf", source="PPR1"),
        Correction(kind="CorrectedandRepublishedFrom", pmid="9"),
        Correction(kind="SomethingElseIn", pmid="9"),
    )


def test_the_lists_of_the_core_form() -> None:
    article = read(
        keywordList={"keyword": ["SOD1", "sod1", "FUS; TDP-43"]},
        meshHeadingList={
            "meshHeading": [
                {
                    "majorTopic_YN": "N", "descriptorName": "Mice",
                    "meshQualifierList": {
                        "meshQualifier": [{"abbreviation": "GE", "qualifierName": "genetics", "majorTopic_YN": "Y"}]
                    },
                },
                {"majorTopic_YN": "Y", "descriptorName": "Humans"},
            ]
        },
        chemicalList={"chemical": [{"name": "riluzole", "registryNumber": "7LJ087RS6F"}]},
        grantsList={"grant": [{"grantId": "R01", "agency": "NINDS NIH HHS", "acronym": "NS", "orderIn": 0}]},
        pubTypeList={"pubType": ["research-article", "Journal Article", "review-article", "correction"]},
    )  # fmt: skip
    assert [keyword.text for keyword in article.keywords] == ["SOD1", "FUS", "TDP-43"]
    assert article.mesh == (
        MeshHeading(name="Mice", qualifiers=(Qualifier("genetics", major=True),)),
        MeshHeading(name="Humans", major=True),
    )
    assert article.substances == (Substance("riluzole", "7LJ087RS6F"),)
    assert article.grants == (Grant(number="R01", acronym="NS", agency="NINDS NIH HHS"),)
    assert article.publication_types == ("Journal Article", "Review", "Published Erratum")


def test_the_lite_form_has_names_in_a_line_and_types_in_small_letters() -> None:
    article = read(
        authorString="van den Berg LH, Doe J Jr, The Invented Group, et al.", journalTitle="Inv J", pubYear="2025",
        journalIssn="0140-6736; 1474-547x; ", journalVolume="4", issue="2",
        pubType="retracted publication; clinical trial, phase iii; research support, non-u.s. gov't",
    )  # fmt: skip
    assert [author.short() for author in article.authors] == [
        "van den Berg LH",
        "Doe J Jr",
        "The Invented Group",
    ]
    assert not article.authors_complete
    assert article.journal == Journal(abbreviation="Inv J", issns=("0140-6736", "1474-547X"))
    assert (article.volume, article.issue, article.published) == ("4", "2", PubDate(2025))
    assert article.publication_types == (
        "Retracted Publication", "Clinical Trial, Phase III", "Research Support, Non-U.S. Gov't",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("bad", "name", "reason"),
    [
        (result(source="PAT", id="EP1"), "record 2", "has no PMID, PMCID or DOI: it is PAT EP1"),
        ({"id": "8", "source": "MED"}, "PMID 8", "tells nothing but its ids: ask for resultType=core"),
        (result(authorList=["x"]), "record 2", "cannot be read: ValidationError"),
        ("text", "record 2", "cannot be read: ValidationError"),
    ],
)
def test_a_result_that_cannot_be_read_is_named_and_the_rest_goes_on(bad: Any, name: str, reason: str) -> None:
    first, unparsed, last = outcomes(answer(result(), bad, result(id="9")))
    assert summary([first, last]) == ["7", "9"]
    assert isinstance(unparsed, Unparsed)
    assert (unparsed.record, unparsed.raw) == (name, json.dumps(bad).encode())
    assert unparsed.reason.startswith(reason)


def test_a_null_says_nothing_and_a_number_is_its_digits() -> None:
    article = read(
        doi=None, authorList=None, journalInfo={"volume": 4, "issue": None}, keywordList={"keyword": [None]}
    )
    assert (article.ids.doi, article.authors, article.volume, article.keywords) == ("", (), "4", ())


@pytest.mark.parametrize("call", [outcomes, next_cursor, references])
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the answer is empty"),
        (b'<?xml version="1.0"?><responseWrapper/>', "this is HTML or XML, not JSON"),
        (b"Too many requests", "this is not JSON, or it breaks off"),
        (b"[1]", "this is JSON, but not an answer of Europe PMC"),
        (
            b'{"status": 500}',
            "this is JSON, but not an answer of Europe PMC: it begins with b'{\"status\": 500}'",
        ),
        (
            b'{"errCode": 404, "errMsg": "no such work"}',
            "Europe PMC answers with the error 404: no such work",
        ),
        (b'{"hitCount": 0, "errMsg": "too deep"}', "answers with the error without a number: too deep"),
        (b'{"a": ' + b"[" * 100_000, "this is not JSON, or it breaks off"),
    ],
)
def test_what_is_no_answer_is_said_in_a_plain_sentence(call: Any, content: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=re.escape(message)):
        call(content)


def test_answers_to_different_questions_are_not_mistaken_for_each_other() -> None:
    for call in (outcomes, next_cursor):
        with pytest.raises(ParseError, match="there is no resultList in it"):
            call(b'{"hitCount": 0, "referenceList": {"reference": []}}')
    with pytest.raises(ParseError, match="the answer to a search"):
        references(answer())


def test_every_whole_result_before_a_break_is_read() -> None:
    content = answer(result(id="7"), result(id="8", title="A ] and a }"), result(id="9"))
    for length in range(len(content)):
        whole = [number for number in "789" if content.find(f'"id": "{number}"'.encode()) < length]
        read_before: list[Outcome] = []
        with pytest.raises(ParseError, match=r"breaks off|is empty"):
            for outcome in parse(BytesIO(content[:length])):
                read_before.append(outcome)  # noqa: PERF402 - what was read before the break is to be kept
        assert summary(read_before) in (whole, whole[:-1])


def test_the_cursor_goes_on_until_none_is_said() -> None:
    assert next_cursor(answer(result(), hitCount=5_059_039, nextCursorMark="AoI=")) == (5_059_039, "AoI=")
    assert next_cursor(answer()) == (0, "")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from("id source title doi authorList author pubYear".split()), inner, max_size=4
        )
    ),
    max_leaves=9,
)


@given(
    st.binary(max_size=200)
    | _JSON.map(lambda value: json.dumps(value).encode())
    | st.lists(_JSON).map(lambda some: answer(*some))
)
def test_no_bytes_raise_anything_but_a_parse_error(content: bytes) -> None:
    for call in (outcomes, parse_record, next_cursor, references):
        try:
            call(content)
        except ParseError as error:
            assert str(error)  # noqa: PT017 - whether one is raised depends on the bytes


def real_articles(name: str) -> list[Article]:
    with (SHARED / "data" / "europepmc" / name).open("rb") as stream:
        results = list(parse(stream))
    assert all(isinstance(outcome, Parsed) for outcome in results)
    return [outcome.article for outcome in results if isinstance(outcome, Parsed)]


class TestRealAnswers:
    pytestmark = needs_shared

    def test_every_result_is_read_and_nothing_of_it_is_missed(self) -> None:
        articles = real_articles("search_cancer_core.json")
        assert len({article.key for article in articles}) == len(articles) == 25
        counts = {
            name: sum(len(getattr(article, name)) for article in articles)
            for name in "authors mesh keywords grants substances corrections languages".split()
        }
        assert counts == {
            "authors": 165, "mesh": 149, "keywords": 80, "grants": 22, "substances": 7, "corrections": 2, "languages": 25,
        }  # fmt: skip
        people = [author for article in articles for author in article.authors]
        assert sum(bool(author.orcid) for author in people) == 31
        assert sum(len(author.affiliations) for author in people) == 178
        assert all(author.last and author.fore and author.initials for author in people)
        assert not any("@" in place for author in people for place in author.affiliations)
        assert sum(len(heading.qualifiers) for article in articles for heading in article.mesh) == 93
        assert sum(bool(article.ids.doi) for article in articles) == 24
        assert sum(bool(article.ids.pmcid) for article in articles) == 9
        assert sum(article.electronic.day > 0 for article in articles) == 10
        assert all(article.published.month and not article.published.day for article in articles)

    def test_every_heading_of_an_abstract_becomes_a_label(self) -> None:
        parts = [a.abstract.sections for a in real_articles("search_cancer_core.json") if a.abstract]
        assert len(parts) == 21
        assert sum(bool(section.label) for sections in parts for section in sections) == 65
        assert not any("h4" in section.text for sections in parts for section in sections)

    def test_the_lite_form_of_the_same_search_agrees_with_the_core_form(self) -> None:
        core, lite = real_articles("search_cancer_core.json"), real_articles("search_cancer.json")
        assert len(core) == len(lite) == 25
        for full, short in zip(core, lite, strict=True):
            assert (short.ids, short.title, short.pages) == (full.ids, full.title, full.pages)
            assert [author.short() for author in short.authors] == [author.short() for author in full.authors]
            assert short.journal.abbreviation == full.journal.abbreviation
            assert short.published.year == full.published.year
            assert set(short.publication_types) == set(full.publication_types)

    def test_a_search_without_hits_is_no_error(self) -> None:
        assert real_articles("search_no_results.json") == []
        content = (SHARED / "data" / "europepmc" / "search_no_results.json").read_bytes()
        assert next_cursor(content) == (0, "")
