from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Article, Author, Ids, Markup, PubDate
from crawler.markup import from_html, to_text
from webui.rendering import byline, counted, day, machine_date, place, safe

_MARKUP = st.lists(
    st.sampled_from(
        [
            "<i>",
            "</i>",
            "<sup onclick=x>",
            "</sup>",
            "<script>",
            "</script>",
            "<b",
            ">",
            "&lt;",
            "&",
            " ",
            "x",
            "|",
            "<!--",
        ]
    ),
    max_size=12,
).map("".join)


@given(_MARKUP)
def test_nothing_but_the_five_tags_gets_through_and_they_are_balanced(markup: str) -> None:
    shown = str(safe(markup))
    assert from_html(shown) == from_html(from_html(shown))
    assert re.fullmatch(r"(?:[^<>]|</?(?:i|b|u|sub|sup)>)*", shown)
    for tag in ("i", "b", "u", "sub", "sup"):
        assert shown.count(f"<{tag}>") == shown.count(f"</{tag}>")


@given(_MARKUP.map(from_html))
def test_safe_markup_stays_as_it_is(markup: Markup) -> None:
    assert str(safe(markup)) == markup


@pytest.mark.parametrize("piece", [" and ", "<i> SOD1</i> ", " ", "\N{HORIZONTAL ELLIPSIS}", "", "a &lt; b"])
def test_blanks_at_the_ends_of_a_piece_stay(piece: str) -> None:
    assert safe(piece) == piece


def test_a_hostile_title_is_text_but_for_its_allowed_tags() -> None:
    assert safe("a<script>alert(1)</script> & <sup onclick=x>G93A</sup>") == "a &amp; <sup>G93A</sup>"
    assert to_text(Markup(safe("<img src=x onerror=y>p < 0.05"))) == "p < 0.05"


def _article(*names: str, **parts: object) -> Article:
    authors = tuple(Author(last=name, initials="A") for name in names)
    return Article(ids=Ids(pmid="1"), title=Markup("T"), authors=authors, **parts)  # type: ignore[arg-type]  # kept short


def test_a_byline_names_three_authors() -> None:
    assert byline(_article()) == ""
    assert byline(_article("Doe", "Roe")) == "Doe A, Roe A."
    assert byline(_article("Doe", "Roe", "Poe", "Moe")) == "Doe A, Roe A, Poe A, et al."
    assert byline(_article("Doe", authors_complete=False)) == "Doe A, et al."


@pytest.mark.parametrize(
    ("date", "written"),
    [
        (PubDate(), ""),
        (PubDate(2023), "2023"),
        (PubDate(2023, 8), "2023-08"),
        (PubDate(2023, 8, 7), "2023-08-07"),
        (PubDate(2023, 0, 7), "2023"),
    ],
)
def test_a_date_for_machines_is_as_precise_as_it_is(date: PubDate, written: str) -> None:
    assert machine_date(date) == written


def test_the_place_in_a_journal_is_written_as_pubmed_does() -> None:
    assert place(_article(volume="26", issue="8", pages="872-881")) == ";26(8):872-881."
    assert place(_article(pages="e5")) == ":e5."
    assert place(_article(volume="4")) == ";4."
    assert place(_article()) == "."


def test_days_and_counts_are_written_as_people_do() -> None:
    assert day("2026-11-04T10:00:00+00:00") == "4 November 2026"
    assert day("lately") == "lately"
    assert [counted(n, "article") for n in (0, 1, 1220)] == ["0 articles", "1 article", "1,220 articles"]
    assert counted(2, "study", "studies") == "2 studies"


@given(st.text("ab1 .'\"|;#\t\u00a0\u00e9"))
def test_text_without_signs_is_shown_as_it_would_be_if_it_were_read_as_markup(text: str) -> None:
    fenced = from_html(f"<i></i>|{text}|").removeprefix("<i></i>")
    assert str(safe(text)) == fenced[1:-1]


_PARTS = st.sampled_from(
    "<i> </i> <b> </b> <sub> </sub> </sup> <sup> &lt; &gt; &amp; &amp & > < | \u0301 \u0338 \u00e9 e\u0301 \u00c3\u00a9 \u00c3 \u00a9 \u00a0"
    " \u00ad \u2060 \u03b2 x 1 = ;".split(" ")
)


@given(st.lists(st.one_of(_PARTS, st.just(" ")), max_size=10).map("".join))
def test_a_short_way_for_most_markup_writes_what_reading_it_anew_would(markup: str) -> None:
    fenced = from_html(f"|{markup}|")
    if fenced.startswith("|") and fenced.endswith("|") and len(fenced) > 1:
        assert str(safe(markup)) == fenced[1:-1]
