from __future__ import annotations

import os
import resource
import shutil
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import msgspec
import pytest
from msgspec.structs import replace

from crawler.keeping.library import Library
from index import build as building
from index import generations
from index.build import build, check, is_current, write
from index.building import gather, plan
from index.building.crew import crew
from index.errors import BuildFailed, LibraryMoved, NothingToIndex
from index.naming import vocabulary
from index.schema import Kind
from index.segments.segment import Segment
from index.settings import IndexSettings
from index.snapshot import Snapshot
from tests.conftest import NOW, ignore_progress
from tests.records import cites, parsed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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


def test_an_index_made_with_another_vocabulary_can_be_used_but_is_not_current(
    two: Library, tmp_path: Path
) -> None:
    generation = built(two, tmp_path)
    assert generation.manifest.vocabulary == vocabulary.VERSION
    generations.seal(generation.folder, replace(generation.manifest, vocabulary=vocabulary.VERSION + 1))
    assert generations.live(tmp_path).name == generation.name
    assert not is_current(two, tmp_path)


def test_an_index_that_does_not_say_its_vocabulary_can_be_used_but_is_not_current(
    two: Library, tmp_path: Path
) -> None:
    path = built(two, tmp_path).folder / "manifest.json"
    told = msgspec.json.decode(path.read_bytes())
    del told["vocabulary"]
    path.write_bytes(msgspec.json.encode(told))
    assert generations.live(tmp_path).manifest.vocabulary == 0
    assert not is_current(two, tmp_path)


