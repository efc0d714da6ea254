"""A stream of PubMed's XML: whole, broken, hostile, or something else altogether."""

from __future__ import annotations

import gzip
import resource
from io import BytesIO, RawIOBase
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ParseError
from crawler.outcome import Parsed, Unparsed
from crawler.parsers.pubmed.pubmed_xml import FORMAT, parse, parse_record
from tests.crawler.parsers.pubmed_records import a_set, book, outcomes, record, summary, until_break
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from crawler.article import Article
    from crawler.outcome import Outcome

OWN_ENTITY = '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY own "swollen">]>'
OUTSIDE_ENTITY = (
    '<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY own SYSTEM "file:///etc/hostname">]>'
)
SWELLING = OWN_ENTITY.replace(
    "]>", "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 20 if n else "x" * 20}">' for n in range(9)) + "]>"
)


def read_until_break(stream: BinaryIO) -> tuple[list[Outcome], str]:
    return until_break(parse(stream))


def test_each_record_of_a_set_comes_in_order_with_its_raw_bytes() -> None:
    results = outcomes(a_set(record(pmid="1"), record(pmid="2"), book(pmid="3")))
    assert summary(results) == ["1", "2", "3"]
    for outcome in results:
        assert isinstance(outcome, Parsed)
        assert outcome.format == FORMAT == "pubmed-xml"
        assert parse_record(outcome.raw) == outcome.article


def test_raw_bytes_are_utf_8_whatever_the_file_is_in() -> None:
    xml = a_set(record(title="Charité")).decode().replace("UTF-8", "ISO-8859-1")
    (outcome,) = outcomes(xml.encode("latin-1"))
    assert isinstance(outcome, Parsed)
    assert "Charité".encode() in outcome.raw
    assert parse_record(outcome.raw).title == outcome.article.title == "Charité"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_control_characters_that_xml_forbids_are_passed_over(encoding: str) -> None:
    xml = a_set(record(title="Mice&#10;run")).decode().replace("UTF-8", encoding).replace("&#10;", "\x01\n")
    xml = xml if encoding == "utf-8" else xml.replace("\x01", "")
    (outcome,) = outcomes(xml.encode(encoding))
    assert isinstance(outcome, Parsed)
    assert outcome.article.title == "Mice run"


def test_raw_bytes_keep_the_names_of_formulas_declared_further_out() -> None:
    formula = "<mml:math><mml:msup><mml:mi>m</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>"
    xml = a_set(record(title=f"1.73 {formula}"))
    xml = xml.replace(
        b"<PubmedArticleSet>", b'<PubmedArticleSet xmlns:mml="http://www.w3.org/1998/Math/MathML">'
    )
    (outcome,) = outcomes(xml)
    assert isinstance(outcome, Parsed)
    assert parse_record(outcome.raw).title == "1.73 m<sup>2</sup>"


def test_a_set_of_books_a_lone_record_and_records_inside_wrappers_are_read() -> None:
    assert summary(outcomes(f"<PubmedBookArticleSet>{book()}</PubmedBookArticleSet>".encode())) == ["1"]
    assert summary(outcomes(record().encode())) == ["1"]
    wrapped = f"<Answer><Noise/><Part>{record(pmid='1')}</Part><Part>{record(pmid='2')}</Part></Answer>"
    assert summary(outcomes(wrapped.encode())) == ["1", "2"]


def test_a_set_without_records_yields_nothing() -> None:
    assert outcomes(a_set()) == []
    assert outcomes(b"<PubmedBookArticleSet/>") == []


def test_deleted_citations_are_deletions() -> None:
    deletion = "<DeleteCitation><PMID Version='1'>7</PMID><PMID>x</PMID><PMID>8</PMID></DeleteCitation>"
    assert summary(outcomes(a_set(record(), deletion))) == ["1", "-7", "!a deletion after record 1", "-8"]


