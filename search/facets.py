"""Facets: how many of the hits have each value, and which articles the chosen values leave.

Within a facet any chosen value will do, across facets all must fit. A facet is counted as if nothing were
chosen in it, so that its other values still say what choosing them would add.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index.columns import facet_value
from index.schema import FACETS
from search.results import Facet, FacetValue

if TYPE_CHECKING:
    from index.columns import Columns, FacetColumn
    from search.request import SearchRequest

Mask = NDArray[np.bool_]

_SHOWN: Final = 50
_IN_ORDER_OF_VALUE: Final = frozenset({"year"})


def chosen_masks(columns: Columns, request: SearchRequest) -> dict[str, Mask]:
    """Return, for each facet with chosen values, which articles of the index have any of them."""
    masks = {}
    for facet in FACETS:
        if chosen := request.chosen(facet.name):
            column = columns.facets[facet.name]
            numbers = np.flatnonzero(np.isin(column.values, [facet_value(value) for value in chosen]))
            mask = np.zeros(len(columns.keys), dtype=bool)
            mask[column.owners()[np.isin(column.ids, numbers)]] = True
            masks[facet.name] = mask
    return masks


def count(
    columns: Columns, matched: Mask, masks: dict[str, Mask], request: SearchRequest
) -> tuple[Facet, ...]:
    """Return every facet, counted over the articles that match the query and the choices in other facets."""
    facets = []
    for facet in FACETS:
        others = [mask for name, mask in masks.items() if name != facet.name]
        counted = np.logical_and.reduce([matched, *others])
        values, distinct = _values(
            columns.facets[facet.name], counted, request.chosen(facet.name), facet.name
        )
        facets.append(Facet(name=facet.name, title=facet.title, values=values, distinct=distinct))
    return tuple(facets)


def _values(
    column: FacetColumn, counted: Mask, chosen: tuple[str, ...], name: str
) -> tuple[tuple[FacetValue, ...], int]:
    """Return the values to show, and how many there are. A chosen value is shown even where no hit has it."""
    counts = np.bincount(column.ids[counted[column.owners()]], minlength=len(column.values))
    wanted = {facet_value(value): value for value in chosen}
    present = np.flatnonzero(counts)
    if name in _IN_ORDER_OF_VALUE:
        order = sorted(present, key=lambda number: column.values[number], reverse=True)
    else:
        order = sorted(present, key=lambda number: (-counts[number], column.values[number]))
    first = [number for number in order if column.values[number] in wanted]
    rest = [number for number in order if column.values[number] not in wanted]
    shown = [
        FacetValue(
            column.values[number], column.labels[number], int(counts[number]), is_chosen=number in first
        )
        for number in first + rest[: max(0, _SHOWN - len(first))]
    ]
    known = {each.value for each in shown}
    missing = [
        FacetValue(value, typed, 0, is_chosen=True) for value, typed in wanted.items() if value not in known
    ]
    values = missing + shown
    if name in _IN_ORDER_OF_VALUE:
        # A chosen year stays in its place; to move it would make the order of all a riddle.
        values.sort(key=lambda each: each.value, reverse=True)
    return tuple(values), len(present) + len(missing)
