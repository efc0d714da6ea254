from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from msgspec import Struct, structs

from crawler.keeping.library import Library
from index.build import build
from index.schema import EVERYWHERE
from index.segments.columns import read_columns
from index.segments.impacts import LENGTH_SHARE
from index.segments.segment import Segment
from index.settings import IndexSettings
from search.deadline import Deadline
from search.matching.execute import Index, execute, is_plain, loosen, points_of
from search.matching.lookup import Lookup
from search.matching.matches import top
from search.matching.weights import SATURATION, rarity
from search.query import (
    And,
    CitedBy,
    Cites,
    Concept,
    Dates,
    Every,
    Not,
    Or,
    Phrase,
    Prefix,
    Proximity,
    Term,
)
from tests.conftest import NOW, ignore_progress
from tests.records import cites, parsed

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.outcome import Parsed
    from search.query import Node, Words

Found = dict[int, float]

RECORDS = [
    parsed(1, "TDP-43 pathology.", abstract="Aggregates."),
    parsed(2, "TDP43 pathology.", abstract="Aggregation in mice.", data=cites(1, 4)),
    parsed(3, "Pathology of TDP.", abstract="Chapter 43.", year="1999", data=cites(1, 777)),
    parsed(4, "In <i>SOD1</i><sup>G93A</sup> mice.", authors="JC Smith"),
]


class Clock(Struct):
    """A clock that goes on by a second whenever it is looked at."""

    now: float = 0.0

    def __call__(self) -> float:
        self.now += 1
        return self.now


def never() -> Deadline:
    return Deadline(lambda: 0.0, 1.0)


def index_of(folder: Path, records: list[Parsed]) -> Index:
    library = Library(folder / "library.sqlite", identity="test")
    library.take(records, source="a test", now=NOW)
    folder = build(library, folder / "index", IndexSettings(), now=NOW, progress=ignore_progress).folder
    library.close()
    return Index(Lookup(Segment(folder)), read_columns(folder))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    return index_of(tmp_path_factory.mktemp("execute"), RECORDS)


def run(index: Index, tree: Node, deadline: Deadline | None = None) -> Found:
    """Execute a tree: scores by number."""
    matches = execute(index, tree, deadline or never())
    assert sorted(set(matches.numbers().tolist())) == matches.numbers().tolist()
    return dict(zip(matches.numbers().tolist(), matches.scores().tolist(), strict=True))


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Every(), {0, 1, 2, 3}),
        (And(()), {0, 1, 2, 3}),
        (Or(()), set()),
        (Not(Every()), set()),
        (Not(Term("mice")), {0, 2}),
        (And((Every(), Not(Term("mice")))), {0, 2}),
        (Or((Not(Term("mice")), Term("smith"))), {0, 2, 3}),
        (And((Term("pathology"), Dates(19990000, 19999999))), {2}),
        (Or((Term("smith"), Dates(19990000, 19999999))), {2, 3}),
        (Dates(0, 0, "online"), {0, 1, 2, 3}),
        (Dates(20200000, 20209999, "printed"), {0, 1, 3}),
        (Term("TDP-43"), {0, 1}),
        (Term("TDP43"), {0, 1}),
        (Phrase("TDP43 pathology"), {0, 1}),
        (Phrase("the pathology"), set()),
        (Phrase("in SOD1G93A mice"), {3}),
        (Phrase("aggregation mice"), set()),
        (Prefix("aggreg"), {0, 1}),
        (Prefix("aggregati"), {1}),
        (Prefix("pathologi"), set()),
        (Phrase("tdp path", is_open=True), set()),
        (Phrase("TDP-43 path", is_open=True), {0, 1}),
        (Term("aggregates"), {0, 1}),
        (Term("aggregates", is_exact=True), {0}),
        (Term("AGGREGATION", is_exact=True), {1}),
        (Phrase("aggregates in mice", ("abstract",)), {1}),
        (Phrase("aggregates in mice", ("abstract",), is_exact=True), set()),
        (Phrase("aggregation in mi", is_exact=True, is_open=True), {1}),
        (Proximity("mice aggregation"), set()),
        (Proximity("mice aggregation", distance=1), {1}),
        (Proximity("TDP pathology", distance=1), {0, 2}),
        (Proximity("pathology aggregates", distance=1000), set()),
        (Proximity("pathology", ("title",), 3), {0, 1, 2}),
        (Proximity("mice mice", distance=9), set()),
        (Term("1", ("pmid",)), {0}),
        (Term("PMID: 0001", ("pmid",)), {0}),
        (Term("x", ("pmid",)), set()),
        (Term("4"), {3}),
        (Prefix("123", ("pmid",)), set()),
        (Phrase("1", ("pmid",)), set()),
        (Term("...", ("title",)), set()),
        (And((Term("nowhere"), Term("mice"))), set()),
        (Concept(Term("nowhere"), (Term("mice"), Term("chapter")), 0.8, "X"), {1, 2, 3}),
        (Cites("1"), {1, 2}),
        (Cites("777"), set()),
        (CitedBy("2"), {0, 3}),
        (And((Cites("1"), Term("mice"))), {1}),
    ],
)
def test_a_tree_finds_what_it_means(index: Index, tree: Node, expected: set[int]) -> None:
    assert set(run(index, tree)) == expected


