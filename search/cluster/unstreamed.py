"""Fields that are not kept in order (reference lists), as a document of a cluster holds them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from index.segments.forward import GAP_WIDTH
from index.segments.ranges import borders, ranges
from search.cluster.layers import (
    NOTHING,
    Tokens,
    Words,
    Written,
    changes,
    documented,
    lay,
    layers_of,
    note,
    note_runs,
    several_forms,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from index.segments.lexicon import Lexicon
    from index.segments.segment import Segment
    from search.cluster.layers import Laid, Layers

_BETWEEN: Final = " "


def by_article(segment: Segment, name: str) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp]]:
    """Return the postings of a field by article: where those of each start, their terms, and their order."""
    postings = segment.fields[name]
    rows = postings.rows
    numbers = np.asarray(rows.numbers if len(rows.numbers) else np.arange(len(rows.offsets) - 1), np.intp)
    articles, _ = postings.all_postings(numbers)
    ends = rows.offsets.astype(np.intp)
    terms = np.repeat(numbers, ends[1:] - ends[:-1])
    order = np.argsort(articles, kind="stable")
    starts = borders(np.bincount(articles, minlength=segment.articles))
    return starts, terms[order], order


class UnstreamedField:
    """The postings of a field by article."""

    def __init__(self, name: str, segment: Segment, lexicon: Lexicon) -> None:
        """Take a field of a segment, and the lexicon of its kind."""
        self.name = name
        self._lexicon = lexicon
        postings = segment.fields[name]
        self._starts, self._terms, order = by_article(segment, name)
        numbers = np.asarray(postings.rows.numbers, np.intp)
        rows = len(postings.rows.offsets) - 1
        standing = postings.standing(0, rows)
        _, frequencies = postings.all_postings(numbers if len(numbers) else np.arange(rows))
        self._frequencies = frequencies[order].astype(np.intp)
        self._counts = standing.counts[order]
        self._at = (np.cumsum(standing.counts) - standing.counts)[order]
        self._positions, self._forms = standing.positions, standing.forms
        self._words = Words()
        self._written = Written(several_forms(lexicon))
        self._is_several = several_forms(lexicon)

    def measure(self, step: int) -> tuple[Layers, int]:
        """Return the layers of all terms, and how many there are; so many articles are read at once."""
        layers, depth = layers_of(self._lexicon), 1
        is_wide = np.zeros(len(self._lexicon), np.bool_)
        is_wide[self._terms[self._counts > self._frequencies]] = True
        for first in range(0, len(self._starts) - 1, step):
            laid = lay(self._tokens(first, min(first + step, len(self._starts) - 1)))
            note(layers, laid.terms, laid.layers)
            depth = max(depth, int(laid.layers.max(initial=0)) + 1)
            kept = is_wide[laid.terms]
            note_runs(layers, laid.terms[kept], laid.places[kept], laid.texts[kept])
        return layers, depth

    def chunk(self, first: int, last: int) -> Iterator[dict[str, str | list[str]]]:
        """Yield what documents hold of the field, for articles from a number to another, without that."""
        laid = lay(self._tokens(first, last))
        is_new = changes(laid.texts, laid.places)
        steps = np.diff(laid.places, prepend=0)
        begins = changes(laid.texts) | (is_new & (steps > GAP_WIDTH))
        # Places next to each other, and those between that have no token.
        dense = np.cumsum(np.where(begins, 1, np.where(is_new, steps, 0))) - 1
        values = dense[begins].tolist()
        value_texts = laid.texts[begins]
        value_at = np.searchsorted(value_texts, np.arange(last - first + 1)).tolist()
        ends = [*values[1:], int(dense[-1]) + 1 if len(dense) else 0]
        grids = list(self._grids(laid, dense))
        others = self._others(first, last, laid)
        for n in range(last - first):
            spans = list(
                zip(values[value_at[n] : value_at[n + 1]], ends[value_at[n] : value_at[n + 1]], strict=True)
            )
            if not spans:
                yield {}
                continue
            placed = [[_BETWEEN.join(grid[a:b]) for a, b in spans] for grid, _ in grids]
            written = [[_BETWEEN.join(grid[a:b]) for a, b in spans] for _, grid in grids]
            yield dict(documented(self.name, placed, written, others[n]))

    def _grids(self, laid: Laid, dense: NDArray[np.intp]) -> Iterator[tuple[list[str], list[str]]]:
        size = int(dense[-1]) + 1 if len(dense) else 0
        for layer in range(int(laid.layers.max(initial=0)) + 1):
            here = laid.layers == layer
            at = dense[here].tolist()
            terms, forms = [NOTHING] * size, [NOTHING] * size
            words = map(self._words.__getitem__, laid.terms[here].tolist())
            for place, word, form in zip(
                at, words, self._written.of(laid.terms[here], laid.forms[here]), strict=True
            ):
                terms[place], forms[place] = word, form
            yield terms, forms

    def _others(self, first: int, last: int, laid: Laid) -> list[list[str]]:
        """Return the words of each article that are not in layer 0, each as often as it counts."""
        found: list[list[str]] = [[] for _ in range(last - first)]
        inside = slice(int(self._starts[first]), int(self._starts[last]))
        counted = np.repeat(np.arange(last - first), np.diff(self._starts[first : last + 1]))
        lowest = laid.layers == 0
        # A posting's tokens in layer 0, taken from those that count.
        key = np.sort(laid.texts[lowest] * len(self._lexicon) + laid.terms[lowest])
        postings = counted * len(self._lexicon) + self._terms[inside]
        present = np.searchsorted(key, postings, "right") - np.searchsorted(key, postings, "left")
        left = self._frequencies[inside] - present
        for place in np.flatnonzero(left > 0).tolist():
            found[counted[place]] += [self._words[int(self._terms[inside][place])]] * int(left[place])
        return found

    def _tokens(self, first: int, last: int) -> Tokens:
        """Return the tokens of articles; where some token of a term is wide, all are taken to be."""
        inside = slice(int(self._starts[first]), int(self._starts[last]))
        counts = self._counts[inside]
        at = ranges(self._at[inside], counts)
        texts = np.repeat(np.repeat(np.arange(last - first), np.diff(self._starts[first : last + 1])), counts)
        is_wide = np.repeat(counts > self._frequencies[inside], counts)
        return Tokens(
            texts,
            self._positions[at].astype(np.intp),
            np.repeat(self._terms[inside], counts),
            self._forms[at],
            np.ones(len(at), np.intp),
            is_wide,
        )

    def packed(self, first: int, last: int) -> Iterator[tuple[bytes, ...]]:
        """Yield the postings of articles from a number to another, without that.

        They are the terms, how often each counts and stands, and where in which form.
        """
        starts = self._starts[first : last + 1]
        inside = slice(int(starts[0]), int(starts[-1]))
        at = ranges(self._at[inside], self._counts[inside])
        places = borders(self._counts[inside])[starts - starts[0]].tolist()
        words = [
            each.astype("<u4").tobytes()
            for each in (self._terms[inside], self._frequencies[inside], self._counts[inside])
        ]
        positions = self._positions[at].astype("<u4").tobytes()
        forms = self._forms[at].tobytes()
        here = (starts - starts[0]).tolist()
        for n in range(last - first):
            a, b, c, d = here[n], here[n + 1], places[n], places[n + 1]
            yield (*(each[4 * a : 4 * b] for each in words), positions[4 * c : 4 * d], forms[c:d])
