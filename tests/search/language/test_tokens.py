from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.tokens import Token, plain, pmids, tokens
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


def bare(text: str) -> list[Token]:
    return [token._replace(start=0, end=0) for token in tokens(text)]


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
        ("(als OR 10.3390/x).", [Token("open", "("), word("als"), Token("operator", "OR"), doi("10.3390/x"), Token("close", ")"), word(".")]),
        ("10.3390/x[doi]", [doi("10.3390/x"), Token("tag", "[doi]")]),
        ("title:10.3390/x", [Token("field", "title:"), doi("10.3390/x")]),
        ("10.5/48", [word("10.5/48")]),
        ("pmid", [word("pmid")]),
        ("PMC", [word("PMC")]),
        ("PMID 0", [word("PMID"), word("0")]),
        ("pmid:1,2", [Token("field", "pmid:"), word("1,2")]),
        ("pmid 10.1000/x", [word("pmid"), doi("10.1000/x")]),
    ],
)  # fmt: skip
def test_an_identifier_is_known_however_it_was_pasted(text: str, found: list[Token]) -> None:
    assert bare(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a AND b", ["a", "AND", "b"]),
        ("a&b||c", ["a", "AND", "b", "OR", "c"]),
        ("NOT(a)", ["NOT", "(", "a", ")"]),
        ("ANDROID and OR-gate", ["ANDROID", "and", "OR-gate"]),
        ("title:a 1au:b", ["title:", "a", "1au:", "b"]),
        ("10.1000/a&b", ["10.1000/a&b"]),
    ],
)
def test_operators_are_capitals_or_signs(text: str, found: list[str]) -> None:
    assert [token.text for token in tokens(text)] == found


def test_signs_have_one_plain_form_of_the_same_length() -> None:
    text = "\u201cmotor\u3000neuron\uff0a\u201d\uff3b\uff54\uff49\uff3d"
    assert plain(text) == '"motor neuron*"[ti]'


def test_a_token_knows_where_it_stands() -> None:
    text = 'als [ti] PMC123 & ("b"[dp] : "c"[dp])'
    assert [text[token.start : token.end] for token in tokens(text)] == [
        "als", "[ti]", "PMC123", "&", "(", '"b"[dp] : "c"', "[dp]", ")"
    ]  # fmt: skip


def test_a_star_right_behind_a_phrase_belongs_to_it() -> None:
    assert [token.bare for token in tokens('"motor neuro"* x')] == ["motor neuro*", "x"]


@pytest.mark.parametrize("tag", ["[dp]", "[Date - Publication]", "[PDAT]"])
def test_a_range_of_the_advanced_search_becomes_one(tag: str) -> None:
    found = tokens(f'als AND ("2019/01/01"{tag} : "2020"{tag})')
    assert [token.text for token in found[3:5]] == ["2019/01/01:2020", tag]


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
    left = plain(text)
    for token in reversed(tokens(left)):
        left = left[: token.start] + left[token.end :]
    assert not left.strip()
