"""Tags articles with the concepts they are about, at the speed of a build.

A text is cut at its blanks. Most of what stands between two begins no form, which its first letters tell at
the cost of a look-up; only the others are analysed, and what follows them as far as a form may go on.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from crawler.markup import JOINER, index_text
from index.analysis.analyzer import COMPOUND, STOP_WORDS, stem, tokens_of
from index.analysis.chunk_codes import NO_CODE, ChunkCodes
from index.analysis.folding import fold
from index.analysis.parts import is_plain
from index.naming.forms import END, Ending, Place, Tree, grow, paths, places, surfaces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.article import Article, Markup
    from index.analysis.chunk_codes import Chunked
    from index.naming.concepts import Concept

_BREAK: Final = Place(())
"""A place that nothing leads over, so no form reaches across it."""

_SEPARATORS: Final = tuple(".,;:!?)]")
_OPENERS: Final = tuple("([")
_PASSED: Final = frozenset("&/-\u2010\u2011\u2013")
_PART: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = 4
"""First letters of a word that its stem and its other endings share."""

_SIGNS: Final = ".,;:!?()[]"
_MEMORY: Final = 100_000
"""Pieces of text that are remembered, besides those that `ChunkCodes` does."""

_PIECES: Final = 20_000
"""Pieces that follow others and are remembered."""

_GAP: Final = "."
"""Between two texts; it breaks what would go on."""

_NO_TERMS: Final[frozenset[str]] = frozenset()

Tag = tuple[str, str]
"""Category and name of a concept."""


class _Piece(NamedTuple):
    """What stands between two blanks: its places, and those among them where a form may begin."""

    places: tuple[Place, ...]
    starts: tuple[int, ...]


class _Open(NamedTuple):
    """A form that a piece of text begins: what goes on with it, how that begins, and its places so far."""

    branch: Tree
    heads: frozenset[str]
    along: tuple[Place, ...]


class _Met(NamedTuple):
    """What a piece of text holds: the forms that end in it, and those that others may go on with."""

    endings: tuple[Ending, ...]
    opens: tuple[_Open, ...]


class _Line(NamedTuple):
    """The text of an article: among the pieces of many, up to `last`; and which of its own begin a form.

    `begun` are their numbers among the pieces, and those of what they begin.
    """

    pieces: Chunked
    last: int
    begun: Sequence[tuple[int, int]]


class Tagger:
    """Knows every form that tags; remembers the pieces of text it has read, and the last articles."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._tree: Tree = {}
        self._by_heading: dict[str, Concept] = {}
        self._asked: set[str] = set()
        for concept in concepts:
            self._by_heading |= dict.fromkeys(concept.mesh, concept)
            for form in concept.forms:
                if form.is_tagged:
                    self._asked |= form.near | form.never
                    ending = Ending(concept, form, surfaces(form.text))
                    for path in set(paths(places(form.text))):
                        grow(self._tree, path, ending)
        self._beginnings = frozenset(map(_head, self._tree))
        self._contexts = frozenset(map(_head, self._asked))
        self._begins = lru_cache(maxsize=_MEMORY)(self._begins_form)
        self._piece = lru_cache(maxsize=_PIECES)(self._read)
        self._terms = lru_cache(maxsize=_MEMORY)(self._terms_asked)
        self._met: list[_Met] = []
        self._codes = cache(lambda: ChunkCodes(self._code))
        self._lock = Lock()
        self._last: dict[int, tuple[Article, tuple[Tag, ...]]] = {}

    def entities(self, article: Article) -> tuple[Tag, ...]:
        """Return category and name of each concept in the article, in order."""
        known, answer = self._last.get(id(article), (None, ()))
        return answer if known is article else self.read((article,))[0]

    def read(self, articles: Sequence[Article]) -> list[tuple[Tag, ...]]:
        """Return the entities of each article; they are kept until the next. Many at once take less time."""
        if not articles:
            return []
        with self._lock:
            pieces = self._codes().chunked("\n".join(map(_line, articles)))
            ends = pieces.lines()
            begun = np.flatnonzero(pieces.codes >= 0)
            borders = [0, *np.searchsorted(begun, ends, side="right").tolist()]
            begins = list(zip(begun.tolist(), pieces.codes[begun].tolist(), strict=True))
            answers = [
                self._tags(article, _Line(pieces, last, begins[start:end]))
                for article, last, (start, end) in zip(
                    articles, ends.tolist(), pairwise(borders), strict=True
                )
            ]
        self._last = {
            id(article): (article, answer) for article, answer in zip(articles, answers, strict=True)
        }
        return answers

    def _tags(self, article: Article, line: _Line) -> tuple[Tag, ...]:
        tags = {
            (concept.category, concept.name)
            for heading in article.mesh
            if (concept := self._by_heading.get(heading.name))
        }
        context: frozenset[str] | None = None
        for ending in self._endings(line):
            form = ending.form
            tag = (ending.concept.category, ending.concept.name)
            if tag in tags:
                continue
            if form.languages:
                fits = not form.languages.isdisjoint(article.languages)
            elif form.near or form.never:
                context = self._context(article) if context is None else context
                fits = form.fits(context)
            else:
                fits = True
            if fits:
                tags.add(tag)
        return tuple(sorted(tags))

    def _endings(self, line: _Line) -> Iterator[Ending]:
        """Yield each form that stands in a text, however it is written."""
        for number, begun in line.begun:
            met = self._met[begun]
            yield from met.endings
            for each in met.opens:
                yield from self._go_on(each, line, number + 1)

    def _go_on(self, begun: _Open, line: _Line, number: int) -> Iterator[Ending]:
        """Yield what was begun and ends in the pieces from a number on."""
        word, number = _word_from(line, number)
        if not word:
            return
        heads = _next_heads(word)
        if "" not in heads and heads.isdisjoint(begun.heads):
            return
        while not (found := self._piece(word).places):
            word, number = _word_from(line, number)
            if not word:
                return
        met = _met(begun.branch, found, (0,), begun.along)
        yield from met.endings
        for each in met.opens:
            yield from self._go_on(each, line, number)

    def _code(self, word: str) -> int:
        """Return the number of what a piece begins, by itself or with others; none for most."""
        if self._beginnings.isdisjoint(_heads(word)) or not any(map(self._begins, COMPOUND.findall(word))):
            return NO_CODE
        piece = self._read(word)
        met = _met(self._tree, piece.places, piece.starts, ())
        if not (met.endings or met.opens):
            return NO_CODE
        self._met.append(met)
        return len(self._met) - 1

    def _begins_form(self, compound: str) -> bool:
        """Say whether a token of a compound begins a form."""
        return any(token.term in self._tree for token in tokens_of(compound))

    def _context(self, article: Article) -> frozenset[str]:
        """Return the terms in an article that some rule asks for."""
        return _NO_TERMS.union(*map(self._terms, set(_line(article).split())))

    def _terms_asked(self, word: str) -> frozenset[str]:
        if self._contexts.isdisjoint(_heads(word)):
            return _NO_TERMS
        places_of = self._read(word).places
        return frozenset(term for place in places_of for term, _ in place.edges if term in self._asked)

    def _read(self, word: str) -> _Piece:
        core = word.strip(_SIGNS)
        found = _places_of_word(core) if core.isascii() and core.isalpha() else places(word)
        if not found:
            return _Piece(() if word in _PASSED else (_BREAK,), ())
        if word.startswith(_OPENERS):
            found.insert(0, _BREAK)
        if word.endswith(_SEPARATORS):
            found.append(_BREAK)
        starts = (n for n, place in enumerate(found) if any(term in self._tree for term, _ in place.edges))
        return _Piece(tuple(found), tuple(starts))


