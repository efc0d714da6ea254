"""How the E-utilities fail, each kind as somebody has met it, for `eutils_server`: what an honest answer becomes."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Final

from tests.fault_server import Behaviour, answer, cut_off, dropped, gzip_bomb, limited, slow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Fault = Callable[[bytes], Behaviour]

SLOW: Final = 0.6
"""Seconds that a slow answer lets wait."""

_BOMB: Final = 20 * 1024 * 1024
_RECORD: Final = re.compile(rb"<PubmedArticle>.*?</PubmedArticle>", re.DOTALL)
_PMID: Final = re.compile(rb'(<PMID Version="\d+">|<ArticleId IdType="pubmed">)(\d+)(?=<)')
_LIST_END: Final = re.compile(rb"(?:<Id>\d+</Id>\n){3}</IdList>")
_OTHERS: Final = 800_000_000
_TRUNCATED: Final = b"<WarningList><OutputMessage>Restrictions achieved. start and count adjusted to 0, 9</OutputMessage></WarningList>"
_ENTITY_BOMB: Final = (
    b'<?xml version="1.0"?><!DOCTYPE PubmedArticleSet [<!ENTITY a "motor neurons">'
    + b"".join(b'<!ENTITY %b "%b">' % (b"%c" % name, (b"&%c;" % (name - 1)) * 10) for name in b"bcdefghij")
    + b"]><PubmedArticleSet><PubmedArticle>&j;</PubmedArticle></PubmedArticleSet>"
)


@dataclass(slots=True, kw_only=True)
class Faults:
    """Which share of the answers is broken, and how; the same seed breaks the same ones in the same way.

    No more than `in_a_row` answers after another are broken. `drawn` counts the kinds.
    """

    share: float = 0.1
    kinds: tuple[str, ...] = ()
    seed: int = 0
    in_a_row: int = 2
    drawn: Counter[str] = field(default_factory=Counter)
    random: Random = field(init=False)
    run: int = 0

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        self.kinds = self.kinds or tuple(FAULTS)

    def draw(self) -> str:
        """Return the kind that the next answer is broken in, or nothing."""
        if self.random.random() >= self.share or self.run >= self.in_a_row:
            self.run = 0
            return ""
        self.run += 1
        kind = self.random.choice(self.kinds)
        self.drawn[kind] += 1
        return kind


def broken(kind: str, tool: str, asked: Mapping[str, str], honest: bytes) -> Behaviour:
    """Return what an honest answer becomes; a kind that does not concern what is asked leaves it as it is."""
    if (
        not kind
        or (kind in _OF_RECORDS and tool != "efetch")
        or (kind == "expired" and "WebEnv" not in asked)
    ):
        return answer(honest, headers={"Content-Type": "text/xml; charset=UTF-8"})
    return FAULTS[kind](honest)


def _said(body: bytes, content_type: str = "text/xml; charset=UTF-8", status: int = 200) -> Fault:
    return lambda _: answer(body, status=status, headers={"Content-Type": content_type})


def _json(said: Mapping[str, object]) -> Fault:
    return _said(json.dumps(said).encode(), "application/json")


def _changed(change: Callable[[bytes], bytes]) -> Fault:
    return lambda honest: answer(change(honest))


def _with_one_swapped(honest: bytes) -> bytes:
    """Give the first record another PMID."""
    return _RECORD.sub(lambda found: _with_others(found[0]), honest, count=1)


def _with_others(honest: bytes) -> bytes:
    """Give every record another PMID."""
    return _PMID.sub(lambda found: found[1] + b"%d" % (_OTHERS + int(found[2])), honest)


def _with_gaps(honest: bytes) -> bytes:
    """Leave out every fifth record."""
    records = iter(range(len(honest)))
    return _RECORD.sub(lambda found: b"" if next(records) % 5 == 0 else found[0], honest)


@cache
def _gzip_bomb() -> Behaviour:
    return gzip_bomb(_BOMB)


FAULTS: Final[dict[str, Fault]] = {
    "429": lambda _: limited(),
    "429 with Retry-After": lambda _: limited("1"),
    "500": _said(b"<html><title>Internal Server Error</title></html>", "text/html", 500),
    "502": _said(b"<html><title>Bad Gateway</title></html>", "text/html", 502),
    "dropped": lambda _: dropped(),
    "cut off": lambda honest: cut_off(honest[: len(honest) * 2 // 3]),
    "cut short": _changed(lambda honest: honest[: len(honest) * 2 // 3]),
    "slow": lambda honest: slow(SLOW, answer(honest)),
    "error": _said(
        b"<eSearchResult><ERROR>Search Backend failed: Database is not supported: pubmed</ERROR></eSearchResult>"
    ),
    "JSON error": _json({"error": "API rate limit exceeded", "count": "5", "limit": "3"}),
    "JSON errCode": _json({"errCode": 500, "errMsg": "internal error"}),
    "plain text": _said(b"Unable to route request! service name: efetch", "text/plain"),
    "HTML": _said(b"<html><body>Down for maintenance</body></html>", "text/html"),
    "list cut": _changed(lambda honest: _LIST_END.sub(b"</IdList>" + _TRUNCATED, honest)),
    "wrong ids": _changed(_with_others),
    "one swapped": _changed(_with_one_swapped),
    "gaps": _changed(_with_gaps),
    "gzip bomb": lambda _: _gzip_bomb(),
    "entity bomb": _said(_ENTITY_BOMB),
    "expired": _said(b"<eFetchResult><ERROR>Unable to obtain query #1</ERROR></eFetchResult>"),
}
"""Each kind by name, and what it makes of an honest answer."""

_OF_RECORDS: Final = frozenset({"wrong ids", "one swapped", "gaps", "expired"})
