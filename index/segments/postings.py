"""The inverted side of a segment: which articles have a term, how often, where, and in what form."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index.segments.ranges import among, borders, ranges

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from index.segments.arrays import Array


class Postings(NamedTuple):
    """The articles with a term, in order of number, and how often each has it; uint16 or uint32."""

    articles: NDArray[np.uint32]
    frequencies: NDArray[Any]


class Positions(NamedTuple):
    """The places of a term: those in the n-th of its articles are `positions[starts[n]:starts[n + 1]]`.

    Places of an article are in order; uint16 or uint32. `forms` says of each place which word of the term
    stands there, as `lexicon.Lexicon` numbers them. A wide token stands in several places, so there may
    be more of them than the frequency says.
    """

    starts: NDArray[np.uint32]
    positions: NDArray[Any]
    forms: NDArray[np.uint8]


class Standing(NamedTuple):
    """The postings and places of terms whose rows lie next to each other, one term after the other.

    Of the places `positions` the first `counts[0]` are in article `articles[0]`, and so on; `forms` is as in
    `Positions`. `is_wide` says that some token stands in several places in a row.
    """

    articles: NDArray[np.intp]
    counts: NDArray[np.intp]
    positions: NDArray[Any]
    forms: NDArray[np.uint8]
    is_wide: bool


class Rows:
    """Which stretch of a long array belongs to each term.

    `offsets[row]` is where a stretch starts and the one before ends. There is a row for every term, or, of a
    field that few terms stand in, for those in `numbers` only.
    """

    def __init__(self, numbers: NDArray[np.uint32], offsets: NDArray[np.uint32]) -> None:
        self.numbers = numbers
        self.offsets = offsets

    def row(self, term: int) -> int:
        """Return the row of a term; -1 where it has none."""
        if not len(self.numbers):
            return term if term < len(self.offsets) - 1 else -1
        place = int(np.searchsorted(self.numbers, term)) if term >= 0 else -1
        return place if 0 <= place < len(self.numbers) and self.numbers[place] == term else -1

    def stretch(self, row: int) -> tuple[int, int]:
        """Return where a row starts and ends; both 0 for -1."""
        return (int(self.offsets[row]), int(self.offsets[row + 1])) if row >= 0 else (0, 0)

    def runs(self, terms: NDArray[np.intp]) -> Iterator[tuple[int, int]]:
        """Yield the rows of terms in order: those of terms next to each other as first and end."""
        if not len(terms):
            return
        last = (terms[1:] - terms[:-1] > 1).nonzero()[0]
        lows, highs = terms.take(np.append(0, last + 1)), terms.take(np.append(last, len(terms) - 1)) + 1
        if len(self.numbers):
            lows, highs = among(self.numbers, lows), among(self.numbers, highs)
        for low, high in zip(lows.tolist(), highs.tolist(), strict=True):
            if low < (end := min(high, len(self.offsets) - 1)):
                yield low, end

    def all_of(self, terms: NDArray[np.intp], *arrays: NDArray[Any]) -> list[NDArray[Any]]:
        """Return the stretches of all these terms, out of each of some long arrays, one after the other."""
        spans = [slice(int(self.offsets[low]), int(self.offsets[high])) for low, high in self.runs(terms)]
        if len(spans) == 1:
            return [array[spans[0]] for array in arrays]
        return [np.concatenate([array[:0], *(array[span] for span in spans)]) for array in arrays]


def rows_of(counts: NDArray[Any], *others: NDArray[Any]) -> tuple[NDArray[np.uint32], ...]:
    """Return `numbers` and `offsets` of `Rows`, made from how many there are of each term of a lexicon.

    `others` count something else of the same terms; their offsets in the same rows come after.
    """
    present = np.flatnonzero(counts)
    is_dense = len(present) * 4 >= len(counts)
    kept = slice(None) if is_dense else present
    numbers = np.empty(0, np.uint32) if is_dense else present.astype(np.uint32)
    return numbers, *(borders(each[kept]).astype(np.uint32) for each in (counts, *others))


class FieldPostings:
    """The postings of one field, and how long it is in each article.

    `lengths[n]` is the number of tokens that article n has in the field, a wide one counted once (uint32);
    `average_length` is exact, over all articles, those without the field too.
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """Take the arrays of a field's file; `index.building.invert` says which."""
        self.rows = Rows(arrays["numbers"], arrays["offsets"])
        self._articles = arrays["articles"]
        self._frequencies = arrays["frequencies"]
        self._place_offsets = arrays["place_offsets"]
        self._more_at = arrays["more_at"]
        self._more = arrays["more"]
        self._places = arrays["places"]
        self._forms = arrays["forms"]
        self.lengths: NDArray[np.uint32] = arrays["lengths"]
        self.average_length = float(self.lengths.sum(dtype=np.int64)) / max(1, len(self.lengths))

    def df(self, term: int) -> int:
        """Return how many articles have the term with this number in the field; 0 for -1."""
        start, end = self.rows.stretch(self.rows.row(term))
        return end - start

    def postings(self, term: int) -> Postings:
        """Return the articles with the term of this number; none for -1."""
        start, end = self.rows.stretch(self.rows.row(term))
        frequencies = self._frequencies[start:end]
        if frequencies.dtype == np.uint8:
            frequencies = frequencies.astype(np.uint16)
        return Postings(self._articles[start:end], frequencies)

    def mapped(self, term: int) -> Postings:
        """Return the same where they lie, none of it copied: frequencies may be uint8, too."""
        start, end = self.rows.stretch(self.rows.row(term))
        return Postings(self._articles[start:end], self._frequencies[start:end])

    def all_postings(self, terms: NDArray[np.intp]) -> tuple[NDArray[np.uint32], NDArray[Any]]:
        """Return the articles of terms, in order of number within each alone, and how often they have it."""
        articles, frequencies = self.rows.all_of(terms, self._articles, self._frequencies)
        return articles, frequencies

    def standing(self, low: int, high: int) -> Standing:
        """Return where the terms of rows `low` up to, but without, `high` stand; not of identifiers."""
        first, last = int(self.rows.offsets[low]), int(self.rows.offsets[high])
        counts = self._frequencies[first:last].astype(np.intp)
        more_from, more_to = among(self._more_at, (first, last))
        counts[self._more_at[more_from:more_to].astype(np.intp) - first] += self._more[more_from:more_to]
        inside = slice(int(self._place_offsets[low]), int(self._place_offsets[high]))
        return Standing(
            self._articles[first:last].astype(np.intp),
            counts,
            self._places[inside],
            self._forms[inside],
            is_wide=bool(more_to > more_from),
        )

    def standing_in(self, row: int, wanted: NDArray[np.intp]) -> Standing:
        """Return where the term of a row stands in some articles, ascending; not of identifiers."""
        return self.standing_at(row, self.held(row, wanted.astype(np.uint32))[1])

    def standing_at(self, row: int, kept: NDArray[np.intp]) -> Standing:
        """Return the same for the articles that stand in these places of the term's list, ascending."""
        first, last = self.rows.stretch(row)
        counts, starts, is_wide = self._located(row, kept)
        at = ranges(starts, counts)
        articles = self._articles[first:last].take(kept).astype(np.intp)
        return Standing(articles, counts, self._places.take(at), self._forms.take(at), is_wide)

    def positions_at(self, row: int, kept: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[Any]]:
        """Return of the same the counts and the positions alone."""
        counts, starts, _ = self._located(row, kept)
        return counts, self._places.take(ranges(starts, counts))

    def places(self, row: int) -> int:
        """Return in how many places the term of a row stands."""
        return int(self._place_offsets[row + 1]) - int(self._place_offsets[row])

    def is_wide(self, row: int) -> bool:
        """Say whether some token of the term of a row stands in several places in a row."""
        first, last = among(self._more_at, self.rows.stretch(row)).tolist()
        return bool(last > first)

    def held(self, row: int, wanted: NDArray[np.uint32]) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
        """Return which of some articles, ascending, have the term of a row, and where its list has these."""
        first, last = self.rows.stretch(row)
        if first == last:
            return np.zeros(len(wanted), np.bool_), np.empty(0, np.intp)
        articles = self._articles[first:last]
        at = articles.searchsorted(wanted)
        is_held = articles.take(at, mode="clip") == wanted
        return is_held, at.compress(is_held)

    def places_in(
        self, rows: Sequence[int], wanted: NDArray[np.uint32]
    ) -> tuple[NDArray[np.intp], NDArray[Any], list[int]]:
        """Return where the terms of some rows stand in some articles, ascending, one term after the other.

        That are the articles, by their places among those wanted, the positions in them, and where, in both,
        the places of each term end.
        """
        which, counts, starts = [], [], []
        for row in rows:
            is_held, kept = self.held(row, wanted)
            which.append(is_held.nonzero()[0])
            of_each, first, _ = self._located(row, kept)
            counts.append(of_each)
            starts.append(first)
        every = np.concatenate(counts)
        at = ranges(np.concatenate(starts), every)
        ends = list(accumulate(int(each.sum()) for each in counts))
        return np.concatenate(which).repeat(every), self._places.take(at), ends

    def _located(self, row: int, kept: NDArray[np.intp]) -> tuple[NDArray[np.intp], NDArray[np.intp], bool]:
        """Return how many places articles of a row's list have, where these start, and if any are wide."""
        first, last = self.rows.stretch(row)
        more_from, more_to = among(self._more_at, (first, last)).tolist()
        is_wide = bool(more_to > more_from)
        if not len(kept):
            return np.empty(0, np.intp), np.empty(0, np.intp), is_wide
        frequencies = self._frequencies[first : first + int(kept[-1]) + 1]
        counts = frequencies.take(kept).astype(np.intp)
        # Sums from one that is kept up to the next are had several times faster than a sum up to each.
        sums = np.add.reduceat(frequencies, kept, dtype=np.uint32)
        starts = np.add.accumulate(sums, dtype=np.intp)
        starts -= sums
        starts += int(frequencies[: kept[0]].sum(dtype=np.intp)) + int(self._place_offsets[row])
        if is_wide:
            more_at = self._more_at[more_from:more_to].astype(np.intp) - first
            more = self._more[more_from:more_to]
            at = more_at.searchsorted(kept)
            starts += borders(more).take(at)
            counts += (more_at.take(at, mode="clip") == kept) * more.take(at, mode="clip")
        return counts, starts, is_wide

    def positions(self, term: int) -> Positions:
        """Return where the term of this number stands; nowhere for -1, and in fields of identifiers."""
        row = self.rows.row(term)
        start, end = self.rows.stretch(row)
        starts = np.zeros(end - start + 1, dtype=np.uint32)
        if row < 0 or not len(self._place_offsets):
            return Positions(starts, self._places[:0], self._forms[:0])
        counts = self._frequencies[start:end].astype(np.uint32)
        low, high = among(self._more_at, (start, end))
        counts[self._more_at[low:high] - np.uint32(start)] += self._more[low:high]
        np.cumsum(counts, out=starts[1:])
        first, last = int(self._place_offsets[row]), int(self._place_offsets[row + 1])
        return Positions(starts, self._places[first:last], self._forms[first:last])


