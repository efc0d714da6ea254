"""The headers of every answer: nothing but our own files is loaded, nothing is framed, nothing leaks.

No page holds a script or style of its own, and no cookie is set, so the policy has no exceptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import abort, request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from flask import Flask

_POLICY: Final = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def _written(policy: Mapping[str, str]) -> str:
    return "; ".join(f"{name} {value}" for name, value in policy.items())


HEADERS: Final = {
    "Content-Security-Policy": _written(_POLICY),
    "X-Content-Type-Options": "nosniff",
    # A search for an illness is nobody else's business: other sites are not even told the name of this one.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_HEADERS: Final = [(name.lower(), (name, value)) for name, value in HEADERS.items()]


def framed_by(sites: Sequence[str]) -> str:
    """Return the policy of a page that these sites, and no others, may show in a frame; else it is ours."""
    return _written({**_POLICY, "frame-ancestors": " ".join(sites) or "'none'"})


class Secured:
    """Puts the headers on every answer of an application, errors and files included, but those it has."""

    def __init__(self, app: WSGIApplication) -> None:
        """Take the application."""
        self._app = app

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request."""

        def start(status: str, headers: list[tuple[str, str]], *failure: Any) -> Callable[[bytes], object]:
            given = {name.lower() for name, _ in headers}
            headers.extend([header for low, header in _HEADERS if low not in given])
            return start_response(status, headers, *failure)

        return self._app(environ, start)


def secure(app: Flask) -> None:
    """Put the headers on every answer of an app; refuse what has no host."""
    app.before_request(_refuse_without_host)
    app.wsgi_app = Secured(app.wsgi_app)  # type: ignore[method-assign]  # Flask's own way


def _refuse_without_host() -> None:
    """Refuse a Host that is no name: feeds and sitemaps are full of addresses made from it."""
    if not request.host:
        abort(400, "The Host header is no name of a server.")
