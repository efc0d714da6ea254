"""Pages of what a reader keeps: past searches and articles, in the browser alone; citations of a selection.

The first two are the same for everybody, since what they list is not known here. The third is asked for by
keys, as exports are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, url_for
from msgspec import Struct

from crawler.article import Markup
from search.errors import BadRequest
from webui.export import MAX_KEYS
from webui.pages.citing import citations
from webui.rendering import counted

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from crawler.article import Article
    from search.articles import Articles

_STYLES: Final = ("NLM", "AMA", "APA", "MLA", "Vancouver")
_NAMES: Final = {style.lower(): style for style in _STYLES}


class Style(Struct, frozen=True):
    """A style of citing, with the address of the same articles cited in it."""

    name: str
    url: str
    is_current: bool


class Cited(Struct, frozen=True):
    """An article of a list of citations: its key, and its citation in the style of the list."""

    key: str
    markup: Markup


class KeptPages:
    """The pages of what is kept, over one library."""

    def __init__(self, library: Articles) -> None:
        self._library = library

    def blueprint(self) -> Blueprint:
        """Return the pages with their addresses."""
        pages = Blueprint("kept", __name__)
        pages.add_url_rule("/history", "history", self.history, strict_slashes=False)
        pages.add_url_rule("/selection", "selection", self.selection, strict_slashes=False)
        pages.add_url_rule("/cite", "cite", self.cite, strict_slashes=False)
        return pages

    def history(self) -> ResponseReturnValue:
        """Show the page that a browser fills with the searches it keeps."""
        return render_template("history.html")

    def selection(self) -> ResponseReturnValue:
        """Show the page that a browser fills with the articles it keeps."""
        return render_template("selection.html")

    def cite(self) -> ResponseReturnValue:
        """Show the citations of the articles of each `key`, in their order, in one `style`."""
        keys = list(dict.fromkeys(request.args.getlist("key")))
        name = request.args.get("style", "nlm")
        if name not in _NAMES:
            raise BadRequest(f"it must be one of {', '.join(_NAMES)}, as in style=apa.", "style")
        if len(keys) > MAX_KEYS:
            raise BadRequest(f"{len(keys):,} articles are selected; an address can hold {MAX_KEYS:,}.", "key")
        cited = [Cited(each.key, _cited(each, _NAMES[name])) for each in self._library.several(keys)]
        missing = len(keys) - len(cited)
        return render_template(
            "cite_all.html",
            cited=cited,
            styles=[Style(style, _url(keys, each), each == name) for each, style in _NAMES.items()],
            missing=f"{counted(missing, 'article is', 'articles are')} not in this library."
            if missing
            else "",
        )


def _cited(article: Article, style: str) -> Markup:
    return next(each.markup for each in citations(article) if each.style == style)


def _url(keys: list[str], style: str) -> str:
    return f"{url_for('kept.cite')}?{urlencode({'key': keys, 'style': style}, doseq=True)}"
