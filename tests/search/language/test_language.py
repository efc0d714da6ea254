from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.schema import EVERYWHERE
from search.language.language import MAX_LENGTH, understand
from search.language.printing import to_query
from search.query import (
    And,
    CitedBy,
    Cites,
    Dates,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Proximity,
    Term,
)
from tests.strategies import queries

A, B, C = Term("apple"), Term("banana"), Term("cherry")
TODAY = date(2024, 5, 31)
TIAB = ("title", "abstract", "keyword")
NAMES = ("author", "fullname")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Every()),
        ("   ", Every()),
        ("apple", A),
        ("apple banana", And((A, B))),
        ("apple AND banana", And((A, B))),
        ("apple OR banana", Or((A, B))),
        ("apple NOT banana", And((A, Not(B)))),
        ("NOT banana", And((Every(), Not(B)))),
        ("apple OR banana AND cherry", And((Or((A, B)), C))),
        ("apple OR (banana AND cherry)", Or((A, And((B, C))))),
        ("apple or banana", And((A, B))),
        ('"apple banana"', Phrase("apple banana", is_exact=True)),
        ('apple "banana cherry"', And((A, Phrase("banana cherry", is_exact=True)))),
        ('"apples"', Term("apples", is_exact=True)),
        ('"apple ban*"', Phrase("apple ban", is_open=True, is_exact=True)),
        ('"appl*"', Prefix("appl")),
        ("apple & banana|cherry", Or((And((A, B)), C))),
        ("\u201capple banana\u201d", Phrase("apple banana", is_exact=True)),
        ("\uff08apple\uff09\uff3b\uff54\uff49\uff3d", A),
        ("apple, banana; cherry!", And((A, B, C))),
        ("apple,banana+cherry", And((A, B, C))),
        ("apple/banana", Term("apple/banana")),
        ("apple 123456,234567", And((A, Term("123456,234567", EVERYWHERE)))),
        ("o'brien", Term("o'brien")),
        ("title:apple", Term("apple", ("title",))),
        ("apple[ti]", Term("apple", ("title",))),
        ("apple [TI]", Term("apple", ("title",))),
        ('"apple banana"[ti]', Phrase("apple banana", ("title",), is_exact=True)),
        ("apple banana[ti]", Phrase("apple banana", ("title",))),
        ("apple[ti,mh]", Term("apple", ("title", "mesh"))),
        ("1au:smith", Term("smith", ("first",))),
        ("smith j[au]", Phrase("smith j", ("author",))),
        ("apple AND smith j[au]", And((A, Phrase("smith j", ("author",))))),
        ('author:"smith j"', Phrase("smith j", ("author",), is_exact=True)),
        ("year:(2019 OR 2021)", Or((Dates(20190000, 20199999), Dates(20210000, 20219999)))),
        (
            'title:(apple NOT "banana")',
            And((Term("apple", ("title",)), Not(Term("banana", ("title",), is_exact=True)))),
        ),
        ("cites:123", Cites("123")),
        ("123[citedby]", CitedBy("123")),
        ("cites:(PMC12 OR 10.1000/X)", Or((Cites("PMC12"), Cites("10.1000/x")))),
        ("all[sb] NOT apple", And((Every(), Not(A)))),
        ("none[filter]", Or(())),
        ("hasAbstract apple", And((Term("hasabstract", ("has",)), A))),
        ("hasabstract[text]", Term("hasabstract", ("has",))),
        ("apple free full text[sb]", And((A, Term("freefulltext", ("has",))))),
        ("apple last 2 years[edat]", And((A, Dates(20220531, 99999999, "entered")))),
        ("apple[ref]", Term("apple", ("reference",))),
        ("title:(apple OR banana)", Or((Term("apple", ("title",)), Term("banana", ("title",))))),
        ("apple[tiab]", Term("apple", TIAB)),
        ('"apple banana"[ref:~0]', Proximity("apple banana", ("reference",))),
        ('"apple banana"[~7]', Proximity("apple banana", EVERYWHERE, 7)),
        ("apple[all]", Term("apple", EVERYWHERE)),
        ("all:(apple OR banana*)", Or((Term("apple", EVERYWHERE), Prefix("banana", EVERYWHERE)))),
        ("title:(apple AND banana[all])", And((Term("apple", ("title",)), Term("banana", EVERYWHERE)))),
        ("hasabstract[all]", Term("hasabstract", ("has",))),
        ("Brain[ta]", Term("Brain", ("journal",))),
        ("appl*", Prefix("appl")),
        ("appl*[ti]", Prefix("appl", ("title",))),
        ("2021[dp]", Dates(20210000, 20219999)),
        ("year:2021", Dates(20210000, 20219999)),
        ("2019:2021[dp]", Dates(20190000, 20219999)),
        ("year:2019-2021", Dates(20190000, 20219999)),
        ("2019/05:2021/06/07[dp]", Dates(20190500, 20210607)),
        ("2019:[dp]", Dates(20190000, 99999999)),
        (":2019[dp]", Dates(1, 20199999)),
        ("10.1002/Abc.1", Term("10.1002/Abc.1", ("doi",))),
        ("https://doi.org/10.1002/abc", Term("10.1002/abc", ("doi",))),
        ("doi:10.1002/abc", Term("10.1002/abc", ("doi",))),
        ("PMC123", Term("PMC123", ("pmcid",))),
        ("pmid:123", Term("123", ("pmid",))),
        ("123 456[pmid]", Or((Term("123", ("pmid",)), Term("456", ("pmid",))))),
        ("apple AND", A),
        ("AND apple", A),
        ("))((", Or(())),
        ("*", Or(())),
    ],
)
def test_a_query_means_what_its_writer_meant(text: str, tree: Node) -> None:
    assert understand(text, today=TODAY).tree == tree


