from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.analyzer import COMPOUND, GAP, analyze, analyze_name, tokens_of
from index.analysis.numbering import Numbering
from index.building.chunks import NameChunks, TextChunks, opens
from index.building.streams import FieldStream, Words
from index.building.unit_tables import analyzed
from index.schema import Kind

# What blanks, hyphens and signs join or part, in this field.
PIECES = """TDP 43 TDP-43 C9 orf 72 C9orf 72 NF kappa B \u03ba IL 1 beta IL-1 tgf \u03b2 42 phase II type 2 non post invasive
SOD1 G93A (G93A) fus p.R521C Q331* TARDBP SARS cov 2 interleukin 10 hnrnp A1 up regulated alpha motor neuron riluzole
3.5 10-20 84\u201393 2019;12(3):45\u201367. p<0.05, patient's O' Brien van den J.-P. \u2014 = x\u00b2 \u00e9t\u00e9 mice mice. (mice sars""".split()
TEXTS = st.lists(st.sampled_from(PIECES)).map(" ".join)
ODD = st.lists(st.sampled_from([*PIECES, "", "\u00a0", "\t"]), max_size=12).map(" ".join)


def units(chunks: type[TextChunks | NameChunks], text: str, *, is_plain: bool = True) -> list[str]:
    numbers = Numbering()
    found = chunks(numbers).units(text, is_plain=is_plain)
    names = list(numbers)
    return [names[number] for number in found]


@given(TEXTS)
def test_the_units_of_a_text_are_its_compounds_or_ends_of_ranges(text: str) -> None:
    found = units(TextChunks, text)
    assert found == units(TextChunks, text, is_plain=False)
    assert [token.term for unit in found for token in tokens_of(unit)] == [
        token.term for token in analyze(text)
    ]


@given(st.text(alphabet="abcfhknopstuxBCFNX.,:;!?()[]", min_size=1, max_size=9))
def test_the_units_of_a_word_of_latin_letters_are_its_compounds(word: str) -> None:
    assert units(TextChunks, word) == units(TextChunks, word, is_plain=False)


@given(st.lists(TEXTS))
def test_what_was_met_before_is_found_again(texts: list[str]) -> None:
    chunks = TextChunks(Numbering())
    first = [chunks.units(text, is_plain=True).tolist() for text in texts]
    assert first == [chunks.units(text, is_plain=True).tolist() for text in texts]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("in TDP 43 and", ["in", "TDP 43", "and"]),
        (f"TDP{GAP}43", ["TDP", "43"]),
        ("10-20", ["10", "20"]),
        ("2019;12(3):45\u201367.", ["2019", "12", "3", "45", "67"]),
        ("= \u2014", []),
    ],
)
def test_a_blank_joins_but_a_gap_does_not(text: str, expected: list[str]) -> None:
    assert units(TextChunks, text) == expected


@given(st.sampled_from(PIECES), st.sampled_from(PIECES))
def test_what_a_blank_joins_has_a_first_word_that_opens(first: str, second: str) -> None:
    if len(COMPOUND.findall(f"{first} {second}")) < len(COMPOUND.findall(first) + COMPOUND.findall(second)):
        assert opens(first)


@given(st.lists(ODD, max_size=4))
def test_units_are_placed_where_they_stand_in_their_text(texts: list[str]) -> None:
    numbers = Numbering()
    stream = FieldStream()
    Words(numbers, TextChunks(numbers)).add(texts, stream)
    arrays = stream.arrays()
    table, _ = analyzed(Kind.TEXT, list(numbers))
    ends = [0, *arrays["counts"].cumsum().tolist()]
    for text, (start, end) in zip(texts, pairwise(ends), strict=True):
        at = 0
        found = []
        for unit, gap in zip(arrays["units"][start:end], arrays["gaps"][start:end], strict=True):
            at += int(gap) & 0x7F
            found.append((list(numbers)[unit], at))
            at += int(table.lengths[unit])
        assert all(text.startswith(unit, place) for unit, place in found)
        assert len(found) == len({place for _, place in found})


@given(st.lists(ODD, max_size=4))
def test_units_of_names_have_the_tokens_of_names(names: list[str]) -> None:
    for name in names:
        expected = analyze_name(name)
        tokens = [token.term for unit in units(NameChunks, name) for token in analyze_name(unit)]
        assert tokens == [token.term for token in expected]
