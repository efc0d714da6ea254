"""Finds forms in texts: a tree of their terms, walked along the places of a text.

A place holds every term that begins there: of TDP-43 the joined one, which leads over both its places, and
the first part. So TDP-43, TDP43 and TDP 43 meet in the tree whichever way they are written.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from msgspec import Struct

from index.analysis.analyzer import STOP_WORDS, analyze
from index.analysis.folding import fold
from index.analysis.spelling import american
from index.naming.concepts import Concept, Form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Edge = tuple[str, int]
"""A term that begins in a place, and how many places it fills."""

Tree = dict[str, Any]
"""Terms to what may follow; under END stands what ends here."""

END: Final = ""


class Place(NamedTuple):
    """A place in a text: its edges, the word as it is written, and where it starts."""

    edges: tuple[Edge, ...]
    surface: str = ""
    start: int = 0
    is_stop: bool = False


class Ending(Struct, frozen=True):
    """Where a path ends: a form of a concept; `surface` is how the form is written, word by word."""

    concept: Concept
    form: Form
    surface: tuple[str, ...]

    def is_met(self, found: Sequence[Place]) -> bool:
        """Say whether places whose terms are the form's hold its words, too.

        One word must be the word itself, or its plural: emotions have the stem of emotionalism.
        """
        if " " in self.form.text:
            return True
        one, other = sorted((_word(self.surface), _word(place.surface for place in found)), key=len)
        return other in {one, one + "s", one + "es"}

    def is_written(self, found: Sequence[Place]) -> bool:
        """Say whether it stands there in just its case; a plural s, and a hyphen more, do not count."""
        as_found = tuple(place.surface for place in found)
        return as_found == self.surface or "".join(as_found) in {self.form.text, self.form.text + "s"}


def _word(parts: Iterable[str]) -> str:
    return _spelled("".join(parts))


@lru_cache(maxsize=10_000)
def _spelled(word: str) -> str:
    return american(fold(word))


def places(text: str) -> list[Place]:
    """Return the places of a text in order. Gaps between values of a field are none."""
    at: dict[int, list[Edge]] = {}
    words: dict[int, tuple[str, int, bool]] = {}
    for term, word, position, start, end, width in analyze(text):
        at.setdefault(position, []).append((term, width))
        if width == 1:
            words[position] = (text[start:end], start, word in STOP_WORDS)
    return [
        Place(tuple(at.get(position, ())), *words.get(position, ("", 0, False)))
        for position in range(max(at, default=-1) + 1)
    ]


def telling(found: Sequence[Place]) -> list[Place]:
    """Return places without those of words that say nothing, which are not looked for in a query."""
    covered = {
        n + k for n, place in enumerate(found) for _, width in place.edges if width > 1 for k in range(width)
    }
    return [place for n, place in enumerate(found) if not place.is_stop or n in covered]


def surfaces(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are written."""
    return tuple(place.surface for place in places(text))


def paths(found: Sequence[Place], start: int = 0) -> Iterator[tuple[str, ...]]:
    """Yield every way through places, from one on to the end."""
    if start >= len(found):
        yield ()
        return
    for term, width in found[start].edges:
        for rest in paths(found, start + width):
            yield (term, *rest)


def grow(tree: Tree, path: Sequence[str], ending: Ending) -> None:
    """Add a path to the tree; several may end in one place."""
    for term in path:
        tree = tree.setdefault(term, {})
    tree.setdefault(END, []).append(ending)


def walk(tree: Tree, along: Sequence[Place], start: int) -> Iterator[tuple[int, Ending]]:
    """Yield what ends along the places from `start` on, each with the place after its last."""
    for term, width in along[start].edges:
        if branch := tree.get(term):
            after = start + width
            for ending in branch.get(END, ()):
                yield after, ending
            if after < len(along):
                yield from walk(branch, along, after)


def holds(row: Sequence[str], other: Sequence[str]) -> bool:
    """Say whether a row of terms holds another one, in order and without anything between."""
    return any(row[start : start + len(other)] == other for start in range(len(row) - len(other) + 1))
