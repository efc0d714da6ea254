from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.tokenize.punkt import PunktParameters, PunktSentenceTokenizer

from search.marking.sentences import sentences

NEXT = ["We", "The", "Mice", "12", "A", "Riluzole"]


@pytest.mark.parametrize(
    "parts",
    [
        ["One is here.", "Two is there."],
        ["Is it?", "It is!", "(We think.)", "7 agree."],
        ["Shown in Fig. 3 by Smith et al. Before that, e.g. in mice, not."],
        ["Seen by J. Smith."],
        ["Found in p. Arg521 carriers."],
        ["No stop at the end"],
        ["\u201cQuoted.\u201d", "Not quoted."],
        ["A value of 3.5 vs. 4.5 was found.", "It rose."],
    ],
)
def test_a_sentence_ends_before_a_capital_but_not_after_an_abbreviation(parts: list[str]) -> None:
    text = "  ".join(parts)
    assert [text[start:end] for start, end in sentences(text)] == parts


def test_blanks_alone_are_no_sentence() -> None:
    assert list(sentences(" \n ")) == []


@given(st.text(st.sampled_from('aB1.?! ("\n'), max_size=60))
def test_sentences_hold_everything_but_blanks_in_order(text: str) -> None:
    spans = list(sentences(text))
    assert "".join("".join(text[start:end].split()) for start, end in spans) == "".join(text.split())
    assert all(text[start:end] == text[start:end].strip() for start, end in spans)


@pytest.mark.parametrize(
    "parts",
    [
        ["As shown by Smith et al.", "We found no more."],
        ["It was given i.v. Boluses of 5 mg (e.g. Riluzole) followed."],
        ["They had hepatitis C.", "The others had none."],
        ["See J. A. Silva and vitamin C. Silva agrees."],
        ["We used SOD1.", "Mice died."],
    ],
)
def test_a_short_word_ends_a_sentence_before_a_word_that_begins_one(parts: list[str]) -> None:
    text = " ".join(parts)
    assert [text[start:end] for start, end in sentences(text)] == parts


@given(
    st.sampled_from(["mice", "SOD1", "12", "3.5", "TDP-43", "ALS", "(mice", "cells"]), st.sampled_from(NEXT)
)
def test_punkt_agrees_where_it_is_not_asked(word: str, following: str) -> None:
    text = f"{word}. {following} grew"
    assert len(list(sentences(text))) == len(PunktSentenceTokenizer(PunktParameters()).tokenize(text)) == 2
