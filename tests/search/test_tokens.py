from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.tokens import Token, pmids, tokens
from tests.strategies import queries

LANCET = "10.1016/S0140-6736(09)61156-7"
SICI = "10.1002/(SICI)1097-4598(199907)22:7<831::AID-MUS3>3.0.CO;2-Q"


def pmid(text: str) -> Token:
    return Token("id", text, "pmid")


def pmcid(text: str) -> Token:
    return Token("id", text, "pmcid")


def doi(text: str) -> Token:
    return Token("id", text, "doi")


def word(text: str) -> Token:
    return Token("word", text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("PMID: 39337454", [pmid("39337454")]),
        ("PMID 39337454", [pmid("39337454")]),
        ("pmid:39337454.", [pmid("39337454"), word(".")]),
        ("PMID: 39337454, 37966116", [pmid("39337454, 37966116")]),
        ("uid:39337454,37966116", [pmid("39337454,37966116")]),
        ("https://pubmed.ncbi.nlm.nih.gov/39337454/", [pmid("39337454")]),
        ("pubmed.ncbi.nlm.nih.gov/39337454", [pmid("39337454")]),
        ("https://pubmed.ncbi.nlm.nih.gov/39337454/?from_term=als#abstract", [pmid("39337454")]),
        ("http://www.ncbi.nlm.nih.gov/pubmed/39337454", [pmid("39337454")]),
        ("https://europepmc.org/article/MED/39337454", [pmid("39337454")]),
        ("https://www.ncbi.nlm.nih.gov/pmc/articles/PMC123/", [pmcid("123")]),
        ("https://pmc.ncbi.nlm.nih.gov/articles/PMC123/pdf/x.pdf", [pmcid("123")]),
        ("https://europepmc.org/articles/PMC123", [pmcid("123")]),
        ("PMC123", [pmcid("123")]),
        ("pmcid:123", [pmcid("123")]),
        ("PMCID: PMC123.2", [pmcid("123.2")]),
        ("DOI: 10.3390/x", [doi("10.3390/x")]),
        ("doi 10.3390/x", [doi("10.3390/x")]),
        ("https://doi.org/10.3390/x", [doi("https://doi.org/10.3390/x")]),
        ("doi.org/10.3390/x", [doi("doi.org/10.3390/x")]),
        (LANCET, [doi(LANCET)]),
        (f"({LANCET})", [Token("open", "("), doi(LANCET), Token("close", ")")]),
        (SICI, [doi(SICI)]),
        ("(als OR 10.3390/x).", [Token("open", "("), word("als"), word("OR"), doi("10.3390/x"), Token("close", ")"), word(".")]),
        ("10.3390/x[doi]", [doi("10.3390/x"), Token("tag", "[doi]")]),
        ("title:10.3390/x", [Token("field", "title:"), doi("10.3390/x")]),
        ("10.5/48", [word("10.5/48")]),
        ("pmid", [word("pmid")]),
        ("PMC", [word("PMC")]),
        ("PMID 0", [word("PMID"), word("0")]),
        ("pmid:1,2", [Token("field", "pmid:"), word("1,2")]),
    ],
)  # fmt: skip
def test_an_identifier_is_known_however_it_was_pasted(text: str, found: list[Token]) -> None:
    assert tokens(text) == found


def test_a_star_right_behind_a_phrase_belongs_to_it() -> None:
    assert [token.bare for token in tokens('"motor neuro"* x')] == ["motor neuro*", "x"]


@pytest.mark.parametrize("tag", ["[dp]", "[Date - Publication]", "[PDAT]"])
def test_a_range_of_the_advanced_search_becomes_one(tag: str) -> None:
    found = tokens(f'als AND ("2019/01/01"{tag} : "2020"{tag})')
    assert found[3:5] == [word("2019/01/01:2020"), Token("tag", tag)]


def test_a_colon_between_other_tags_is_left_alone() -> None:
    assert len(tokens("a[ti] : b[ti]")) == 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("39337454, 37966116", ["39337454", "37966116"]),
        ("39337454,37966116;  111111", ["39337454", "37966116", "111111"]),
        ("39337454 als", []),
        ("2020 2021", []),
        ("39337454 10.1000/x", []),
        ('"39337454" 37966116', []),
    ],
)
def test_a_row_of_pmids_holds_nothing_else(text: str, found: list[str]) -> None:
    assert pmids(tokens(text)) == found


@given(st.one_of(st.text(), queries()))
def test_every_character_but_blanks_is_in_a_token(text: str) -> None:
    left = "".join(text.split())
    for token in tokens(text):
        start = left.find("".join(token.text.split()))
        assert start >= 0 or ":" in token.text
        left = left[max(start, 0) :]
