from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import msgpack

from crawler.article import Abstract, Article, Author, Ids, Keyword, Markup, Reference, Section
from crawler.keeping.library import Library
from crawler.outcome import Parsed
from index.analysis.analyzer import analyze, analyze_name, fold
from index.build import write
from index.schema import BY_NAME, FIELDS, Kind, field_text
from index.segments.forward import GAP_WIDTH
from index.segments.impacts import LENGTH_SHARE
from index.segments.segment import Segment
from index.settings import IndexSettings
from tests.conftest import NOW, ignore_progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.analysis.analyzer import Token
    from index.schema import Field

Place = tuple[int, str]


def article(pmid: int, title: str, abstract: Sequence[str] = (), **parts: tuple[str, ...]) -> Article:
    return Article(
        ids=Ids(pmid=str(pmid), doi=f"10.1000/Ab{pmid}"),
        title=Markup(title),
        abstract=Abstract(sections=tuple(Section(Markup(text)) for text in abstract)) if abstract else None,
        authors=tuple(Author(last=name, initials="AB") for name in parts.get("authors", ())),
        keywords=tuple(map(Keyword, parts.get("keywords", ()))),
        references=tuple(Reference(text=text) for text in parts.get("references", ())),
    )


def segment_of(folder: Path, *articles: Article) -> Segment:
    library = Library(folder / "library.sqlite", identity="test")
    outcomes = [Parsed(article=each, format="test", raw=each.key.encode()) for each in articles]
    library.take(outcomes, source="a test", now=NOW)
    (folder / "segment").mkdir()
    write(library.path, folder / "segment", IndexSettings(processes=1), ignore_progress)
    library.close()
    return Segment(folder / "segment")


@pytest.fixture
def three(tmp_path: Path) -> Segment:
    """A segment of three articles."""
    return segment_of(
        tmp_path,
        article(
            3,
            "TDP-43 in neurons",
            ["Neurons, neurons and a neuron.", "TDP-43."],
            authors=("Silva", "O\u2019Brien"),
        ),
        article(
            10,
            "Men",
            ["Men with TDP 43."],
            keywords=("neuron", "men"),
            references=("Neurons. Brain. 2019;12:3\u20134.",),
        ),
        article(200, "Nothing"),
    )


def postings(segment: Segment, field: str, term: str) -> list[tuple[int, int]]:
    number = segment.lexicons[BY_NAME[field].kind].number(term)
    found = segment.fields[field].postings(number)
    assert segment.fields[field].df(number) == len(found.articles)
    return list(zip(found.articles.tolist(), found.frequencies.tolist(), strict=True))


def places(segment: Segment, field: str, term: str) -> dict[int, list[Place]]:
    """Return the places of a term in each article, with the word that stands there."""
    lexicon = segment.lexicons[BY_NAME[field].kind]
    number = lexicon.number(term)
    words = np.flatnonzero(lexicon.word_term == number).tolist()
    forms = {int(lexicon.word_form[n]): lexicon.words[n] for n in words}
    starts, positions, written = segment.fields[field].positions(number)
    articles = segment.fields[field].postings(number).articles.tolist()
    return {
        each: [(int(positions[at]), forms[int(written[at])]) for at in range(starts[n], starts[n + 1])]
        for n, each in enumerate(articles)
    }


def test_articles_are_numbered_in_the_order_of_the_library(three: Segment) -> None:
    stored = [msgpack.decode(three.stored(number), type=Article) for number in range(three.articles)]
    assert [each.key for each in stored] == ["3", "10", "200"]


def test_articles_are_stored_without_references_and_none_is_beyond_the_last(three: Segment) -> None:
    assert msgpack.decode(three.stored(1), type=Article).references == ()
    with pytest.raises(IndexError, match="no article 3 among 3"):
        three.stored(3)


def test_a_term_is_found_in_its_fields_with_its_frequency(three: Segment) -> None:
    assert postings(three, "abstract", "neuron") == [(0, 3)]
    assert postings(three, "title", "neuron") == [(0, 1)]
    assert postings(three, "keyword", "neuron") == [(1, 1)]
    assert postings(three, "reference", "neuron") == [(1, 1)]


def test_a_term_that_is_nowhere_has_no_postings_and_no_places(three: Segment) -> None:
    assert postings(three, "title", "zebra") == []
    assert places(three, "title", "zebra") == {}
    assert len(three.everywhere.postings(-1)[0]) == three.everywhere.df(-1) == 0


