from __future__ import annotations

from collections import deque
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import ParseError
from crawler.parsers.pubmed import pubmed_xml
from crawler.selecting.selection import Selection
from crawler.sources.bulk_records import read as read_bulk
from crawler.sources.eutils import ALS_QUERY
from tests.crawler.parsers.pubmed_records import el, record
from tests.shared import SHARED, needs_shared

ARTICLE = "".join([
    el("Abstract", el("AbstractText", "Mice with <i>SOD1</i><sup>G93A</sup> drank tea.", Label="RESULTS"),
       el("AbstractText", "Als Neurologen sagen.")),
    el("AuthorList",
       el("Author", el("LastName", "O&#x2019;Brien"), el("ForeName", "Jane C"), el("Initials", "JC"),
          el("AffiliationInfo", el("Affiliation", "Tea Institute, jane@example.org. Cup City."))),
       el("Author", el("CollectiveName", "The Tea Group"))),
    el("Language", "ger"),
    el("PublicationTypeList", el("PublicationType", "Clinical Trial")),
    el("ArticleDate", el("Year", "2019"), el("Month", "12"), el("Day", "31"), DateType="Electronic"),
    el("Journal", el("JournalIssue", el("PubDate", el("Year", "2020"), el("Month", "Feb"))),
       el("Title", "Journal of Tests"), el("ISSN", "1234-5678")),
])  # fmt: skip
CITATION = "".join([
    el("ChemicalList", el("Chemical", el("NameOfSubstance", "Riluzole"))),
    el("MeshHeadingList",
       el("MeshHeading", el("DescriptorName", "Amyotrophic Lateral Sclerosis", MajorTopicYN="N"),
          el("QualifierName", "drug therapy", MajorTopicYN="Y")),
       el("MeshHeading", el("DescriptorName", "Mice", MajorTopicYN="N"))),
    el("KeywordList", el("Keyword", "motor neurons")),
])  # fmt: skip
RAW = record(
    ARTICLE, citation=CITATION, pmid="99000001", title="Lou Gehrig's disease &amp; TDP-43 in 3 Mice."
).encode()
HELD = pubmed_xml.parse_record(RAW)


def finds(query: str, **narrower: tuple[str, ...]) -> bool:
    selection = Selection(query, narrower={name.replace("_", " "): below for name, below in narrower.items()})
    found = selection.selects(HELD)
    assert selection.might_match(RAW) or not found
    return found


@pytest.mark.parametrize(
    "query",
    [
        '"lou gehrig\'s disease"[tiab]', '"Lou Gehrig\N{RIGHT SINGLE QUOTATION MARK}s disease"[Title/Abstract]',
        "\N{LEFT DOUBLE QUOTATION MARK}tdp 43\N{RIGHT DOUBLE QUOTATION MARK}[ti]", "tdp-43[ti]", "TDP-43",
        "SOD1G93A[tiab]", '"disease TDP-43"[ti]', '"motor neurons"[ot]', "motor neurons[tiab]", "als[tiab]",
        '"Amyotrophic Lateral Sclerosis"[mh]', "amyotrophic lateral sclerosis[MeSH Terms:noexp]",
        '"Amyotrophic Lateral Sclerosis/drug therapy"[majr]', '"Amyotrophic Lateral Sclerosis"[majr]',
        "amyotrophic*[mh]", "drug therapy[sh]", "riluzole[nm]", "riluzole[tw]", '"tea group"[cn]',
        "clinical trial[pt]", "german[la]", "ger[la]", "Journal of Tests[ta]", "1234-5678[ta]",
        "o'brien[au]", "O'Brien J[au]", "o'brien jc[Author]", "jane c o'brien[fau]", '"o\'brien jc"[au]',
        "o'brien[1au]", "the tea group[lastau]", "the tea group[au]", "o'br*[au]", "cup city[ad]",
        '"institute cup"[ad]', "99000001[pmid]", "1 99000001[uid]", "99000001", "0099000001[pmid]",
        "2020[dp]", "2019/12/31[dp]", "2020/02:3000[dp]", '"2018:2019"[dp]', "neuro*[tiab]", "hasabstract",
        "mice tea", "mice AND tea", "mice&tea", "camel|tea", "mice NOT camel", "camel OR mice",
        "camel AND horse OR mice", "(camel OR mice) AND tea", "mice NOT (camel AND tea)",
    ],
)  # fmt: skip
def test_what_is_in_the_record_is_found(query: str) -> None:
    assert finds(query)


