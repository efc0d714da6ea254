"""The client that talks to sources: it says who it is, keeps their pace, persists, and keeps secrets.

Every request passes the same gates, and each redirect anew: the list of hosts (`hosts`), robots.txt for pages
(`robots`), the server's pace (`pace`). Its answer is read up to a ceiling (`body`). One try is `transport`'s
business; here is what can be asked, and how often.
"""

from __future__ import annotations

import os
import time
from logging import getLogger
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import quote, urlsplit

from msgspec import Struct

from crawler.asking.robots import PRODUCT
from crawler.asking.transport import Ask, Transport, Trouble, canonical, stop_at_block_page
from crawler.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import requests

    from crawler.asking.transport import Parameters
    from crawler.settings import CrawlerSettings

    Check = Callable[["Answer"], None]
    """Raises Invalid for an answer that is none, to have it asked for again."""

_log = getLogger(__name__)
_T = TypeVar("_T")

_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 60.0
_TRIES_WITH_NOBODY_THERE: Final = 2
_HEAD: Final = 8192


class Answer(Struct, frozen=True, kw_only=True):
    """What a server answered: from which address, after redirects, and the body, unpacked."""

    status: int
    url: str
    content_type: str
    body: bytes


class Client:
    """Asks servers on a list, politely, from any number of threads.

    Every method raises Refused where the address is not allowed, Blocked once NCBI has shut this computer
    out, TooLarge past the ceilings, BadStatus for an error that will not pass by itself, and, after as many
    tries as the settings say, Unreachable, BadStatus or Invalid. No message holds parameters, key or e-mail
    address.
    """

    def __init__(
        self,
        settings: CrawlerSettings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        random: Random | None = None,
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._random = random or SystemRandom()
        self._transport = Transport(settings, sleep=sleep, clock=clock, fetch=lambda url: self.get(url).body)

    def eutils(self, tool: str, parameters: Parameters, *, check: Check | None = None) -> bytes:
        """Return what a tool of the E-utilities answers, such as `esearch.fcgi`.

        `tool`, `email` and `api_key` are added; all goes by POST, so that no parameter stands in an address.
        """
        said = {"tool": PRODUCT, "email": self._settings.email, "api_key": self._settings.api_key}
        data = {**parameters, **{name: value for name, value in said.items() if value}}
        url = canonical(f"{self._settings.eutils_url.rstrip('/')}/{quote(tool)}")
        return self._answer(Ask(what=tool, url=url, method="POST", data=data), check).body

    def europepmc(self, path: str, parameters: Parameters, *, check: Check | None = None) -> bytes:
        """Return what a path below the base address of Europe PMC answers, such as `MED/1/references`."""
        url = canonical(f"{self._settings.europepmc_url.rstrip('/')}/{quote(path)}", parameters)
        return self._answer(Ask(what=f"Europe PMC {path}", url=url), check).body

    def get(self, url: str, params: Parameters | None = None, *, check: Check | None = None) -> Answer:
        """Return what an address answers."""
        return self._answer(self._ask(canonical(url, params)), check)

    def post(self, url: str, data: Parameters, *, check: Check | None = None) -> Answer:
        """Return what an address answers to a form. It may be sent twice: not for what changes anything."""
        return self._answer(self._ask(canonical(url), method="POST", data=dict(data)), check)

    def page(self, url: str, *, check: Check | None = None) -> Answer:
        """Return a page for people, as far and as fast as its robots.txt lets programs have it.

        Raises Disallowed where it does not, cannot be read, or asks for too long a Crawl-delay.
        """
        return self._answer(self._ask(canonical(url), is_page=True), check)

    def download(self, url: str, path: Path, *, check: Callable[[Path], None] | None = None) -> int:
        """Write what an address answers to a file, and return its size in bytes.

        The file gets its name when it is whole, on the disk, and `check`, which is handed the file beside it,
        has not raised Invalid; until then an older one stays. A gzip file is kept as it is, not unpacked.
        Raises SourceError, too, where the file cannot be written.
        """
        ask = self._ask(canonical(url), coding="identity")
        part = path.with_name(f"{path.name}.part")
        is_gzip = urlsplit(ask.url).path.endswith(".gz")

        def receive(response: requests.Response) -> int:
            most = self._settings.max_download
            with part.open("wb") as file:
                for piece in self._transport.pieces(response, most=most, packed=is_gzip):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            with part.open("rb") as file:
                stop_at_block_page(file.read(_HEAD))
            if check:
                check(part)
            return part.stat().st_size

        try:
            size = self._persist(ask, receive)
            part.replace(path)
        except OSError as error:
            raise SourceError(f"{path} cannot be written ({error.strerror})") from error
        finally:
            part.unlink(missing_ok=True)
        return size

    def _ask(self, url: str, **said: Any) -> Ask:
        return Ask(what=self._transport.name(url), url=url, **said)

    def _answer(self, ask: Ask, check: Check | None) -> Answer:
        def receive(response: requests.Response) -> Answer:
            answer = Answer(
                status=response.status_code,
                url=self._transport.hide(response.url),
                content_type=response.headers.get("Content-Type", ""),
                body=b"".join(self._transport.pieces(response, most=self._settings.max_body)),
            )
            stop_at_block_page(answer.body[:_HEAD])
            if check:
                check(answer)
            return answer

        return self._persist(ask, receive)

    def _persist(self, ask: Ask, receive: Callable[[requests.Response], _T]) -> _T:
        """Ask until it works, cannot work, or was tried often enough; with pauses of full jitter."""
        tries = 0
        while isinstance(outcome := self._transport.ask(ask, receive), Trouble):
            tries += 1
            if not outcome.may_pass:
                raise outcome.error(outcome.text)
            ceiling = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2 ** (tries - 1))
            pause = outcome.wait or self._random.uniform(0, ceiling)
            if outcome.is_crowded and pause <= self._settings.longest_wait:
                # Whoever else asks there waits as well, even if this question is given up.
                self._transport.pace(outcome.origin).hold(pause)
            if reason := self._reason_to_stop(outcome, tries):
                raise outcome.error(f"{outcome.text}; {reason}")
            _log.info("%s; asked again in %.1f s", outcome.text, pause)
            self._sleep(pause)
        return outcome

    def _reason_to_stop(self, trouble: Trouble, tries: int) -> str:
        """Return why it is given up, or nothing."""
        most, longest = self._settings.tries, self._settings.longest_wait
        if trouble.is_nobody:
            # Without a network every server is silent, and whoever is to be told so need not wait for long.
            most = min(most, _TRIES_WITH_NOBODY_THERE)
        if trouble.wait > longest:
            return (
                f"it asks to wait {trouble.wait:.0f} s, and crawler.longest_wait allows {longest:.0f} s: "
                "try again later"
            )
        if tries < most:
            return ""
        return "asked once" if tries == 1 else f"asked {tries} times"
