import numpy as np
import pytest
from scipy import sparse

from index.segments.latent import _directions


def matrix_of(rank: int, seed: int) -> sparse.csr_matrix:
    """Return a sparse matrix of this rank, near enough, whose directions are more and more faint."""
    random = np.random.default_rng(seed)
    left = random.standard_normal((120, rank)) * 0.8 ** np.arange(rank)
    right = np.where(random.random((rank, 300)) < 0.2, random.standard_normal((rank, 300)), 0)
    return sparse.csr_matrix(left @ right, dtype=np.float32)


@pytest.mark.parametrize("seed", range(4))
def test_directions_span_what_the_exact_decomposition_finds(seed: int) -> None:
    matrix = matrix_of(40, seed)
    *_, exact = np.linalg.svd(matrix.toarray(), full_matrices=False)
    found = _directions(matrix, 12)
    shares = np.linalg.svd(found @ exact[:12].T, compute_uv=False)
    assert shares.min() > 0.99


def test_directions_are_of_length_one_and_apart_from_each_other() -> None:
    found = _directions(matrix_of(40, 0), 12)
    assert np.allclose(found @ found.T, np.eye(12), atol=1e-3)


def test_the_strongest_direction_comes_first() -> None:
    matrix = matrix_of(40, 1)
    strengths = np.linalg.norm(matrix @ _directions(matrix, 12).T, axis=0)
    assert np.all(np.diff(strengths) < 0)


def test_the_same_matrix_gives_the_same_bytes() -> None:
    matrix = matrix_of(20, 2)
    assert _directions(matrix, 5).tobytes() == _directions(matrix, 5).tobytes()


def test_a_matrix_of_few_articles_has_directions() -> None:
    matrix = matrix_of(40, 3)[:18]
    assert _directions(matrix, 16).shape == (16, 300)
