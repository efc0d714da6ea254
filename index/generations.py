"""Generations: an index is built beside the live one, checked, and switched to in one step.

A generation is a folder. Its manifest is written last, so a folder without one is a build that never ended.
The file `live` names the generation in use; replacing that file is the switch.
"""

from __future__ import annotations

import os
import shutil
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

import filelock
import msgspec

from index import schema
from index.analysis import analyzer
from index.errors import Locked, NoGeneration

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_MANIFEST: Final = "manifest.json"
_LIVE: Final = "live"
_LOCK: Final = "build.lock"
_PREFIX: Final = "generation-"
_READERS: Final = 2
_PIECE: Final = 1 << 20
_TICK: Final = 100_000_000
"""Nanoseconds within which a file may change without looking younger; file systems count in steps."""


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation says of itself. `created` is a time in ISO 8601, UTC.

    `sizes` are bytes, `checksums` the CRC-32 and `times` the nanoseconds of the last change of each file, by
    its name.
    `library` and `revision` name the state of the library that it was built from, and `updated` is when
    something was last read into that, in ISO 8601. `vocabulary` is the version of that by which articles were
    tagged, 0 where it is not known: an index made with another can be used, but is not current.
    """

    number: int
    created: str
    articles: int
    library: str
    revision: int
    sizes: dict[str, int]
    checksums: dict[str, int] = {}
    times: dict[str, int] = {}
    updated: str = ""
    analyzer: int = analyzer.VERSION
    schema: int = schema.VERSION
    vocabulary: int = 0


class Generation(msgspec.Struct, frozen=True):
    """A finished generation: its folder and its manifest.

    `instead_of` is the name of the live one, and `remark` why that cannot be used, where this one stands in.
    """

    folder: Path
    manifest: Manifest
    instead_of: str = ""
    remark: str = ""

    @property
    def name(self) -> str:
        """The name of the folder, such as generation-000007."""
        return self.folder.name

    @property
    def live_name(self) -> str:
        """The name of the live one as long as this one is in use: its own, or of the one it stands in for."""
        return self.instead_of or self.name


def live(root: Path, *, is_thorough: bool = False) -> Generation:
    """Return the generation in use below `root`, or if that is damaged or of another version the one before.

    Of which files are read through, see `read`. Raises NoGeneration if there is none that can be used.
    """
    try:
        name = live_name(root)
    except OSError as error:
        raise NoGeneration(f"the index cannot be read: {error}") from error
    if not name:
        raise NoGeneration("there is no index yet; run `als-search reindex`")
    try:
        return read(root / name, is_thorough=is_thorough)
    except NoGeneration as error:
        for folder in sorted(_folders(root), reverse=True):
            if folder.name < name:
                with suppress(NoGeneration):
                    before = read(folder, is_thorough=is_thorough)
                    return msgspec.structs.replace(before, instead_of=name, remark=str(error))
        raise


def read(folder: Path, *, is_thorough: bool = False) -> Generation:
    """Return the generation in a folder; raises NoGeneration if it is damaged or of another version.

    Files that are as large and as old as when they were sealed are taken to be whole, since to read all takes
    longer than the first answer may; any other is read through, and every one if it is to be thorough.
    """
    try:
        sealed = (folder / _MANIFEST).stat().st_mtime_ns
        manifest = msgspec.json.decode((folder / _MANIFEST).read_bytes(), type=Manifest)
    except (OSError, msgspec.DecodeError) as error:
        raise NoGeneration(f"{folder.name} is damaged ({error}); run `als-search reindex`") from error
    if (manifest.analyzer, manifest.schema) != (analyzer.VERSION, schema.VERSION):
        raise NoGeneration(f"{folder.name} was made by another version; run `als-search reindex`")
    try:
        # What has the wrong size need not be read through.
        found = {name: (folder / name).stat() for name in manifest.sizes}
        wrong = _different(manifest.sizes, {name: each.st_size for name, each in found.items()})
        unsure = {
            name: checksum
            for name, checksum in manifest.checksums.items()
            if is_thorough
            or found[name].st_mtime_ns != manifest.times.get(name)
            or found[name].st_mtime_ns + _TICK > sealed
        }
        wrong = wrong or _different(unsure, _checksums(folder, unsure))
    except OSError as error:
        raise NoGeneration(f"{folder.name} is damaged ({error}); run `als-search reindex`") from error
    if wrong:
        raise NoGeneration(f"{folder.name} is damaged ({', '.join(wrong)}); run `als-search reindex`")
    return Generation(folder, manifest)


def _different(told: dict[str, int], found: dict[str, int]) -> list[str]:
    return sorted(name for name in told if found[name] != told[name])


@contextmanager
def staged(root: Path) -> Iterator[Path]:
    """Lend an empty folder for the next generation, alone; what a killed build left behind is removed first.

    If the block raises, the folder is removed, unless it is live by then. Raises Locked where another
    process is building. `switch` belongs into the block: it removes what is not in use.
    """
    root.mkdir(parents=True, exist_ok=True)
    try:
        with filelock.FileLock(root / _LOCK, timeout=0):
            _remove_all_but(root, {path.name for path in _folders(root) if (path / _MANIFEST).exists()})
            numbers = [int(path.name.removeprefix(_PREFIX)) for path in _folders(root)]
            folder = root / f"{_PREFIX}{max(numbers, default=0) + 1:06}"
            folder.mkdir()
            try:
                yield folder
            except BaseException:
                if live_name(root) != folder.name:
                    shutil.rmtree(folder, ignore_errors=True)
                raise
    except filelock.Timeout as error:
        raise Locked("another reindex is under way; wait for it to end") from error


def number_of(folder: Path) -> int:
    """Return the number in a generation's name."""
    return int(folder.name.removeprefix(_PREFIX))


