from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from crawler.article import Article, Author, Ids, Journal, Keyword, Markup, MeshHeading, PubDate
from index.build import write
from index.naming import mesh
from index.schema import DATE_COLUMNS, facet_value
from index.segments.column_gather import ColumnStreams
from index.segments.column_write import RunColumns, write_columns
from index.segments.columns import Columns, Keys, read_columns
from index.segments.lexicon import texts_of
from index.settings import IndexSettings
from index.snapshot import no_citations
from tests.conftest import NOW, ignore_progress
from tests.records import cites, parsed

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.keeping.library import Library


def article(pmid: str, *keywords: str, year: int = 2020, journal: str = "J Tests") -> Article:
    return Article(
        ids=Ids(pmid=pmid),
        title=Markup("T"),
        journal=Journal(abbreviation=journal),
        published=PubDate(year, 3),
        keywords=tuple(map(Keyword, keywords)),
    )


def written(folder: Path, *articles: Article) -> Columns:
    """Return the columns of articles, written without a build and read back."""
    streams = ColumnStreams()
    streams.add(articles)
    texts = {name: list(numbers) for name, numbers in streams.numberings.items()}
    maps = {name: np.arange(len(each), dtype=np.uint32) for name, each in texts.items()}
    write_columns(folder, [RunColumns(streams.taken(), maps)], texts, no_citations(), mesh.built_in())
    return read_columns(folder)


def test_keys_and_dates_come_back_in_the_order_of_the_articles(tmp_path: Path) -> None:
    columns = written(tmp_path, article("9"), article("3", year=0))
    assert [columns.keys[number] for number in range(len(columns.keys))] == ["9", "3"]
    assert columns.dates.tolist() == [20200301, 0]


def test_spellings_of_a_value_are_one_value_with_the_most_frequent_label(tmp_path: Path) -> None:
    columns = written(tmp_path, article("1", "mice"), article("2", "Mice", "mice "), article("3", "Mice"))
    facet = columns.facets["keyword"]
    assert (facet.values, facet.labels) == (["mice"], ["Mice"])
    assert facet.starts.tolist() == [0, 1, 2, 3]
    assert (facet.owner_starts.tolist(), facet.holders(0).tolist()) == ([0, 3], [0, 1, 2])


def test_an_article_has_the_broader_headings_that_any_article_has(tmp_path: Path) -> None:
    narrow, broad, odd = (
        structs.replace(article("1"), mesh=(MeshHeading(name=name),))
        for name in ("Amyotrophic Lateral Sclerosis", "Motor Neuron Disease", "Unheard Of")
    )
    facet = written(tmp_path, narrow, broad, odd).facets["mesh"]
    assert facet.labels == ["Amyotrophic Lateral Sclerosis", "Motor Neuron Disease", "Unheard Of"]
    assert (facet.starts.tolist(), facet.ids.tolist()) == ([0, 2, 3, 4], [0, 1, 1, 2])


def test_languages_are_named_and_what_can_be_read_is_told(tmp_path: Path) -> None:
    facets = written(tmp_path, structs.replace(article("1"), languages=("ger", "qqq"))).facets
    assert facets["language"].labels == ["German", "qqq"]
    assert facets["availability"].labels == []
    free = structs.replace(article("1"), ids=Ids(pmcid="PMC1"))
    assert written(tmp_path, free).facets["availability"].labels == ["Free full text", "Full text"]


def test_case_accents_and_blanks_do_not_make_another_value() -> None:
    assert facet_value("author", "  Guillain-Barr\u00e9  Syndrome ") == facet_value(
        "author", "guillain-barre syndrome"
    )


def test_without_articles_every_column_is_empty(tmp_path: Path) -> None:
    columns = written(tmp_path)
    assert len(columns.keys) == 0
    assert {len(facet.ids) for facet in columns.facets.values()} == {0}


@given(
    st.sets(st.text(st.sampled_from("ab1\u00e9\u03b2\U00010400"), min_size=1, max_size=5)),
    st.text("ab1\u00e9", max_size=3),
)
def test_the_words_that_start_so_are_found_and_no_others(known: set[str], stump: str) -> None:
    words = texts_of(sorted(known))
    assert [words[number] for number in words.starting(stump)] == sorted(
        word for word in known if word.startswith(stump)
    )


def test_a_damaged_column_is_an_error_and_not_an_empty_one(tmp_path: Path) -> None:
    written(tmp_path, article("1"))
    (tmp_path / "columns.arrays").write_bytes(b"none")
    with pytest.raises(ValueError, match=r"columns\.arrays is no file of arrays"):
        read_columns(tmp_path)


def test_columns_are_mapped_and_cannot_be_changed(tmp_path: Path) -> None:
    assert not written(tmp_path, article("1")).dates.flags.writeable


@given(
    st.sets(st.from_regex(r"[1-9]\d{0,4}|10\.1000/[a-c]{1,3}", fullmatch=True)),
    st.sampled_from(["7", "10.1000/a", ""]),
)
def test_an_article_is_found_by_its_key(keys: set[str], other: str) -> None:
    ordered = sorted(keys, key=lambda key: (len(key), key))
    encoded = [key.encode() for key in ordered]
    starts = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    found = Keys(np.frombuffer(b"".join(encoded), dtype=np.uint8), starts)
    assert [found.number(key) for key in ordered] == list(range(len(ordered)))
    assert (found.number(other) >= 0) == (other in keys)


def test_every_date_has_a_column(tmp_path: Path) -> None:
    columns = written(tmp_path, structs.replace(article("1"), electronic=PubDate(2019, 12)))
    assert set(columns.dates_of) == {column.name for column in DATE_COLUMNS}
    assert columns.dates_of["online"].tolist() == [20191201]


def test_retracted_articles_are_marked(tmp_path: Path) -> None:
    retracted = structs.replace(article("2"), publication_types=("Retracted Publication",))
    assert written(tmp_path, article("1"), retracted).retracted.tolist() == [False, True]


def test_articles_are_ranked_by_first_author_and_by_journal(tmp_path: Path) -> None:
    authors = [(Author(last=name),) for name in ("Zander", "\u00c5berg", "zander")]
    articles = [structs.replace(article(str(n)), authors=each) for n, each in enumerate(authors)]
    columns = written(tmp_path, *articles, article("4", journal=""))
    assert columns.sorts["author"].tolist() == [1, 0, 1, -1]
    assert columns.sorts["journal"].tolist() == [0, 0, 0, -1]


def test_citations_are_known_in_both_directions(library: Library, tmp_path: Path) -> None:
    citing = [parsed(1, data=cites(3, 2, 3, 99)), parsed(2), parsed(3, data=cites(2))]
    library.take(citing, source="a test", now=NOW)
    write(library.path, tmp_path, IndexSettings(), ignore_progress)
    columns = read_columns(tmp_path)
    assert [columns.cites.of(number).tolist() for number in range(3)] == [[1, 2], [], [1]]
    assert [columns.cited_by.of(number).tolist() for number in range(3)] == [[], [0, 2], [0]]
    assert columns.cited_by.counts().tolist() == [0, 2, 1]
