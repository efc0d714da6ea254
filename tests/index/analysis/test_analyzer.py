from __future__ import annotations

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup import from_html, index_text
from index.analysis import analyzer, compounds
from index.analysis.analyzer import GAP, NameAnalyzer, TextAnalyzer, analyze, analyze_name, fold
from index.analysis.stemming import NUMBERED


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


def test_an_analyzer_that_was_kept_is_the_same() -> None:
    analyzer = TextAnalyzer()
    list(analyzer("Mice and mouse. Mice!"))
    kept = pickle.loads(pickle.dumps(analyzer))  # noqa: S301 - it was pickled on the line before
    assert kept == analyzer
    assert [token.text for token in kept("Mice")] == ["mice"]


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("TDP-43-positive", ["tdp43positive", "tdp43", "tdp", "43", "posit"]),
        ("anti-TDP-43", ["antitdp43", "antitdp", "anti", "tdp43", "tdp", "43"]),
        ("NF-\u03baB", ["nfkappab", "nfkappa", "nf", "kappab", "kappa", "b"]),
        ("TNF\u03b1", ["tnfalpha", "tnf", "alpha"]),
        ("SOD1G93A-transgenic", ["sod1g93atransgenic", "sod1g93a", "sod1", "g93a", "transgen"]),
        ("phase I/II", ["phase1", "phase", "i", "phase2", "ii"]),
        ("10-20", ["10", "20"]),
        ("5-7.5", ["5", "7.5"]),
        ("Nav1.7", ["nav1.7"]),
        ("p.Gly93Ala", ["g93a"]),
        ("rs12608932", ["rs12608932"]),
        ("Table 1", ["tabl", "1"]),
        ("Figure 2", ["figur", "2"]),
        ("ALS 50 patients", ["als", "50", "patient"]),
        ("p 43", ["p", "43"]),
        ("IL 60611", ["il", "60611"]),
        ("TDP 43.5", ["tdp", "43.5"]),
        ("pre and post", ["pre", "and", "post"]),
    ],
)
def test_a_compound_has_the_tokens_of_its_names_and_parts(text: str, expected: list[str]) -> None:
    assert [token.term for token in analyze(text)] == expected


def test_every_name_of_the_lists_is_one_compound() -> None:
    numbered = [f"{name} 2" for name in (*compounds._WITH_NUMBER, *NUMBERED)]
    prefixed = [f"{prefix} typical" for prefix in compounds.PREFIXES]
    greek = [f"{name} beta" for name in (*compounds._GREEK_LAST, *compounds._GREEK_INSIDE)]
    for text in (*compounds._CODES, *numbered, *prefixed, *greek):
        for written in (text, text.upper()):
            assert compounds.COMPOUND.findall(f"a {written}, b") == ["a", written, "b"]


def test_a_quoted_word_can_tell_spellings_and_inflections_but_not_signs() -> None:
    words = [analyze(text)[0].word for text in ("Tumours", "tumor", "TDP-43", "TDP43", "\u03b1-synuclein")]
    assert words == ["tumours", "tumor", "tdp43", "tdp43", "alphasynuclein"]


@pytest.mark.parametrize(
    "name", ["ALS", "NfL", "riluzole", "tofersen", "bosutinib", "optineurin", "FUS", "Hirayama"]
)
def test_names_are_their_own_terms_in_any_case(name: str) -> None:
    assert terms(name) == terms(name.lower()) == [(name.lower(), 0)]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("O\u2019Brien", "o'brien"),
        ("O\u2019Brien", "OBrien"),
        ("D' Alessandro", "d'alessandro"),
        ("M\u00fcller", "mueller"),
        ("M\u00fcller", "Muller"),
        ("Mu\u0308ller", "M\u00fcller"),
        ("S\u00f8rensen", "soerensen"),
        ("Garc\u00eda-Redondo", "garcia redondo"),
        ("Dupont J-P", "Dupont JP"),
        ("J.-P. Dupont", "jp"),
        ("van den Berg LH", "Van den Berg L"),
    ],
)
def test_a_name_is_found_as_it_is_typed(written: str, typed: str) -> None:
    first_of_place = {token.position: token.term for token in reversed(analyze_name(typed))}
    assert set(first_of_place.values()) <= {token.term for token in analyze_name(written)}