# The examples of PubMed's User Guide (https://pubmed.ncbi.nlm.nih.gov/help/), each as it is read here.
@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("salmonella AND hamburger", And((Term("salmonella"), Term("hamburger")))),
        ("exercise OR fitness", Or((Term("exercise"), Term("fitness")))),
        ("arthritis NOT letter [pt]", And((Term("arthritis"), Not(Term("letter", ("type",)))))),
        (
            "common cold AND (vitamin c OR zinc)",
            And((Term("common"), Term("cold"), Or((And((Term("vitamin"), Term("c"))), Term("zinc"))))),
        ),
        ("kidney allograft[tiab]", Phrase("kidney allograft", TIAB)),
        ("kidney-allograft", Term("kidney-allograft")),
        ('"kidney allograft"', Phrase("kidney allograft", is_exact=True)),
        ("flavor*", Prefix("flavor")),
        ("breast feed*[tiab]", Phrase("breast feed", TIAB, is_open=True)),
        ('"breast feed*"', Phrase("breast feed", is_open=True, is_exact=True)),
        ('"hip pain"[Title:~2]', Proximity("hip pain", ("title",), 2)),
        ('"hip pain"[Title/Abstract:~0]', Proximity("hip pain", TIAB, 0)),
        ('"rationing healthcare"[ad:~1000]', Proximity("rationing healthcare", ("affiliation",), 1000)),
        ("crabs [mh]", Term("crabs", ("mesh",))),
        ("Crabs[mh]", Term("Crabs", ("mesh",))),
        ("neoplasms/diet therapy[majr]", Phrase("neoplasms/diet therapy", ("major",))),
        ("hypertension[mh:noexp]", Term("hypertension", ("mesh",))),
        ("diet therapy[sh]", Phrase("diet therapy", ("subheading",))),
        ("brody[au]", Term("brody", ("author",))),
        ("smith j[au]", Phrase("smith j", ("author",))),
        ('"smith j"[au]', Phrase("smith j", ("author",), is_exact=True)),
        ("o'brien j[au]", Phrase("o'brien j", ("author",))),
        ("o'brien jc jr[au]", Phrase("o'brien jc jr", NAMES)),
        ("wong julia s[au]", Phrase("wong julia s", NAMES)),
        ("julia s wong[au]", Or((Phrase("julia s wong", NAMES), Phrase("wong julia s", ("fullname",))))),
        ("julia wong[au]", Or((Phrase("julia wong", NAMES), Phrase("wong julia", ("fullname",))))),
        ("james, ryan[au]", Phrase("james ryan", ("fullname",))),
        ("smith, j a[au]", Phrase("smith ja", NAMES)),
        ("mendel g[1au]", Phrase("mendel g", ("first",))),
        ("mendel g[lastau]", Phrase("mendel g", ("last",))),
        ("orcid 0000-0001-5027-4446[auid]", Term("0000-0001-5027-4446", ("orcid",))),
        ("hascois", Term("hascois", ("has",))),
        ("hasstructuredabstract", Term("hasstructuredabstract", ("has",))),
        ("pubstatusaheadofprint", Term("pubstatusaheadofprint", ("has",))),
        ("hasretractionin", Term("hasretractionin", ("has",))),
        ("free full text[sb]", Term("freefulltext", ("has",))),
        ('"pubmed pmc"[sb]', Term("pubmedpmc", ("has",))),
        ("medline[sb]", Term("medline", ("has",))),
        ("systematic[sb]", Term("systematic", ("has",))),
        ("preprint[Filter]", Term("preprint", ("has",))),
        ("english[filter]", Term("English", ("language",))),
        ("chi[la]", Term("chi", ("language",))),
        ("cro[la]", Term("Croatian", ("language",))),
        ("jpn[la]", Term("jpn", ("language",))),
        ("0000-1111[ta]", Term("0000-1111", ("issn",))),
        ("J Biol Chem[ta]", Phrase("J Biol Chem", ("journal",))),
        ('"scanning"[ta]', Term("scanning", ("journal",), is_exact=True)),
        ("0375267[jid]", Term("0375267", ("jid",))),
        ("1-59745-087-0[pii]", Term("1-59745-087-0", ("pii",))),
        ("10.1000/abc[aid]", Term("10.1000/abc", ("doi",))),
        ("LM05545/LM/NLM[gr]", Term("LM05545/LM/NLM", ("grant",))),
        ("1-5-91[rn]", Term("1-5-91", ("registry",))),
        ("ClinicalTrials.gov/NCT00000419[si]", Phrase("ClinicalTrials gov/NCT00000419", ("trial",))),
        (
            "112[vi] AND 2[ip] AND 27[pg]",
            And((Term("112", ("volume",)), Term("2", ("issue",)), Term("27", ("page",)))),
        ),
        ("1996:1998[dp]", Dates(19960000, 19989999)),
        ("2000:2000[dp]", Dates(20000000, 20009999)),
        ("2019/01/01:2019/06/30[dp]", Dates(20190101, 20190630)),
        ("2020/06/01:3000[edat]", Dates(20200601, 30009999, "entered")),
        ('"last 5 years"[dp]', Dates(20190531, 99999999)),
        ('"last 60 days"[edat]', Dates(20240401, 99999999, "entered")),
        ('"last 3 months"[lr]', Dates(20240229, 99999999, "revised")),
        ("23193287 22144687", Or((Term("23193287", ("pmid",)), Term("22144687", ("pmid",))))),
        ("PMC2600426", Term("PMC2600426", ("pmcid",))),
        ("10.1000/s0000-0000(06)68073-9", Term("10.1000/s0000-0000(06)68073-9", ("doi",))),
    ],
)
def test_the_examples_of_pubmeds_guide_mean_what_they_mean_there(text: str, tree: Node) -> None:
    assert understand(text, today=TODAY).tree == tree


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("apple AND", "AND at the end"),
        ("AND apple", "AND stands alone"),
        ("apple AND OR banana", "AND stands alone"),
        ("(apple", "parenthesis was left open"),
        ("apple)", "closing parenthesis without an opening one"),
        ('"apple', "quotation mark was left open"),
        ("apple[xx]", r"no field \[xx\]"),
        ("colour:red", "no field 'colour'"),
        ("[ti]", "no word before it"),
        ("ap*", "at least 3 letters"),
        ("the role of apple", "the, of were passed over"),
        ("soon[dp]", "soon is no date"),
        ("2021:2019[dp]", "runs backwards"),
        ("apple !§!", "no letter or digit"),
        ("?!", "no word in this query"),
        ("apple " * 300, "first 256 words"),
        ("apple," * 300, "first 256 words"),
        ("a" * 5000, "first 4,000 characters"),
        ("apple OR banana AND " * 30, "take turns too often"),
        ("#1 apple", "#1 was ignored: earlier searches"),
        ("app*le", r"\* inside app\*le was ignored"),
        ("apple[isbn]", r"\[isbn\] was ignored: articles do not tell ISBNs"),
        ("isbn:apple", "isbn: was ignored"),
        ("apple[crdt]", "days of entry and of creation are not told apart"),
        ("apple[sb]", "no filter 'apple'"),
        ("cites:apple", "apple is no PMID"),
        ("pmid:apple", "apple is no PMID"),
        ('"apple ban*"[ti:~3]', ":~3 was ignored"),
        ('"apple banana"[ti:~3000]', "read as :~1,000"),
        ("last 5 years[dp]", "is no date"),
        ("(" * 30 + "apple" + ")" * 30, "nested deeper than 20"),
    ],
)
def test_what_was_passed_over_or_read_in_a_special_way_is_said(text: str, notice: str) -> None:
    messages = " ".join(notice.message for notice in understand(text).notices)
    assert re.search(notice, messages), messages


