from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from msgspec import structs

from index import generations, schema
from index.errors import Locked, NoGeneration
from index.generations import Generation, Manifest

if TYPE_CHECKING:
    from pathlib import Path


def publish(root: Path, content: str = "x", *, keep: int = 1) -> Generation:
    with generations.staged(root) as folder:
        (folder / "data").write_text(content)
        generation = generations.seal(folder, manifest(folder))
        generations.switch(root, generation, keep=keep)
    return generation


def manifest(folder: Path) -> Manifest:
    return Manifest(
        number=generations.number_of(folder),
        created="2026-01-01",
        articles=1,
        library="test",
        revision=1,
        sizes=generations.sizes(folder),
        checksums=generations.checksums(folder),
        times=generations.times(folder),
    )


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.glob("generation-*"))


def test_before_the_first_build_there_is_no_generation(tmp_path: Path) -> None:
    with pytest.raises(NoGeneration, match="run `als-search reindex`"):
        generations.live(tmp_path)


def test_what_was_published_is_live(tmp_path: Path) -> None:
    published = publish(tmp_path)
    assert generations.live(tmp_path) == published
    assert published.manifest.number == 1


def test_the_one_before_is_kept_and_the_rest_removed(tmp_path: Path) -> None:
    for _ in range(4):
        publish(tmp_path)
    assert names(tmp_path) == ["generation-000003", "generation-000004"]


def test_a_build_that_fails_leaves_nothing_behind_and_the_old_one_live(tmp_path: Path) -> None:
    old = publish(tmp_path)
    with pytest.raises(RuntimeError), generations.staged(tmp_path) as folder:
        (folder / "data").write_text("half")
        raise RuntimeError
    assert names(tmp_path) == [old.name]
    assert generations.live(tmp_path) == old


def test_what_a_killed_build_left_is_removed_by_the_next(tmp_path: Path) -> None:
    publish(tmp_path)
    (tmp_path / "generation-000007").mkdir()
    new = publish(tmp_path)
    assert new.manifest.number == 2
    assert names(tmp_path) == ["generation-000001", "generation-000002"]


def test_a_build_killed_between_its_end_and_the_switch_does_no_harm(tmp_path: Path) -> None:
    old = publish(tmp_path)
    with generations.staged(tmp_path) as folder:
        generations.seal(folder, manifest(folder))
    assert generations.live(tmp_path) == old
    new = publish(tmp_path)
    assert generations.live(tmp_path) == new
    assert names(tmp_path) == [old.name, new.name]


def test_a_failure_after_the_switch_keeps_the_live_generation(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError), generations.staged(tmp_path) as folder:
        generation = generations.seal(folder, manifest(folder))
        generations.switch(tmp_path, generation)
        raise RuntimeError
    assert generations.live(tmp_path) == generation


def test_two_builds_at_once_are_refused(tmp_path: Path) -> None:
    with generations.staged(tmp_path), pytest.raises(Locked, match="under way"), generations.staged(tmp_path):
        pass


def test_a_damaged_generation_is_refused_with_the_name_of_the_file(tmp_path: Path) -> None:
    live = publish(tmp_path, "long enough")
    (live.folder / "data").write_text("cut")
    with pytest.raises(NoGeneration, match=r"000001 is damaged \(data\)"):
        generations.live(tmp_path)


def test_a_generation_without_one_of_its_files_is_refused(tmp_path: Path) -> None:
    live = publish(tmp_path)
    (live.folder / "data").unlink()
    with pytest.raises(NoGeneration, match="damaged"):
        generations.live(tmp_path)


def test_a_generation_with_a_single_wrong_byte_is_refused(tmp_path: Path) -> None:
    live = publish(tmp_path, "long enough")
    (live.folder / "data").write_text("long enougH")
    with pytest.raises(NoGeneration, match=r"000001 is damaged \(data\); run `als-search reindex`"):
        generations.live(tmp_path)


