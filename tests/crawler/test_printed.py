"""Ids are taken from a printed reference where they can be nothing else, and never from anything else."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from crawler.article import Reference
from crawler.identity import normal_doi
from crawler.markup import clean
from crawler.printed import printed_doi, printed_pmcid, printed_pmid, with_printed_ids
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("Doe J. A title. J Ex. 2019;1:2. doi: 10.1000/j.ex.2019.10.001.", "10.1000/j.ex.2019.10.001"),
        ("10.1000/j.ex.2019.10.001", "10.1000/j.ex.2019.10.001"),
        ("doi:10.1000/j.ex.2019.10.001.Example.", "10.1000/j.ex.2019.10.001"),
        ("doi:10.1000/j.ex.2019.10.001Epub 2019 Oct 1", "10.1000/j.ex.2019.10.001"),
        ("doi:10.1000/j.ex.2019.10.001PMID: 7", "10.1000/j.ex.2019.10.001"),
        ("doi:10.1000/j.ex.2019.10.001.[PubMed]", "10.1000/j.ex.2019.10.001"),
        ("doi:10.1000/j.ex.1.https://doi.org/10.1000/j.ex.1", "10.1000/j.ex.1"),
        ("pp. 124-135.10.1000/000209665", "10.1000/000209665"),
        ("10.1000/ex/11.Supplement_2.S404.", "10.1000/ex/11.Supplement_2.S404"),
        ("10.1000/14651858.CD001447.pub3", "10.1000/14651858.CD001447.pub3"),
        ("(doi:10.1000/S0140-6736(12)60636-9).", "10.1000/S0140-6736(12)60636-9"),
        ("[10.1000/abc.1],", "10.1000/abc.1"),
        (
            "10.1000/(SICI)1097(199711)20:11<1427::AID-EX12>3.0.CO;2-E.",
            "10.1000/(SICI)1097(199711)20:11<1427::AID-EX12>3.0.CO;2-E",
        ),
        ("https://doi.org/10.1000/abc.1.", "10.1000/abc.1"),
        ("https://doi.org/10.1000%2Fabc.1", "10.1000/abc.1"),
        ("https://dx.doi.org/10.1000/(SICI)1:2%3C3::4%3E5", "10.1000/(SICI)1:2<3::4>5"),
        ("https://www.example.org/articles/10.1000/ex.2022.965230/full", "10.1000/ex.2022.965230"),
        ("https://www.example.org/doi/pdf/10.1000/ex.2022.965230.pdf?x=1", "10.1000/ex.2022.965230"),
        ("https://www.biorxiv.org/content/10.1101/2020.11.08.373225v1.full.pdf", "10.1101/2020.11.08.373225"),
        ("doi: 10.1000/ ex12345.", "10.1000/ex12345"),
        ("doi:10.1000/a.1,10.1000/b.2", "10.1000/a.1"),
        ("doi: 10.1000/a.1; erratum 10.1000/b.2", "10.1000/a.1"),
        ("arXiv:2006.02785", "10.48550/arXiv.2006.02785"),
        ("arXiv preprint arXiv:1412.6980v9 (2014)", "10.48550/arXiv.1412.6980"),
        ("https://arxiv.org/abs/hep-th/9901001", "10.48550/arXiv.hep-th/9901001"),
        ("arXiv:2006.02785. doi:10.1000/abc.1", "10.1000/abc.1"),
    ],
)
def test_a_doi_is_found_whatever_is_around_it_and_glued_to_it(text: str, doi: str) -> None:
    assert printed_doi(text) == doi
    assert with_printed_ids(Reference(text=text)).doi == doi


@pytest.mark.parametrize(
    "text",
    [
        "Doe J. A title. J Ex. 2019;10.10:12-14.",
        "R01 NS10.1000; EX-10.12/34",
        "a ratio of 10.5/20 and 10.1000/ of 3 and 10.1000 / of 3",
        "doi: 10.1000/j. ex.2019.10.001",
        "doi: 10.1000/ex/ 2019.10.001",
        "doi: 10.1000/",
        "doi: 10.1000/.",
        "version 2006.02785 of arXiv",
        "arXiv:2019.12 and arXiv: 2013.99999",
        "3110.1000/abc",
    ],
)
def test_no_doi_is_taken_from_what_is_none_or_only_a_part_of_one(text: str) -> None:
    assert printed_doi(text) == ""


@pytest.mark.parametrize(
    ("text", "pmid"),
    [
        ("J Ex. 2019;1:2. PMID: 1234567.", "1234567"),
        ("J Ex. 2019;1:2. PubMed PMID:1234567; PMCID: PMC7.", "1234567"),
        ("[PMID 00012]", ""),
        ("https://pubmed.ncbi.nlm.nih.gov/1234567/", "1234567"),
        ("http://www.ncbi.nlm.nih.gov/pubmed/1234567", "1234567"),
        ("PMID: 1. PMID: 2.", "1"),
        ("PMID: 123456789", ""),
        ("PubMed 2019;1234567", ""),
        ("J Ex. 1234567:12345678-12345679", ""),
        ("PMIDS: 12", ""),
    ],
)
def test_a_pmid_is_what_says_that_it_is_one(text: str, pmid: str) -> None:
    assert printed_pmid(text) == with_printed_ids(Reference(text=text)).pmid == pmid


@pytest.mark.parametrize(
    ("text", "pmcid"),
    [
        ("J Ex. 2019;1:2. PMCID: PMC12.", "PMC12"),
        ("J Ex. 2019;1:2. PMC123.", "PMC123"),
        ("PMC1234567.1", "PMC1234567"),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC1234567/", "PMC1234567"),
        ("The calcium pump PMC1 in yeast", ""),
        ("grant XPMC12345 and PMC-12345 and PMC12345-7", ""),
        ("PMC12345a", ""),
        ("PMC 2012;13:123", ""),
    ],
)
def test_a_pmcid_is_known_by_its_letters(text: str, pmcid: str) -> None:
    assert printed_pmcid(text) == with_printed_ids(Reference(text=text)).pmcid == pmcid


def test_ids_that_came_with_a_reference_are_kept_and_the_others_filled_in() -> None:
    text = "Doe J. doi:10.1000/printed.1. PMID: 7. PMC777."
    listed = Reference(text=text, doi="10.1000/listed", list_title="Further reading")
    assert with_printed_ids(listed) == Reference(
        text=text, doi="10.1000/listed", pmid="7", pmcid="PMC777", list_title="Further reading"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Doe J. A title. Erratum in: J Ex. 2020;1:3. PMID: 8. doi:10.1000/other.1",
        "Doe J. A title. [update of J Ex. 2020;1:3; PMID: 8 PMCID: PMC888]",
        "Doe J. A title (published correction appears in doi:10.1000/other.1)",
    ],
)
def test_the_ids_of_an_erratum_are_not_those_of_the_reference(text: str) -> None:
    assert with_printed_ids(Reference(text=text)) == Reference(text=text)
    own = with_printed_ids(Reference(text=text.replace("title", "title doi:10.1000/own.1 PMID: 7")))
    assert (own.doi, own.pmid, own.pmcid) == ("10.1000/own.1", "7", "")


@given(st.text() | st.text(alphabet="10./ doiDOI:PMIDCarXv()[]<>;,-%2F"))
def test_any_text_gives_normal_ids_or_none(text: str) -> None:
    reference = with_printed_ids(Reference(text=text))
    assert reference.text == text
    assert normal_doi(reference.doi) == reference.doi
    assert with_printed_ids(reference) == reference


def listed_and_printed() -> Iterator[tuple[str, str]]:
    """Yield the DOI that PubMed lists, and the one that is printed, of each reference that has both."""
    folder = SHARED / "data" / "pubmed"
    contents = (
        (folder / "efetch-1.xml").read_bytes(),
        gzip.decompress((folder / "efetch-2.xml.gz").read_bytes()),
    )
    for content in contents:
        for entry in etree.fromstring(content).iter("Reference"):
            ids = {each.get("IdType"): normal_doi(each.text or "") for each in entry.iter("ArticleId")}
            printed = printed_doi(clean(str(entry.xpath("string(Citation)"))))
            if ids.get("doi") and printed:
                yield ids["doi"], printed


class TestRealReferences:
    pytestmark = needs_shared

    def test_a_printed_doi_is_the_one_that_pubmed_lists(self) -> None:
        pairs = list(listed_and_printed())
        wrong = [pair for pair in pairs if pair[0].casefold() != pair[1].casefold()]
        assert len(pairs) == 3266, "no printed DOI is overlooked"
        assert len(wrong) <= 3, "two are addresses of a page, and one PubMed lists with a word glued to it"
