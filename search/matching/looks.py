"""What typed words are looked for as, in the lexicon of a segment: rows of slots, each filled in some way.

"TDP-43 pathology" is a row of two slots. The first is filled by `tdp43`, or by `tdp` and `43` next to each
other; the second by `patholog`. The start of a word is filled by whatever was written so.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from index.analysis.spelling import spellings
from index.schema import Kind
from index.segments.ranges import changes, distinct
from search.language.readings import MIN_STUMP, tilings, typed_names, typed_words
from search.query import Phrase, Prefix, Term

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from index.analysis.analyzer import Token
    from index.segments.lexicon import Lexicon
    from search.query import Words

FORMS: Final = 256
"""The forms of a term that an index tells apart."""

_WORDS_KEPT: Final = 4_096
"""Words that are looked up once; each takes less than a kilobyte."""


class Look(NamedTuple):
    """What may stand in one place: any of the terms in `whole`, and those in `some` in certain forms only.

    `whole` are numbers of terms, ascending. With each of `some` comes, by number of form, which will do.
    """

    whole: NDArray[np.intp]
    some: tuple[tuple[int, NDArray[np.bool_]], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing will do."""
        return not len(self.whole) and not self.some


Slot = tuple[tuple[Look, ...], ...]
"""The ways to fill a slot, each by what must stand next to each other."""

Row = tuple[Slot, ...]
"""Slots next to each other."""


class Looks:
    """Looks typed words up in the lexicons of a segment. May be shared by threads."""

    def __init__(self, lexicons: Mapping[Kind, Lexicon]) -> None:
        self._of = {kind: _Forms(lexicon) for kind, lexicon in lexicons.items()}
        self._word = lru_cache(maxsize=_WORDS_KEPT)(self._row)
        self._number = lru_cache(maxsize=_WORDS_KEPT)(self._term)

    def row(self, node: Words, kind: Kind) -> Row:
        """Return what the words of a node are in fields of a kind, one slot for each.

        Nothing is found where there is no slot, or one that nothing fills.
        """
        if isinstance(node, Term):
            return self._word(node.text, kind, is_exact=node.is_exact)
        is_open = isinstance(node, Prefix) or (isinstance(node, Phrase) and node.is_open)
        is_exact = isinstance(node, Phrase) and node.is_exact
        return self._row(node.text, kind, is_open=is_open, is_exact=is_exact)

    def term(self, word: Term, kind: Kind) -> int | None:
        """Return the number of the one term that a word is: -1 if the index lacks it, None if it is more."""
        return None if word.is_exact else self._number(word.text, kind)

    def _term(self, text: str, kind: Kind) -> int | None:
        if kind is Kind.NAME and text.isascii() and text.isalpha() and text.islower():
            # A name of small letters is its own term.
            return self._of[kind].number(text)
        typed = typed_names(text) if kind is Kind.NAME else typed_words(text)
        if len(typed) != 1 or len(typed[0]) != 1:
            return None
        return self._of[kind].number(typed[0][0].term)

    def _row(self, text: str, kind: Kind, *, is_open: bool = False, is_exact: bool = False) -> Row:
        lexicon = self._of[kind]
        typed = typed_names(text) if kind is Kind.NAME else typed_words(text)
        slots = [_slot(lexicon, word, is_exact=is_exact) for word in typed]
        if is_open and slots:
            slots[-1] = _open_slot(lexicon, typed[-1], is_exact=is_exact)
        return tuple(slots)


class _Forms:
    """A lexicon, and how many forms each of its terms has."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @cached_property
    def _forms(self) -> NDArray[np.intp]:
        return np.bincount(self._lexicon.word_term, minlength=len(self._lexicon))

    def term(self, term: str) -> Look:
        """Return a term, in whatever form."""
        number = self.number(term)
        return Look(np.array([number] if number >= 0 else [], np.intp))

    def number(self, term: str) -> int:
        """Return the number of a term; -1 where no article has it."""
        return self._lexicon.number(term)

    def written(self, word: str) -> Look:
        """Return a word as it was written, but for case and accents."""
        words = self._lexicon.words
        first = max(0, words.number(word))
        same = first
        while same < len(words) and words[same] == word:
            same += 1
        return self._one(first) if same == first + 1 else self._written(np.arange(first, same))

    def _one(self, word: int) -> Look:
        """Return a word by its number: most are of one term alone."""
        term = int(self._lexicon.word_term[word])
        if self._forms[term] == 1:
            return Look(np.array([term], np.intp))
        forms = np.zeros(FORMS, np.bool_)
        forms[self._lexicon.word_form[word]] = True
        return Look(np.empty(0, np.intp), ((term, forms),))

    def starting(self, stumps: Iterable[str]) -> Look:
        """Return the words that were written so or with something behind it, in any of some spellings."""
        found = [
            np.arange(each.start, each.stop) for each in map(self._lexicon.words.starting, stumps) if each
        ]
        if len(found) == 1:
            return self._written(found[0])
        return self._written(distinct(np.concatenate([np.empty(0, np.intp), *found])))

    def _written(self, words: NDArray[np.intp]) -> Look:
        """Return words by their numbers, each once."""
        every = np.sort(self._lexicon.word_term[words].astype(np.intp))
        starts = changes(every).nonzero()[0]
        terms, counts = every.take(starts), np.diff(starts, append=len(every))
        is_whole = counts == self._forms[terms]
        some = {int(term): np.zeros(FORMS, np.bool_) for term in terms[~is_whole]}
        if some:
            for word in words.tolist():
                if (forms := some.get(int(self._lexicon.word_term[word]))) is not None:
                    forms[self._lexicon.word_form[word]] = True
        return Look(terms[is_whole], tuple(some.items()))


def _slot(lexicon: _Forms, word: tuple[Token, ...], *, is_exact: bool) -> Slot:
    """Return the slot for a word: the joined form of a compound, or its parts next to each other."""
    looked = (
        tuple(lexicon.written(part.word) if is_exact else lexicon.term(part.term) for part in way)
        for way in tilings(word)
    )
    return _filled(looked)


def _open_slot(lexicon: _Forms, word: tuple[Token, ...], *, is_exact: bool) -> Slot:
    """Return the slot for the start of a word: a compound goes on in its joined form or its last part."""

    def starting(stump: str) -> Look:
        return lexicon.starting((stump,) if is_exact else spellings(stump))

    parts = _parts(word)
    ways: list[tuple[Look, ...]] = [(starting(word[0].word),)]
    if len(parts) > 1 and len(parts[-1].word) >= MIN_STUMP:
        before = (lexicon.written(part.word) if is_exact else lexicon.term(part.term) for part in parts[:-1])
        ways.append((*before, starting(parts[-1].word)))
    return _filled(ways)


def _filled(ways: Iterable[tuple[Look, ...]]) -> Slot:
    """Return the ways of which no part is missing from the index."""
    return tuple(way for way in ways if not any(look.is_empty for look in way))


def _parts(word: tuple[Token, ...]) -> tuple[Token, ...]:
    """Return the parts of a compound; in the place of one there may be another token, before it."""
    return tuple({token.position: token for token in word if token.width == 1}.values())
