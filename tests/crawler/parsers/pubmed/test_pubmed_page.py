from __future__ import annotations

import copy
from typing import Final

import msgspec
import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.article import (
    PLAIN_LANGUAGE,
    Abstract,
    Article,
    Author,
    Correction,
    DataBank,
    Figure,
    Grant,
    Ids,
    Journal,
    Keyword,
    Markup,
    MeshHeading,
    PubDate,
    Qualifier,
    Reference,
    Section,
    Substance,
)
from crawler.errors import NotAnArticle, ParseError
from crawler.parsers.pubmed.pubmed_page import FORMAT, parse
from tests.crawler.parsers.pages import BLOCKED_PAGE, FURNITURE, PAGE, RESULTS_PAGE, SHORT_PAGE

# A page takes a while, and on a busy machine longer than hypothesis allows.
unhurried = settings(deadline=None)
TREE: Final = BeautifulSoup(PAGE, "lxml")
ELEMENTS: Final = range(len(TREE.find_all(True)))


DELFT: Final = "Institute of Tea, Delft, The Netherlands."
LIMA: Final = "2nd Clinic, Lima, Peru."
EXPECTED: Final = Article(
    ids=Ids(pmid="99000001", pmcid="PMC99000002", doi="10.9999/INV.2023.001"),
    title=Markup(
        "Swallowing in <i>SOD1</i><sup>G93A</sup> mice: a trial of tea &amp; CO<sub>2</sub> &lt; 5%"
    ),
    vernacular_title=Markup("La déglutition des <i>souris</i>"),
    journal=Journal(title="Journal of invented neurology", abbreviation="J Inv Neurol"),
    abstract=Abstract(
        sections=(
            Section(Markup("Mice <i>drink</i> tea."), "BACKGROUND"),
            Section(Markup("They did not: <i>p</i> &lt; 0.05."), "METHODS AND RESULTS"),
        ),
        copyright="© 2023 The Inventors.",
    ),
    other_abstracts=(
        Abstract(sections=(Section(Markup("El té no ayuda.")),), language="spa"),
        Abstract(sections=(Section(Markup("Tea is not for mice.")),), kind=PLAIN_LANGUAGE),
        Abstract(sections=(Section(Markup("In short: no tea.")),), kind=PLAIN_LANGUAGE),
    ),
    authors=(
        Author(
            last="van den Berg", fore="Ada B", initials="AB", orcid="0000-0002-1825-0097",
            affiliations=(DELFT, LIMA),
        ),
        Author(last="Núñez", fore="Jean-Paul", initials="J", suffix="Jr", affiliations=(LIMA,)),
        Author(last="Van Damme", fore="Philip", initials="P"),
        Author(collective="Tea Trial Group"),
    ),
    authors_complete=False,
    investigators=(Author(last="Roe", fore="Rita", initials="R"),),
    volume="26",
    issue="8",
    pages="872-881",
    published=PubDate(2023, 8, 7),
    electronic=PubDate(2022, 11, 3),
    languages=("eng", "fre"),
    publication_types=("Clinical Trial", "Retracted Publication"),
    keywords=(Keyword("Tea"), Keyword("Mice, transgenic"), Keyword("swallowing")),
    mesh=(
        MeshHeading(
            name="Amyotrophic Lateral Sclerosis",
            qualifiers=(Qualifier("genetics", major=True), Qualifier("therapy")),
        ),
        MeshHeading(name="Tea", major=True),
        MeshHeading(name="Animals"),
    ),
    supplemental_mesh=("Teapot syndrome",),
    substances=(Substance("Tea"),),
    grants=(
        Grant(number="R01 XX000001", acronym="XX", agency="NIXX NIH HHS", country="United States"),
        Grant(
            number="MR/X1/1", acronym="MRC_", agency="Medical Research Council",
            country="United Kingdom",
        ),
    ),
    data_banks=(
        DataBank("ClinicalTrials.gov", ("NCT99999991", "NCT99999992")),
        DataBank("Dryad", ("10.9999/dryad.x",)),
    ),
    conflict_of_interest=Markup("RR owns <i>one</i> teapot."),
    figures=(Figure("Figure 1", Markup("A cup of <b>tea</b>")),),
    corrections=(
        Correction(
            kind="RetractionIn",
            source="Retraction: Swallowing. Roe R. J Inv Neurol. 2024;27(1):1.",
            pmid="99000003",
        ),
        Correction(kind="ExpressionOfConcernIn", source="J Inv Neurol. 2023;26(9):900.", pmid="99000004"),
    ),
    references=(
        Reference(
            text="Roe R. On “tea”. 1999;1:1–2.",
            pmid="99000005", pmcid="PMC99000005", doi="10.9999/tea", list_title="Books",
        ),
        Reference(text="Doe D. On mice. 2001.", pmid="99000006"),
    ),
    references_stated=1090,
    status="Online ahead of print",
)  # fmt: skip


