from __future__ import annotations

import resource
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec import structs

from index import build as building
from index import generations
from index.build import build, is_current
from index.columns import read_columns
from index.errors import BuildFailed, NothingToIndex
from index.schema import Kind
from index.settings import IndexSettings
from tests.conftest import NOW, ignore_progress
from tests.records import parsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.library import Library
    from index.generations import Generation


def built(library: Library, root: Path) -> Generation:
    return build(library, root, IndexSettings(), now=NOW, progress=ignore_progress)


@pytest.fixture
def two(library: Library) -> Library:
    """A library of two articles."""
    library.take([parsed(1, "Mice."), parsed(2, "Men.")], source="a test", now="2025-05-05T05:05:05+00:00")
    return library


def test_a_generation_says_what_it_was_built_from(two: Library, tmp_path: Path) -> None:
    manifest = built(two, tmp_path).manifest
    assert (manifest.articles, manifest.created, manifest.updated) == (2, NOW, "2025-05-05T05:05:05+00:00")
    assert (manifest.library, manifest.revision) == (two.identity, two.revision)
    assert is_current(two, tmp_path)


def test_an_index_is_no_longer_current_after_the_library_changed(two: Library, tmp_path: Path) -> None:
    assert not is_current(two, tmp_path)
    built(two, tmp_path)
    two.take([parsed(3)], source="a test", now=NOW)
    assert not is_current(two, tmp_path)


def test_progress_is_told_for_every_article(two: Library, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    build(two, tmp_path, IndexSettings(), now=NOW, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


def test_the_words_of_titles_and_the_names_of_authors_are_kept_apart(two: Library, tmp_path: Path) -> None:
    words = read_columns(built(two, tmp_path).folder).words
    assert {"mice", "men", "nothing"} <= {words[Kind.TEXT][n] for n in range(len(words[Kind.TEXT]))}
    assert {words[Kind.NAME][n] for n in range(len(words[Kind.NAME]))} == {"silva", "ana", "a"}


def test_an_empty_library_is_refused(library: Library, tmp_path: Path) -> None:
    with pytest.raises(NothingToIndex, match="als-search crawl"):
        built(library, tmp_path)


def test_a_build_that_is_stopped_leaves_the_old_index_live(two: Library, tmp_path: Path) -> None:
    old = built(two, tmp_path)

    def stop(_done: int, _total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(two, tmp_path, IndexSettings(), now=NOW, progress=stop)
    assert generations.live(tmp_path) == old
    assert [path.name for path in tmp_path.glob("generation-*")] == [old.name]
    assert built(two, tmp_path).manifest.number == old.manifest.number + 1


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Let the system refuse to write more into any file, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_full_disk_fails_the_build_and_leaves_the_old_index_live(two: Library, tmp_path: Path) -> None:
    old = built(two, tmp_path)
    with no_file_longer_than(1000), pytest.raises(BuildFailed, match="could not be written"):
        built(two, tmp_path)
    assert generations.live(tmp_path) == old
    assert [path.name for path in tmp_path.glob("generation-*")] == [old.name]


def test_a_folder_that_cannot_be_made_fails_the_build(two: Library, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(BuildFailed, match=f"could not be written to {tmp_path}"):
        built(two, tmp_path / "file" / "index")


def test_an_index_with_another_count_than_its_columns_is_refused(two: Library, tmp_path: Path) -> None:
    folder = built(two, tmp_path).folder
    (folder / "keys.json").write_bytes(msgspec.json.encode(["1"]))
    with pytest.raises(BuildFailed, match="2 articles were indexed, but there are 1 keys"):
        building._check(folder, [])


def test_an_index_in_which_an_article_is_not_found_is_refused(two: Library, tmp_path: Path) -> None:
    folder = built(two, tmp_path).folder
    first, second = two.articles()
    assert building._check(folder, [(0, first), (1, second)]) == 2
    with pytest.raises(BuildFailed, match="article 2 was indexed, but is not found"):
        building._check(folder, [(0, second)])
    lost = structs.replace(first, ids=structs.replace(first.ids, pmid="77"))
    with pytest.raises(BuildFailed, match="article 77"):
        building._check(folder, [(0, lost)])
