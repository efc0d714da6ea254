from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from msgspec import structs

from search.ranking.best_match import Ingredient
from search.request import Choice, SearchRequest, Sort
from tests.strategies import queries

BEFORE_MEANING = {Ingredient.WORDS, Ingredient.CLOSENESS}

if TYPE_CHECKING:
    from search.engine import Engine
    from search.explain import Explanation

ASKED = [
    "riluzole",
    "riluzole survival",
    "riluzole survival mice ventilation",
    "ALS OR edaravone",
    '"motor neuron" NOT mice',
    "surviv* title:riluzole",
    "tdp-43 2000:2030[dp]",
]


def explained(engine: Engine, request: SearchRequest) -> list[tuple[float, Explanation]]:
    return [(hit.score, engine.explain(request, hit.key)) for hit in engine.search(request).hits]


@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("priors", [True, False])
def test_the_parts_sum_up_to_what_words_are_worth_and_the_changes_end_at_the_score(
    sample_engine: Engine, query: str, *, priors: bool
) -> None:
    request = SearchRequest(query=query, size=50, priors=priors)
    found = explained(sample_engine, request)
    assert found
    for place, (score, each) in enumerate(found, 1):
        assert (each.place, each.is_hit) == (place, True)
        words, *_, last = each.changes
        assert words.ingredient is Ingredient.WORDS
        assert sum(part.score for part in each.parts) == pytest.approx(words.score, rel=1e-4, abs=1e-6)
        assert each.score == last.score == pytest.approx(score, rel=1e-4)
        assert all(change.score <= change.best for change in each.changes)


@pytest.mark.parametrize("query", ASKED)
@pytest.mark.parametrize("priors", [True, False])
def test_meaning_and_priors_are_made_of_what_they_say(
    sample_engine: Engine, query: str, *, priors: bool
) -> None:
    for _, each in explained(sample_engine, SearchRequest(query=query, size=50, priors=priors)):
        scores = {change.ingredient: change.score for change in each.changes}
        before = next(change for change in reversed(each.changes) if change.ingredient in BEFORE_MEANING)
        meaning, prior = each.meaning, each.prior
        assert meaning
        assert prior
        assert meaning.words == pytest.approx(before.score / before.best, rel=1e-4)
        assert scores[Ingredient.MEANING] == pytest.approx(
            meaning.words * (1 - meaning.weight) + meaning.nearness * meaning.weight, rel=1e-4
        )
        last = scores.get(Ingredient.TITLE, scores[Ingredient.MEANING])
        factor = (1 + prior.recent + prior.strong + prior.cited) * prior.sunk
        assert each.score == pytest.approx(last * factor, rel=1e-4)
        assert (factor == prior.sunk) is not priors


@given(queries())
def test_every_hit_of_any_query_is_explained(sample_engine: Engine, query: str) -> None:
    request = SearchRequest(query=query, size=3, spelling=False)
    for score, each in explained(sample_engine, request):
        assert each.is_hit
        if each.sort is Sort.RELEVANCE:
            assert each.score == pytest.approx(score, rel=1e-4)


def test_a_part_says_where_it_stands_and_by_which_name(sample_engine: Engine) -> None:
    request = SearchRequest(query="riluzole", size=50)
    hit = next(
        hit for hit in sample_engine.search(request).hits if "riluzole" in hit.article.title.casefold()
    )
    (part,) = sample_engine.explain(request, hit.key).parts
    assert "riluzole" in part.found
    assert {"title", "abstract"} <= {place.field for place in part.places}
    title = next(place for place in part.places if place.field == "title")
    assert title.times == hit.article.title.casefold().count("riluzole")
    assert part.articles == sample_engine.search(request).total
    assert part.weights[part.found.index("riluzole")] == 1
    assert all(0 < weight <= 1 for weight in part.weights)


def test_what_is_no_hit_has_no_parts(sample_engine: Engine) -> None:
    for key in ("12345", "99000009"):
        found = sample_engine.explain(SearchRequest(query="zzzunheard"), key)
        assert (found.is_hit, found.place, found.score, found.parts, found.changes) == (False, 0, 0, (), ())


def test_a_choice_takes_away_what_it_does_not_fit(sample_engine: Engine) -> None:
    request = SearchRequest(query="riluzole")
    hit = sample_engine.search(request).hits[0]
    other = structs.replace(request, choices=(Choice("year", ("1871",)),))
    assert sample_engine.explain(request, hit.key).is_hit
    assert not sample_engine.explain(other, hit.key).is_hit


def test_another_order_has_no_score(sample_engine: Engine) -> None:
    request = SearchRequest(query="riluzole", sort=Sort.NEWEST)
    found = sample_engine.explain(request, sample_engine.search(request).hits[0].key)
    assert (found.is_hit, found.sort, found.parts, found.changes) == (True, Sort.NEWEST, (), ())