@pytest.mark.parametrize(
    ("bad", "name", "reason"),
    [
        ("<PubmedArticle/>", "record 2", "has no MedlineCitation"),
        ("<PubmedArticle><MedlineCitation/></PubmedArticle>", "record 2", "has no PMID"),
        (record(pmid="x7"), "record 2", "has the PMID 'x7', which is not a number"),
        (
            "<PubmedArticle><MedlineCitation><PMID>7</PMID></MedlineCitation></PubmedArticle>",
            "PMID 7",
            "has no Article in its MedlineCitation",
        ),
        (record(pmid="7").replace('"1"', f'"{"9" * 5000}"'), "PMID 7", "cannot be read: ValueError"),
        ("<PubmedBookArticle/>", "record 2", "has no BookDocument"),
        (book(pmid=""), "record 2", "has the PMID '', which is not a number"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_and_the_stream_goes_on(
    bad: str, name: str, reason: str
) -> None:
    first, unparsed, last = outcomes(a_set(record(pmid="1"), bad, record(pmid="3")))
    assert summary([first, last]) == ["1", "3"]
    assert isinstance(unparsed, Unparsed)
    assert (unparsed.record, unparsed.format) == (name, FORMAT)
    assert unparsed.reason.startswith(reason)
    with pytest.raises(ParseError, match=reason):
        parse_record(unparsed.raw)


@pytest.mark.parametrize("start", [OWN_ENTITY, OUTSIDE_ENTITY])
@pytest.mark.parametrize("place", ["title", "pmid", "article"])
def test_a_record_that_uses_an_entity_of_its_own_is_refused_and_the_stream_goes_on(
    start: str, place: str
) -> None:
    within = {"title": "A &own; title", "pmid": "7&own;", "article": "<Language>&own;</Language>"}[place]
    results = outcomes(a_set(record(**{place: within}), record(pmid="2"), start=start))
    assert summary(results)[1] == "2"
    assert isinstance(results[0], Unparsed)
    assert "an entity of its own, &own;" in results[0].reason
    assert b"swollen" not in results[0].raw


def test_entities_that_swell_are_not_swollen() -> None:
    for hostile in (record(title="&e8;"), record('<X y="&e8;"/>')):
        read, message = read_until_break(BytesIO(a_set(hostile, start=SWELLING)))
        assert read == []
        assert "breaks off after 0 whole records" in message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"PMID- 7\nTI  - A title", "this is not XML: it begins with b'PMID- 7"),
        (b'{"error":"API rate limit exceeded"}', "this is not XML: it begins with"),
        (gzip.compress(a_set(record())), "this is not XML: it begins with"),
        (b"<!DOCTYPE html>\n<html><head><meta></head></html>", "this is an HTML page, not PubMed's XML"),
        (b"<HTML><body><br></body>", "this is an HTML page, not PubMed's XML"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "this is an HTML page, not PubMed's XML"),
        (
            b"<eSearchResult><ERROR>Search Backend failed</ERROR></eSearchResult>",
            'this is XML, but not of PubMed articles: its root is <eSearchResult>, and it says "Search',
        ),
        (b"<article><front/></article>", "this is XML, but not of PubMed articles: its root is <article>"),
        (b"<PubmedArticleSet>&nbsp;</PubmedArticleSet>", "at line 1: Entity 'nbsp' not defined"),
    ],
)
def test_what_is_no_set_of_records_is_said_in_a_plain_sentence(content: bytes, message: str) -> None:
    read, said = read_until_break(BytesIO(content))
    assert read == []
    assert message in said
    with pytest.raises(ParseError, match=r"."):
        parse_record(content)


def test_summaries_have_no_abstract_and_are_refused_rather_than_read_without() -> None:
    read, message = read_until_break(BytesIO(b"<eSummaryResult><DocSum><Id>7</Id></DocSum></eSummaryResult>"))
    assert read == []
    assert message == "this is XML, but not of PubMed articles: its root is <eSummaryResult>"


def test_every_whole_record_before_a_break_is_read() -> None:
    content = a_set(record(pmid="1"), record(pmid="2"), "\n\n", record(pmid="3"))
    read, message = read_until_break(BytesIO(content[: content.index(b">3<") + 2]))
    assert summary(read) == ["1", "2"]
    assert message.startswith(
        "the XML breaks off after 2 whole records, at line 5: Premature end of data in tag PMID"
    )


def test_a_mismatched_tag_and_a_second_document_are_breaks() -> None:
    read, message = read_until_break(BytesIO(a_set(record(), "<PubmedArticle></MedlineCitation>")))
    assert summary(read) == ["1"]
    assert "breaks off after 1 whole record, at line 3: Opening and ending tag mismatch" in message
    read, message = read_until_break(BytesIO(a_set(record()) + a_set(record(pmid="2"))))
    assert summary(read) == ["1"]


