"""The units of a whole generation by the terms that they hold, and which terms a query looks for.

Of the hundreds of words of a candidate a query looks for a few. So the units that hold these are found first,
and only they are inverted.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.schema import ANALYZED, BY_NAME, EVERYWHERE
from search.cluster.clauses import leaves

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from index.schema import Kind
    from index.segments.forward import Units
    from search.matching.looks import Looks
    from search.matching.numbers import Mask, Numbers
    from search.query import Node

Wanted = dict["Kind", "Numbers"]
"""The terms that a query looks for in fields of each kind, ascending."""


class Table:
    """The units of a kind of fields. May be shared by threads."""

    def __init__(self, units: Units) -> None:
        self.units = units
        self.tokens: NDArray[np.intp] = np.diff(units.offsets).astype(np.intp)

    def holding(self, terms: Numbers) -> Mask:
        """Return of each unit whether it holds any of some terms."""
        return self.units.holding(terms)


def wanted_in(tree: Node, looks: Looks) -> Wanted:
    """Return the terms that any words of a tree may be, in the fields that they are looked for in."""
    found: dict[Kind, list[Numbers]] = {kind: [] for kind in ANALYZED}
    for leaf in leaves(tree):
        for kind in {BY_NAME[name].kind for name in leaf.fields or EVERYWHERE} & set(ANALYZED):
            for look in (look for slot in looks.row(leaf, kind) for way in slot for look in way):
                found[kind] += [look.whole, np.array([term for term, _ in look.some], np.intp)]
    return {kind: np.unique(np.concatenate([np.empty(0, np.intp), *each])) for kind, each in found.items()}


def has_words_of(tree: Node, field: str) -> bool:
    """Say whether any words of a tree are looked for in a field."""
    return any(field in (leaf.fields or EVERYWHERE) for leaf in leaves(tree))


def tables_of(units: Mapping[Kind, Units]) -> dict[Kind, Table]:
    """Return the table of each kind of fields."""
    return {kind: Table(each) for kind, each in units.items()}
