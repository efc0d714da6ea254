"""RIS in the styles of those who write it, and all that their exports get wrong."""

from __future__ import annotations

import re
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Author, Ids, Keyword, PubDate
from crawler.errors import ParseError
from crawler.outcome import Outcome, Parsed, Unparsed
from crawler.parsers.tagged.ris import FORMAT, parse, parse_record
from tests.crawler.parsers.pubmed_records import summary

if TYPE_CHECKING:
    from crawler.article import Article

PUBMED_LIKE = """\
TY  - JOUR
DB  - PubMed
AN  - 99000001
C2  - PMC9900001
DO  - 10.1000/Inv.2023.1
A1  - van den Berg LH
A1  - Doe J Jr
T1  - Invented findings in SOD1(G93A) mice
JA  - Inv J Neurol
JF  - The invented journal of neurology
Y1  - 2023/08/07/
VL  - 26
IS  - 8
SP  - 872
EP  - 81
SN  - 1097-6256
SN  - 1546-1726 (Electronic)
LA  - eng
N2  - BACKGROUND: One. RESULTS: p<0.05.
UR  - https://pubmed.ncbi.nlm.nih.gov/99000001/
ER  -
"""

ZOTERO = """\
TY  - JOUR
TI  - Loss of <i>FUS</i> &amp; gain of <sup>2</sup>H
AU  - Müller, Anne-Marie
AU  - World Invented Organization
T2  - Journal of Invention
AB  - First paragraph.

Second paragraph.
DA  - 2022/03//
PY  - 2022
DO  - 10.1000/zot.1
DP  - PubMed
VL  - 5
IS  - 2
SP  - 7
EP  - 7
J2  - J Inv
LA  - en-GB
SN  - 0000-0019
UR  - http://www.ncbi.nlm.nih.gov/pubmed/99000002
Y2  - 2024/01/01/10:00:00
L1  - files/1/Muller.pdf
N1  - PMCID: PMC9900002
KW  - amyotrophic lateral sclerosis
KW  - Receptors, AMPA
ER  -

"""

ENDNOTE = """\
TY  - JOUR
AD  - Department of Invention, Oslo. a@example.org.
Institute of Fiction, Bergen.
AU  - Smith, J. A., Jr.
AU  - The ALS Group,
DA  - Aug 7
DO  - doi:10.1000/END.1
ET  - 20230102
IS  - 3
KW  - *Amyotrophic Lateral Sclerosis/genetics
Humans
M3  - Review; Journal Article
N1  - Smith, J A
PY  - 2023
SN  - 00000019
SP  - e12-e15
ST  - Short
T2  - J Inv
TI  - An invented review.
VL  - 4
ID  - 523
ER  -
"""

CHAPTER = """\
TY  - CHAP
A2  - Editor, Ed
TI  - A chapter
T2  - The Book of Inventions
PB  - A Press
SN  - 978-3-16-148410-0
PY  - 1999///Spring
L3  - https://doi.org/10.1000/chapter
ER  -
"""


def record(*fields: str, kind: str = "JOUR", identified: str = "DO  - 10.1000/x") -> str:
    return "\n".join([f"TY  - {kind}", *filter(None, [identified]), *fields, "ER  - "]) + "\n"


def read(*fields: str, kind: str = "JOUR", identified: str = "DO  - 10.1000/x") -> Article:
    return parse_record(record(*fields, kind=kind, identified=identified).encode())


def outcomes(content: str | bytes) -> list[Outcome]:
    return list(parse(BytesIO(content if isinstance(content, bytes) else content.encode())))


def own_ids(*fields: str) -> Ids:
    return read(*fields, identified="").ids


def test_a_record_of_a_database_is_read_whole() -> None:
    article = parse_record(PUBMED_LIKE.encode())
    assert article.ids == Ids(pmid="99000001", pmcid="PMC9900001", doi="10.1000/Inv.2023.1")
    assert [author.short() for author in article.authors] == ["van den Berg LH", "Doe J Jr"]
    assert article.title == "Invented findings in SOD1(G93A) mice"
    journal = article.journal
    assert (journal.title, journal.abbreviation) == ("The invented journal of neurology", "Inv J Neurol")
    assert (journal.issns, article.published) == (("1097-6256", "1546-1726"), PubDate(2023, 8, 7))
    assert (article.volume, article.issue, article.pages) == ("26", "8", "872-81")
    assert (article.languages, article.publication_types) == (("eng",), ("Journal Article",))
    assert article.abstract is not None
    assert [(part.label, part.text) for part in article.abstract.sections] == [
        ("BACKGROUND", "One."),
        ("RESULTS", "p&lt;0.05."),
    ]


def test_a_record_of_zotero_is_read_whole() -> None:
    article = parse_record(ZOTERO.encode())
    assert article.ids == Ids(pmid="99000002", pmcid="PMC9900002", doi="10.1000/zot.1")
    assert article.title == "Loss of <i>FUS</i> &amp; gain of <sup>2</sup>H"
    assert article.authors == (
        Author(last="Müller", fore="Anne-Marie", initials="AM"),
        Author(collective="World Invented Organization"),
    )
    assert (article.journal.title, article.journal.abbreviation) == ("Journal of Invention", "J Inv")
    assert (article.published, article.pages, article.languages) == (PubDate(2022, 3), "7", ("eng",))
    assert article.abstract is not None
    assert article.abstract.sections[0].text == "First paragraph. Second paragraph."
    assert article.keywords == (Keyword("amyotrophic lateral sclerosis"), Keyword("Receptors, AMPA"))


