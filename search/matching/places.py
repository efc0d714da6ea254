"""Where words stand, as sorted arrays of places, and what can be asked of them: in a row, or near each other.

A place is one number: that of the article, times 2**32, plus the position in the field. So the next place is
one more, and no two places of different articles are near each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from index.segments.ranges import among, changes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.matching.numbers import Numbers

Places = NDArray[np.int64]

_POSITION_BITS: Final = 32
_POSITIONS: Final = (1 << _POSITION_BITS) - 1
_STRIDE: Final = 331
_AT_ONCE: Final = 1 << 15
"""Places of a word that are looked at together: so many stay near the processor."""

_NOWHERE: Final = np.int64(1 << 62)


def places_of(
    articles: NDArray[np.integer], counts: NDArray[np.integer], positions: NDArray[np.integer]
) -> Places:
    """Return places: of each article so many as `counts` says, whose positions stand in a row."""
    places: Places = np.repeat(articles.astype(np.int64), counts) << _POSITION_BITS
    places |= positions
    return places


def numbered(which: Numbers, positions: NDArray[np.integer]) -> Places:
    """Return places: of each position the article by its place among some, from 0."""
    places: Places = which.astype(np.int64) << _POSITION_BITS
    places |= positions
    return places


def renumbered(places: Places, articles: NDArray[np.uint32]) -> Places:
    """Return the places in some articles, ascending, each of which is told by its own place among these."""
    of = article_of(places)
    which = among(articles, of)
    is_in = articles.take(which, mode="clip") == of if len(articles) else np.zeros(len(of), np.bool_)
    return numbered(which.compress(is_in), places.compress(is_in) & _POSITIONS)


def article_of(places: Places) -> Numbers:
    """Return the article of each place."""
    return (places >> _POSITION_BITS).astype(np.intp)


def united(parts: Sequence[Places]) -> Places:
    """Return the places in any part, each once."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return np.empty(0, np.int64)
    # Each part is in order already, which a stable sort makes use of.
    return distinct(np.sort(np.concatenate(parts), kind="stable"))


def distinct(ordered: Places) -> Places:
    """Return places that are in order, each once."""
    is_new = changes(ordered)
    return ordered if is_new.all() else ordered[is_new]


def common(one: Places, other: Places) -> Places:
    """Return the places in both."""
    few, many = (one, other) if len(one) <= len(other) else (other, one)
    if not len(few):
        return few
    if len(few) * 4 > len(many):
        # Two long lists are merged faster than one is looked up in the other.
        together = np.sort(np.concatenate((few, many)), kind="stable")
        twice: Places = together[:-1][together[1:] == together[:-1]]
        return twice
    found = np.searchsorted(many, few)
    found[found == len(many)] = 0
    shared: Places = few[many[found] == few]
    return shared


def likely(places: Places, among: Places) -> Places:
    """Return, of places in any order, those that may be among others: all that are, and few that are not."""
    bits = min(24, max(16, (8 * len(among)).bit_length()))
    is_met = np.zeros(1 << bits, np.bool_)
    is_met[_mixed(among, bits)] = True
    return places[is_met[_mixed(places, bits)]]


def _mixed(places: Places, bits: int) -> Places:
    """Return places as numbers of fewer bits, those of an article still next to each other."""
    mixed: Places = ((places >> _POSITION_BITS) * _STRIDE + places) & ((1 << bits) - 1)
    return mixed


def followed(ends: Places | None, term: Places, *, is_wide: bool) -> Places:
    """Return where a term ends that stands right behind one of the places, or anywhere if there are none.

    A wide term stands in each of its places; so it ends in each that is reached from the one that follows.
    """
    if ends is None:
        return term
    step = reached = common(ends + 1, term)
    while is_wide and len(step):
        step = common(step + 1, term)
        reached = united((reached, step))
    return reached


def stretches(ends: Places) -> tuple[Numbers, Numbers]:
    """Return the articles with any of these places, and in how many stretches of places without a gap."""
    first = np.ones(len(ends), np.bool_)
    np.not_equal(ends[1:], ends[:-1] + 1, out=first[1:])
    return per_article(ends[first])


def per_article(places: Places) -> tuple[Numbers, Numbers]:
    """Return the articles with any of these places, ascending, and how many each has."""
    articles = places >> _POSITION_BITS
    starts = np.flatnonzero(changes(articles))
    return articles[starts], np.diff(starts, append=len(articles))


def windows(words: Sequence[tuple[Places, int]], width: int) -> Places:
    """Return the places where a window of so many places begins that has every word as often as it says.

    A window begins with the place of a word, and `width` is at most 2**31. No place counts for a word twice,
    but one place may count for two words, as that of "TDP-43" does for TDP43 and for TDP.
    """
    longest = max((places for places, _ in words), key=len)
    borders = longest[_AT_ONCE::_AT_ONCE] >> _POSITION_BITS << _POSITION_BITS
    ends = [[*np.searchsorted(places, borders).tolist(), len(places)] for places, _ in words]
    found, starts = [], [0] * len(words)
    for until in zip(*ends, strict=True):
        of_articles = [
            (places[start:end], times)
            for (places, times), start, end in zip(words, starts, until, strict=True)
        ]
        found.append(_windows(of_articles, width))
        starts = list(until)
    return np.concatenate(found)


def _windows(words: Sequence[tuple[Places, int]], width: int) -> Places:
    bits = len(words).bit_length()
    together = np.concatenate([(places << bits) | n for n, (places, _) in enumerate(words)])
    together.sort(kind="stable")
    word_at = together & ((1 << bits) - 1)
    starts = together >> bits
    fits = np.ones(len(starts), np.bool_)
    for n, (places, times) in enumerate(words):
        is_word = word_at == n
        passed = np.cumsum(is_word) - is_word
        following = np.concatenate((places, np.full(times, _NOWHERE)))
        fits &= following[passed + (times - 1)] - starts < width
    return distinct(starts[fits])
