from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.segments.latent import Latent, dimensions, unit
from search.ranking.meaning import _among_neighbors, is_precise, opinion, reordered, widened

if TYPE_CHECKING:
    from collections.abc import Callable

AXES = np.eye(3, dtype=np.float32)
NONE = np.empty(0, np.intp)


def latent(*vectors: np.ndarray) -> Latent:
    return Latent(np.array(vectors, np.float32), np.array([7], np.uint32), np.array([[1, 0, 0]], np.float16))


def worth(scores: np.ndarray) -> Callable[[np.ndarray], np.ndarray]:
    """Return what articles score by words, by number."""
    return lambda numbers: scores[numbers].astype(np.float32)


def test_words_are_trusted_where_one_article_has_all_that_is_rare() -> None:
    assert opinion(1.0, 0.9).weight == pytest.approx(opinion(1.0, 0.0).weight, abs=0.01)
    assert opinion(0.4, 0.8).weight > 0.8 > opinion(0.4, 0.1).weight


def test_of_a_precise_query_meaning_counts_as_little_whatever_agrees() -> None:
    assert is_precise(1.0)
    assert not is_precise(0.7)
    found = reordered(latent(AXES[0], AXES[1]), np.array([1, 0]), np.array([2.0, 1.0], np.float32))
    assert found.view == (0.15, 0.0, 1.0, 0.0)
    assert found.near.tolist() == pytest.approx([1.0, 0.0], abs=0.3)


def test_what_lies_near_the_best_rises() -> None:
    many = [AXES[0]] * 10 + [AXES[1], AXES[0]]
    found = np.arange(12)
    scores = np.array([*range(20, 10, -1), 5.0, 5.0], np.float32)
    again = reordered(latent(*many), found, scores).scores
    assert again[11] > again[10]
    assert (np.diff(again[:10]) < 0).all()


def test_an_article_without_a_word_is_found_by_its_meaning_alone() -> None:
    vectors = [AXES[0], AXES[0], AXES[2]]
    found = widened(
        latent(*vectors),
        np.array([0]),
        np.array([3.0], np.float32),
        NONE,
        0.3,
        3,
        worth(np.array([3.0, 0, 0])),
    )
    by_number = dict(zip(found.numbers.tolist(), found.scores.tolist(), strict=True))
    assert by_number[0] > by_number[1] > by_number[2] == 0


def test_what_is_near_in_meaning_counts_for_its_words_as_well() -> None:
    vectors = [AXES[0], AXES[0], AXES[0]]
    found = widened(
        latent(*vectors),
        np.array([0]),
        np.array([4.0], np.float32),
        NONE,
        0.3,
        3,
        worth(np.array([4.0, 2, 0])),
    )
    assert dict(zip(found.numbers.tolist(), found.words.tolist(), strict=True)) == {0: 1.0, 1: 0.5, 2: 0.0}


def test_terms_without_a_vector_point_nowhere() -> None:
    assert latent(AXES[0]).direction(np.array([3, 9])).tolist() == [0, 0, 0]
    assert latent(AXES[0]).direction(np.array([7])).tolist() == [1, 0, 0]
    assert unit(np.zeros(3, np.float32)).tolist() == [0, 0, 0]


def test_of_articles_as_much_alike_no_more_are_neighbors_than_of_others() -> None:
    near, far = unit(np.array([3, 1, 0], np.float32)), unit(np.array([3, 0, 1], np.float32))
    vectors = np.array([AXES[0], *[near] * 12, *[far] * 12], np.float32)
    told = np.array([1.0, *[0.5] * 12, *[0.5] * 12], np.float32)
    alike = float(near[0])
    expected = (1 + 14 * 0.5 * alike) / (1 + 14 * alike)
    assert _among_neighbors(told, vectors)[0] == pytest.approx(expected, abs=1e-6)


def test_larger_libraries_have_more_dimensions_within_limits() -> None:
    assert [dimensions(size) for size in (2, 10, 1_033, 18_687, 200_000)] == [1, 9, 80, 128, 128]


def test_of_two_that_lie_as_near_the_one_whose_neighbors_lie_nearer_rises() -> None:
    one, its = unit(np.array([1, 1, 0], np.float32)), unit(np.array([2, 1, 0], np.float32))
    other, others = unit(np.array([1, 0, 1], np.float32)), unit(np.array([1, 0, 2], np.float32))
    many = [*[AXES[0]] * 10, one, other, *[its] * 9, *[others] * 9]
    scores = np.array([*range(20, 10, -1), *[5.0] * 20], np.float32)
    found = widened(latent(*many), np.arange(30), scores, NONE, 0.3, 30, worth(scores))
    near, scores = (each[np.argsort(found.numbers)] for each in (found.near, found.scores))
    assert near[10] > unit(AXES[0] + AXES[1])[0] > near[11]
    assert scores[10] > scores[11]
