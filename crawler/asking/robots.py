"""What a site's robots.txt allows this program, read when its first page is asked for (RFC 9309)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final, NamedTuple

from protego import Protego

from crawler.asking.redaction import bare
from crawler.errors import BadStatus, Blocked, Disallowed, SourceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.asking.hosts import Origin

PRODUCT: Final = "als-search"
"""The name that a robots.txt knows this program by."""

_LARGEST: Final = 500 * 1024
"""Bytes that are read; RFC 9309, 2.5 asks for as many at least."""
_FRESH: Final = 24 * 3600.0
"""Seconds that rules are kept; RFC 9309, 2.4 allows a day."""
_UNSURE: Final = 600.0
"""Seconds until rules that could not be read are asked for again."""


class _Rules(NamedTuple):
    until: float
    parsed: Protego
    problem: str


class Robots:
    """The rules of the sites met so far; `fetch` returns the body of an address, or raises SourceError."""

    def __init__(self, fetch: Callable[[str], bytes], clock: Callable[[], float]) -> None:
        self._fetch = fetch
        self._clock = clock
        self._rules: dict[Origin, _Rules] = {}
        self._lock = threading.Lock()

    def delay(self, url: str, origin: Origin) -> float:
        """Return the Crawl-delay that a page's site asks for, in seconds; 0 where it asks for none.

        Raises Disallowed where the rules keep this program from the page, or cannot be read.
        """
        with self._lock:
            rules = self._rules.get(origin)
            if not rules or rules.until <= self._clock():
                rules = self._rules[origin] = self._read(f"{origin}/robots.txt")
        if rules.problem:
            raise Disallowed(
                f"{bare(url)} is not asked for, since its robots.txt is not known: {rules.problem}"
            )
        if not rules.parsed.can_fetch(url, PRODUCT):
            raise Disallowed(f"{bare(url)} is not asked for: {origin}/robots.txt keeps {PRODUCT} from it")
        return rules.parsed.crawl_delay(PRODUCT) or 0.0

    def _read(self, url: str) -> _Rules:
        """Return the rules: none where there is no such file, all forbidden where it could not be had."""
        text, problem = "", ""
        try:
            text = self._fetch(url)[:_LARGEST].decode("utf-8-sig", "replace")
        except Blocked:
            raise
        except SourceError as error:
            # RFC 9309, 2.3.1.3: a client error means there are no rules. "Too many requests" is none such.
            if not (isinstance(error, BadStatus) and 400 <= error.status < 500 and error.status != 429):
                problem = str(error)
        return _Rules(self._clock() + (_UNSURE if problem else _FRESH), Protego.parse(text), problem)
