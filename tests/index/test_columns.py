from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.article import Article, Ids, Journal, Keyword, Markup, PubDate
from index.columns import Columns, ColumnsWriter, facet_value, read_columns, words_of
from index.schema import Kind

if TYPE_CHECKING:
    from pathlib import Path


def article(pmid: str, *keywords: str, year: int = 2020, journal: str = "J Tests") -> Article:
    return Article(
        ids=Ids(pmid=pmid),
        title=Markup("T"),
        journal=Journal(abbreviation=journal),
        published=PubDate(year, 3),
        keywords=tuple(map(Keyword, keywords)),
    )


def written(folder: Path, *articles: Article, words: dict[str, int] | None = None) -> Columns:
    writer = ColumnsWriter()
    for each in articles:
        writer.add(each)
    writer.write(folder, {Kind.TEXT: words or {}, Kind.NAME: {}})
    return read_columns(folder)


def test_keys_and_dates_come_back_in_the_order_of_the_articles(tmp_path: Path) -> None:
    columns = written(tmp_path, article("9"), article("3", year=0))
    assert columns.keys == ["9", "3"]
    assert columns.dates.tolist() == [20200301, 0]


def test_spellings_of_a_value_are_one_value_with_the_most_frequent_label(tmp_path: Path) -> None:
    columns = written(tmp_path, article("1", "mice"), article("2", "Mice", "mice "), article("3", "Mice"))
    facet = columns.facets["keyword"]
    assert (facet.values, facet.labels) == (["mice"], ["Mice"])
    assert facet.starts.tolist() == [0, 1, 2, 3]
    assert facet.owners().tolist() == [0, 1, 2]


def test_case_accents_and_blanks_do_not_make_another_value() -> None:
    assert facet_value("  Guillain-Barr\u00e9  Syndrome ") == facet_value("guillain-barre syndrome")


def test_without_articles_every_column_is_empty(tmp_path: Path) -> None:
    columns = written(tmp_path)
    assert columns.keys == []
    assert {len(facet.ids) for facet in columns.facets.values()} == {0}
    assert {len(words) for words in columns.words.values()} == {0}


def test_words_come_back_in_order_with_their_counts(tmp_path: Path) -> None:
    words = written(tmp_path, words={"mouse": 1, "\u03b1syn": 2, "mice": 3}).words[Kind.TEXT]
    assert [words[number] for number in range(len(words))] == ["mice", "mouse", "\u03b1syn"]
    assert words.counts.tolist() == [3, 1, 2]


@given(
    st.sets(st.text(st.sampled_from("ab1\u00e9\u03b2\U00010400"), min_size=1, max_size=5)),
    st.text("ab1\u00e9", max_size=3),
)
def test_the_words_that_start_so_are_found_and_no_others(known: set[str], stump: str) -> None:
    words = words_of(dict.fromkeys(known, 1))
    assert [words[number] for number in words.starting(stump)] == sorted(
        word for word in known if word.startswith(stump)
    )


def test_a_damaged_column_is_an_error_and_not_an_empty_one(tmp_path: Path) -> None:
    written(tmp_path, article("1"))
    (tmp_path / "dates.npy").write_bytes(b"none")
    with pytest.raises(ValueError, match="pickled"):
        read_columns(tmp_path)


def test_columns_are_mapped_and_not_read(tmp_path: Path) -> None:
    assert isinstance(written(tmp_path, article("1")).dates, np.memmap)