def test_a_record_of_endnote_is_read_whole() -> None:
    article = parse_record(ENDNOTE.encode())
    assert article.ids == Ids(doi="10.1000/END.1")
    assert article.authors == (
        Author(
            last="Smith", fore="J. A.", initials="JA", suffix="Jr",
            affiliations=("Department of Invention, Oslo.", "Institute of Fiction, Bergen."),
        ),
        Author(collective="The ALS Group"),
    )  # fmt: skip
    assert (article.published, article.electronic) == (PubDate(2023, 8, 7), PubDate(2023, 1, 2))
    assert article.publication_types == ("Journal Article", "Review")
    assert article.keywords == (
        Keyword("Amyotrophic Lateral Sclerosis/genetics", major=True),
        Keyword("Humans"),
    )
    assert (article.pages, article.journal.issns) == ("e12-e15", ("0000-0019",))


def test_a_chapter_has_its_book_for_a_journal_and_editors_where_there_are_no_authors() -> None:
    article = parse_record(CHAPTER.encode())
    assert (article.title, article.ids) == ("A chapter", Ids(doi="10.1000/chapter"))
    assert (article.journal.title, article.journal.publisher) == ("The Book of Inventions", "A Press")
    assert (article.journal.issns, article.publication_types) == ((), ("Book Chapter",))
    assert article.published == PubDate(1999, 4, text="Spring")
    assert [author.short() for author in article.authors] == ["Editor E"]
    book = read("BT  - A whole book", kind="BOOK")
    assert (book.title, book.journal.title, book.publication_types) == (
        "A whole book",
        "A whole book",
        ("Book",),
    )


@pytest.mark.parametrize(
    ("fields", "pmid"),
    [
        (["AN  - 99000001"], "99000001"),
        (["AN  - 77"], "77"),
        (["ID  - 99000001"], "99000001"),
        (["ID  - 77", "DB  - PubMed"], "77"),
        (["AN  - 77", "DB  - Ovid MEDLINE(R)"], "77"),
        (["AN  - MEDLINE:99000001", "DB  - Web of Science"], "99000001"),
        (["N1  - PMID: 77"], "77"),
        (["UR  - https://www.ncbi.nlm.nih.gov/pubmed/?term=77"], "77"),
        (["UR  - https://europepmc.org/article/MED/77"], "77"),
        (["UR  - https://pubmed.ncbi.nlm.nih.gov/77", "AN  - 88"], "77"),
        (["LK  - x", "UR  - https://pubmed.ncbi.nlm.nih.gov/77/?from=1"], "77"),
    ],
)
def test_a_pmid_is_found_where_exporters_put_it(fields: list[str], pmid: str) -> None:
    assert own_ids(*fields).pmid == pmid


@pytest.mark.parametrize(
    "fields",
    [
        ["ID  - 523"],
        ["AN  - 629876543"],
        ["AN  - 62987654", "DB  - Embase"],
        ["AN  - WOS:000123456700001"],
        ["ID  - Smith2023"],
        ["UR  - https://example.org/99000001"],
    ],
)
def test_numbers_of_others_are_no_pmids(fields: list[str]) -> None:
    (outcome,) = outcomes(record(*fields, identified=""))
    assert isinstance(outcome, Unparsed)
    assert (outcome.record, outcome.reason) == ("record 1", "has no PMID, PMCID or DOI")


def test_pmcids_and_dois_are_found_where_exporters_put_them() -> None:
    assert own_ids("C2  - PMC12").pmcid == own_ids("AN  - pmc12").pmcid == "PMC12"
    assert own_ids("UR  - https://www.ncbi.nlm.nih.gov/pmc/articles/PMC12/").pmcid == "PMC12"
    for field in (
        "DO  - 10.1000/A",
        "M3  - doi: 10.1000/A",
        "UR  - https://doi.org/10.1000/A",
        "L3  - 10.1000/A",
    ):
        assert own_ids(field).doi == "10.1000/A"
    assert own_ids("DO  - soon", "UR  - http://dx.doi.org/10.1000/A").doi == "10.1000/A"
    assert own_ids("C2  - 12", "AN  - 7") == Ids(pmid="7")


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        (["PY  - 2023/08/07/"], PubDate(2023, 8, 7)),
        (["PY  - 2023///"], PubDate(2023)),
        (["Y1  - 2023/08//"], PubDate(2023, 8)),
        (["PY  - 2023", "DA  - 2023-08-07"], PubDate(2023, 8, 7)),
        (["PY  - 2023", "Y1  - 2023/08//"], PubDate(2023, 8)),
        (["PY  - 2023", "DA  - August"], PubDate(2023, 8)),
        (["PY  - 2023", "DA  - 2021/01/01"], PubDate(2023)),
        (["DA  - 2021/01/01"], PubDate(2021, 1, 1)),
        (["PY  - 2023", "DA  - 7 August 2023"], PubDate(2023, 8, text="7 August 2023")),
        (["PY  - 2023", "DA  - Jul-Aug"], PubDate(2023, 7, text="2023 Jul-Aug")),
        (["PY  - in press"], PubDate()),
        ([], PubDate()),
    ],
)
def test_the_date_is_the_most_precise_one_of_the_year(fields: list[str], date: PubDate) -> None:
    assert read(*fields).published == date


