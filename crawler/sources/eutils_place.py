"""The place where a crawl of PubMed stands: what is left of it, as the cursor that the library keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from crawler.sources.batch import Batch
from crawler.sources.eutils_windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.outcome import Outcome


class Place(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a crawl is about, and what is left: PMIDs to fetch, and after these the windows to look into.

    `kind` is the function whose crawl it is, `question` what that was asked. `done` articles are through, of
    `total` known of so far.
    """

    kind: str
    question: str
    pending: tuple[Window, ...] = ()
    left: tuple[str, ...] = ()
    done: int = 0
    total: int = 0

    @property
    def is_end(self) -> bool:
        """Whether nothing is left."""
        return not self.left and not self.pending

    def batch(self, outcomes: Iterable[Outcome], *, most: int | None = None) -> Batch:
        """Return outcomes as a batch after which this is the place; `most` articles are wanted at all."""
        total = self.total if most is None else min(self.total, most)
        cursor = "" if self.is_end else msgspec.json.encode(self).decode()
        return Batch(outcomes=tuple(outcomes), cursor=cursor, done=self.done, total=total)

    def after(self, came: Mapping[str, Outcome]) -> Place:
        """Return the place once these records are through."""
        left = tuple(pmid for pmid in self.left if pmid not in came)
        return replace(self, left=left, done=self.done + len(came))

    def with_window(self, pmids: tuple[str, ...]) -> Place:
        """Return the place with the first window opened: its PMIDs are what is left to fetch first."""
        pending = self.pending[1:]
        known = self.done + len(pmids) + sum(window.count for window in pending)
        return replace(self, left=pmids, pending=pending, total=max(self.total, known))

    def with_windows(self, windows: tuple[Window, ...]) -> Place:
        """Return the place with the first window split into these."""
        return replace(self, pending=windows + self.pending[1:])


def restore(cursor: str, *, kind: str, question: str) -> Place | None:
    """Return the place that a cursor holds, or nothing where it is none, or that of something else."""
    try:
        place = msgspec.json.decode(cursor, type=Place)
    except msgspec.DecodeError:
        return None
    return place if (place.kind, place.question) == (kind, question) else None
