from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.language.language import understand
from webui.pages.query_rows import FIELD_TAGS, MATCHES, OPERATORS, QueryRow, query_of, rows_of

TODAY = date(2026, 1, 1)

ROWS = st.lists(
    st.builds(
        QueryRow,
        operator=st.sampled_from(OPERATORS),
        field=st.sampled_from(["", "title", "tiab", "author", "mesh"]),
        match=st.sampled_from([*MATCHES]),
        words=st.lists(st.sampled_from(["riluzole", "stem", "cells", "TDP-43"]), min_size=1, max_size=3).map(
            " ".join
        ),
    ),
    min_size=1,
    max_size=5,
)


def tree(query: str) -> object:
    return understand(query, today=TODAY).tree


@pytest.mark.parametrize(
    ("rows", "query"),
    [
        ([QueryRow(words="stem cells")], "stem cells"),
        ([QueryRow(words="stem  cells", field="title")], "title:(stem cells)"),
        ([QueryRow(words="stem cells", field="title", match="phrase")], 'title:"stem cells"'),
        ([QueryRow(words="stem cells", match="any")], "(stem OR cells)"),
        ([QueryRow(words="a b"), QueryRow(words="c", operator="NOT")], "(a b) NOT c"),
        ([QueryRow(words=" "), QueryRow(words="c", operator="NOT")], "c"),
        ([QueryRow(words="2015 to 2020", field="year")], "year:2015:2020"),
        ([QueryRow(words="last 5 years", field="year")], 'year:"last 5 years"'),
        ([QueryRow(words='broken "quote (here', field="title")], "title:(broken quote here)"),
        ([], ""),
    ],
)
def test_rows_make_a_query(rows: list[QueryRow], query: str) -> None:
    assert query_of(rows) == query


@given(ROWS)
def test_the_rows_of_a_query_that_was_made_of_rows_mean_the_same(rows: list[QueryRow]) -> None:
    query = query_of(rows)
    found = rows_of(query, TODAY)
    assert found is not None
    assert tree(query_of(found)) == tree(query)


@given(ROWS, st.sampled_from(["AND", "OR"]))
def test_a_row_more_narrows_or_widens_what_stands_above_as_a_whole(
    rows: list[QueryRow], operator: str
) -> None:
    query = query_of([*rows, QueryRow(words="edaravone", operator=operator)])
    assert tree(query) == tree(f"({query_of(rows)}) {operator} edaravone")


@given(st.text(alphabet='ab"()[]: ANDORT', max_size=30))
def test_whatever_is_opened_means_the_same_or_is_not_taken_apart(query: str) -> None:
    rows = rows_of(query, TODAY)
    assert rows is None or tree(query_of(rows)) == tree(query)


def test_a_plain_chain_is_taken_apart() -> None:
    assert rows_of('riluzole[ti] OR "motor neurons" NOT mesh:(mice OR rats) AND year:2019:2023', TODAY) == (
        QueryRow(field="title", words="riluzole"),
        QueryRow(operator="OR", match="phrase", words="motor neurons"),
        QueryRow(operator="NOT", field="mesh", words="mice OR rats"),
        QueryRow(field="year", words="2019:2023"),
    )


def test_nested_parentheses_and_unknown_tags_are_not_taken_apart() -> None:
    assert rows_of("(a OR (b AND c)) AND d", TODAY) is None
    assert rows_of("colour:red AND d", TODAY) is None


def test_every_field_to_choose_is_one_of_the_language() -> None:
    for tag in FIELD_TAGS - {""}:
        assert not understand(f"{tag}:2020", today=TODAY).notices or tag in {"pmcid", "doi", "orcid", "issn"}
