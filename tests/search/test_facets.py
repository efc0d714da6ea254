from __future__ import annotations

from collections import Counter as Tally
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.schema import FACETS, plain
from index.segments.columns import FacetColumn
from search.facets import Counter, Facets
from search.matching.matches import listed, spread
from search.request import Choice, SearchRequest

if TYPE_CHECKING:
    from search.matching.matches import Matches
    from search.results import Facet


def column(*articles: tuple[str, ...]) -> FacetColumn:
    """Return a column of articles with these labels, the first spelling of each as its label."""
    labels: dict[str, str] = {}
    for article in articles:
        labels = {**{plain(label): label for label in article}, **labels}
    values = sorted(labels)
    having = [sorted({values.index(plain(label)) for label in article}) for article in articles]
    owning = [[n for n, ids in enumerate(having) if value in ids] for value in range(len(values))]
    return FacetColumn(
        values,
        [labels[value] for value in values],
        starts=np.cumsum([0, *map(len, having)], dtype=np.int32),
        ids=np.array([number for each in having for number in each], np.int32),
        owner_starts=np.cumsum([0, *map(len, owning)], dtype=np.int32),
        owners=np.array([number for each in owning for number in each], np.int32),
    )


def facets_of(**columns: FacetColumn) -> Facets:
    size = max(len(each.starts) for each in columns.values()) - 1
    empty = column(*[()] * size)
    return Facets({facet.name: columns.get(facet.name, empty) for facet in FACETS})


FACETED = facets_of(
    keyword=column(("Mice", "Motor"), ("mice",), ("Men",)), year=column(("2020",), ("2021",), ("2022",))
)


def of(size: int, numbers: tuple[int, ...]) -> Matches:
    return listed(size, np.array(numbers, np.intp))


def counted(
    name: str,
    *choices: Choice,
    matched: tuple[int, ...] = (0, 1, 2),
    faceted: Facets = FACETED,
    size: int = 3,
) -> Facet:
    request = SearchRequest(choices=choices)
    facets = faceted.count(of(size, matched), faceted.chosen(request), request)
    return next(facet for facet in facets if facet.name == name)


def shown(facet: Facet) -> list[tuple[str, int]]:
    return [(value.label, value.count) for value in facet.values]


def test_the_most_frequent_value_comes_first_and_of_equal_ones_the_first_in_order() -> None:
    assert shown(counted("keyword")) == [("Mice", 2), ("Men", 1), ("Motor", 1)]


def test_only_matches_are_counted() -> None:
    facet = counted("keyword", matched=(1,))
    assert shown(facet) == [("Mice", 1)]
    assert facet.distinct == 1


def test_a_facet_without_values_is_empty() -> None:
    assert shown(counted("journal")) == []


def test_years_come_newest_first() -> None:
    assert shown(counted("year")) == [("2022", 1), ("2021", 1), ("2020", 1)]


def test_a_chosen_keyword_comes_first_and_a_chosen_year_stays_in_its_place() -> None:
    keyword = counted("keyword", Choice("keyword", ("motor",)))
    assert shown(keyword)[0] == ("Motor", 1)
    year = counted("year", Choice("year", ("2020",)))
    assert [(value.label, value.is_chosen) for value in year.values] == [
        ("2022", False),
        ("2021", False),
        ("2020", True),
    ]


def test_a_chosen_year_without_hits_stands_among_the_others() -> None:
    assert shown(counted("year", Choice("year", ("2020", "2030", "1999")))) == [
        ("2030", 0),
        ("2022", 1),
        ("2021", 1),
        ("2020", 1),
        ("1999", 0),
    ]


def test_a_choice_narrows_other_facets_but_not_its_own() -> None:
    chosen = Choice("keyword", ("men",))
    assert shown(counted("year", chosen)) == [("2022", 1)]
    assert len(counted("keyword", chosen).values) == 3


def test_fifty_values_are_shown_but_every_year() -> None:
    labels = column(*((str(year),) for year in range(1900, 1980)))
    every = facets_of(year=labels, journal=labels)
    chosen = Choice("journal", ("1901",))
    journals = counted("journal", chosen, matched=tuple(range(80)), faceted=every, size=80)
    assert journals.distinct == 80
    assert [value.label for value in journals.values[:2]] == ["1901", "1900"]
    assert len(journals.values) == 50
    assert len(counted("year", matched=tuple(range(80)), faceted=every, size=80).values) == 80


