"""Random trees over random articles find the same, with the same scores, as plain Python finds without an index."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import msgpack

from crawler.article import Article
from search.deadline import Deadline
from search.matching.execute import execute
from search.matching.matches import top
from search.query import And, Concept, Dates, Every, Not, Or, Phrase, Prefix, Proximity, Term
from tests.conftest import THOROUGH
from tests.records import parsed
from tests.search.brute_force import Corpus
from tests.search.matching.test_execute import index_of

if TYPE_CHECKING:
    from crawler.outcome import Parsed
    from search.matching.execute import Index
    from search.query import Node

WORDS = """motor neuron neurons neuronal TDP-43 TDP43 TDP 43 SOD1<sup>G93A</sup> SOD1 G93A mice mouse the of in in
non-invasive noninvasive non invasive smith inflammation inflammatory inflamed 3.5 IL-1\u03b2 phase I/II Na+""".split()
TYPED = [word.replace("<sup>", "").replace("</sup>", "") for word in WORDS]
TYPED += ["absent", "J", "JC", "Smith-Jones", "SOD1-G93A", "phase 2", "TDP-43s"]
STUMPS = [
    "mot",
    "neuron",
    "neuronal",
    "inflamm",
    "inflammati",
    "TDP-4",
    "non-inv",
    "smi",
    "SOD1-G93",
    "xyz",
    "t",
]
FIELDS = [
    (),
    ("title",),
    ("abstract",),
    ("title", "abstract"),
    ("author",),
    ("keyword",),
    ("title", "author", "pmid"),
]


class World(NamedTuple):
    searched: Index
    corpus: Corpus


def record(random: Random, number: int) -> Parsed:
    def text(most: int) -> str:
        return " ".join(random.choices(WORDS, k=random.randint(0, most))) or "x"

    keywords = "".join(f"<Keyword>{text(2)}</Keyword>" for _ in range(random.randint(0, 3)))
    return parsed(
        number,
        f"{text(6)}.",
        abstract=text(15),
        authors="|".join(random.choices(["JC Smith", "Ana Silva", "J Smithson", "Mo Smith-Jones"], k=2)),
        year=random.choice(["1999", "2010", "2020"]),
        extra=f'<KeywordList Owner="NOTNLM">{keywords}</KeywordList>',
    )


@pytest.fixture(scope="module", params=[1, 7, 60, *(range(20, 40) if THOROUGH else ())])
def world(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> World:
    random = Random(request.param)
    records = [record(random, number) for number in range(1, request.param + 1)]
    index = index_of(tmp_path_factory.mktemp("world"), records)
    segment = index.lookup._segment
    articles = [msgpack.decode(segment.stored(number), type=Article) for number in range(segment.articles)]
    return World(index, Corpus(articles))


TEXTS = st.lists(st.sampled_from(TYPED), min_size=1, max_size=3).map(" ".join)
PLACES = st.sampled_from(FIELDS)
LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.builds(Term, st.sampled_from(TYPED), PLACES, st.booleans()),
    st.builds(Phrase, TEXTS, PLACES, st.booleans(), st.booleans()),
    st.builds(Proximity, TEXTS, PLACES, st.sampled_from([0, 1, 2, 5, 99, 1000])),
    st.builds(Prefix, st.sampled_from(STUMPS), PLACES),
    st.builds(Term, st.integers(1, 9).map(str), st.just(("pmid",))),
    st.builds(Dates, st.just(19990000), st.sampled_from([19999999, 20109999])),
    st.just(Every()),
)


def branches(nodes: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(nodes, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, several),
        st.builds(Or, several),
        st.builds(Not, nodes),
        st.builds(Concept, nodes, several, st.sampled_from([0.0, 0.5, 1.0]), st.just("X")),
    )


@given(st.recursive(LEAVES, branches, max_leaves=5))
def test_the_arrays_find_what_brute_force_finds(world: World, tree: Node) -> None:
    expected = world.corpus.found(tree)
    matches = execute(world.searched, tree, Deadline(lambda: 0.0, 1.0))
    numbers, scores = matches.numbers().tolist(), matches.scores().tolist()
    assert numbers == sorted(expected)
    assert matches.count == len(expected)
    # What stands ready for words everywhere is kept with three digits.
    assert scores == pytest.approx([expected[number] for number in numbers], rel=3e-3, abs=1e-5)
    ordered = sorted(zip(numbers, scores, strict=True), key=lambda each: (-each[1], each[0]))
    for count in (1, 3, 50):
        best = top(matches, count)
        assert list(zip(best[0].tolist(), best[1].tolist(), strict=True)) == ordered[:count]
