"""Looks up words, phrases and starts of words: which articles have them, and what that is worth.

A word is worth what BM25F says of it: its frequency in each field, by the field's weight and length, is
summed over the fields and then saturated. A phrase, words near each other, and all words that start alike
count as one word each: as rare as the articles that match, and as frequent as it occurs there.
"""

from __future__ import annotations

from functools import cache, lru_cache, reduce
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import structs

from index.analysis.folding import fold
from index.schema import BY_NAME, EVERYWHERE, Kind
from index.segments.forward import GAP_WIDTH
from index.segments.impacts import share
from search.cache import Cache
from search.matching.inverted import (
    form_frequencies,
    frequencies_of,
    holders,
    impacts_of,
    occurrences,
    summed,
)
from search.matching.looks import Look, Looks
from search.matching.matches import Matches, listed, packed
from search.matching.places import followed, numbered, per_article, renumbered, stretches, united, windows
from search.matching.rows import Item, ends_of, near
from search.matching.single import Listed, Single
from search.matching.weights import SATURATION, rarity, scores_of, weight
from search.query import Proximity, Term

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from numpy.typing import NDArray

    from index.segments.postings import FieldPostings
    from search.deadline import Deadline
    from search.matching.indexed import Indexed
    from search.matching.inverted import Frequencies
    from search.matching.looks import Row, Slot
    from search.matching.numbers import Mask, Numbers, Scores
    from search.matching.places import Places
    from search.query import Node, Words

CACHE_BYTES: Final = 48 * 2**20
"""What is kept of a generation's words in each process; a common word takes some 5 bytes an article."""

_WORDS_KEPT: Final = 4_096
"""Words of which is kept where their postings lie; each takes less than a kilobyte."""

_NONE: Final = Listed(np.empty(0, np.uint32), np.empty(0, np.uint8), np.empty(0, np.float32))


