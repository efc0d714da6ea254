from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from index.segments.lexicon import lexicon_of
from search.suggesting.neighbors import MIN_LENGTH, Neighbors

WORDS = st.text("abcdeß1", min_size=1, max_size=9)


def neighbors(**counts: int) -> Neighbors:
    return Neighbors(lexicon_of({(word, word): count for word, count in counts.items()}))


def found(among: Neighbors, word: str) -> list[str]:
    return [each.word for each in among.near(word)]


@given(st.sets(WORDS, max_size=30), st.text("abcde", min_size=MIN_LENGTH, max_size=9))
def test_every_word_of_letters_within_reach_is_found(words: set[str], typed: str) -> None:
    among = Neighbors(lexicon_of(dict.fromkeys(zip(words, words, strict=True), 1)))
    reach = 2 if len(typed) >= 6 else 1
    plain = {word for word in words if word.isascii() and word.isalpha()}
    near = {each.word: each for each in among.near(typed)}
    assert set(near) >= {word for word in plain if 0 < OSA.distance(word, typed) <= reach}
    assert all(
        word in plain and each.distance == OSA.distance(word, typed) <= 3 for word, each in near.items()
    )


def test_the_likeliest_comes_first_by_distance_and_frequency() -> None:
    among = neighbors(motor=500, rotor=3, mother=600, motors=5)
    assert found(among, "mutor")[0] == "motor"
    assert found(among, "mothr")[0] == "mother"


def test_what_sounds_alike_is_nearer() -> None:
    (near,) = neighbors(atrophy=10).near("atrofy")
    assert (near.distance, near.edits) == (2, 1.0)


def test_a_known_name_is_preferred() -> None:
    lexicon = lexicon_of({("riluzole", "riluzole"): 5, ("riluxole", "riluxole"): 5})
    assert Neighbors(lexicon, frozenset({"riluzole"})).near("rilusole")[0].word == "riluzole"


def test_three_edits_are_allowed_in_long_words_that_sound_alike() -> None:
    among = neighbors(amyotrophic=100, amitriptyline=100)
    assert found(among, "amiotrofic") == ["amyotrophic"]


@pytest.mark.parametrize("word", ["als", "sod1", "fußnote", "", "x" * 65, "\u043c\u044b\u0448\u0446\u0430"])
def test_nothing_is_near_to_what_is_short_or_no_row_of_letters(word: str) -> None:
    assert neighbors(ales=9, soda=9, fussnote=9).near(word) == []


def test_a_term_counts_in_all_its_forms() -> None:
    among = Neighbors(lexicon_of({("neuron", "neuron"): 3, ("neurons", "neuron"): 4}))
    assert among.count("neuron") == 7
    assert among.count("neurone") == 0
    assert among.near("neurom")[0].written == 7


def test_an_empty_lexicon_has_no_neighbors() -> None:
    assert neighbors().near("riluzole") == []
