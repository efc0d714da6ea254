from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.cache import Cache
from search.deadline import Deadline
from search.matching.execute import Index, execute, loosen
from search.matching.lookup import Lookup
from search.matching.matches import all_of, any_of, whole
from search.matching.single import Listed, Single
from search.matching.weights import rarity, scores_of
from search.query import And, Or, Term
from tests.records import parsed
from tests.search.matching.test_execute import index_of, never

if TYPE_CHECKING:
    from search.query import Node

SIZE = 60
FOUND = st.dictionaries(st.integers(0, SIZE - 1), st.integers(1, 9), max_size=SIZE)


def single(found: dict[int, int], *, is_everywhere: bool = True) -> Single:
    articles = np.array(sorted(found), np.uint32)
    values = [found[article] for article in sorted(found)]
    idf = rarity(SIZE, len(found))
    listed = Listed(articles, np.array(values, np.float16), None)
    if not is_everywhere:
        norms = np.linspace(0.2, 3, SIZE).astype(np.float32)
        listed = Listed(articles, np.array(values, np.uint8), norms)
    return Single(SIZE, len(found), listed, idf, 0.9, Cache(1_000_000), "word")


@given(FOUND)
def test_a_word_scores_as_all_words_do(found: dict[int, int]) -> None:
    often = np.array([found[article] for article in sorted(found)], np.float32)
    everywhere, in_field = single(found), single(found, is_everywhere=False)
    assert everywhere.scores() == pytest.approx(scores_of(often, everywhere.idf, 0.9), rel=1e-6)
    share = np.float32(0.9) / np.linspace(0.2, 3, SIZE).astype(np.float32)[sorted(found)]
    assert in_field.scores() == pytest.approx(scores_of(often * share, everywhere.idf, 0.9), rel=1e-6)


def test_a_weight_beyond_half_precision_is_worth_the_most_there_is() -> None:
    listed = Listed(np.array([1], np.uint32), np.array([np.inf], np.float16), None)
    most = Single(2, 1, listed, 2.0, 0.9, Cache(0), "word")
    assert most.scores().tolist() == pytest.approx([3.8])


@given(FOUND, st.lists(st.integers(0, SIZE - 1)).map(sorted), st.booleans())
def test_a_word_in_some_articles_is_what_it_is_in_all(
    found: dict[int, int],
    numbers: list[int],
    is_everywhere: bool,  # noqa: FBT001 - a case
) -> None:
    word = single(found, is_everywhere=is_everywhere)
    for few in (numbers, numbers[:1], numbers):
        has_it = word.has(np.array(few, np.intp))
        assert has_it.tolist() == [number in found for number in few]
        having = np.array(few, np.intp)[has_it]
        assert word.scores_at(having).tolist() == word.spread_scores()[having].tolist()
    assert word.mask().tolist() == (word.spread_scores() > 0).tolist()


@given(st.lists(FOUND, min_size=1, max_size=4))
def test_words_not_worked_out_are_joined_as_those_that_are(found: list[dict[int, int]]) -> None:
    words = [single(each) for each in found]
    for join in (all_of, any_of):
        lazily, at_once = join(words), join([whole(word) for word in words])
        assert lazily.numbers().tolist() == at_once.numbers().tolist()
        assert lazily.scores() == pytest.approx(at_once.scores(), rel=1e-6)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    # Every word is in so many articles as its name says: one in two, three, five, or all.
    articles = [
        parsed(number, f"Title {number}.", abstract=" ".join(_words(number))) for number in range(1, 1_801)
    ]
    return index_of(tmp_path_factory.mktemp("single"), articles)


def _words(number: int) -> list[str]:
    return [word for word, step in EVERY.items() if number % step == 0 for _ in range(1 + number % 3)]


EVERY = {"alpha": 1, "beta": 2, "gamma": 3, "delta": 5, "epsilon": 400}


@pytest.mark.parametrize("kind", [And, Or])
@pytest.mark.parametrize(
    "words", [("alpha",), ("epsilon", "alpha"), ("delta", "beta", "gamma"), ("alpha", "beta"), (*EVERY,)]
)
@pytest.mark.parametrize("fields", [(), ("abstract",), ("title",)])
def test_common_words_are_found_the_same_whether_or_not_they_were_looked_up_before(
    index: Index, kind: type[And | Or], words: tuple[str, ...], fields: tuple[str, ...]
) -> None:
    terms = tuple(Term(word, fields) for word in words)
    tree: Node = kind(terms) if len(terms) > 1 else terms[0]
    found = execute(Index(Lookup(index.lookup._segment), index.columns), tree, never())
    parts = [index.lookup.matches(term, never()) for term in terms]
    expected = (all_of if kind is And else any_of)(parts)
    assert found.numbers().tolist() == expected.numbers().tolist()
    assert found.scores() == pytest.approx(expected.scores(), rel=1e-6)
    steps = [EVERY[word] for word in words]
    chosen = all if kind is And else any
    there = [n for n in range(1_800) if not fields or fields == ("abstract",)]
    assert found.count == len([n for n in there if chosen((n + 1) % step == 0 for step in steps)])


def test_what_is_loosened_counts_words_that_were_not_worked_out(index: Index) -> None:
    fresh = Index(Lookup(index.lookup._segment), index.columns)
    found = loosen(fresh, And((Term("beta"), Term("gamma"))), never())
    assert found is not None
    beta, gamma = (round(100 * rarity(1_800, having)) for having in (900, 600))
    assert found.points().tolist() == [
        ((n + 1) % 2 == 0) * beta + ((n + 1) % 3 == 0) * gamma for n in range(1_800)
    ]


def test_a_common_word_is_not_looked_for_after_the_deadline(index: Index) -> None:
    over = Deadline(lambda: 0.0, 0.0)
    assert execute(Index(Lookup(index.lookup._segment), index.columns), Term("alpha"), over).count == 0
    assert not over.was_met
