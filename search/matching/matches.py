"""Sets of articles with their scores, and what can be done with them: all of, any of, without, the best of.

Few are kept as a list of numbers, many as a mask over all articles of the index; either way the same
articles get the same scores, since each score is summed in the same order.
"""

from __future__ import annotations

from functools import reduce
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import numpy as np

from index.segments.ranges import among
from search.matching.single import Single

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from search.matching.numbers import Mask, Numbers, Scores

SPREAD_SHARE: Final = 16
"""What matches more than one in this many articles is kept as a mask: measured to be faster from there on."""

_NUMBER_BITS: Final = 32
_HIGHEST: Final = np.int64(0x7FFFFFFF)


class Matches:
    """The articles that match, out of `size`, and what each scores; `listed` or `spread` makes them."""

    __slots__ = ("_mask", "_numbers", "_scores", "count", "size")

    def __init__(
        self, size: int, count: int, numbers: Numbers | None, mask: Mask | None, scores: Scores | None
    ) -> None:
        self.size = size
        self.count = count
        self._numbers = numbers
        self._mask = mask
        self._scores = scores

    @property
    def is_listed(self) -> bool:
        """Whether they are kept as a list."""
        return self._mask is None

    @property
    def is_scored(self) -> bool:
        """Whether any can score more than nothing."""
        return self._scores is not None

    @property
    def nbytes(self) -> int:
        """The bytes that the arrays take."""
        return sum(each.nbytes for each in (self._numbers, self._mask, self._scores) if each is not None)

    def numbers(self) -> Numbers:
        """Return the articles in order of number."""
        return np.flatnonzero(self.mask()) if self._numbers is None else self._numbers

    def scores(self) -> Scores:
        """Return the scores, in the order of `numbers`."""
        if self._scores is None:
            return np.zeros(self.count, np.float32)
        return self._scores if self._mask is None else self._scores[self._mask]

    def mask(self) -> Mask:
        """Return for each article of the index whether it matches."""
        if self._mask is not None:
            return self._mask
        mask = np.zeros(self.size, np.bool_)
        mask[self._numbers] = True
        return mask

    def spread_scores(self) -> Scores:
        """Return for each article of the index what it scores: nothing where it does not match."""
        if self._scores is not None and self._mask is not None:
            return self._scores
        scores = np.zeros(self.size, np.float32)
        if self._scores is not None:
            scores[self._numbers] = self._scores
        return scores

    def at(self, numbers: Numbers) -> tuple[Mask, Scores | None]:
        """Return for each of some articles whether it matches, and what it scores if it does."""
        if self._mask is not None:
            return self._mask.take(numbers), None if self._scores is None else self._scores.take(numbers)
        if self._numbers is None or not self.count:
            return np.zeros(len(numbers), np.bool_), None
        places = self._numbers.searchsorted(numbers)
        found = self._numbers.take(places, mode="clip") == numbers
        return found, None if self._scores is None else self._scores.take(places, mode="clip")

    def has(self, numbers: Numbers) -> Mask:
        """Return for each of some articles whether it matches."""
        return self._mask.take(numbers) if self._mask is not None else is_among(numbers, self.numbers())

    def scores_at(self, numbers: Numbers) -> Scores:
        """Return what some of the matches score."""
        found = self.at(numbers)[1]
        return np.zeros(len(numbers), np.float32) if found is None else found

    def within(self, masks: Iterable[Mask]) -> Matches:
        """Return those that are in all of some masks, scored the same."""
        kept = self
        for mask in masks:
            kept = all_of([kept, spread(mask)])
        return kept


def listed(size: int, numbers: Numbers, scores: Scores | None = None) -> Matches:
    """Return matches given by number, ascending, each once; they score nothing where there are no scores."""
    return Matches(size, len(numbers), numbers, None, scores)


def spread(mask: Mask, scores: Scores | None = None) -> Matches:
    """Return matches given by a mask over all articles; where it is false, the score must be 0."""
    return Matches(len(mask), int(np.count_nonzero(mask)), None, mask, scores)


def nothing(size: int) -> Matches:
    """Return no matches."""
    return listed(size, np.empty(0, np.intp))


def everything(size: int) -> Matches:
    """Return all articles, scoring nothing."""
    return spread(np.ones(size, np.bool_))


def packed(size: int, numbers: Numbers, scores: Scores) -> Matches:
    """Return matches given by number, in the form in which so many are best kept."""
    found = listed(size, numbers, scores)
    return found if found.count * SPREAD_SHARE <= size else spread(found.mask(), found.spread_scores())


def whole(part: Matches | Single) -> Matches:
    """Return a part worked out."""
    return listed(part.size, part.numbers(), part.scores()) if isinstance(part, Single) else part


def is_among(numbers: NDArray[np.integer], ordered: NDArray[np.integer]) -> Mask:
    """Return for each number whether it is among others, which are in order."""
    if not len(ordered):
        return np.zeros(len(numbers), np.bool_)
    found: Mask = ordered.take(among(ordered, numbers), mode="clip") == numbers
    return found


def all_of(parts: Sequence[Matches | Single]) -> Matches:
    """Return what is in every part (one at least), scored by the sum."""
    first, *rest = sorted(parts, key=attrgetter("count"))
    if not first.is_listed:
        return _all_spread([first, *rest])
    numbers = first.numbers()
    for part in rest:
        is_kept = part.has(numbers)
        if not is_kept.all():
            numbers = numbers.compress(is_kept)
    # Only what is in all parts is scored.
    total: Scores | None = None
    for part in (first, *rest):
        if part.is_scored:
            gained = part.scores() if len(numbers) == part.count else part.scores_at(numbers)
            total = gained if total is None else total + gained
    return listed(first.size, numbers, total)