def test_a_compressed_file_that_was_cut_off_is_a_break() -> None:
    content = gzip.compress(a_set(*(record(pmid=str(n)) for n in range(1, 2000))))
    with gzip.open(BytesIO(content[:-9])) as stream:
        read, message = read_until_break(cast("BinaryIO", stream))
    assert summary(read)[:2] == ["1", "2"]
    assert "whole records: Compressed file ended before the end-of-stream marker" in message


@given(st.integers(0, 1200))
def test_wherever_a_file_is_cut_the_records_before_that_are_read(length: int) -> None:
    content = a_set(record(pmid="1"), record(pmid="2"), record(pmid="3"))
    whole = content[:length].count(b"</PubmedArticle>")
    if length >= len(content):
        assert summary(outcomes(content[:length])) == ["1", "2", "3"]
    else:
        read, _ = read_until_break(BytesIO(content[:length]))
        assert summary(read) == ["1", "2", "3"][:whole]


@given(st.binary(max_size=200) | st.text(alphabet="<>/&;PubmedArticleSet !?[]'=").map(str.encode))
def test_no_bytes_raise_anything_but_a_parse_error(content: bytes) -> None:
    try:
        read = outcomes(content)
    except ParseError as error:
        assert str(error)  # noqa: PT017 - whether one is raised depends on the bytes
    else:
        assert all(isinstance(outcome, Unparsed) for outcome in read)


class _Endless(RawIOBase):
    """A file of many records with much that no parser reads, made while it is read."""

    def __init__(self, records: int) -> None:
        filler = f"<Unread>{'x' * 20_000}</Unread>"
        self._pieces = iter(
            [b"<PubmedArticleSet>", *[record(data=filler).encode()] * records, b"</PubmedArticleSet>"]
        )

    def read(self, size: int = -1) -> bytes:  # noqa: ARG002 - a piece of any size is a valid answer
        return next(self._pieces, b"")


def test_memory_does_not_grow_with_the_number_of_records() -> None:
    peaks = []
    for number, _ in enumerate(parse(cast("BinaryIO", _Endless(6000)))):
        if number in {1000, 5999}:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    assert peaks[1] < peaks[0] * 1.2, "100 MB of records passed through"


def test_parse_record_reads_a_record_inside_a_set_too() -> None:
    assert parse_record(a_set(record(pmid="5"))).key == "5"
    with pytest.raises(ParseError, match="its root is <PubmedArticleSet>"):
        parse_record(a_set())


def real_articles() -> list[Article]:
    folder = SHARED / "data" / "pubmed"
    articles = []
    with (folder / "efetch-1.xml").open("rb") as one, gzip.open(folder / "efetch-2.xml.gz") as two:
        for outcome in (*parse(one), *parse(cast("BinaryIO", two))):
            assert isinstance(outcome, Parsed), outcome
            assert parse_record(outcome.raw) == outcome.article
            articles.append(outcome.article)
    return articles


class TestRealRecords:
    pytestmark = needs_shared

    def test_every_record_is_read_and_nothing_of_it_is_missed(self) -> None:
        articles = real_articles()
        assert len({article.key for article in articles}) == len(articles) == 122
        assert all(article.ids.doi and article.published.year and article.entered.day for article in articles)
        counts = {
            name: sum(len(getattr(article, name)) for article in articles)
            for name in ("authors", "mesh", "keywords", "grants", "substances", "corrections", "references")
        }
        assert counts == {
            "authors": 760,
            "mesh": 630,
            "keywords": 417,
            "grants": 204,
            "substances": 149,
            "corrections": 10,
            "references": 6895,
        }
        assert sum(len(article.abstract.sections) for article in articles if article.abstract) == 146
        assert sum(bool(article.ids.pmcid) for article in articles) == 74
        assert sum(bool(author.orcid) for article in articles for author in article.authors) == 171

    def test_every_reference_keeps_its_text_and_its_ids(self) -> None:
        references = [reference for article in real_articles() for reference in article.references]
        assert all(reference.text for reference in references)
        assert sum(bool(reference.pmid) for reference in references) == 5635
        assert sum(bool(reference.pmcid) for reference in references) == 3094
        assert sum(bool(reference.doi) for reference in references) == 3307

    def test_no_id_of_a_reference_is_taken_for_the_articles_own(self) -> None:
        for article in real_articles():
            own = {article.ids.pmid, article.ids.pmcid, article.ids.doi.lower()} - {""}
            for reference in article.references:
                assert own.isdisjoint(reference.keys())

    def test_no_email_address_is_kept(self) -> None:
        for article in real_articles():
            assert not any("@" in place for author in article.authors for place in author.affiliations)
