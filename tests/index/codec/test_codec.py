from __future__ import annotations

import pickle
import random
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import whoosh.index
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import msgpack
from whoosh import query as q
from whoosh.filedb.filestore import RamStorage
from whoosh.query import spans
from whoosh.reading import TermNotFound

from crawler.article import Abstract, Article, Author, Ids, Keyword, Markup, PubDate, Reference, Section
from crawler.keeping.library import Library
from crawler.outcome import Parsed
from index.analysis.analyzer import analyze, fold
from index.build import build
from index.codec.codec import ReadOnly
from index.errors import NoGeneration
from index.generations import live
from index.schema import FIELDS, Kind, field_text, whoosh_schema
from index.settings import IndexSettings
from tests.conftest import NOW, THOROUGH, ignore_progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index.generations import Generation

WORDS = """motor neuron neurons neuronal lateral sclerosis riluzole the of in mice mouse TDP-43 TDP43 SOD1
C9orf72 semi-s beta-s pfit-ing phase-2 phase I/II IL-1\u03b2 anti-TDP-43-positive G93A 3.5 10-20 non-motor
survival muscle muscles axon axons axonal edaravone 2020 p.A382T caf\u00e9 \u03b1-synuclein""".split()
PLAIN_WORDS = [word for word in WORDS if word not in {"semi-s", "beta-s"}]
"""Without the compounds of which a term stands in one place twice: see the test of these."""

NAMES = ("Silva", "O\u2019Brien", "M\u00fcller", "Al-Chalabi", "Silvani", "van den Berg")
TEXT_FIELDS = ("title", "abstract", "keyword", "reference")


def sentence(draw: random.Random, longest: int, words: Sequence[str] = WORDS) -> Markup:
    # Few words are frequent and most are rare, as in language.
    count = draw.randint(1, longest)
    return Markup(" ".join(words[int(len(words) * draw.random() ** 2)] for _ in range(count)))


def invented(count: int, seed: int = 43) -> list[Article]:
    draw = random.Random(seed)
    return [
        Article(
            ids=Ids(pmid=str(draw.randint(1, 10**6) * 1000 + number), doi=f"10.1000/Ab{number}"),
            title=sentence(draw, 12),
            abstract=Abstract(sections=tuple(Section(sentence(draw, 150)) for _ in range(draw.randint(1, 2))))
            if draw.random() < 0.9
            else None,
            authors=tuple(Author(last=draw.choice(NAMES), initials="JP") for _ in range(draw.randint(0, 3))),
            keywords=tuple(Keyword(sentence(draw, 3)) for _ in range(draw.randint(0, 3))),
            references=tuple(
                Reference(text=sentence(draw, 9, PLAIN_WORDS)) for _ in range(draw.randint(0, 3))
            ),
            published=PubDate(draw.randint(1990, 2026), draw.randint(1, 12))
            if draw.random() < 0.9
            else PubDate(),
        )
        for number in range(count)
    ]


def generation_of(folder: Path, articles: Iterable[Article]) -> Generation:
    library = Library(folder / "library.sqlite", identity="test")
    outcomes = [Parsed(article=each, format="test", raw=each.key.encode()) for each in articles]
    library.take(outcomes, source="a test", now=NOW)
    generation = build(
        library, folder / "index", IndexSettings(processes=1), now=NOW, progress=ignore_progress
    )
    library.close()
    return generation


def written_by_stock_whoosh(articles: Iterable[Article]) -> Any:
    """Return an index of articles with Whoosh's own codec and writer, and our schema."""
    index = RamStorage().create_index(whoosh_schema())
    writer = index.writer()
    for article in sorted(articles, key=lambda each: (len(each.key), each.key)):
        values: dict[str, object] = {"article": msgpack.encode(article)}
        for field in FIELDS:
            if field.kind is Kind.ID:
                normal = [fold(field.normal(value)) for value in field.values(article) if value]
                values[field.name] = "\n".join(filter(None, normal)) or None
            else:
                values[field.name] = field_text(field, article) or None
        values["date"] = article.date.sort_key() or None
        writer.add_document(**values)
    writer.commit()
    return index


