"""How much one address or one site may ask, and who is believed when a proxy says for whom it asks.

Addresses are kept in memory for as long as the limit looks back, and are written nowhere.
"""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final

from flask import request
from werkzeug.middleware.proxy_fix import ProxyFix

from webui.api_parameters import SITE_KEY
from webui.problems import PROGRAMS, Refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask, Response

    from webui.settings import WebSettings

UNLIMITED: Final = frozenset(
    {"static", "embed.script", "embed.pinned", "operations.healthz", "operations.metrics"}
)
"""The endpoints that may be asked without end."""

HEADERS: Final = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
"""How much may be asked, how much of that is left, and in how many seconds it starts anew.

https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-07
"""

_UNKNOWN: Final = "127.0.0.1"
"""Who asks through a socket of this machine that has no address."""


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


class _Asking:
    """Who asks in the request that is answered, an address or a site by its key, and how much it may ask."""

    def __init__(self, limit: str, sites: Mapping[str, str]) -> None:
        """Take the limit of an address, and that of each site by its key; an empty one is none."""
        self._limit = limit
        self._sites = sites

    def site(self) -> str:
        """Return the key of the site that asks, or nothing; raises Refused for one nobody was given."""
        key = request.args.get(SITE_KEY, "") if request.path.startswith(PROGRAMS) else ""
        if key and key not in self._sites:
            raise Refused(403, "This key is of no site here; leave it out, or ask the owner.", SITE_KEY)
        return key

    def is_free(self) -> bool:
        """Say whether anyone may ask this without end."""
        return not request.endpoint or request.endpoint in UNLIMITED or request.method == "OPTIONS"

    def is_unlimited(self) -> bool:
        """Say whether who asks may ask this without end."""
        return self.is_free() or not self.how_much()

    def refuse_unknown(self) -> None:
        """Refuse a key that nobody was given."""
        if not self.is_free():
            self.site()

    def how_much(self) -> str:
        """Return the limit of who asks."""
        key = self.site()
        return self._sites[key] if key else self._limit

    def who(self) -> str:
        """Return what who asks is counted by."""
        key = self.site()
        return f"site {key}" if key else request.remote_addr or _UNKNOWN


def limit(app: Flask, settings: WebSettings) -> None:
    """Have an app refuse with 429 what one address asks beyond the limit, and believe the proxies named.

    Who asks the API with the key of a site counts for that site instead, with its own limit.
    """
    if settings.proxies:
        app.wsgi_app = Proxied(app.wsgi_app, settings.proxies)  # type: ignore[method-assign]  # Flask's own way
    sites = settings.limits_of_sites()
    asking = _Asking(settings.limit, sites)
    if not settings.limit and not sites:
        # To count what nobody bounds would take a tenth of the time of an answer.
        app.before_request(asking.refuse_unknown)
        return
    from webui.limiter import limiter_of  # noqa: PLC0415 - who has no limit starts without it

    limiter = limiter_of(asking.who, asking.how_much, settings.limit_storage, HEADERS)
    limiter.request_filter(asking.is_unlimited)
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