@pytest.mark.parametrize(
    "text",
    [
        'mesenchymal stem cells "motor neurons" riluzole[ti] 2019:2021[dp]',
        "smith j[au] AND motor neuron disease[mh] AND j neurol[ta]",
        'hasabstract free full text[sb] NOT "gene therapy"[tiab:~3]',
        "1,000 patients, 3.5 mg/kg",
    ],
)
def test_a_plain_query_needs_no_notice(text: str) -> None:
    assert understand(text).notices == ()


@pytest.mark.parametrize(
    ("text", "undo"),
    [
        ("the apple", '"the" apple'),
        ("what is the role of apple?", '"what" "is" "the" role "of" apple?'),
        ("apple or banana", "apple OR banana"),
        ("apple pie[ti]", "apple[ti] pie[ti]"),
        ("apple AND (apple pie[Title] OR cherry)", "apple AND (apple[Title] pie[Title] OR cherry)"),
        ("123456 234567,345678", "123456[all] 234567[all] 345678[all]"),
        ("colour:red wine", "red wine"),
        ('"apple', "apple"),
    ],
)
def test_what_was_read_in_a_special_way_can_be_undone(text: str, undo: str) -> None:
    assert [notice.undo for notice in understand(text).notices] == [undo]
    assert understand(undo).tree != understand(text).tree


