"""How the E-utilities fail, each kind as somebody has met it, for `eutils_server`: what an honest answer becomes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tests.dealt_faults import Fault, Faults, changed, common, entity_bomb, said

if TYPE_CHECKING:
    from tests.fault_server import Asked

_RECORD: Final = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
_PMID: Final = re.compile(rb'(<PMID Version="\d+">|<ArticleId IdType="pubmed">)(\d+)(?=<)')
_LIST_END: Final = re.compile(rb"(?:<Id>\d+</Id>\n){3}</IdList>")
_OTHERS: Final = 800_000_000
_GAP: Final = 5
_TRUNCATED: Final = b"<WarningList><OutputMessage>Restrictions achieved. start and count adjusted to 0, 9</OutputMessage></WarningList>"


def fitting(faults: Faults, asked: Asked, honest: bytes) -> dict[str, Fault]:
    """Return the kinds that this answer can be broken in, by name."""
    kinds = common(faults) | {
        "error": said(
            b"<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR></eSearchResult>"
        ),
        "entity bomb": entity_bomb(b"PubmedArticleSet"),
    }
    if _LIST_END.search(honest):
        kinds["list cut"] = changed(lambda honest: _LIST_END.sub(b"</IdList>" + _TRUNCATED, honest))
    if asked.tool == "efetch" and _RECORD.search(honest):
        kinds |= {
            "wrong ids": changed(_with_others),
            "one swapped": changed(_with_one_swapped),
            "gaps": changed(_with_gaps),
        }
    if asked.tool == "efetch" and "WebEnv" in asked.parameters:
        kinds["expired"] = said(b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>")
    return kinds


def left_whole(kind: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    """Return which of the records of an answer, in its order, are as they should be once it is broken."""
    if kind == "one swapped":
        return ids[1:]
    if kind == "gaps":
        return tuple(pmid for place, pmid in enumerate(ids) if place % _GAP)
    return () if kind else ids


def _with_one_swapped(honest: bytes) -> bytes:
    """Give the first record another PMID."""
    return _RECORD.sub(lambda found: _with_others(found[0]), honest, count=1)


def _with_others(honest: bytes) -> bytes:
    """Give every record another PMID."""
    return _PMID.sub(lambda found: found[1] + b"%d" % (_OTHERS + int(found[2])), honest)


def _with_gaps(honest: bytes) -> bytes:
    """Leave out every fifth record."""
    records = iter(range(len(honest)))
    return _RECORD.sub(lambda found: found[0] if next(records) % _GAP else b"", honest)


FAULTS: Final = (
    *common(Faults()), "error", "entity bomb", "list cut", "wrong ids", "one swapped", "gaps", "expired",
)  # fmt: skip
"""Every kind by name."""
