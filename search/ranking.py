"""How much a match is worth: Whoosh's BM25F, with the weights of the table of fields.

Every word is worth the sum of its scores in the fields that hold it, each times the field's weight.
"""

from __future__ import annotations

from typing import Final

from whoosh import scoring

from index.schema import BY_NAME, FIELDS

EVERYWHERE: Final = tuple(field.name for field in FIELDS if field.weight)
"""The fields that a word without a field is looked for in."""

_SATURATION: Final = 1.2
_LENGTH_SHARE: Final = 0.75


def weighting() -> scoring.BM25F:
    """Return the weighting: k1 = 1.2 and b = 0.75, Robertson and Zaragoza's usual choice (2009)."""
    return scoring.BM25F(B=_LENGTH_SHARE, K1=_SATURATION)


def weight(field: str) -> float:
    """Return what a match in a field counts; one where the field was named."""
    return BY_NAME[field].weight or 1.0