def test_a_wide_token_stands_in_all_its_places_but_counts_once(three: Segment) -> None:
    assert postings(three, "abstract", "tdp43") == [(0, 1), (1, 1)]
    assert places(three, "title", "tdp43") == {0: [(0, "tdp43"), (1, "tdp43")]}
    assert places(three, "abstract", "tdp43")[1] == [(2, "tdp43"), (3, "tdp43")]


@pytest.mark.parametrize("wanted", [[], [0], [1], [0, 1], [0, 2], [1, 2], [2]])
@pytest.mark.parametrize("term", ["tdp43", "tdp", "neuron", "men"])
def test_places_in_some_articles_are_those_of_all_that_lie_there(
    three: Segment, term: str, wanted: list[int]
) -> None:
    field = three.fields["abstract"]
    row = field.rows.row(three.lexicons[Kind.TEXT].number(term))
    whole, some = field.standing(row, row + 1), field.standing_in(row, np.array(wanted, np.intp))
    is_kept = np.isin(whole.articles, wanted)
    assert some.articles.tolist() == whole.articles[is_kept].tolist()
    assert some.counts.tolist() == whole.counts[is_kept].tolist()
    for found, of_all in ((some.positions, whole.positions), (some.forms, whole.forms)):
        assert found.tolist() == of_all[np.repeat(is_kept, whole.counts)].tolist()
    assert some.is_wide == whole.is_wide


@pytest.mark.parametrize("wanted", [[], [0], [1], [0, 1], [0, 2], [0, 1, 2]])
def test_places_of_several_terms_come_one_term_after_the_other(three: Segment, wanted: list[int]) -> None:
    field = three.fields["abstract"]
    rows = [field.rows.row(three.lexicons[Kind.TEXT].number(term)) for term in ("tdp43", "neuron", "tdp")]
    which, positions, ends = field.places_in(rows, np.array(wanted, np.uint32))
    for row, start, end in zip(rows, [0, *ends], ends, strict=False):
        alone = field.standing_in(row, np.array(wanted, np.intp))
        of = [wanted.index(article) for article in alone.articles.tolist()]
        assert which[start:end].tolist() == np.repeat(np.array(of, np.intp), alone.counts).tolist()
        assert positions[start:end].tolist() == alone.positions.tolist()
        is_held, kept = field.held(row, np.array(wanted, np.uint32))
        assert np.array(wanted)[is_held].tolist() == alone.articles.tolist()
        counts, placed = field.positions_at(row, kept)
        assert (counts.tolist(), placed.tolist()) == (alone.counts.tolist(), alone.positions.tolist())
        assert field.is_wide(row) == alone.is_wide


def test_every_place_knows_the_word_that_was_written(three: Segment) -> None:
    assert places(three, "abstract", "neuron") == {0: [(0, "neurons"), (1, "neurons"), (4, "neuron")]}


def test_values_of_a_field_lie_apart(three: Segment) -> None:
    assert places(three, "abstract", "tdp") == {0: [(5 + GAP_WIDTH, "tdp")], 1: [(2, "tdp")]}
    assert places(three, "author", "brien") == {}
    assert places(three, "author", "obrien")[0][0][0] > GAP_WIDTH


def test_lengths_count_tokens_and_their_average_is_exact(three: Segment) -> None:
    assert three.fields["abstract"].lengths.tolist() == [8, 5, 0]
    assert three.fields["abstract"].average_length == pytest.approx(13 / 3)
    assert three.fields["abstract"].lengths.dtype == np.uint32


def test_identifiers_are_found_in_one_spelling(three: Segment) -> None:
    assert postings(three, "doi", "10.1000/ab10") == [(1, 1)]
    assert postings(three, "pmid", "200") == [(2, 1)]
    assert postings(three, "pmid", "10.1000/ab10") == []


def test_an_article_has_each_of_several_identifiers(three: Segment) -> None:
    assert {number for number, _ in postings(three, "has", "hasabstract")} == {0, 1}


def test_reference_lists_are_searched_but_not_kept_in_order(three: Segment) -> None:
    with pytest.raises(KeyError):
        three.forward.tokens(1, "reference")


def test_a_damaged_file_is_an_error(three: Segment, tmp_path: Path) -> None:
    path = tmp_path / "segment" / "field-title.arrays"
    path.write_bytes(path.read_bytes()[:700])
    with pytest.raises(ValueError, match=r"field-title\.arrays is"):
        Segment(tmp_path / "segment")
    assert three.articles == 3


# Everything there is, against the same worked out one token at a time.

