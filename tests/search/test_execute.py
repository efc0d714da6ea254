from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from whoosh import index as whoosh_index

from index.build import build
from index.columns import read_columns
from index.settings import IndexSettings
from search.execute import execute
from search.language import understand
from search.query import And, Dates, Every, Not, Or, Phrase, Prefix, Term
from search.ranking import weighting
from search.readings import Readings
from search.rows import RowQuery
from tests.conftest import NOW, ignore_progress
from tests.records import parsed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crawler.library import Library
    from search.query import Node

Found = dict[int, float]

RECORDS = [
    parsed(1, "TDP-43 pathology.", abstract="Aggregates."),
    parsed(2, "TDP43 pathology.", abstract="Aggregation in mice."),
    parsed(3, "Pathology of TDP.", abstract="Chapter 43.", year="1999"),
    parsed(4, "In <i>SOD1</i><sup>G93A</sup> mice.", authors="JC Smith"),
]


@pytest.fixture
def run(library: Library) -> Iterator[Callable[[Node], Found]]:
    """Execute a tree over the records: scores by number."""
    library.take(RECORDS, source="a test", now=NOW)
    root = library.path.parent / "index"
    folder = build(library, root, IndexSettings(), now=NOW, progress=ignore_progress).folder
    index = whoosh_index.open_dir(folder, readonly=True)
    with index.searcher(weighting=weighting()) as searcher:

        def run(tree: Node) -> Found:
            matches = execute(searcher, tree, Readings(read_columns(folder).words))
            assert sorted(matches.numbers) == list(matches.numbers)
            return dict(zip(matches.numbers.tolist(), matches.scores.tolist(), strict=True))

        yield run
    index.close()


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (Every(), {0, 1, 2, 3}),
        (Or(()), set()),
        (Not(Every()), set()),
        (Not(Term("mice")), {0, 2}),
        (And((Every(), Not(Term("mice")))), {0, 2}),
        (And((Term("pathology"), Dates(19990000, 19999999))), {2}),
        (Or((Term("smith"), Dates(19990000, 19999999))), {2, 3}),
        (Term("TDP-43"), {0, 1}),
        (Term("TDP43"), {0, 1}),
        (Phrase("TDP43 pathology"), {0, 1}),
        (Phrase("TDP 43"), {0}),
        (Phrase("the pathology"), set()),
        (Phrase("in SOD1G93A mice"), {3}),
        (Prefix("aggreg"), {0, 1}),
        (Prefix("aggregati"), {0, 1}),
        (Prefix("pathologi"), set()),
        (Phrase("tdp path", is_open=True), set()),
        (Phrase("TDP-43 path", is_open=True), {0, 1}),
        (Term("1", ("pmid",)), {0}),
        (Term("PMID: 0001", ("pmid",)), {0}),
        (Term("x", ("pmid",)), set()),
        (Prefix("123", ("pmid",)), set()),
        (Term("...", ("title",)), set()),
        (And((Term("nowhere"), Term("mice"))), set()),
    ],
)
def test_a_tree_finds_what_it_means(run: Callable[[Node], Found], tree: Node, expected: set[int]) -> None:
    assert set(run(tree)) == expected


def test_a_date_alone_scores_nothing(run: Callable[[Node], Found]) -> None:
    assert run(Dates(19990000, 19999999)) == {2: 0.0}


def test_a_date_changes_no_score(run: Callable[[Node], Found]) -> None:
    assert run(And((Term("pathology"), Dates(1, 99999999)))) == pytest.approx(run(Term("pathology")))


def test_the_best_reading_of_a_word_counts_and_not_all_of_them(run: Callable[[Node], Found]) -> None:
    both = run(Term("TDP-43"))[0]
    parts = run(Phrase("TDP 43"))[0]
    whole = run(Term("TDP43"))[0]
    assert both == pytest.approx(max(parts, whole))


def test_an_excluded_phrase_needs_no_score(run: Callable[[Node], Found]) -> None:
    assert set(run(understand('pathology NOT "TDP-43 pathology"').tree)) == {2}


def test_queries_of_rows_are_equal_if_they_ask_the_same() -> None:
    row = ((("a",), ("b", "c")),)
    assert RowQuery("title", row) == RowQuery("title", row)
    assert len({RowQuery("title", row), RowQuery("title", row), RowQuery("title", row, 2.0)}) == 2
    assert repr(RowQuery("title", row)) == "RowQuery('title', ((('a',), ('b', 'c')),), boost=1.0)"
