"""One try at asking a server: through the gates, through redirects, to an answer or to a trouble.

The foreign errors of the network are never chained, only named: their texts hold addresses and bodies, and
with them the key.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from logging import getLogger
from typing import TYPE_CHECKING, Any, Final, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from urllib3 import Retry
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from crawler.asking import body
from crawler.asking.hosts import BLOCKED, Hosts, Origin, PublicOnly
from crawler.asking.pace import Pace
from crawler.asking.redaction import bare, hider
from crawler.asking.robots import PRODUCT, Robots
from crawler.errors import (
    BadStatus,
    Blocked,
    Disallowed,
    Invalid,
    Refused,
    SourceError,
    TooLarge,
    Unreachable,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.settings import CrawlerSettings

    Parameters = Mapping[str, str | Sequence[str]]
    """Name and value; a sequence of values repeats the name."""

_log = getLogger(__name__)
_T = TypeVar("_T")

_AGENT: Final = PRODUCT + "/0.1 (search engine for the ALS literature{contact})"
_PASSING: Final = frozenset({429, 500, 502, 503, 504})
_CROWDED: Final = 429
_SEE_OTHER: Final = 303
_HOPS: Final = 5
_HEAD: Final = 8192
_LONGEST_WAIT: Final = 1e9
_NCBI: Final = "ncbi.nlm.nih.gov"
_BLOCK_PAGE: Final = re.compile(rb"<title>\s*NCBI - WWW Error Blocked Diagnostic", re.IGNORECASE)


class Ask(Struct, frozen=True, kw_only=True):
    """What is asked, of which address, and its name in messages, which never hold parameters."""

    what: str
    url: str
    method: str = "GET"
    data: dict[str, Any] | None = None
    coding: str = "gzip"
    is_page: bool = False


class Trouble(Struct, frozen=True, kw_only=True):
    """Why a try came to nothing, in a text fit to be shown, and whether another one may fare better.

    `wait` is how many seconds the server asks to wait; `is_crowded` says that it had too many requests, from
    whomever; `is_nobody` that there was not even a connection, now or ever before.
    """

    error: Callable[[str], SourceError]
    text: str
    origin: Origin
    may_pass: bool = True
    wait: float = 0.0
    is_crowded: bool = False
    is_nobody: bool = False


class _Session(requests.Session):
    """A session of one thread. It keeps no cookies and looks up no passwords."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        """Return no target: else requests would read the whole body of a redirect, however large."""


class Transport:
    """Asks once, from any number of threads; these share the pace, the rules, and the word to stop."""

    def __init__(
        self,
        settings: CrawlerSettings,
        *,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        fetch: Callable[[str], bytes],
    ) -> None:
        self.hide = hider(settings.api_key, settings.email)
        self._settings = settings
        self._clock = clock
        self._hosts = Hosts((settings.eutils_url, settings.europepmc_url), settings.hosts)
        self._robots = Robots(fetch, clock)
        self._make_pace = partial(Pace, sleep=sleep, clock=clock)
        self._paces: dict[Origin, Pace] = {}
        eutils = settings.eutils_pace_with_key if settings.api_key else settings.eutils_pace
        # One server may stand in for both sources; it is asked at the pace of the slower.
        rates = ((settings.eutils_url, eutils), (settings.europepmc_url, settings.europepmc_pace))
        for url, rate in sorted(rates, key=lambda each: each[1]):
            self.pace(self._hosts.admit(url), rate)
        self._answered: set[Origin] = set()
        self._shut: set[str] = set()
        self._own = threading.local()

    def pace(self, origin: Origin, per_second: float = 0.0) -> Pace:
        """Return the pace of a server, made when first asked for."""
        if not (found := self._paces.get(origin)):
            # Of two threads that come first at once, both get the one that was set.
            found = self._paces.setdefault(origin, self._make_pace(per_second or self._settings.page_pace))
        return found

    def name(self, url: str) -> str:
        """Return an address as it may be shown: without parameters."""
        return self.hide(bare(url))

    def pieces(self, response: requests.Response, *, most: int, packed: bool = False) -> Iterator[bytes]:
        """Yield the body in pieces, unpacked unless it is to stay `packed`.

        Raises TooLarge past `most` bytes, and Invalid where it is damaged or takes longer than is allowed.
        """
        until = self._clock() + self._settings.longest
        for piece in body.pieces(response, most=most, packed=packed):
            if self._clock() > until:
                raise Invalid(f"the answer takes more than {self._settings.longest:g} s")
            yield piece

    def ask(self, ask: Ask, receive: Callable[[requests.Response], _T]) -> _T | Trouble:
        """Ask, follow up to five redirects, and return what `receive` makes of the answer, or the trouble.

        Raises Refused, Disallowed and Blocked, and whatever `receive` raises but Invalid and TooLarge.
        """
        try:
            for _ in range(_HOPS + 1):
                if not isinstance(outcome := self._hop(ask, receive), Ask):
                    return outcome
                ask = outcome
        except Blocked:
            self._shut.add(_site(ask.url))
            raise
        raise Refused(f"{ask.what} is redirected more than {_HOPS} times")

    def _hop(self, ask: Ask, receive: Callable[[requests.Response], _T]) -> _T | Trouble | Ask:
        origin = self._enter(ask)
        try:
            with self._send(ask) as response:
                self._answered.add(origin)
                if response.is_redirect:
                    return self._follow(ask, origin, response)
                if not 200 <= response.status_code < 300:
                    return self._refusal(ask, origin, response)
                return receive(response)
        except Invalid as error:
            return Trouble(error=Invalid, text=self.hide(f"{ask.what}: {error}"), origin=origin)
        except TooLarge as error:
            text = f"{ask.what}: {error}; crawler.max_body and crawler.max_download set how large"
            return Trouble(error=TooLarge, text=text, origin=origin, may_pass=False)
        except (requests.RequestException, HTTPError) as error:
            return self._silence(ask, origin, error)

    def _enter(self, ask: Ask) -> Origin:
        """Pass the gates, and return whose they are."""
        self._stop_if_shut(ask)
        origin = self._hosts.admit(ask.url)
        if ask.is_page:
            delay = self._robots.delay(ask.url, origin)
            if delay > self._settings.longest_wait:
                raise Disallowed(
                    f"{origin} asks for {delay:.0f} s between pages, more than crawler.longest_wait allows"
                )
            self.pace(origin).slow_to(delay)
        self.pace(origin).wait()
        # Another thread may have been shut out while this one queued.
        self._stop_if_shut(ask)
        return origin

    def _stop_if_shut(self, ask: Ask) -> None:
        if _site(ask.url) in self._shut:
            raise Blocked(BLOCKED)

    def _send(self, ask: Ask) -> requests.Response:
        started = self._clock()
        response = self._session().request(
            ask.method, ask.url, data=ask.data, headers={"Accept-Encoding": ask.coding},
            timeout=self._settings.timeout, stream=True, allow_redirects=False,
        )  # fmt: skip
        took = self._clock() - started
        _log.debug("%s %s: %d in %.2f s", ask.method, self.name(ask.url), response.status_code, took)
        return response

    def _session(self) -> requests.Session:
        """Return the session of this thread: requests does not promise that threads may share one."""
        if (session := getattr(self._own, "session", None)) is None:
            session = self._own.session = _Session()
            contact = f"; mailto:{self._settings.email}" if self._settings.email else ""
            session.headers["User-Agent"] = _AGENT.format(contact=contact)
            session.auth = _as_it_is
            session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
            session.mount("https://", PublicOnly())
            for base in self._hosts.bases:
                session.mount(f"{base}/", HTTPAdapter())
        return session

    def _follow(self, ask: Ask, origin: Origin, response: requests.Response) -> Ask:
        """Return what to ask next."""
        url = canonical(response.headers["Location"], base=ask.url)
        if response.status_code == _SEE_OTHER:
            return Ask(what=ask.what, url=url, coding=ask.coding, is_page=ask.is_page)
        if self._hosts.admit(url) != origin and ask.data is not None:
            raise Refused(
                f"{ask.what} has moved to {self.name(url)}, and what it is asked with, a key maybe, goes "
                "to no other server by itself; if the new address is right, set the base address to it"
            )
        return Ask(
            what=ask.what, url=url, method=ask.method, data=ask.data, coding=ask.coding, is_page=ask.is_page
        )

    def _refusal(self, ask: Ask, origin: Origin, response: requests.Response) -> Trouble:
        """Return the trouble that an answer with the status of an error is, with what it says."""
        said = body.start(self.pieces(response, most=1 << 20), _HEAD)
        stop_at_block_page(said)
        status, quoted = response.status_code, body.quoted(said)
        text = f"{ask.what} answered {status} {response.reason}" + (f": {quoted}" if quoted else "")
        wait = _retry_after(response.headers.get("Retry-After", ""))
        return Trouble(
            error=partial(BadStatus, status=status),
            text=self.hide(text),
            origin=origin,
            may_pass=status in _PASSING,
            wait=wait,
            is_crowded=status == _CROWDED or wait > 0,
        )

    def _silence(self, ask: Ask, origin: Origin, error: Exception) -> Trouble:
        """Return the trouble that an error of the network is, with the kind of its root alone."""
        root = _root(error)
        # What fails before or while sending comes from requests; what fails while reading, from urllib3.
        is_begun = isinstance(error, HTTPError)
        does = "breaks off" if is_begun else "does not answer"
        return Trouble(
            error=Invalid if is_begun else Unreachable,
            text=f"{self.name(ask.url)} {does} ({type(root).__name__})",
            origin=origin,
            # A ValueError is an address or header that cannot be sent, or a certificate that does not hold.
            may_pass=not isinstance(root, ValueError),
            is_nobody=isinstance(root, NewConnectionError | ConnectTimeoutError)
            and origin not in self._answered,
        )


def canonical(url: str, parameters: Parameters | None = None, base: str = "") -> str:
    """Return an address with its parameters, quoted as it will be sent. Raises Refused where it is none."""
    try:
        sent = requests.Request("GET", urljoin(base, url), params=parameters).prepare().url
    except (requests.RequestException, ValueError):
        sent = None
    # Reported outside of the handler: the foreign error quotes the address, and a key may stand in it.
    if not sent:
        raise Refused("what was to be asked is no address of the form https://host/path")
    return sent


def stop_at_block_page(head: bytes) -> None:
    """Raise Blocked where an answer begins like the page that NCBI shows to whom it has shut out."""
    if _BLOCK_PAGE.search(head):
        raise Blocked(BLOCKED)


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Authorise nothing; with no function at all, requests would look into the user's .netrc."""
    return request


def _site(url: str) -> str:
    """Return whom a block concerns: NCBI as a whole, else the host."""
    host = urlsplit(url).hostname or ""
    return _NCBI if f".{host}".endswith(f".{_NCBI}") else host


def _root(error: BaseException) -> BaseException:
    """Return the innermost of the errors that requests and urllib3 wrap around each other."""
    for inner in (getattr(error, "reason", None), *reversed(error.args)):
        if isinstance(inner, BaseException):
            return _root(inner)
    return error


def _retry_after(value: str) -> float:
    """Return the seconds of a Retry-After header, a number or a date; 0 where it is neither, or missing."""
    try:
        return min(Retry().parse_retry_after(value), _LONGEST_WAIT)
    except (HTTPError, ValueError, OverflowError):
        return 0.0