def test_a_file_that_looks_untouched_is_read_through_only_if_asked(tmp_path: Path) -> None:
    with generations.staged(tmp_path) as folder:
        data = folder / "data"
        data.write_text("long enough")
        os.utime(data, ns=(1, 1))
        generations.switch(tmp_path, generations.seal(folder, manifest(folder)))
    data.write_text("long enougH")
    with pytest.raises(NoGeneration, match="damaged"):
        generations.live(tmp_path)
    os.utime(data, ns=(1, 1))
    generations.live(tmp_path)
    with pytest.raises(NoGeneration, match="damaged"):
        generations.live(tmp_path, is_thorough=True)


def test_a_generation_that_does_not_say_how_old_its_files_are_is_read_through(tmp_path: Path) -> None:
    with generations.staged(tmp_path) as folder:
        (folder / "data").write_text("long enough")
        sealed = structs.replace(manifest(folder), times={})
        generations.switch(tmp_path, generations.seal(folder, sealed))
    generations.live(tmp_path)
    (folder / "data").write_text("long enougH")
    with pytest.raises(NoGeneration, match="damaged"):
        generations.live(tmp_path)


def test_the_one_before_stands_in_for_a_damaged_generation_and_says_why(tmp_path: Path) -> None:
    before, damaged = publish(tmp_path), publish(tmp_path)
    (damaged.folder / "data").write_text("cut short")
    live = generations.live(tmp_path)
    assert (live.folder, live.instead_of, live.live_name) == (before.folder, damaged.name, damaged.name)
    assert "generation-000002 is damaged (data)" in live.remark


def test_what_stands_in_is_kept_for_the_next_and_the_damaged_one_removed(tmp_path: Path) -> None:
    before, damaged = publish(tmp_path), publish(tmp_path)
    (damaged.folder / "data").unlink()
    new = publish(tmp_path)
    assert generations.live(tmp_path) == new
    assert names(tmp_path) == [before.name, new.name]


def test_a_generation_that_was_never_switched_to_does_not_stand_in(tmp_path: Path) -> None:
    damaged = publish(tmp_path)
    with generations.staged(tmp_path) as folder:
        generations.seal(folder, manifest(folder))
    (damaged.folder / "data").unlink()
    with pytest.raises(NoGeneration, match="damaged"):
        generations.live(tmp_path)


def test_a_generation_of_another_version_is_refused(tmp_path: Path) -> None:
    live = publish(tmp_path)
    text = (live.folder / "manifest.json").read_text().replace(f'"schema": {schema.VERSION}', '"schema": 99')
    (live.folder / "manifest.json").write_text(text)
    with pytest.raises(NoGeneration, match="another version"):
        generations.live(tmp_path)


def test_as_many_generations_stay_as_are_to_be_kept_and_rollback_goes_back_to_the_last(
    tmp_path: Path,
) -> None:
    for number in range(1, 5):
        publish(tmp_path, f"{number}", keep=2)
    kept = [f"generation-{number:06}" for number in (4, 3, 2)]
    assert generations.kept_names(tmp_path) == kept
    found = generations.kept(tmp_path, kept[2])
    assert found is not None
    assert (found.folder / "data").read_text() == "2"
    assert generations.kept(tmp_path, "generation-000001") is None
    assert generations.rollback(tmp_path).name == generations.live(tmp_path).name == kept[1]
    assert generations.rollback(tmp_path).name == kept[2]
    with pytest.raises(NoGeneration, match="no generation before generation-000002"):
        generations.rollback(tmp_path)
    assert generations.live(tmp_path).name == kept[2]


def test_rollback_passes_over_what_is_damaged(tmp_path: Path) -> None:
    for number in range(1, 4):
        publish(tmp_path, f"{number}", keep=2)
    (tmp_path / "generation-000002" / "data").write_text("?")
    assert generations.rollback(tmp_path).name == "generation-000001"


def test_there_is_no_rollback_during_a_build(tmp_path: Path) -> None:
    publish(tmp_path)
    with generations.staged(tmp_path), pytest.raises(Locked, match="under way"):
        generations.rollback(tmp_path)
