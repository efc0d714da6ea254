from __future__ import annotations

import os
from datetime import date
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from crawler.article import Article, Markup, MeshHeading, PubDate, Qualifier, Substance
from crawler.keeping.library import Library
from crawler.markup import to_text
from index.build import build
from index.schema import FACETS
from index.settings import IndexSettings
from search.engine import Engine
from search.errors import BadRequest, EngineDown
from search.language.readings import typed_words
from search.request import Choice, SearchRequest, Sort
from tests.conftest import NOW, ignore_progress
from tests.records import parsed
from tests.strategies import queries

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.outcome import Parsed
    from search.results import Piece, ResultPage

KEYWORDS = '<KeywordList Owner="NOTNLM">{}</KeywordList>'


def keywords(*texts: str) -> str:
    return KEYWORDS.format("".join(f"<Keyword>{text}</Keyword>" for text in texts))


ARTICLES = [
    parsed(1, "Stem cells in the clinic.", abstract="Mesenchymal stem cells were given.", year="2021"),
    parsed(2, "Motor neurons.", abstract="We grew motor neurons from cells.", extra=keywords("Motor Neurons", "Cells")),
    parsed(3, "Neurons of the motor system.", abstract="A stem of the matter.", extra=keywords("motor neurons")),
    parsed(4, "TDP-43 in disease.", abstract="Aggregates of TDP43.", authors="JC Smith|Ana Silva", year="2019"),
    parsed(5, "<i>SOD1</i><sup>G93A</sup> mice.", abstract="p &lt; 0.05 in mice.", journal="Brain", doi="10.1000/AbC"),
    parsed(6, "Something else.", abstract="TDP aggregates; TDP 43.", authors="J Smithson", year="2022"),
]  # fmt: skip


def engine_of(folder: Path, articles: list[Parsed]) -> Engine:
    library = Library(folder / "library.sqlite", identity="test")
    library.take(articles, source="a test", now=NOW)
    build(library, folder / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    return Engine(folder / "index")


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    return engine_of(tmp_path_factory.mktemp("engine"), ARTICLES)


def keys(page: ResultPage) -> list[str]:
    return [hit.key for hit in page.hits]


def found(engine: Engine, query: str) -> set[str]:
    page = engine.search(SearchRequest(query=query, size=100))
    matching = [hit.key for hit in page.hits if not hit.is_loose]
    assert len(matching) == page.total
    assert keys(page)[: page.total] == matching
    assert len(page.hits) == page.total + page.loosened
    return set(matching)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("stem cells", {"1"}),
        ("motor neurons", {"2", "3"}),
        ('"motor neurons"', {"2", "3"}),
        ('"motor neurons"[ti]', {"2"}),
        ("neurons[ti]", {"2", "3"}),
        ("title:stem", {"1"}),
        ("stem NOT title:stem", {"3"}),
        ("SOD1", {"5"}),
        ("G93A", {"5"}),
        ("SOD1G93A", {"5"}),
        ("SOD1-G93A", {"5"}),
        ("TDP-43", {"4", "6"}),
        ("tdp43", {"4", "6"}),
        ("smith[au]", {"4"}),
        ("smith j[au]", {"4"}),
        ("smith jc[au]", {"4"}),
        ("smit*[au]", {"4", "6"}),
        ("jc smith[au]", {"4"}),
        ("brain[ta]", {"5"}),
        ("2019[dp]", {"4"}),
        ("2021:[dp]", {"1", "6"}),
        ("10.1000/abc", {"5"}),
        ("3[pmid]", {"3"}),
        ("1 2[pmid]", {"1", "2"}),
        ("aggregates OR mice", {"4", "5", "6"}),
        ('"motor neur*"', {"2", "3"}),
        ('"motor neur*"[ti]', {"2"}),
        ("'aggreg* -tdp*", {"4", "6"}),
        ("TDP-4*", {"4", "6"}),
        ('"TDP-43 in dis*"', {"4"}),
        ('"TDP43 in disease"', {"4"}),
        ('"SOD1G93A mice"', {"5"}),
        ("PMID: 3", {"3"}),
        ("doi: 10.1000/ABC.", {"5"}),
        ("https://doi.org/10.1000/abc", {"5"}),
        ("uid:1,2", {"1", "2"}),
        ("cells 2021[dp]", {"1"}),
        (":2100[dp]", {"1", "2", "3", "4", "5", "6"}),
        ("what's in the stem cells", {"1"}),
        ("neurodegenerations*", set()),
        ("aggregation*", set()),
        ("nowhere", set()),
        ("?!", set()),
        ("", {"1", "2", "3", "4", "5", "6"}),
        ("NOT cells", {"3", "4", "5", "6"}),
    ],
)
def test_a_query_finds_what_it_should(engine: Engine, query: str, expected: set[str]) -> None:
    assert found(engine, query) == expected


