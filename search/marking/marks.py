"""Where needles lie in articles, read from the token streams of an index: no text is analysed for it.

Many texts are read together. A place is one number, as in `matching.places`: that of the text among them,
times 2**32, plus the position in the text. A wide token stands in each of its places.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.segments.forward import BREAK, FAR, GAP_WIDTH
from index.segments.ranges import among, borders, ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.schema import Kind
    from index.segments.forward import Forward, Stream
    from search.marking.needles import Needles
    from search.matching.looks import Look, Row

    Numbers = NDArray[np.int64]
    Gaps = NDArray[np.uint8]

_POSITION_BITS: Final = 32


class Mark(NamedTuple):
    """Where a match starts and ends in the text of a field, and the number of what it names."""

    start: int
    end: int
    thing: int


class _Tokens(NamedTuple):
    """The tokens that any needle asks for, in order of place, each once for every place it stands in."""

    terms: NDArray[np.uint32]
    forms: NDArray[np.uint8]
    places: Numbers
    starts: Numbers
    ends: Numbers
    is_wide: bool


class _Units(NamedTuple):
    """The units of some texts, one text after the other: text n begins with unit `texts[n]`.

    A unit has a first term and a count of tokens, which may be 0. `ends` and `following` have one more: where
    units end, in characters, and the position behind each, both counted over all texts.
    """

    numbers: NDArray[np.uint32]
    texts: Numbers
    terms: NDArray[np.uint32]
    counts: NDArray[np.uint32]
    lengths: Numbers
    places: Numbers
    ends: Numbers
    following: Numbers


class _Spans(NamedTuple):
    """Rows that were found: the first and the last token of each, by number."""

    first: Numbers
    last: Numbers


def marks(
    forward: Forward, texts: Sequence[tuple[int, str]], kind: Kind, needles: Needles
) -> list[list[Mark]]:
    """Return the marks in each of some texts, given as article and field of a kind, in order.

    Offsets are characters of the text of the field (`index.schema.field_text`). Of matches that overlap, the
    first is marked, and of those that start together the longest.
    """
    found: list[list[Mark]] = [[] for _ in texts]
    fields = {field for _, field in texts}
    sought = [needle for needle in needles.of(kind) if not fields.isdisjoint(needle.fields)]
    if not sought:
        return found
    tokens = _tokens(forward, texts, kind, needles.wanted(kind))
    first, last, things = [], [], []
    for needle in sought:
        spans = _row_spans(needle.row, tokens)
        if len(spans.first):
            if not fields.issubset(needle.fields):
                spans = _in_fields(spans, tokens, np.array([field in needle.fields for _, field in texts]))
            first.append(spans.first)
            last.append(spans.last)
            things.append(np.full(len(spans.first), needle.thing))
    if first:
        begin = np.concatenate(first)
        text = tokens.places[begin] >> _POSITION_BITS
        start, end, thing = tokens.starts[begin], tokens.ends[np.concatenate(last)], np.concatenate(things)
        order = np.lexsort((thing, -end, start, text))
        rows = (each[order].tolist() for each in (text, start, end, thing))
        for n, *mark in zip(*rows, strict=True):
            own = found[n]
            if not own or mark[0] >= own[-1].end:
                own.append(Mark(*mark))
    return found


def _in_fields(spans: _Spans, tokens: _Tokens, is_asked: NDArray[np.bool_]) -> _Spans:
    """Return the spans in texts whose field is asked for."""
    kept = is_asked[tokens.places[spans.first] >> _POSITION_BITS]
    return _Spans(spans.first[kept], spans.last[kept])


def _tokens(
    forward: Forward, texts: Sequence[tuple[int, str]], kind: Kind, wanted: NDArray[np.bool_]
) -> _Tokens:
    table = forward.units[kind]
    units = _units(forward, texts, kind)
    # Most units are one token, which tells at once whether they are looked at any closer.
    unit = np.flatnonzero((units.counts > 1) | (wanted[units.terms] & (units.counts > 0)))
    counts = units.counts[unit]
    token = ranges(table.offsets[units.numbers[unit]], counts)
    kept = np.flatnonzero(wanted[table.terms[token]])
    token, unit = token[kept], np.repeat(unit, counts)[kept]
    text = np.searchsorted(units.texts[1:], unit, side="right")
    begin, behind = units.texts[text], unit + 1
    positions = units.following[behind] - units.places[unit] - units.following[begin]
    places = (text << _POSITION_BITS) + positions + table.token_places[token]
    starts = units.ends[behind] - units.lengths[unit] - units.ends[begin] + table.token_starts[token]
    ends = starts + table.token_lengths[token]
    widths = table.widths[token].astype(np.int64)
    each = np.repeat(np.arange(len(token)), widths)
    places = ranges(places, widths)
    order = np.argsort(places, kind="stable")
    each = each[order]
    return _Tokens(
        terms=table.terms[token[each]],
        forms=table.forms[token[each]],
        places=places[order],
        starts=starts[each],
        ends=ends[each],
        is_wide=len(each) > len(token),
    )


def _units(forward: Forward, texts: Sequence[tuple[int, str]], kind: Kind) -> _Units:
    table = forward.units[kind]
    read = [
        _read(forward.stream(field), np.array([article for article, _ in same], np.intp))
        for field, same in groupby(texts, key=itemgetter(1))
    ]
    counts, units, packed, distances = map(np.concatenate, zip(*read, strict=True))
    lengths, places = table.lengths[units].astype(np.int64), table.places[units].astype(np.int64)
    starts = table.offsets[units]
    tokens = table.offsets[units + 1] - starts
    # A unit without tokens at the very end begins behind the last one.
    terms = table.terms[np.minimum(starts, len(table.terms) - 1)] if len(table.terms) else starts
    return _Units(
        units,
        borders(counts),
        terms,
        tokens,
        lengths,
        places,
        ends=borders(distances + lengths),
        following=borders(places + GAP_WIDTH * (packed >= BREAK)),
    )


def _read(stream: Stream, articles: NDArray[np.intp]) -> tuple[Numbers, NDArray[np.uint32], Gaps, Numbers]:
    """Return how many units each article has in a field, these, their gaps, and what lies before each."""
    first = stream.starts[articles].astype(np.int64)
    counts = stream.starts[articles + 1] - first
    inside = ranges(first, counts)
    packed = stream.gaps[inside]
    distances = (packed & FAR).astype(np.int64)
    # A distance too large for a byte is rare, and kept elsewhere.
    if len(far := np.flatnonzero(distances == FAR)):
        distances[far] = stream.far[among(stream.far_at, inside[far])]
    return counts, stream.units[inside], packed, distances


def _row_spans(row: Row, tokens: _Tokens) -> _Spans:
    """Return where a row lies: its slots next to each other, each filled in any of its ways."""
    spans: _Spans | None = None
    for slot in row:
        ways = []
        for way in slot:
            reached = spans
            for look in way:
                reached = _followed(reached, _standing(look, tokens), tokens)
            if reached is not None and len(reached.first):
                ways.append(reached)
        if not ways:
            break
        spans = ways[0] if len(ways) == 1 else _Spans(*map(np.concatenate, zip(*ways, strict=True)))
    else:
        return spans or _nowhere()
    return _nowhere()


def _standing(look: Look, tokens: _Tokens) -> Numbers:
    """Return the tokens that are what is looked for."""
    is_meant = np.zeros(len(tokens.terms), np.bool_)
    if len(look.whole) == 1:
        is_meant = tokens.terms == look.whole[0]
    elif len(look.whole):
        places = np.minimum(np.searchsorted(look.whole, tokens.terms), len(look.whole) - 1)
        is_meant = look.whole[places] == tokens.terms
    for term, forms in look.some:
        is_meant = is_meant | ((tokens.terms == term) & forms[tokens.forms])
    return np.flatnonzero(is_meant)


def _followed(spans: _Spans | None, standing: Numbers, tokens: _Tokens) -> _Spans:
    """Return the spans that go on with one of these tokens; each of them alone if there are no spans."""
    if spans is None:
        return _Spans(standing, standing)
    reached = step = _next(spans, standing, tokens)
    while tokens.is_wide and len(step.first):
        # What is joined may stand for any number of the places that it fills.
        step = _next(step, standing, tokens, is_same=True)
        reached = _Spans(*map(np.concatenate, zip(reached, step, strict=True)))
    return reached


def _next(spans: _Spans, standing: Numbers, tokens: _Tokens, *, is_same: bool = False) -> _Spans:
    """Return the spans with any of these tokens right behind them, or the same token once more."""
    ends = tokens.places[spans.last] + 1
    places = tokens.places[standing]
    low = np.searchsorted(places, ends, side="left")
    counts = np.searchsorted(places, ends, side="right") - low
    before, last = np.repeat(np.arange(len(ends)), counts), standing[ranges(low, counts)]
    if is_same:
        ended = spans.last[before]
        kept = (tokens.starts[last] == tokens.starts[ended]) & (tokens.terms[last] == tokens.terms[ended])
        before, last = before[kept], last[kept]
    return _Spans(spans.first[before], last)


def _nowhere() -> _Spans:
    return _Spans(np.empty(0, np.int64), np.empty(0, np.int64))
