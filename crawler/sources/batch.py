"""What a source yields: the outcomes of some records, and where to go on after them."""

from __future__ import annotations

from msgspec import Struct

from crawler.outcome import Outcome


class Batch(Struct, frozen=True, kw_only=True):
    """Some records of a source, and the cursor that goes on after them.

    The library takes the outcomes and keeps the cursor in one step, so a crawl that is killed goes on here.
    `cursor` is JSON that only its source reads; "" says that the source is at its end. `done` of `total`
    records are through, as far as the source can tell; both grow, or stay.
    """

    outcomes: tuple[Outcome, ...]
    cursor: str
    done: int
    total: int