WORDS = "TDP-43 tdp 43 SOD1 mice mouse Mice. the IL-1 phase II 10-20 caf\u00e9 non-invasive x3.5y (ALS) \u2014 patient's".split()
TEXT = st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join)
NAMES = st.sampled_from(["Silva", "van den Berg", "O'Brien", "O' Hara", "M\u00fcller-Lee", "LI"])
ARTICLES = st.lists(
    st.tuples(TEXT, st.lists(TEXT, max_size=3), st.lists(NAMES, max_size=3), st.lists(TEXT, max_size=3)),
    min_size=1,
    max_size=6,
)


def tokens_of(field: Field, each: Article) -> list[Token]:
    """Return the tokens of a field; names begin at place 0, as texts do."""
    if field.kind is Kind.TEXT:
        return analyze(field_text(field, each))
    tokens: list[Token] = []
    start = place = 0
    for value in filter(None, field.values(each)):
        found = analyze_name(value)
        place += GAP_WIDTH if start else 0
        first = found[0].position if found else 0
        tokens += [
            token._replace(
                position=token.position - first + place, start=token.start + start, end=token.end + start
            )
            for token in found
        ]
        start += len(value) + 1
        place = tokens[-1].position + 1 if found else place
    return tokens


def check_forward(segment: Segment, field: Field, number: int, expected: list[Token]) -> None:
    lexicon = segment.lexicons[field.kind]
    found = segment.forward.tokens(number, field.name)
    forms = [
        lexicon.words[int(np.flatnonzero((lexicon.word_term == term) & (lexicon.word_form == form))[0])]
        for term, form in zip(found.terms, found.forms, strict=True)
    ]
    assert [(lexicon.term(int(term)), word) for term, word in zip(found.terms, forms, strict=True)] == [
        (token.term, token.word) for token in expected
    ]
    assert found.positions.tolist() == [token.position for token in expected]
    assert found.starts.tolist() == [token.start for token in expected]
    assert (found.starts + found.lengths).tolist() == [token.end for token in expected]
    assert found.widths.tolist() == [token.width for token in expected]


def check_impacts(segment: Segment, kind: Kind) -> None:
    impacts = segment.impacts[kind]
    weighted = [field for field in FIELDS if field.kind is kind and field.weight]
    for term in range(len(segment.lexicons[kind])):
        expected: dict[int, float] = defaultdict(float)
        for field in weighted:
            inverted = segment.fields[field.name]
            for number, frequency in zip(*inverted.postings(term), strict=True):
                relative = inverted.lengths[number] / inverted.average_length
                expected[int(number)] += (
                    field.weight * frequency / (1 - LENGTH_SHARE + LENGTH_SHARE * relative)
                )
        articles, weights = impacts.postings(term)
        assert impacts.df(term) == len(expected)
        assert dict(zip(articles.tolist(), weights.tolist(), strict=True)) == pytest.approx(
            expected, rel=2e-3
        )


@settings(max_examples=15)
@given(ARTICLES)
def test_a_segment_holds_what_the_analyzer_says_of_every_article(
    drawn: list[tuple[str, list[str], list[str], list[str]]],
) -> None:
    articles = [
        article(number, title, abstract, authors=tuple(authors), references=tuple(references))
        for number, (title, abstract, authors, references) in enumerate(drawn, 1)
    ]
    with TemporaryDirectory() as folder:
        segment = segment_of(Path(folder), *articles)
        expected: dict[tuple[str, str], dict[int, list[Token]]] = defaultdict(lambda: defaultdict(list))
        for field in FIELDS:
            for number, each in enumerate(articles):
                if field.kind is Kind.ID:
                    for value in {
                        fold(normal) for raw in field.values(each) if raw and (normal := field.normal(raw))
                    }:
                        assert (number, 1) in postings(segment, field.name, value)
                    continue
                tokens = tokens_of(field, each)
                assert segment.fields[field.name].lengths[number] == len(tokens)
                if field.name != "reference":
                    check_forward(segment, field, number, tokens)
                for token in tokens:
                    expected[field.name, token.term][number].append(token)
        for (name, term), by_article in expected.items():
            assert postings(segment, name, term) == [
                (number, len(each)) for number, each in by_article.items()
            ]
            assert {number: sorted(each) for number, each in places(segment, name, term).items()} == {
                number: sorted(
                    (place, token.word)
                    for token in each
                    for place in range(token.position, token.position + token.width)
                )
                for number, each in by_article.items()
            }
        for kind in (Kind.TEXT, Kind.NAME):
            check_impacts(segment, kind)
