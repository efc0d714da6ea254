"""PubMed's MEDLINE format: each tag, lines that go on, streams whole and broken, and 598 real records."""

from __future__ import annotations

import gzip
import re
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Author, Correction, DataBank, Grant, Keyword, PubDate, Qualifier, Substance
from crawler.errors import ParseError
from crawler.outcome import Outcome, Parsed, Unparsed
from crawler.parsers.corrections import OF_TAGS
from crawler.parsers.tagged.medline import FORMAT, parse, parse_record
from tests.crawler.parsers.pubmed_records import summary
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from crawler.article import Article


def record(*fields: str, pmid: str = "1") -> str:
    return "\n".join([f"PMID- {pmid}", *fields, "SO  - J Inv. 2023;1(1):1."]) + "\n"


def read(*fields: str) -> Article:
    return parse_record(record(*fields).encode())


def outcomes(content: str | bytes) -> list[Outcome]:
    return list(parse(BytesIO(content if isinstance(content, bytes) else content.encode())))


def test_each_record_comes_in_order_with_its_own_bytes() -> None:
    first, second = record("TI  - One."), record("TI  - Two.", pmid="2")
    results = outcomes(f"\n{first}\n\n{second}\n")
    assert summary(results) == ["1", "2"]
    for outcome, text in zip(results, (first, second), strict=True):
        assert isinstance(outcome, Parsed)
        assert (outcome.format, outcome.raw) == (FORMAT, text.strip().encode())
        assert parse_record(outcome.raw) == outcome.article


def test_lines_end_either_way_and_a_record_needs_no_empty_line_before_it() -> None:
    text = record("TI  - One", "      more.") + record(pmid="2")
    windows = outcomes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert summary(windows) == summary(outcomes(text)) == ["1", "2"]
    assert isinstance(windows[0], Parsed)
    assert windows[0].article.title == "One more."


def test_a_value_goes_on_in_indented_lines_joined_by_one_blank() -> None:
    assert read("TI  - A title \n      that goes on\n      and on.").title == "A title that goes on and on."
    assert read("TI  - A title\nAB  - x\n      TI  - y").abstract == read("AB  - x TI - y").abstract


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_record_that_is_not_utf_8_is_latin_1(encoding: str) -> None:
    (outcome,) = outcomes(
        record("TI  - Charité\N{RIGHT SINGLE QUOTATION MARK}s p<0.05 & more.").encode(encoding)
    )
    assert isinstance(outcome, Parsed)
    assert outcome.article.title == "Charité\N{RIGHT SINGLE QUOTATION MARK}s p&lt;0.05 &amp; more."


def test_ids_are_of_the_article_and_a_number_in_place_of_pages_is_no_id() -> None:
    article = read(
        "LID - 1424 [pii]",
        "LID - 10.1000/LID [doi]",
        "AID - S0000-1 [pii]",
        "AID - 10.1000/Aid [doi]",
        "PMC - PMC77",
    )
    assert (article.ids.doi, article.ids.pii, article.ids.pmcid) == ("10.1000/Aid", "S0000-1", "PMC77")
    article = read("LID - 10.1000/x [doi]", "LID - 1424")
    assert (article.ids.doi, article.pages) == ("10.1000/x", "1424")
    assert read("LID - 1424", "PG  - 1-9").pages == "1-9"


def test_the_journal_the_issue_and_the_dates() -> None:
    article = read(
        "IS  - 1097-4172 (Electronic)", "IS  - 0092-8674 (Linking)", "IS  - 0092-8674 (Print)", "VI  - 164", "IP  - 4",
        "DP  - 2016 Feb 11", "DEP - 20160102", "LR  - 20200131", "CRDT- 2016/02/13 06:00", "EDAT- 2016/02/14 06:00",
        "JT  - The invented journal", "TA  - Inv J", "JID - 0413066", "PL  - Norway", "PST - ppublish", "STAT- MEDLINE",
    )  # fmt: skip
    journal = article.journal
    assert (journal.title, journal.abbreviation, journal.nlm_id) == (
        "The invented journal",
        "Inv J",
        "0413066",
    )
    assert (journal.issns, journal.country) == (("1097-4172", "0092-8674"), "Norway")
    assert (article.volume, article.issue, article.status) == ("164", "4", "MEDLINE")
    assert (article.published, article.electronic) == (PubDate(2016, 2, 11), PubDate(2016, 1, 2))
    assert (article.entered, article.revised) == (PubDate(2016, 2, 13), PubDate(2020, 1, 31))
    assert read("EDAT- 2016/02/14").entered == PubDate(2016, 2, 14)


