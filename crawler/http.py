"""The client that talks to sources: it says who it is, keeps the pace they ask for, and keeps secrets."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

import requests

from crawler.errors import SourceError, Unreachable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.settings import CrawlerSettings

_AGENT: Final = "als-search/0.1 (search engine for the ALS literature{contact})"
_PACE: Final = 0.34
"""Seconds between requests without a key: NCBI allows three a second."""
_MOST: Final = 64 * 1024 * 1024
"""Bytes of an answer; a batch of records has a few million."""


class Client:
    """Asks the E-utilities, one request after another, never faster than NCBI allows."""

    def __init__(
        self,
        settings: CrawlerSettings,
        *,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._sleep = sleep
        self._clock = clock
        self._next = 0.0
        self._session = requests.Session()
        contact = f"; mailto:{settings.email}" if settings.email else ""
        self._session.headers["User-Agent"] = _AGENT.format(contact=contact)

    def post(self, tool: str, parameters: Mapping[str, str]) -> bytes:
        """Return what a tool such as `esearch.fcgi` answers.

        Raises Unreachable where nobody answers, SourceError where the answer is an error or too large.
        Neither names the parameters, since the key is among them.
        """
        said = {"tool": "als-search", "email": self._settings.email, "api_key": self._settings.api_key}
        body = {name: value for name, value in {**parameters, **said}.items() if value}
        self._wait()
        url = self._settings.eutils_url.rstrip("/") + "/" + tool
        try:
            with self._session.post(
                url, data=body, timeout=self._settings.timeout, stream=True, allow_redirects=False
            ) as answer:
                content = b"".join(self._bounded(answer, tool))
        except (requests.ConnectionError, requests.Timeout) as error:
            raise Unreachable(f"{url} does not answer ({_cause(error)})") from error
        except (requests.RequestException, ValueError) as error:
            raise SourceError(f"{url} cannot be asked ({_cause(error)})") from error
        if answer.status_code != requests.codes.ok:
            raise SourceError(f"{tool} answered {answer.status_code} {answer.reason}")
        return content

    def _wait(self) -> None:
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + _PACE

    @staticmethod
    def _bounded(answer: requests.Response, tool: str) -> list[bytes]:
        chunks, size = [], 0
        for chunk in answer.iter_content(1 << 16):
            size += len(chunk)
            if size > _MOST:
                raise SourceError(f"{tool} answered more than {_MOST} bytes")
            chunks.append(chunk)
        return chunks


def _cause(error: BaseException) -> str:
    """Return the kind of an error alone: its text may hold the request."""
    return type(error).__name__