class Impacts:
    """What a word searched everywhere is worth: all weighted fields of a kind as one list.

    The weight of a term in an article is the sum over these fields of weight * frequency / (1 - b + b *
    length / average length): the pseudo-frequency of BM25F (Robertson, Zaragoza and Taylor 2004).
    """

    def __init__(self, arrays: Mapping[str, Array]) -> None:
        """Take the arrays of a file; `index.segments.impacts` says which."""
        self._rows = Rows(arrays["numbers"], arrays["offsets"])
        self._articles = arrays["articles"]
        self._weights = arrays["weights"]

    def df(self, term: int) -> int:
        """Return how many articles have the term with this number in any weighted field; 0 for -1."""
        start, end = self._rows.stretch(self._rows.row(term))
        return end - start

    def postings(self, term: int) -> tuple[NDArray[np.uint32], NDArray[np.float16]]:
        """Return the articles with the term of this number, in order, and its weight in each; none for -1."""
        start, end = self._rows.stretch(self._rows.row(term))
        return self._articles[start:end], self._weights[start:end]

    def all_postings(self, terms: NDArray[np.intp]) -> tuple[NDArray[np.uint32], NDArray[np.float16]]:
        """Return the articles of terms, in order of number within each alone, and the weights in them."""
        articles, weights = self._rows.all_of(terms, self._articles, self._weights)
        return articles, weights

    def columns(self, terms: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32], NDArray[np.float16]]:
        """Return the whole list as a matrix of so many columns: where each starts, articles, weights.

        There is one more start than terms; the column of a term holds its articles, in order.
        """
        offsets = self._rows.offsets
        if len(offsets) != terms + 1:
            counts = np.zeros(terms, np.uint32)
            counts[self._rows.numbers] = np.diff(offsets)
            offsets = borders(counts).astype(np.uint32)
        return offsets, self._articles, self._weights
