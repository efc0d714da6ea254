"""Inverts the units of a field in a run of articles: which terms they have, where, and in what form.

Everything about a place of a term is packed into one number of 64 bits, from the left term, article, place,
form, and whether it is a further place of a wide token; sorting the numbers is all that is left to do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from index.errors import BuildFailed
from index.segments.arrays import Array, smallest
from index.segments.forward import BREAK, GAP_WIDTH, Units
from index.segments.ranges import borders, distinct, ranges

if TYPE_CHECKING:
    from collections.abc import Mapping


_WORD: Final = 64
_FORM: Final = np.uint64(1)
_PLACE: Final = np.uint64(9)
_FORMS: Final = np.uint64(255)


class Inverted(Struct, frozen=True):
    """The postings of a field in a run, in the order of terms.

    The postings of term `terms[n]` are those from `starts[n]` to `starts[n + 1]`, its places those from
    `place_starts[n]` on. `articles` are counted from the first of the run. Posting `more_at[n]` has `more[n]`
    places more than its frequency says. `lengths` are tokens of each article.
    """

    terms: NDArray[np.uint32]
    starts: NDArray[np.uint32]
    place_starts: NDArray[np.uint32]
    articles: NDArray[np.uint32]
    frequencies: Array
    more_at: NDArray[np.uint32]
    more: Array
    places: Array
    forms: NDArray[np.uint8]
    lengths: NDArray[np.uint32]


def invert_ids(counts: NDArray[np.uint32], units: NDArray[np.uint32]) -> Inverted:
    """Return the postings of a field of identifiers: those of each article are its terms, each once."""
    keys = distinct(
        units.astype(np.uint64) << np.uint64(32) | np.repeat(np.arange(len(counts)), counts).astype(np.uint64)
    )
    terms_of = (keys >> np.uint64(32)).astype(np.uint32)
    starts = _changes(terms_of)
    articles = keys.astype(np.uint32)
    return Inverted(
        terms=terms_of[starts],
        starts=np.append(starts, len(keys)).astype(np.uint32),
        place_starts=np.zeros(len(starts) + 1, np.uint32),
        articles=articles,
        frequencies=np.ones(len(articles), np.uint8),
        more_at=np.empty(0, np.uint32),
        more=np.empty(0, np.uint8),
        places=np.empty(0, np.uint8),
        forms=np.empty(0, np.uint8),
        lengths=np.bincount(articles, minlength=len(counts)).astype(np.uint32),
    )


def invert(table: Units, stream: Mapping[str, Array], among: NDArray[np.bool_] | None = None) -> Inverted:
    """Return the postings of a field of words; raises BuildFailed if a text is longer than can be told.

    `among` says of each unit whether its tokens are wanted; lengths are those of all.
    """
    counts, units = stream["counts"], stream["units"]
    first = table.offsets[units]
    tokens = table.offsets[units + np.uint32(1)] - first
    places = _places(table, stream)
    lengths = np.diff(borders(tokens)[borders(counts)]).astype(np.uint32)
    owners = np.repeat(np.arange(len(counts), dtype=np.uint64), counts)
    if among is not None:
        kept = np.flatnonzero(among[units])
        units, first, tokens = units[kept], first[kept], tokens[kept]
        places, owners = places[kept], owners[kept]
    place_bits = int((places + table.places[units]).max(initial=0)).bit_length()
    article_bits = len(counts).bit_length()
    article_at = _PLACE + np.uint64(place_bits)
    term_at = article_at + np.uint64(article_bits)
    if int(table.terms.max(initial=0)).bit_length() + int(term_at) > _WORD:
        raise BuildFailed(f"a text has {int(places.max()):,} words, more than the index can tell apart")
    of_unit = owners << article_at
    of_unit |= places.astype(np.uint64) << _PLACE
    token = ranges(first, tokens)
    keys = _token_keys(table, token, term_at)
    keys += np.repeat(of_unit, tokens)
    keys = np.concatenate((keys, _further(keys, table.widths[token])))
    keys.sort()
    return _postings(keys, lengths, place_bits, article_bits)


def _token_keys(table: Units, token: NDArray[np.int64], term_at: np.uint64) -> NDArray[np.uint64]:
    """Return the keys of tokens, as far as their units tell them: term, place within the unit, and form."""
    # Those of all tokens there are, and of these the ones asked for, if that is less work.
    is_all = len(token) > len(table.terms)
    those = slice(None) if is_all else token
    keys = table.terms[those].astype(np.uint64) << term_at
    keys |= table.token_places[those].astype(np.uint64) << _PLACE
    keys |= table.forms[those].astype(np.uint64) << _FORM
    return keys[token] if is_all else keys


def _places(table: Units, stream: Mapping[str, Array]) -> NDArray[np.int64]:
    """Return the place of each unit in the text of its article."""
    counts = stream["counts"]
    gaps = (stream["gaps"] >= BREAK) * GAP_WIDTH
    steps = gaps + table.places[stream["units"]]
    before = borders(steps)
    places = before[:-1] + gaps
    places -= np.repeat(before[borders(counts)[:-1]], counts)
    return places


def _further(keys: NDArray[np.uint64], widths: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return the further places of wide tokens."""
    wide = np.flatnonzero(widths > 1)
    more = widths[wide].astype(np.int64) - 1
    steps = ranges(np.ones(len(wide), np.int64), more).astype(np.uint64)
    return np.repeat(keys[wide], more) + (steps << _PLACE) + np.uint64(1)


def _postings(
    keys: NDArray[np.uint64], lengths: NDArray[np.uint32], place_bits: int, article_bits: int
) -> Inverted:
    """Unpack keys that are in order."""
    posting_of = keys >> (_PLACE + np.uint64(place_bits))
    starts = _changes(posting_of)
    postings = posting_of[starts]
    terms_of = (postings >> np.uint64(article_bits)).astype(np.uint32)
    term_starts = _changes(terms_of)
    place_counts = np.diff(starts, append=len(keys))
    further = np.flatnonzero(keys & np.uint64(1))
    more = np.bincount(np.searchsorted(starts, further, side="right") - 1, minlength=len(starts))
    more_at = np.flatnonzero(more)
    frequencies = place_counts - more
    places = (keys >> _PLACE) & np.uint64((1 << place_bits) - 1)
    return Inverted(
        terms=terms_of[term_starts],
        starts=np.append(term_starts, len(postings)).astype(np.uint32),
        place_starts=np.append(starts[term_starts], len(keys)).astype(np.uint32),
        articles=(postings & np.uint64((1 << article_bits) - 1)).astype(np.uint32),
        frequencies=_narrow(frequencies),
        more_at=more_at.astype(np.uint32),
        more=_narrow(more[more_at]),
        places=places.astype(smallest((1 << place_bits) - 1)),
        forms=((keys >> _FORM) & _FORMS).astype(np.uint8),
        lengths=lengths,
    )


def _changes(numbers: Array) -> NDArray[np.int64]:
    """Return where numbers in order differ from the one before; the first one does."""
    if not len(numbers):
        return np.empty(0, np.int64)
    return np.concatenate(([0], np.flatnonzero(numbers[1:] != numbers[:-1]) + 1))


def _narrow(numbers: NDArray[np.int64]) -> Array:
    return numbers.astype(smallest(int(numbers.max(initial=0))))
