from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.linking.titles import plain_words, title_words, words_added

TITLES = st.lists(
    st.sampled_from("als study of tau tau-2 neurons neuron the new fus part 1".split()), max_size=8
).map(" ".join)


def added(one: str, other: str) -> int | None:
    return words_added(title_words(one), title_words(other))


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("Zinc fingers in motor neurons", "Zinc fingers in motor neurons.", 0),
        ("Zinc fingers in motor neurons", "ZINC FINGERS IN THE MOTOR NEURON", 0),
        ("Follow-up of zinc fingers", "Followup of zinc fingers", 0),
        ("Tumour localisation after haemorrhage", "Tumor localization after hemorrhage", 0),
        ("Zinc in amyotrophic lateral sclerosis (ALS)", "Zinc in ALS", 0),
        ("Zinc levels in blood of carriers", "Zinc levels in blood of carriers: a cohort study", 2),
        ("Novel zinc levels in blood of carriers", "Zinc levels in blood of carriers", 1),
        ("Caf\N{LATIN SMALL LETTER E WITH ACUTE} culture and zinc", "Cafe\N{COMBINING ACUTE ACCENT} culture and zinc", 0),
    ],
)  # fmt: skip
def test_spelling_makes_no_other_title_and_words_that_tell_nothing_new_are_counted(
    one: str, other: str, words: int
) -> None:
    assert added(one, other) == words
    assert added(other, one) == words


LONG = "Transport of zinc along the axons of motor neurons from people who carry a rare variant"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("part 1", "part 2"), ("part I", "part II"), ("", "part 2"), ("", "a reply"), ("", "correction"),
        ("", "study protocol"), ("familial", "sporadic"), ("in microglia", "in macroglia"), ("typical", "atypical"),
        ("with pain", "without pain"), ("SOD1", "SOD2"), ("TDP-43", "TDP-4"), ("hyperexcitable", "hypoexcitable"),
        ("in men", "in women"), ("a new study", "a cohort"), ("", "not"), ("from glia to axons", "from axons to glia"),
    ],
)  # fmt: skip
def test_whatever_else_differs_makes_another_title_however_long_the_rest_is(one: str, other: str) -> None:
    assert added(f"{LONG}: {one}", f"{LONG}: {other}") is None
    assert added(f"{LONG}: {other}", f"{LONG}: {one}") is None


@given(TITLES, TITLES)
def test_a_title_differs_from_itself_in_nothing_and_from_another_in_as_much_either_way(
    one: str, other: str
) -> None:
    assert added(one, one) == 0
    ways = {added(one, other) is None, added(other, one) is None}
    assert len(ways) == 1


@given(st.text())
def test_plain_words_of_plain_words_are_the_same(text: str) -> None:
    assert plain_words(plain_words(text)) == plain_words(text)