def test_names_without_commas_are_people_only_with_initials() -> None:
    article = read("AU  - Doe JA", "AU  - UNESCO", "AU  - Doe,J.-P.", "AU  - et al.", "AU  - O&apos;Neill, A")
    assert article.authors == (
        Author(last="Doe", initials="JA"),
        Author(collective="UNESCO"),
        Author(last="Doe", fore="J.-P.", initials="JP"),
        Author(last="O'Neill", fore="A", initials="A"),
    )
    assert not article.authors_complete


def test_signs_that_are_no_tags_stay_in_the_text() -> None:
    article = read("TI  - If a<b, AT&T & c>d: <script>x</script> H<sub>2</sub>O")
    assert article.title == ("If a&lt;b, AT&amp;T &amp; c&gt;d: H<sub>2</sub>O")
    assert read().title == "[No title available]"


def test_languages_are_codes_of_nlms_and_types_of_work_are_types() -> None:
    assert [read(f"LA  - {text}").languages for text in ("en", "German", "fra", "?")] == [
        ("eng",), ("ger",), ("fre",), (),
    ]  # fmt: skip
    assert read("M3  - Article", "M3  - Letter").publication_types == ("Journal Article", "Letter")
    assert read(kind="GEN").publication_types == ()


def test_each_record_comes_in_order_with_its_own_bytes() -> None:
    text = f"Provider: An invented publisher\nContent:text/plain\n\n{PUBMED_LIKE}\n\n2.\n{ZOTERO}"
    for content in (text, text.replace("\n", "\r\n"), "\N{BYTE ORDER MARK}" + text):
        results = outcomes(content)
        assert summary(results) == ["99000001", "99000002"]
        for outcome in results:
            assert isinstance(outcome, Parsed)
            assert outcome.format == FORMAT
            assert outcome.raw.startswith(b"TY  - JOUR")
            assert parse_record(outcome.raw) == outcome.article
    (latin,) = outcomes(record("TI  - Charité").encode("latin-1"))
    assert isinstance(latin, Parsed)
    assert latin.article.title == "Charité"


def test_a_record_without_its_last_line_ends_where_the_next_begins() -> None:
    open_ended = record("AN  - 7").replace("ER  - \n", "")
    assert summary(outcomes(open_ended + record("AN  - 8"))) == ["7", "8"]


def test_a_last_record_that_was_cut_off_is_not_taken_for_a_whole_one() -> None:
    first, cut = outcomes(record("AN  - 7") + "TY  - JOUR\nAN  - 8\nAB  - Half of")
    assert summary([first]) == ["7"]
    assert isinstance(cut, Unparsed)
    assert cut.record == "record 2"
    assert cut.reason.startswith("has no ER line at its end")


def test_a_record_that_cannot_be_read_is_named_and_the_stream_goes_on() -> None:
    results = outcomes(
        f"{record('AN  - 7')}AU  - Lost, A\nER  - \nER  - \n{record(identified='')}{record('AN  - 8')}"
    )
    assert summary(results) == ["7", "!record 2", "!record 3", "8"]
    reasons = [outcome.reason for outcome in results if isinstance(outcome, Unparsed)]
    assert reasons == ["does not begin with a TY line", "has no PMID, PMCID or DOI"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (
            b"PMID- 7\nTI  - A title.\nIS  - 1\n",
            "this is not RIS: no record is in it, and it begins with b'PMID- 7",
        ),
        (b"@article{x, doi={10.1000/x}}", "this is not RIS"),
        ("TY  - JOUR\nER  - \n".encode("utf-16"), "this is not RIS"),
    ],
)
def test_what_is_no_ris_is_said_in_a_plain_sentence(content: bytes, message: str) -> None:
    with pytest.raises(ParseError, match=re.escape(message)):
        outcomes(content)


def test_parse_record_says_what_is_wrong_with_it() -> None:
    for raw, message in (
        (b"", "does not begin with a TY line"),
        (b"TY  - JOUR", "has no PMID, PMCID or DOI"),
    ):
        with pytest.raises(ParseError, match=message):
            parse_record(raw)


@given(
    st.binary(max_size=200)
    | st.text(alphabet="TYERDOUAN10./- \n\r,<&;").map(lambda text: f"TY  - X\n{text}".encode())
)
def test_no_bytes_raise_anything_but_a_parse_error(content: bytes) -> None:
    for call in (outcomes, parse_record):
        try:
            call(content)
        except ParseError as error:
            assert str(error)  # noqa: PT017 - whether one is raised depends on the bytes