@pytest.mark.parametrize(
    "tree", [Dates(19990000, 19999999), Every(), Not(Term("mice")), Cites("1"), Term("1", ("pmid",))]
)
def test_what_has_no_words_scores_nothing_and_changes_no_score(index: Index, tree: Node) -> None:
    assert set(run(index, tree).values()) == {0.0}
    pathology = run(index, Term("pathology"))
    assert run(index, And((Term("pathology"), tree))).items() <= pathology.items()
    assert run(index, Or((Term("pathology"), tree))).items() >= pathology.items()
    assert not is_plain(tree)


def test_a_word_everywhere_is_worth_its_frequency_by_weight_and_length_of_the_fields(index: Index) -> None:
    # "mice" stands once in a title of five tokens, the joined one counted; the titles have 14 together.
    share = 3 / (1 - LENGTH_SHARE + LENGTH_SHARE * 5 / (14 / 4))
    idf = rarity(4, 2)
    assert run(index, Term("mice"))[3] == pytest.approx(
        idf * share * (SATURATION + 1) / (SATURATION + share), rel=2e-3
    )


def test_the_best_name_counts_and_another_name_counts_less(index: Index) -> None:
    mice, chapter = run(index, Term("mice")), run(index, Term("chapter"))
    found = run(index, Concept(Term("chapter"), (Term("mice"), Term("aggregation")), 0.5, "X"))
    assert found[2] == pytest.approx(chapter[2])
    assert found[3] == pytest.approx(mice[3] / 2)
    assert found[1] == pytest.approx(max(mice[1], run(index, Term("aggregation"))[1]) / 2)


def test_articles_of_the_same_worth_come_in_order_of_number(tmp_path: Path) -> None:
    index = index_of(tmp_path, [parsed(number, "Motor neurons.") for number in range(1, 41)])
    numbers, scores = top(execute(index, Or((Term("motor"), Term("neurons"))), never()), 7)
    assert numbers.tolist() == list(range(7))
    assert len(set(scores.tolist())) == 1


def test_an_answer_is_the_same_before_and_after_it_is_remembered(index: Index) -> None:
    fresh = Index(Lookup(index.lookup._segment), index.columns)
    tree = And((Term("pathology"), Phrase("TDP43 pathology"), Prefix("aggreg")))
    assert (
        run(fresh, tree)
        == run(fresh, tree)
        == run(Index(Lookup(index.lookup._segment, cache_bytes=0), index.columns), tree)
    )
    assert len(fresh.lookup.cache) == 3


def test_what_there_is_no_time_for_is_missing_and_nothing_is_wrong(index: Index) -> None:
    fresh = Index(Lookup(index.lookup._segment), index.columns)
    tree = Or((Term("mice"), Term("pathology"), Not(Term("chapter"))))
    whole = run(fresh, tree)
    for seconds in range(1, 12):
        fresh = Index(Lookup(index.lookup._segment), index.columns)
        deadline = Deadline(Clock(), seconds)
        found = run(fresh, tree, deadline)
        assert set(found) <= set(whole)
        assert not deadline.was_met or found == whole
    assert deadline.was_met