def test_a_match_in_the_title_counts_more(engine: Engine) -> None:
    page = engine.search(SearchRequest(query="stem"))
    assert keys(page) == ["1", "3"]
    assert page.hits[0].score > page.hits[1].score


def test_hits_can_come_by_date(engine: Engine) -> None:
    assert keys(engine.search(SearchRequest(sort=Sort.NEWEST))) == ["6", "1", "2", "3", "5", "4"]
    assert keys(engine.search(SearchRequest(sort=Sort.OLDEST))) == ["4", "2", "3", "5", "1", "6"]


def test_everything_comes_newest_first(engine: Engine) -> None:
    assert keys(engine.search(SearchRequest())) == ["6", "1", "2", "3", "5", "4"]


def test_an_article_is_counted_once_under_each_of_its_values(engine: Engine) -> None:
    (facet,) = [facet for facet in engine.search(SearchRequest()).facets if facet.name == "keyword"]
    assert [(value.value, value.label, value.count) for value in facet.values] == [
        ("motor neuron", "motor neuron", 2),
        ("cell", "Cells", 1),
    ]


def test_a_choice_narrows_the_hits_but_not_the_counts_of_its_own_facet(engine: Engine) -> None:
    page = engine.search(SearchRequest(choices=(Choice("keyword", ("CELLS",)),)))
    assert keys(page) == ["2"]
    facets = {facet.name: facet for facet in page.facets}
    assert [(each.label, each.count, each.is_chosen) for each in facets["keyword"].values] == [
        ("Cells", 1, True),
        ("motor neuron", 2, False),
    ]
    assert [(each.label, each.count) for each in facets["year"].values] == [("2020", 1)]


def test_two_values_of_a_facet_add_up_and_two_facets_narrow(engine: Engine) -> None:
    both = Choice("year", ("2019", "2021"))
    assert keys(engine.search(SearchRequest(choices=(both,), sort=Sort.OLDEST))) == ["4", "1"]
    assert keys(engine.search(SearchRequest(choices=(both, Choice("author", ("Smith JC",)))))) == ["4"]


def test_a_chosen_value_that_no_article_has_is_shown_with_zero(engine: Engine) -> None:
    page = engine.search(SearchRequest(choices=(Choice("year", ("1850",)),)))
    assert page.total == 0
    (year,) = [facet for facet in page.facets if facet.name == "year"]
    assert [(each.count, each.is_chosen) for each in year.values if each.label == "1850"] == [(0, True)]


@pytest.mark.parametrize(
    ("request_parts", "word"),
    [({"page": 0}, "page"), ({"size": 0}, "size"), ({"size": 101}, "size"), ({"choices": (Choice("x", ("y",)),)}, "facet")],
)  # fmt: skip
def test_a_request_that_makes_no_sense_is_refused(request_parts: dict[str, int], word: str) -> None:
    with pytest.raises(BadRequest, match=f"^{word}: "):
        SearchRequest(**request_parts)  # type: ignore[arg-type]  # wrong on purpose


def test_a_page_beyond_the_last_is_empty(engine: Engine) -> None:
    page = engine.search(SearchRequest(page=9))
    assert (page.total, page.hits, page.first, page.last) == (6, (), 0, 0)


@given(st.integers(0, 500), st.integers(1, 100))
def test_the_last_page_has_a_hit_and_the_next_has_none(total: int, size: int) -> None:
    pages = page_count(total, size)
    assert (pages - 1) * size < total <= pages * size or pages == total == 0


def page_count(total: int, size: int) -> int:
    from search.results import ResultPage as Page  # noqa: PLC0415 - a type only above

    request = SearchRequest(size=size)
    return Page(request=request, generation="", articles=0, total=total, hits=(), facets=(), notices=()).pages


@settings(deadline=None, max_examples=25)
@given(st.integers(1, 7))
def test_the_pages_together_are_all_hits_each_once(sample_engine: Engine, size: int) -> None:
    everything = keys(sample_engine.search(SearchRequest(query="als", size=100)))
    count = sample_engine.search(SearchRequest(query="als", size=size)).pages
    pages = [sample_engine.search(SearchRequest(query="als", size=size, page=n + 1)) for n in range(count)]
    assert [key for page in pages for key in keys(page)] == everything
    assert all(page.hits for page in pages)