class Lookup:
    """The words of a segment. May be shared by threads; what was looked up is kept for the next time."""

    def __init__(
        self, segment: Indexed, *, cache_bytes: int = CACHE_BYTES, saturation: float = SATURATION
    ) -> None:
        """Take an open segment, the bound of what is kept, and k1 of BM25."""
        self.size = segment.articles
        self.cache: Cache[Matches] = Cache(cache_bytes)
        self.masks: Cache[Mask] = Cache(cache_bytes // 4)
        self._segment = segment
        self._saturation = saturation
        self._looks = Looks(segment.lexicons)
        self._shares: dict[str, Scores] = {}
        self._norms: dict[str, Scores] = {}
        self._listed = lru_cache(maxsize=_WORDS_KEPT)(self._where)
        self._singles: dict[Term, Single] = {}

    def matches(self, node: Words, deadline: Deadline) -> Matches:
        """Return the articles that match a leaf of a tree; raises TooLate if the deadline passes before."""
        found = self.cache.get(node)
        return self._kept(node, deadline) if found is None else found

    def part(self, node: Words, deadline: Deadline) -> Matches | Single:
        """Return the same, or, of a word that is one term of one list, what is not worked out yet."""
        if isinstance(node, Term) and (single := self._single(node, deadline)) is not None:
            return single
        return self.matches(node, deadline)

    def _kept(self, node: Words, deadline: Deadline) -> Matches:
        found = self._found(node, deadline)
        self.cache.put(node, found)
        return found

    def count(self, node: Node, found: int) -> int:  # noqa: ARG002 - one that holds some articles alone asks elsewhere
        """Return how many articles of the index match a node, given how many were found here: all of them."""
        return found

    def held(self, found: Matches) -> Matches:
        """Return those of some matches that are held here: all of them."""
        return found

    def places(self, words: Sequence[Term], field: str, articles: NDArray[np.uint32]) -> list[Places]:
        """Return where each of some words stands in a field of some articles, ascending.

        In the places an article is told by its own place among those given, from 0.
        """
        kind, postings = BY_NAME[field].kind, self._segment.fields[field]
        found: list[Places] = [united([])] * len(words)
        terms = [self._looks.term(word, kind) for word in words]
        rows = {n: postings.rows.row(term) for n, term in enumerate(terms) if term is not None}
        if known := {n: row for n, row in rows.items() if row >= 0}:
            which, positions, ends = postings.places_in(list(known.values()), articles)
            every = numbered(which, positions)
            for n, start, end in zip(known, [0, *ends], ends, strict=False):
                found[n] = every[start:end]
        for n, word in enumerate(words):
            if terms[n] is None:
                found[n] = self._places_of_compound(word, kind, postings, articles)
        return found

    def _places_of_compound(
        self, word: Term, kind: Kind, postings: FieldPostings, articles: NDArray[np.uint32]
    ) -> Places:
        """Return the same of a word that is not one term."""
        row = self._looks.row(word, kind)
        if len(row) != 1 or not row[0]:
            return united([])
        wanted = np.zeros(self.size, np.bool_)
        wanted[articles] = True
        return renumbered(_filled(row[0], postings, wanted), articles)

    def holds(self, word: Term, field: str, articles: NDArray[np.uint32], deadline: Deadline) -> Mask:
        """Return for each of some articles, ascending, whether a word is in its field.

        Raises TooLate as `matches`.
        """
        term = self._looks.term(word, BY_NAME[field].kind)
        if term is None:
            found = self.matches(structs.replace(word, fields=(field,)), deadline)
            return found.has(articles.astype(np.intp))
        deadline.check()
        postings = self._segment.fields[field]
        return postings.held(postings.rows.row(term), articles)[0]

    def lengths(self, field: str) -> NDArray[np.uint32]:
        """Return how many words a field has in each article."""
        return self._segment.fields[field].lengths

    def terms(self, word: Term) -> Numbers:
        """Return the numbers of all terms that a word of a text can be, ascending."""
        row = self._looks.row(word, Kind.TEXT)
        whole = [look.whole for slot in row for way in slot for look in way]
        if len(whole) == 1:
            return whole[0]
        return np.unique(np.concatenate(whole)) if whole else np.empty(0, np.intp)

    def _single(self, node: Term, deadline: Deadline) -> Single | None:
        """Return the postings of a word; None where it is several terms, or in several lists."""
        if (known := self._singles.get(node)) is not None:
            return known
        if (found := self._listed(node)) is None:
            return None
        deadline.check()
        having = len(found.articles)
        idf = rarity(self.size, self.count(node, having))
        single = Single(self.size, having, found, idf, self._saturation, self.masks, node)
        if len(self._singles) >= _WORDS_KEPT:
            # They are had again in no time.
            self._singles = {}
        self._singles[node] = single
        return single

    def _where(self, node: Term) -> Listed | None:
        """Return where the postings of a word lie; None where it is several terms, or in several lists."""
        found: list[Listed] = []
        kinds = _by_kind(node.fields)
        if Kind.ID in kinds and (len(kinds) == 1 or _identifies(node.text, kinds[Kind.ID])):
            return None
        for kind, fields in kinds.items():
            if kind is Kind.ID:
                continue
            if (term := self._looks.term(node, kind)) is None:
                return None
            found += self._lists(node, term, kind, fields)
        return None if len(found) > 1 else found[0] if found else _NONE

    def _lists(self, node: Term, term: int, kind: Kind, fields: Sequence[str]) -> Iterator[Listed]:
        """Yield the postings of a term in fields of a kind, or in all of them at once, where it has any."""
        if node.fields in {(), EVERYWHERE}:
            articles, weights = self._segment.impacts[kind].postings(term)
            if len(articles):
                yield Listed(articles, weights, None)
            return
        for field in fields:
            articles, frequencies = self._segment.fields[field].mapped(term)
            if len(articles):
                yield Listed(articles, frequencies, self._norm(field))

    def _norm(self, field: str) -> Scores:
        """Return k1 over what one occurrence in a field counts in each article."""
        if field not in self._norms:
            self._norms[field] = np.float32(self._saturation) / self._share(field)
        return self._norms[field]

    def _found(self, node: Words, deadline: Deadline) -> Matches:
        if isinstance(node, Term) and (single := self._single(node, deadline)) is not None:
            return packed(self.size, single.numbers(), single.scores())
        kinds = _by_kind(node.fields)
        parts = [part for kind, fields in kinds.items() for part in self._parts(node, kind, fields, deadline)]
        numbers, frequencies = summed(parts, self.size)
        if kinds.keys() == {Kind.ID}:
            return listed(self.size, numbers)
        idf = rarity(self.size, self.count(node, len(numbers)))
        return packed(self.size, numbers, scores_of(frequencies, idf, self._saturation))

    def _parts(
        self, node: Words, kind: Kind, fields: Sequence[str], deadline: Deadline
    ) -> Iterator[Frequencies]:
        """Yield the frequencies of a node in fields of a kind, a part for each field or for all of them."""
        deadline.check()
        if kind is Kind.ID:
            yield from self._same(node, fields)
            return
        row = self._looks.row(node, kind)
        if not row or not all(row):
            return
        if (look := _single(row)) is None:
            for field in fields:
                deadline.check()
                yield self._weighted(field, self._row(node, row, self._segment.fields[field]))
            return
        if node.fields in {(), EVERYWHERE} and len(look.whole):
            yield summed([impacts_of(self._segment.impacts[kind], look.whole)], self.size)
            if not look.some:
                return
            look = look._replace(whole=look.whole[:0])
        for field in fields:
            yield self._weighted(field, self._terms(look, self._segment.fields[field]))

    def _same(self, node: Words, fields: Sequence[str]) -> Iterator[Frequencies]:
        """Yield for fields of identifiers the articles whose identifier it is."""
        for field in fields if isinstance(node, Term) else ():
            normal = BY_NAME[field].normal(node.text)
            number = self._segment.lexicons[Kind.ID].number(fold(normal)) if normal else -1
            articles = self._segment.fields[field].postings(number).articles.astype(np.intp)
            yield articles, np.full(len(articles), weight(field), np.float32)

    def _weighted(self, field: str, found: Frequencies) -> Frequencies:
        numbers, frequencies = found
        return (numbers, frequencies * self._share(field)[numbers]) if len(numbers) else found

    def _share(self, field: str) -> Scores:
        """Return what one occurrence in a field counts in each article: less in longer ones."""
        if field not in self._shares:
            postings = self._segment.fields[field]
            self._shares[field] = share(weight(field), postings.lengths, postings.average_length)
        return self._shares[field]

    def _terms(self, look: Look, postings: FieldPostings) -> Frequencies:
        """Return how often any of some terms stands in a field."""
        found = [form_frequencies(postings, term, forms) for term, forms in look.some]
        if len(look.whole):
            found.append(frequencies_of(postings, look.whole))
        return summed(found, self.size)

    def _row(self, node: Words, row: Row, postings: FieldPostings) -> Frequencies:
        """Return how often the words of a row stand in a field as the node says."""
        if items := _items(row):
            found = self._items(node, items, postings)
            return found[0], found[1].astype(np.float32)
        wanted = reduce(np.logical_and, (self._slot_holders(slot, postings) for slot in row))
        if not wanted.any():
            return np.empty(0, np.intp), np.empty(0, np.float32)
        if isinstance(node, Proximity):
            found = per_article(_near(row, postings, wanted, _width(len(row), node)))
        else:
            found = stretches(_in_a_row(row, postings, wanted))
        return found[0], found[1].astype(np.float32)

    def _items(
        self, node: Words, row: Sequence[Item], postings: FieldPostings
    ) -> tuple[Numbers, NDArray[np.integer]]:
        """Return the same of a row of terms."""
        if isinstance(node, Proximity):
            terms = [item.term for item in row]
            return near(postings, terms, _width(len(row), node), self.size)
        return stretches(ends_of(postings, row))

    def _slot_holders(self, slot: Slot, postings: FieldPostings) -> Mask:
        """Return which articles have all the terms of any way to fill a slot, wherever they stand."""
        filled = np.zeros(self.size, np.bool_)
        for way in slot:
            having = []
            for look in way:
                mask = np.zeros(self.size, np.bool_)
                mask[holders(postings, look)] = True
                having.append(mask)
            filled |= reduce(np.logical_and, having)
        return filled


@cache
def _by_kind(fields: tuple[str, ...]) -> dict[Kind, tuple[str, ...]]:
    """Return fields, or all that count everywhere if there are none, by their kind, in the order of kinds."""
    places = fields or EVERYWHERE
    kinds = {kind: tuple(field for field in places if BY_NAME[field].kind is kind) for kind in Kind}
    return {kind: names for kind, names in kinds.items() if names}


def _identifies(text: str, fields: Sequence[str]) -> bool:
    """Say whether a text is an identifier in any of some fields."""
    return any(BY_NAME[field].normal(text) for field in fields)


def _in_a_row(row: Row, postings: FieldPostings, wanted: Mask) -> Places:
    """Return the places where a row ends in the wanted articles."""
    ends: Places | None = None
    for n, slot in enumerate(row, 1):
        reached = [_along(way, postings, wanted, ends, is_last=n == len(row)) for way in slot]
        ends = united([each for each in reached if len(each)])
        if not len(ends):
            break
    return ends if ends is not None else united([])


def _along(
    way: Sequence[Look], postings: FieldPostings, wanted: Mask, ends: Places | None, *, is_last: bool
) -> Places:
    """Return where terms next to each other end behind one of the places, or anywhere if there are none.

    Where a wide term ends that is the last of all is of no matter, so there it is where it begins.
    """
    for n, look in enumerate(way, 1):
        is_over = is_last and n == len(way)
        among = ends + 1 if is_over and ends is not None else None
        places, is_wide = occurrences(postings, look, wanted, among)
        ends = followed(ends, places, is_wide=is_wide and not is_over)
    return united([]) if ends is None else ends


def _near(row: Row, postings: FieldPostings, wanted: Mask, width: int) -> Places:
    """Return the places where a window of so many places begins that has all slots of a row."""
    times: dict[Hashable, int] = {}
    slots: dict[Hashable, Slot] = {}
    for slot in row:
        key = _identity(slot)
        slots[key] = slot
        times[key] = times.get(key, 0) + 1
    words = [(_filled(slot, postings, wanted), times[key]) for key, slot in slots.items()]
    return windows(words, width)


def _width(words: int, node: Proximity) -> int:
    """Return the places of a window for words and few places more: it never reaches into another value."""
    return min(words + node.distance, GAP_WIDTH + 1)


def _filled(slot: Slot, postings: FieldPostings, wanted: Mask) -> Places:
    """Return all the places that a slot fills: of terms next to each other those of each."""
    found = []
    for way in slot:
        ends = _along(way, postings, wanted, None, is_last=False)
        found += [ends - back for back in range(len(way))]
    return united(found)


def _identity(slot: Slot) -> Hashable:
    return tuple(
        tuple(
            (look.whole.tobytes(), tuple((term, forms.tobytes()) for term, forms in look.some))
            for look in way
        )
        for way in slot
    )


def _single(row: Row) -> Look | None:
    """Return what a row of one word is, if it is one place that any of some terms fills."""
    if len(row) != 1 or any(len(way) != 1 for way in row[0]):
        return None
    looks = [way[0] for way in row[0]]
    if len(looks) == 1:
        return looks[0]
    return None


def _items(row: Row) -> list[Item]:
    """Return the terms that the slots of a row are, each one in a single way; nothing if they are more."""
    found: list[Item] = []
    for slot in row:
        look = _single((slot,))
        if look is None or len(look.whole) + len(look.some) != 1:
            return []
        found.append(Item(int(look.whole[0])) if len(look.whole) else Item(*look.some[0]))
    return found
