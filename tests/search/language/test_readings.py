from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec import structs

from crawler.markup import from_html, to_text
from search.language.readings import tilings, typed_names, typed_words
from search.matching.execute import execute
from search.query import Phrase, Prefix, Term
from tests.records import parsed
from tests.search.matching.test_execute import index_of, never

if TYPE_CHECKING:
    from crawler.outcome import Parsed


def titled(number: int, title: str) -> Parsed:
    """Return an article with a title of safe markup."""
    record = parsed(number, "A title.")
    assert record.article is not None
    return structs.replace(record, article=structs.replace(record.article, title=title))


def found(titles: list[str], node: Term | Phrase | Prefix) -> set[int]:
    """Return the places of the titles that a node finds in an index of them."""
    with tempfile.TemporaryDirectory() as folder:
        index = index_of(Path(folder), [titled(n, title) for n, title in enumerate(titles, 1)])
        return set(execute(index, node, never()).numbers().tolist())


@pytest.mark.parametrize(
    ("node", "has"),
    [
        (Term("neurons"), {"A neuron."}),
        (Term("TDP-43"), {"TDP43.", "TDP 43.", "TDP-43-positive."}),
        (Phrase("TDP-43 pathology"), {"TDP43 pathology.", "TDP 43 pathologies."}),
        (Phrase("ALS/FTD"), {"ALS FTD."}),
        (Prefix("inflammat"), {"Inflammation.", "Inflammatory."}),
        (Prefix("TDP-43"), {"TDP43.", "TDP 43.", "TDP-43-positive."}),
        (Prefix("non-inva"), {"Noninvasive.", "Non invasive."}),
        (Prefix("unheard"), set()),
        (Phrase("motor infl", is_open=True), {"Motor inflation.", "Motor inflammatory."}),
        (Term("..."), set()),
    ],
)
def test_words_are_read_in_every_way_they_can_stand_in_an_article(
    node: Term | Phrase | Prefix, has: set[str]
) -> None:
    others = ["Nil.", "TDP1.", "43 TDP.", "Invasive.", "Motor in inflation.", "ALS and FTD."]
    titles = [*sorted(has), *others]
    assert found(titles, node) == set(range(len(has)))


def test_initials_count_as_they_were_typed() -> None:
    assert [[token.term for token in word] for word in typed_names("Smith JC")] == [["smith"], ["jc"]]


def test_a_word_is_its_compound_first_and_then_its_parts() -> None:
    assert [[token.word for token in word] for word in typed_words("In TDP-43 mice")] == [
        ["in"], ["tdp43", "tdp", "43"], ["mice"],
    ]  # fmt: skip


def test_a_compound_is_filled_in_every_way_its_tokens_tile_it() -> None:
    (word,) = typed_words("TDP-43-positive")
    ways = {tuple(token.term for token in way) for way in tilings(word)}
    assert {("tdp", "43", "posit"), ("tdp43", "posit")} <= ways


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
    assert found([from_html(html)], Phrase(query, ("title",))) == {0}


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
    assert found([text], Phrase(query, ("title",))) == set()


_TITLES = st.lists(
    st.sampled_from(
        ["SOD1", "G93A", "mice", "a", "10", "2.5", "1,000", "-", "\u2010", " ", ", ", "/", "'s", ".", ":",
         "<sup>", "</sup>", "<sub>", "</sub>", "<i>", "</i>", "\u03b1", "&lt;"]
    ),
    max_size=14,
).map(lambda parts: from_html("".join(parts)))  # fmt: skip
_ODD = [
    from_html("A patient's<sup>1</sup>"),
    from_html("10<sup>2.5</sup>"),
    "SOD1's<sup>SOD1</sup>",
    from_html("SOD1<sup>G93A</sup>-a"),
    from_html("2.5<sup>SOD1<sup>SOD1</sup></sup>"),
]


@given(st.lists(_TITLES, min_size=1, max_size=60))
@example(_ODD)
@settings(max_examples=25)
def test_a_title_as_it_is_shown_is_a_phrase_that_finds_it(titles: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        index = index_of(Path(folder), [titled(n, title) for n, title in enumerate(titles, 1)])
        for number, title in enumerate(titles):
            shown = to_text(from_html(title))
            hits = execute(index, Phrase(shown, ("title",)), never()).numbers().tolist()
            assert number in hits or not re.search(r"[^\W_]", shown)