class Pair:
    """The same articles, once in a generation and once as stock Whoosh writes them."""

    def __init__(self, ours: Any, stock: Any) -> None:
        self.ours = ours.searcher()
        self.stock = stock.searcher()

    def agree(self, query: q.Query, limit: int | None = None) -> int:
        """Check that both find the same articles with the same scores; return how many.

        Where a NOT within a NOT has come to its end, Whoosh's AndNotMatcher.skip_to asks it for one more: over
        its own postings, that breaks off. Ours must answer all the same, and there is nothing to compare.
        """
        found = {hit.docnum: hit.score for hit in self.ours.search(query, limit=limit)}
        try:
            expected = {hit.docnum: hit.score for hit in self.stock.search(query, limit=limit)}
        except IndexError as error:
            if traceback.extract_tb(error.__traceback__)[-3].name != "skip_to":
                raise
            return len(found)
        assert found == pytest.approx(expected, rel=1e-5, abs=1e-5)
        return len(found)


@pytest.fixture(scope="module", params=range(43, 50) if THOROUGH else [43])
def articles(request: pytest.FixtureRequest) -> list[Article]:
    return invented(180, request.param)


@pytest.fixture(scope="module")
def generation(articles: list[Article], tmp_path_factory: pytest.TempPathFactory) -> Generation:
    return generation_of(tmp_path_factory.mktemp("codec"), articles)


@pytest.fixture(scope="module")
def pair(generation: Generation, articles: list[Article]) -> Pair:
    return Pair(whoosh.index.open_dir(generation.folder), written_by_stock_whoosh(articles))


TERMS = sorted({token.term for word in WORDS for token in analyze(word)} | {"absent"})


def word_queries(field: str) -> st.SearchStrategy[q.Query]:
    term = st.sampled_from(TERMS)
    some = st.lists(term, min_size=2, max_size=3)
    return st.one_of(
        term.map(lambda word: q.Term(field, word)),
        some.map(lambda words: q.Phrase(field, words)),
        st.tuples(some, st.integers(1, 5)).map(lambda two: q.Phrase(field, two[0], slop=two[1])),
        st.tuples(term, st.integers(1, 3)).map(lambda two: q.Prefix(field, two[0][: two[1]])),
        st.tuples(term, st.sampled_from(["{}*", "?{}", "*{}", "{}?"])).map(
            lambda two: q.Wildcard(field, two[1].format(two[0][1:]))
        ),
        st.tuples(term, st.integers(1, 2)).map(lambda two: q.FuzzyTerm(field, two[0], maxdist=two[1])),
        st.tuples(term, term).map(lambda two: q.TermRange(field, min(two), max(two))),
    )


def span_queries() -> st.SearchStrategy[q.Query]:
    """Return queries for spans, which stock Whoosh does not take as parts of others."""
    field = st.sampled_from(TEXT_FIELDS)
    present = st.sampled_from([term for term in TERMS if term != "absent"])
    pair = st.tuples(field, st.sampled_from(TERMS), st.sampled_from(TERMS)).map(
        lambda three: (q.Term(three[0], three[1]), q.Term(three[0], three[2]))
    )
    return st.one_of(
        st.tuples(pair, st.integers(1, 6), st.booleans()).map(
            lambda three: spans.SpanNear(*three[0], slop=three[1], ordered=three[2])
        ),
        st.tuples(pair, st.integers(1, 6), st.booleans()).map(
            lambda three: spans.SpanNear2(list(three[0]), slop=three[1], ordered=three[2])
        ),
        st.tuples(pair, st.integers(0, 9)).map(lambda two: spans.SpanFirst(two[0][0], limit=two[1])),
        # Stock Whoosh breaks where no article has the term that is not wanted.
        st.tuples(present, present).map(
            lambda two: spans.SpanNot(q.Term("abstract", two[0]), q.Term("abstract", two[1]))
        ),
        pair.map(lambda two: spans.SpanOr(list(two))),
        pair.map(lambda two: spans.SpanBefore(*two)),
    )


def date_range(
    first: int, second: int, is_open: tuple[bool, bool], is_excluded: tuple[bool, bool]
) -> q.Query:
    start, end = sorted((first, second))
    return q.NumericRange(
        "date", None if is_open[0] else start, None if is_open[1] else end, is_excluded[0], is_excluded[1]
    )


