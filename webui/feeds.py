"""An Atom feed of every search, the newest first, so that one is told what is new without a subscription.

https://www.rfc-editor.org/rfc/rfc4287, with the elements of OpenSearch 1.1 for the total.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from flask import Blueprint, Response, request, url_for
from lxml import etree
from msgspec import structs

from crawler.markup import to_text
from search.errors import BadRequest, EngineDown
from search.request import Sort
from webui.addresses import absolute, root
from webui.caching import kept, tag_of, unchanged
from webui.links import article_url, search_url
from webui.params import read_params, write_params

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flask.typing import ResponseReturnValue

    from crawler.article import Article, PubDate
    from search.engine import Engine
    from search.request import SearchRequest
    from search.results import Hit, ResultPage

MIMETYPE: Final = "application/atom+xml"

_ATOM: Final = "http://www.w3.org/2005/Atom"
_OPENSEARCH: Final = "http://a9.com/-/spec/opensearch/1.1/"
_NAMES: Final[dict[str | None, str]] = {None: _ATOM, "opensearch": _OPENSEARCH}
_VERSION: Final = 1
# https://www.w3.org/TR/xml/#charsets
_NOT_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Feeds:
    """The feeds of a site over one engine."""

    def __init__(self, engine: Engine, site_name: str, *, today: Callable[[], date]) -> None:
        """Take the engine, what the site is called, and what tells the day."""
        self._engine = engine
        self._site_name = site_name
        self._today = today

    def blueprint(self) -> Blueprint:
        """Return the address of the feeds."""
        feeds = Blueprint("feeds", __name__)
        feeds.add_url_rule("/feed.atom", "search", self.search)
        return feeds

    def search(self) -> ResponseReturnValue:
        """Answer the newest articles that match a search as Atom; its parameters are those of the page."""
        asked = read_params(request.query_string)
        if asked.sort not in {Sort.RELEVANCE, Sort.NEWEST}:
            raise BadRequest("a feed has the newest first; leave the order out.", "sort")
        asked = structs.replace(asked, sort=Sort.NEWEST)
        if same := unchanged(self._tag(self._engine.generation().name)):
            return same
        page = self._engine.search(asked)
        if page.is_partial:
            # A reader would take what is missing for what is not there.
            raise EngineDown("not all hits were found in time, and a feed has no way to say so")
        manifest = self._engine.generation().manifest
        written = _feed(page, self._site_name, _moment(manifest.updated or manifest.created))
        response = Response(
            etree.tostring(written, xml_declaration=True, encoding="utf-8"), mimetype=MIMETYPE
        )
        response.headers["X-Robots-Tag"] = "noindex"
        return kept(response, self._tag(page.generation))

    def _tag(self, generation: str) -> str:
        # The root stands in the addresses of the feed.
        return tag_of(_VERSION, generation, self._today(), root(), request.query_string.hex())


def feed_url(asked: SearchRequest) -> str:
    """Return the address of the feed of a search."""
    params = write_params(structs.replace(asked, sort=Sort.RELEVANCE, page=1))
    return "?".join(filter(None, (url_for("feeds.search"), params)))


def entry_id(article: Article) -> str:
    """Return what names an article for ever, wherever it is read: info:pmid/1 (RFC 4452), else its page."""
    ids = article.ids
    if ids.pmid:
        return f"info:pmid/{quote(ids.pmid, safe='')}"
    if ids.pmcid:
        return f"https://pmc.ncbi.nlm.nih.gov/articles/{quote(ids.pmcid, safe='')}/"
    return f"info:doi/{quote(ids.doi.lower())}"


def _feed(page: ResultPage, site_name: str, updated: str) -> etree._Element:
    asked = page.request
    feed = etree.Element(f"{{{_ATOM}}}feed", nsmap=_NAMES)  # type: ignore[arg-type]  # lxml-stubs forget that None is no prefix
    query = asked.query.strip()
    _add(feed, "id", absolute(feed_url(asked)))
    _add(feed, "title", f"{query} - {site_name}" if query else site_name)
    moments = [_updated(hit.article) for hit in page.hits]
    _add(feed, "updated", max(filter(None, moments), default=updated))
    author = etree.SubElement(feed, f"{{{_ATOM}}}author")
    _add(author, "name", site_name)
    _add(feed, "rights", "Abstracts may be under the copyright of their publishers.")
    _link(feed, "self", absolute(_page_url(asked, asked.page)), MIMETYPE)
    _link(feed, "alternate", absolute(search_url(asked)), "text/html")
    if asked.page > 1:
        _link(feed, "prev", absolute(_page_url(asked, asked.page - 1)), MIMETYPE)
    if asked.page < page.pages:
        _link(feed, "next", absolute(_page_url(asked, asked.page + 1)), MIMETYPE)
    for name, number in (
        ("totalResults", page.total),
        ("startIndex", page.first),
        ("itemsPerPage", asked.size),
    ):
        etree.SubElement(feed, f"{{{_OPENSEARCH}}}{name}").text = str(number)
    for hit in page.hits:
        _add_entry(feed, hit, updated)
    return feed


def _page_url(asked: SearchRequest, number: int) -> str:
    plain = feed_url(asked)
    return plain if number == 1 else f"{plain}{'&' if '?' in plain else '?'}page={number}"


def _add_entry(feed: etree._Element, hit: Hit, updated: str) -> None:
    article = hit.article
    entry = etree.SubElement(feed, f"{{{_ATOM}}}entry")
    _add(entry, "id", entry_id(article))
    title = f"Retracted: {article.title}" if article.is_retracted else article.title
    _add(entry, "title", title, type="html")
    published = _midnight(article.date)
    # What does not say when it was changed did not change each time that the library did.
    _add(entry, "updated", _updated(article) or published or updated)
    if published:
        _add(entry, "published", published)
    for author in article.authors:
        name = author.full()
        if name:
            _add(etree.SubElement(entry, f"{{{_ATOM}}}author"), "name", name)
    _link(entry, "alternate", absolute(article_url(article.key)), "text/html")
    sections = article.abstract.sections if article.abstract else ()
    said = (article.journal.short(), str(article.date), *(to_text(each.text) for each in sections))
    _add(entry, "summary", ". ".join(filter(None, said)) or "No abstract.")


def _add(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    element = etree.SubElement(parent, f"{{{_ATOM}}}{name}", attributes)
    element.text = _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def _link(parent: etree._Element, rel: str, href: str, mimetype: str) -> None:
    etree.SubElement(
        parent, f"{{{_ATOM}}}link", {"rel": rel, "type": mimetype, "href": _NOT_XML.sub("", href)}
    )


def _updated(article: Article) -> str:
    """Return when a record was last changed at its source, or entered it; nothing where it does not say."""
    return _midnight(article.revised) or _midnight(article.entered)


def _midnight(date: PubDate) -> str:
    return f"{date.year:04}-{date.month or 1:02}-{date.day or 1:02}T00:00:00Z" if date.year else ""


def _moment(time: str) -> str:
    """Return an ISO 8601 time in UTC as Atom has it."""
    return re.sub(r"\.\d+", "", time).replace("+00:00", "Z")
