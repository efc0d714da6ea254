from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup import from_html, index_text
from index import analysis
from index.analysis import GAP, NameAnalyzer, TextAnalyzer, analyze, analyze_name, fold


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


def in_the_index(text: str) -> list[tuple[str, int, float]]:
    return [(token.text, token.pos, token.boost) for token in TextAnalyzer()(text)]


def test_a_compound_fills_the_places_of_its_parts_and_counts_once() -> None:
    assert in_the_index("in TDP-43") == [
        ("in", 0, 1.0), ("tdp43", 1, 0.5), ("tdp", 1, 1.0), ("tdp43", 2, 0.5), ("43", 2, 1.0),
    ]  # fmt: skip


def test_what_scripts_join_is_kept_whole_within_a_longer_compound() -> None:
    text = index_text(from_html("SOD1<sup>G93A</sup>-transgenic"))
    assert [(token.term, token.position, token.width) for token in analyze(text)] == [
        ("sod1g93atransgenic", 0, 3), ("sod1g93a", 0, 2), ("sod1", 0, 1), ("g93a", 1, 1), ("transgen", 2, 1),
    ]  # fmt: skip


def test_a_script_does_not_part_a_number_with_decimals() -> None:
    assert terms(index_text(from_html("10<sup>2.5</sup> units"))) == [("102.5", 0), ("unit", 1)]


def test_a_token_knows_the_word_that_was_written() -> None:
    assert [token.word for token in analyze("Neurodegenerative TDP-43's")] == [
        "neurodegenerative", "tdp43", "tdp", "43",
    ]  # fmt: skip


def test_an_analyzer_counts_words_and_leaves_them_out_when_it_is_kept() -> None:
    analyzer = TextAnalyzer()
    list(analyzer("Mice and mouse. Mice!"))
    assert dict(analyzer.words) == {"mice": 2, "and": 1, "mouse": 1}
    kept = pickle.loads(pickle.dumps(analyzer))  # noqa: S301 - it was pickled on the line before
    assert kept == analyzer
    assert not kept.words


def test_analyzers_of_two_kinds_differ() -> None:
    assert TextAnalyzer() == TextAnalyzer() != NameAnalyzer()
    assert len({TextAnalyzer(), TextAnalyzer(), NameAnalyzer()}) == 2


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


@given(st.text(st.sampled_from("aB1é.,-'\u2060\n ")))
def test_the_quick_way_to_the_terms_of_a_text_finds_the_same(text: str) -> None:
    assert analysis.terms(text) == {token.term for token in analyze(text)}


@given(st.text(st.sampled_from("aB1.,-'\u2060 "), max_size=30))
def test_in_an_index_a_term_stands_in_a_place_once_and_in_order(text: str) -> None:
    places = [(token.pos, token.text) for token in TextAnalyzer()(text)]
    assert len(places) == len(set(places))
    assert [place for place, _ in places] == sorted(place for place, _ in places)
