"""Tags articles with the concepts they are about, at the speed of a build.

A text is cut at its blanks. Most of what stands between two begins no form, which its first letters tell at
the cost of a look-up; only the others are analysed, and what follows them as far as a form may go on.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from crawler.markup import JOINER, index_text
from index.analysis.folding import fold
from index.naming.forms import END, Ending, Place, Tree, grow, paths, places, surfaces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.article import Article, Markup
    from index.naming.concepts import Concept

_BREAK: Final = Place(())
"""A place that nothing leads over, so no form reaches across it."""

_SEPARATORS: Final = tuple(".,;:!?)]")
_OPENERS: Final = tuple("([")
_PASSED: Final = frozenset("&/-\u2010\u2011\u2013")
_PART: Final = re.compile(r"[^\W_]+")
_LETTERS: Final = 4
"""First letters of a word that its stem and its other endings share."""

_MEMORY: Final = 300_000
"""Pieces of text that are remembered."""

_GAP: Final = "."
"""Between two texts; it breaks what would go on."""

Tag = tuple[str, str]
"""Category and name of a concept."""


class _Piece(NamedTuple):
    """What stands between two blanks: its places, and those among them where a form may begin."""

    places: tuple[Place, ...]
    starts: tuple[int, ...]


class Tagger:
    """Knows every form that tags; remembers the pieces of text it has read."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._tree: Tree = {}
        self._by_heading: dict[str, Concept] = {}
        context: set[str] = set()
        for concept in concepts:
            self._by_heading |= dict.fromkeys(concept.mesh, concept)
            for form in concept.forms:
                if form.is_tagged:
                    context |= form.near | form.never
                    ending = Ending(concept, form, surfaces(form.text))
                    for path in set(paths(places(form.text))):
                        grow(self._tree, path, ending)
        self._piece = lru_cache(maxsize=_MEMORY)(self._read)
        self._beginnings = frozenset(map(_head, self._tree))
        self._contexts = frozenset(map(_head, context))
        self._dull: set[str] = set()
        self._last: tuple[Article | None, tuple[Tag, ...]] = (None, ())

    def entities(self, article: Article) -> tuple[Tag, ...]:
        """Return category and name of each concept in the article, in order. The last answer is kept."""
        last, answer = self._last
        if last is not article:
            answer = self._tags(article)
            self._last = (article, answer)
        return answer

    def _tags(self, article: Article) -> tuple[Tag, ...]:
        words = _words(article)
        tags = {
            (concept.category, concept.name)
            for heading in article.mesh
            if (concept := self._by_heading.get(heading.name))
        }
        context: frozenset[str] | None = None
        for ending, found in self._endings(words):
            form = ending.form
            tag = (ending.concept.category, ending.concept.name)
            if tag in tags or not (ending.is_written(found) if form.case else ending.is_met(found)):
                continue
            if form.languages:
                fits = not form.languages.isdisjoint(article.languages)
            elif form.near or form.never:
                context = self._context(words) if context is None else context
                fits = form.fits(context)
            else:
                fits = True
            if fits:
                tags.add(tag)
        return tuple(sorted(tags))

    def _endings(self, words: Sequence[str]) -> Iterator[tuple[Ending, tuple[Place, ...]]]:
        """Yield each form that stands in words, however it is written, with its places."""
        dull = self._dull
        if len(dull) > _MEMORY:
            dull.clear()
        for number in [number for number, word in enumerate(words) if word not in dull]:
            word = words[number]
            starts = () if self._beginnings.isdisjoint(_heads(word)) else self._piece(word).starts
            if not starts:
                dull.add(word)
            for start in starts:
                yield from self._follow(self._tree, words, (number, start), ())

    def _follow(
        self, tree: Tree, words: Sequence[str], at: tuple[int, int], along: tuple[Place, ...]
    ) -> Iterator[tuple[Ending, tuple[Place, ...]]]:
        """Yield what ends from a place on, which is one of a piece; `along` are the places before it."""
        number, start = at
        found = self._piece(words[number]).places
        while start == len(found):
            number, start = number + 1, 0
            if number == len(words):
                return
            found = self._piece(words[number]).places
        for term, width in found[start].edges:
            if branch := tree.get(term):
                after = start + width
                here = (*along, *found[start:after])
                # What goes on with a number is the code of something else: CK-2127107 is no creatine kinase.
                if after == len(found) or not found[after].surface.isdigit():
                    yield from ((ending, here) for ending in branch.get(END, ()))
                if after < len(found) or self._may_go_on(branch, words, number + 1):
                    yield from self._follow(branch, words, (number, after), here)

    def _may_go_on(self, branch: Tree, words: Sequence[str], number: int) -> bool:
        """Say whether the next word may be one that the branch goes on with, by its first letters."""
        if number == len(words) or len(branch) == (END in branch):
            return False
        heads = _heads(words[number])
        return "" in heads or any(_head(term) in heads for term in branch)

    def _context(self, words: Iterable[str]) -> frozenset[str]:
        """Return the terms in words that some rule asks for; others, too, but not all."""
        return frozenset(
            term
            for word in set(words)
            if not self._contexts.isdisjoint(_heads(word))
            for place in self._piece(word).places
            for term, _ in place.edges
        )

    def _read(self, word: str) -> _Piece:
        found = places(word)
        if not found:
            return _Piece(() if word in _PASSED else (_BREAK,), ())
        if word.startswith(_OPENERS):
            found.insert(0, _BREAK)
        if word.endswith(_SEPARATORS):
            found.append(_BREAK)
        starts = (n for n, place in enumerate(found) if any(term in self._tree for term, _ in place.edges))
        return _Piece(tuple(found), tuple(starts))


@lru_cache(maxsize=_MEMORY)
def _heads(piece: str) -> frozenset[str]:
    """Return the first letters of every word in a piece of text, and of all of them joined."""
    parts = _PART.findall(piece.lower() if piece.isascii() else fold(piece))
    joined = "".join(parts)
    # The plural of an acronym is a letter longer than its stem: DPRs.
    return frozenset(map(_head, (*parts, joined, *(part[:-1] for part in parts if len(part) == _LETTERS))))


def _head(word: str) -> str:
    """Return the first letters of a word, which are also its stem's: that writes i for y (body, bodi)."""
    return word[:_LETTERS].replace("y", "i")


def _words(article: Article) -> list[str]:
    return f" {_GAP} ".join(text for text in _texts(article) if text).split()


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
