"""The concepts of the vocabulary and their forms, read from the two tables in `data/`."""

from __future__ import annotations

from enum import StrEnum
from importlib import resources
from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from index.analysis.analyzer import analyze
from index.errors import BadVocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

WEIGHT: Final = 0.7
"""What a match by another form counts, of one by the form typed, where no rule says otherwise."""

_CONCEPTS: Final = "concepts.tsv"
_RULES: Final = "rules.tsv"
_CONCEPT_COLUMNS: Final = 4
_RULE_COLUMNS: Final = 10


class Use(StrEnum):
    """What a form does in a query: leads to the others and is found by them, one of both, or neither."""

    BOTH = "both"
    OUT = "out"
    IN = "in"
    NO = "no"


class Case(StrEnum):
    """Where a form counts only in its own case: nowhere, in articles, or in queries as well."""

    ANY = ""
    TEXT = "text"
    ALWAYS = "always"


class Form(Struct, frozen=True, kw_only=True):
    """One way to write a concept, and the rules for what it may do.

    `near` and `never` are terms of the analyzer: one of the first, and none of the others, must be in the
    same query or article. `languages` are NLM's codes of those that an article must be in.
    """

    text: str
    use: Use = Use.BOTH
    is_tagged: bool = True
    weight: float = WEIGHT
    case: Case = Case.ANY
    near: frozenset[str] = frozenset()
    never: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()

    @property
    def leads(self) -> bool:
        """Whether a query by it finds the other forms, too."""
        return self.use in {Use.BOTH, Use.IN}

    @property
    def is_found(self) -> bool:
        """Whether a query by another form finds it."""
        return self.use in {Use.BOTH, Use.OUT}

    def fits(self, terms: AbstractSet[str]) -> bool:
        """Say whether it may stand among these terms."""
        return self.never.isdisjoint(terms) and not (self.near and self.near.isdisjoint(terms))


class Concept(Struct, frozen=True):
    """Something that articles are about: its name, its category, its MeSH headings, its forms."""

    name: str
    category: str
    mesh: tuple[str, ...]
    forms: tuple[Form, ...]


def read_concepts() -> tuple[Concept, ...]:
    """Return the concepts in the order of the table; rules replace the plain form of the same spelling.

    Raises BadVocabulary, which names the line, where a table is not as its head says.
    """
    rules: dict[str, list[Form]] = {}
    for where, cells in _rows(_RULES, _RULE_COLUMNS):
        rules.setdefault(cells[1], []).append(_ruled(cells, where))
    concepts = []
    for where, (name, category, mesh, others) in _rows(_CONCEPTS, _CONCEPT_COLUMNS):
        if not name or not category:
            raise BadVocabulary(f"{where}: a concept needs a name and a category")
        ruled = rules.pop(name, [])
        spelled = {form.text for form in ruled}
        plain = [form for form in map(_plain, [name, *_parts(others)]) if form.text not in spelled]
        concepts.append(Concept(name, category, _parts(mesh), (*plain, *ruled)))
    if rules:
        raise BadVocabulary(f"{_RULES}: there is no concept {', '.join(rules)}")
    return tuple(concepts)


def _rows(name: str, columns: int) -> Iterator[tuple[str, list[str]]]:
    text = (resources.files(__package__) / "data" / name).read_text("utf-8")
    for number, line in enumerate(text.splitlines(), start=1):
        if line and not line.startswith("#"):
            cells = line.split("\t")
            if len(cells) != columns:
                raise BadVocabulary(f"{name}, line {number}: {len(cells)} columns instead of {columns}")
            yield f"{name}, line {number}", cells


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(cell.split("|")) if cell else ()


def _plain(text: str) -> Form:
    form = Form(text=text.lstrip("<>"))
    if text.startswith(">"):
        return structs.replace(form, use=Use.OUT)
    return structs.replace(form, use=Use.IN, is_tagged=False) if text.startswith("<") else form


def _ruled(cells: list[str], where: str) -> Form:
    text, _, use, tagged, weight, case, near, never, languages, _ = cells
    try:
        return Form(
            text=text,
            use=Use(use),
            is_tagged={"yes": True, "no": False}[tagged],
            weight=float(weight or WEIGHT),
            case=Case(case),
            near=_terms(near),
            never=_terms(never),
            languages=frozenset(languages.split()),
        )
    except (KeyError, ValueError) as error:
        raise BadVocabulary(f"{where}: {error} is none of the values of its column") from error


def _terms(words: str) -> frozenset[str]:
    """Return the terms of words, of a compound the joined one."""
    return frozenset(analyze(word)[0].term for word in words.split())
