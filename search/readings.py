"""How typed words can stand in an article: each reading is a row of terms next to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.analysis import analyze, analyze_name
from index.schema import Kind

if TYPE_CHECKING:
    from index.analysis import Token


def readings(text: str, kind: Kind = Kind.TEXT) -> list[tuple[str, ...]]:
    """Return the readings of a word or phrase: its compounds whole, and its compounds in parts.

    "TDP-43 pathology" is read as (tdp43, patholog) and as (tdp, 43, patholog); text without a word in it
    has no reading.
    """
    if kind is Kind.NAME:
        first_at = {token.position: token.term for token in reversed(analyze_name(text))}
        rows = [tuple(first_at[position] for position in sorted(first_at))]
    else:
        tokens = analyze(text)
        compounds = [token for token in tokens if token.whole]
        whole = [token for token in tokens if token.whole or not _is_inside(token, compounds)]
        parts = [token for token in tokens if not token.whole]
        rows = [tuple(token.term for token in row) for row in (whole, parts)]
    return [row for row in dict.fromkeys(rows) if row]


def _is_inside(token: Token, compounds: list[Token]) -> bool:
    return any(compound.start <= token.start and token.end <= compound.end for compound in compounds)
