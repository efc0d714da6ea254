"""Automatic term mapping: plain words that name something are looked for by its other names, too.

As in PubMed, only words without quotes, tag or * are mapped, the longest names first; what was typed still
finds what it found before, and another name counts less. What NOT leaves out is only what was typed.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from index.analysis.analyzer import analyze
from index.naming.concepts import WEIGHT
from index.naming.forms import holds
from index.tags import tag_of
from search.language.leaves import leaf
from search.language.printing import to_query
from search.language.readings import typed_words
from search.query import And, Concept, Node, Or, Phrase, Term

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.naming.vocabulary import Match, Vocabulary
    from search.language.language import Understood

_BETWEEN: Final = r"\s+(?:[^\s\"]+\s+){0,2}?"
"""Between words that were typed next to each other: blanks, and a word or two that were passed over."""


class Added(Struct, frozen=True):
    """What a typed form was looked for as well: the concept's name, and the others as they would be typed."""

    typed: str
    name: str
    names: tuple[str, ...]


class Mapped(Struct, frozen=True):
    """A tree with its concepts, and what each of them added, in order."""

    tree: Node
    added: tuple[Added, ...] = ()

    @property
    def details(self) -> str:
        """Just what is searched, as a query that needs no mapping."""
        return to_query(self.tree)


def mapped(understood: Understood, vocabulary: Vocabulary) -> Mapped:
    """Return the tree in which words that name a concept stand for all its names.

    Words are only a name together where they were typed together: "motor AND neuron disease" is none.
    """
    mapper = _Mapper(vocabulary, understood.neighbors)
    return Mapped(mapper.node(understood.tree), tuple(dict.fromkeys(mapper.added)))


def as_typed(query: str, added: Added) -> str:
    """Return the query with a typed form in quotes, so that it is looked for by itself.

    The query comes back as it was where the form does not stand in it outside quotes.
    """
    words = _BETWEEN.join(map(re.escape, added.typed.split()))
    found = re.compile(rf"(?<![^\s(]){words}(?![^\s)])")
    pieces = query.split('"')
    for n in range(0, len(pieces), 2):
        if match := found.search(pieces[n]):
            pieces[n] = f'{pieces[n][: match.start()]}"{match[0]}"{pieces[n][match.end() :]}'
            break
    return '"'.join(pieces)


class _Mapper:
    def __init__(self, vocabulary: Vocabulary, neighbors: frozenset[tuple[Node, Node]]) -> None:
        self._vocabulary = vocabulary
        self._neighbors = neighbors
        self.added: list[Added] = []

    def node(self, node: Node) -> Node:
        """Return a node with its words mapped."""
        match node:
            case Term() if _is_loose(node):
                return self._run([node])[0]
            case And(nodes):
                read: list[Node] = []
                for is_loose, group in groupby(nodes, key=_is_loose):
                    run = list(group)
                    loose = [each for each in run if isinstance(each, Term)]
                    read += self._runs(loose) if is_loose else map(self.node, run)
                return And(tuple(read)) if len(read) > 1 else read[0]
            case Or(nodes):
                return Or(tuple(map(self.node, nodes)))
            case _:
                return node

    def _runs(self, terms: Sequence[Term]) -> list[Node]:
        """Return words that follow each other in the tree, each run that was typed as one by itself."""
        borders = [n for n in range(1, len(terms)) if (terms[n - 1], terms[n]) not in self._neighbors]
        spans = pairwise([0, *borders, len(terms)])
        return [node for start, end in spans for node in self._run(terms[start:end])]

    def _run(self, terms: Sequence[Term]) -> list[Node]:
        """Return words next to each other, those that are a form as one concept."""
        if not any(_may_begin(self._vocabulary, term.text) for term in terms):
            return list(terms)
        read: list[Node] = []
        done = 0
        for match in self._vocabulary.match_query([term.text for term in terms]):
            concept = self._concept(match, terms[match.start : match.end])
            read += [*terms[done : match.start], concept]
            done = match.end
        return [*read, *terms[done:]]

    def _concept(self, match: Match, terms: Sequence[Term]) -> Node:
        typed = " ".join(term.text for term in terms)
        others = _others(self._vocabulary, match.concept.name, typed)
        node = _as_typed(terms)
        # Names that count the same are one concept; those that count less lie around it.
        for weight, names in others:
            node = Concept(node, names, weight, match.concept.name)
        if others:
            shown = tuple(_shown(name) for _, names in others for name in names)
            self.added.append(Added(typed, match.concept.name, shown))
        return node


@lru_cache(maxsize=10_000)
def _may_begin(vocabulary: Vocabulary, text: str) -> bool:
    """Say whether a name may begin with a word; of a word with signs in it that is not asked."""
    words = typed_words(text) if text.isalpha() else []
    return len(words) != 1 or any(vocabulary.begins(token.term) for token in words[0])


@lru_cache(maxsize=10_000)
def _others(vocabulary: Vocabulary, name: str, typed: str) -> tuple[tuple[float, tuple[Node, ...]], ...]:
    """Return the other names of a concept and its MeSH headings by their weight, the weightiest first.

    A heading is left out where it holds what was typed, or one of the names in a row.
    """
    concept = vocabulary.concept(name)
    if concept is None:
        return ()
    own = frozenset(_row(typed))
    rows = [_row(form.text) for form in concept.forms if form.is_found]
    read = [(form.weight, leaf(form.text)) for form in vocabulary.other_forms(concept, typed)]
    for heading in concept.mesh:
        row = _row(heading)
        if not own <= frozenset(row) and not any(holds(row, each) for each in rows):
            read.append((WEIGHT, leaf(heading, ("mesh",))))
    weights = sorted({weight for weight, node in read if node}, reverse=True)
    return tuple(
        (weight, tuple(node for each, node in read if node and each == weight)) for weight in weights
    )


def _is_loose(node: Node) -> bool:
    return isinstance(node, Term) and not node.fields and not node.is_exact


def _as_typed(terms: Sequence[Term]) -> Node:
    """Return what was typed: all the words, or a phrase where one says nothing by itself: cyclin F, ALS 4."""
    if len(terms) == 1:
        return terms[0]
    if any(len(term.text) == 1 or term.text.isdigit() for term in terms):
        return Phrase(" ".join(term.text for term in terms))
    return And(tuple(terms))


@lru_cache(maxsize=10_000)
def _shown(name: Node) -> str:
    match name:
        case Phrase(text, fields):
            return f'"{text}"[{tag_of(fields)}]' if fields else f'"{text}"'
        case Term(text, fields) if fields:
            return f"{text}[{tag_of(fields)}]"
        case Term(text):
            return f'"{text}"' if " " in text else text
        case _:
            return to_query(name)


def _row(text: str) -> tuple[str, ...]:
    return tuple(token.term for token in analyze(text) if token.width == 1)