def test_affiliations_and_orcids_belong_to_the_name_above_and_groups_keep_their_place() -> None:
    article = read(
        "FAU - Dean, Douglas C 3rd", "AU  - Dean DC 3rd", "AUID- ORCID: https://orcid.org/0000-0002-1825-0097",
        "AD  - One, Oslo. Electronic address: d@example.org.", "AD  - Two,", "      Bergen.",
        "CN  - The Invented Consortium", "FAU - De Strooper, Bart", "AU  - De Strooper B", "AUID- ISNI: 1",
        "AU  - Savchenko IuN", "AU  - et al.", "FIR - Doe, Jo", "IR  - Doe J", "IRAD- Three.",
    )  # fmt: skip
    dean, group, second, third = article.authors
    assert dean == Author(
        last="Dean", fore="Douglas C", initials="DC", suffix="3rd", orcid="0000-0002-1825-0097",
        affiliations=("One, Oslo.", "Two, Bergen."),
    )  # fmt: skip
    assert group == Author(collective="The Invented Consortium")
    assert (second, third.short()) == (Author(last="De Strooper", fore="Bart", initials="B"), "Savchenko IuN")
    assert article.investigators == (Author(last="Doe", fore="Jo", initials="J", affiliations=("Three.",)),)
    assert not article.authors_complete


def test_an_affiliation_before_all_names_is_that_of_the_first_and_spellings_may_differ() -> None:
    article = read("AD  - Somewhere.", "FAU - Müller, Jo", "AU  - Muller J", "AU  - Cher", "FAU - Solo, Han")
    assert [author.full() for author in article.authors] == ["Jo Müller", "Cher", "Han Solo"]
    assert article.authors[0] == Author(last="Müller", fore="Jo", initials="J", affiliations=("Somewhere.",))


def test_an_untitled_record_falls_back_on_the_title_in_its_own_language() -> None:
    article = read("TI  - [Not Available].", "TT  - Un titre.")
    assert (article.title, article.vernacular_title) == ("Un titre.", "Un titre.")
    article = read("TI  - [A title].", "TT  - Un titre.")
    assert (article.title, article.vernacular_title) == ("[A title].", "Un titre.")
    assert read().title == "[No title available]"


def test_mesh_with_subheadings_and_stars_substances_and_supplementary_concepts() -> None:
    article = read(
        "MH  - *Motor Neurons/drug effects/*pathology", "MH  - Humans", "RN  - 0 (alpha-Synuclein (A53T))",
        "RN  - EC 1.15.1.1 (SOD1 protein, human)", "RN  - nameless", "NM  - An invented disease",
    )  # fmt: skip
    motor, humans = article.mesh
    assert (motor.name, motor.major, humans.is_major()) == ("Motor Neurons", True, False)
    assert motor.qualifiers == (Qualifier("drug effects"), Qualifier("pathology", major=True))
    assert article.substances == (
        Substance("alpha-Synuclein (A53T)", "0"),
        Substance("SOD1 protein, human", "EC 1.15.1.1"),
        Substance("nameless"),
    )
    assert article.supplemental_mesh == ("An invented disease",)


def test_keywords_have_their_owner_and_stars_and_joined_ones_come_apart() -> None:
    article = read(
        "OTO - NOTNLM", "OT  - *Motor neuron", "OT  - motor neuron", "OT  - SOD1; FUS", "OTO - KIE", "OT  - x"
    )
    assert article.keywords == (
        Keyword("Motor neuron", major=True, owner="NOTNLM"),
        Keyword("SOD1", owner="NOTNLM"),
        Keyword("FUS", owner="NOTNLM"),
        Keyword("x", owner="KIE"),
    )
    assert [word.text for word in read("OT  - one, two, three").keywords] == ["one", "two", "three"]


def test_each_tag_of_a_link_is_a_kind_of_correction() -> None:
    for tag, kind in OF_TAGS.items():
        (link,) = read(
            f"{tag:<4}- Inv J. 2018 May;5(7):4-5. doi: 10.1000/x.", "      PMID: 29777188"
        ).corrections
        assert link == Correction(
            kind=kind, source="Inv J. 2018 May;5(7):4-5. doi: 10.1000/x.", pmid="29777188"
        )
    assert read("RIN - Inv J. 2018. PMID: 7").is_retracted
    assert read("EIN - Inv J. 2018. PMID: 7. A dose.").corrections[0].note == "A dose."
    assert read("CIN - Inv J. 2018;2:3.").corrections == (
        Correction(kind="CommentIn", source="Inv J. 2018;2:3."),
    )