@pytest.mark.parametrize(
    ("first", "last", "kept"),
    [(2021, 0, [2021, 2022]), (0, 2021, [2020, 2021]), (2021, 2021, [2021]), (1900, 1950, [])],
)
def test_a_span_of_years_narrows_other_facets_but_not_that_of_years(
    first: int, last: int, kept: list[int]
) -> None:
    request = SearchRequest(from_year=first, to_year=last)
    masks = FACETED.chosen(request)
    assert [year for year, is_kept in zip((2020, 2021, 2022), masks["year"], strict=True) if is_kept] == kept
    years = next(facet for facet in FACETED.count(of(3, (0, 1, 2)), masks, request) if facet.name == "year")
    assert len(years.values) == 3


def test_of_a_span_of_years_and_single_years_both_must_fit() -> None:
    request = SearchRequest(from_year=2021, choices=(Choice("year", ("2020", "2022")),))
    assert FACETED.chosen(request)["year"].tolist() == [False, False, True]


def test_every_value_starts_with_nothing() -> None:
    assert FACETED.search("year", " ", of(3, (0, 1, 2)), {}).distinct == 3


def test_without_a_choice_there_is_no_mask() -> None:
    assert FACETED.chosen(SearchRequest()) == {}
    masks = FACETED.chosen(SearchRequest(choices=(Choice("keyword", ("MICE", "none")),)))
    assert {name: mask.tolist() for name, mask in masks.items()} == {"keyword": [True, True, False]}


@pytest.mark.parametrize(
    ("typed", "found", "distinct"),
    [
        ("silva", ["Silva A", "de Silva B"], 2),
        ("SÍLVA a", ["Silva A"], 1),
        ("ilva", [], 0),
        ("", ["Silva A", "de Silva B"], 3),
        ("x", [], 0),
        (".", [], 0),
    ],
)
def test_the_values_of_a_facet_can_be_searched(typed: str, found: list[str], distinct: int) -> None:
    authors = facets_of(author=column(("Silva A", "Jones C"), ("Silva A", "de Silva B"), ("Xu D",)))
    facet = authors.search("author", typed, of(3, (0, 1)), {}, size=2)
    assert sorted(value.label for value in facet.values) == sorted(found)
    assert facet.distinct == distinct


def test_a_facet_without_values_can_be_searched_too() -> None:
    assert shown(FACETED.search("journal", "", of(3, (0, 1, 2)), {})) == []


def test_searching_a_facet_leaves_the_choices_in_it_aside_and_keeps_those_in_others() -> None:
    masks = FACETED.chosen(
        SearchRequest(choices=(Choice("keyword", ("men",)), Choice("year", ("2020", "2022"))))
    )
    assert shown(FACETED.search("keyword", "m", of(3, (0, 1, 2)), masks)) == [
        ("Men", 1),
        ("Mice", 1),
        ("Motor", 1),
    ]


LABELS = [f"{letter}{number}" for letter in "ab" for number in range(9)]


@given(st.data())
def test_counts_are_what_counting_by_hand_gives(data: st.DataObject) -> None:
    # Values are as frequent as they are in a library: a few in nearly all articles, most in very few.
    size = data.draw(st.sampled_from([1, 5, 120]))
    seed = data.draw(st.integers(0, 2**32 - 1))
    random = np.random.default_rng(seed)
    frequent = [
        [label for n, label in enumerate(LABELS) if random.random() < 1 / (n + 1)] for _ in range(size)
    ]
    articles = [(*labels, f"rare {number // 2}") for number, labels in enumerate(frequent)]
    mask = random.random(size) < data.draw(st.sampled_from([0.0, 0.05, 0.5, 1.0]))
    counter = Counter(column(*articles))
    by_hand = Tally(label for number in np.flatnonzero(mask) for label in articles[number])
    for matches in (spread(mask), listed(size, np.flatnonzero(mask))):
        counts = counter.count(matches)
        assert {
            value: int(count) for value, count in zip(counter.values, counts, strict=True) if count
        } == by_hand
