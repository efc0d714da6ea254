"""How the score of one hit came about: what its words are worth, and what each ingredient made of that.

Nothing is worked out a second time: the scores after each ingredient are those that the ranking went through,
and what a part of the query is worth is what `execute` says of that part alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, structs

from index.schema import BY_NAME, EVERYWHERE
from search.language.printing import to_query
from search.matching.execute import execute
from search.matching.places import distinct
from search.matching.weights import rarity
from search.query import And, Concept, Not, Or, Phrase, Prefix, Proximity, Term
from search.ranking.best_match import Ingredient, Ingredients
from search.ranking.priors import Prior
from search.request import Sort

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from search.deadline import Deadline
    from search.matching.execute import Index
    from search.matching.numbers import Mask
    from search.opening import Opening
    from search.query import Node, Words
    from search.ranking.best_match import Ranked
    from search.request import SearchRequest


class Place(Struct, frozen=True):
    """A field in which a part of a query stands, and how often; 0 where it was not counted."""

    field: str
    times: int


class Part(Struct, frozen=True, kw_only=True):
    """A part of a query: what it is worth in the article, and why.

    `written` is the part as it was typed, as a query; `found` the names of it that the article has, as
    queries, and `weights` what each counts of one as typed (less where it is rarer). `articles` have the part
    in the whole index, and `rarity` is what that says, BM25's idf; `score` is 0 where it is missing.
    """

    written: str
    found: tuple[str, ...]
    weights: tuple[float, ...]
    places: tuple[Place, ...]
    articles: int
    rarity: float
    score: float


class Change(Struct, frozen=True):
    """What the score was once an ingredient had come in, and the best score of all articles then."""

    ingredient: Ingredient
    score: float
    best: float


class Meaning(Struct, frozen=True, kw_only=True):
    """What an article scores by words and meaning: words * (1 - weight) + nearness * weight.

    `words` is its score before as a share of the best, `nearness` how near it and its neighbors lie to where
    the answer lies. The weight depends on `coverage` and `agreement`, see `search.ranking.meaning.opinion`.
    """

    weight: float
    words: float
    nearness: float
    coverage: float
    agreement: float


class Explanation(Struct, frozen=True, kw_only=True):
    """How an article came to its place in the answer to a request.

    `place` counts from 1; it is 0 where the article is no hit, or stands beyond those whose order is by more
    than words. The scores of `parts` sum up to that after `Ingredient.WORDS`, and the last of `changes` is
    the score of the hit. `meaning` and `prior` say what those two ingredients are made of. There is nothing
    of all this where the order is not by best match.
    """

    generation: str
    key: str
    sort: Sort
    place: int
    is_hit: bool
    is_loose: bool
    score: float
    parts: tuple[Part, ...]
    changes: tuple[Change, ...]
    meaning: Meaning | None = None
    prior: Prior | None = None


def explanation(
    current: Opening,
    tree: Node,
    request: SearchRequest,
    masks: Mapping[str, Mask],
    key: str,
    deadline: Deadline,
) -> Explanation:
    """Return how the article with a key came to its place among what a tree finds.

    `masks` are the articles with the values chosen, by facet. An article that the index lacks is no hit.
    """
    article = current.columns.keys.number(key)
    ingredients = Ingredients(priors=request.priors)
    ranked = current.ranking.ranked(tree, tuple(masks.values()), deadline, ingredients)
    numbers = np.array([max(article, 0)], np.intp)
    is_loose = article >= 0 and bool(ranked.loose.at(numbers)[0][0])
    is_hit = is_loose or (article >= 0 and bool(ranked.matches.at(numbers)[0][0]))
    is_scored = is_hit and request.sort is Sort.RELEVANCE
    places = np.flatnonzero(ranked.order == article)
    return Explanation(
        generation=current.generation.name,
        key=key,
        sort=request.sort,
        place=int(places[0]) + 1 if is_scored and len(places) else 0,
        is_hit=is_hit,
        is_loose=is_loose,
        score=float(ranked.scores[places].sum()) if is_scored else 0.0,
        parts=tuple(_parts(current.index, tree, article, deadline)) if is_scored else (),
        changes=tuple(_changes(ranked, article)) if is_scored else (),
        meaning=_meaning(ranked, article) if is_scored else None,
        prior=current.ranking.prior(article, ingredients) if is_scored else None,
    )


def _changes(ranked: Ranked, article: int) -> Iterator[Change]:
    for step in ranked.steps:
        yield Change(step.ingredient, step.of(article), float(step.scores.max(initial=0)))


def _meaning(ranked: Ranked, article: int) -> Meaning | None:
    weighed = ranked.weighed
    if weighed is None or article not in weighed.numbers:
        return None
    here = weighed.numbers == article
    return Meaning(
        weight=weighed.view.weight,
        words=float(weighed.words[here][0]),
        nearness=float(weighed.near[here][0]),
        coverage=weighed.view.coverage,
        agreement=weighed.view.agreement,
    )


def _parts(index: Index, tree: Node, article: int, deadline: Deadline) -> Iterator[Part]:
    """Yield the parts of a query that can be worth something: those that its And or Or joins."""
    numbers = np.array([article], np.intp)
    for node in tree.nodes if isinstance(tree, And | Or) else (tree,):
        if isinstance(node, Not):
            continue
        matches = execute(index, node, deadline)
        if not matches.is_scored:
            continue
        names = _names(node)
        found = [name for name in names if execute(index, name[0], deadline).at(numbers)[0][0]]
        yield Part(
            written=to_query(names[0][0]),
            found=tuple(to_query(name) for name, _ in found),
            weights=tuple(weight for _, weight in found),
            places=tuple(_places(index, tuple(name for name, _ in found), article, deadline)),
            articles=index.lookup.count(node, matches.count),
            rarity=rarity(index.lookup.size, index.lookup.count(node, matches.count)),
            score=float(matches.scores_at(numbers)[0]) if matches.at(numbers)[0][0] else 0.0,
        )


def _names(node: Node) -> tuple[tuple[Node, float], ...]:
    """Return the names of a part, as typed first, and what each counts of one as typed."""
    if not isinstance(node, Concept):
        return ((node, 1.0),)
    return (*_names(node.typed), *((other, node.weight) for other in node.others))


def _places(index: Index, names: tuple[Node, ...], article: int, deadline: Deadline) -> Iterator[Place]:
    """Yield the fields in which any of some names stands in an article."""
    times: dict[str, int] = {}
    for leaf in (leaf for name in names for leaf in _leaves(name)):
        for field in leaf.fields or EVERYWHERE:
            here: Words = structs.replace(leaf, fields=(field,))
            if execute(index, here, deadline).at(np.array([article], np.intp))[0][0]:
                times[field] = times.get(field, 0) + _times(index, here, field, article)
    for field, count in times.items():
        yield Place(BY_NAME[field].title, count)


def _leaves(node: Node) -> Iterator[Words]:
    match node:
        case And(nodes) | Or(nodes):
            for each in nodes:
                yield from _leaves(each)
        case Concept(typed):
            yield from _leaves(typed)
        case Term() | Phrase() | Prefix() | Proximity():
            yield node


def _times(index: Index, node: Words, field: str, article: int) -> int:
    """Return how often a word stands in a field of an article; 0 for what is more than one word."""
    if not isinstance(node, Term):
        return 0
    (places,) = index.lookup.places((node,), field, np.array([article], np.uint32))
    return len(distinct(places))
