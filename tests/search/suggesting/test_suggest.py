from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.keeping.library import Library
from index import generations
from index.build import build
from index.segments.suggestions import Entry, EntryKind, Suggestions, read_suggestions, suggestion_arrays
from index.settings import IndexSettings
from search.language.language import understand
from search.query import And, Phrase, Term
from search.suggesting.suggest import Suggestion, suggest
from tests.conftest import NOW, ignore_progress
from tests.records import parsed
from tests.strategies import queries

if TYPE_CHECKING:
    from pathlib import Path

    from search.engine import Engine

KEYWORDS = '<KeywordList Owner="NOTNLM">{}</KeywordList>'

ENTRIES = [
    Entry("riluzole", EntryKind.CONCEPT, 40, 160, "riluzole"),
    Entry("Rilutek", EntryKind.CONCEPT, 40, 120, "riluzole"),
    Entry("Riluzole trials", EntryKind.KEYWORD, 7, 7),
    Entry("Aged, 80 and over", EntryKind.KEYWORD, 90, 90),
    Entry('Say "AND" (again)', EntryKind.KEYWORD, 1, 1),
    Entry("Rivers JD", EntryKind.AUTHOR, 5, 5),
    Entry("Ri\u00f1a K", EntryKind.AUTHOR, 4, 4),
    Entry("Rev Riv Neurol", EntryKind.JOURNAL, 12, 6),
    Entry("Riluzole in the clinic.", EntryKind.TITLE, 1, 2, "1001"),
    Entry("Riluzole in a preprint.", EntryKind.TITLE, 1, 1, "10.1000/ril"),
    Entry("Riluzole in PMC.", EntryKind.TITLE, 1, 0, "PMC77"),
    Entry("Riluzole nowhere.", EntryKind.TITLE, 1, -1),
]
SOME = Suggestions(suggestion_arrays(ENTRIES))


def made(typed: str, text: str) -> Suggestion:
    return next(each for each in suggest(SOME, typed, 20) if each.text == text)


@pytest.mark.parametrize(
    ("typed", "text", "query"),
    [
        ("ri", "riluzole", "riluzole"),
        ("rilut", "Rilutek", "Rilutek"),
        ("riluzole t", "Riluzole trials", "Riluzole trials"),
        ("80 an", "Aged, 80 and over", "Aged, 80 and over"),
        ("say", 'Say "AND" (again)', '"Say  AND  (again)"'),
        ("rivers", "Rivers JD", '"Rivers JD"[au]'),
        ("RINA", "Ri\u00f1a K", '"Ri\u00f1a K"[au]'),
        ("neurol", "Rev Riv Neurol", '"Rev Riv Neurol"[ta]'),
        ("clinic", "Riluzole in the clinic.", "1001[pmid]"),
        ("preprint", "Riluzole in a preprint.", '"10.1000/ril"[doi]'),
        ("pmc", "Riluzole in PMC.", "PMC77[pmcid]"),
        ("nowhere", "Riluzole nowhere.", '"Riluzole nowhere."[ti]'),
        ("mice AND riv", "Rivers JD", 'mice AND "Rivers JD"[au]'),
        ("mice OR (riluzole t", "Riluzole trials", "mice OR ((Riluzole trials)"),
        ("mice[ti] riluz", "riluzole", "mice[ti] riluzole"),
        ('mice "riluz', "riluzole", "mice riluzole"),
        ('"riluzole tr', "Riluzole trials", "Riluzole trials"),
    ],
)
def test_a_suggestion_makes_a_query(typed: str, text: str, query: str) -> None:
    assert made(typed, text).query == query


def test_another_name_is_shown_with_the_one_of_the_vocabulary() -> None:
    assert made("rilut", "Rilutek") == Suggestion("Rilutek", EntryKind.CONCEPT, 40, "Rilutek", "riluzole")
    assert made("riluz", "riluzole").name == ""
    assert [each.text for each in suggest(SOME, "ril") if each.kind is EntryKind.CONCEPT] == ["riluzole"]


