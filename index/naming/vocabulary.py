"""The vocabulary of ALS: which names mean the same, in queries, articles, keywords and suggestions.

`load` reads it once. Its tables are `data/concepts.tsv` and `data/rules.tsv`, whose heads say how they read.
"""

from __future__ import annotations

from bisect import bisect_left
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from index.analysis.analyzer import COMPOUND, tokens_of
from index.analysis.folding import fold
from index.naming import keywords, mesh
from index.naming.concepts import Case, Concept, Form, Use, read_concepts
from index.naming.forms import Ending, Tree, grow, holds, paths, places, telling, walk
from index.naming.tagging import Tagger

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from crawler.article import Article
    from index.naming.forms import Place
    from index.naming.mesh import Mesh

VERSION: Final = 1
"""Goes up whenever articles are tagged, or keywords read, in another way: an index is then built anew."""

FACETS: Final = {
    "gene": ("gene",),
    "drug": ("drug",),
    "biomarker": ("biomarker",),
    "symptom": ("symptom", "sign"),
    "procedure": ("procedure", "therapy"),
    "scale": ("scale", "criteria", "measure"),
    "mechanism": ("mechanism",),
}
"""The facets of entities, in the order of the page, with the categories that each holds."""

_LAST: Final = "\U0010ffff"


class Match(Struct, frozen=True):
    """Words of a query that are a form of a concept: those from `start` up to, but without, `end`."""

    start: int
    end: int
    concept: Concept
    form: Form


class Vocabulary:
    """All concepts, and what finds them. It never changes; what it has read before, it only remembers."""

    def __init__(self, concepts: Iterable[Concept], descriptors: Mesh) -> None:
        self.concepts: tuple[Concept, ...] = tuple(concepts)
        self._mesh = descriptors
        self._by_name = {fold(concept.name): concept for concept in self.concepts}
        self._typed: Tree = {}
        self._keywords: Tree = {}
        starting: list[tuple[str, str, Concept]] = []
        read = {form.text: places(form.text) for concept in self.concepts for form in concept.forms}
        for concept in self.concepts:
            for form in concept.forms:
                self._add(concept, form, read[form.text])
                if form.use is not Use.NO:
                    starting.append((fold(form.text), form.text, concept))
        self._starting = sorted(starting, key=lambda each: each[:2])
        self._found = {concept.name: _shortest(concept, read) for concept in self.concepts}
        self._known = lru_cache(maxsize=100_000)(self._concept_of)
        self._label = lru_cache(maxsize=100_000)(
            lambda label: self._known(label) or keywords.unabbreviated(label)
        )

    @cached_property
    def _tagger(self) -> Tagger:
        """What finds entities in articles: an index is built with it, and a search goes without."""
        return Tagger(self.concepts)

    def _add(self, concept: Concept, form: Form, found: Sequence[Place]) -> None:
        ending = Ending(concept, form, tuple(place.surface for place in found))
        if form.leads:
            for path in {*paths(found), *paths(telling(found))}:
                grow(self._typed, path, ending)
        if form.use is Use.BOTH and not form.near:
            for path in set(paths(found)):
                grow(self._keywords, path, ending)

    def concept(self, name: str) -> Concept | None:
        """Return the concept of this name, in any case; None where there is none."""
        return self._by_name.get(fold(name))

    def begins(self, term: str) -> bool:
        """Say whether a form that leads to others begins with a term: no name begins with any other."""
        return term in self._typed

    def match_query(self, words: Sequence[str]) -> list[Match]:
        """Return the forms among the words of a query that lead to others, in order; none overlaps another.

        The longest come first, then those before others. A form only counts where its rules let it: in the
        case it was typed, and by the other words of the query.
        """
        found = places(" ".join(words))
        ends = list(accumulate(len(word) + 1 for word in words))
        owner = [bisect_left(ends, place.start + 1) for place in found]
        borders = {0, len(found), *(n for n in range(1, len(found)) if owner[n] != owner[n - 1])}
        met: list[Match] = []
        for start in sorted(borders - {len(found)}):
            by_end: dict[int, list[Ending]] = {}
            for after, ending in walk(self._typed, found, start):
                if after in borders and ending.is_met(found[start:after]):
                    by_end.setdefault(after, []).append(ending)
            for after, endings in by_end.items():
                if meant := _allowed(endings, found, start, after):
                    met.append(Match(owner[start], owner[after - 1] + 1, meant.concept, meant.form))
        return _apart(met)

    def other_forms(self, concept: Concept, typed: str) -> tuple[Form, ...]:
        """Return the forms by which a query for one form finds more, the weightier first.

        Left out are those that hold all its words, since it finds these by itself, and those that hold a
        shorter one in a row.
        """
        own = {term for place in places(typed) for term, width in place.edges if width == 1}
        return tuple(form for form, terms in self._found[concept.name] if not own <= terms)

    def entities(self, article: Article) -> tuple[tuple[str, str], ...]:
        """Return category and name of each concept that an article is about, each once, in order.

        Title, abstracts, keywords, MeSH terms and substances are read. The context that a rule asks for is
        the whole of them.
        """
        return self._tagger.entities(article)

    def read(self, articles: Sequence[Article]) -> None:
        """Find the entities of many articles at once, which is faster; they are known until the next."""
        self._tagger.read(articles)

    def labels(self, article: Article, facet: str) -> list[str]:
        """Return the names of the entities that an article has in one of FACETS."""
        wanted = FACETS[facet]
        return [name for category, name in self.entities(article) if category in wanted]

    def normal_keyword(self, label: str) -> str:
        """Return what makes keywords the same: the name of the concept, or the label without its variants.

        "ALS" and "Amyotrophic lateral sclerosis (ALS)" are both "amyotrophic lateral sclerosis", and
        "Biomarkers" is "biomarker". The second kind is for telling apart, not for showing.
        """
        return self._known(label) or keywords.normal(keywords.unabbreviated(label))

    def keyword_label(self, label: str) -> str:
        """Return how a keyword is shown: by the name of its concept, or as written, less its abbreviation."""
        return self._label(label)

    def _concept_of(self, label: str) -> str:
        name, inner = keywords.split(label)
        spoken = keywords.natural(name)
        whole = self._lookup(name) or (self._lookup(spoken) if spoken != name else "")
        if not inner:
            return whole
        meant = self._lookup(inner)
        if whole and (meant == whole or keywords.abbreviates(inner, name)):
            return whole
        return meant if keywords.abbreviates(name, inner) else ""

    def _lookup(self, text: str) -> str:
        """Return the name of the concept that a whole text is a form of; nothing where it is none."""
        first = COMPOUND.search(text)
        # Most texts begin as no form does: that is told without reading all of them.
        if first is None or not any(token.term in self._keywords for token in tokens_of(first[0])):
            return ""
        found = places(text)
        whole = (ending for after, ending in walk(self._keywords, found, 0) if after == len(found))
        return next((ending.concept.name for ending in whole if ending.is_met(found)), "")

    def forms_starting(self, stump: str) -> tuple[tuple[str, Concept], ...]:
        """Return the forms that start so, in any case, each with its concept, in order of the alphabet."""
        folded = fold(stump)
        first = bisect_left(self._starting, folded, key=lambda each: each[0])
        last = bisect_left(self._starting, folded + _LAST, key=lambda each: each[0])
        return tuple((text, concept) for _, text, concept in self._starting[first:last])

    def narrower(self, heading: str, used: Collection[str] | None = None) -> tuple[str, ...]:
        """Return the MeSH headings that this one stands for besides itself, of those `used`, if told.

        They are those anywhere below it, in order. It may be in any case; an entry term stands for its
        heading, too, and one that is not known for nothing else.
        """
        own = fold(heading)
        return tuple(sorted(name for name in self._mesh.explode(heading, used) if fold(name) != own))


