from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.article import Abstract, Article, Figure, Ids, Markup, Section
from crawler.markup import from_html, from_text, to_text
from index.columns import words_of
from index.schema import ANALYZED
from search.highlight import Needle, mark_title, needles, snippets
from search.language import understand
from search.readings import Readings
from tests.strategies import WORDS, queries

if TYPE_CHECKING:
    from search.results import Piece


def article(*sections: str, caption: str = "", title: str = "A title.") -> Article:
    return Article(
        ids=Ids(pmid="1"),
        title=from_html(title),
        abstract=Abstract(sections=tuple(Section(from_html(text), label="RESULTS") for text in sections)),
        figures=(Figure("Figure 1.", from_html(caption)),) if caption else (),
    )


def shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.markup}]" if piece.is_match else piece.markup for piece in pieces)


def needles_of(query: str) -> list[Needle]:
    """Return what to mark, in an index whose words are those of these tests."""
    words = words_of({"neurites": 1, "neurology": 1, "neurons": 2, "motor": 1})
    return needles(understand(query).tree, Readings(dict.fromkeys(ANALYZED, words)))


def found(query: str, *sections: str, caption: str = "") -> list[str]:
    made = snippets(article(*sections, caption=caption), needles_of(query))
    return [shown(snippet.pieces) for snippet in made]


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("neurons", "A neuron and Neurons.", "A [neuron] and [Neurons]."),
        ('"motor neurons"', "Motor neurons, not neurons.", "[Motor neurons], not neurons."),
        ("neur*", "Neurites and neurology.", "[Neurites] and [neurology]."),
        ("TDP-43", "Both TDP43 and TDP-43.", "Both [TDP43] and [TDP-43]."),
        ("NOT mice", "Some mice.", "Some mice."),
        ("cells NOT mice", "Cells of mice.", "[Cells] of mice."),
        ("the cells", "The cells.", "The [cells]."),
        ("title:cells", "The cells.", "The cells."),
        ("p", "p < 0.05 & q > 1.", "[p] &lt; 0.05 &amp; q &gt; 1."),
    ],
)
def test_what_matched_is_marked(query: str, text: str, marked: str) -> None:
    assert found(query, str(from_text(text))) == [marked]


def test_a_mark_inside_markup_leaves_every_piece_whole() -> None:
    assert found("G93A", "The <i>SOD1<sup>G93A</sup></i> mouse.") == [
        "The <i>SOD1</i>[<i><sup>G93A</sup></i>]<i></i> mouse.".replace("<i></i>", "")
    ]


def test_the_title_is_marked_whole_in_its_markup() -> None:
    title = from_html("<i>SOD1</i><sup>G93A</sup> mice &lt; men")
    assert shown(mark_title(title, needles_of("sod1 mice"))) == (
        "[<i>SOD1</i>]<sup>G93A</sup> [mice] &lt; men"
    )


def test_the_sentences_with_most_of_the_query_are_shown_in_their_order() -> None:
    text = "Motor only. Nothing here. Motor neurons of mice. Neurons of mice."
    assert found("motor neurons mice", text) == ["[Motor] [neurons] of [mice].", "[Neurons] of [mice]."]


def test_captions_are_shown_with_their_label() -> None:
    made = snippets(article("No.", caption="The pathway."), needles_of("pathway"))
    assert [(snippet.label, shown(snippet.pieces)) for snippet in made] == [("Figure 1", "The [pathway].")]


def test_without_a_match_the_abstract_begins() -> None:
    assert found("elsewhere", "First. Second.") == ["First."]


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert found("mice", "Shown in mice, e.g. in Fig. 3 by Smith et al. before.") == [
        "Shown in [mice], e.g. in Fig. 3 by Smith et al. before."
    ]


def test_a_long_sentence_is_cut_around_its_marks() -> None:
    (text,) = found("needle", "hay " * 200 + "needle " + "hay " * 200)
    assert text.startswith("\N{HORIZONTAL ELLIPSIS}")
    assert text.endswith("\N{HORIZONTAL ELLIPSIS}")
    assert "[needle]" in text
    assert len(text) < 340


TEXTS = st.lists(
    st.sampled_from([*WORDS, "<i>SOD1</i><sup>G93A</sup>", "a &amp; b", ". ", "x" * 50, "motor"]), max_size=90
).map(" ".join)


@settings(deadline=None)
@given(queries(), TEXTS)
def test_a_snippet_without_its_marks_is_a_part_of_the_article(query: str, text: str) -> None:
    made = article(text)
    whole = to_text(made.abstract.sections[0].text) if made.abstract else ""
    for snippet in snippets(made, needles_of(query)):
        plain = "".join(to_text(piece.markup) for piece in snippet.pieces).strip("\N{HORIZONTAL ELLIPSIS}")
        assert plain in whole
        for piece in snippet.pieces:
            assert balanced(piece.markup)


def balanced(markup: Markup) -> bool:
    stack: list[str] = []
    for closing, tag in re.findall(r"<(/?)(\w+)>", markup):
        if not closing:
            stack.append(tag)
        elif not stack or stack.pop() != tag:
            return False
    return not stack
