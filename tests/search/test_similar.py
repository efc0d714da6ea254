from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from crawler.keeping.library import Library
from index import generations
from index.build import build
from index.schema import BY_NAME, Kind
from index.segments.columns import read_columns
from index.segments.segment import Segment
from index.settings import IndexSettings
from search.engine import Engine
from search.similar import Likeness
from tests.conftest import NOW, ignore_progress
from tests.records import parsed

if TYPE_CHECKING:
    from pathlib import Path


def heading(*names: str) -> str:
    found = "".join(f"<MeshHeading><DescriptorName>{name}</DescriptorName></MeshHeading>" for name in names)
    return f"<MeshHeadingList>{found}</MeshHeadingList>"


RETRACTED = (
    "<CommentsCorrectionsList><CommentsCorrections RefType='RetractionIn'><RefSource>A notice.</RefSource>"
    "</CommentsCorrections></CommentsCorrectionsList>"
)
GLIA = "Astrocytes and microglia surround dying neurons. Microglia release cytokines."
FILLING = [
    parsed(100 + n, f"Report {word}.", abstract=f"The {word} was measured once more in {n} patients.")
    for n, word in enumerate("gait voice sleep weight speech muscle reflex tremor".split())
]
ARTICLES = [
    parsed(1, "Microglia in mice.", abstract=GLIA, extra=heading("Neuroinflammatory Diseases", "Mice")),
    parsed(2, "Microglia and cytokines.", abstract="Microglia release cytokines near neurons."),
    parsed(3, "A survey.", abstract="Opinions differ.", extra=heading("Neuroinflammatory Diseases")),
    parsed(4, "Microglia in mice.", abstract=GLIA, extra=RETRACTED + heading("Mice")),
    parsed(5, "About the and of.", abstract="It was not the same as before 12 34.", authors="Li Wang"),
    parsed(6, "Microglia in mice, again.", abstract="Nothing else.", authors="Li Wang"),
    *FILLING,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("similar")
    library = Library(folder / "library.sqlite", identity="test")
    library.take(ARTICLES, source="a test", now=NOW)
    build(library, folder / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    return folder / "index"


@pytest.fixture(scope="module")
def engine(folder: Path) -> Engine:
    return Engine(folder)


def similar(engine: Engine, key: str, limit: int = 6) -> list[str]:
    return [hit.key for hit in engine.similar(key, limit)]


def test_what_shares_most_comes_first_and_never_the_article_itself(engine: Engine) -> None:
    found = similar(engine, "1", 20)
    assert found[0] == "2"
    assert "1" not in found


def test_a_retracted_article_comes_after_all_others(engine: Engine) -> None:
    assert similar(engine, "1", 20)[-1] == "4"
    assert "4" not in similar(engine, "1", 2)


def test_a_shared_heading_makes_similar_what_shares_no_word(engine: Engine) -> None:
    assert similar(engine, "3")[:1] == ["1"]


def test_stop_words_and_numbers_and_authors_make_nothing_similar(engine: Engine) -> None:
    assert "6" not in similar(engine, "5", 20)


def test_the_answer_is_the_same_each_time_and_its_beginning_that_of_a_longer_one(
    engine: Engine, folder: Path
) -> None:
    longer = similar(engine, "1", 5)
    assert similar(Engine(folder), "1", 5) == longer
    assert similar(engine, "1", 2) == longer[:2]
    assert similar(engine, "1", 0) == []


def test_hits_come_in_order_of_score_and_without_marks(engine: Engine) -> None:
    hits = engine.similar("2", 2)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [piece.markup for piece in hits[0].title] == [hits[0].article.title]
    assert not any(piece.is_match for hit in hits for piece in hit.title)


def test_an_article_that_the_index_lacks_has_none(engine: Engine) -> None:
    assert engine.similar("999", 6) == ()


def test_a_number_beyond_the_last_article_is_an_error(folder: Path) -> None:
    opened = generations.live(folder).folder
    likeness = Likeness(Segment(opened), read_columns(opened))
    with pytest.raises(IndexError, match="no article 99 among"):
        likeness.to(99, 1)


def test_the_score_is_the_published_sum_over_shared_words(folder: Path) -> None:
    opened = generations.live(folder).folder
    segment, columns = Segment(opened), read_columns(opened)
    one, other = (columns.keys.number(key) for key in ("2", "6"))

    def words(article: int) -> dict[int, int]:
        counts: dict[int, int] = {}
        for name, times in (("title", 2), ("abstract", 1)):
            assert BY_NAME[name].kind is Kind.TEXT
            for term in segment.forward.tokens(article, name).terms.tolist():
                counts[term] = counts.get(term, 0) + times
        return counts

    def likely(article: int, count: int) -> float:
        length = 2 * int(segment.fields["title"].lengths[article])
        length += int(segment.fields["abstract"].lengths[article])
        return float(1 / (1 + (0.013 / 0.022) ** (count - 1) * np.exp(0.009 * length)))

    (shared,) = [
        term
        for term in words(one).keys() & words(other).keys()
        if segment.lexicons[Kind.TEXT].term(term) not in {"and", "in", "near"}
    ]
    rarity = np.log(segment.articles / segment.everywhere.df(shared))
    expected = likely(one, words(one)[shared]) * likely(other, words(other)[shared]) * rarity
    found = Likeness(segment, columns).to(one, 20)
    assert found.scores[found.articles.tolist().index(other)] == pytest.approx(expected, rel=1e-5)