def test_the_other_fields() -> None:
    article = read(
        "LA  - eng", "LA  - fre", "PT  - Journal Article", "PT  - Review", "GR  - R01 NS1/NS/NINDS NIH HHS/United States",
        "SI  - ClinicalTrials.gov/NCT00000001", "SI  - GEO/GSE1", "SI  - GEO/GSE2", "GS  - SOD1", "GN  - A note.",
        "COIS- None & none.", "RF  - 126",
    )  # fmt: skip
    assert (article.languages, article.publication_types) == (("eng", "fre"), ("Journal Article", "Review"))
    assert article.grants == (
        Grant(number="R01 NS1", acronym="NS", agency="NINDS NIH HHS", country="United States"),
    )
    assert article.data_banks == (
        DataBank("ClinicalTrials.gov", ("NCT00000001",)),
        DataBank("GEO", ("GSE1", "GSE2")),
    )
    assert (article.gene_symbols, article.notes, article.references_stated) == (("SOD1",), ("A note.",), 126)
    assert article.conflict_of_interest == "None &amp; none."
    assert read("COI - None.").conflict_of_interest == "None."


def test_other_abstracts_have_their_kind_language_and_copyright() -> None:
    article = read(
        "AB  - Main.", "CI  - (c) Us", "OAB - Publisher: Un résumé.", "OABL- fre", "OCI - (c) Them",
        "OAB - plain-language-summary: Plainly.",
    )  # fmt: skip
    french, lay = article.other_abstracts
    assert (french.kind, french.language, french.copyright) == ("Publisher", "fre", "(c) Them")
    assert (french.sections[0].text, lay.sections[0].text) == ("Un résumé.", "Plainly.")
    assert (lay.kind, lay.language) == ("plain-language-summary", "")
    assert article.abstract is not None
    assert article.abstract.copyright == "(c) Us"


def test_a_chapter_of_a_book() -> None:
    article = read(
        "TI  - A chapter", "BTI - The Book", "PB  - A Press", "PL  - Seattle (WA)", "DP  - 1993", "CTDT- 2001/03/23",
        "DRDT- 2020/01/02", "FED - Editor, Ed", "ED  - Editor E",
    )  # fmt: skip
    assert (article.journal.title, article.journal.publisher, article.journal.country) == (
        "The Book",
        "A Press",
        "",
    )
    assert (article.published, article.revised) == (PubDate(2001, 3, 23), PubDate(2020, 1, 2))
    assert [author.short() for author in article.authors] == ["Editor E"]
    assert [author.short() for author in read("AU  - Own A", "ED  - Editor E").authors] == ["Own A"]
    assert read("BTI - The Book").title == "The Book"


@pytest.mark.parametrize(("line", "key"), [("PMC - PMC7", "PMC7"), ("LID - 10.1000/x [doi]", "10.1000/x")])
def test_a_record_without_a_pmid_is_known_by_another_id(line: str, key: str) -> None:
    assert parse_record(f"PMID- \nTI  - A title.\n{line}\nSO  - J. 2020.\n".encode()).key == key


