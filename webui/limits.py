"""How much one address or one site may ask, and who is believed when a proxy says for whom it asks.

Addresses are kept in memory for as long as the limit looks back, and are written nowhere.
"""

from __future__ import annotations

import logging
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

from flask import request
from flask_limiter import HeaderNames, Limiter
from flask_limiter.util import get_remote_address
from werkzeug.middleware.proxy_fix import ProxyFix

from webui.api_parameters import SITE_KEY
from webui.counts import SCHEME
from webui.problems import PROGRAMS, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask, Response

    from webui.settings import WebSettings

UNLIMITED: Final = frozenset(
    {"static", "embed.script", "embed.pinned", "operations.healthz", "operations.metrics"}
)
"""The endpoints that may be asked without end."""

# https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07
HEADERS: Final = {
    HeaderNames.LIMIT: "RateLimit-Limit",
    HeaderNames.REMAINING: "RateLimit-Remaining",
    HeaderNames.RESET: "RateLimit-Reset",
}


class Proxied:
    """Believes X-Forwarded-For and X-Forwarded-Proto where a proxy that is named sends them, no other way."""

    def __init__(self, app: WSGIApplication, proxies: Sequence[str]) -> None:
        """Take the application, and the addresses or networks of the proxies."""
        self._app = app
        self._believed = ProxyFix(app, x_for=1, x_proto=1, x_host=0)
        self._networks = [ip_network(proxy) for proxy in proxies]

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        app = self._believed if self._is_named(environ.get("REMOTE_ADDR", "")) else self._app
        return app(environ, start_response)

    def _is_named(self, address: str) -> bool:
        try:
            sender = ip_address(address)
        except ValueError:
            return False
        return any(sender in network for network in self._networks)


def limit(app: Flask, settings: WebSettings) -> None:
    """Have an app refuse with 429 what one address asks beyond the limit, and believe the proxies named.

    Who asks the API with the key of a site counts for that site instead, with its own limit.
    """
    if settings.proxies:
        app.wsgi_app = Proxied(app.wsgi_app, settings.proxies)  # type: ignore[method-assign]  # Flask's own way
    sites = settings.limits_of_sites()

    def site() -> str:
        """Return the key of the site that asks, or nothing; raises Refused for one nobody was given."""
        key = request.args.get(SITE_KEY, "") if request.path.startswith(PROGRAMS) else ""
        if key and key not in sites:
            raise Refused(403, "This key is of no site here; leave it out, or ask the owner.", SITE_KEY)
        return key

    def is_unlimited() -> bool:
        return request.endpoint in UNLIMITED or request.method == "OPTIONS" or not how_much()

    def how_much() -> str:
        key = site()
        return sites[key] if key else settings.limit

    def who() -> str:
        key = site()
        return f"site {key}" if key else get_remote_address()

    is_in_memory = settings.limit_storage.startswith("memory:")
    limiter = Limiter(
        who,
        application_limits=[how_much],
        headers_enabled=True,
        header_name_mapping=HEADERS,
        retry_after="delta-seconds",
        storage_uri=f"{SCHEME}://" if is_in_memory else settings.limit_storage,
        # Where the storage cannot be reached, each process counts for itself meanwhile.
        in_memory_fallback_enabled=not is_in_memory,
    )
    # That the storage is out of reach belongs into our log; who was refused, which is told as INFO, does not.
    limiter.logger = logging.getLogger("webui.limits")
    limiter.logger.setLevel(logging.WARNING)
    limiter.request_filter(is_unlimited)
    # In this order: what comes first sees an answer last.
    app.after_request(_in_seconds)
    limiter.init_app(app)


def _in_seconds(response: Response) -> Response:
    """Say in seconds when the limit starts anew, and Retry-After only where something is refused."""
    reset = response.headers.get("Retry-After")
    if reset is not None and "RateLimit-Reset" in response.headers:
        response.headers["RateLimit-Reset"] = reset
    if response.status_code not in {429, 503}:
        response.headers.pop("Retry-After", None)
    return response
