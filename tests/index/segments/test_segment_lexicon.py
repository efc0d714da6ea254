from __future__ import annotations

from bisect import bisect_left

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from index.segments.lexicon import OTHER_FORM, lexicon_arrays, lexicon_from, lexicon_of, texts_of

WORDS = st.sets(st.text(st.sampled_from("ab1\u00e9\u03b2\U00010400\0"), min_size=1, max_size=12))


@given(WORDS, st.text("ab1\u00e9\0", max_size=10))
def test_a_text_has_the_number_of_its_place_in_order(known: set[str], sought: str) -> None:
    ordered = sorted(known)
    texts = texts_of(ordered)
    assert [texts.number(text) for text in ordered] == list(range(len(ordered)))
    place = bisect_left(ordered, sought)
    assert texts.number(sought) == (place if sought in known else -1)


@given(WORDS, st.text("ab1\u00e9", max_size=10))
def test_the_texts_that_start_so_are_found_and_no_others(known: set[str], stump: str) -> None:
    texts = texts_of(sorted(known))
    assert [texts[number] for number in texts.starting(stump)] == sorted(
        text for text in known if text.startswith(stump)
    )


def test_words_stand_behind_their_terms_as_forms_in_order() -> None:
    lexicon = lexicon_of({("mice", "mous"): 3, ("mouse", "mous"): 2, ("men", "men"): 1})
    assert [lexicon.term(number) for number in range(len(lexicon))] == ["men", "mous"]
    words = [lexicon.words[number] for number in range(len(lexicon.words))]
    assert list(zip(words, lexicon.counts.tolist(), lexicon.word_term.tolist(), lexicon.word_form.tolist(), strict=True)) == [
        ("men", 1, 0, 0), ("mice", 3, 1, 0), ("mouse", 2, 1, 1),
    ]  # fmt: skip
    assert list(lexicon.starting("mo")) == [1]


def test_forms_from_the_256th_on_share_a_number() -> None:
    lexicon = lexicon_of({(f"w{number:03}", "w"): 1 for number in range(300)})
    assert lexicon.word_form.tolist() == [*range(256), *[OTHER_FORM] * 44]


def test_terms_need_no_words() -> None:
    lexicon = lexicon_of({}, ["b", "a"])
    assert (lexicon.number("a"), lexicon.number("b"), lexicon.number("c")) == (0, 1, -1)
    assert len(lexicon.words) == 0


def test_a_lexicon_is_taken_apart_and_put_together() -> None:
    lexicon = lexicon_of({("mice", "mous"): 3, ("men", "men"): 1})
    again = lexicon_from(lexicon_arrays(lexicon))
    assert again.number("mous") == 1
    assert np.array_equal(again.counts, lexicon.counts)