def test_what_is_remembered_is_found_after_the_deadline_too(index: Index) -> None:
    fresh = Index(Lookup(index.lookup._segment), index.columns)
    assert set(run(fresh, Term("mice"))) == {1, 3}
    over = Deadline(Clock(), 0.5)
    assert set(run(fresh, Or((Term("mice"), Term("pathology"))), over)) == {1, 3}
    assert not over.was_met


def test_a_search_is_loosened_to_what_has_some_of_the_words(index: Index) -> None:
    words = (Term("pathology"), Term("mice"), Term("nowhere"))
    found = loosen(index, And((*words, Not(Term("chapter")))), never())
    assert found is not None
    weights = [rarity(4, 3), rarity(4, 2), rarity(4, 0)]
    assert [each.weight for each in found.words] == pytest.approx(weights)
    assert [each.node for each in found.words] == list(words)
    first, second, third = (round(100 * weight) for weight in weights)
    assert found.most == first + second + third
    assert found.points().tolist() == [first, first + second, 0, second]
    pathology, mice = run(index, words[0]), run(index, words[1])
    scores = [pathology[0], pathology[1] + mice[1], mice[3]]
    assert found.scores_at(np.array([0, 1, 3])).tolist() == pytest.approx(scores)


def test_what_is_asked_for_besides_words_is_never_loosened_and_counts(index: Index) -> None:
    tagged = Term("mice", ("title", "abstract"))
    found = loosen(index, And((Term("pathology"), Term("nowhere"), tagged)), never())
    assert found is not None
    mice, pathology = run(index, tagged), run(index, Term("pathology"))
    assert set(np.flatnonzero(found.points())) == mice.keys() & pathology.keys() == {1}
    assert found.scores_at(np.array([1]))[0] == pytest.approx(pathology[1] + mice[1])


def test_a_word_that_nearly_every_article_has_is_worth_a_point() -> None:
    assert points_of(rarity(10**6, 10**6)) == 1
    assert points_of(rarity(10**6, 1)) > 1_000


@pytest.mark.parametrize(
    "tree",
    [Term("mice"), Or((Term("mice"), Term("pathology"))), And((Term("mice"), Dates(1, 99999999))), Every()],
)
def test_a_search_without_several_words_cannot_be_loosened(index: Index, tree: Node) -> None:
    assert loosen(index, tree, never()) is None


@pytest.mark.parametrize(
    "words",
    [Term("mice"), Term("TDP-43"), Term("mice", is_exact=True), Phrase("TDP-43 pathology"), Prefix("aggreg")],
)
def test_words_that_ask_for_everywhere_are_worth_what_plain_ones_are(index: Index, words: Words) -> None:
    plain = execute(index, words, never())
    asked = execute(index, structs.replace(words, fields=EVERYWHERE), never())
    assert asked.numbers().tolist() == plain.numbers().tolist() != []
    assert asked.scores().tolist() == plain.scores().tolist()


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Term("mice"), True),
        (Term("mice", EVERYWHERE), False),
        (Phrase("TDP-43 pathology"), True),
        (Prefix("mic"), True),
        (Term("mice", ("title",)), False),
        (Term("mice", is_exact=True), False),
        (Phrase("a b", is_exact=True), False),
        (Proximity("a b"), False),
        (Or((Term("mice"), Phrase("a b"))), True),
        (Or((Term("mice"), Every())), False),
        (Or(()), False),
        (And((Term("mice"), Every())), False),
        (Concept(Term("mice"), (Term("mouse", ("title",)),), 1, "X"), True),
        (CitedBy("1"), False),
    ],
)
def test_what_is_quoted_or_tagged_may_not_be_missing(tree: Node, expected: bool) -> None:  # noqa: FBT001 - a case
    assert is_plain(tree) is expected
