"""For browsers and for the crawlers of other search engines: how to search here, and what pages there are.

https://github.com/dewitt/opensearch/blob/master/opensearch-1-1-draft-6.md and https://www.sitemaps.org/protocol.html
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Final
from urllib.parse import quote
from xml.sax.saxutils import escape

from flask import Blueprint, Response, abort, render_template, request, stream_with_context, url_for
from msgspec import json

from index.segments.suggestions import EntryKind
from webui.addresses import absolute, root
from webui.caching import kept, tag_of, unchanged
from webui.links import article_url
from webui.params import read_params

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flask.typing import ResponseReturnValue

    from search.articles import Articles
    from search.engine import Engine

MAX_URLS: Final = 50_000
"""The most addresses that one sitemap may hold."""

_PART: Final = 2_000
_AS_IT_IS: Final = "!$&'()*+,/:;=@"
"""What Werkzeug does not escape in a path (werkzeug.routing.converters)."""
_SUGGESTIONS: Final = 8
_XML: Final = "application/xml"
_START: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_NAMESPACE: Final = "http://www.sitemaps.org/schemas/sitemap/0.9"


class Discovery:
    """The description of the search and the maps of a site over one engine and one library."""

    def __init__(self, engine: Engine, library: Articles) -> None:
        self._engine = engine
        self._library = library

    def blueprint(self) -> Blueprint:
        """Return all that with its addresses."""
        discovery = Blueprint("discovery", __name__)
        discovery.add_url_rule("/opensearch.xml", "opensearch", self.opensearch)
        discovery.add_url_rule("/opensearch/suggest", "suggest", self.suggest)
        discovery.add_url_rule("/robots.txt", "robots", self.robots)
        discovery.add_url_rule("/sitemap.xml", "sitemap", self.sitemap)
        discovery.add_url_rule("/sitemap-<int:number>.xml", "part", self.part)
        return discovery

    def opensearch(self) -> ResponseReturnValue:
        """Tell browsers how to search here from their own box."""
        text = render_template("opensearch.xml")
        return Response(text, mimetype="application/opensearchdescription+xml")

    def suggest(self) -> ResponseReturnValue:
        """Answer suggestions as browsers read them: what was typed, and the queries it may become."""
        typed = read_params(request.query_string).query
        found = self._engine.suggest(typed, _SUGGESTIONS)
        # Browsers put the first text into their box: that of a title says more than the number it stands for.
        queries = [each.text if each.kind is EntryKind.TITLE else each.query for each in found]
        content = (typed, queries, [each.text for each in found])
        return Response(json.encode(content), mimetype="application/x-suggestions+json")

    def robots(self) -> ResponseReturnValue:
        """Let crawlers read articles and plain searches that are linked to, but not walk on without end.

        Of rules that fit, the longest holds (RFC 9309, 2.2.2).
        """
        searches = ("/search", "/search?q=*&", "/search?q=cite", "/facet", "/explain", "/cite", "/export")
        paths = (*searches, "/feed.atom", "/suggest", "/opensearch/", "/api/v1/")
        lines = ["User-agent: *", *(f"Disallow: {request.script_root}{path}" for path in paths)]
        lines.append(f"Allow: {request.script_root}/search?q=")
        lines.append(f"Sitemap: {absolute(url_for('discovery.sitemap'))}")
        return Response("\n".join([*lines, ""]), mimetype="text/plain")

    def sitemap(self) -> ResponseReturnValue:
        """Name the maps of all articles, which may have changed when something was last read."""
        tag = self._tag()
        if same := unchanged(tag):
            return same
        counts = self._library.counts()
        parts = -(-(counts.articles - counts.samples) // MAX_URLS)
        numbers = range(1, max(parts, 1) + 1)
        names = (absolute(url_for("discovery.part", number=number)) for number in numbers)
        changed = self._library.updated()
        when = f"<lastmod>{escape(changed)}</lastmod>" if changed else ""
        maps = "".join(f"<sitemap><loc>{escape(name)}</loc>{when}</sitemap>\n" for name in names)
        text = f'{_START}<sitemapindex xmlns="{_NAMESPACE}">\n{maps}</sitemapindex>\n'
        return kept(Response(text, mimetype=_XML), tag)

    def part(self, number: int) -> ResponseReturnValue:
        """Name the pages of up to MAX_URLS articles, as they are read from the library."""
        first = (number - 1) * MAX_URLS
        counts = self._library.counts()
        if not 0 <= first < max(1, counts.articles - counts.samples):
            abort(404)
        tag = self._tag()
        if same := unchanged(tag):
            return same
        addresses = stream_with_context(self._addresses(first, root()))
        return kept(Response(addresses, mimetype=_XML), tag)

    def _addresses(self, first: int, start: str) -> Iterator[str]:
        yield f'{_START}<urlset xmlns="{_NAMESPACE}">\n'
        # The keys of all at once are a few megabytes, and far faster read than part by part.
        addresses = _pages(start, self._library.keys(first=first, limit=MAX_URLS))
        while part := "".join(f"<url><loc>{escape(each)}</loc></url>\n" for each in islice(addresses, _PART)):
            yield part
        yield "</urlset>\n"

    def _tag(self) -> str:
        return tag_of(self._library.revision, root(), request.full_path)


def _pages(first: str, keys: Iterable[str]) -> Iterator[str]:
    """Return the addresses of the pages of articles: as `article_url` has them, but all in a moment."""
    start = first + article_url("0").removeprefix(request.script_root).removesuffix("0")
    return (start + quote(key, safe=_AS_IT_IS) for key in keys)