def _all_spread(parts: Sequence[Matches | Single]) -> Matches:
    """Return what is in every part, of which there is much."""
    every = [whole(part) for part in parts]
    mask = reduce(np.logical_and, (part.mask() for part in every))
    scores = _sum(every)
    if scores is not None and len(every) > 1:
        scores *= mask
    return spread(mask, scores)


def any_of(parts: Sequence[Matches | Single]) -> Matches:
    """Return what is in any part (one at least), scored by the sum."""
    if len(parts) == 1:
        return whole(parts[0])
    total = _sum(parts)
    if total is not None and all(isinstance(part, Single) for part in parts):
        # Where there is a word, it is worth something.
        return spread(total > 0, total)
    return spread(_union(parts), total)


def without(kept: Matches, dropped: Matches) -> Matches:
    """Return what is in the first, but not in the second, scored as in the first."""
    if kept.is_listed:
        numbers = kept.numbers()
        stays = ~dropped.at(numbers)[0]
        return listed(kept.size, numbers[stays], kept.scores()[stays] if kept.is_scored else None)
    mask = kept.mask() & ~dropped.mask()
    return spread(mask, kept.spread_scores() * mask if kept.is_scored else None)


def best_of(first: Matches, others: Sequence[Matches], weights: Sequence[float]) -> Matches:
    """Return what is in any part; it scores as in the first, or as in another times the weight of that."""
    best = np.zeros(first.size, np.float32)
    for part, weight in zip(others, weights, strict=True):
        _raise(best, part, np.float32(weight))
    _raise(best, first, np.float32(1))
    is_scored = any(part.is_scored for part in (first, *others))
    return spread(_union((first, *others)), best if is_scored else None)


def top(matches: Matches, count: int) -> tuple[Numbers, Scores]:
    """Return the best matches and their scores, the best first, of the same score the lowest number first.

    They are the same as the first `count` of all in order, ties included, without putting all in order.
    """
    if matches.is_listed:
        numbers, scores = matches.numbers(), matches.scores()
        if matches.count <= count:
            return ordered(numbers, scores)
        places = highest(scores, count)
        best, worth = numbers.take(places), scores.take(places)
    else:
        scores = matches.spread_scores()
        best = highest(scores, count)
        worth = scores.take(best)
    if len(best) < min(count, matches.count):
        # What scores nothing comes last; there may be a lot of it, in order of number already.
        numbers, scores = matches.numbers(), matches.scores()
        others = numbers[scores <= 0][: count - len(best)]
        best, worth = np.concatenate((best, others)), np.append(worth, np.zeros(len(others), np.float32))
    return best, worth


def highest(values: Scores, count: int) -> Numbers:
    """Return the places of the highest `count` values above 0, of equal ones the first, the highest first.

    If as many groups of values as are wanted have a highest of x or more, so has the last that is wanted:
    whatever is less than x in the least of them is none of them. No value is negative.
    """
    if not count or not len(values):
        return np.empty(0, np.intp)
    groups = _folded(values, max(4 * count, 256))
    least = np.partition(groups, -count)[-count] if len(groups) > count else 0
    found = (values >= least if least > 0 else values > 0).nonzero()[0]
    if len(found) > 4 * count:
        among = values.take(found)
        found = found.compress(among >= np.partition(among, -count)[-count])
    return ordered(found, values.take(found))[0][:count]


def _folded(values: Scores, count: int) -> Scores:
    """Return the highest of each of at most twice so many groups of values."""
    while len(values) > 2 * count:
        half = len(values) // 2
        rest = values[2 * half :]
        values = np.maximum(values[:half], values[half : 2 * half])
        values[: len(rest)] = np.maximum(values[: len(rest)], rest)
    return values


def ordered(numbers: Numbers, scores: Scores) -> tuple[Numbers, Scores]:
    """Return articles with their scores, the best first, of the same score the lowest number first.

    No score is negative, so they are in the order of their bits: score and number are sorted as one.
    """
    keys = scores.astype(np.float32, copy=False).view(np.int32).astype(np.int64)
    np.subtract(_HIGHEST, keys, out=keys)
    keys <<= _NUMBER_BITS
    keys |= numbers
    keys.sort()
    found = keys & ((1 << _NUMBER_BITS) - 1)
    keys >>= _NUMBER_BITS
    np.subtract(_HIGHEST, keys, out=keys)
    return found.astype(np.intp, copy=False), keys.astype(np.int32).view(np.float32)


def _union(parts: Sequence[Matches | Single]) -> Mask:
    mask = np.zeros(parts[0].size, np.bool_)
    for part in parts:
        if part.is_listed:
            mask[part.numbers()] = True
        else:
            mask |= part.mask()
    return mask


def _sum(parts: Sequence[Matches | Single]) -> Scores | None:
    """Return the sum of scores over all articles; none where no part has any."""
    total: Scores | None = None
    for part in parts:
        if not part.is_scored:
            continue
        if not part.is_listed:
            scores = part.spread_scores()
            total = scores.copy() if total is None else np.add(total, scores, out=total)
            continue
        is_first = total is None
        if total is None:
            total = np.zeros(part.size, np.float32)
        if is_first:
            total[part.numbers()] = part.scores()
        else:
            np.add.at(total, part.numbers(), part.scores())
    return total


def _raise(best: Scores, part: Matches, weight: np.float32) -> None:
    """Raise scores to what a part gives times a weight, where that is more."""
    if not part.is_scored:
        return
    if part.is_listed:
        numbers = part.numbers()
        best[numbers] = np.maximum(best[numbers], part.scores() * weight)
    else:
        np.maximum(best, part.spread_scores() * weight, out=best)
