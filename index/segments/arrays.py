"""Many NumPy arrays in one file, each mapped from where it lies.

A file begins with a mark and the length of its table; the table (JSON) names each array with its type, how
many numbers it has, and where it starts. Sizes are settled before the first array is written, so that several
processes can write their parts of one file.
"""

from __future__ import annotations

import mmap
from typing import IO, TYPE_CHECKING, Any, Final, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from types import TracebackType

SUFFIX: Final = ".arrays"
"""What the names of these files end with."""

Array = NDArray[Any]

_MARK: Final = b"arrays 1"
_ALIGNED: Final = 64
_PAGE: Final = 8


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    type: str
    length: int
    start: int


def smallest(highest: int) -> np.dtype[Any]:
    """Return the narrowest type without a sign that holds numbers up to `highest`."""
    return np.dtype(np.min_scalar_type(max(0, highest)))


def create(path: Path, layout: Mapping[str, tuple[np.dtype[Any] | type, int]]) -> None:
    """Make a file for arrays of these types and lengths, all zero; raises OSError."""
    table: dict[str, _Entry] = {}
    start = 0
    for name, (kind, length) in layout.items():
        dtype = np.dtype(kind).newbyteorder("<")
        table[name] = _Entry(dtype.str, length, start)
        start += _aligned(dtype.itemsize * length)
    encoded = msgspec.json.encode(table)
    head = _MARK + len(encoded).to_bytes(_PAGE, "little") + encoded
    with path.open("wb") as file:
        file.write(head)
        # One byte more, so that an empty array at the end lies inside the file, too.
        file.truncate(_aligned(len(head)) + start + 1)


def save(path: Path, arrays: Mapping[str, Array]) -> None:
    """Write whole arrays to a new file; raises OSError."""
    create(path, {name: (array.dtype, len(array)) for name, array in arrays.items()})
    with Writing(path) as file:
        for name, array in arrays.items():
            file.put(name, 0, array)


def load(path: Path) -> dict[str, Array]:
    """Return the arrays of a file, mapped and not read; raises OSError, or ValueError if it is damaged."""
    with path.open("rb") as file:
        table, base = _table(file, path)
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    try:
        return {
            name: np.ndarray(each.length, each.type, mapped, base + each.start)
            for name, each in table.items()
        }
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path.name} is shorter than its table says") from error


class Writing:
    """A file that `create` made, open to fill in its arrays; use it in a `with` statement."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("r+b", buffering=0)
        self._table, self._base = _table(self._file, path)

    def put(self, name: str, at: int, numbers: Array) -> None:
        """Write numbers into an array from place `at` on; raises OSError."""
        entry = self._table[name]
        content = np.ascontiguousarray(numbers, dtype=entry.type).view(np.uint8).data
        self._file.seek(self._base + entry.start + at * np.dtype(entry.type).itemsize)
        while content:
            # A disk that is almost full takes a part first, and raises when asked again.
            content = content[self._file.write(content) :]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._file.close()


def _table(file: IO[bytes], path: Path) -> tuple[dict[str, _Entry], int]:
    """Return the table of a file that is open, and where its first array starts."""
    head = file.read(len(_MARK) + _PAGE)
    length = int.from_bytes(head[len(_MARK) :], "little")
    if not head.startswith(_MARK):
        raise ValueError(f"{path.name} is no file of arrays: it starts otherwise")
    try:
        table = msgspec.json.decode(file.read(length), type=dict[str, _Entry])
    except ValueError as error:
        raise ValueError(f"{path.name} is no file of arrays: {error}") from error
    return table, _aligned(len(head) + length)


def _aligned(size: int) -> int:
    return -(-size // _ALIGNED) * _ALIGNED
