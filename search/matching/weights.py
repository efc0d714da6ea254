"""How much a match is worth: BM25F, with the weights of the table of fields.

Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009): what a word is worth
in each field is summed before it is saturated, so that a second field adds less than a second word.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np

from index.schema import BY_NAME

if TYPE_CHECKING:
    from numpy.typing import NDArray

SATURATION: Final = 0.9
"""k1: how much more a word is worth that is there again; b is `index.segments.impacts.LENGTH_SHARE`."""

LEAST: Final = np.float32(1e-6)
"""A match is always worth something, however long the text and however common the word."""


def weight(field: str) -> float:
    """Return what a match in a field counts; one where the field was named."""
    return BY_NAME[field].weight or 1.0


def rarity(articles: int, having: int) -> float:
    """Return idf: how much it says that an article has a word which so many of all articles have."""
    return math.log(1 + (articles - having + 0.5) / (having + 0.5))


def scores_of(
    frequencies: NDArray[np.float32], idf: float, saturation: float = SATURATION
) -> NDArray[np.float32]:
    """Return BM25F scores, from frequencies that are weighted by field and length; always above 0."""
    scores = frequencies * np.float32(idf * (saturation + 1))
    scores /= frequencies + np.float32(saturation)
    np.maximum(scores, LEAST, out=scores)
    return scores