def seal(folder: Path, manifest: Manifest) -> Generation:
    """Write the manifest, which makes a generation of a folder whose other files are all on the disk."""
    for path in folder.iterdir():
        _sync(path)
    _write_whole(folder / _MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return Generation(folder, manifest)


def switch(root: Path, generation: Generation, *, keep: int = 1) -> None:
    """Make a generation the live one, in one step; keep so many before it, remove the rest.

    The one that was in use until now stays in any case.
    """
    used = _usable_name(root)
    # The one in use counts first: a newer one that is damaged, or was never switched to, is not before it.
    before = [used, *(name for name in kept_names(root) if name not in {generation.name, used})]
    kept = {generation.name, used, *before[:keep]}
    _write_whole(root / _LIVE, generation.name.encode())
    _remove_all_but(root, kept)


def rollback(root: Path) -> Generation:
    """Make the generation before the live one the live one, in one step, and return it.

    The one that was live stays until the next is built. Raises NoGeneration where there is none before it
    that can be used, and Locked where another process is building.
    """
    now = live_name(root)
    if not now:
        raise NoGeneration("there is no index yet; run `als-search reindex`")
    try:
        with filelock.FileLock(root / _LOCK, timeout=0):
            for name in kept_names(root):
                if name < now:
                    with suppress(NoGeneration):
                        before = read(root / name, is_thorough=True)
                        _write_whole(root / _LIVE, name.encode())
                        return before
    except filelock.Timeout as error:
        raise Locked("a reindex is under way; wait for it to end") from error
    raise NoGeneration(f"there is no generation before {now} that can be used; run `als-search reindex`")


def kept(root: Path, name: str) -> Generation | None:
    """Return a generation by its name; None where there is none of it any more, or not yet.

    Raises NoGeneration if it is damaged or of another version.
    """
    return read(root / name) if name in kept_names(root) else None


def kept_names(root: Path) -> list[str]:
    """Return the names of the generations that are whole, the newest first."""
    return sorted((path.name for path in _folders(root) if (path / _MANIFEST).exists()), reverse=True)


def sizes(folder: Path) -> dict[str, int]:
    """Return the size in bytes of every file in a folder, by name in order."""
    return {path.name: path.stat().st_size for path in sorted(folder.iterdir())}


def times(folder: Path) -> dict[str, int]:
    """Return when each file in a folder was last changed, in nanoseconds, by name in order."""
    return {path.name: path.stat().st_mtime_ns for path in sorted(folder.iterdir())}


def checksums(folder: Path) -> dict[str, int]:
    """Return the CRC-32 of every file in a folder, by name in order."""
    return _checksums(folder, sorted(path.name for path in folder.iterdir()))


def _checksums(folder: Path, names: Iterable[str]) -> dict[str, int]:
    names = list(names)
    # Neither reading nor counting holds Python's lock.
    with ThreadPoolExecutor(_READERS) as readers:
        return dict(zip(names, readers.map(_checksum, [folder / name for name in names]), strict=True))


def _checksum(path: Path) -> int:
    found = 0
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            found = zlib.crc32(piece, found)
    return found


def _usable_name(root: Path) -> str:
    """Return the name of the generation that is in use; nothing where none can be."""
    try:
        return live(root).name
    except NoGeneration:
        return ""


def live_name(root: Path) -> str:
    """Return the name in the file `live`; nothing where there is no such file."""
    try:
        return (root / _LIVE).read_text("utf-8").strip()
    except FileNotFoundError:
        return ""


def _folders(root: Path) -> list[Path]:
    return [
        path
        for path in root.glob(f"{_PREFIX}*")
        if path.is_dir() and path.name.removeprefix(_PREFIX).isdigit()
    ]


def _remove_all_but(root: Path, names: set[str]) -> None:
    """Remove the other generations, manifest first, so a half-removed one is never taken for whole."""
    for folder in _folders(root):
        if folder.name not in names:
            (folder / _MANIFEST).unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)


def _write_whole(path: Path, content: bytes) -> None:
    """Replace a file in one step, and make sure that it stays replaced after a power cut."""
    beside = path.with_name(path.name + ".new")
    beside.write_bytes(content)
    _sync(beside)
    beside.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows has no such thing for folders
    descriptor = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
