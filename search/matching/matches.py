"""Sets of articles with their scores, and what can be done with them: all of, any of, without, the best of.

Few are kept as a list of numbers, many as a mask over all articles of the index; either way the same
articles get the same scores, since each score is summed in the same order.
"""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from index.segments.ranges import among

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Numbers = NDArray[np.intp]
Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]

SPREAD_SHARE: Final = 16
"""What matches more than one in this many articles is kept as a mask: measured to be faster from there on."""


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
            return self._mask[numbers], None if self._scores is None else self._scores[numbers]
        if self._numbers is None or not self.count:
            return np.zeros(len(numbers), np.bool_), None
        places = np.searchsorted(self._numbers, numbers)
        places[places == self.count] = 0
        return self._numbers[places] == numbers, None if self._scores is None else self._scores[places]

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


def is_among(numbers: NDArray[np.integer], ordered: NDArray[np.integer]) -> Mask:
    """Return for each number whether it is among others, which are in order."""
    if not len(ordered):
        return np.zeros(len(numbers), np.bool_)
    places = among(ordered, numbers)
    places[places == len(ordered)] = 0
    found: Mask = ordered[places] == numbers
    return found


def all_of(parts: Sequence[Matches]) -> Matches:
    """Return what is in every part (one at least), scored by the sum."""
    first, *rest = sorted(parts, key=lambda part: part.count)
    if not first.is_listed:
        mask = reduce(np.logical_and, (part.mask() for part in rest), first.mask())
        scores = _sum([part for part in (first, *rest) if part.is_scored])
        if scores is not None and rest:
            scores *= mask
        return spread(mask, scores)
    numbers = first.numbers()
    total = first.scores() if first.is_scored else None
    for part in rest:
        kept, gained = part.at(numbers)
        numbers = numbers[kept]
        total = None if total is None else total[kept]
        if gained is not None:
            total = gained[kept] if total is None else total + gained[kept]
    return listed(first.size, numbers, total)


def any_of(parts: Sequence[Matches]) -> Matches:
    """Return what is in any part (one at least), scored by the sum."""
    if len(parts) == 1:
        return parts[0]
    mask = _union(parts)
    return spread(mask, _sum([part for part in parts if part.is_scored]))


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
        best = numbers[highest(scores, count)]
    else:
        best = highest(matches.spread_scores(), count)
    if len(best) < min(count, matches.count):
        # What scores nothing comes last; there may be a lot of it, in order of number already.
        numbers, scores = matches.numbers(), matches.scores()
        best = np.concatenate((best, numbers[scores <= 0][: count - len(best)]))
    return best, matches.scores_at(best)


def highest(values: NDArray[Any], count: int) -> Numbers:
    """Return the places of the highest `count` values above 0, of equal ones the first, the highest first.

    If as many blocks of values as are wanted have a highest of x or more, so has the last that is wanted:
    whatever is less than x in the least of them is none of them.
    """
    if not count or not len(values):
        return np.empty(0, np.intp)
    block = min(256, max(16, len(values) // (8 * count)))
    of_blocks = np.maximum.reduceat(values, np.arange(0, len(values), block))
    least = np.partition(of_blocks, -count)[-count] if len(of_blocks) > count else 0
    found = np.flatnonzero(values >= least) if least > 0 else np.flatnonzero(values)
    if len(found) > 4 * count:
        among = values[found]
        found = found[among >= np.partition(among, -count)[-count]]
    # Those of the same value are in order already.
    return found[np.argsort(-values[found], kind="stable")[:count]]


def _union(parts: Sequence[Matches]) -> Mask:
    mask = np.zeros(parts[0].size, np.bool_)
    for part in parts:
        if part.is_listed:
            mask[part.numbers()] = True
        else:
            mask |= part.mask()
    return mask


def _sum(parts: Sequence[Matches]) -> Scores | None:
    """Return the sum of scores over all articles; none where no part has any."""
    if not parts:
        return None
    total = np.zeros(parts[0].size, np.float32)
    for part in parts:
        if part.is_listed:
            total[part.numbers()] += part.scores()
        else:
            total += part.spread_scores()
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
