from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from crawler.article import Abstract, Correction, Markup, Section
from crawler.outcome import Parsed
from crawler.parsers.pubmed import pubmed_xml
from tests.records import cites, parsed
from tests.webui.reading import links_at, one, page_at, text_at, texts_at
from webui import languages, wording

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf


def test_the_parts_stand_in_the_order_of_pubmeds_page(client: FlaskClient) -> None:
    page = page_at(client, "/article/99000009")
    article = one(page, "article")
    parts = (".tags", ".citation", "h1", ".authors-list", ".affiliations", ".abstract", "#keywords", "#mesh",
             "#conflict", "#references", "#cited-by", "#related", "#grants", "#record")  # fmt: skip
    places = [list(article.descendants).index(one(article, part)) for part in parts]
    assert places == sorted(places)
    assert texts_at(page, "h1") == [text_at(article, "h1")]


def test_the_list_of_contents_leads_to_what_is_there(client: FlaskClient) -> None:
    for key in range(99000001, 99000081):
        page = page_at(client, f"/article/{key}")
        assert [f"#{each['id']}" for each in page.select("article section > h2")] == links_at(
            page, "nav ul a[href^='#']"
        )


def test_a_citation_line_has_journal_date_place_and_doi(client_of: ClientOf) -> None:
    page = page_at(
        client_of(parsed(1, doi="10.1000/AbC&lt;1&gt;", journal="Journal of Zebras")), "/article/1"
    )
    assert text_at(page, ".citation") == "Journal of Zebras. 2020. doi: 10.1000/AbC<1>"
    assert links_at(page, ".citation a") == [
        "/search?journal=journal+of+zebras",
        "https://doi.org/10.1000/AbC%3C1%3E",
    ]


@pytest.mark.parametrize("key", ["10.1000/AbC%3C1%3E", "10.1000/ABC%3C1%3E", "%201"])
def test_any_id_of_an_article_in_any_case_leads_to_its_page(client_of: ClientOf, key: str) -> None:
    response = client_of(parsed(1, doi="10.1000/AbC&lt;1&gt;")).get(f"/article/{key}")
    assert (response.status_code, response.location) == (302, "/article/1")


@pytest.mark.parametrize("key", ["99000018/", "99000018//", "%2099000018/"])
def test_an_address_in_the_form_of_pubmeds_leads_to_the_article(client: FlaskClient, key: str) -> None:
    response = client.get(f"/article/{key}")
    assert (response.status_code, response.location) == (302, "/article/99000018")


def test_authors_lead_to_their_articles(client_of: ClientOf) -> None:
    client = client_of(parsed(1, authors="Ana Núñez|AB Jones"), parsed(2, authors="Ana Núñez"), parsed(3))
    links = links_at(page_at(client, "/article/1"), ".authors-list a")
    assert links_at(page_at(client, links[0]), ".hit h2 a") == ["/article/1", "/article/2"]


def test_a_reference_leads_here_where_the_work_is_held_and_elsewhere_where_it_is_known(
    client_of: ClientOf,
) -> None:
    client = client_of(
        parsed(1, data=cites(2, 3)),
        parsed(2, "Withdrawn.", extra='<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn">'
               "<RefSource>J Tests. 2021</RefSource></CommentsCorrections></CommentsCorrectionsList>"),
    )  # fmt: skip
    page = page_at(client, "/article/1")
    held, unheld = page.select(".references li")
    assert links_at(held, "a") == ["/article/2", "https://pubmed.ncbi.nlm.nih.gov/2/"]
    assert text_at(held, ".mark") == "Retracted"
    assert links_at(unheld, "a") == ["https://pubmed.ncbi.nlm.nih.gov/3/"]
    assert text_at(held, "a") == "In this library: reference 1"
    assert links_at(page_at(client, "/article/2"), "#cited-by ~ ul a") == ["/article/1"]


def test_all_that_cite_an_article_can_be_searched_though_only_the_newest_are_listed(
    client_of: ClientOf,
) -> None:
    client = client_of(parsed(1), *(parsed(n, data=cites(1)) for n in range(2, 54)))
    page = page_at(client, "/article/1")
    assert len(page.select("#cited-by ~ ul.brief li")) == 50
    found = page_at(client, links_at(page, "#cited-by ~ p a")[0])
    assert text_at(found, ".count").startswith("52 articles")


