"""Where needles lie in articles, read from the token streams of an index: no text is analysed for it.

Many texts are read together. A place is one number, as in `matching.places`: that of the text among them,
times 2**32, plus the position in the text. A wide token stands in each of its places.
"""

from __future__ import annotations

from itertools import groupby, pairwise
from operator import itemgetter
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.segments.forward import BREAK, FAR, GAP_WIDTH
from index.segments.ranges import among, borders, distinct, ranges
from search.marking.needles import terms_of
from search.matching.matches import is_among

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from index.schema import Kind
    from index.segments.forward import Forward, Stream
    from search.marking.needles import Needles
    from search.matching.looks import Look, Row

    Numbers = NDArray[np.int64]
    _Part = tuple[Stream, int, int]
    """Units of a stream: from one on, up to another."""

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

    `ends` and `following` have one more: where units end, in characters, and the
    position behind each, both counted over all texts.
    """

    numbers: NDArray[np.intp]
    texts: Numbers
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
    fields = {field for _, field in texts}
    sought = [needle for needle in needles.of(kind) if not fields.isdisjoint(needle.fields)]
    if not sought:
        return [[] for _ in texts]
    tokens = _tokens(forward, texts, kind, terms_of(sought))
    first, last, things = [], [], []
    for needle in sought:
        spans = _row_spans(needle.row, tokens)
        if len(spans.first):
            if not fields.issubset(needle.fields):
                spans = _in_fields(spans, tokens, np.array([field in needle.fields for _, field in texts]))
            first.append(spans.first)
            last.append(spans.last)
            things.append(np.full(len(spans.first), needle.thing))
    if not first:
        return [[] for _ in texts]
    begin = np.concatenate(first)
    start, end, thing = tokens.starts[begin], tokens.ends[np.concatenate(last)], np.concatenate(things)
    text = tokens.places[begin] >> _POSITION_BITS
    order = np.lexsort((thing, -end, start, text))
    return _apart(len(texts), text[order], start[order], end[order], thing[order])


def _apart(many: int, text: Numbers, start: Numbers, end: Numbers, thing: Numbers) -> list[list[Mark]]:
    """Return marks by text, of so many texts; those that begin before another ends are left out."""
    if np.any((start[1:] < end[:-1]) & (text[1:] == text[:-1])):
        kept, last, free = [], -1, 0
        for n, (of, first, behind) in enumerate(
            zip(text.tolist(), start.tolist(), end.tolist(), strict=True)
        ):
            if of != last or first >= free:
                kept.append(n)
                last, free = of, behind
        text, start, end, thing = (each[kept] for each in (text, start, end, thing))
    found = list(map(Mark._make, zip(start.tolist(), end.tolist(), thing.tolist(), strict=True)))
    return [found[a:b] for a, b in pairwise(text.searchsorted(np.arange(many + 1)).tolist())]


def _in_fields(spans: _Spans, tokens: _Tokens, is_asked: NDArray[np.bool_]) -> _Spans:
    """Return the spans in texts whose field is asked for."""
    kept = is_asked[tokens.places[spans.first] >> _POSITION_BITS]
    return _Spans(spans.first[kept], spans.last[kept])


def _tokens(
    forward: Forward, texts: Sequence[tuple[int, str]], kind: Kind, wanted: NDArray[np.intp]
) -> _Tokens:
    table = forward.units[kind]
    units = _units(forward, texts, kind)
    unit = table.holding(wanted).take(units.numbers).nonzero()[0]
    number, text = units.numbers[unit], units.texts.searchsorted(unit, side="right") - 1
    begin, behind = units.texts[text], unit + 1
    positions = units.following[behind] - table.places[number] - units.following[begin]
    starts = units.ends[behind] - table.lengths[number] - units.ends[begin]
    first = table.offsets[number].astype(np.int64)
    counts = table.offsets[number + 1] - first
    token, unit = ranges(first, counts), np.repeat(np.arange(len(unit)), counts)
    is_wanted = is_among(table.terms[token], wanted)
    token, unit = token[is_wanted], unit[is_wanted]
    starts = starts[unit] + table.token_starts[token]
    ends = starts + table.token_lengths[token]
    places = (text[unit] << _POSITION_BITS) + positions[unit] + table.token_places[token]
    widths = table.widths[token].astype(np.int64)
    each = np.repeat(np.arange(len(token)), widths)
    places = ranges(places, widths)
    order = np.argsort(places, kind="stable")
    each = each[order]
    token = token[each]
    return _Tokens(
        terms=table.terms[token],
        forms=table.forms[token],
        places=places[order],
        starts=starts[each],
        ends=ends[each],
        is_wide=len(each) > len(starts),
    )


def _units(forward: Forward, texts: Sequence[tuple[int, str]], kind: Kind) -> _Units:
    table = forward.units[kind]
    parts: list[_Part] = []
    for field, same in groupby(texts, key=itemgetter(1)):
        stream = forward.stream(field)
        articles = np.array([article for article, _ in same], np.intp)
        bounds = zip(stream.starts[articles].tolist(), stream.starts[articles + 1].tolist(), strict=True)
        parts += [(stream, start, end) for start, end in bounds]
    # The units of a text lie next to each other: they are copied in a fraction of the time to look each up.
    numbers = np.concatenate([stream.units[start:end] for stream, start, end in parts], dtype=np.intp)
    gaps = np.concatenate([stream.gaps[start:end] for stream, start, end in parts])
    starts = borders(np.array([end - start for _, start, end in parts]))
    distances = (gaps & FAR).astype(np.int64)
    if len(far := np.flatnonzero(distances == FAR)):
        distances[far] = _distances(far, starts, parts)
    distances += table.lengths.take(numbers)
    places = GAP_WIDTH * (gaps >= BREAK)
    places += table.places.take(numbers)
    return _Units(numbers, starts, ends=borders(distances), following=borders(places))


def _distances(far: Numbers, starts: Numbers, parts: Sequence[_Part]) -> Numbers:
    """Return what lies before some units: too much for a byte, which is rare and kept elsewhere."""
    text = starts.searchsorted(far, side="right") - 1
    found = np.empty(len(far), np.int64)
    for each in distinct(text).tolist():
        stream, start, _ = parts[each]
        own = text == each
        found[own] = stream.far[among(stream.far_at, start + far[own] - starts[each])]
    return found


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
