from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.spelling import american, spellings

PAIRS = [
    ("labelled", "labeled"),
    ("immunolabelling", "immunolabeling"),
    ("signalling", "signaling"),
    ("traveller", "traveler"),
    ("centre", "center"),
    ("centres", "centers"),
    ("epicentre", "epicenter"),
    ("myofibre", "myofiber"),
    ("fibres", "fibers"),
    ("calibre", "caliber"),
    ("litres", "liters"),
    ("millimetre", "millimeter"),
    ("hospitalised", "hospitalized"),
    ("hospitalisation", "hospitalization"),
    ("organising", "organizing"),
    ("analyse", "analyze"),
    ("paralysing", "paralyzing"),
    ("tumour", "tumor"),
    ("haemorrhage", "hemorrhage"),
    ("oesophagus", "esophagus"),
    ("ageing", "aging"),
]


@pytest.mark.parametrize(("british", "ours"), PAIRS)
def test_both_spellings_of_a_word_are_one(british: str, ours: str) -> None:
    assert american(british) == american(ours)


@pytest.mark.parametrize(("british", "ours"), PAIRS)
def test_the_start_of_a_word_finds_it_in_both_spellings(british: str, ours: str) -> None:
    for typed, other in ((british, ours), (ours, british)):
        assert other.startswith(spellings(typed))


@pytest.mark.parametrize(
    ("stump", "word"),
    [
        ("labell", "labeling"),
        ("labell", "labeled"),
        ("labelli", "labeling"),
        ("labele", "labelled"),
        ("centr", "centers"),
        ("cente", "centres"),
        ("fibr", "fibers"),
        ("hospitalis", "hospitalized"),
        ("hospitaliz", "hospitalisation"),
        ("hospitalisati", "hospitalization"),
        ("organiz", "organised"),
        ("analyz", "analysed"),
        ("analys", "analyzing"),
    ],
)
def test_a_start_that_ends_before_the_letters_that_differ_finds_both(stump: str, word: str) -> None:
    assert word.startswith(spellings(stump))


@pytest.mark.parametrize(
    ("stump", "word"),
    [
        ("labell", "labels"),
        ("organiz", "organism"),
        ("analyz", "analysis"),
        ("parametr", "parameter"),
        ("central", "center"),
        ("fibro", "fibers"),
    ],
)
def test_a_start_finds_no_other_word_by_it(stump: str, word: str) -> None:
    assert not word.startswith(spellings(stump))


@given(st.text(max_size=20))
def test_a_start_comes_first_among_its_spellings_and_each_is_there_once(stump: str) -> None:
    found = spellings(stump)
    assert found[0] == stump
    assert len(set(found)) == len(found)
