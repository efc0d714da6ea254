"""The settings of the indexer."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class IndexSettings(Struct, frozen=True, kw_only=True):
    """How an index is built: `memory_mb` bounds what the builder holds before it spills to the disk."""

    memory_mb: Annotated[int, Meta(ge=16)] = 256
