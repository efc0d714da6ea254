"""What a search has to find, worked out in plain Python, article by article, with no index at all."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from index.analysis.analyzer import analyze, analyze_name
from index.analysis.folding import fold
from index.schema import BY_NAME, EVERYWHERE, FIELDS, Kind, field_text
from index.segments.forward import GAP_WIDTH
from index.segments.impacts import LENGTH_SHARE
from search.language.readings import MIN_STUMP, tilings, typed_names, typed_words
from search.matching.weights import SATURATION, rarity, weight
from search.query import (
    And,
    CitedBy,
    Cites,
    Concept,
    Dates,
    Every,
    Not,
    Or,
    Phrase,
    Prefix,
    Proximity,
    Term,
)  # fmt: skip

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.article import Article
    from index.analysis.analyzer import Token
    from search.query import Node, Words

Found = dict[int, float]
Way = tuple["Sought", ...]


class Sought(NamedTuple):
    """What may stand in a place: a term, a word as it was written, or whatever starts so."""

    term: str = ""
    word: str = ""
    stump: str = ""

    def fits(self, token: Token) -> bool:
        if self.term:
            return token.term == self.term
        return token.word == self.word if self.word else token.word.startswith(self.stump)


class Corpus:
    """Articles, by their number in a generation."""

    def __init__(self, articles: Iterable[Article]) -> None:
        self.articles = list(articles)
        self.size = len(self.articles)

    @cached_property
    def tokens(self) -> dict[str, list[list[Token]]]:
        def nothing(_: str) -> list[Token]:
            return []

        analyzers = {Kind.TEXT: analyze, Kind.NAME: analyze_name, Kind.ID: nothing}
        return {
            field.name: [analyzers[field.kind](field_text(field, article)) for article in self.articles]
            for field in FIELDS
        }

    def found(self, node: Node) -> Found:  # noqa: PLR0911 - a line for each kind of node
        """Return the score of each article that matches."""
        match node:
            case Every():
                return dict.fromkeys(range(self.size), 0.0)
            case Not(inner):
                return dict.fromkeys(set(range(self.size)) - set(self.found(inner)), 0.0)
            case And(nodes):
                found = [self.found(each) for each in nodes] or [self.found(Every())]
                both = set(found[0]).intersection(*found)
                return {number: math.fsum(each[number] for each in found) for number in both}
            case Or(nodes):
                found = [self.found(each) for each in nodes]
                return {
                    number: math.fsum(each.get(number, 0) for each in found) for number in set().union(*found)
                }
            case Concept(typed, others, share):
                first, *rest = (self.found(each) for each in (typed, *others))
                size = len(self.articles)
                shares = [share * min(1, rarity(size, len(first)) / rarity(size, len(each))) for each in rest]
                return {
                    number: max(
                        [
                            first.get(number, 0),
                            *(n * each.get(number, 0) for n, each in zip(shares, rest, strict=True)),
                        ]
                    )
                    for number in set(first).union(*rest)
                }
            case Dates(low, high):
                numbers = enumerate(article.date.sort_key() for article in self.articles)
                return {number: 0.0 for number, date in numbers if low <= date <= high}
            case Cites() | CitedBy():
                raise NotImplementedError
            case _:
                return self.worded(node)

    def worded(self, node: Words) -> Found:
        """Return what a word is worth by BM25F."""
        fields = node.fields or EVERYWHERE
        sums: defaultdict[int, float] = defaultdict(float)
        for field in fields:
            lengths = [self.length(field, number) for number in range(self.size)]
            average = sum(lengths) / self.size
            for number in range(self.size):
                if frequency := self.frequency(node, field, number):
                    if BY_NAME[field].kind is not Kind.ID:
                        frequency /= 1 - LENGTH_SHARE + LENGTH_SHARE * lengths[number] / average
                    sums[number] += weight(field) * frequency
        if all(BY_NAME[field].kind is Kind.ID for field in fields):
            return dict.fromkeys(sums, 0.0)
        idf = math.log(1 + (self.size - len(sums) + 0.5) / (len(sums) + 0.5))
        return {number: idf * s * (SATURATION + 1) / (SATURATION + s) for number, s in sums.items()}

    def length(self, field: str, number: int) -> int:
        return len(self.tokens[field][number])

    def frequency(self, node: Words, field: str, number: int) -> float:
        """Return how often a node stands in a field of an article."""
        kind = BY_NAME[field].kind
        if kind is Kind.ID:
            normal = BY_NAME[field].normal(node.text) if isinstance(node, Term) else ""
            values = map(fold, BY_NAME[field].values(self.articles[number]))
            return float(bool(normal) and fold(normal) in values)
        slots = slots_of(node, kind)
        if not slots:
            return 0
        if len(slots) == 1 and all(len(way) == 1 for way in slots[0]) and len(slots[0]) == 1:
            return self.share(slots[0][0][0], field, number)
        if isinstance(node, Proximity):
            return len(self.windows(slots, node.distance, field, number))
        ends: set[int] | None = None
        for slot in slots:
            is_last = slot is slots[-1]
            ends = set().union(*(self.along(way, ends, field, number, is_last=is_last) for way in slot))
        return len([end for end in ends or () if end - 1 not in (ends or ())])

    def share(self, sought: Sought, field: str, number: int) -> float:
        """Return the frequency of what is sought: of each term as much as its share in the term's places."""
        total = 0.0
        tokens = self.tokens[field][number]
        for term in {token.term for token in tokens}:
            of_term = [token for token in tokens if token.term == term]
            fitting = sum(token.width for token in of_term if sought.fits(token))
            total += len(of_term) * fitting / sum(token.width for token in of_term)
        return total

    @staticmethod
    def places(tokens: list[Token], sought: Sought) -> set[int]:
        fitting = [token for token in tokens if sought.fits(token)]
        return {place for token in fitting for place in range(token.position, token.position + token.width)}

    def is_wide(self, sought: Sought, field: str) -> bool:
        """Say whether anything of a term that is sought is a wide token, anywhere in the field."""
        everything = [token for tokens in self.tokens[field] for token in tokens]
        terms = {token.term for token in everything if sought.fits(token)}
        return any(token.width > 1 and token.term in terms for token in everything)

    def along(
        self, way: Way, ends: set[int] | None, field: str, number: int, *, is_last: bool = False
    ) -> set[int]:
        """Return where a way can end that starts behind one of the places, or anywhere."""
        for sought in way:
            places = self.places(self.tokens[field][number], sought)
            if ends is None:
                ends = places
                continue
            step = {end + 1 for end in ends} & places
            ends = set(step)
            while step and self.is_wide(sought, field) and not (is_last and sought is way[-1]):
                step = {place + 1 for place in step} & places
                ends |= step
        return ends or set()

    def windows(self, slots: list[list[Way]], distance: int, field: str, number: int) -> set[int]:
        """Return where windows begin that have every slot as often as it was typed."""
        wanted = Counter(tuple(slot) for slot in slots)
        filled: dict[tuple[Way, ...], set[int]] = {}
        for slot in wanted:
            filled[slot] = {
                end - back
                for way in slot
                for end in self.along(way, None, field, number)
                for back in range(len(way))
            }
        width = min(len(slots) + distance, GAP_WIDTH + 1)
        return {
            start
            for start in set().union(*filled.values())
            if all(
                sum(start <= place < start + width for place in filled[slot]) >= times
                for slot, times in wanted.items()
            )
        }


def slots_of(node: Words, kind: Kind) -> list[list[Way]]:
    """Return the ways to fill the place of each word."""
    words = typed_names(node.text) if kind is Kind.NAME else typed_words(node.text)
    is_exact = getattr(node, "is_exact", False)
    is_open = isinstance(node, Prefix) or (isinstance(node, Phrase) and node.is_open)

    def one(token: Token) -> Sought:
        return Sought(word=token.word) if is_exact else Sought(term=token.term)

    slots = []
    for place, word in enumerate(words):
        parts = list({token.position: token for token in word if token.width == 1}.values())
        if is_open and place == len(words) - 1:
            ways: list[Way] = [(Sought(stump=word[0].word),)]
            if len(parts) > 1 and len(parts[-1].word) >= MIN_STUMP:
                ways.append((*map(one, parts[:-1]), Sought(stump=parts[-1].word)))
        elif len(parts) > 1:
            ways = [tuple(map(one, tiling)) for tiling in tilings(word)]
        else:
            ways = [(one(parts[0]),)]
        slots.append(ways)
    return slots