@pytest.mark.parametrize(
    "query",
    [
        "gehrigs[tiab]", '"motor neuron"[tiab]', "neuron[tiab]", "SOD1[ti]", '"mice mice"[tiab]',
        '"mice motor"[tiab]', "tea[ti]", "sclerosis[mh]", "Mice[majr]", '"Mice/drug therapy"[mh]',
        "amyotrophic lateral sclerosis drug therapy[mh]", "riluzole[tiab]", "trial[pt]", "eng[la]",
        "Tests[ta]", '"o\'brien j"[au]', '"o\'brien"[au]', "o'br[au]", "o'brien k[au]", "tea group[1au]",
        "o'brien[lastau]", "example[ad]", "9900000[pmid]", "2021[dp]", "2019/12/30[dp]", "2019[edat]",
        "mice camel", "camel AND mice OR horse", "mice OR camel AND horse", "mice NOT tea", "RESULTS[tiab]",
        "mice AND (camel OR horse)",
    ],
)  # fmt: skip
def test_what_is_not_in_the_record_is_not_found(query: str) -> None:
    assert not finds(query)


def test_narrower_headings_are_found_unless_it_is_said_not_to() -> None:
    below = {"Motor_Neuron_Disease": ("Amyotrophic Lateral Sclerosis", "Muscular Atrophy, Spinal")}
    assert finds('"motor neuron disease"[mh]', **below)
    assert finds('"Motor Neuron Disease"[majr]', **below)
    assert not finds('"Motor Neuron Disease"[mh:noexp]', **below)
    assert not finds("motor neuron disease*[mh]", **below)
    assert not finds('"Motor Neuron Disease"[tiab]', **below)


def test_the_default_query_finds_the_als_literature_and_leaves_out_other_als() -> None:
    selection = Selection(ALS_QUERY)

    def found(title: str) -> bool:
        raw = record(title=title).encode()
        assert selection.might_match(raw) or not selection.selects(pubmed_xml.parse_record(raw))
        return selection.selects(pubmed_xml.parse_record(raw))

    assert found("Tea in <i>amyotrophic</i> lateral sclerosis.")
    assert found("Tea for ALS with <i>SOD1</i>.")
    assert not found("Advanced life support (ALS) at sea.")
    assert not found("Trials of animals: SOD1.")


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("", "nothing is asked"), ("()", "nothing is asked"), ("tea AND", "AND with nothing after"),
        ("AND tea", "AND with nothing before"), ("tea AND OR mice", "OR with nothing before"),
        ("(tea", "does not close"), ("tea)", "does not open"), ('"tea', "without its other half"),
        ("tea[ti", "without its other half"), ("[ti]", "no term before"), ("tea AND [ti]", "no term before"),
        ("tea[zz]", r"\[zz\], which is not known here"), ("tea[tiab:~3]", "not known here"),
        ("tea[ti:noexp]", "not known here"), ("free full text[sb]", "not known here"),
        ("te*[ti]", "end of 4 letters"), ("*tea[ti]", "end of 4 letters"), ("te*apot[ti]", "end of 4 letters"),
        ('"---"[ti]', "no word"), ("tea[pmid]", "not a number"), ('"last 5 years"[dp]', "write 2019"),
        ("1:2:3[dp]", "write 2019"), ("hasretractionin", "hasabstract is"), ("(" * 60 + "tea" + ")" * 60, "nests"),
    ],
)  # fmt: skip
def test_a_query_that_cannot_be_asked_is_an_error_that_says_why(query: str, says: str) -> None:
    with pytest.raises(ParseError, match=says):
        Selection(query)


