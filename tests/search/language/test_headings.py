from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from crawler.article import MeshHeading
from crawler.keeping.library import Library
from index.build import build
from index.naming import mesh
from index.naming.mesh import Descriptor
from index.settings import IndexSettings
from search.engine import Engine
from search.language.operands import MAX_NARROWER
from search.request import Choice, SearchRequest
from tests.conftest import NOW, ignore_progress
from tests.records import parsed

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.outcome import Parsed

DESCRIPTORS = [
    Descriptor("Slow Illness", ("Z1",), ("Creeping Malady",)),
    *(Descriptor(f"Kind of It {number}", (f"Z1.{number:04}",)) for number in range(2 * MAX_NARROWER)),
    Descriptor("Last of All", ("Z1.9999",)),
]


def article(pmid: int, *headings: str) -> Parsed:
    record = parsed(pmid)
    made = structs.replace(record.article, mesh=tuple(MeshHeading(name=each) for each in headings))
    return structs.replace(record, article=made)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    folder: Path = tmp_path_factory.mktemp("headings")
    mesh.save(DESCRIPTORS, folder)
    library = Library(folder / "library.sqlite", identity="test")
    articles = [article(1, "Slow Illness"), article(2, "Last of All"), article(3, "Another Matter")]
    library.take(articles, source="a test", now=NOW)
    build(library, folder / "index", IndexSettings(), now=NOW, progress=ignore_progress)
    library.close()
    return Engine(folder / "index", mesh_folder=folder)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("slow illness[mh]", {"1", "2"}),
        ('"Slow Illness"[mh]', {"1", "2"}),
        ("creeping malady[mh]", {"1", "2"}),
        ("slow illness[mh:noexp]", {"1"}),
        ("creeping malady[mh:noexp]", set()),
        ("last of all[mh]", {"2"}),
    ],
)
def test_a_heading_finds_those_below_it_that_articles_have(
    engine: Engine, query: str, keys: set[str]
) -> None:
    page = engine.search(SearchRequest(query=query))
    assert {hit.key for hit in page.hits} == keys
    assert page.notices == ()


def test_an_article_has_the_headings_above_its_own_in_the_facet(engine: Engine) -> None:
    page = engine.search(SearchRequest(choices=(Choice("mesh", ("slow illness",)),)))
    assert {hit.key for hit in page.hits} == {"1", "2"}


def test_headings_of_the_library_are_suggested_and_no_others(engine: Engine) -> None:
    assert [each.text for each in engine.suggest("last of")] == ["Last of All"]
    assert engine.suggest("kind of") == ()