def test_progress_goes_up_to_all_articles(two: Library, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    build(two, tmp_path, IndexSettings(), now=NOW, progress=lambda done, total: told.append((done, total)))
    assert told == sorted(told)
    assert told[-1] == (2, 2)


def test_the_words_of_titles_and_the_names_of_authors_are_kept_apart(two: Library, tmp_path: Path) -> None:
    lexicons = Segment(built(two, tmp_path).folder).lexicons
    words = {kind: {each.words[n] for n in range(len(each.words))} for kind, each in lexicons.items()}
    assert {"mice", "men", "nothing"} <= words[Kind.TEXT]
    assert words[Kind.NAME] == {"silva", "ana", "a"}


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
    two.take([parsed(3)], source="a test", now=NOW)
    shutil.copy(built(two, tmp_path).folder / "columns.arrays", folder)
    with pytest.raises(BuildFailed, match="2 articles were indexed, but there are 3 keys"):
        check(folder)


def test_an_index_in_which_an_article_is_not_found_is_refused(two: Library, tmp_path: Path) -> None:
    folder = built(two, tmp_path).folder
    assert check(folder) == 2
    two.take([parsed(1, "Other.", version="2")], source="a test", now=NOW)
    shutil.copy(built(two, tmp_path).folder / "field-title.arrays", folder)
    shutil.copy(tmp_path / "generation-000002" / "lexicon-text.arrays", folder)
    with pytest.raises(BuildFailed, match="article 1 was indexed, but is not found by its title"):
        check(folder)


def test_an_index_with_the_articles_of_another_is_refused(two: Library, tmp_path: Path) -> None:
    folder = built(two, tmp_path).folder
    other = Library(tmp_path / "other" / "library.sqlite", identity="other")
    other.take([parsed(1, "Mice."), parsed(3)], source="a test", now=NOW)
    shutil.copy(built(other, tmp_path / "other" / "index").folder / "stored.arrays", folder)
    other.close()
    with pytest.raises(BuildFailed, match="article 2 was indexed, but 3 is found"):
        check(folder)


@pytest.fixture
def many(library: Library) -> Library:
    """A library of articles with words and names in common and of their own."""
    records = [
        parsed(
            number,
            f"TDP-43 and word{number} in {number % 7} mice",
            abstract=f"Type {number % 3} of <i>SOD1</i><sup>G93A</sup>, {number}-{number + 5}. "
            * (number % 4),
            authors=f"Ana Silva{number % 5}|J Berg{number}",
            data=cites(number + 1, number // 2),
        )
        for number in range(1, 120)
    ]
    library.take(records, source="a test", now=NOW)
    return library


def contents(library: Library, folder: Path, *, processes: int) -> dict[str, bytes]:
    folder.mkdir()
    write(library.path, folder, IndexSettings(processes=processes), ignore_progress)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_library_gives_the_same_bytes_in_whatever_parts_it_is_read(
    many: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = contents(many, tmp_path / "whole", processes=1)
    monkeypatch.setattr(plan, "_STRETCH", 100)
    monkeypatch.setattr(building, "_RUNS_IN_MEMORY", 1 << 15)
    assert len(plan.runs(Snapshot(many.path).sizes(), (256 << 20) >> 15)) > 3
    assert contents(many, tmp_path / "alone", processes=1) == whole
    monkeypatch.setattr(gather, "_MOST_UNITS", 50)
    assert contents(many, tmp_path / "forgetful", processes=1) == whole
    monkeypatch.setattr(building, "_ALONE", 0)
    assert contents(many, tmp_path / "together", processes=3) == whole


def test_processes_start_anew_where_another_thread_runs(
    many: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = contents(many, tmp_path / "whole", processes=1)
    monkeypatch.setattr(building, "_ALONE", 0)
    done = threading.Event()
    other = threading.Thread(target=done.wait)
    other.start()
    try:
        assert contents(many, tmp_path / "together", processes=2) == whole
    finally:
        done.set()
        other.join()


def test_nothing_but_the_index_is_left_of_a_build(many: Library, tmp_path: Path) -> None:
    names = set(contents(many, tmp_path / "index", processes=1))
    assert {name.rpartition(".")[2] for name in names} <= {"arrays", "json", "toc"}
    assert "scratch" not in names


def test_a_process_that_is_killed_fails_the_build_with_advice() -> None:
    with crew(2) as share, pytest.raises(BuildFailed, match=r"index\.processes = 1"):
        list(share.as_done(os._exit, [(1,)]))


def test_an_error_in_a_process_is_raised_in_this_one() -> None:
    with crew(2) as share, pytest.raises(FileNotFoundError):
        list(share.in_order(os.stat, [("/no such file",)]))


@pytest.mark.parametrize("processes", [1, 2])
def test_what_is_done_beside_the_rest_can_be_waited_for(processes: int) -> None:
    with crew(processes) as share:
        beside = share.beside(pow, 2, 5)
        assert list(share.in_order(pow, [(3, 2)])) == [9]
        assert beside() == 32


def test_what_fails_beside_the_rest_fails_where_it_is_waited_for() -> None:
    with crew(2) as share:
        with pytest.raises(FileNotFoundError):
            share.beside(os.stat, "/no such file")()
        with pytest.raises(BuildFailed, match=r"index\.processes = 1"):
            share.beside(os._exit, 1)()


def test_a_library_that_changed_since_is_told_from_the_one_it_was(two: Library) -> None:
    revision = two.revision
    Snapshot(two.path, revision=revision).close()
    two.take([parsed(3)], source="a test", now=NOW)
    with pytest.raises(LibraryMoved, match=f"from revision {revision} to {revision + 1}"):
        Snapshot(two.path, revision=revision)


def test_what_is_read_is_the_state_at_the_opening(two: Library) -> None:
    snapshot = Snapshot(two.path)
    two.take([parsed(3)], source="a test", now=NOW)
    assert snapshot.count() == len(list(snapshot.articles(0, 10))) == 2
    snapshot.close()


def test_a_library_that_changes_between_two_openings_is_read_anew(
    two: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(*of: object) -> object:
        if two.counts().articles == 2:
            two.take([parsed(3)], source="a test", now=NOW)
        return runs(*of)  # type: ignore[arg-type]

    runs = plan.runs
    monkeypatch.setattr(plan, "runs", late)
    generation = built(two, tmp_path)
    assert (generation.manifest.articles, generation.manifest.revision) == (3, two.revision)
