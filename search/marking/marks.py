"""Where needles lie in articles, read from the token streams of an index: no text is analysed for it.

Many texts are read together. A place is one number, as in `matching.places`: that of the text among them,
times 2**32, plus the position in the text. A wide token stands in each of its places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.segments.forward import BREAK, FAR, GAP_WIDTH
from index.segments.ranges import borders, ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.schema import Kind
    from index.segments.forward import Forward
    from search.marking.needles import Needle, Needles
    from search.matching.looks import Look, Row

    Numbers = NDArray[np.int64]

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
    """The units of some texts: the text of each, where it starts in that, and its first position."""

    numbers: NDArray[np.uint32]
    texts: Numbers
    starts: Numbers
    positions: Numbers


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
    rows = []
    for needle in sought:
        spans = _row_spans(needle.row, tokens)
        if len(spans.first):
            rows.append(_columns(needle, spans, tokens, texts, fields))
    if rows:
        text, start, end, thing = np.concatenate(rows, axis=1)
        order = np.lexsort((thing, -end, start, text))
        for n, *mark in np.stack((text, start, end, thing), axis=1)[order].tolist():
            if not found[n] or mark[0] >= found[n][-1].end:
                found[n].append(Mark(*mark))
    return found


def _columns(
    needle: Needle, spans: _Spans, tokens: _Tokens, texts: Sequence[tuple[int, str]], fields: set[str]
) -> Numbers:
    """Return of each span the text, start, end and thing, without those in fields that were not asked for."""
    text = tokens.places[spans.first] >> _POSITION_BITS
    columns = np.stack(
        (text, tokens.starts[spans.first], tokens.ends[spans.last], np.full(len(text), needle.thing))
    )
    if fields <= set(needle.fields):
        return columns
    is_asked = np.array([field in needle.fields for _, field in texts], np.bool_)
    return columns[:, is_asked[text]]


def _tokens(
    forward: Forward, texts: Sequence[tuple[int, str]], kind: Kind, wanted: NDArray[np.bool_]
) -> _Tokens:
    table = forward.units[kind]
    units = _units(forward, texts, kind)
    first = table.offsets[units.numbers]
    counts = table.offsets[units.numbers + np.uint32(1)] - first
    token = ranges(first, counts)
    kept = np.flatnonzero(wanted[table.terms[token]])
    unit = np.searchsorted(np.cumsum(counts), kept, side="right")
    token = token[kept]
    places = (units.texts[unit] << _POSITION_BITS) + units.positions[unit] + table.token_places[token]
    starts = units.starts[unit] + table.token_starts[token]
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
    numbers, gaps, counts = [np.empty(0, np.uint32)], [np.empty(0, np.uint8)], []
    for article, field in texts:
        stream = forward.stream(field)
        first, last = int(stream.starts[article]), int(stream.starts[article + 1])
        numbers.append(stream.units[first:last])
        gaps.append(stream.gaps[first:last])
        counts.append(last - first)
    units, packed = np.concatenate(numbers), np.concatenate(gaps)
    distances = (packed & FAR).astype(np.int64)
    first_units = borders(np.array(counts, np.int64))
    for place in np.flatnonzero(distances == FAR).tolist():
        # A distance too large for a byte is rare, and kept elsewhere.
        n = int(np.searchsorted(first_units, place, side="right")) - 1
        article, field = texts[n]
        stream = forward.stream(field)
        inside = int(stream.starts[article]) + place - int(first_units[n])
        distances[place] = stream.far[np.searchsorted(stream.far_at, inside)]
    text = np.repeat(np.arange(len(texts)), counts)
    lengths, places = table.lengths[units].astype(np.int64), table.places[units].astype(np.int64)
    ends = borders(distances + lengths)
    following = borders(places + GAP_WIDTH * (packed >= BREAK))
    begin = first_units[text]
    return _Units(units, text, ends[1:] - lengths - ends[begin], following[1:] - places - following[begin])


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