def test_a_long_query_is_no_trouble() -> None:
    selection = Selection(" OR ".join(f"{n}[pmid]" for n in range(98000001, 98010001)) + " OR 99000001[pmid]")
    assert selection.selects(HELD)
    assert selection.might_match(RAW)


@pytest.mark.parametrize(
    ("title", "query"),
    [
        ("A<i>L</i>S", "als[ti]"), ("x-<b>a</b>&#76;&#x53;.", "als[ti]"), ("A\N{SOFT HYPHEN}L&#xAD;S", "als[ti]"),
        ("tea&#32;ALS", "als[ti]"), ("ALS &amp; tea", '"als tea"[ti]'), ("ALS&lt;tea", '"als tea"[ti]'),
        ("als\N{EN DASH}\n&#160;tea", '"als tea"[ti]'), ("10 \N{KELVIN SIGN}g", "kg[ti]"), ("10 &#x212a;g", "kg[ti]"),
        ("\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}zmir", '"i zmir"[ti]'), ("&#304;zmir", '"i zmir"[ti]'),
        ("<mml:math xmlns:mml='m'><mml:mi> A </mml:mi>\n<mml:mi>LS</mml:mi></mml:math>", "als[ti]"),
        ("<math><mi> A </mi>\n<mi>LS</mi></math>", "als[ti]"), ("A<style>no</style>LS", "als[ti]"),
        ("cafe\N{COMBINING ACUTE ACCENT}s", "caf\N{LATIN SMALL LETTER E WITH ACUTE}s[ti]"),
        ("<x y='ALS>'/>ALS", "als[ti]"), ("pa&#x72;&#0000107;", "park*[ti]"),
    ],
)  # fmt: skip
def test_a_word_is_found_however_the_record_writes_it(title: str, query: str) -> None:
    raw = record(title=title).encode()
    selection = Selection(query)
    assert selection.selects(pubmed_xml.parse_record(raw))
    assert selection.might_match(raw)


def test_a_word_within_another_is_not_taken_for_it() -> None:
    selection = Selection("als[ti] AND fus[tiab]")
    assert not selection.might_match(record(title="Trials of diffuse signals.").encode())
    assert not selection.might_match(record(title="ALS in hospitals: diffuse.").encode())


def test_a_record_that_is_no_bare_record_in_utf_8_may_match() -> None:
    selection = Selection("camel[ti]")
    text = RAW.decode()
    assert not selection.might_match(RAW)
    for other in (
        text.encode("utf-16"),
        text.replace("Gehrig", "ca<![CDATA[mel]]>").encode(),
        text.replace("Gehrig", "ca<!-- no -->mel").encode(),
        text.replace("Gehrig", "ca<?no no?>mel").encode(),
        text.replace("Gehrig", 'ca<b n=">">mel</b>').encode(),
        text.replace("Gehrig", "ca<style>no</style>mel").encode(),
        text.replace("Gehrig", 'ca<m:annotation xmlns:m="m">no</m:annotation>mel').encode(),
    ):
        assert selection.might_match(other)


PIECES = [
    "als", "ALS", "a", "l", "s", "sod", "1", "tdp", "43", " ", "-", "\n", "<i>", "</i>", "<sub>", "</sub>", "<x y='z'>",
    "</x>", "&#97;", "&#x4C;", "&#xad;", "&#32;", "&#0000115;", "&amp;", "&lt;", "\N{SOFT HYPHEN}", "\N{ZERO WIDTH SPACE}",
    "\N{KELVIN SIGN}", "\N{LATIN CAPITAL LETTER I WITH DOT ABOVE}", "k", "i", "\N{LATIN SMALL LETTER E WITH ACUTE}",
    "e\N{COMBINING ACUTE ACCENT}", "\N{EN DASH}", "\N{NO-BREAK SPACE}", "<br/>", "a@b.org", ";", ",", ".", "\N{GREEK SMALL LETTER ALPHA}",
    "<mml:math xmlns:mml='m'><mml:mi> a </mml:mi>\n<mml:mi>l</mml:mi><mml:mi>s</mml:mi></mml:math>",
    "<annotation>no</annotation>", "[Not Available].",
]  # fmt: skip
TERMS = [
    "als", '"als sod1"', '"sod1 als"', '"tdp 43"', '"a l s"', "sod1*", "kalsi", '"ki als"', '"als k"', "als1",
    '"als amp"', "al", '"\N{LATIN SMALL LETTER E WITH ACUTE}"', '"als/sod1"', '"s als"', '"no title available"', '"als a"',
    "al\N{LATIN SMALL LETTER E WITH ACUTE}s", "\N{GREEK SMALL LETTER ALPHA}", "als\N{LATIN SMALL LETTER E WITH ACUTE}*",
]  # fmt: skip
TAGS = [
    "[tiab]",
    "[ti]",
    "[ot]",
    "[tw]",
    "[mh]",
    "[majr]",
    "[au]",
    "[ad]",
    "[pt]",
    "[nm]",
    "[sh]",
    "[fau]",
    "[cn]",
    "",
]