def test_every_part_of_a_page_is_read() -> None:
    article = parse(PAGE.encode())
    for field in msgspec.structs.fields(Article):
        assert getattr(article, field.name) == getattr(EXPECTED, field.name), field.name
    assert article.is_retracted


def test_nothing_of_the_furniture_gets_into_the_article() -> None:
    text = msgspec.json.encode(parse(PAGE.encode())).decode()
    assert [words for words in FURNITURE if words in text] == []


def test_a_page_with_a_title_and_an_id_is_an_article_with_nothing_else() -> None:
    assert parse(SHORT_PAGE.encode()) == Article(ids=Ids(pmid="99000009"), title=Markup("Tea"))


def changed(old: str, new: str) -> Article:
    assert old in PAGE
    return parse(PAGE.replace(old, new).encode())


def test_the_label_stands_in_for_a_missing_list_of_types() -> None:
    assert changed('id="publication-types"', "").publication_types == ("Clinical Trial",)


def test_the_head_of_the_page_stands_in_for_a_missing_title_and_missing_ids() -> None:
    article = parse(PAGE.replace("heading-title", "").replace("identifiers", "").encode())
    assert article.title == "Swallowing in SOD1 mice"
    assert article.ids == Ids(pmid="99000001", pmcid="PMC99000002", doi="10.9999/INV.2023.001")
    headless = PAGE.replace("current-id", "").replace("citation_pmid", "")
    assert parse(headless.encode()).ids.pmid == "99000001"


def test_the_doi_after_the_citation_line_stands_in_for_the_one_among_the_ids() -> None:
    assert changed('class="identifier doi"', "").ids.doi == "10.9999/INV.2023.001"


def test_a_title_only_in_the_short_view_is_taken_from_there() -> None:
    assert changed('id="full-view-heading"', "").title == EXPECTED.title


def test_the_english_abstract_is_the_main_one_whichever_was_shown_when_the_page_was_saved() -> None:
    swapped = PAGE.replace("abstract-content selected", "abstract-content")
    swapped = swapped.replace(
        'abstract-content" id="spa-abstract', 'abstract-content selected" id="spa-abstract'
    )
    assert parse(swapped.encode()).abstract == EXPECTED.abstract


def test_the_old_id_of_an_english_abstract_is_known() -> None:
    assert changed("eng-abstract", "enc-abstract").abstract == EXPECTED.abstract


def test_without_an_english_abstract_the_one_shown_is_the_main_one_with_its_language() -> None:
    article = changed("eng-abstract", "ger-abstract")
    assert article.abstract is not None
    assert article.abstract.language == "ger"
    assert [abstract.language for abstract in article.other_abstracts] == ["spa", "", ""]


def test_an_abstract_is_known_for_its_kind_and_language_by_the_heading_before_it() -> None:
    article = changed(
        '<div class="abstract-content" id="spa-abstract">',
        '<h3>Abstract in French</h3><div class="abstract-content">',
    )
    assert article.other_abstracts[0].language == "fre"
    article = changed(
        '<div class="abstract-content" id="spa-abstract">',
        '<h3>Plain Language Summary</h3><div class="abstract-content">',
    )
    assert article.other_abstracts[0].kind == PLAIN_LANGUAGE


def test_an_abstract_without_paragraphs_is_one_section() -> None:
    article = changed(
        '<div class="abstract-content" id="spa-abstract"><p>El t&eacute; no ayuda.</p></div>', ""
    )
    assert len(article.other_abstracts) == 2
    article = changed("<p>El t&eacute; no ayuda.</p>", "El t&eacute; no ayuda.")
    assert article.other_abstracts[0] == EXPECTED.other_abstracts[0]


def test_affiliations_are_found_by_address_or_in_the_link_where_their_numbers_are_gone() -> None:
    unnumbered = PAGE.replace('<sup class="key">1</sup>', "").replace('<sup class="key">2</sup>', "")
    assert parse(unnumbered.encode()).authors == EXPECTED.authors
    listless = PAGE.replace('class="affiliations"', "").replace(
        'href="#full-view-affiliation-1"', 'title="Institute of Tea, Delft. ada@example.org" href="#x"'
    )
    assert parse(listless.encode()).authors[0].affiliations == ("Institute of Tea, Delft.",)


def test_an_electronic_id_in_place_of_pages_is_an_id() -> None:
    article = changed("2023 Aug 7;26(8):872-881.", "2022 Nov 3:S0140-6736(22)01272-7.")
    assert (article.ids.pii, article.pages, article.volume) == ("S0140-6736(22)01272-7", "", "")