@settings(deadline=None, max_examples=60)
@given(queries())
def test_any_query_has_an_answer(engine: Engine, query: str) -> None:
    page = engine.search(SearchRequest(query=query, size=100))
    assert len(page.hits) == page.total + page.loosened


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_a_facet_count_is_the_number_of_hits_after_choosing_it(
    sample_engine: Engine, data: st.DataObject
) -> None:
    query = data.draw(st.sampled_from(["", "als", "motor neurons", "riluzole OR edaravone", "NOT mice"]))
    page = sample_engine.search(SearchRequest(query=query))
    facet = data.draw(st.sampled_from([facet for facet in page.facets if facet.values]))
    value = data.draw(st.sampled_from(facet.values))
    narrowed = sample_engine.search(SearchRequest(query=query, choices=(Choice(facet.name, (value.value,)),)))
    assert narrowed.total + narrowed.loosened == value.count


def test_facets_agree_with_counting_by_hand(sample_engine: Engine, sample_library: Library) -> None:
    from index.naming import mesh  # noqa: PLC0415 - the oracle needs it alone
    from index.schema import facet_value  # noqa: PLC0415 - the oracle needs it alone

    articles = list(sample_library.articles())
    for facet, column in zip(sample_engine.search(SearchRequest()).facets, FACETS, strict=True):
        labels = [column.labels(article) for article in articles]
        if column.in_trees:
            above = mesh.built_in().broader({label for each in labels for label in each})
            labels = [[broader for label in each for broader in above[label]] for each in labels]
        values = [{facet_value(column.name, label) for label in each} for each in labels]
        assert facet.distinct == len(set().union(*values))
        for value in facet.values:
            assert value.count == sum(value.value in each for each in values)


def test_the_same_request_gives_the_same_page(engine: Engine, tmp_path: Path) -> None:
    request = SearchRequest(query="cells OR motor")
    assert engine.search(request) == engine_of(tmp_path, ARTICLES).search(request)


def test_a_page_is_kept_until_the_day_changes(tmp_path: Path) -> None:
    engine_of(tmp_path, ARTICLES)
    days = [date(2022, 6, 1)]
    engine = Engine(tmp_path / "index", today=lambda: days[-1])
    request = SearchRequest(query='cells OR "last 4 years"[dp]')
    first = engine.search(request)
    assert engine.search(request) is first
    days.append(date(2029, 6, 1))
    assert engine.search(request) != first
    assert (engine.pages().found, engine.pages().missed) == (1, 2)


def test_what_time_ran_out_for_is_not_kept(tmp_path: Path) -> None:
    engine_of(tmp_path, ARTICLES)
    slow = Engine(tmp_path / "index", clock=count(0, 10).__next__)
    page = slow.search(SearchRequest(query="motor neurons"))
    assert page.is_partial
    assert len(slow.pages()) == 0


def test_no_index_is_an_error_and_not_an_empty_page(tmp_path: Path) -> None:
    with pytest.raises(EngineDown, match="run `als-search reindex`"):
        Engine(tmp_path).search(SearchRequest(query="als"))


