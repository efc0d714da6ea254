"""Matches in order -> the hits of a page, their snippets marked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import MsgspecError, Struct, msgpack

from crawler.article import Article
from search.errors import EngineDown
from search.marking.highlight import highlights
from search.matching.execute import execute
from search.matching.matches import Matches, nothing
from search.matching.numbers import Numbers, Scores
from search.ranking.best_match import Ingredients
from search.request import Sort
from search.results import Hit, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from search.deadline import Deadline
    from search.marking.needles import Needles
    from search.matching.numbers import Mask
    from search.opened import Opened
    from search.opening import Opening
    from search.query import Node
    from search.request import SearchRequest


_DECODER: Final = msgpack.Decoder(Article)


class Found(Struct, frozen=True):
    """The hits of a page in order; how many match, those that follow them, and all that facets count."""

    total: int
    loose: Matches
    known: Matches
    numbers: Numbers
    scores: Scores


def found_by(
    current: Opened,
    tree: Node,
    request: SearchRequest,
    masks: Mapping[str, Mask],
    window: tuple[int, int],
    deadline: Deadline,
) -> Found:
    """Return what a tree finds, and of its hits those from a place on, so many.

    `masks` are the articles with the values chosen, by facet; `window` is the place, from 0, and the number.
    """
    start, size = window
    if request.sort is Sort.RELEVANCE:
        ingredients = Ingredients(priors=request.priors)
        ranked = current.ranking.ranked(tree, tuple(masks.values()), deadline, ingredients)
        numbers, scores = ranked.page(start, size)
        return Found(ranked.matches.count, ranked.loose, ranked.known, numbers, scores)
    matches = execute(current.index, tree, deadline)
    kept = matches.within(masks.values())
    order = current.in_order(request.sort)
    numbers = order[kept.mask()[order]][start : start + size]
    return Found(kept.count, nothing(kept.size), matches, numbers, kept.scores_at(numbers))


def hits_of(current: Opening, found: Found, needles: Needles) -> Iterator[Hit]:
    """Yield the hits of a page, in order, with the matching words marked."""
    is_loose = found.loose.at(found.numbers)[0].tolist()
    numbers = found.numbers.tolist()
    articles = [_stored(current, number) for number in numbers]
    shown = highlights(current.forward, numbers, articles, needles)
    cited_by = current.cited_by[found.numbers].tolist()
    for article, score, loose, cited, (title, passages) in zip(
        articles, found.scores.tolist(), is_loose, cited_by, shown, strict=True
    ):
        yield Hit(
            article=article,
            score=score,
            title=title,
            snippets=passages,
            is_loose=loose,
            cited_by=cited,
        )


def unmarked(current: Opening, number: int, score: float) -> Hit:
    """Return an article that no words were looked for in."""
    article = _stored(current, number)
    return Hit(
        article=article,
        score=score,
        title=(Piece(article.title),),
        snippets=(),
        cited_by=int(current.cited_by[number]),
    )


def _stored(current: Opening, number: int) -> Article:
    """Return an article as the index stores it; raises EngineDown where that is damaged."""
    try:
        return _DECODER.decode(current.segment.stored(number))
    except (ValueError, MsgspecError) as error:
        raise EngineDown(f"article {number} of {current.generation.name} cannot be read: {error}") from error