def test_where_the_printed_issue_came_later_the_citation_line_is_the_date_online() -> None:
    article = changed("Epub 2022 Nov 3.", "Print 2023 Oct.")
    assert (article.published, article.electronic) == (PubDate(2023, 10), PubDate(2023, 8, 7))


def test_a_collection_date_is_that_of_the_issue() -> None:
    article = changed("Epub 2022 Nov 3.", "eCollection 2023.")
    assert (article.published, article.electronic) == (PubDate(2023), PubDate(2023, 8, 7))


@pytest.mark.parametrize("title", ["Erratum in", "Comment in", "Update of", "Corrected and republished in"])
def test_notices_are_known_by_their_headings(title: str) -> None:
    kinds = [correction.kind for correction in changed("Retraction in<", f"{title}<").corrections]
    assert kinds[0].casefold() == title.replace(" ", "").casefold()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_the_encoding_is_found(encoding: str) -> None:
    assert parse(PAGE.encode(encoding)) == EXPECTED


def test_a_declared_encoding_is_obeyed_and_utf_8_needs_no_declaration() -> None:
    latin = PAGE.replace("&eacute;", "é").replace('charset="utf-8"', 'charset="iso-8859-1"')
    assert parse(latin.encode("iso-8859-1")) == EXPECTED
    undeclared = PAGE.replace("&eacute;", "é").replace('<meta charset="utf-8">', "")
    assert parse(undeclared.encode()) == EXPECTED


def test_xhtml_with_a_declaration_is_read() -> None:
    assert parse(b'<?xml version="1.0" encoding="utf-8"?>\n' + PAGE.encode()) == EXPECTED


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("PMID- 99000001\nTI  - Tea\n", "not HTML at all"),
        ("<?xml version='1.0'?><PubmedArticleSet><PMID>1</PMID></PubmedArticleSet>", "not HTML at all"),
        (BLOCKED_PAGE, "NCBI has blocked this address"),
        (RESULTS_PAGE, "a page of search results"),
        ("<html><body><h1>Tea</h1></body></html>", "no article heading"),
        (SHORT_PAGE.replace("99000009", ""), "no PubMed ID"),
        (SHORT_PAGE.replace("Tea", ""), "no article heading"),
    ],
)
def test_a_page_that_is_no_article_page_says_why(page: str, reason: str) -> None:
    with pytest.raises(NotAnArticle, match=reason):
        parse(page.encode())


def test_a_page_nested_beyond_reason_is_refused() -> None:
    with pytest.raises(ParseError, match="nested too deeply"):
        parse(SHORT_PAGE.replace("Tea", "<span>" * 5000 + "Tea").encode())


@pytest.mark.parametrize("codec", ["hex", "unicode_escape", "rot13", "utf-7", "idna", "no-such-thing"])
def test_a_declared_encoding_that_is_none_does_no_harm(codec: str) -> None:
    page = SHORT_PAGE.replace("Tea", "Tea \\ud800 \\d").encode() + b"\xff"
    article = parse(f'<meta charset="{codec}">'.encode() + page)
    assert article.title.startswith("Tea")


@unhurried
@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_parsed_or_refused(html: bytes) -> None:
    try_to_parse(html)
    try_to_parse(b"<html>" + html)


@unhurried
@given(st.data())
def test_a_damaged_page_is_parsed_or_refused(data: st.DataObject) -> None:
    page = PAGE.encode()
    begin = data.draw(st.integers(0, len(page)))
    end = data.draw(st.integers(begin, min(begin + 400, len(page))))
    try_to_parse(page[:begin] + data.draw(st.binary(max_size=20)) + page[end:])


def try_to_parse(html: bytes) -> None:
    try:
        parse(html)
    except ParseError as error:
        assert str(error)  # noqa: PT017 - any ParseError will do, if it says why


@pytest.mark.parametrize("keep_content", [False, True])
@unhurried
@given(place=st.sampled_from(ELEMENTS))
def test_a_page_without_any_one_of_its_elements_is_parsed_or_no_article(
    place: int,
    keep_content: bool,  # noqa: FBT001 - a parameter of the test
) -> None:
    tree = copy.copy(TREE)
    element = tree.find_all(True)[place]
    if keep_content:
        element.unwrap()
    else:
        element.extract()
    # The parts of the page stand in for each other: only without all of it is there no article.
    try:
        assert parse(tree.encode()).key == "99000001"
    except NotAnArticle:
        assert element.name in {"html", "body"}


def test_the_format_has_a_name() -> None:
    assert FORMAT == "pubmed-page"
