from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from crawler.article import Article, Ids, Keyword, Markup, PubDate
from index.columns import Columns, ColumnsWriter, read_columns
from index.schema import Kind
from search.facets import chosen_masks, count
from search.request import Choice, SearchRequest

if TYPE_CHECKING:
    from pathlib import Path

    from search.results import Facet


def columns_of(folder: Path, *articles: tuple[int, tuple[str, ...]]) -> Columns:
    writer = ColumnsWriter()
    for number, (year, keywords) in enumerate(articles):
        writer.add(
            Article(
                ids=Ids(pmid=str(number)),
                title=Markup("T"),
                published=PubDate(year),
                keywords=tuple(map(Keyword, keywords)),
            )
        )
    writer.write(folder, {Kind.TEXT: {}, Kind.NAME: {}})
    return read_columns(folder)


@pytest.fixture
def columns(tmp_path: Path) -> Columns:
    """Three articles."""
    return columns_of(tmp_path, (2020, ("Mice", "Motor")), (2021, ("mice",)), (2022, ("Men",)))


def counted(columns: Columns, name: str, *choices: Choice, matched: tuple[int, ...] = (0, 1, 2)) -> Facet:
    request = SearchRequest(choices=choices)
    mask = np.zeros(len(columns.keys), dtype=bool)
    mask[list(matched)] = True
    facets = count(columns, mask, chosen_masks(columns, request), request)
    return next(facet for facet in facets if facet.name == name)


def shown(facet: Facet) -> list[tuple[str, int]]:
    return [(value.label, value.count) for value in facet.values]


def test_the_most_frequent_value_comes_first(columns: Columns) -> None:
    assert shown(counted(columns, "keyword")) == [("Mice", 2), ("Men", 1), ("Motor", 1)]


def test_only_matches_are_counted(columns: Columns) -> None:
    assert shown(counted(columns, "keyword", matched=(1,))) == [("Mice", 1)]


def test_years_come_newest_first(columns: Columns) -> None:
    assert shown(counted(columns, "year")) == [("2022", 1), ("2021", 1), ("2020", 1)]


def test_a_chosen_keyword_comes_first_and_a_chosen_year_stays_in_its_place(columns: Columns) -> None:
    keyword = counted(columns, "keyword", Choice("keyword", ("motor",)))
    assert shown(keyword)[0] == ("Motor", 1)
    year = counted(columns, "year", Choice("year", ("2020",)))
    assert [(value.label, value.is_chosen) for value in year.values] == [
        ("2022", False),
        ("2021", False),
        ("2020", True),
    ]


def test_a_chosen_year_without_hits_stands_among_the_others(columns: Columns) -> None:
    assert shown(counted(columns, "year", Choice("year", ("2020", "2030", "1999")))) == [
        ("2030", 0),
        ("2022", 1),
        ("2021", 1),
        ("2020", 1),
        ("1999", 0),
    ]


def test_a_choice_narrows_other_facets_but_not_its_own(columns: Columns) -> None:
    chosen = Choice("keyword", ("men",))
    assert shown(counted(columns, "year", chosen)) == [("2022", 1)]
    assert len(counted(columns, "keyword", chosen).values) == 3


def test_fifty_values_are_shown_and_a_chosen_year_beyond_them_too(tmp_path: Path) -> None:
    columns = columns_of(tmp_path, *((year, ()) for year in range(1900, 1980)))
    facet = counted(columns, "year", Choice("year", ("1901",)), matched=tuple(range(80)))
    assert facet.distinct == 80
    assert [value.label for value in facet.values] == [*map(str, range(1979, 1930, -1)), "1901"]


def test_without_a_choice_there_is_no_mask(columns: Columns) -> None:
    assert chosen_masks(columns, SearchRequest()) == {}
    masks = chosen_masks(columns, SearchRequest(choices=(Choice("keyword", ("MICE", "none")),)))
    assert {name: mask.tolist() for name, mask in masks.items()} == {"keyword": [True, True, False]}
