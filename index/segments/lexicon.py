"""The terms of a kind of fields, in order, and the words as written that stand behind each."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from index.segments.arrays import Array

OTHER_FORM: Final = 255
"""The form of a word that comes after 255 others of the same term."""

_HEAD: Final = 8
_LAST: Final = b"\xff"
"""Sorts after every letter in UTF-8."""


class Texts(Struct, frozen=True):
    """Texts in the order of their bytes in UTF-8, which is the order of their characters.

    Text n is `content[starts[n]:starts[n + 1]]`; `heads` are the first eight bytes of each as a number.
    """

    content: NDArray[np.uint8]
    starts: NDArray[np.uint32]
    heads: NDArray[np.uint64]

    def __len__(self) -> int:
        return len(self.heads)

    def __getitem__(self, number: int) -> str:
        return self.encoded(number).decode()

    def encoded(self, number: int) -> bytes:
        """Return a text in UTF-8."""
        return self.content[self.starts[number] : self.starts[number + 1]].tobytes()

    def number(self, text: str) -> int:
        """Return the number of a text; -1 where it is not among them."""
        wanted = text.encode()
        found = int(self.heads.searchsorted(_head(wanted)))
        if len(wanted) > _HEAD or wanted.endswith(b"\0"):
            # Others may have the same head; a text that fills no more than that comes before them.
            found = self._place(wanted)
        return found if found < len(self) and self.encoded(found) == wanted else -1

    def starting(self, stump: str) -> range:
        """Return the numbers of the texts that start so."""
        wanted = stump.encode()
        return range(self._place(wanted), self._place(wanted + _LAST))

    def _place(self, wanted: bytes) -> int:
        """Return how many texts come before."""
        head = _head(wanted)
        low = int(self.heads.searchsorted(head))
        high = int(self.heads.searchsorted(head, "right"))
        return bisect_left(range(len(self)), wanted, low, high, key=self.encoded)


class Lexicon(Struct, frozen=True):
    """The terms of a kind, numbered in order, and the words that they come from.

    Word w, written `counts[w]` times, becomes term `word_term[w]`, and is its form `word_form[w]`: forms
    are numbered from 0 in the order of the words; all from the 256th on share the number 255.
    """

    terms: Texts
    words: Texts
    counts: NDArray[np.uint32]
    word_term: NDArray[np.uint32]
    word_form: NDArray[np.uint8]

    def __len__(self) -> int:
        return len(self.terms)

    def number(self, term: str) -> int:
        """Return the number of a term; -1 where no article has it."""
        return self.terms.number(term)

    def term(self, number: int) -> str:
        """Return the term with a number."""
        return self.terms[number]

    def starting(self, stump: str) -> range:
        """Return the numbers of the terms that start so."""
        return self.terms.starting(stump)


def texts_of(ordered: Sequence[str]) -> Texts:
    """Return texts that are in order already."""
    encoded = [text.encode() for text in ordered]
    lengths = np.fromiter(map(len, encoded), dtype=np.uint32, count=len(encoded))
    return Texts(
        content=np.frombuffer(b"".join(encoded), dtype=np.uint8),
        starts=np.concatenate(([0], np.cumsum(lengths))).astype(np.uint32),
        heads=np.array(encoded, dtype=f"S{_HEAD}").view(">u8").astype(np.uint64),
    )


def lexicon_of(counted: Mapping[tuple[str, str], int], further: Iterable[str] = ()) -> Lexicon:
    """Return the lexicon of counted pairs of word and term, and of further terms without a word."""
    pairs = sorted(counted)
    terms = sorted({term for _, term in pairs}.union(further))
    place = {term: number for number, term in enumerate(terms)}
    word_term = np.fromiter((place[term] for _, term in pairs), dtype=np.uint32, count=len(pairs))
    # Words are in order, so their places within each term are, too.
    by_term = np.argsort(word_term, kind="stable")
    first = np.searchsorted(word_term[by_term], word_term)
    rank = np.empty(len(pairs), dtype=np.int64)
    rank[by_term] = np.arange(len(pairs))
    return Lexicon(
        terms=texts_of(terms),
        words=texts_of([word for word, _ in pairs]),
        counts=np.fromiter(map(counted.__getitem__, pairs), dtype=np.uint32, count=len(pairs)),
        word_term=word_term,
        word_form=np.minimum(rank - first, OTHER_FORM).astype(np.uint8),
    )


def lexicon_arrays(lexicon: Lexicon) -> dict[str, Array]:
    """Return a lexicon as `lexicon_from` takes it."""
    return {
        **{f"term_{name}": getattr(lexicon.terms, name) for name in Texts.__struct_fields__},
        **{f"word_{name}": getattr(lexicon.words, name) for name in Texts.__struct_fields__},
        "counts": lexicon.counts,
        "word_term": lexicon.word_term,
        "word_form": lexicon.word_form,
    }


def lexicon_from(arrays: Mapping[str, Array]) -> Lexicon:
    """Return the lexicon that `lexicon_arrays` took apart."""
    terms, words = (
        Texts(**{name: arrays[f"{what}_{name}"] for name in Texts.__struct_fields__})
        for what in ("term", "word")
    )
    return Lexicon(terms, words, arrays["counts"], arrays["word_term"], arrays["word_form"])


def _head(text: bytes) -> np.uint64:
    return np.uint64(int.from_bytes(text[:_HEAD].ljust(_HEAD, b"\0"), "big"))
