"""Downloads: every hit of a search, a selection of articles, or one article, in a format of `exports`.

They are streamed: the first bytes leave before the last article is read, and memory does not grow.
"""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from flask import Blueprint, Response, abort, redirect, request, url_for

from search.errors import BadRequest
from webui.exports import FORMATS, records
from webui.params import read_params

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask.typing import ResponseReturnValue

    from crawler.article import Article
    from search.articles import Articles
    from search.engine import Engine
    from webui.exports import Format

MAX_KEYS: Final = 1_000
"""The most articles that an address may select one by one."""

_CHUNK: Final = 16 * 1024
"""Bytes that are sent at once: other requests wait while they are made."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9.]+")


class Exports:
    """The downloads of a site over one engine and one library."""

    def __init__(self, engine: Engine, library: Articles) -> None:
        self._engine = engine
        self._library = library

    def blueprint(self) -> Blueprint:
        """Return the downloads with their addresses."""
        exports = Blueprint("exports", __name__)
        exports.add_url_rule("/export", "search", self.search, strict_slashes=False)
        exports.add_url_rule(f"/article/<path:key>.<any({','.join(FORMATS)}):name>", "article", self.article)
        return exports

    def search(self) -> ResponseReturnValue:
        """Send all hits of a search in its order, or the articles of each `key`; `format` says how."""
        name, keys, rest = _read(request.query_string)
        if name not in FORMATS:
            raise BadRequest(f"it must be one of {', '.join(FORMATS)}, as in format=ris.", "format")
        wanted = keys or self._engine.keys(read_params(rest))
        return _download(self._library.several(wanted), FORMATS[name], "als-search")

    def article(self, key: str, name: str) -> ResponseReturnValue:
        """Send one article; another of its ids only redirects to it."""
        article = self._library.article(key.strip())
        if article is None:
            abort(404)
        if article.key != key:
            return redirect(url_for("exports.article", key=article.key, name=name))
        return _download([article], FORMATS[name], f"article-{article.key}")


def _read(query_string: bytes) -> tuple[str, list[str], bytes]:
    """Return the format, the keys selected, and what is left of a query string: the search."""
    rest, name, keys = [], "", []
    for part in query_string.split(b"&"):
        parameter, _, value = part.partition(b"=")
        if parameter == b"format":
            name = unquote_plus(value.decode("ascii", "replace"))
        elif parameter == b"key":
            keys.append(unquote_plus(value.decode("ascii", "replace")))
        else:
            rest.append(part)
    if len(keys) > MAX_KEYS:
        raise BadRequest(f"{len(keys):,} articles are selected; an address can hold {MAX_KEYS:,}.", "key")
    return name, list(dict.fromkeys(keys)), b"&".join(rest)


def _download(found: Iterable[Article], form: Format, name: str) -> Response:
    pieces = _chunks(records(found, form.name))
    # What fails at the first article is still answered with a page that says so.
    first = next(pieces, b"")
    response = Response(chain([first], pieces), mimetype=form.mimetype)
    file_name = f"{_UNSAFE.sub('-', name).strip('-.')[:80]}{form.suffix}"
    response.headers.set("Content-Disposition", "attachment", filename=file_name)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield pieces joined, in parts that are worth sending."""
    kept: list[bytes] = []
    size = 0
    for piece in pieces:
        kept.append(piece)
        size += len(piece)
        if size >= _CHUNK:
            yield b"".join(kept)
            kept, size = [], 0
    if kept:
        yield b"".join(kept)