def other_queries() -> st.SearchStrategy[q.Query]:
    date = st.integers(19890101, 20280101)
    two = st.tuples(st.booleans(), st.booleans())
    return st.one_of(
        st.builds(date_range, date, date, two, two),
        st.integers(1990, 2026).map(lambda year: q.Term("date", year * 10000 + 101)),
        st.sampled_from(["silva", "muller", "jp", "j", "berg"]).map(lambda name: q.Term("author", name)),
        st.sampled_from([["al", "chalabi"], ["muller", "jp"], ["silva", "j"]]).map(
            lambda names: q.Phrase("author", names)
        ),
        st.integers(0, 185).map(lambda number: q.Term("doi", f"10.1000/ab{number}")),
        st.sampled_from(["", "1", "10.1000/ab1", "zz"]).map(lambda stump: q.Prefix("doi", stump)),
        st.sampled_from([q.Every(), q.Every("title"), q.Every("author"), q.Every("date"), q.Every("has")]),
    )


def queries() -> st.SearchStrategy[q.Query]:
    leaves = st.one_of(st.sampled_from(TEXT_FIELDS).flatmap(word_queries), other_queries())
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.lists(inner, min_size=2, max_size=3).map(q.And),
            st.lists(inner, min_size=2, max_size=3).map(q.Or),
            st.lists(inner, min_size=2, max_size=3).map(q.DisjunctionMax),
            st.tuples(inner, inner).map(lambda two: q.AndNot(*two)),
            st.tuples(inner, inner).map(lambda two: q.AndMaybe(*two)),
            st.tuples(inner, inner).map(lambda two: q.Require(*two)),
            inner.map(q.Not),
        ),
        max_leaves=4,
    )


@settings(max_examples=20 * settings().max_examples)
@given(query=st.one_of(queries(), queries(), span_queries()))
def test_stock_whoosh_finds_the_same_with_the_same_scores(pair: Pair, query: q.Query) -> None:
    pair.agree(query)


@given(terms=st.lists(st.sampled_from(TERMS), min_size=1, max_size=3), limit=st.integers(1, 20))
def test_the_best_few_hits_are_the_same(pair: Pair, terms: list[str], limit: int) -> None:
    query = q.Or([q.Term("abstract", term) for term in terms])
    ours, stock = (
        [hit.score for hit in searcher.search(query, limit=limit)] for searcher in (pair.ours, pair.stock)
    )
    assert ours == pytest.approx(stock, rel=1e-5)


def test_every_posting_is_the_same_with_its_weight_and_places(pair: Pair) -> None:
    ours, stock = pair.ours.reader(), pair.stock.reader()
    assert list(ours.all_terms()) == list(stock.all_terms())
    assert sorted(ours.indexed_field_names()) == sorted(stock.indexed_field_names())
    of_text = {field.name for field in FIELDS if field.kind is Kind.TEXT}
    for field, text in ours.all_terms():
        one, other = ours.postings(field, text), stock.postings(field, text)
        assert list(other.all_ids()) == list(one.all_ids())
        one.reset()
        other.reset()
        while one.is_active():
            assert one.weight() == pytest.approx(other.weight())
            if field in of_text:
                assert one.value_as("positions") == other.value_as("positions")
                assert one.value_as("frequency") == other.value_as("frequency")
            one.next()
            other.next()


def test_what_is_known_of_terms_and_lengths_is_the_same(pair: Pair) -> None:
    ours, stock = pair.ours.reader(), pair.stock.reader()
    for field, text in ours.all_terms():
        one, other = ours.term_info(field, text), stock.term_info(field, text)
        assert one.__dict__ == pytest.approx({name: other.__dict__[name] for name in one.__dict__})
        assert ours.frequency(field, text) == pytest.approx(stock.frequency(field, text))
        assert ours.doc_frequency(field, text) == stock.doc_frequency(field, text)
    for field in TEXT_FIELDS:
        assert ours.field_length(field) == stock.field_length(field)
        assert ours.min_field_length(field) == stock.min_field_length(field)
        assert ours.max_field_length(field) == stock.max_field_length(field)
        for number in range(ours.doc_count()):
            assert ours.doc_field_length(number, field) == (stock.doc_field_length(number, field) or 0)