def test_a_new_generation_is_taken_up_while_the_engine_is_open(tmp_path: Path) -> None:
    engine = engine_of(tmp_path, ARTICLES[:2])
    assert engine.search(SearchRequest()).total == 2
    library = Library(tmp_path / "library.sqlite")
    library.take(ARTICLES, source="a test", now=NOW)
    build(library, tmp_path / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    page = engine.search(SearchRequest())
    assert (page.total, page.generation) == (6, "generation-000002")


def test_who_wants_to_know_is_told_of_every_generation_that_is_opened(tmp_path: Path) -> None:
    engine_of(tmp_path, ARTICLES[:2])
    told: list[str] = []
    engine = Engine(tmp_path / "index", opened=lambda: told.append("opened"))
    assert not told
    engine.search(SearchRequest())
    engine.search(SearchRequest())
    library = Library(tmp_path / "library.sqlite")
    build(library, tmp_path / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    engine.search(SearchRequest())
    assert told == ["opened", "opened"]


def test_an_article_without_a_date_is_in_no_range(tmp_path: Path) -> None:
    undated = parsed(1)
    article = structs.replace(undated.article, published=PubDate(), electronic=PubDate())
    engine = engine_of(tmp_path, [structs.replace(undated, article=article), parsed(2, year="1999")])
    assert found(engine, ":2020[dp]") == {"2"}
    assert found(engine, "") == {"1", "2"}


def test_a_chosen_year_stays_in_its_place(engine: Engine) -> None:
    page = engine.search(SearchRequest(choices=(Choice("year", ("2020",)),)))
    (year,) = [facet for facet in page.facets if facet.name == "year"]
    assert [value.label for value in year.values] == ["2022", "2021", "2020", "2019"]


@pytest.mark.parametrize(
    ("query", "label", "passage"),
    [
        ("smith", "Authors", "[Smith] JC"),
        ("jc smith", "Authors", "[Smith] [JC]"),
        ('author:"jc smith"', "Authors", "[JC Smith]"),
        ("brain[ta]", "Journal", "[Brain]"),
        ("4[pmid]", "PMID", "[4]"),
        ("10.1000/ABC", "DOI", "[10.1000/AbC]"),
        ("journal article[pt]", "Publication type", "[Journal Article]"),
        ("english[la]", "Language", "[English]"),
        ("riluz*[nm]", "Substances", "[Riluzole]"),
        ("mortality", "MeSH terms", "Amyotrophic Lateral Sclerosis/[mortality]"),
        ("nach*", "Title", "[Nach] der H<sub>2</sub>O-Studie"),
    ],
)
def test_a_hit_whose_texts_do_not_match_says_why_it_was_found(
    reasoned: Engine, query: str, label: str, passage: str
) -> None:
    (hit,) = reasoned.search(SearchRequest(query=query)).hits
    first, *_, last = hit.snippets
    assert (first.label, shown(first.pieces)) == (label, passage)
    assert shown(last.pieces) == "Nothing."


def test_a_hit_whose_title_matches_needs_no_other_reason(reasoned: Engine) -> None:
    (hit,) = reasoned.search(SearchRequest(query="title smith")).hits
    assert [shown(snippet.pieces) for snippet in hit.snippets] == ["Nothing."]


def shown(pieces: tuple[Piece, ...]) -> str:
    return "".join(f"[{piece.markup}]" if piece.is_match else piece.markup for piece in pieces)


@pytest.fixture(scope="module")
def reasoned(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    record = parsed(4, authors="JC Smith", journal="Brain", doi="10.1000/AbC")
    article = structs.replace(
        record.article,
        vernacular_title=Markup("Nach der H<sub>2</sub>O-Studie"),
        substances=(Substance("Riluzole"),),
        mesh=(MeshHeading(name="Amyotrophic Lateral Sclerosis", qualifiers=(Qualifier("mortality"),)),),
    )
    return engine_of(tmp_path_factory.mktemp("reasons"), [structs.replace(record, article=article)])


def test_the_start_of_very_many_words_finds_them_all(tmp_path: Path) -> None:
    many = [parsed(number, f"Abc{number}.") for number in range(1, 1204)]
    page = engine_of(tmp_path, many).search(SearchRequest(query="abc*"))
    assert (page.total, page.notices) == (1203, ())


def test_an_answer_that_ran_out_of_time_says_so(engine: Engine) -> None:
    moments = iter(range(1_000))
    hurried = Engine(engine._root, clock=lambda: float(next(moments)), seconds=4)
    page = hurried.search(SearchRequest(query="stem OR cells OR mice OR smith"))
    assert page.is_partial
    assert 0 < page.total < 5
    assert not engine.search(SearchRequest(query="stem OR cells OR mice OR smith")).is_partial


@pytest.fixture(scope="module")
def sample_articles(sample_engine: Engine) -> list[Article]:
    return [hit.article for hit in sample_engine.search(SearchRequest(size=100)).hits]


def test_every_title_as_it_is_shown_finds_its_article(
    sample_engine: Engine, sample_articles: list[Article]
) -> None:
    for article in sample_articles:
        title = to_text(article.title).replace('"', " ")
        assert article.key in found(sample_engine, f'"{title}"'), title


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_every_word_of_a_title_cut_short_finds_its_article(
    sample_engine: Engine, sample_articles: list[Article], data: st.DataObject
) -> None:
    article = data.draw(st.sampled_from(sample_articles), label="article")
    (word,) = data.draw(st.sampled_from([each[:1] for each in typed_words(to_text(article.title))]))
    written = to_text(article.title)[word.start : word.end]
    stump = written[: data.draw(st.integers(1, len(written)))]
    read = [token.word for token, *_ in typed_words(stump)]
    # A number cut between its digits, as 1,35 of 1,350, is another number; so is a mutation.
    if sum(map(str.isalnum, stump)) >= 3 and len(read) == 1 and word.word.startswith(read[0]):
        assert found(sample_engine, f"{stump}* {article.key}[pmid]")


@pytest.mark.parametrize("sort", Sort)
def test_the_keys_of_all_hits_come_in_the_order_of_the_pages(sample_engine: Engine, sort: Sort) -> None:
    request = SearchRequest(query="survival", sort=sort, size=1, page=3)
    page = sample_engine.search(structs.replace(request, page=1, size=100))
    assert list(sample_engine.keys(request)) == [hit.key for hit in page.hits if not hit.is_loose]
    every = sample_engine.search(SearchRequest(sort=sort, size=100))
    assert list(sample_engine.keys(SearchRequest(sort=sort))) == keys(every)


def test_keys_and_explanations_are_whole_or_none_where_time_runs_out(engine: Engine) -> None:
    moments = iter(range(1000))
    hurried = Engine(engine._root, clock=lambda: float(next(moments)), seconds=0)
    with pytest.raises(EngineDown, match="within 0 seconds"):
        hurried.keys(SearchRequest(query="cells neurons"))
    with pytest.raises(EngineDown, match="within 0 seconds"):
        hurried.explain(SearchRequest(query="cells neurons"), "1")


def test_the_start_of_a_word_is_found_in_british_and_american_spelling(tmp_path: Path) -> None:
    engine = engine_of(
        tmp_path,
        [
            parsed(1, "Tumours of the spine."),
            parsed(2, "Tumorigenesis."),
            parsed(3, "Oesophageal reflux."),
            parsed(4, "Esophagitis."),
            parsed(5, "Haemorrhage and behaviour."),
            parsed(6, "Behavioral hemorrhages."),
        ],
    )

    def found(query: str) -> list[str]:
        return sorted(hit.key for hit in engine.search(SearchRequest(query=query, spelling=False)).hits)

    assert found("tumour*") == found("tumor*") == ["1", "2"]
    assert found("oesoph*") == found("esoph*") == ["3", "4"]
    assert found("haemo*") == found("hemo*") == ["5", "6"]
    assert found("behavi*") == found("behaviour*") == found("behavior*") == ["5", "6"]


def test_a_quoted_author_has_no_further_initials(tmp_path: Path) -> None:
    engine = engine_of(
        tmp_path,
        [
            parsed(1, "One.", authors="JA Smith"),
            parsed(2, "Two.", authors="J Smith"),
            parsed(3, "x", authors="K Smith"),
        ],
    )

    def found(query: str) -> list[str]:
        return sorted(hit.key for hit in engine.search(SearchRequest(query=query)).hits)

    assert found("smith j[au]") == ["1", "2"]
    assert found('"smith j"[au]') == ["2"]
    assert found('"smith ja"[au]') == ["1"]
    assert found("smith ja[au]") == ["1"]


def test_keywords_that_differ_in_number_or_hyphens_are_one_value_however_they_are_asked_for(
    tmp_path: Path,
) -> None:
    words = ("Motor Neurons", "motor neuron", "Motor-neurons", "Biomarkers", "biomarker", "AIDS", "aid")
    engine = engine_of(
        tmp_path, [parsed(n, "A title.", extra=keywords(word)) for n, word in enumerate(words, 1)]
    )
    shown = engine.facet(SearchRequest(), "keyword").facet.values
    assert {(each.value, each.count) for each in shown} == {
        ("motor neuron", 3), ("biomarker", 2), ("aids", 1), ("aid", 1),
    }  # fmt: skip
    for word in words[:3]:
        page = engine.search(SearchRequest(choices=(Choice("keyword", (word,)),)))
        assert sorted(hit.key for hit in page.hits) == ["1", "2", "3"]
        found = engine.facet(SearchRequest(), "keyword", word).facet.values
        assert [each.value for each in found] == ["motor neuron"]


def test_a_stored_article_that_is_damaged_is_a_broken_index_and_no_empty_page(tmp_path: Path) -> None:
    engine_of(tmp_path, [parsed(1, "Tumours."), parsed(2, "Neurons.")])
    stored = tmp_path / "index" / "generation-000001" / "stored.arrays"
    before = stored.stat()
    magic = b"\x28\xb5\x2f\xfd"  # what Zstandard begins with
    stored.write_bytes(stored.read_bytes().replace(magic, b"none"))
    os.utime(stored, ns=(before.st_atime_ns, before.st_mtime_ns))
    with pytest.raises(EngineDown):
        Engine(tmp_path / "index").search(SearchRequest(query="neurons"))
