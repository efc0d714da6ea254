"""What answers at each address of the API. Every answer names the generation that it is from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, g, render_template, request
from msgspec import json, structs

from search.errors import BadRequest, EngineDown
from search.request import SearchRequest, Sort
from webui import api_parameters
from webui.api import answers, openapi, shapes
from webui.api.cursors import read_cursor
from webui.api.members import shapes_of
from webui.caching import kept, tag_of, unchanged
from webui.pages.trend_lines import Named, of_values
from webui.problems import Refused, document_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from flask.typing import ResponseReturnValue
    from msgspec import Struct

    from crawler.article import Article
    from search.articles import Articles
    from search.engine import Engine
    from search.results import ResultPage

_JSON: Final = "application/json"
_BAD: Final = "/api/v1/search?sort=best"
"""What the page shows a problem by."""


class Api:
    """The API over one engine and one library."""

    def __init__(self, engine: Engine, library: Articles, *, today: Callable[[], date]) -> None:
        """Take the engine, the library, and what tells the day: "last 6 months" depends on it."""
        self._engine = engine
        self._library = library
        self._today = today

    def blueprint(self) -> Blueprint:
        """Return the API with its addresses, and the page that describes it."""
        api = Blueprint("api", __name__)
        api.add_url_rule("/api", "page", self.page, strict_slashes=False)
        for operation in openapi.OPERATIONS:
            view: Callable[..., ResponseReturnValue] = getattr(self, operation.name)
            api.add_url_rule(operation.rule, operation.name, view)
        api.add_url_rule(openapi.ADDRESS, "document", self.document)
        return api

    def search(self) -> ResponseReturnValue:
        """Answer a page of hits, by its number or by a cursor."""
        asked, own = api_parameters.read(request.query_string, api_parameters.SEARCH)
        cursor = read_cursor(own["cursor"][0], asked) if "cursor" in own else None
        if cursor:
            if asked.page != 1:
                raise BadRequest("a cursor says where to go on; leave the page out.", "page")
            if asked.generation not in {"", cursor.generation}:
                raise BadRequest("a cursor goes on in its own generation; leave this out.", "generation")
            asked = structs.replace(asked, page=cursor.page)
        if same := self._same():
            return same
        if cursor:
            pinned = structs.replace(asked, generation=cursor.generation)
            page = structs.replace(self._engine.search(pinned), request=asked)
        else:
            page = self._engine.search(asked)
        _in_range(asked.page, page.pages)
        answer = answers.search_answer(page, has_cursor=cursor is not None)
        return self._answered(answer, page.generation, is_partial=page.is_partial)

    def facet(self, name: str) -> ResponseReturnValue:
        """Answer the values of a facet."""
        if name not in api_parameters.NAMES:
            raise Refused(
                404, f"There is no facet of this name; there are {', '.join(api_parameters.NAMES)}.", "name"
            )
        asked, own = api_parameters.read(request.query_string, api_parameters.FACET)
        if same := self._same():
            return same
        typed = own.get("contains", [""])[0]
        counted = self._engine.facet(asked, name, typed, size=asked.size)
        answer = answers.facet_answer(counted, asked, {"contains": typed} if typed else {})
        return self._answered(answer, counted.generation, is_partial=counted.is_partial)

    def trends(self) -> ResponseReturnValue:
        """Answer how many articles of a search, and of others, were published each year."""
        asked, own = api_parameters.read(request.query_string, api_parameters.TRENDS)
        values = own.get("value", [])
        by = own.get("by", [api_parameters.BY if values else ""])[0]
        if same := self._same():
            return same
        lines = [Named(text, structs.replace(asked, query=text)) for text in own.get("compare", [])]
        lines += of_values(self._engine, asked, by, values) if by else ()
        trends = self._engine.trends([asked, *(line.request for line in lines)])
        whole, *others = trends.trends
        answer = shapes.TrendsAnswer(
            generation=trends.generation,
            total=whole.total,
            is_partial=trends.is_partial,
            whole=answers.series(whole),
            series=tuple(
                answers.series(trend, value=line.value, label=line.label)
                for line, trend in zip(lines, others, strict=True)
            ),
            articles=answers.year_counts(trends.articles),
            links=shapes.Links(
                answers.address_of(
                    "api.trends",
                    asked,
                    [(name, text) for name in ("compare", "by", "value") for text in own.get(name, [])],
                )
            ),
        )
        return self._answered(answer, trends.generation, is_partial=trends.is_partial)

    def suggest(self) -> ResponseReturnValue:
        """Answer what the words at the end of a query may become."""
        asked, _ = api_parameters.read(request.query_string, api_parameters.SUGGEST)
        generation = self._engine.generation().name
        if same := unchanged(self._tag(generation)):
            return same
        found = tuple(
            shapes.Suggestion(each.text, each.kind, each.count, each.query, each.name)
            for each in self._engine.suggest(asked.query, asked.size)
        )
        links = shapes.Links(answers.address_of("api.suggest", asked))
        return self._answered(
            shapes.SuggestAnswer(generation=generation, suggestions=found, links=links), generation
        )

    def article(self, key: str) -> ResponseReturnValue:
        """Answer an article by its PMID, PMCID or DOI."""
        api_parameters.read(request.query_string, api_parameters.NONE)
        generation = self._generation()
        if same := unchanged(self._tag(generation)):
            return same
        article = self._article(key)
        total, _ = self._library.citing(article, limit=0)
        return self._answered(answers.article_answer(generation, article, total), generation)

    def references(self, key: str) -> ResponseReturnValue:
        """Answer a page of the reference list of an article."""
        asked, _ = api_parameters.read(request.query_string, api_parameters.PAGED)
        generation = self._generation()
        if same := unchanged(self._tag(generation)):
            return same
        article = self._article(key)
        pages = -(-len(article.references) // asked.size)
        _in_range(asked.page, pages)
        start = (asked.page - 1) * asked.size
        shown = list(enumerate(article.references))[start : start + asked.size]
        held = self._library.held({key for _, reference in shown for key in reference.keys()})  # noqa: SIM118 - no mapping
        answer = shapes.ReferencesAnswer(
            generation=generation,
            total=len(article.references),
            page=asked.page,
            size=asked.size,
            references=answers.cited(shown, held, self._library.matched(article)),
            links=answers.paged_links("api.references", article.key, asked, pages, "references"),
        )
        return self._answered(answer, generation)

    def cited_by(self, key: str) -> ResponseReturnValue:
        """Answer a page of the articles that cite one."""
        asked, _ = api_parameters.read(request.query_string, api_parameters.PAGED)
        generation = self._generation()
        if same := unchanged(self._tag(generation)):
            return same
        article = self._article(key)
        total, _ = self._library.citing(article, limit=0)
        pages = -(-total // asked.size)
        _in_range(asked.page, pages)
        _, citing = self._library.citing(article, limit=asked.size, first=(asked.page - 1) * asked.size)
        answer = shapes.CitedByAnswer(
            generation=generation,
            total=total,
            page=asked.page,
            size=asked.size,
            articles=tuple(map(answers.brief, citing)),
            links=answers.paged_links("api.cited_by", article.key, asked, pages, "cited-by"),
        )
        return self._answered(answer, generation)

    def similar(self, key: str) -> ResponseReturnValue:
        """Answer the articles most like one."""
        asked, _ = api_parameters.read(request.query_string, api_parameters.SIMILAR)
        generation = self._engine.generation().name
        if same := unchanged(self._tag(generation)):
            return same
        article = self._article(key)
        found = self._engine.similar(article.key, asked.size)
        answer = answers.similar_answer(generation, article.key, asked, found)
        return self._answered(answer, generation)

    def explain(self, key: str) -> ResponseReturnValue:
        """Answer how the score of an article came about."""
        asked, _ = api_parameters.read(request.query_string, api_parameters.EXPLAIN)
        if same := self._same():
            return same
        found = self._engine.explain(asked, self._article(key).key)
        return self._answered(answers.explain_answer(found, asked), found.generation)

    def status(self) -> ResponseReturnValue:
        """Answer what the library and the index hold."""
        api_parameters.read(request.query_string, api_parameters.NONE)
        live = self._engine.generation()
        if same := unchanged(self._tag(live.name)):
            return same
        counts = self._library.counts()
        answer = shapes.StatusAnswer(
            generation=live.name,
            articles=live.manifest.articles,
            built=live.manifest.created,
            updated=live.manifest.updated,
            held=counts.articles,
            samples=counts.samples,
            references=counts.references,
            links=shapes.Links(answers.address_of("api.status", SearchRequest())),
        )
        return self._answered(answer, live.name)

    def document(self) -> ResponseReturnValue:
        """Answer the description of all this, in OpenAPI 3.1."""
        api_parameters.read(request.query_string, api_parameters.NONE)
        generation = self._generation()
        if same := unchanged(self._tag(generation)):
            return same
        return kept(
            Response(json.encode(openapi.document(self._key())), mimetype=_JSON), self._tag(generation)
        )

    def page(self) -> ResponseReturnValue:
        """Show the description to people."""
        return render_template(
            "api.html",
            operations=openapi.OPERATIONS,
            expected=api_parameters.expected,
            most=api_parameters.most,
            path_about=openapi.PATH_ABOUT,
            statuses=openapi.STATUSES,
            bad=_BAD,
            problem=_problem(),
            shapes=shapes_of(tuple(operation.answer for operation in openapi.OPERATIONS)),
            document=openapi.ADDRESS,
            key=self._key(),
        )

    def _key(self) -> str:
        """Return the key of an article that examples may use: the newest."""
        try:
            newest: ResultPage = self._engine.search(SearchRequest(size=1, sort=Sort.NEWEST))
        except EngineDown:
            return openapi.KEY
        return newest.hits[0].key if newest.hits else openapi.KEY

    def _generation(self) -> str:
        """Return the name of the generation; nothing where there is none: an article is answered without."""
        try:
            return self._engine.generation().name
        except EngineDown:
            return ""

    def _article(self, key: str) -> Article:
        article = self._library.article(key.strip().rstrip("/"))
        if article is None:
            raise Refused(404, "This library has no article with this PMID, PMCID or DOI.", "key")
        return article

    def _same(self) -> Response | None:
        """Return 304 where the client holds the answer already, in the live generation."""
        _ = self._state
        # Most clients hold nothing; which generation is live is looked up in a file.
        is_held = "If-None-Match" in request.headers
        return unchanged(self._tag(self._engine.generation().name)) if is_held else None

    def _tag(self, generation: str) -> str:
        """Return the tag of the answer to this request: all that it depends on."""
        day, asked = self._today(), request.query_string.hex()
        return tag_of(openapi.VERSION, generation, self._state, day, request.path, asked)

    @property
    def _state(self) -> int:
        """The state of the library when this request first asked for it, before it read anything."""
        if "state" not in g:
            g.state = self._library.revision
        return int(g.state)

    def _answered(self, answer: Struct, generation: str, *, is_partial: bool = False) -> Response:
        response = Response(json.encode(answer), mimetype=_JSON)
        if is_partial:
            # Asked again when there is more time, it may find more.
            response.headers["Cache-Control"] = "no-store"
            return response
        return kept(response, self._tag(generation))


def _problem() -> str:
    """Return what is answered at the address that shows what a problem is, over several lines."""
    try:
        api_parameters.read(_BAD.partition("?")[2].encode(), api_parameters.SEARCH)
    except BadRequest as error:
        return json.format(json.encode(document_of(error))).decode()
    raise ValueError(f"{_BAD} is read, and shows no problem")


def _in_range(page: int, pages: int) -> None:
    if page > max(1, pages):
        raise Refused(404, f"There is no page {page}; the last is {max(1, pages)}.", "page")
