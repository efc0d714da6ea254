from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.keeping.library import Library
from index.build import build
from index.settings import IndexSettings
from search.engine import Engine
from search.evaluation.ours import Ours
from search.ranking import best_match
from search.ranking.best_match import Ingredients
from search.request import SearchRequest, Sort
from tests.conftest import NOW, ignore_progress
from tests.records import cites, parsed

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.outcome import Parsed
    from search.results import ResultPage

RETRACTED = '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>Brain</RefSource></CommentsCorrections></CommentsCorrectionsList>'
TWELVE = [
    parsed(n, f"Swallowing study {n}.", abstract="Dysphagia was scored.", year="2010") for n in range(20, 32)
]


def engine_of(folder: Path, articles: list[Parsed]) -> Engine:
    library = Library(folder / "library.sqlite", identity="test")
    library.take(articles, source="a test", now=NOW)
    build(library, folder / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    return Engine(folder / "index")


def search(engine: Engine, query: str, **more: object) -> ResultPage:
    return engine.search(SearchRequest(query=query, size=100, **more))  # type: ignore[arg-type]  # any member


def keys(page: ResultPage) -> list[str]:
    return [hit.key for hit in page.hits]


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    articles = [
        parsed(1, "Riluzole and survival.", abstract="Riluzole prolongs survival.", year="2001"),
        parsed(2, "Survival on riluzole, years later.", abstract="The same question.", year="2023"),
        parsed(3, "Riluzole.", abstract="Its pharmacology.", year="2019"),
        parsed(4, "Survival of mice.", abstract="Without any drug.", year="2020"),
        parsed(
            5, "Riluzole prolongs survival, they said.", abstract="Riluzole and survival.", extra=RETRACTED
        ),
        parsed(6, "Nutrition.", abstract="Gastrostomy and weight.", data=cites(4)),
        *TWELVE,
    ]
    return engine_of(tmp_path_factory.mktemp("best"), articles)


def test_what_matches_all_words_comes_before_what_matches_most(engine: Engine) -> None:
    page = search(engine, "riluzole survival")
    assert page.total == 3
    assert {hit.key for hit in page.hits if not hit.is_loose} == {"1", "2", "5"}
    assert [hit.is_loose for hit in page.hits] == sorted(hit.is_loose for hit in page.hits)
    assert {"3", "4"} <= {hit.key for hit in page.hits if hit.is_loose}
    assert page.loosened == len(page.hits) - page.total


def test_where_ten_articles_match_none_follows(engine: Engine) -> None:
    page = search(engine, "swallowing dysphagia")
    assert page.total == 12
    assert page.loosened == 0


def test_in_a_large_library_only_what_has_a_word_follows_a_precise_query(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Ours(engine.generation().folder)
    everywhere = [key for key, _ in ours.ask("riluzole survival", 100)]
    monkeypatch.setattr(best_match, "SCANNED", 0)
    monkeypatch.setattr(best_match, "FEW_FOLLOWING", 1)
    narrow = [key for key, _ in ours.ask("riluzole survival", 100)]
    # However few are looked at, what has every word is among them.
    assert set(narrow) == {"1", "2", "5"} == set(everywhere[:3])
    monkeypatch.setattr(best_match, "FEW_FOLLOWING", 300)
    wide = [key for key, _ in ours.ask("riluzole survival", 100)]
    assert set(wide) == {"1", "2", "3", "4", "5"}
    assert set(wide[:3]) == {"1", "2", "5"}


def test_of_those_with_the_same_words_the_newest_follow(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(best_match, "SCANNED", 0)
    monkeypatch.setattr(best_match, "FEW_FOLLOWING", 4)
    ours = Ours(engine.generation().folder)
    assert [key for key, _ in ours.ask("riluzole survival", 100)][3:] == ["4"]
    monkeypatch.setattr(best_match, "FEW_FOLLOWING", 3)
    assert len(ours.ask("riluzole survival", 100)) == 3


@pytest.mark.parametrize(
    "query", ['"riluzole" "survival"', "riluzole[ti] AND survival[ti]", "all:(riluzole survival)"]
)
def test_what_is_quoted_or_tagged_is_never_given_up(engine: Engine, query: str) -> None:
    assert search(engine, query).loosened == 0


def test_dates_and_what_was_left_out_hold_for_those_that_follow(engine: Engine) -> None:
    page = search(engine, "riluzole survival 2020:2030[dp] NOT mice")
    assert keys(page)[:1] == ["2"]
    assert "4" not in keys(page)
    assert all(hit.article.date.year >= 2020 for hit in page.hits)


def test_retracted_work_sinks_below_what_matches_as_well(engine: Engine) -> None:
    matching = [hit.key for hit in search(engine, "riluzole survival").hits if not hit.is_loose]
    assert matching[-1] == "5"
    assert (
        matching[-1]
        == [hit.key for hit in search(engine, "riluzole survival", priors=False).hits if not hit.is_loose][-1]
    )


def test_among_equals_the_newer_is_first_and_without_priors_the_lower_number(tmp_path: Path) -> None:
    old, new = (
        parsed(pmid, "Bulbar onset.", abstract="The same.", year=year)
        for pmid, year in ((1, "1990"), (2, "2024"))
    )
    engine = engine_of(tmp_path, [old, new])
    assert keys(search(engine, "bulbar onset")) == ["2", "1"]
    assert keys(search(engine, "bulbar onset", priors=False)) == ["1", "2"]


def test_words_next_to_each_other_are_worth_more_than_scattered_ones(tmp_path: Path) -> None:
    near = parsed(2, "A report.", abstract="The vital capacity fell in all of the patients who were seen.")
    far = parsed(1, "A report.", abstract="The capacity of patients seen in all of the wards was vital.")
    others = [parsed(n, f"Other {n}.", abstract="Nothing of the kind.") for n in range(3, 9)]
    engine = engine_of(tmp_path, [near, far, *others])
    ours = Ours(engine.generation().folder)
    for query in ("vital capacity", "vital[all] AND capacity[all]"):
        for is_close, first in ((True, "2"), (False, "1")):
            ingredients = Ingredients(closeness=is_close, meaning=False, priors=False)
            assert ours.ask(query, 2, ingredients)[0][0] == first


def test_a_title_that_is_what_was_typed_comes_first_also_where_it_is_a_compound(tmp_path: Path) -> None:
    others = [parsed(n, f"TDP-43 in cells, part {n}.", abstract="TDP-43 and TDP 43.") for n in range(2, 15)]
    engine = engine_of(tmp_path, [*others, parsed(20, "TDP 43.", abstract="No words of it.")])
    assert keys(search(engine, "TDP-43"))[0] == "20"


def test_the_same_question_gives_the_same_order(engine: Engine) -> None:
    first = search(engine, "riluzole survival mice")
    assert first.hits == search(engine, "riluzole survival mice").hits


def test_pages_of_a_loosened_answer_follow_each_other(engine: Engine) -> None:
    whole = keys(search(engine, "riluzole survival"))
    pages = [
        keys(engine.search(SearchRequest(query="riluzole survival", size=2, page=page)))
        for page in range(1, len(whole) // 2 + 2)
    ]
    assert [key for page in pages for key in page] == whole


def test_the_most_cited_are_first_where_that_is_asked_for(engine: Engine) -> None:
    page = search(engine, "", sort=Sort.CITED)
    assert keys(page)[0] == "4"
    assert page.hits[0].cited_by == 1


def test_a_synonym_is_found_and_can_be_left_out(tmp_path: Path) -> None:
    brand = parsed(1, "Rilutek in the clinic.", abstract="Nothing else.")
    generic = parsed(2, "Riluzole in the clinic.", abstract="Nothing else.")
    engine = engine_of(tmp_path, [brand, generic])
    page = search(engine, "riluzole", priors=False)
    assert keys(page) == ["2", "1"]
    assert "rilutek" in {name.lower() for each in page.added for name in each.names}
    assert keys(search(engine, page.added[0].undo)) == ["2"]
    assert keys(search(engine, "riluzole", mapping=False)) == ["2"]
