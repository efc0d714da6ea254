"""Whose id is whose: those of an article, of its corrections and of its references never mix."""

from __future__ import annotations

import pytest

from crawler.article import (
    Correction,
    Ids,
    Reference,
)
from tests.crawler.parsers.pubmed_records import el, read, record


def id_list(**ids: str) -> str:
    return el("ArticleIdList", *(el("ArticleId", value, IdType=kind) for kind, value in ids.items()))


def reference(text: str = "", **ids: str) -> str:
    return f"<Reference><Citation>{text}</Citation>{id_list(**ids)}</Reference>"


def test_ids_of_references_are_never_the_articles_own() -> None:
    cited = reference("Doe J. 2001.", pubmed="99", doi="10.1000/cited", pmc="PMC99", pii="P99")
    article = read(record(data=f"<ReferenceList>{cited}</ReferenceList>{id_list(pubmed='1', pmc='PMC1')}"))
    assert article.ids == Ids(pmid="1", pmcid="PMC1")
    assert read(record(data=f"<ReferenceList>{cited}</ReferenceList>")).ids == Ids(pmid="1")


def test_pmids_of_corrections_are_never_the_articles_own() -> None:
    link = '<CommentsCorrections RefType="ErratumIn"><PMID>99</PMID></CommentsCorrections>'
    xml = record(pmid="7").replace('<PMID Version="1">7</PMID>', "")
    xml = xml.replace(
        "</MedlineCitation>",
        f"<CommentsCorrectionsList>{link}</CommentsCorrectionsList><PMID>7</PMID></MedlineCitation>",
    )
    assert read(xml).ids == Ids(pmid="7")


@pytest.mark.parametrize("order", [1, -1])
def test_a_doi_is_not_lost_when_a_pii_follows_it(order: int) -> None:
    locations = [
        '<ELocationID EIdType="doi" ValidYN="Y">10.1000/own</ELocationID>',
        '<ELocationID EIdType="pii" ValidYN="Y">e77</ELocationID>',
    ]
    assert read(record("".join(locations[::order]))).ids == Ids(pmid="1", doi="10.1000/own", pii="e77")


def test_a_doi_that_only_the_article_id_list_has_is_found() -> None:
    assert read(record(data=id_list(doi="10.1000/own"))).ids.doi == "10.1000/own"


def test_an_invalid_location_is_no_id_and_the_id_list_comes_first() -> None:
    invalid = '<ELocationID EIdType="doi" ValidYN="N">10.1000/wrong</ELocationID>'
    valid = '<ELocationID EIdType="doi">10.1000/right</ELocationID>'
    assert read(record(invalid)).ids.doi == ""
    assert read(record(invalid + valid)).ids.doi == "10.1000/right"
    assert read(record(valid, data=id_list(doi="10.1000/first"))).ids.doi == "10.1000/first"


def test_ids_are_written_one_way_and_what_looks_like_none_is_dropped() -> None:
    assert read(record(data=id_list(doi="doi: 10.1000/OWN.", pmc="123.1"))).ids == Ids(
        pmid="1", doi="10.1000/OWN", pmcid="PMC123"
    )
    assert read(record(data=id_list(doi="S0022(98)1", pmc="NIHMS1"))).ids == Ids(pmid="1")
    location = '<ELocationID EIdType="doi">10.1000/own</ELocationID>'
    assert read(record(location, data=id_list(doi="none"))).ids.doi == "10.1000/own"


def test_the_version_of_a_record_is_kept() -> None:
    assert read(record().replace('Version="1"', 'Version="3"')).version == 3
    assert read(record().replace('Version="1"', "")).version == 1


def links(*each: str) -> str:
    return f"<CommentsCorrectionsList>{''.join(each)}</CommentsCorrectionsList>"


RETRACTED = el(
    "CommentsCorrections",
    el("RefSource", "J Ex. 2020;1:2") + el("PMID", "5") + el("Note", "n"),
    RefType="RetractionIn",
)
CITES = el("CommentsCorrections", el("RefSource", "J Old. 1990;1:2"), el("PMID", "6"), RefType="Cites")


def test_a_retraction_is_a_correction_and_what_is_cited_is_a_reference() -> None:
    article = read(record(citation=links(RETRACTED, CITES)))
    assert article.corrections == (
        Correction(kind="RetractionIn", source="J Ex. 2020;1:2", pmid="5", note="n"),
    )
    assert article.references == (Reference(text="J Old. 1990;1:2", pmid="6"),)
    assert article.is_retracted


def test_citing_links_yield_to_a_reference_list() -> None:
    data = f"<ReferenceList>{reference('Doe J.', pubmed='9')}</ReferenceList>"
    assert read(record(citation=links(CITES), data=data)).references == (Reference(text="Doe J.", pmid="9"),)


def test_references_are_read_from_all_lists_siblings_and_nested_in_order() -> None:
    data = (
        f"<ReferenceList><Title>First</Title>{reference('One.')}"
        f"<ReferenceList><Title>Within</Title>{reference('Two.')}</ReferenceList>"
        f"<ReferenceList>{reference('Three.')}</ReferenceList>{reference('Four.')}</ReferenceList>"
        f"<ReferenceList>{reference('Five.')}</ReferenceList>"
    )
    assert [(each.text, each.list_title) for each in read(record(data=data)).references] == [
        ("One.", "First"),
        ("Two.", "Within"),
        ("Three.", "First"),
        ("Four.", "First"),
        ("Five.", ""),
    ]


def test_references_are_found_under_pubmed_data_and_not_under_the_citation() -> None:
    misplaced = f"<ReferenceList>{reference('Wrong.')}</ReferenceList>"
    placed = f"<ReferenceList>{reference('Right.')}</ReferenceList>"
    assert [each.text for each in read(record(citation=misplaced, data=placed)).references] == ["Right."]


def test_ids_of_references_are_of_every_spelling_and_written_one_way() -> None:
    data = "".join(
        [
            reference("One.", pubmed="9", pmc="77.1", doi="https://doi.org/10.1000/One."),
            reference("Two.", pmpid="8", pmcid="pmcid: PMC66"),
            reference("Three.", pubmed="0", pmc="NIHMS5", doi="no", pii="P"),
        ]
    )
    assert read(record(data=f"<ReferenceList>{data}</ReferenceList>")).references == (
        Reference(text="One.", pmid="9", pmcid="PMC77", doi="10.1000/One"),
        Reference(text="Two.", pmid="8", pmcid="PMC66"),
        Reference(text="Three."),
    )


def test_citations_lose_link_labels_and_tags_but_no_words() -> None:
    cited = reference("Doe J. The <i>SOD1</i><sup>G93A</sup>\n mouse &lt;x. - PMC - PubMed")
    (found,) = read(record(data=f"<ReferenceList>{cited}</ReferenceList>")).references
    assert found.text == "Doe J. The SOD1G93A mouse <x."


def test_a_reference_with_neither_text_nor_ids_is_dropped_and_one_with_either_is_kept() -> None:
    data = (
        f"<ReferenceList>{reference()}<Reference/>{reference(pubmed='9')}{reference('One.')}</ReferenceList>"
    )
    assert read(record(data=data)).references == (Reference(text="", pmid="9"), Reference(text="One."))
