from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.markup import from_html, index_text, to_text
from index.analysis import analyze, in_places
from index.columns import words_of
from index.schema import Kind
from search.query import Phrase, Prefix, Term
from search.readings import MAX_EXPANSIONS, Readings, Row, spans, typed_words

WORDS = {
    Kind.TEXT: words_of(
        {"inflammation": 3, "inflammatory": 2, "inflame": 1, "noninvasive": 1, "invasive": 1, "tdp43": 2, "tdp43positive": 1}
    ),
    Kind.NAME: words_of({"smith": 1, "smithson": 2}),
}  # fmt: skip


def row(node: Term | Phrase | Prefix, kind: Kind = Kind.TEXT) -> Row:
    return Readings(WORDS).row(node, kind)


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Term("neurons"), ((("neuron",),),)),
        (Term("TDP-43"), ((("tdp43",), ("tdp", "43")),)),
        (Phrase("TDP-43 pathology"), ((("tdp43",), ("tdp", "43")), (("patholog",),))),
        (Phrase("ALS/FTD"), ((("als",),), (("ftd",),))),
        (Prefix("inflammat"), ((("inflamm",), ("inflammatori",)),)),
        (Prefix("TDP-43"), ((("tdp43",), ("tdp43positive",)),)),
        (Prefix("non-inva"), ((("noninvas",), ("non", "invas")),)),
        (Prefix("nothing"), ((),)),
        (Phrase("motor infl", is_open=True), ((("motor",),), (("inflamm",), ("inflammatori",), ("inflam",)))),
        (Term("..."), ()),
    ],
)
def test_words_are_read_in_every_way_they_can_stand_in_an_article(
    node: Term | Phrase | Prefix, expected: Row
) -> None:
    assert row(node) == expected or row(node) == _by_term(expected)


def _by_term(expected: Row) -> Row:
    return tuple(tuple(sorted(slot)) for slot in expected)


def test_names_are_not_stemmed_and_initials_count_as_typed() -> None:
    assert row(Term("Smith JC"), Kind.NAME) == ((("smith",),), (("jc",),))
    assert row(Prefix("Smi"), Kind.NAME) == ((("smithson",), ("smith",)),)


def test_a_word_is_its_compound_first_and_then_its_parts() -> None:
    assert [[token.word for token in word] for word in typed_words("In TDP-43 mice")] == [
        ["in"], ["tdp43", "tdp", "43"], ["mice"],
    ]  # fmt: skip


def test_the_start_of_very_many_words_is_marked_as_the_most_frequent() -> None:
    words = words_of({f"abc{n}": n + 1 for n in range(MAX_EXPANSIONS + 5)})
    readings = Readings({Kind.TEXT: words, Kind.NAME: words_of({})})
    (slot,) = readings.row(Prefix("abc"), Kind.TEXT)
    assert len(slot) == MAX_EXPANSIONS
    assert slot[0] == (f"abc{MAX_EXPANSIONS + 4}",)
    assert readings.row(Prefix("abc"), Kind.TEXT) == (slot,)


def found_in(text: str, query: str) -> bool:
    places: dict[str, set[int]] = {}
    for place, token in in_places(analyze(text)):
        places.setdefault(token.term, set()).add(place)
    return bool(spans(row(Phrase(query)), places))


@pytest.mark.parametrize(
    ("html", "query"),
    [
        ("TDP-43 pathology", "TDP43 pathology"),
        ("TDP43 pathology", "TDP-43 pathology"),
        ("TDP 43 pathology", "TDP-43 pathology"),
        ("TDP-43 pathology", "TDP 43 pathology"),
        ("SOD1<sup>G93A</sup> mice", "SOD1G93A mice"),
        ("in the SOD1<sup>G93A</sup> mice", "the SOD1G93A mice"),
        ("in the SOD1<sup>G93A</sup> mice", "the SOD1-G93A mice"),
        ("SOD1<sup>G93A</sup>-transgenic mice", "SOD1G93A-transgenic mice"),
        ("SOD1<sup>G93A</sup>-transgenic mice", "SOD1G93A transgenic mice"),
        ("TDP-43 and beta-amyloid", "TDP43 and beta amyloid"),
    ],
)
def test_a_phrase_with_a_compound_finds_every_form_of_it(html: str, query: str) -> None:
    assert found_in(index_text(from_html(html)), query)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("TDP43 in pathology", "TDP-43 pathology"),
        ("TDP-43 in pathology", "TDP43 pathology"),
        ("43 TDP pathology", "TDP-43 pathology"),
        ("TDP-43 mice", "43 TDP mice"),
    ],
)
def test_a_phrase_with_a_compound_lets_nothing_stand_between(text: str, query: str) -> None:
    assert not found_in(text, query)


_TITLES = st.lists(
    st.sampled_from(
        ["SOD1", "G93A", "mice", "a", "10", "2.5", "1,000", "-", "\u2010", " ", ", ", "/", "'s", ".", ":",
         "<sup>", "</sup>", "<sub>", "</sub>", "<i>", "</i>", "\u03b1", "&lt;"]
    ),
    max_size=14,
).map(lambda parts: from_html("".join(parts)))  # fmt: skip


@given(_TITLES)
@example(from_html("A patient's<sup>1</sup>"))
@example(from_html("10<sup>2.5</sup>"))
@example("SOD1's<sup>SOD1</sup>")
@example(from_html("SOD1<sup>G93A</sup>-a"))
def test_a_title_as_it_is_shown_is_a_phrase_that_finds_it(title: str) -> None:
    markup = from_html(title)
    shown = to_text(markup)
    assert found_in(index_text(markup), shown) or not re.search(r"[^\W_]", shown)