def test_a_retracted_article_says_so_first(client: FlaskClient) -> None:
    page = page_at(client, "/article/99000018")
    assert text_at(page, "title").startswith("Retracted: Blocking NF-")
    banner = one(page, ".banner.danger")
    assert text_at(banner, "p").startswith("Retracted.")
    assert texts_at(banner, "li")[0].startswith("Retraction in: Sample Cell Biol Lett.")
    assert links_at(banner, "a") == ["/article/99000019"]
    assert "Retraction of: " in page_at(client, "/article/99000019").get_text()


@pytest.mark.parametrize(
    ("key", "kind", "word"),
    [("99000051", "caution", "Read with caution."), ("99000026", "note", "Corrected.")],
)
def test_concerns_and_corrections_come_first_too(client: FlaskClient, key: str, kind: str, word: str) -> None:
    assert text_at(page_at(client, f"/article/{key}"), f".banner.{kind}:has(ul) strong") == word


def test_a_sample_record_says_that_it_is_invented_and_leads_nowhere_else(client: FlaskClient) -> None:
    for key in range(99000001, 99000081):
        page = page_at(client, f"/article/{key}")
        assert text_at(page, ".banner.note").startswith("Sample record, not a real publication.")
        assert links_at(page, "a[href^='http']") == []


def test_titles_and_abstracts_in_other_languages_say_which(client: FlaskClient) -> None:
    page = page_at(client, "/article/99000014")
    assert one(page, ".vernacular")["lang"] == "es"
    assert text_at(page, ".language") == "Article in Spanish"
    assert texts_at(page, ".abstract h2") == ["Abstract", "Abstract in Spanish"]
    assert one(page, ".abstract div[lang]")["lang"] == "es"


def test_a_trial_leads_to_its_registration(client_of: ClientOf) -> None:
    bank = (
        "<DataBankList><DataBank><DataBankName>ClinicalTrials.gov</DataBankName><AccessionNumberList>"
        "<AccessionNumber>NCT00000001</AccessionNumber><AccessionNumber>odd</AccessionNumber></AccessionNumberList>"
        "</DataBank></DataBankList>"
    )
    record = parsed(1)
    raw = record.raw.replace(b"<PublicationTypeList>", bank.encode() + b"<PublicationTypeList>")
    page = page_at(client_of(_reparsed(raw)), "/article/1")
    assert links_at(page, "#data ~ ul a") == ["https://clinicaltrials.gov/study/NCT00000001"]


def _reparsed(raw: bytes) -> Parsed:
    return Parsed(article=pubmed_xml.parse_record(raw), format=pubmed_xml.FORMAT, raw=raw)


def test_a_short_reference_list_says_how_much_is_missing(client_of: ClientOf) -> None:
    record = parsed(1, data=cites(2, 3))
    article = structs.replace(record.article, references_stated=90)
    page = page_at(client_of(structs.replace(record, article=article)), "/article/1")
    assert "2 of 90 references are shown on the page this was read from." in page.get_text()


def test_every_kind_of_correction_has_words() -> None:
    assert wording.correction("RetractionIn") == "Retraction in"
    assert wording.correction("SomethingNewIn") == "Something new in"


def test_abstracts_are_headed_by_what_they_are() -> None:
    def heading(*, is_main: bool = False, **parts: str) -> str:
        return wording.abstract_heading(Abstract(sections=(Section(Markup("x")),), **parts), is_main=is_main)

    assert heading(is_main=True) == "Abstract"
    assert heading(language="ger") == "Abstract in German"
    assert heading(language="xxx") == "Another abstract"
    assert heading(kind="plain-language-summary", language="eng") == "Plain language summary"
    assert heading(kind="plain-language-summary", language="fre") == "Plain language summary in French"


def test_languages_are_known_by_their_codes() -> None:
    assert (languages.tag("CHI"), languages.name("chi"), languages.tag("und")) == ("zh", "Chinese", "")
    assert [languages.direction(code) for code in ("ara", "eng", "")] == ["rtl", "ltr", "ltr"]


def test_a_correction_without_a_source_is_named_by_its_number(client_of: ClientOf) -> None:
    record = parsed(1)
    corrections = (
        Correction(kind="CommentIn", pmid="77", note="a note"),
        Correction(kind="ErratumIn", source="J. 2020"),
    )
    article = structs.replace(record.article, corrections=corrections)
    page = page_at(client_of(structs.replace(record, article=article)), "/article/1")
    assert text_at(page, "#related ~ ul li") == "Comment in: PMID 77 (a note)"
    assert text_at(page, ".banner li") == "Correction in: J. 2020"
