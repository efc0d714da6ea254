"""What can be suggested while somebody types: names, keywords, authors, journals, titles, found by any word.

Texts are brought to one form: folded, with one blank between words, which begin where letters, digits and
signs change. `TDP-43`, `tdp43` and `TDP 43` are all `tdp 43`. A text is found by what starts at any of its
words, and all these starts are kept in order; texts are numbered by how useful they are, the best first.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from msgspec import Struct

from index.analysis.analyzer import STOP_WORDS
from index.analysis.folding import fold_word
from index.segments.arrays import SUFFIX, load, save

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index.segments.arrays import Array

NAME: Final = f"suggestions{SUFFIX}"
"""The file of a generation."""

_HEAD: Final = 8
_SORTED: Final = 32
"""Bytes by which starts of words are kept in order; what is typed beyond them is compared with each."""

# A key is the number of an entry, and the bits that put it behind others: the lowest is the best.
_TITLE: Final = np.uint32(1 << 31)
_SCATTERED: Final = np.uint32(1 << 30)
_INSIDE: Final = np.uint32(1 << 29)
_OWNER: Final = _INSIDE - np.uint32(1)
_END: Final = 0
_BLANK: Final = 32
_SIGNS: Final = re.compile(r"[\W_]+")
_LETTER, _DIGIT = 1, 2
_STOPS: Final = frozenset(word.encode() for word in STOP_WORDS if len(word) < _HEAD)
_STOP_HEADS: Final = np.sort(
    np.array([int.from_bytes(word.ljust(_HEAD, b"\0"), "big") for word in _STOPS], dtype=np.uint64)
)
_CLASS: Final = np.array(
    [
        _DIGIT if 48 <= byte <= 57 else _LETTER if 97 <= byte <= 122 or byte > 127 else 0
        for byte in range(256)
    ],
    dtype=np.uint8,
)


class EntryKind(StrEnum):
    """What a suggestion is, in the order of their numbers in the file."""

    CONCEPT = "concept"
    KEYWORD = "keyword"
    AUTHOR = "author"
    JOURNAL = "journal"
    TITLE = "title"


_KINDS: Final = tuple(EntryKind)


class Entry(Struct, frozen=True):
    """A text that can be suggested.

    `count` is in how many articles it is, 0 where that was not counted, and `worth` how useful it is beside
    others. `meant` is the concept's own name, the key of the article with a title, or nothing. Of entries
    that mean the same concept only one is shown at a time.
    """

    text: str
    kind: EntryKind
    count: int
    worth: float
    meant: str = ""


class _Normal(NamedTuple):
    """Texts in their one form, each behind a zero byte; another is at the end.

    `starts` are where words start, `owners` the number of the text of each, and `is_first` says where that is
    the start of the text, too.
    """

    content: NDArray[np.uint8]
    starts: NDArray[np.intp]
    owners: NDArray[np.intp]
    is_first: NDArray[np.bool_]


def write_suggestions(folder: Path, entries: Iterable[Entry]) -> None:
    """Write what can be suggested to a generation; raises OSError."""
    save(folder / NAME, suggestion_arrays(entries))


def suggestion_arrays(entries: Iterable[Entry]) -> dict[str, Array]:
    """Return what `Suggestions` takes; entries are numbered by their worth, titles after all others."""
    given = list(entries)
    is_title = np.array([entry.kind is EntryKind.TITLE for entry in given], dtype=np.bool_)
    worth = np.array([entry.worth for entry in given], dtype=np.float64)
    ordered = [given[n] for n in np.lexsort((-worth, is_title)).tolist()]
    texts = [entry.text for entry in ordered]
    starts, keys, form = _starts(texts, len(given) - int(is_title.sum()))
    heads = [_eight_bytes(form.content, starts + n) for n in range(0, _SORTED, _HEAD)]
    order = np.lexsort(heads[::-1])
    return {
        "content": form.content,
        "heads": heads[0][order],
        "starts": starts[order].astype(np.uint32),
        "keys": keys[order],
        "kinds": np.array([_KINDS.index(entry.kind) for entry in ordered], dtype=np.uint8),
        "counts": np.array([entry.count for entry in ordered], dtype=np.uint32),
        "same": _same(ordered),
        **_packed("text", texts),
        **_packed("meant", [entry.meant for entry in ordered]),
    }


class Suggestions:
    """What can be suggested, mapped from its file. May be shared by threads, and the memory by processes."""

    def __init__(self, arrays: dict[str, Array]) -> None:
        """Take the arrays that `suggestion_arrays` made."""
        self._arrays = arrays
        self._content: NDArray[np.uint8] = arrays["content"]
        self._heads: NDArray[np.uint64] = arrays["heads"]
        self._starts: NDArray[np.uint32] = arrays["starts"]
        self._keys: NDArray[np.uint32] = arrays["keys"]
        self._same: NDArray[np.uint32] = arrays["same"]

    def __len__(self) -> int:
        return len(self._same)

    def entry(self, number: int) -> Entry:
        """Return an entry; of its worth only the order of numbers is kept, so that is 0."""
        kind = _KINDS[self._arrays["kinds"][number]]
        count = int(self._arrays["counts"][number])
        return Entry(self._text("text", number), kind, count, 0.0, self._text("meant", number))

    def starting(self, typed: str, most: int) -> list[int]:
        """Return the numbers of entries that what was typed leads to, the most useful first.

        First come those that start with it, then those that hold it from another word on, then those with all
        its words in any order, of which the last may go on. Titles, in the same order, come after all others.
        """
        words = [_normal([word]).content[1:-1].tobytes() for word in typed.split()]
        words = [word for word in words if word]
        if not words:
            return []
        found = _best(self._keys[self._range(b" ".join(words))], most)
        if len(words) > 1 and len(found) < most:
            found = np.sort(np.concatenate((found, _best(self._with_all(words), most))))
        best: dict[int, int] = {}
        for number in (found & _OWNER).tolist():
            best.setdefault(int(self._same[number]), number)
        return list(best.values())[:most]

    def _with_all(self, words: Sequence[bytes]) -> NDArray[np.uint32]:
        """Return the keys of entries that hold all words, the last of them perhaps as the start of one."""
        keys = self._keys[self._range(words[-1])]
        for word in set(words[:-1]) - _STOPS:
            has_word = np.zeros(len(self), np.bool_)
            has_word[self._keys[self._range(word, is_whole=True)] & _OWNER] = True
            keys = keys[has_word[keys & _OWNER]]
        return (keys & ~_INSIDE) | _SCATTERED

    def _range(self, typed: bytes, *, is_whole: bool = False) -> slice | NDArray[np.intp]:
        """Return where the starts of words are at which something stands, or stands as whole words."""
        low, high = self._place(typed, after=False), self._place(typed, after=True)
        if is_whole and len(typed) < _SORTED:
            # Both ends of a word sort before every letter.
            high = self._place(typed + bytes([_BLANK]), after=True)
        if len(typed) <= _SORTED and not (is_whole and len(typed) == _SORTED):
            return slice(low, high)
        endings = (_END, _BLANK) if is_whole else range(256)
        kept = [
            n
            for n in range(low, high)
            if self._bytes(n, len(typed)) == typed and self._content[self._starts[n] + len(typed)] in endings
        ]
        return np.array(kept, dtype=np.intp)

    def _place(self, typed: bytes, *, after: bool) -> int:
        """Return how many starts of words come before what was typed, or are no further than it."""
        wanted = typed[:_SORTED]
        head = wanted[:_HEAD]
        lowest = int.from_bytes(head.ljust(_HEAD, b"\0"), "big")
        highest = int.from_bytes(head.ljust(_HEAD, b"\xff"), "big")
        low = int(np.searchsorted(self._heads, np.uint64(lowest), "left"))
        high = int(np.searchsorted(self._heads, np.uint64(highest), "right"))
        if len(wanted) <= _HEAD:
            return high if after else low
        search = bisect_right if after else bisect_left
        return search(range(high), wanted, low, high, key=lambda n: self._bytes(n, len(wanted)))

    def _bytes(self, number: int, length: int) -> bytes:
        start = int(self._starts[number])
        return self._content[start : start + length].tobytes()

    def _text(self, name: str, number: int) -> str:
        starts = self._arrays[f"{name}_starts"]
        return self._arrays[name][starts[number] : starts[number + 1]].tobytes().decode()


def read_suggestions(folder: Path) -> Suggestions:
    """Return what can be suggested in a generation, mapped; raises OSError, ValueError or KeyError."""
    return Suggestions(load(folder / NAME))


def _starts(texts: Sequence[str], first_title: int) -> tuple[NDArray[np.intp], NDArray[np.uint32], _Normal]:
    """Return where the texts can be found: at which places, with which keys, and in what content.

    Words that say nothing are passed over, but at the start of a text.
    """
    form = _normal(texts)
    widths = np.append(form.starts[1:], len(form.content)) - form.starts - 1
    heads = _eight_bytes(form.content, form.starts)
    heads &= ~np.uint64(0) << (np.uint64(8) * (_HEAD - np.minimum(widths, _HEAD)).astype(np.uint64))
    # `np.isin` would sort all heads to look for a few words among them.
    nearest = np.minimum(_STOP_HEADS.searchsorted(heads), len(_STOP_HEADS) - 1)
    is_silent = (widths < _HEAD) & (_STOP_HEADS[nearest] == heads)
    kept = form.is_first | ~is_silent
    owners = form.owners[kept]
    keys = owners.astype(np.uint32)
    keys |= np.where(form.is_first[kept], np.uint32(0), _INSIDE)
    keys |= np.where(owners >= first_title, _TITLE, np.uint32(0))
    return form.starts[kept], keys, form


def _same(entries: Sequence[Entry]) -> NDArray[np.uint32]:
    """Return for each entry the number of the first that means the same concept."""
    same = np.arange(len(entries), dtype=np.uint32)
    first: dict[str, int] = {}
    for number, entry in enumerate(entries):
        if entry.kind is EntryKind.CONCEPT:
            same[number] = first.setdefault(entry.meant, number)
    return same


def _best(keys: NDArray[np.uint32], most: int) -> NDArray[np.uint32]:
    """Return the lowest keys in order, some more than asked for, since several may mean the same."""
    enough = 8 * most
    return np.sort(np.partition(keys, enough)[:enough] if len(keys) > enough else keys)


def _normal(texts: Sequence[str]) -> _Normal:
    """Return texts in their one form."""
    folded = [text.lower() if text.isascii() else _SIGNS.sub(" ", fold_word(text)) for text in texts]
    encoded = [text.encode() for text in folded]
    ends = np.cumsum(np.fromiter(map(len, encoded), np.intp, count=len(encoded)) + 1) - 1
    letters = np.frombuffer(b"\0".join([*encoded, b""]), dtype=np.uint8)
    classes = _CLASS[letters]
    is_kept = classes > 0
    is_start = is_kept.copy()
    is_start[1:] &= classes[1:] != classes[:-1]
    places = np.cumsum(is_kept.view(np.int8) + is_start.view(np.int8), dtype=np.int64) - 1
    words = np.flatnonzero(is_start)
    owners = np.searchsorted(ends, words)
    is_first = np.concatenate(([True], owners[1:] != owners[:-1])) if len(owners) else np.empty(0, np.bool_)
    starts = places[words]
    content = np.zeros((int(places[-1]) if len(places) else -1) + 2, dtype=np.uint8)
    content[places[is_kept]] = letters[is_kept]
    content[starts[~is_first] - 1] = _BLANK
    return _Normal(content, starts, owners, is_first)


def _eight_bytes(content: NDArray[np.uint8], places: NDArray[np.intp]) -> NDArray[np.uint64]:
    """Return eight bytes from each place on as one number; zeros stand behind the end."""
    padded = np.concatenate((content, np.zeros(_SORTED + _HEAD, np.uint8)))
    windows = np.lib.stride_tricks.sliding_window_view(padded, _HEAD)[np.minimum(places, len(content))]
    return np.ascontiguousarray(windows).view(">u8")[:, 0].astype(np.uint64)


def _packed(name: str, texts: Sequence[str]) -> dict[str, Array]:
    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)])
    return {name: np.frombuffer(b"".join(encoded), np.uint8), f"{name}_starts": ends.astype(np.uint32)}
