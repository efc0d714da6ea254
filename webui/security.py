"""The headers of every answer: nothing but our own files is loaded, nothing is framed, nothing leaks.

No page holds a script or style of its own, and no cookie is set, so the policy has no exceptions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, request

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from flask import Flask, Response

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


def framed_by(sites: Sequence[str]) -> str:
    """Return the policy of a page that these sites, and no others, may show in a frame; else it is ours."""
    return _written({**_POLICY, "frame-ancestors": " ".join(sites) or "'none'"})


def secure(app: Flask) -> None:
    """Put the headers on every answer of an app, errors and files included; refuse what has no host."""
    app.before_request(_refuse_without_host)
    app.after_request(_with_headers)


def _refuse_without_host() -> None:
    """Refuse a Host that is no name: feeds and sitemaps are full of addresses made from it."""
    if not request.host:
        abort(400, "The Host header is no name of a server.")


def _with_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response
