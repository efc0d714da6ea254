from __future__ import annotations

import random
import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from msgspec import msgpack

from crawler.article import Abstract, Article, Author, Figure, Ids, Keyword, Markup, Section
from crawler.markup import from_html, from_text, to_text
from index.naming import vocabulary
from search.language.language import understand
from search.language.mapping import mapped
from search.marking.highlight import highlights
from search.marking.needles import Needles
from search.matching.looks import Looks
from tests.index.segments.test_segment import segment_of
from tests.strategies import WORDS, queries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.segments.segment import Segment
    from search.marking.highlight import Highlights
    from search.results import Piece


def article(
    *sections: str, number: int = 1, caption: str = "", title: str = "A title.", **parts: tuple[str, ...]
) -> Article:
    return Article(
        ids=Ids(pmid=str(number)),
        title=from_html(title),
        abstract=Abstract(sections=tuple(Section(from_html(text), label="RESULTS") for text in sections)),
        figures=(Figure("Figure 1.", from_html(caption)),) if caption else (),
        authors=tuple(Author(last=name, fore="Ana", initials="A") for name in parts.get("authors", ())),
        keywords=tuple(map(Keyword, parts.get("keywords", ()))),
    )


def shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.markup}]" if piece.is_match else piece.markup for piece in pieces)


def highlighted(query: str, segment: Segment, number: int = 0, *, is_mapped: bool = False) -> Highlights:
    understood = understand(query)
    tree = mapped(understood, vocabulary.load()).tree if is_mapped else understood.tree
    needles = Needles(tree, segment, Looks(segment.lexicons))
    stored = msgpack.decode(segment.stored(number), type=Article)
    return highlights(segment.forward, [number], [stored], needles)[0]


def look(query: str, made: Article, *, is_mapped: bool = False) -> Highlights:
    with TemporaryDirectory() as folder:
        return highlighted(query, segment_of(Path(folder), made), is_mapped=is_mapped)


def found(query: str, *sections: str, is_mapped: bool = False) -> list[str]:
    snippets = look(query, article(*sections), is_mapped=is_mapped).snippets
    return [shown(snippet.pieces) for snippet in snippets]


CASES = [
    ("neurons", "A neuron and Neurons.", "A [neuron] and [Neurons]."),
    ('"neurons"', "A neuron and Neurons.", "A neuron and [Neurons]."),
    ('"motor neurons"', "Motor neurons, not neurons.", "[Motor neurons], not neurons."),
    ('"motor neurons"', "A motor neuron; motor neurons.", "A motor neuron; [motor neurons]."),
    ("neuron[all]", "A neuron and Neurons.", "A [neuron] and [Neurons]."),
    ("neur*", "Neurites and neurology.", "[Neurites] and [neurology]."),
    ('"motor neur*"', "Motor neurites and neurology.", "[Motor neurites] and neurology."),
    ("TDP-43", "Both TDP43 and TDP-43.", "Both [TDP43] and [TDP-43]."),
    (
        '"TDP-43 pathology"',
        "TDP43 pathology, TDP 43 pathology.",
        "[TDP43 pathology], [TDP 43 pathology].",
    ),
    ('"of TDP-43"', "Of TDP-43 and TDP.", "[Of TDP-43] and TDP."),
    ('"nerve injury"[tiab:~5]', "Injury to a nerve.", "[Injury] to a [nerve]."),
    ("NOT mice", "Some mice.", "Some mice."),
    ("cells NOT mice", "Cells of mice.", "[Cells] of mice."),
    ("the cells", "The cells.", "The [cells]."),
    ("the", "The cells.", "[The] cells."),
    ("title:cells", "The cells.", "The cells."),
    ("p", "p < 0.05 & q > 1.", "[p] &lt; 0.05 &amp; q &gt; 1."),
    ('"motor neurons"', "The motor. Neurons grew.", "The [motor. Neurons] grew."),
    ("cells", "One" + " -" * 99 + " cells.", "One" + " -" * 99 + " [cells]."),
]


@pytest.fixture(scope="module")
def cases() -> Iterator[Segment]:
    """A segment with an article for each of the cases."""
    made = [article(str(from_text(text)), number=number) for number, (_, text, _) in enumerate(CASES, 100)]
    with TemporaryDirectory() as folder:
        yield segment_of(Path(folder), *made)


@pytest.mark.parametrize("case", range(len(CASES)))
def test_what_matched_is_marked(cases: Segment, case: int) -> None:
    query, _, marked = CASES[case]
    assert [shown(snippet.pieces) for snippet in highlighted(query, cases, case).snippets] == [marked]


def test_the_other_names_of_what_was_typed_are_marked_each_as_a_whole() -> None:
    assert found("riluzole ALS", "Rilutek in amyotrophic lateral sclerosis.", is_mapped=True) == [
        "[Rilutek] in [amyotrophic lateral sclerosis]."
    ]


def test_no_phrase_is_marked_across_two_sections() -> None:
    assert found('"motor neurons"', "The motor", "neurons. Motor neurons.") == ["[Motor neurons]."]


