"""The settings of the indexer."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class IndexSettings(Struct, frozen=True, kw_only=True):
    """How an index is built: no setting changes what is built.

    `processes` share the work; 0 stands for one for each core, at most four. `memory_mb` bounds what each of
    them holds of the articles before it spills to the disk. `keep` is how many generations before the live
    one stay: a permanent link goes to one of them.
    """

    processes: Annotated[int, Meta(ge=0, le=64)] = 0
    memory_mb: Annotated[int, Meta(ge=16)] = 256
    keep: Annotated[int, Meta(ge=1, le=1_000)] = 1