def test_what_is_typed_with_its_umlaut_is_not_found_without() -> None:
    assert [token.term for token in analyze_name("Mueller")] == ["mueller"]


def test_nltk_can_use_the_tokenizer() -> None:
    tokenizer = analyzer.CompoundTokenizer()
    assert tokenizer.tokenize("In TDP-43, C9 orf 72.") == ["In", "TDP-43", "C9 orf 72"]
    assert list(tokenizer.span_tokenize("In TDP-43.")) == [(0, 2), (3, 9)]


TEXTS = st.lists(
    st.one_of(
        st.sampled_from(
            """TDP 43 - SOD1 G93A ( ) / ' s \u2019s NF kappa B \u03b1 \u03b2 \u03ba \u00df \u00e9 e\u0301 \u00ad IL 6 1,000 2.5 . ,
            phase II I non invasive p.Gly93Ala c.280G>A alpha synuclein tumour \u2013 \u2060 C9 orf 72 h p tau TNF""".split()
        ),
        st.sampled_from([" ", " ", " ", GAP]),
        st.text(max_size=3),
    ),
    max_size=16,
).map("".join)


@given(TEXTS)
def test_terms_depend_on_nothing_but_the_word(text: str) -> None:
    for token in analyze(text):
        assert (
            token.term == analyzer.stem(token.word) == analyzer.stem(token.word.upper())
            or not token.word.isascii()
        )


@given(TEXTS)
def test_every_place_is_filled_by_one_part_and_wide_tokens_by_those_they_join(text: str) -> None:
    tokens = analyze(text)
    parts: dict[int, list[analyzer.Token]] = {}
    for token in tokens:
        parts.setdefault(token.position, []).append(token)
    for token in tokens:
        for place in range(token.position, token.position + token.width):
            assert any(part.width == 1 and token.start <= part.start for part in parts[place])


@given(TEXTS, TEXTS)
def test_texts_with_a_gap_between_have_the_tokens_of_each(one: str, other: str) -> None:
    def told(text: str) -> list[tuple[str, str, int]]:
        return [(token.term, token.word, token.width) for token in analyze(text)]

    assert told(one + GAP + other) == told(one) + told(other)
    assert told(one) == told(one)


@given(TEXTS)
def test_a_compound_is_the_same_without_what_stands_around_it(text: str) -> None:
    for compound in compounds.COMPOUND.findall(text):
        assert compounds.COMPOUND.findall(compound) == [compound]


@given(TEXTS)
def test_an_article_meets_the_query_in_other_case(text: str) -> None:
    plain = text.replace("\u00df", "")
    assert {token.term for token in analyze(plain.lower())} == {
        token.term for token in analyze(plain)
    } or not plain.isascii()


@given(st.one_of(st.text(), TEXTS))
def test_any_text_has_tokens_in_order_that_lie_in_it(text: str) -> None:
    tokens = analyze(text)
    assert [token.position for token in tokens] == sorted(token.position for token in tokens)
    for token in tokens:
        assert 0 <= token.start < token.end <= len(text)
        assert token.term
        assert token.word


@given(st.from_regex(r"[A-Za-z0-9]{1,12}(-[A-Za-z0-9]{1,8}){0,2}", fullmatch=True))
def test_a_word_alone_has_the_tokens_that_it_has_in_a_text(word: str) -> None:
    alone = {token.term for token in analyze(word)}
    assert alone <= {token.term for token in analyze(f"We saw {word}, again.")}


@given(st.text(st.sampled_from("aB1é.,-'\u2060\n ")))
def test_the_quick_way_to_the_terms_of_a_text_finds_the_same(text: str) -> None:
    assert analyzer.terms(text) == {token.term for token in analyze(text)}


@given(st.text(st.sampled_from("aB1.,-'\u2060 "), max_size=30))
def test_in_an_index_a_term_stands_in_a_place_once_and_in_order(text: str) -> None:
    places = [(token.pos, token.text) for token in TextAnalyzer()(text)]
    assert len(places) == len(set(places))
    assert [place for place, _ in places] == sorted(place for place, _ in places)