def test_a_term_in_one_place_twice_counts_as_in_stock_whoosh(tmp_path: Path) -> None:
    articles = [
        Article(ids=Ids(pmid=str(number)), title=Markup(title), references=(Reference(text=title),))
        for number, title in enumerate(("semi-s", "Semi semi-s and semi", "beta", "Beta-s, semi"), 1)
    ]
    ours = whoosh.index.open_dir(generation_of(tmp_path, articles).folder)
    pair = Pair(ours, written_by_stock_whoosh(articles))
    assert pair.agree(q.Term("title", "semi")) == 3
    assert pair.agree(q.Term("title", "beta")) == 2


@pytest.mark.parametrize("field", ["title", "doi", "date", "absent"])
def test_a_term_that_no_article_has_is_not_found(pair: Pair, field: str) -> None:
    reader = pair.ours.reader()
    text = 18000101 if field == "date" else "no such"
    assert (field, text) not in reader
    for ask in (reader.term_info, reader.postings):
        with pytest.raises(TermNotFound):
            ask(field, text)
    if field in reader.schema:
        assert reader.doc_frequency(field, text) == reader.frequency(field, text) == 0


def test_a_generation_opens_in_a_process_that_knows_nothing_of_us(generation: Generation) -> None:
    script = (
        "import sys, whoosh.index\n"
        "from whoosh.qparser import QueryParser\n"
        "index = whoosh.index.open_dir(sys.argv[1], readonly=True)\n"
        "with index.searcher() as searcher:\n"
        "    query = QueryParser('title', index.schema).parse('neurons AND date:[1990 TO 20301231]')\n"
        "    print(len(searcher.search(query, limit=None)), len(searcher.search(query)[0]['article']) > 0)\n"
    )
    root = Path(__file__).resolve().parents[3]
    printed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(generation.folder)],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert int(printed[0]) > 0
    assert printed[1] == "True"


def test_stock_whoosh_copies_a_generation_into_an_index_of_its_own(generation: Generation) -> None:
    ours = whoosh.index.open_dir(generation.folder).reader()
    index = RamStorage().create_index(whoosh_schema())
    writer = index.writer()
    writer.add_reader(ours)
    writer.commit()
    copied = index.reader()
    assert list(copied.iter_postings()) == [
        (field, text, article, weight, value or None)
        for field, text, article, weight, value in ours.iter_postings()
    ]
    assert list(copied.all_stored_fields()) == list(ours.all_stored_fields())


def test_the_stored_article_comes_with_a_hit(pair: Pair, articles: Sequence[Article]) -> None:
    hit = pair.ours.search(q.Term("pmid", articles[0].ids.pmid))[0]
    assert msgpack.decode(hit["article"], type=Article).key == articles[0].key


def test_the_manifest_counts_the_table_of_contents_among_its_files(generation: Generation) -> None:
    assert "_MAIN_1.toc" in generation.manifest.sizes
    assert "_MAIN_1.toc" in generation.manifest.checksums
    with (generation.folder / "_MAIN_1.toc").open("ab") as file:
        file.write(b"!")
    with pytest.raises(NoGeneration):
        live(generation.folder.parent)


def test_a_table_of_contents_is_the_same_each_time_and_small(
    articles: Sequence[Article], tmp_path: Path
) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
    one, other = (
        (generation_of(tmp_path / name, articles[:3]).folder / "_MAIN_1.toc").read_bytes() for name in "ab"
    )
    assert one == other
    assert len(one) < 10_000


def test_nothing_is_written_into_a_generation(generation: Generation) -> None:
    segment = pickle.loads(pickle.dumps(whoosh.index.open_dir(generation.folder)._segments()[0]))  # noqa: S301 - it was pickled right here
    with pytest.raises(ReadOnly, match="als-search reindex"):
        segment.delete_document(0)
    with pytest.raises(ReadOnly):
        segment.codec().field_writer(None, segment)
    assert segment.deleted_count() == 0
    assert not segment.has_deletions()