@pytest.mark.parametrize(
    "typed", ["", "  ", "ri[au]", "(", "author:ri", '"riluzole"', "PMC123", "ri*", "riluzole AND ", "zz"]
)
def test_nothing_is_suggested_where_no_word_is_being_typed(typed: str) -> None:
    assert suggest(SOME, typed) == ()


def test_no_kind_crowds_out_the_others() -> None:
    crowd = [Entry(f"Smith A{n}", EntryKind.AUTHOR, 9, 9) for n in range(12)]
    others = [Entry(f"Smithing {n}", EntryKind.KEYWORD, 1, 1) for n in range(2)]
    found = suggest(Suggestions(suggestion_arrays([*crowd, *others])), "smith", 10)
    assert [each.kind for each in found] == [EntryKind.AUTHOR] * 8 + [EntryKind.KEYWORD] * 2
    assert len(suggest(Suggestions(suggestion_arrays(crowd)), "smith", 10)) == 10


@given(queries() | st.text())
def test_anything_may_be_typed(typed: str) -> None:
    for each in suggest(SOME, typed):
        understand(each.query)


@given(st.sampled_from(ENTRIES))
def test_every_suggestion_is_read_as_one_operand(entry: Entry) -> None:
    found = next(each for each in suggest(SOME, entry.text.split()[0], 20) if each.text == entry.text)
    tree = understand(found.query).tree
    words = tree.nodes if isinstance(tree, And) else (tree,)
    assert all(isinstance(word, Term | Phrase) for word in words)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Suggestions:
    folder: Path = tmp_path_factory.mktemp("suggest")
    keywords = KEYWORDS.format(
        "<Keyword>Amyotrophic Lateral Sclerosis</Keyword><Keyword>Quiet hospice care</Keyword>"
    )
    library = Library(folder / "library.sqlite", identity="test")
    articles = [
        parsed(
            1,
            "ALS in <i>the</i> clinic &amp; beyond.",
            authors="JD Rivers|Ana Silva",
            extra=keywords,
            year="2020",
        ),
        parsed(2, "Riluzole: ALS in practice.", authors="JD Rivers", journal="Rev Riv Neurol", year="2022"),
        parsed(3, "[No title available]", abstract="Amyotrophic lateral sclerosis."),
    ]
    library.take(articles, source="a test", now=NOW)
    build(library, folder / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    return read_suggestions(generations.live(folder / "index").folder)


def texts(found: tuple[Suggestion, ...]) -> list[tuple[str, str, int]]:
    return [(each.text, each.kind.value, each.count) for each in found]


def test_a_build_learns_names_keywords_authors_journals_and_titles(built: Suggestions) -> None:
    assert texts(suggest(built, "hosp")) == [("Quiet hospice care", "keyword", 1)]
    assert texts(suggest(built, "rivers")) == [("Rivers JD", "author", 2)]
    assert texts(suggest(built, "riv neu")) == [("Rev Riv Neurol", "journal", 1)]
    assert texts(suggest(built, "clinic")) == [("ALS in the clinic & beyond.", "title", 1)]
    assert suggest(built, "no title") == ()


def test_a_concept_is_counted_by_all_its_names_and_stands_for_the_keyword(built: Suggestions) -> None:
    assert texts(suggest(built, "amyo"))[0] == ("amyotrophic lateral sclerosis", "concept", 3)
    assert sum(each.text.lower() == "amyotrophic lateral sclerosis" for each in suggest(built, "amyo")) == 1
    assert texts(suggest(built, "lou"))[0] == ("Lou Gehrig disease", "concept", 3)
    assert suggest(built, "edarav") == ()


def test_newer_titles_come_first_but_behind_those_that_start_so(built: Suggestions) -> None:
    titles = [each.text for each in suggest(built, "als") if each.kind is EntryKind.TITLE]
    assert titles == ["ALS in the clinic & beyond.", "Riluzole: ALS in practice."]
    numbers = [n for n in range(len(built)) if built.entry(n).kind is EntryKind.TITLE]
    assert [built.entry(n).meant for n in numbers] == ["2", "1"]


def test_an_engine_suggests_from_its_live_generation(sample_engine: Engine) -> None:
    assert [each.text for each in sample_engine.suggest("ril", 1)] == ["riluzole"]
