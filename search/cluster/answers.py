"""Answers of a cluster, read from JSON: those of searches as far as they are used, and no further.

The counts of a facet may be tens of thousands of small objects: they stay text, of which numbers alone are
read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypedDict

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

_NO_NUMBER: Final = bytes(sorted({*range(256)} - {*b"0123456789,"}))


class Values(TypedDict, total=False):
    """How many articles have each value of a facet, by number; `numbers_in` reads them."""

    doc_count_error_upper_bound: int
    sum_other_doc_count: int
    buckets: msgspec.Raw


class Document(TypedDict, total=False):
    """A document that was found: columns, what was read of it, and its place in the order."""

    fields: dict[str, list[Any]]
    _source: dict[str, Any]
    sort: list[Any]


class Documents(TypedDict, total=False):
    """What was found, and how many there are."""

    total: dict[str, Any]
    hits: list[Document]


class Read(TypedDict):
    """What was read along with what was counted."""

    hits: Documents


class Aggregated(TypedDict, total=False):
    """What was counted: a facet has values, filters what is counted of each, a histogram buckets."""

    doc_count: int
    values: Values
    articles: Read
    of: dict[str, Any]
    buckets: list[dict[str, Any]]


class Searched(TypedDict, total=False):
    """The answer to a search."""

    took: int
    timed_out: bool
    _shards: dict[str, Any]
    hits: Documents
    aggregations: dict[str, Aggregated]


class Json:
    """Reads and writes JSON for the client, as fast as it can be: an answer may hold hundreds of articles."""

    mimetype: Final = "application/json"

    def __init__(self, broken: Callable[[object, Exception], Exception], kind: Any = Any) -> None:
        """Take what makes the client's error of a text and why it cannot be read, and what answers are."""
        self._broken = broken
        self._decoder = msgspec.json.Decoder(kind)

    def loads(self, text: bytes) -> Any:
        """Return what a text holds."""
        try:
            return self._decoder.decode(text)
        except (ValueError, msgspec.MsgspecError) as error:
            raise self._broken(text, error) from error

    def dumps(self, content: Any) -> str | bytes:
        """Return content as text; text is left as it is."""
        return content if isinstance(content, str) else msgspec.json.encode(content)


def numbers_in(buckets: msgspec.Raw) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the keys of buckets, which are numbers, and how many articles each has."""
    digits = bytes(buckets).translate(None, _NO_NUMBER)
    found = np.fromstring(digits.decode(), np.int64, sep=",") if digits else np.empty(0, np.int64)
    return found[::2], found[1::2]
