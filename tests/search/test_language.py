from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from search.language import MAX_LENGTH, understand
from search.query import And, Dates, Every, Node, Not, Or, Phrase, Prefix, Term
from tests.strategies import queries

A, B, C = Term("apple"), Term("banana"), Term("cherry")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Every()),
        ("   ", Every()),
        ("apple", A),
        ("apple banana", And((A, B))),
        ("apple AND banana", And((A, B))),
        ("apple OR banana", Or((A, B))),
        ("apple NOT banana", And((A, Not(B)))),
        ("NOT banana", And((Every(), Not(B)))),
        ("apple OR banana AND cherry", And((Or((A, B)), C))),
        ("apple OR (banana AND cherry)", Or((A, And((B, C))))),
        ("apple or banana", And((A, B))),
        ('"apple banana"', Phrase("apple banana")),
        ('apple "banana cherry"', And((A, Phrase("banana cherry")))),
        ("title:apple", Term("apple", ("title",))),
        ("apple[ti]", Term("apple", ("title",))),
        ("apple [TI]", Term("apple", ("title",))),
        ('"apple banana"[ti]', Phrase("apple banana", ("title",))),
        ("smith j[au]", Phrase("smith j", ("author",))),
        ("apple AND smith j[au]", And((A, Phrase("smith j", ("author",))))),
        ('author:"smith j"', Phrase("smith j", ("author",))),
        ("title:(apple OR banana)", Or((Term("apple", ("title",)), Term("banana", ("title",))))),
        ("apple[tiab]", Term("apple", ("title", "abstract", "keyword"))),
        ("apple[all]", A),
        ("Brain[ta]", Term("Brain", ("journal",))),
        ("appl*", Prefix("appl")),
        ("appl*[ti]", Prefix("appl", ("title",))),
        ("2021[dp]", Dates(20210000, 20219999)),
        ("year:2021", Dates(20210000, 20219999)),
        ("2019:2021[dp]", Dates(20190000, 20219999)),
        ("year:2019-2021", Dates(20190000, 20219999)),
        ("2019/05:2021/06/07[dp]", Dates(20190500, 20210607)),
        ("2019:[dp]", Dates(20190000, 99999999)),
        (":2019[dp]", Dates(1, 20199999)),
        ("10.1002/Abc.1", Term("10.1002/Abc.1", ("doi",))),
        ("https://doi.org/10.1002/abc", Term("10.1002/abc", ("doi",))),
        ("doi:10.1002/abc", Term("10.1002/abc", ("doi",))),
        ("PMC123", Term("PMC123", ("pmcid",))),
        ("pmid:123", Term("123", ("pmid",))),
        ("123 456[pmid]", Or((Term("123", ("pmid",)), Term("456", ("pmid",))))),
        ("apple AND", A),
        ("AND apple", A),
        ("))((", Or(())),
        ("*", Or(())),
    ],
)
def test_a_query_means_what_its_writer_meant(text: str, tree: Node) -> None:
    assert understand(text).tree == tree


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("apple AND", "AND at the end"),
        ("AND apple", "AND stands alone"),
        ("apple AND OR banana", "AND stands alone"),
        ("(apple", "parenthesis was left open"),
        ("apple)", "closing parenthesis without an opening one"),
        ('"apple', "quotation mark was left open"),
        ("apple[xx]", r"no field \[xx\]"),
        ("colour:red", "no field 'colour'"),
        ("[ti]", "no word before it"),
        ("ap*", "at least 3 letters"),
        ("the role of apple", "the, of were passed over"),
        ("soon[dp]", "soon is no date"),
        ("2021:2019[dp]", "runs backwards"),
        ("apple !§!", "no letter or digit"),
        ("?!", "no word in this query"),
        ("apple " * 100, "first 64 words"),
        ("a" * 2000, "first 1000 characters"),
        ("(" * 30 + "apple" + ")" * 30, "nested deeper than 20"),
    ],
)
def test_what_was_passed_over_or_read_in_a_special_way_is_said(text: str, notice: str) -> None:
    messages = " ".join(notice.message for notice in understand(text).notices)
    assert re.search(notice, messages), messages


def test_a_plain_query_needs_no_notice() -> None:
    assert understand('mesenchymal stem cells "motor neurons" riluzole[ti] 2019:2021[dp]').notices == ()


def test_a_range_that_runs_backwards_is_turned_round() -> None:
    assert understand("2021:2019[dp]").tree == Dates(20190000, 20219999)


def test_a_query_of_stop_words_alone_is_searched() -> None:
    assert understand("to be").tree == And((Term("to"), Term("be")))


@given(st.text(max_size=MAX_LENGTH + 50))
@example("\x00")
@example("\ud800")
@example('"' * 99)
@example("a:" * 99)
@example("[]" * 99)
def test_no_text_raises(text: str) -> None:
    understand(text)


@given(queries())
def test_no_query_made_of_the_language_raises(text: str) -> None:
    understand(text)
