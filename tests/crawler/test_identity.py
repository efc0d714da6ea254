"""Identifiers are written one way, and what is none is nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.identity import normal_doi, normal_orcid, normal_pmcid, normal_pmid

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.mark.parametrize(
    ("printed", "doi"),
    [
        ("10.1000/Abc.1", "10.1000/Abc.1"),
        (" doi: 10.1000/abc. ", "10.1000/abc"),
        ("DOI:10.1000/abc;", "10.1000/abc"),
        ("doi:https://doi.org/10.1000/abc", "10.1000/abc"),
        ("https://doi.org/10.1000/abc", "10.1000/abc"),
        ("http://dx.doi.org/10.1000/abc", "10.1000/abc"),
        ("www.doi.org/10.1000/abc", "10.1000/abc"),
        ("https://doi.org/10.1000%2F(SICI)1:2%3C3::4%3E5", "10.1000/(SICI)1:2<3::4>5"),
        ("10.1000/(SICI)1097-4598(199711)20:11<1427::AID-MUS12>3.0.CO;2-E",) * 2,
        ("10.1000/ab c", "10.1000/abc"),
        ("10.1000.10/doi:x", "10.1000.10/doi:x"),
        ("10.1000/", ""),
        ("10/abc", ""),
        ("11.1000/abc", ""),
        ("S0022-510X(98)00001-2", ""),
        ("doi", ""),
        ("", ""),
    ],
)
def test_a_doi_is_bare_and_in_its_own_case(printed: str, doi: str) -> None:
    assert normal_doi(printed) == doi


@pytest.mark.parametrize(
    ("printed", "pmcid"),
    [
        ("PMC123", "PMC123"),
        ("123", "PMC123"),
        ("pmc123", "PMC123"),
        ("PMC123.1", "PMC123"),
        ("PMC 00123 ", "PMC123"),
        ("pmcid: PMC123", "PMC123"),
        ("PMCID:PMC123.", "PMC123"),
        ("pmc-id: PMC123;manuscript-id: NIHMS9;", "PMC123"),
        ("NIHMS123", ""),
        ("PMC", ""),
        ("PMC0", ""),
        ("", ""),
    ],
)
def test_a_pmcid_is_pmc_and_digits(printed: str, pmcid: str) -> None:
    assert normal_pmcid(printed) == pmcid


@pytest.mark.parametrize(
    ("printed", "pmid"),
    [
        ("123", "123"),
        (" 00123. ", "123"),
        ("PMID: 123", "123"),
        ("0", ""),
        ("12a", ""),
        ("1234567890", ""),
        ("\N{SUPERSCRIPT TWO}", ""),
        ("\N{ARABIC-INDIC DIGIT ONE}", ""),
        ("", ""),
    ],
)
def test_a_pmid_is_digits(printed: str, pmid: str) -> None:
    assert normal_pmid(printed) == pmid


@pytest.mark.parametrize(
    ("printed", "orcid"),
    [
        ("0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000000218250097", "0000-0002-1825-0097"),
        ("000000021825009x", "0000-0002-1825-009X"),
        ("https://orcid.org/0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("http://orcid.org/0000000218250097/", "0000-0002-1825-0097"),
        ("ORCID: 0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("0000-0002-1825-009", ""),
        ("0000-0002-1825-00977", ""),
        ("", ""),
    ],
)
def test_an_orcid_is_four_groups_of_four(printed: str, orcid: str) -> None:
    assert normal_orcid(printed) == orcid


@pytest.mark.parametrize("normal", [normal_doi, normal_pmcid, normal_pmid, normal_orcid])
@given(text=st.text() | st.from_regex(r"(doi: ?|https://doi\.org/|PMC|pmid: )?(10\.)?[0-9]+[./;%X-]*\w*"))
def test_no_text_raises_and_a_normal_id_is_its_own(normal: Callable[[str], str], text: str) -> None:
    assert normal(normal(text)) == normal(text)
