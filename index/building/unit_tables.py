"""What tokens each unit of a kind of fields becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index.analysis.analyzer import analyze_name, tokens_of
from index.analysis.numbering import Numbering
from index.schema import Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from index.analysis.analyzer import Token

SEPARATOR: Final = "\0"
"""Stands between the word and the term of a pair."""


class UnitTable(Struct, frozen=True):
    """Units and their tokens: `counts[n]` of the tokens are of unit n.

    `lengths` and `places` are of units: characters of the text, and how many places it fills. The rest is of
    tokens: number of the pair of word and term, place and start within the unit, length, width in places.
    """

    counts: NDArray[np.int64]
    lengths: NDArray[np.int64]
    places: NDArray[np.int64]
    pairs: NDArray[np.int64]
    token_places: NDArray[np.int64]
    token_starts: NDArray[np.int64]
    token_lengths: NDArray[np.int64]
    widths: NDArray[np.int64]


def analyzed(kind: Kind, units: Sequence[str]) -> tuple[UnitTable, list[str]]:
    """Return the tokens of units of a kind, and their pairs of word and term, joined by `SEPARATOR`."""
    pairs = Numbering()
    of_units: list[tuple[int, int, int]] = []
    of_tokens: list[tuple[int, int, int, int, int]] = []
    tokens_of = _TOKENS[kind]
    for unit in units:
        tokens = tokens_of(unit)
        places = tokens[-1].position + tokens[-1].width if tokens else 0
        of_units.append((len(tokens), len(unit), places))
        of_tokens += [
            (pairs[f"{word}{SEPARATOR}{term}"], place, start, end - start, width)
            for term, word, place, start, end, width in tokens
        ]
    return UnitTable(*_columns(of_units, 3), *_columns(of_tokens, 5)), list(pairs)


def _name_tokens(unit: str) -> Sequence[Token]:
    """Return the tokens of a part of a name, at places from 0 on."""
    tokens = analyze_name(unit)
    return [token._replace(position=token.position - tokens[0].position) for token in tokens]


_TOKENS: Final[dict[Kind, Callable[[str], Sequence[Token]]]] = {
    Kind.TEXT: tokens_of,
    Kind.NAME: _name_tokens,
}


def _columns(rows: Sequence[tuple[int, ...]], width: int) -> Iterable[Any]:
    return np.array(rows, dtype=np.int64).reshape(-1, width).T
