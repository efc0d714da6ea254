"""Latent vectors: what articles are about, learned from which words they share.

Latent semantic analysis (Deerwester and others 1990): a truncated singular value decomposition of the
library's own tf-idf matrix. Articles with vectors that point the same way are about the same, even where they
say it in other words. Nothing but the library goes in, so a generation depends on the library alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from index.analysis.analyzer import STOP_WORDS, stem
from index.schema import Kind
from index.segments.arrays import SUFFIX, load, save
from index.segments.ranges import among

if TYPE_CHECKING:
    from pathlib import Path

    from scipy import sparse

    from index.segments.arrays import Array
    from index.segments.segment import Segment

Vectors = NDArray[np.float32]

_NAME: Final = "latent"
_MOST_DIMENSIONS: Final = 128
_FEWEST_DIMENSIONS: Final = 16
_SAMPLE: Final = 8_000
"""Articles that the decomposition is learned from; of a larger library the others are folded in."""

_ROUNDS: Final = 4
_SPARE: Final = 10
"""Dimensions that are looked for besides those that are kept: the last ones found are the least sure."""

_SEED: Final = 0
_LEAST: Final = 1e-9
"""Stands for a length of 0 where something is divided by it."""

_BATCH: Final = 10_000


class Latent(NamedTuple):
    """Vectors of length 1, or 0 where nothing is known; `articles[n]` is that of article n.

    `term_vectors[k]` is the direction of the term `terms[k]` (ascending numbers in the lexicon of texts), as
    long as the term is rare.
    """

    articles: Vectors
    terms: NDArray[np.uint32]
    term_vectors: NDArray[np.float16]

    def direction(self, terms: NDArray[np.intp]) -> Vectors:
        """Return where these terms point together, as a vector of length 1; all 0 where none is known."""
        places = among(self.terms, terms)
        places[places == len(self.terms)] = 0
        known = places[self.terms[places] == terms] if len(self.terms) else places[:0]
        return unit(self.term_vectors[known].astype(np.float32).sum(axis=0))


def unit(vector: Vectors) -> Vectors:
    """Return a vector of the same direction with length 1; one of length 0 as it is."""
    return vector / max(float(np.linalg.norm(vector)), _LEAST)


def dimensions(articles: int) -> int:
    """Return how many dimensions a library of so many articles has: more for larger ones, within limits.

    Measured on judged collections of 1,033 and 18,687 documents, where 80 and 128 did best.
    """
    return int(min(_MOST_DIMENSIONS, max(_FEWEST_DIMENSIONS, 2.5 * articles**0.5), max(1, articles - 1)))


def learn(segment: Segment, folder: Path) -> None:
    """Write the latent vectors of a segment to its folder; raises OSError."""
    from threadpoolctl import threadpool_limits  # noqa: PLC0415 - needed to build alone, and slow to import

    # One thread, since the order in which threads add up may change the last bits.
    with threadpool_limits(limits=1):
        latent = _learned(segment)
    save(
        folder / f"{_NAME}{SUFFIX}",
        {
            "articles": latent.articles.ravel(),
            "terms": latent.terms,
            "term_vectors": latent.term_vectors.ravel(),
        },
    )


def read(folder: Path) -> Latent:
    """Return the vectors in a folder, mapped; raises OSError, ValueError or KeyError if damaged."""
    arrays: dict[str, Array] = load(folder / f"{_NAME}{SUFFIX}")
    terms = arrays["terms"]
    width = len(arrays["term_vectors"]) // max(1, len(terms))
    return Latent(
        arrays["articles"].reshape(-1, max(1, width)),
        terms,
        arrays["term_vectors"].reshape(-1, max(1, width)),
    )


def _learned(segment: Segment) -> Latent:
    matrix, terms, rarity = _weighted(segment)
    width = dimensions(segment.articles)
    if min(matrix.shape) <= width:
        return Latent(
            np.zeros((segment.articles, 1), np.float32),
            np.zeros(1, np.uint32),
            np.zeros((1, 1), np.float16),
        )
    sample = matrix
    if segment.articles > _SAMPLE:
        drawn = np.random.default_rng(_SEED).permutation(segment.articles)[:_SAMPLE]
        sample = matrix[np.sort(drawn)]
    directions = _directions(sample, width)
    articles = np.empty((segment.articles, width), np.float32)
    for start in range(0, segment.articles, _BATCH):
        folded = matrix[start : start + _BATCH] @ directions.T
        lengths = np.linalg.norm(folded, axis=1, keepdims=True)
        articles[start : start + _BATCH] = folded / np.maximum(lengths, _LEAST)
    return Latent(articles, terms, (directions * rarity).T.astype(np.float16))


def _directions(sample: sparse.csr_matrix, width: int) -> Vectors:
    """Return the first right singular vectors of a matrix, nearly, as rows of length 1.

    Subspace iteration from a random start (Halko, Martinsson and Tropp 2011, algorithm 4.4), on the side of
    the articles: there are fewer of them than terms, and so what is made orthogonal in each round is small.
    """
    across = sample.T.tocsr()
    random = np.random.default_rng(_SEED)
    basis = random.standard_normal((sample.shape[0], width + _SPARE), dtype=np.float32)
    for _ in range(_ROUNDS):
        basis, _ = np.linalg.qr(sample @ (across @ basis))
    inside = (across @ basis).T
    squares, turns = np.linalg.eigh(inside @ inside.T)
    lengths = np.sqrt(np.maximum(squares, _LEAST))
    largest = slice(-1, -1 - width, -1)
    directions: Vectors = (turns / lengths)[:, largest].T @ inside
    return directions


def _weighted(segment: Segment) -> tuple[sparse.csr_matrix, NDArray[np.uint32], Vectors]:
    """Return the matrix of articles and terms, the terms that have a column, and the idf of each.

    A cell is log(1 + pseudo-frequency) * idf, a row has length 1. Terms of one article alone say nothing of
    what articles share, and stop words say nothing.
    """
    from scipy import sparse  # noqa: PLC0415 - the same

    size, lexicon = segment.articles, segment.lexicons[Kind.TEXT]
    offsets, articles, weights = segment.everywhere.columns(len(lexicon))
    offsets = offsets.astype(np.int64)
    holding = np.diff(offsets)
    kept = holding >= 2
    kept[[number for word in STOP_WORDS if (number := lexicon.number(stem(word))) >= 0]] = False
    rarity = np.log(1 + (size - holding + 0.5) / (holding + 0.5)).astype(np.float32)
    values = np.log1p(weights.astype(np.float32)) * np.repeat(rarity, holding)
    columns = sparse.csc_matrix((values, articles.astype(np.int32), offsets), shape=(size, len(lexicon)))
    matrix = columns[:, kept].tocsr()
    lengths = np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
    matrix = sparse.diags(1 / np.maximum(lengths, _LEAST)).astype(np.float32) @ matrix
    return matrix.tocsr(), np.flatnonzero(kept).astype(np.uint32), rarity[kept]
