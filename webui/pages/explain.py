"""The page that says why an article stands where it does among the hits of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, structs

from search.ranking.best_match import Ingredient
from search.request import SIZE, Sort
from webui.links import keyed_path, search_url
from webui.params import write_params
from webui.rendering import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from search.explain import Explanation, Part
    from search.request import SearchRequest

_ABOUT: Final = {
    Ingredient.WORDS: "What the words are worth: the sum of the table above.",
    Ingredient.CLOSENESS: "Words that stand next to each other as they were typed add a little.",
    Ingredient.TITLE: "A title that is just what was typed adds much.",
}
"""What an ingredient does to a score, in a sentence, where it is the same for every article."""


class Row(Struct, frozen=True):
    """A part of the query: as a query, where it stands, how rare it is, and what it is worth."""

    written: str
    places: str
    rarity: str
    score: str


class Line(Struct, frozen=True):
    """What an ingredient does, the score after it, and what share of the best score that is."""

    about: str
    score: str
    share: str


class ExplainView(Struct, frozen=True, kw_only=True):
    """What the template shows: the place in a sentence, the table of parts, the steps to the score."""

    said: str
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    back: str


def explain_url(request: SearchRequest, key: str) -> str:
    """Return the address of the page about one hit of a search."""
    return explain_urls(request, (key,))[0]


def explain_urls(request: SearchRequest, keys: Iterable[str]) -> list[str]:
    """Return the address of the page about each of some hits of a search, in order."""
    params = write_params(structs.replace(request, page=1, size=SIZE))
    return ["?".join(filter(None, (keyed_path("pages.explain", key), params))) for key in keys]


def explain_view(found: Explanation, request: SearchRequest) -> ExplainView:
    """Return how the score of an article came about, in words and numbers for people."""
    return ExplainView(
        said=_said(found),
        rows=tuple(map(_row, found.parts)),
        lines=tuple(
            Line(_about(each.ingredient, found), f"{each.score:.3f}", f"{each.score / each.best:.0%}")
            for each in found.changes
            if each.best
        ),
        back=search_url(request),
    )


def _about(ingredient: Ingredient, found: Explanation) -> str:
    if ingredient is Ingredient.MEANING and found.meaning:
        meaning = found.meaning
        return (
            f"The best becomes 1. In this search words count {1 - meaning.weight:.0%}, and what an article "
            f"is about {meaning.weight:.0%}: how near it and those like it are to the best articles. This "
            f"one has {meaning.words:.3f} for words and {meaning.nearness:.3f} for what it is about."
        )
    if ingredient is Ingredient.PRIORS and found.prior:
        prior = found.prior
        sunk = f" It was retracted, so only {prior.sunk:.0%} of the score is left." if prior.sunk < 1 else ""
        return (
            "Newer work, stronger evidence and work that is cited here counts a little more: this article "
            f"gains {prior.recent:.1%}, {prior.strong:.1%} and {prior.cited:.1%}.{sunk}"
        )
    return _ABOUT.get(ingredient, "")


def _said(found: Explanation) -> str:
    if not found.is_hit:
        return "This article is not among the results of this search."
    if found.sort is not Sort.RELEVANCE:
        return f"These results are in another order, {found.sort.value} first: no article has a score."
    which = "matches only in part, and follows those that match whole" if found.is_loose else "matches"
    place = f" It stands in place {found.place:,}." if found.place else " It stands after the first thousand."
    return f"This article {which}.{place}"


def _row(part: Part) -> Row:
    names = [
        name if weight == 1 else f"{name} (counts {weight:.0%})"
        for name, weight in zip(part.found, part.weights, strict=True)
        if name != part.written
    ]
    places = ", ".join(
        f"{each.field} {each.times} times" if each.times > 1 else each.field for each in part.places
    )
    as_others = f"as {', '.join(names)}: " if names and part.found[0] != part.written else ""
    return Row(
        written=part.written,
        places=f"{as_others}{places}" if part.score else "not in this article",
        rarity=f"{part.rarity:.2f}, in {counted(part.articles, 'article')}",
        score=f"{part.score:.3f}",
    )