def _shortest(
    concept: Concept, read: Mapping[str, Sequence[Place]]
) -> tuple[tuple[Form, frozenset[str]], ...]:
    """Return the forms of a concept that are to be found, and their terms; none holds another in a row.

    `read` has the places of each form by its text.
    """
    kept: list[tuple[Form, tuple[str, ...], frozenset[str]]] = []
    found = [(form, read[form.text]) for form in concept.forms if form.is_found]
    for form, along in sorted(found, key=lambda each: (-each[0].weight, len(each[1]))):
        row = tuple(term for place in along for term, width in place.edges if width == 1)
        if not any(holds(row, other) for _, other, _ in kept):
            kept.append((form, row, frozenset(term for place in along for term, _ in place.edges)))
    order = {form.text: n for n, form in enumerate(concept.forms)}
    kept.sort(key=lambda each: (-each[0].weight, order[each[0].text]))
    return tuple((form, terms) for form, _, terms in kept)


def _allowed(endings: list[Ending], found: Sequence[Place], start: int, after: int) -> Ending | None:
    """Return the form that words of a query are, by their case and by the words around them.

    Where none of the forms is written in just this case, all of them must agree: nfl in a query on football
    may be the league.
    """
    if found[after - 1].surface.isdigit() and after < len(found):
        # ALS 6 is a type of ALS, but not in "ALS 6 minute walk".
        endings = [ending for ending in endings if ending.form.use is not Use.IN]
    exact = [ending for ending in endings if ending.is_written(found[start:after])]
    pool = exact or [ending for ending in endings if ending.form.case is not Case.ALWAYS]
    if any(ending.form.near or ending.form.never for ending in pool):
        around = {term for place in (*found[:start], *found[after:]) for term, _ in place.edges}
        pool = pool if all(ending.form.fits(around) for ending in pool) else []
    return pool[0] if pool else None


def _apart(met: list[Match]) -> list[Match]:
    kept: list[Match] = []
    taken: set[int] = set()
    for match in sorted(met, key=lambda each: (each.start - each.end, each.start)):
        words = range(match.start, match.end)
        if taken.isdisjoint(words):
            taken.update(words)
            kept.append(match)
    return sorted(kept, key=lambda each: each.start)


def load(folder: Path | None = None) -> Vocabulary:
    """Return the vocabulary, read on the first call; `folder` is that of the library, if it has MeSH's file.

    Raises BadVocabulary where a table cannot be read.
    """
    # Without a file of its own a folder has what the package has, which is then not read twice.
    return _load(folder if folder and (folder / mesh.FILE_NAME).exists() else None)


@cache
def _load(folder: Path | None) -> Vocabulary:
    return Vocabulary(read_concepts(), mesh.load(folder))
