"""Faults by chance: which share of the answers is broken, and the ways that any server's answers break in.

Each kind as somebody has met it. `eutils_faults` and `europepmc_faults` have those of one server alone.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Final

from tests.fault_server import Behaviour, answer, cut_off, dropped, gzip_bomb, limited, slow

if TYPE_CHECKING:
    from collections.abc import Mapping

Fault = Callable[[bytes], Behaviour]
"""What becomes of an honest answer."""

PAUSE: Final = 0.6
"""Seconds that a slow answer lets wait, if nothing else is said."""

_BOMB: Final = 20 * 1024 * 1024
_ENTITY_BOMB: Final = (
    b'<?xml version="1.0"?><!DOCTYPE {0} [<!ENTITY a "motor neurons">'
    + b"".join(b'<!ENTITY %b "%b">' % (b"%c" % name, (b"&%c;" % (name - 1)) * 10) for name in b"bcdefghij")
    + b"]><{0}><PubmedArticle>&j;</PubmedArticle></{0}>"
)


@dataclass(slots=True, kw_only=True)
class Faults:
    """Which share of the answers is broken, and how; the same seed breaks the same ones in the same way.

    `kinds` are those wanted, () for all. They are dealt like cards: none comes again before the others that fit.
    No more than `in_a_row` answers after another are broken. A slow one comes after `pause` seconds. `drawn`
    counts the kinds.
    """

    share: float = 0.1
    kinds: tuple[str, ...] = ()
    seed: int = 0
    in_a_row: int = 2
    pause: float = PAUSE
    drawn: Counter[str] = field(default_factory=Counter)
    random: Random = field(init=False)
    run: int = 0
    deck: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)

    def draw(self, fitting: Mapping[str, Fault]) -> str:
        """Return the kind that the next answer is broken in, one of the fitting ones, or nothing."""
        wanted = [kind for kind in fitting if not self.kinds or kind in self.kinds]
        if not wanted or self.random.random() >= self.share or self.run >= self.in_a_row:
            self.run = 0
            return ""
        self.run += 1
        kind = self._deal(wanted)
        self.drawn[kind] += 1
        return kind

    def _deal(self, wanted: list[str]) -> str:
        while not (found := next((kind for kind in self.deck if kind in wanted), "")):
            self.deck += self.random.sample(wanted, len(wanted))
        self.deck.remove(found)
        return found


def said(body: bytes, content_type: str = "text/xml; charset=UTF-8", status: int = 200) -> Fault:
    """Answer this, whatever was asked."""
    return lambda _: answer(body, status=status, headers={"Content-Type": content_type})


def said_in_json(content: Mapping[str, object]) -> Fault:
    """Answer this in JSON, whatever was asked."""
    return said(json.dumps(content).encode(), "application/json")


def changed(change: Callable[[bytes], bytes]) -> Fault:
    """Answer something else made of the honest answer."""
    return lambda honest: answer(change(honest))


def entity_bomb(root: bytes) -> Fault:
    """Answer XML whose entities unfold to a billion words."""
    return said(_ENTITY_BOMB.replace(b"{0}", root))


def cut(honest: bytes) -> bytes:
    """Return two thirds of an answer."""
    return honest[: len(honest) * 2 // 3]


@cache
def _gzip_bomb() -> Behaviour:
    return gzip_bomb(_BOMB)


def common(faults: Faults) -> dict[str, Fault]:
    """Return the kinds that any answer can be broken in, by name."""
    return {
        "429": lambda _: limited(),
        "429 with Retry-After": lambda _: limited("1"),
        "500": said(b"<html><title>Internal Server Error</title></html>", "text/html", 500),
        "502": said(b"<html><title>Bad Gateway</title></html>", "text/html", 502),
        "503": said(b"", status=503),
        "dropped": lambda _: dropped(),
        "cut off": lambda honest: cut_off(cut(honest)),
        "cut short": changed(cut),
        "slow": lambda honest: slow(faults.pause, answer(honest)),
        "JSON error": said_in_json({"error": "API rate limit exceeded", "count": "5", "limit": "3"}),
        "JSON errCode": said_in_json({"errCode": 500, "errMsg": "internal error"}),
        "plain text": said(b"Unable to route request! service name: efetch", "text/plain"),
        "HTML": said(b"<html><body>Down for maintenance</body></html>", "text/html"),
        "gzip bomb": lambda _: _gzip_bomb(),
    }
