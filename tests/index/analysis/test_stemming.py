from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.analysis import stemming
from index.analysis.nltk_parts import EnglishStemmer

STEMMER = EnglishStemmer()
ENDINGS = """ability able al alism ally ance ant ate ation ational ed edly eed ement ent er ful fulness ible ic
ical ies ing ingly ion ism ity ive ization ize less li ll logy ly ment ness ol or ous ss tional us y""".split()
words = st.builds(
    "".join,
    st.tuples(st.text(string.ascii_lowercase, min_size=1, max_size=8), st.sampled_from(["", *ENDINGS])),
)


@given(words)
def test_a_word_that_is_not_given_to_the_stemmer_is_its_own_stem(word: str) -> None:
    assert stemming._stemmed(word) == STEMMER.stem(word)


@pytest.mark.parametrize("step", ["step1a", "step1b", "step2", "step3", "step4"])
def test_every_ending_of_the_stemmer_is_known(step: str) -> None:
    endings = getattr(EnglishStemmer, f"_EnglishStemmer__{step}_suffixes")
    assert [ending for ending in endings if not ending.endswith(stemming._TAKEN)] == []


@pytest.mark.parametrize("number", ["7", "2024", "0.05", "1.2.3"])
def test_a_number_is_its_own_term(number: str) -> None:
    assert stemming.stem(number) == number
