from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index.schema import BY_NAME, DATE_COLUMNS, EVERYWHERE
from search.language.language import MAX_DEPTH, understand
from search.language.printing import normal, to_query
from search.query import (
    And,
    CitedBy,
    Cites,
    Concept,
    Dates,
    Every,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Proximity,
    Term,
)
from search.results import NoticeKind
from tests.strategies import pieces_of_queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from hypothesis.strategies import SearchStrategy

MANY = settings(max_examples=10_000)
A, B, C = Term("apple"), Term("banana"), Term("cherry")
NOTHING = Or(())
TODAY = date(2024, 2, 29)

FIELDS = [
    (), EVERYWHERE, *((name,) for name in BY_NAME), ("title", "abstract", "keyword"), ("title", "mesh"), ("doi", "pii"),
    ("author", "fullname"), ("pmid", "title"),
]  # fmt: skip
DAYS = [0, 1, 20190000, 20190507, 20190599, 20209999, 20210231, 30001399, 99999999, 7]


def node(draw: Callable[[int], int], depth: int) -> Node:  # noqa: PLR0911 - one for each kind of node
    """Return any tree, drawn by numbers below a number: far cheaper than a strategy for each of its parts."""
    kind = draw(8 if depth else 4)
    text = " ".join(TEXTS[draw(len(TEXTS))] for _ in range(1 + draw(3)))
    fields = FIELDS[draw(len(FIELDS))] if draw(2) else ()
    match kind:
        case 0:
            return Term(text, fields, is_exact=bool(draw(2)))
        case 1:
            return Phrase(text, fields, is_open=bool(draw(2)), is_exact=bool(draw(2)))
        case 2:
            return Prefix(text, fields) if draw(2) else Proximity(text, fields, draw(9) ** 4 - 1)
        case 3:
            column = DATE_COLUMNS[draw(len(DATE_COLUMNS))].name
            dates = Dates(DAYS[draw(len(DAYS))], DAYS[draw(len(DAYS))], column)
            return (dates, Cites(text), CitedBy(text), Every())[draw(4)]
        case 4:
            return Not(node(draw, depth - 1))
        case 5:
            return Concept(node(draw, depth - 1), (node(draw, depth - 1),), 0.5, text)
        case _:
            return (And, Or)[draw(2)](tuple(node(draw, depth - 1) for _ in range(draw(4))))


TEXTS = [
    *pieces_of_queries(),
    "\x00",
    "e\u0301",
    "\ud800",
    "\u00b5\u00b2",
    "a\u2060b",
    "\u2013",
    "'s",
    "x\ty",
]


def trees() -> SearchStrategy[Node]:
    return st.binary(min_size=4, max_size=60).map(_tree)


def _tree(data: bytes) -> Node:
    numbers = iter(data)
    return node(lambda limit: next(numbers, 0) % limit, depth=4)


def _query(data: bytes) -> str:
    """Return parts of the language one after the other, with blanks between them or none."""
    return " ".join(TEXTS[number % len(TEXTS)] for number in data).replace(" ", "", len(data) % 3 * 4)


def is_within_limits(query: str) -> bool:
    return all(notice.kind is not NoticeKind.LIMITED for notice in understand(query).notices)


@MANY
@example(Term("chi * motor"))
@given(trees())
def test_a_tree_prints_to_a_query_that_means_its_normal_form(tree: Node) -> None:
    query = to_query(tree)
    assert normal(normal(tree)) == normal(tree)
    assert understand(query).tree == normal(tree) or not is_within_limits(query)


@MANY
@example('" uid1234567 *')
@example('"PMC1234567*"')
@given(st.one_of(st.binary(max_size=14).map(_query), st.text(max_size=40)))
def test_any_text_at_all_has_a_tree_that_prints_back_to_the_same_tree(text: str) -> None:
    tree = understand(text, today=TODAY).tree
    query = to_query(tree)
    assert tree == normal(tree)
    assert understand(query).tree == tree or not is_within_limits(query)


@pytest.mark.parametrize(
    ("tree", "query"),
    [
        (A, "apple"),
        (Term("the"), "the"),
        (Term("apple", ("title",)), "apple[ti]"),
        (Term("apple", ("title", "mesh")), "apple[ti,mh]"),
        (Term("apples", is_exact=True), '"apples"'),
        (Term("PMC123", EVERYWHERE), "PMC123[all]"),
        (Term("TDP 43"), "TDP 43"),
        (Term("apple", EVERYWHERE), "apple[all]"),
        (Concept(A, (Phrase("fruit 54"),), 0.5, "fruit"), "apple[all] OR fruit 54[all]"),
        (Term("apple", ("mesh",)), "apple[mh:noexp]"),
        (Prefix("appl", ("title",)), "appl*[ti]"),
        (Phrase("apple pie", is_exact=True), '"apple pie"'),
        (Phrase("apple pi", ("title",), is_open=True), "apple pi[ti]"),
        (Phrase("apple pie", ("title",), is_open=True, is_exact=True), '"apple pie*"[ti]'),
        (Proximity("apple pie", ("title", "abstract", "keyword"), 3), '"apple pie"[tiab:~3]'),
        (Phrase("smith j", ("author",)), "smith j[au]"),
        (Dates(20190000, 20219999), "2019:2021[dp]"),
        (Dates(20190507, 99999999, "entered"), "2019/05/07:[edat]"),
        (Dates(1, 20190599, "revised"), ":2019/05[lr]"),
        (Cites("123"), "cites:123"),
        (CitedBy("10.1000/x"), 'citedby:"10.1000/x"'),
        (Term("hasabstract", ("has",)), "hasabstract"),
        (Term("medline", ("has",)), "medline[sb]"),
        (Every(), "all[sb]"),
        (NOTHING, "none[sb]"),
        (Or((A, And((B, C)))), "apple OR (banana AND cherry)"),
        (And((A, Not(Or((B, C))))), "apple NOT (banana OR cherry)"),
        (And((Every(), Not(A))), "all[sb] NOT apple"),
    ],
)
def test_search_details_say_every_operator_and_field(tree: Node, query: str) -> None:
    assert to_query(tree) == query


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (And(()), Every()),
        (Or((A,)), A),
        (And((A, And((B, C)))), And((A, B, C))),
        (Not(A), And((Every(), Not(A)))),
        (Or((A, Not(B))), Or((A, And((Every(), Not(B)))))),
        (Concept(A, (B, C), 0.5, "fruit"), Or(tuple(Term(each.text, EVERYWHERE) for each in (A, B, C)))),
        (Term("PMC123"), Term("PMC123", EVERYWHERE)),
        (Term("?!"), NOTHING),
        (Term("apple pie"), Phrase("apple pie", EVERYWHERE)),
        (Phrase("apple"), A),
        (Prefix("ap"), Term("ap")),
        (Proximity("apple"), A),
        (Term("this AND that", ("title",)), Phrase("this and that", ("title",))),
        (Term("00123", ("pmid",)), Term("123", ("pmid",))),
    ],
)
def test_a_normal_tree_means_the_same_in_the_words_of_the_language(tree: Node, expected: Node) -> None:
    assert normal(tree) == expected


def test_a_tree_of_many_turns_is_written_without_the_parentheses_that_it_can_do_without() -> None:
    text = "apple" + " OR banana AND cherry" * MAX_DEPTH
    tree = understand(text).tree
    assert to_query(tree) == text
    assert understand(to_query(tree)).tree == tree