def test_a_long_question_passes_its_stop_words_over_with_one_notice() -> None:
    understood = understand("What is the effect of riluzole on survival, and does it depend on the dose?")
    assert understood.tree == And(tuple(map(Term, ("effect", "riluzole", "survival", "depend", "dose"))))
    assert len(understood.notices) == 1


def test_notices_are_not_too_many() -> None:
    assert len(understand(" ".join(f"apple[x{n}]" for n in range(50))).notices) == 21


def narrower(heading: str) -> tuple[str, ...]:
    known = {"fruit": ("Fruit", "Apple", "Citrus Fruit"), "plants": tuple(f"Plant {n}" for n in range(400))}
    return known.get(heading.lower(), ())


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        (
            "fruit[mh]",
            Or(
                (
                    Term("fruit", ("mesh",)),
                    Term("Apple", ("mesh",), is_exact=True),
                    Phrase("Citrus Fruit", ("mesh",), is_exact=True),
                )
            ),
        ),
        (
            "Fruit/economics[majr]",
            Or(
                (
                    Term("Fruit/economics", ("major",)),
                    Phrase("Apple/economics", ("major",), is_exact=True),
                    Phrase("Citrus Fruit/economics", ("major",), is_exact=True),
                )
            ),
        ),
        ("fruit[mh:noexp]", Term("fruit", ("mesh",))),
        ("fruit*[mh]", Prefix("fruit", ("mesh",))),
        ("apple[mh]", Term("apple", ("mesh",))),
        ("fruit[ti]", Term("fruit", ("title",))),
    ],
)
def test_a_heading_stands_for_the_narrower_ones(text: str, tree: Node) -> None:
    understood = understand(text, explode=narrower)
    assert understood.tree == tree
    assert understand(to_query(tree), explode=narrower).tree == tree


def test_a_heading_with_too_many_narrower_ones_says_so() -> None:
    understood = understand("plants[mh]", explode=narrower)
    assert [notice.message for notice in understood.notices] == [
        "plants has 400 narrower headings; the first 300 were looked for."
    ]


def test_a_range_that_runs_backwards_is_turned_round() -> None:
    assert understand("2021:2019[dp]").tree == Dates(20190000, 20219999)


def test_a_query_of_stop_words_alone_is_searched() -> None:
    assert understand("to be").tree == And((Term("to"), Term("be")))


@pytest.mark.parametrize(
    "part",
    [
        "[a]",
        "(",
        ")",
        "( ",
        '"',
        "a:",
        "title:",
        "title:(",
        "a OR b AND ",
        "1:",
        "a-",
        "NOT ",
        "[",
        "#1 ",
        "10.1/(",
    ],
)
def test_nothing_is_too_long_or_too_deep_to_be_read(part: str) -> None:
    tree = understand(part * MAX_LENGTH).tree
    to_query(tree)


@given(st.text(max_size=400))
@example("\x00")
@example("\ud800")
@example('"' * 99)
@example("a:" * 99)
@example("[]" * 99)
def test_no_text_raises(text: str) -> None:
    understand(text)


@given(queries())
def test_no_query_made_of_the_language_raises(text: str) -> None:
    understand(text)
