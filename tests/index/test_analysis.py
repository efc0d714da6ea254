from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup import from_html, index_text
from index.analysis import GAP, analyze, analyze_name, fold


def terms(text: str) -> list[tuple[str, int]]:
    return [(token.term, token.position) for token in analyze(text)]


def test_words_are_folded_and_stemmed() -> None:
    assert terms("Motor Neurons degenerate") == [("motor", 0), ("neuron", 1), ("degener", 2)]


@pytest.mark.parametrize("word", ["ALS", "als", "lateral", "SOD1", "TDP", "C9orf72"])
def test_names_and_what_the_stemmer_would_spoil_are_left_alone(word: str) -> None:
    assert terms(word) == [(word.lower(), 0)]


def test_a_compound_is_kept_whole_and_in_parts() -> None:
    assert terms("TDP-43 aggregates") == [("tdp43", 0), ("tdp", 0), ("43", 1), ("aggreg", 2)]


def test_a_superscript_makes_a_compound() -> None:
    text = index_text(from_html("SOD1<sup>G93A</sup> mice"))
    assert terms(text) == [("sod1g93a", 0), ("sod1", 0), ("g93a", 1), ("mice", 2)]


def test_a_slash_parts_words() -> None:
    assert terms("ALS/FTD") == [("als", 0), ("ftd", 1)]


def test_decimals_stay_whole_and_possessives_go() -> None:
    assert terms("Gehrig's 3.8") == [("gehrig", 0), ("3.8", 1)]


def test_accents_and_ligatures_are_folded() -> None:
    assert fold("Müller ﬁbrosis Straße") == "muller fibrosis strasse"


def test_no_phrase_reaches_across_a_gap() -> None:
    positions = [token.position for token in analyze(f"one{GAP}two")]
    assert positions[1] - positions[0] > 50


def test_stop_words_keep_their_place() -> None:
    assert terms("quality of life") == [("qualiti", 0), ("of", 1), ("life", 2)]


def test_initials_are_found_by_the_first() -> None:
    assert [(token.term, token.position) for token in analyze_name("Smith JC")] == [
        ("smith", 1), ("jc", 2), ("j", 2),
    ]  # fmt: skip


@given(st.text())
def test_any_text_has_tokens_in_order_that_lie_in_it(text: str) -> None:
    tokens = analyze(text)
    assert [token.position for token in tokens] == sorted(token.position for token in tokens)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert token.term


@given(st.from_regex(r"[A-Za-z0-9]{1,12}(-[A-Za-z0-9]{1,8}){0,2}", fullmatch=True))
def test_a_word_alone_has_the_tokens_that_it_has_in_a_text(word: str) -> None:
    alone = {token.term for token in analyze(word)}
    assert alone <= {token.term for token in analyze(f"We saw {word}, again.")}