def _met(tree: Tree, found: tuple[Place, ...], starts: Iterable[int], along: tuple[Place, ...]) -> _Met:
    """Return what a tree says of a piece from these places on; `along` are the places before it."""
    endings: list[Ending] = []
    opens: list[_Open] = []
    waiting = [(tree, start, along) for start in starts]
    while waiting:
        tree, start, along = waiting.pop()
        for term, width in found[start].edges:
            if branch := tree.get(term):
                after = start + width
                here = (*along, *found[start:after])
                # What goes on with a number is the code of something else: CK-2127107 is no creatine kinase.
                if after == len(found) or not found[after].surface.isdigit():
                    endings += [each for each in branch.get(END, ()) if _counts(each, here)]
                if after < len(found):
                    waiting.append((branch, after, here))
                elif len(branch) > (END in branch):
                    opens.append(
                        _Open(branch, frozenset(_head(term) for term in branch if term != END), here)
                    )
    return _Met(tuple(endings), tuple(opens))


def _word_from(line: _Line, number: int) -> tuple[str, int]:
    """Return the next word of a text, from a piece on, and the number behind it; no word at the end."""
    while number <= line.last:
        word = line.pieces.text(number)
        number += 1
        if word:
            return word, number
    return "", number


def _counts(ending: Ending, found: tuple[Place, ...]) -> bool:
    """Say whether a form counts as it is written in these places."""
    return ending.is_written(found) if ending.form.case else ending.is_met(found)


def _places_of_word(word: str) -> list[Place]:
    """Return what `places` does for a word of Latin letters alone, in a third of the time."""
    if not is_plain(word):
        return places(word)
    folded = word.lower()
    return [Place(((stem(folded), 1),), word, 0, folded in STOP_WORDS)]


def _heads(piece: str) -> frozenset[str]:
    """Return the first letters of every word in a piece of text, and of all of them joined."""
    core = piece.strip(_SIGNS)
    if core.isascii() and core.isalpha() and len(core) != _LETTERS:
        return frozenset((_head(core.lower()),))
    parts = _PART.findall(piece.lower() if piece.isascii() else fold(piece))
    joined = "".join(parts)
    # The plural of an acronym is a letter longer than its stem: DPRs.
    return frozenset(map(_head, (*parts, joined, *(part[:-1] for part in parts if len(part) == _LETTERS))))


_next_heads: Final = lru_cache(maxsize=_PIECES)(_heads)


def _head(word: str) -> str:
    """Return the first letters of a word, which are also its stem's: that writes i for y (body, bodi)."""
    return word[:_LETTERS].replace("y", "i")


def _line(article: Article) -> str:
    """Return the texts of an article as one, in which only blanks part words."""
    text = f" {_GAP} ".join(text for text in _texts(article) if text)
    # No other white space is printable.
    return text if text.isprintable() else " ".join(text.split())


def _texts(article: Article) -> Iterator[str]:
    yield _plain(article.title)
    yield _plain(article.vernacular_title)
    for abstract in article.abstracts():
        for section in abstract.sections:
            yield _plain(section.text)
    for keyword in article.keywords:
        yield keyword.text
    for heading in article.mesh:
        yield heading.name
    yield from article.supplemental_mesh
    for substance in article.substances:
        yield substance.name
    yield from article.gene_symbols


def _plain(markup: Markup) -> str:
    """Return the text of markup; most has none, and is passed on as it is."""
    return index_text(markup) if "<" in markup or "&" in markup or JOINER in markup else markup