@pytest.mark.parametrize(
    ("bad", "name", "reason"),
    [
        ("OWN - NLM\nTI  - A title.\n", "record 2", "has no PMID, PMCID or DOI"),
        ("PMID- x7\nTI  - A title.\n", "record 2", "has the PMID 'x7', which is not a number"),
        ("id: 7 Error occurred: cannot get it\n", "record 2", "has no PMID, PMCID or DOI"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_and_the_stream_goes_on(
    bad: str, name: str, reason: str
) -> None:
    first, unparsed, last = outcomes(f"{record()}\n{bad}\n{record(pmid='3')}")
    assert summary([first, last]) == ["1", "3"]
    assert isinstance(unparsed, Unparsed)
    assert (unparsed.record, unparsed.format, unparsed.reason) == (name, FORMAT, reason)
    assert unparsed.raw == bad.strip().encode()
    with pytest.raises(ParseError, match=re.escape(reason)):
        parse_record(unparsed.raw)


def test_what_stands_before_the_first_record_is_not_lost() -> None:
    assert summary(outcomes(f"Exported today\n\n{record()}")) == ["!record 1", "1"]


def test_a_last_record_that_was_cut_off_is_not_taken_for_a_whole_one() -> None:
    cut = record("TI  - A title.", pmid="2").replace("SO  - ", "PST - ")
    whole, broken = outcomes(f"{record()}\n{cut}")
    assert isinstance(broken, Unparsed)
    assert (summary([whole]), broken.record) == (["1"], "PMID 2")
    assert broken.reason.startswith("breaks off before its SO line")
    assert summary(outcomes(cut + "\n" + record(pmid="3"))) == ["2", "3"]
    assert summary(outcomes("PMID- 1\nTI  - A title.\n")) == ["1"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b" \r\n\n", "the file is empty"),
        (
            b"TY  - JOUR\nAN  - 7\nER  - \n",
            "this is not MEDLINE: no record is in it, and it begins with b'TY  - JOUR",
        ),
        (b"<PubmedArticleSet/>", "this is not MEDLINE"),
        (gzip.compress(b"PMID- 1\n"), "this is not MEDLINE"),
        (b"word\n\n" * 200, "this is not MEDLINE"),
        (b"x" * (16 * 1024 * 1024 + 1), "has more than 16777216 bytes"),
    ],
)
def test_what_is_no_medline_is_said_in_a_plain_sentence(content: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=re.escape(message)):
        outcomes(content)


def test_a_compressed_file_that_was_cut_off_is_a_break_behind_whole_records() -> None:
    content = gzip.compress("\n".join(record(pmid=str(n)) for n in range(1, 3000)).encode())
    read_before: list[Outcome] = []
    with (
        gzip.open(BytesIO(content[:-900])) as stream,
        pytest.raises(ParseError, match=r"the file breaks off after line \d+: Compressed file ended"),
    ):
        read_before.extend(parse(cast("BinaryIO", stream)))
    assert summary(read_before)[:2] == ["1", "2"]


@given(
    st.binary(max_size=200)
    | st.text(alphabet="PMIDAUTB- 12\n\r[]:*/(),.").map(lambda text: f"PMID- 1\n{text}".encode())
)
def test_no_bytes_raise_anything_but_a_parse_error(content: bytes) -> None:
    for call in (outcomes, parse_record):
        try:
            call(content)
        except ParseError as error:
            assert str(error)  # noqa: PT017 - whether one is raised depends on the bytes


def real_articles() -> list[Article]:
    with (SHARED / "data" / "medline" / "records.nbib").open("rb") as stream:
        results = list(parse(stream))
    assert all(isinstance(outcome, Parsed) for outcome in results)
    return [outcome.article for outcome in results if isinstance(outcome, Parsed)]


class TestRealRecords:
    pytestmark = needs_shared

    def test_every_record_is_read_and_nothing_of_it_is_missed(self) -> None:
        articles = real_articles()
        assert len({article.key for article in articles}) == len(articles) == 598
        counts = {
            name: sum(len(getattr(article, name)) for article in articles)
            for name in "authors investigators mesh keywords grants substances corrections publication_types".split()
        }
        assert counts == {
            "authors": 3799 + 8,
            "investigators": 336,
            "mesh": 8387,
            "keywords": 835,
            "grants": 1024,
            "substances": 1537,
            "corrections": 38 + 7 + 1,
            "publication_types": 1466,
        }
        people = [author for article in articles for author in article.authors]
        assert sum(bool(author.orcid) for author in people) == 108
        assert sum(len(author.affiliations) for author in people) == 2291
        assert sum(len(heading.qualifiers) for article in articles for heading in article.mesh) == 6648
        assert sum(heading.is_major() for article in articles for heading in article.mesh) == 2361

    def test_every_article_has_what_its_record_tells(self) -> None:
        articles = real_articles()
        told = {
            "doi": sum(bool(article.ids.doi) for article in articles),
            "pmcid": sum(bool(article.ids.pmcid) for article in articles),
            "abstract": sum(article.abstract is not None for article in articles),
            "pages": sum(bool(article.pages) for article in articles),
            "electronic": sum(article.electronic.day > 0 for article in articles),
            "conflict": sum(bool(article.conflict_of_interest) for article in articles),
            "vernacular": sum(bool(article.vernacular_title) for article in articles),
            "stated": sum(bool(article.references_stated) for article in articles),
        }
        assert told == {
            "doi": 543, "pmcid": 171, "abstract": 598, "pages": 597, "electronic": 235, "conflict": 56,
            "vernacular": 20, "stated": 61,
        }  # fmt: skip
        assert all(
            article.published.year and article.entered.day and article.revised.day for article in articles
        )
        assert all(author.initials or author.collective for article in articles for author in article.authors)

    def test_structured_abstracts_come_apart_and_no_email_address_is_kept(self) -> None:
        articles = real_articles()
        parts = [article.abstract.sections for article in articles if article.abstract]
        assert sum(len(sections) > 1 for sections in parts) == 87
        labels = [section.label for sections in parts for section in sections if section.label]
        assert [labels.count(label) for label in ("RESULTS", "METHODS", "BACKGROUND")] == [76, 61, 42]
        assert not any(
            "@" in place
            for article in articles
            for author in article.authors
            for place in author.affiliations
        )
