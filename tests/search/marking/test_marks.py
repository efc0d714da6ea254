from __future__ import annotations

import random
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import msgpack

from crawler.article import Abstract, Article, Ids, Section
from crawler.markup import from_html
from index.analysis.analyzer import analyze
from index.schema import BY_NAME, Kind, field_text
from search.deadline import Deadline
from search.marking.marks import Mark, marks
from search.marking.needles import Needles
from search.matching.looks import Looks
from search.matching.lookup import Lookup
from search.query import Phrase, Prefix, Proximity, Term
from tests.index.segments.test_segment import segment_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.segments.segment import Segment
    from search.query import Words

FIELDS = ("title", "abstract")
WORDS = [
    "motor",
    "neuron",
    "neurons",
    "neuronal",
    "TDP-43",
    "TDP",
    "43",
    "TDP43",
    "als-ftd",
    "ftd",
    "SOD1",
    "G93A",
]
PIECES = [*WORDS, "<i>SOD1</i><sup>G93A</sup>", "a &amp; b", ". ", "- " * 70, "in"]


@pytest.fixture(scope="module")
def segment() -> Iterator[Segment]:
    """A segment of many articles of random words, of which some stand far apart."""
    drawn = random.Random(11)

    def text(most: int) -> str:
        return " ".join(drawn.choices(PIECES, k=drawn.randrange(most)))

    articles = [
        Article(
            ids=Ids(pmid=str(number)),
            title=from_html(text(5)),
            abstract=Abstract(sections=tuple(Section(from_html(text(8))) for _ in range(drawn.randrange(4)))),
        )
        for number in range(100, 180)
    ]
    with TemporaryDirectory() as folder:
        yield segment_of(Path(folder), *articles)


def marked(segment: Segment, tree: Words) -> dict[tuple[int, str], list[Mark]]:
    needles = Needles(tree, segment, Looks(segment.lexicons))
    texts = [(number, field) for field in FIELDS for number in range(segment.articles)]
    found = marks(segment.forward, texts, Kind.TEXT, needles)
    return {text: own for text, own in zip(texts, found, strict=True) if own}


def texts_of(segment: Segment) -> dict[tuple[int, str], str]:
    articles = [msgpack.decode(segment.stored(number), type=Article) for number in range(segment.articles)]
    return {
        (number, field): field_text(BY_NAME[field], each)
        for number, each in enumerate(articles)
        for field in FIELDS
    }


def leaves() -> st.SearchStrategy[Words]:
    text = st.lists(st.sampled_from(WORDS), min_size=2, max_size=3).map(" ".join)
    word = st.sampled_from(WORDS)
    flag = st.booleans()
    return st.one_of(
        st.builds(Phrase, text, st.just(FIELDS), is_open=flag, is_exact=flag),
        st.builds(Term, word, st.just(FIELDS), is_exact=flag),
        st.builds(Prefix, st.sampled_from(["neur", "neuronal", "TDP-4", "SOD1G", "als"]), st.just(FIELDS)),
    )


@settings(deadline=None)
@given(leaves())
def test_articles_have_marks_exactly_where_they_match(segment: Segment, leaf: Words) -> None:
    matches = Lookup(segment).matches(leaf, Deadline(lambda: 0.0, 1.0))
    assert {number for number, _ in marked(segment, leaf)} == set(matches.numbers().tolist())


@pytest.mark.parametrize("word", ["motor", "ftd", "SOD1", "43"])
def test_every_token_of_a_word_is_marked_from_its_start_to_its_end(segment: Segment, word: str) -> None:
    term = analyze(word)[0].term
    found = marked(segment, Term(word))
    for text, content in texts_of(segment).items():
        expected = [(token.start, token.end) for token in analyze(content) if token.term == term]
        assert [(mark.start, mark.end) for mark in found.get(text, [])] == expected


def test_an_exact_word_is_marked_in_its_own_form_only(segment: Segment) -> None:
    found = marked(segment, Term("Neurons", is_exact=True))
    texts = texts_of(segment)
    assert {texts[text][mark.start : mark.end] for text, own in found.items() for mark in own} == {"neurons"}


def test_words_near_each_other_are_marked_one_by_one(segment: Segment) -> None:
    found = marked(segment, Proximity("TDP-43 motor", distance=3))
    texts = texts_of(segment)
    seen = {texts[text][mark.start : mark.end] for text, own in found.items() for mark in own}
    assert seen == {"TDP-43", "TDP43", "motor", "TDP 43"}


def test_marks_come_in_order_and_never_overlap(segment: Segment) -> None:
    for own in marked(segment, Prefix("tdp")).values():
        assert all(one.end <= other.start for one, other in pairwise(own))


def test_only_the_fields_that_were_asked_for_have_marks(segment: Segment) -> None:
    assert {field for _, field in marked(segment, Term("motor", ("abstract",)))} == {"abstract"}
