from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis.analyzer import tokens_of
from index.analysis.compounds import COMPOUND
from index.analysis.folding import fold_word
from index.analysis.parts import is_plain, parts_of
from index.analysis.stemming import stem


@pytest.mark.parametrize("compound", ["motor", "ALS", "taurine", "12", "0.05", "1.2.3"])
def test_a_word_and_a_number_are_plain(compound: str) -> None:
    assert is_plain(compound)


@pytest.mark.parametrize("compound", ["htau", "TNFalpha", "SOD1", "TDP-43", "1,000", "na\u00efve", "\u00b2"])
def test_what_has_parts_signs_or_other_letters_is_not(compound: str) -> None:
    assert not is_plain(compound)


@given(st.text(string.ascii_letters + string.digits + ".", min_size=1, max_size=9))
def test_what_is_plain_is_one_part_and_one_token(text: str) -> None:
    for compound in COMPOUND.findall(text):
        if is_plain(compound):
            (part,) = parts_of(compound)
            (token,) = tokens_of(compound)
            assert (part.start, part.end, part.text) == (0, len(compound), compound)
            assert (token.word, token.term) == (fold_word(compound), stem(compound))
            assert (token.position, token.start, token.end, token.width) == (0, 0, len(compound), 1)
