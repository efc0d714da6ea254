"""What answers below /embed: the script, the frame, and the page that explains both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, render_template, request
from msgspec import json

from index.schema import FACETS
from webui.addresses import root
from webui.caching import tag_of
from webui.embed import code
from webui.embed.contract import EVENTS, PARTS, PROPERTIES
from webui.embed.options import MAX_SIZE, OPTIONS, read_options
from webui.embed.script import load_script
from webui.security import framed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask.typing import ResponseReturnValue

_HOUR: Final = "public, max-age=3600, stale-while-revalidate=86400"
_FOR_EVER: Final = "public, max-age=31536000, immutable"


class Embed:
    """The widget and the frame, for the sites that may show it."""

    def __init__(self, frame_sites: Sequence[str]) -> None:
        self._sites = tuple(frame_sites)
        self._script = load_script()

    def blueprint(self) -> Blueprint:
        """Return all that with its addresses."""
        embed = Blueprint("embed", __name__)
        embed.add_url_rule("/embed", "page", self.page, strict_slashes=False)
        embed.add_url_rule("/embed/frame", "frame", self.frame)
        embed.add_url_rule("/embed/v1/als-search.js", "script", self.script)
        embed.add_url_rule("/embed/v1/als-search.<digest>.js", "pinned", self.pinned)
        return embed

    def page(self) -> ResponseReturnValue:
        """Let a site owner set options, see them, and copy the code."""
        chosen = read_options(request.query_string)
        return render_template(
            "embed.html",
            options=OPTIONS,
            chosen=chosen,
            facets=FACETS,
            facets_shown=chosen.get("facets", "keyword,year,type").split(","),
            largest=MAX_SIZE,
            parts=PARTS,
            properties=PROPERTIES,
            events=EVENTS,
            sites=self._sites,
            preview=code.element(chosen, self._script),
            widget=str(code.widget(chosen, self._script)),
            pinned=str(code.widget(chosen, self._script, is_pinned=True)),
            framed=str(code.frame(chosen, self._script)),
            origin=urlsplit(root())._replace(path="").geturl(),
            integrity=self._script.integrity,
        )

    def frame(self) -> ResponseReturnValue:
        """Answer the page that other sites may show in a frame, if they are named in the settings."""
        chosen = read_options(request.query_string)
        if chosen.get("target") != "_top":
            chosen["target"] = "_blank"  # no article lets itself be shown in a frame
        chosen["heading"] = "2"  # below the one heading that the frame has
        label, _ = self._script.words[chosen.get("lang", "en")]
        page = render_template(
            "embed_frame.html",
            chosen=chosen,
            label=chosen.get("label", label),
            element=code.element(chosen, self._script),
            sites=json.encode(self._sites).decode(),
        )
        response = Response(page, mimetype="text/html")
        response.headers["Content-Security-Policy"] = framed_by(self._sites)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    def script(self) -> Response:
        """Answer the script; what keeps it asks after it once an hour."""
        return self._answered(_HOUR)

    def pinned(self, digest: str) -> Response:
        """Answer the script at the address that holds its hash, for as long as it is this one."""
        if digest != self._script.digest:
            abort(404)
        return self._answered(_FOR_EVER)

    def _answered(self, kept: str) -> Response:
        tag = tag_of(self._script.integrity)
        if request.if_none_match.contains_weak(tag):
            response = Response(status=304)
        elif request.accept_encodings.quality("gzip"):
            response = Response(self._script.packed, mimetype="text/javascript")
            response.headers["Content-Encoding"] = "gzip"
        else:
            response = Response(self._script.content, mimetype="text/javascript")
        response.vary.add("Accept-Encoding")
        response.set_etag(tag, weak=True)
        response.headers["Cache-Control"] = kept
        # Any page may load it, also one that holds what it loads to account (SRI) or isolates itself (COEP).
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response
