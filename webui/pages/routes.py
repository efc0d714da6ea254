"""What answers at each address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, redirect, render_template, request, url_for
from msgspec import structs

from crawler.markup import to_text
from index.schema import FACETS, FIELDS
from index.tags import LOOSE
from search.errors import EngineDown
from search.request import SearchRequest, Sort
from webui.links import Link, pubmed_url, search_url
from webui.pages.about import about_view
from webui.pages.article import article_view, contents
from webui.pages.explain import explain_view
from webui.pages.facet import SHOWN, facet_view, how_typed, is_facet, read_facet_params
from webui.pages.help import FIRST, named, topics
from webui.pages.results import last_page, results_view
from webui.params import read_params
from webui.problems import Problem, shown
from webui.rendering import day

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from crawler.article import Article
    from search.articles import Articles
    from search.engine import Engine
    from search.results import Hit, ResultPage

_NEWEST: Final = 5
_SHOWN_IN_HELP: Final = 10
_EMPTY_BOXES: Final = frozenset({"from", "to"})

_HOME_EXAMPLES: Final = (
    "riluzole survival",
    '"TDP-43" pathology',
    "C9orf72",
    "noninvasive ventilation",
    "biomarkers year:2020:2024",
)


class Pages:
    """The pages of a site over one engine and one library."""

    def __init__(self, engine: Engine, library: Articles) -> None:
        self._engine = engine
        self._library = library

    def blueprint(self) -> Blueprint:
        """Return the pages with their addresses."""
        pages = Blueprint("pages", __name__)
        pages.add_url_rule("/", "home", self.home)
        pages.add_url_rule("/search", "search", self.search, strict_slashes=False)
        pages.add_url_rule("/facet/<name>", "facet", self.facet, strict_slashes=False)
        pages.add_url_rule("/article/<path:key>", "article", self.article)
        pages.add_url_rule("/explain/<path:key>", "explain", self.explain)
        pages.add_url_rule("/help", "help", self.help, strict_slashes=False)
        pages.add_url_rule("/about", "about", self.about, strict_slashes=False)
        pages.add_url_rule("/favicon.ico", "favicon", self.favicon)
        return pages

    def home(self) -> ResponseReturnValue:
        """Show the search box, and what the library holds."""
        newest = self._engine.search(SearchRequest(size=_NEWEST, sort=Sort.NEWEST))
        return render_template(
            "home.html",
            articles=newest.articles,
            hits=newest.hits,
            updated=day(self._engine.generation().manifest.updated),
            is_sample=any(hit.article.is_sample for hit in newest.hits),
            examples=_HOME_EXAMPLES,
        )

    def search(self) -> ResponseReturnValue:
        """Show a page of results; a page after the last is not found."""
        asked = read_params(request.query_string)
        page = self._engine.search(asked)
        if asked.page > max(1, page.pages):
            return shown(_after_the_last(page), asked)
        if _EMPTY_BOXES & {name for name, text in request.args.items() if not text.strip()}:
            # A form without scripts sends its empty boxes, too: the address is made short again.
            return redirect(search_url(asked))
        view = results_view(page, self._count)
        return render_template(
            "results.html",
            view=view,
            asked=asked,
            searched=page.searched,
            as_of=self._as_of(asked),
            how_typed=how_typed,
        )

    def _as_of(self, asked: SearchRequest) -> Link | None:
        """Return the day of the index that was asked for by name, with the same search of today's index."""
        if asked.generation in {"", self._engine.generation().name}:
            return None
        created = self._engine.generation(asked.generation).manifest.created
        return Link(day(created), search_url(structs.replace(asked, generation="", page=1)))

    def _count(self, asked: SearchRequest) -> int:
        """Return how many articles match a search just as it is."""
        return self._engine.search(structs.replace(asked, size=1, spelling=False)).total

    def facet(self, name: str) -> ResponseReturnValue:
        """Show the values of a facet of a search, and find those that start as typed."""
        if not is_facet(name):
            return shown(_no_facet(name))
        asked, typed = read_facet_params(request.query_string)
        counted = self._engine.facet(asked, name, typed, size=SHOWN)
        view = facet_view(counted.facet, asked, typed)
        return render_template("facet.html", view=view, asked=asked, how_typed=how_typed)

    def article(self, key: str) -> ResponseReturnValue:
        """Show an article; another of its ids, another case or a slash at the end only redirect to it."""
        wanted = key.strip().rstrip("/")
        article = self._library.article(wanted)
        if article is None:
            return shown(_missing(wanted))
        if article.key != key:
            return redirect(url_for("pages.article", key=article.key))
        view = article_view(article, self._library, self._similar)
        return render_template("article.html", view=view, article=article, contents=contents(view))

    def explain(self, key: str) -> ResponseReturnValue:
        """Show why an article stands where it does among the hits of a search."""
        article = self._library.article(key.strip())
        if article is None:
            return shown(_missing(key))
        asked = read_params(request.query_string)
        view = explain_view(self._engine.explain(asked, article.key), asked)
        return render_template(
            "explain.html", view=view, asked=asked, key=article.key, title=to_text(article.title)
        )

    def _similar(self, key: str, limit: int) -> tuple[Hit, ...]:
        """Return similar articles; none while the index cannot be used: an article can be read without."""
        try:
            return self._engine.similar(key, limit)
        except EngineDown:
            return ()

    def help(self) -> ResponseReturnValue:
        """Explain how to search."""
        known = self._known()
        return render_template(
            "help.html", first=FIRST, topics=topics(known), fields=FIELDS, named=named(known), loose=LOOSE
        )

    def _known(self) -> list[Article]:
        """Return a few articles that examples can be taken from; none while the index cannot be used."""
        try:
            hits = self._engine.search(SearchRequest(size=_SHOWN_IN_HELP, sort=Sort.CITED)).hits
        except EngineDown:
            return []
        return list(self._library.several(hit.key for hit in hits))

    def about(self) -> ResponseReturnValue:
        """Say where the articles come from, and what the site is not."""
        return render_template("about.html", view=about_view(self._engine, self._library))

    def favicon(self) -> ResponseReturnValue:
        """Send browsers that ask for an icon at its old address to ours."""
        return redirect(url_for("static", filename="favicon.svg"))


def _after_the_last(page: ResultPage) -> Problem:
    last = last_page(page)
    message = (
        f"The last page of these results is {last.text}." if page.pages else "This search finds no article."
    )
    return Problem(
        404, f"There is no page {page.request.page:,}", message, Link(f"Go to {last.text}", last.url)
    )


def _no_facet(name: str) -> Problem:
    short = name if len(name) <= 80 else name[:79] + "\N{HORIZONTAL ELLIPSIS}"
    titles = ", ".join(facet.title for facet in FACETS)
    return Problem(404, "No such filter", f"There is no filter {short}; there are {titles}.")


def _missing(key: str) -> Problem:
    short = key if len(key) <= 80 else key[:79] + "\N{HORIZONTAL ELLIPSIS}"
    message = f"This library has no article with the PMID, PMCID or DOI {short}."
    could_be_pmid = key.isascii() and key.isdecimal() and len(key) <= 8
    link = Link("Look at PubMed", pubmed_url(key)) if could_be_pmid else None
    return Problem(404, "No such article here", message, link)
