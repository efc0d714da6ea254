"""Answers that may be kept until the index changes, compressed, and read by pages of other sites."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from flask import Response, request
from flask_compress import Compress

from webui.limits import HEADERS
from webui.problems import PROGRAMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

_FRESH: Final = "public, max-age=60, stale-while-revalidate=600"
_EXPOSED: Final = ", ".join(["ETag", "Retry-After", *HEADERS])
_DAY: Final = 86_400
_COMPRESSED: Final = (
    "application/atom+xml", "application/javascript", "application/json", "application/ld+json",
    "application/opensearchdescription+xml", "application/problem+json", "application/x-suggestions+json",
    "application/xml", "image/svg+xml", "text/css", "text/csv", "text/html", "text/javascript", "text/plain",
)  # fmt: skip


def tag_of(*parts: object) -> str:
    """Return the tag of an answer that depends on these parts and nothing else."""
    return blake2b("\0".join(map(str, parts)).encode("utf-8", "replace"), digest_size=12).hexdigest()


def unchanged(tag: str) -> Response | None:
    """Return 304 where the client holds the answer with this tag already."""
    return kept(Response(status=304), tag) if request.if_none_match.contains_weak(tag) else None


def kept(response: Response, tag: str) -> Response:
    """Return an answer that caches may keep for a minute, and ask after by its tag from then on."""
    response.set_etag(tag, weak=True)
    response.headers["Cache-Control"] = _FRESH
    return response


def compress(app: Flask) -> None:
    """Have an app compress what is text, as each client takes it."""
    app.config["COMPRESS_MIMETYPES"] = list(_COMPRESSED)
    app.config["COMPRESS_ALGORITHM"] = ["zstd", "br", "gzip"]
    # An answer is made anew for nearly every request: the last tenth of its size would take most of the time.
    app.config |= {"COMPRESS_ZSTD_LEVEL": 1, "COMPRESS_BR_LEVEL": 1, "COMPRESS_LEVEL": 1}
    Compress(app)
    app.after_request(_closed_at_last)


def _closed_at_last(response: Response) -> Response:
    """Have a file closed once it is sent: what compresses it reads it to its end, and leaves it open."""
    close = getattr(response.response, "close", None)
    if close is not None:
        response.call_on_close(close)
    return response


def share(app: Flask, origins: Sequence[str]) -> None:
    """Have an app let pages of these origins ask its API, without credentials; * is every origin.

    https://fetch.spec.whatwg.org/#http-cors-protocol
    """

    def shared(response: Response) -> Response:
        if not request.path.startswith(PROGRAMS):
            return response
        origin = "*" if "*" in origins else request.headers.get("Origin", "")
        if origin != "*":
            response.vary.add("Origin")
        if origin == "*" or origin in origins:
            response.headers["Access-Control-Allow-Origin"] = origin
            response.headers["Access-Control-Expose-Headers"] = _EXPOSED
            if request.method == "OPTIONS":
                response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, OPTIONS"
                response.headers["Access-Control-Allow-Headers"] = "If-None-Match"
                response.headers["Access-Control-Max-Age"] = str(_DAY)
        return response

    app.after_request(shared)
