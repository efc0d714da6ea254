from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from index.segments.arrays import Array, Writing, create, load, save, smallest

if TYPE_CHECKING:
    from pathlib import Path

ARRAYS: dict[str, Array] = {
    "numbers": np.array([1, 2, 70_000], dtype=np.uint32),
    "none": np.empty(0, np.float16),
    "bytes": np.frombuffer(b"text", dtype=np.uint8),
}


def test_arrays_come_back_with_their_types(tmp_path: Path) -> None:
    save(tmp_path / "some", ARRAYS)
    loaded = load(tmp_path / "some")
    assert {name: (array.dtype, array.tolist()) for name, array in loaded.items()} == {
        name: (array.dtype, array.tolist()) for name, array in ARRAYS.items()
    }


def test_arrays_are_mapped_and_cannot_be_changed(tmp_path: Path) -> None:
    save(tmp_path / "some", ARRAYS)
    assert not load(tmp_path / "some")["numbers"].flags.writeable


def test_a_file_without_arrays_is_read(tmp_path: Path) -> None:
    save(tmp_path / "none", {})
    assert load(tmp_path / "none") == {}


def test_parts_can_be_written_in_any_order(tmp_path: Path) -> None:
    create(tmp_path / "some", {"first": (np.uint16, 4), "second": (np.int64, 1)})
    with Writing(tmp_path / "some") as file:
        file.put("second", 0, np.array([-1]))
        file.put("first", 2, np.array([3, 4]))
    with Writing(tmp_path / "some") as file:
        file.put("first", 0, np.array([1, 2]))
    loaded = load(tmp_path / "some")
    assert (loaded["first"].tolist(), loaded["second"].tolist()) == ([1, 2, 3, 4], [-1])


def test_a_foreign_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "other").write_bytes(b"something else")
    with pytest.raises(ValueError, match="other is no file of arrays"):
        load(tmp_path / "other")


@pytest.mark.parametrize("kept", [20, 100, 194])
def test_a_file_that_was_cut_is_an_error(tmp_path: Path, kept: int) -> None:
    save(tmp_path / "some", ARRAYS)
    (tmp_path / "some").write_bytes((tmp_path / "some").read_bytes()[:kept])
    with pytest.raises(ValueError, match="some is"):
        load(tmp_path / "some")


@pytest.mark.parametrize(("highest", "kind"), [(0, "u1"), (255, "u1"), (256, "u2"), (70_000, "u4")])
def test_the_narrowest_type_is_chosen(highest: int, kind: str) -> None:
    assert smallest(highest) == np.dtype(kind)