def balanced(pieces: list[str]) -> str:
    """Leave out closing tags of nothing, and close what is open."""
    kept: list[str] = []
    open_tags: deque[str] = deque()
    for piece in pieces:
        if piece.startswith("</"):
            if not open_tags or open_tags[-1] != piece[2:-1]:
                continue
            open_tags.pop()
        elif piece[:2] in {"<i", "<s", "<x"}:
            open_tags.append(piece[1:-1].split(" ", maxsplit=1)[0])
        kept.append(piece)
    return "".join([*kept, *(f"</{tag}>" for tag in reversed(open_tags))])


TEXTS = st.lists(st.sampled_from(PIECES), max_size=8).map(balanced)
TERM = st.builds(lambda term, tag: term + tag, st.sampled_from(TERMS), st.sampled_from(TAGS))
QUERIES = st.recursive(
    TERM,
    lambda inner: st.builds(
        lambda a, how, b: f"({a} {how} {b})", inner, st.sampled_from(["AND", "OR", "NOT"]), inner
    ),
    max_leaves=4,
)


@st.composite
def records(draw: st.DrawFn) -> bytes:
    def some(tag: str, **attributes: str) -> str:
        return el(tag, draw(TEXTS), **attributes)

    article = el("Abstract", some("AbstractText"), some("AbstractText", Label="als"))
    author = el("Author", some("LastName"), some("ForeName"), some("Initials"), some("Affiliation"))
    article += el("AuthorList", author, el("Author", some("CollectiveName")))
    article += el("PublicationTypeList", some("PublicationType"))
    heading = el("MeshHeading", some("DescriptorName"), some("QualifierName", MajorTopicYN="Y"))
    citation = el("MeshHeadingList", heading) + el("KeywordList", some("Keyword"))
    citation += el("ChemicalList", el("Chemical", some("NameOfSubstance")))
    return record(
        article, citation=citation, title=draw(TEXTS), data=el("ReferenceList", draw(TEXTS))
    ).encode()


@given(QUERIES, records())
def test_a_record_that_might_not_match_is_never_selected(query: str, raw: bytes) -> None:
    selection = Selection(query)
    assert selection.might_match(raw) or not selection.selects(pubmed_xml.parse_record(raw))


@given(st.text(st.sampled_from('als "[]()&|*:/ANDORT1\n'), max_size=30))
def test_any_text_is_a_query_or_an_error(text: str) -> None:
    try:
        selection = Selection(text)
    except ParseError:
        return
    assert selection.might_match(RAW) or not selection.selects(HELD)


@needs_shared[0]
@needs_shared[1]
def test_of_real_records_few_are_parsed_and_none_is_missed() -> None:
    selection = Selection(ALS_QUERY)
    raws = [each.raw for each in read_bulk(SHARED / "data/pubmed/efetch-1.xml")]
    found = [selection.selects(pubmed_xml.parse_record(raw)) for raw in raws]
    started = process_time()
    might = [selection.might_match(raw) for raw in raws]
    took = process_time() - started
    assert all(may or not is_found for may, is_found in zip(might, found, strict=True))
    started = process_time()
    for raw in raws:
        pubmed_xml.parse_record(raw)
    assert took < (process_time() - started) / 2