def test_a_mark_inside_markup_leaves_every_piece_whole() -> None:
    assert found("G93A", "The <i>SOD1<sup>G93A</sup></i> mouse.") == [
        "The <i>SOD1</i>[<i><sup>G93A</sup></i>]<i></i> mouse.".replace("<i></i>", "")
    ]


def test_the_title_is_marked_whole_in_its_markup() -> None:
    made = article(title="<i>SOD1</i><sup>G93A</sup> mice &lt; men")
    assert shown(look("sod1 mice", made).title) == "[<i>SOD1</i>]<sup>G93A</sup> [mice] &lt; men"


def test_the_sentences_with_most_of_the_query_are_shown_in_their_order() -> None:
    text = "Motor only. Nothing here. Motor neurons of mice. Neurons of mice."
    assert found("motor neurons mice", text) == ["[Motor] [neurons] of [mice].", "[Neurons] of [mice]."]


def test_a_third_sentence_is_shown_for_what_the_others_lack() -> None:
    assert found("one two six", "One. One. Two. Six.") == ["[One].", "[Two].", "[Six]."]


def test_captions_are_shown_with_their_label() -> None:
    made = look("pathway", article("No.", caption="The pathway.")).snippets
    assert [(snippet.label, shown(snippet.pieces)) for snippet in made] == [("Figure 1", "The [pathway].")]


def test_without_a_match_the_abstract_begins() -> None:
    assert found("elsewhere", "First. Second.") == ["First."]


@pytest.mark.parametrize(
    ("query", "label", "value"),
    [
        ("silva[au]", "Authors", "[Silva] A"),
        ("gait", "Keywords", "[Gait] speed"),
        ("1[pmid]", "PMID", "[1]"),
    ],
)
def test_a_value_of_another_field_says_why_an_article_was_found(query: str, label: str, value: str) -> None:
    made = look(query, article("First.", authors=("Silva",), keywords=("Walking", "Gait speed")))
    assert [(each.label, shown(each.pieces)) for each in made.snippets] == [
        (label, value),
        ("RESULTS", "First."),
    ]


def test_the_vernacular_title_is_a_reason_and_never_marked_in_the_title() -> None:
    made = Article(ids=Ids(pmid="1"), title=Markup("Mice."), vernacular_title=Markup("M\u00e4use."))
    seen = look("m\u00e4use", made)
    assert shown(seen.title) == "Mice."
    assert [shown(snippet.pieces) for snippet in seen.snippets] == ["[M\u00e4use]."]


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


def test_a_mark_longer_than_a_passage_is_not_cut() -> None:
    words = " ".join(["word"] * 90)
    (text,) = found(f'"{words}"', f"hay {words} hay")
    assert f"[{words}]" in text


PIECES = [*WORDS, "<i>SOD1</i><sup>G93A</sup>", "a &amp; b", ". ", "x" * 50, "motor", "- " * 70, "als-ftd"]


@pytest.fixture(scope="module")
def many() -> Iterator[Segment]:
    """A segment of many articles of random words."""
    drawn = random.Random(7)

    def text(most: int) -> str:
        return " ".join(drawn.choices(PIECES, k=drawn.randrange(most)))

    articles = [
        Article(
            ids=Ids(pmid=str(number)),
            title=from_html(text(9)),
            abstract=Abstract(
                sections=tuple(Section(from_html(text(60))) for _ in range(drawn.randrange(4)))
            ),
        )
        for number in range(100, 160)
    ]
    with TemporaryDirectory() as folder:
        yield segment_of(Path(folder), *articles)


@settings(deadline=None)
@given(queries())
def test_a_snippet_without_its_marks_is_a_part_of_the_article(many: Segment, query: str) -> None:
    needles = Needles(understand(query).tree, many, Looks(many.lexicons))
    articles = [msgpack.decode(many.stored(number), type=Article) for number in range(many.articles)]
    for made, seen in zip(
        articles, highlights(many.forward, range(many.articles), articles, needles), strict=True
    ):
        assert "".join(to_text(piece.markup) for piece in seen.title) == to_text(made.title)
        sections = [section.text for each in made.abstracts() for section in each.sections]
        texts = [to_text(made.title), *map(to_text, sections), made.key]
        for snippet in seen.snippets:
            plain = "".join(to_text(piece.markup) for piece in snippet.pieces).strip(
                "\N{HORIZONTAL ELLIPSIS}"
            )
            assert any(plain in text for text in texts)
        pieces = [*seen.title, *(piece for snippet in seen.snippets for piece in snippet.pieces)]
        assert all(balanced(piece.markup) for piece in pieces)


def test_many_articles_together_are_marked_as_each_alone(many: Segment) -> None:
    needles = Needles(understand('motor* "TDP-43 als" SOD1 apple').tree, many, Looks(many.lexicons))
    articles = [msgpack.decode(many.stored(number), type=Article) for number in range(many.articles)]
    together = highlights(many.forward, range(many.articles), articles, needles)
    alone = [highlights(many.forward, [number], [made], needles)[0] for number, made in enumerate(articles)]
    assert together == alone


def balanced(markup: Markup) -> bool:
    stack: list[str] = []
    for closing, tag in re.findall(r"<(/?)(\w+)>", markup):
        if not closing:
            stack.append(tag)
        elif not stack or stack.pop() != tag:
            return False
    return not stack
