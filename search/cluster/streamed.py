"""Fields that are kept in order, as a document of a cluster holds them: unit by unit, each laid once.

Units stand side by side, so what layers a unit's tokens are in follows from the unit alone.
"""

from __future__ import annotations

from functools import cached_property
from itertools import pairwise, repeat
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.segments.forward import BREAK, GAP_WIDTH
from index.segments.ranges import borders, ranges
from search.cluster.layers import (
    MOST,
    NOTHING,
    Tokens,
    Words,
    Written,
    documented,
    lay,
    layers_of,
    note,
    note_runs,
    several_forms,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from index.segments.forward import Stream, Units
    from index.segments.lexicon import Lexicon
    from search.cluster.layers import Laid, Layers

_KEPT: Final = 400_000
"""Units whose texts are kept: about 100 MB."""

_BETWEEN: Final = " "


class Table:
    """The units of a kind, in layers; for the use of one thread."""

    def __init__(self, units: Units, lexicon: Lexicon) -> None:
        """Take the units and the lexicon of the kind."""
        self.places = units.places.astype(np.intp)
        self.lexicon = lexicon
        self.offsets = units.offsets.astype(np.intp)
        self.terms = units.terms.astype(np.intp)
        self.widths = units.widths.astype(np.intp)
        self.token_places = units.token_places.astype(np.intp)
        self._forms = units.forms
        self._words = Words()
        self._written = Written(several_forms(lexicon))
        self._is_several = several_forms(lexicon)
        self._texts = _Texts(self._made)

    @cached_property
    def laid(self) -> Laid:
        """The tokens of all units, each unit a text."""
        own = np.repeat(np.arange(len(self.places)), np.diff(self.offsets))
        is_wide = self.widths > 1
        return lay(Tokens(own, self.token_places, self.terms, self._forms, self.widths, is_wide))

    @cached_property
    def _laid_at(self) -> NDArray[np.intp]:
        return np.searchsorted(self.laid.texts, np.arange(len(self.places) + 1))

    @cached_property
    def depths(self) -> NDArray[np.intp]:
        """How many layers each unit has; two at least where tokens are not in layer 0."""
        found = np.ones(len(self.places), np.intp)
        np.maximum.at(found, self.laid.texts, self.laid.layers + 1)
        own = np.repeat(np.arange(len(self.places)), np.diff(self.offsets))
        np.maximum.at(found, own[self.laid.others], 2)
        return found

    @cached_property
    def several(self) -> NDArray[np.uint8]:
        """In which layers each unit has a term of several forms: a bit each, the last for all above."""
        found = np.zeros(len(self.places), np.uint8)
        has = self._is_several[self.laid.terms]
        layers = np.minimum(self.laid.layers[has], MOST)
        np.bitwise_or.at(found, self.laid.texts[has], (1 << layers).astype(np.uint8))
        return found

    def texts(self, units: NDArray[np.uint32]) -> list[UnitText]:
        """Return how units are written in a document."""
        return list(map(self._texts.__getitem__, units.tolist()))

    def _made(self, unit: int) -> UnitText:
        here = slice(int(self._laid_at[unit]), int(self._laid_at[unit + 1]))
        places, layers = self.laid.places[here].tolist(), self.laid.layers[here].tolist()
        words = [self._words[term] for term in self.laid.terms[here].tolist()]
        written = self._written.of(self.laid.terms[here], self.laid.forms[here])
        blank = [NOTHING] * int(self.places[unit])
        grids = [(blank.copy(), blank.copy()) for _ in range(int(self.depths[unit]))]
        for place, layer, word, form in zip(places, layers, words, written, strict=True):
            grids[layer][0][place], grids[layer][1][place] = word, form
        tokens = slice(int(self.offsets[unit]), int(self.offsets[unit + 1]))
        others = self.terms[tokens][self.laid.others[tokens]].tolist()
        return UnitText(
            tuple(_BETWEEN.join(placed) for placed, _ in grids),
            tuple(_BETWEEN.join(form) for _, form in grids),
            [self._words[term] for term in others],
            _BETWEEN.join(blank),
        )


class UnitText(NamedTuple):
    """A unit as documents hold it: its terms by layer, these as written, those that are not in layer 0."""

    placed: tuple[str, ...]
    written: tuple[str, ...]
    others: list[str]
    blank: str


class _Texts(dict[int, UnitText]):
    """Texts of units, each made once, or again where there are too many."""

    def __init__(self, make: Callable[[int], UnitText]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, unit: int) -> UnitText:
        if len(self) >= _KEPT:
            self.clear()
        self[unit] = self._make(unit)
        return self[unit]


class StreamedField:
    """A field that is kept in order."""

    def __init__(self, name: str, stream: Stream, table: Table) -> None:
        """Take the units of the field, and those of its kind in layers."""
        self.name = name
        self._stream = stream
        self._table = table

    def measure(self, step: int) -> tuple[Layers, int]:
        """Return the layers of all terms, and how many there are; so many articles are read at once."""
        table = self._table
        is_used = np.zeros(len(table.places), np.bool_)
        is_used[self._stream.units] = True
        laid, layers = table.laid, layers_of(table.lexicon)
        here = is_used[laid.texts]
        note(layers, laid.terms[here], laid.layers[here])
        tokens = np.repeat(is_used, np.diff(table.offsets))
        is_wide = np.zeros(len(table.lexicon), np.bool_)
        is_wide[table.terms[tokens & (table.widths > 1)]] = True
        has_wide = np.zeros(len(table.places), np.bool_)
        has_wide[laid.texts[is_wide[laid.terms]]] = True
        if is_wide.any():
            for first in range(0, len(self._stream.starts) - 1, step):
                self._note_runs(layers, is_wide, has_wide, first, step)
        return layers, int(table.depths[is_used].max(initial=1))

    def _note_runs(
        self, layers: Layers, is_wide: NDArray[np.bool_], has_wide: NDArray[np.bool_], first: int, step: int
    ) -> None:
        table = self._table
        starts = self._stream.starts[first : first + step + 1].astype(np.intp)
        inside = slice(int(starts[0]), int(starts[-1]))
        units = self._stream.units[inside]
        texts = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
        is_new = self._stream.gaps[inside] >= BREAK
        places = table.places[units]
        begins = np.cumsum(places + GAP_WIDTH * is_new) - places
        chosen = np.flatnonzero(has_wide[units])
        at = borders(np.bincount(table.laid.texts, minlength=len(table.places)))
        firsts, counts = at[units[chosen]], at[units[chosen] + np.uint32(1)] - at[units[chosen]]
        entries = ranges(firsts, counts)
        own = np.repeat(chosen, counts)
        terms = table.laid.terms[entries]
        kept = is_wide[terms]
        standing = begins[own] + table.laid.places[entries]
        note_runs(layers, terms[kept], standing[kept], texts[own][kept])

    def chunk(self, first: int, last: int) -> Iterator[dict[str, str | list[str]]]:
        """Yield what documents hold of the field, for articles from a number to another, without that."""
        table = self._table
        starts = self._stream.starts[first : last + 1].astype(np.intp)
        if starts[0] == starts[-1]:
            yield from repeat({}, last - first)
            return
        inside = slice(int(starts[0]), int(starts[-1]))
        units = self._stream.units[inside]
        starts -= starts[0]
        depths, several = table.depths[units], table.several[units]
        filled = starts[:-1][np.diff(starts) > 0]
        of = zip(
            np.maximum.reduceat(depths, filled).tolist(),
            np.bitwise_or.reduceat(several, filled).tolist(),
            strict=True,
        )
        texts = table.texts(units)
        breaks = np.flatnonzero(self._stream.gaps[inside] >= BREAK)
        at = np.searchsorted(breaks, starts).tolist()
        begins = breaks.tolist()
        for n, (low, high) in enumerate(pairwise(starts.tolist())):
            if low == high:
                yield {}
                continue
            depth, bits = next(of)
            ends = [each for each in begins[at[n] : at[n + 1]] if each > low]
            spans = list(pairwise((low, *ends, high)))
            lasts = [low + int(np.flatnonzero(depths[low:high] > layer)[-1]) for layer in range(1, depth)]
            yield dict(_held(self.name, texts, spans, lasts, bits))

    def packed(self, first: int, last: int) -> Iterator[tuple[bytes, bytes, bytes]]:
        """Yield units, gaps and far gaps of articles from a number to another, without that."""
        stream = self._stream
        starts = stream.starts[first : last + 1].astype(np.intp)
        far_at = np.searchsorted(stream.far_at, starts)
        units = stream.units[starts[0] : starts[-1]].astype("<u4").tobytes()
        gaps = stream.gaps[starts[0] : starts[-1]].tobytes()
        far = stream.far[far_at[0] : far_at[-1]].astype("<u4").tobytes()
        here, there = (starts - starts[0]).tolist(), (far_at - far_at[0]).tolist()
        for n in range(last - first):
            a, b, c, d = here[n], here[n + 1], there[n], there[n + 1]
            yield units[4 * a : 4 * b], gaps[a:b], far[4 * c : 4 * d]


def _held(
    name: str, texts: Sequence[UnitText], spans: Sequence[tuple[int, int]], lasts: Sequence[int], several: int
) -> Iterator[tuple[str, str | list[str]]]:
    """Yield what a document holds of a field: `spans` of texts are its values.

    `lasts` are the last units that reach above each layer; behind them there is nothing to write.
    """
    placed = [[_BETWEEN.join([unit.placed[0] for unit in texts[a:b]]) for a, b in spans]]
    written: list[list[str]] = [[]]
    if several & 1:
        written = [[_BETWEEN.join([unit.written[0] for unit in texts[a:b]]) for a, b in spans]]
    others: list[str] = []
    if lasts:
        others = [word for unit in texts[spans[0][0] : spans[-1][1]] for word in unit.others]
    for layer, last in enumerate(lasts, 1):
        values = [texts[a : min(b, last + 1)] for a, b in spans if a <= last]
        placed.append(
            [
                _BETWEEN.join([u.placed[layer] if len(u.placed) > layer else u.blank for u in value])
                for value in values
            ]
        )
        written.append(
            [
                _BETWEEN.join([u.written[layer] if len(u.written) > layer else u.blank for u in value])
                for value in values
            ]
            if several >> min(layer, MOST) & 1
            else []
        )
    return documented(name, placed, written, others)
