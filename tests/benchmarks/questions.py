"""Questions of each class, drawn from the articles themselves: the same for the same seed, none asked twice."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from whoosh.analysis import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tests.benchmarks.documents import Document

SEED: Final = 1869
_WORD: Final = re.compile(r"[a-z]{4,15}")
_TRIES: Final = 60
_PREFIX: Final = 5
_YEARS: Final = 6
_LATEST: Final = 2026


class Shape(StrEnum):
    """How the words of a question belong together."""

    AND = "and"
    OR = "or"
    PHRASE = "phrase"
    PREFIX = "prefix"


class Work(StrEnum):
    """What an answer is made of; each holds the one before, but suggestions."""

    HITS = "hits"
    FACETS = "facets"
    PAGE = "page"
    SUGGESTIONS = "suggestions"


class Question(Struct, frozen=True):
    """Words, each with its field (none is all that count), and the years of publication, 0 where any."""

    words: tuple[str, ...]
    fields: tuple[str, ...]
    shape: Shape = Shape.AND
    years: tuple[int, int] = (0, 0)

    def text(self, years: str) -> str:
        """Return it as most query languages write it; `years` is how a span is, with {0} and {1}."""
        if self.shape is Shape.PHRASE:
            parts = [f'{self.fields[0]}:"{" ".join(self.words)}"']
        else:
            end = "*" if self.shape is Shape.PREFIX else ""
            parts = [
                f"{field}:{word}{end}" if field else f"{word}{end}"
                for word, field in zip(self.words, self.fields, strict=True)
            ]
        if self.years[0]:
            parts.append(years.format(*self.years))
        return (" OR " if self.shape is Shape.OR else " AND ").join(parts)


class QuestionClass(Struct, frozen=True):
    """A row of the table: its name, what is asked of each, and the questions."""

    name: str
    work: Work
    questions: tuple[Question, ...]


class Words:
    """The words of a sample of articles by how frequent they are, and pairs and triples that stand together."""

    def __init__(self, documents: Iterable[Document], rng: random.Random) -> None:
        self.rng = rng
        self._texts = [
            (_words(each.texts.get("title", [])), _words(each.texts.get("abstract", [])), each.labels)
            for each in documents
        ]
        self._texts = [each for each in self._texts if len(each[1]) > 3]
        counts = Counter(word for _, abstract, _ in self._texts for word in {*abstract} - STOP_WORDS)
        size = len(self._texts)
        self.common = {word for word, count in counts.items() if size * 0.08 <= count <= size * 0.3}
        self.known = {word for word, count in counts.items() if max(3, size * 0.004) <= count <= size * 0.3}
        self.rare = {word for word, count in counts.items() if count <= max(2, size * 0.0004)}

    def one(self, among: set[str]) -> tuple[str, ...]:
        """Return a word of an abstract that is among others."""
        _, abstract, _ = self.rng.choice(self._texts)
        return self._some(abstract, among, 1)

    def three(self) -> tuple[str, ...]:
        """Return three words of one abstract that others have as well."""
        _, abstract, _ = self.rng.choice(self._texts)
        return self._some(abstract, self.known, 3)

    def pair(self) -> tuple[str, ...]:
        """Return a word of the title and another of the abstract of an article."""
        title, abstract, _ = self.rng.choice(self._texts)
        first = self._some(title, self.known, 1)
        return first + self._some(abstract, self.known - {*first}, 1) if first else ()

    def adjacent(self) -> tuple[str, ...]:
        """Return two words that stand next to each other in an abstract."""
        _, abstract, _ = self.rng.choice(self._texts)
        pairs = [two for two in pairwise(abstract) if self.known.issuperset(two)]
        return self.rng.choice(pairs) if pairs else ()

    def typed(self) -> tuple[str, ...]:
        """Return the beginning of a keyword."""
        _, _, labels = self.rng.choice(self._texts)
        keywords = [each for each in labels.get("keyword", []) if _WORD.match(each.lower())]
        return (self.rng.choice(keywords).lower()[: self.rng.randint(3, 7)],) if keywords else ()

    def _some(self, words: Sequence[str], among: set[str], count: int) -> tuple[str, ...]:
        fitting = sorted({*words} & among)
        return tuple(self.rng.sample(fitting, count)) if len(fitting) >= count else ()


def _words(texts: Sequence[str]) -> list[str]:
    # A word cut out of a longer one, or of a name with digits, is none.
    return [each for each in re.split(r"[\s.,;:()]+", " ".join(texts).lower()) if _WORD.fullmatch(each)]


Draw = Callable[[], Question | None]


def classes(
    sample: Iterable[Document], count: int, *, only: Sequence[str] = (), seed: int = SEED
) -> list[QuestionClass]:
    """Return every class, or only some, with `count` different questions, fewer where there are no more."""
    words = Words(sample, random.Random(seed))
    return [
        QuestionClass(name, work, _different(draw, count))
        for name, (draw, work) in _draws(words).items()
        if not only or name in only
    ]


def _different(draw: Draw, count: int) -> tuple[Question, ...]:
    found: dict[Question, None] = {}
    for _ in range(_TRIES * count):
        if len(found) == count:
            break
        if question := draw():
            found[question] = None
    return tuple(found)


def _draws(words: Words) -> dict[str, tuple[Draw, Work]]:
    """Return what draws a question of each class, and what is asked of it."""
    one, three, all_three = ("abstract",), ("abstract",) * 3, ("",) * 3

    def of(draw: Callable[[], tuple[str, ...]], fields: tuple[str, ...], shape: Shape = Shape.AND) -> Draw:
        return lambda: Question(found, fields, shape) if (found := draw()) else None

    def prefix() -> Question | None:
        (word,) = words.one(words.known) or ("",)
        return Question((word[:_PREFIX],), one, Shape.PREFIX) if len(word) > _PREFIX else None

    def in_years() -> Question | None:
        first = words.rng.randint(_LATEST - 20, _LATEST - _YEARS)
        found = words.three()[:2]
        return Question(found, ("", ""), years=(first, first + _YEARS)) if found else None

    all_words = of(words.three, all_three)
    any_word = of(words.three, all_three, Shape.OR)
    return {
        "rare word": (of(lambda: words.one(words.rare), one), Work.HITS),
        "common word": (of(lambda: words.one(words.common), one), Work.HITS),
        "common word, all fields": (of(lambda: words.one(words.common), ("",)), Work.HITS),
        "three words, AND": (of(words.three, three), Work.HITS),
        "three words, OR": (of(words.three, three, Shape.OR), Work.HITS),
        "phrase": (of(words.adjacent, one, Shape.PHRASE), Work.HITS),
        "prefix": (prefix, Work.HITS),
        "two fields": (of(words.pair, ("title", "abstract")), Work.HITS),
        "two words and years": (in_years, Work.HITS),
        "three words, all fields": (all_words, Work.HITS),
        "three words, facets": (all_words, Work.FACETS),
        "three words, facets and snippets": (all_words, Work.PAGE),
        "any of three words, all fields": (any_word, Work.HITS),
        "any of three words, facets and snippets": (any_word, Work.PAGE),
        "suggestions": (of(words.typed, ("",)), Work.SUGGESTIONS),
    }
