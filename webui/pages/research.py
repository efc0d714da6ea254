"""The pages for who searches thoroughly: advanced search, trends, the record of a search."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, render_template, request, url_for
from msgspec import structs

from search.request import SIZE, SearchRequest
from webui.addresses import absolute
from webui.links import query_url, search_url
from webui.pages.advanced import advanced_url, advanced_view, read_advanced
from webui.pages.query_rows import CHOICES, MATCHES, OPERATORS
from webui.pages.query_rows import MOST as MOST_ROWS
from webui.pages.search_record import Facts, as_text, heading, pinned, record_of
from webui.pages.trend_lines import MOST, TrendsAsked, lines_of, read_trends
from webui.pages.trends import table, trends_url, trends_view
from webui.params import read_params, write_params

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from flask.typing import ResponseReturnValue

    from search.articles import Articles
    from search.engine import Engine
    from search.results import FacetValue
    from webui.pages.search_record import SearchRecord

_CHOICES: Final = 12


class ResearchPages:
    """The pages over one engine and one library."""

    def __init__(self, engine: Engine, library: Articles, site: str, *, now: Callable[[], datetime]) -> None:
        """Take the engine, the library, the name of the site, and what tells the moment, in UTC."""
        self._engine = engine
        self._library = library
        self._site = site
        self._now = now

    def blueprint(self) -> Blueprint:
        """Return the pages with their addresses."""
        pages = Blueprint("research", __name__)
        pages.add_url_rule("/advanced", "advanced", self.advanced, strict_slashes=False)
        pages.add_url_rule("/record", "record", self.record, strict_slashes=False)
        pages.add_url_rule("/record.txt", "record_text", self.record_text)
        pages.add_url_rule("/trends", "trends", self.trends, strict_slashes=False)
        pages.add_url_rule("/trends.csv", "trends_table", self.trends_table)
        return pages

    def advanced(self) -> ResponseReturnValue:
        """Show rows that make a query, with what they find; or go on to the results."""
        asked = read_advanced(request.query_string, self._now().date())
        if asked.is_search:
            return redirect(query_url(asked.query))
        if asked.is_sent and not asked.is_live:
            # The query says all: the address is made short.
            return redirect(advanced_url(asked.query, len(asked.rows)))
        return render_template(
            "advanced.html",
            view=advanced_view(asked, self._engine),
            asked=SearchRequest(query=asked.query),
            operators=OPERATORS,
            choices=CHOICES,
            matches=MATCHES,
            most=MOST_ROWS,
        )

    def record(self) -> ResponseReturnValue:
        """Show the record of a search."""
        asked = read_params(request.query_string)
        record, pinned, permalink = self._record(asked)
        return render_template(
            "record.html",
            record=record,
            asked=asked,
            heading=heading,
            pinned=pinned,
            permalink=permalink,
            back=search_url(asked),
            text_url=record_url(pinned, "research.record_text"),
        )

    def record_text(self) -> ResponseReturnValue:
        """Send the record of a search as plain text."""
        record, _, _ = self._record(read_params(request.query_string))
        response = Response(as_text(record), mimetype="text/plain")
        response.headers["Content-Disposition"] = 'attachment; filename="als-search-record.txt"'
        return response

    def _record(self, asked: SearchRequest) -> tuple[SearchRecord, SearchRequest, str]:
        now = self._now()
        same = pinned(asked, self._engine, now.date())
        permalink = absolute(search_url(same))
        facts = Facts(
            site=self._site,
            root=absolute(url_for("pages.home")),
            now=now,
            articles=self._library.counts().articles,
            updated=self._library.updated(),
        )
        return record_of(asked, self._engine, facts, permalink), same, permalink

    def trends(self) -> ResponseReturnValue:
        """Show how many articles of some searches, or with some values, are of each year."""
        asked = read_trends(request.query_string)
        if any(not text.strip() for text in request.args.values()) or any(
            not text.strip() for text in request.args.getlist("q")
        ):
            # A form without scripts sends its empty boxes, too: the address is made short again.
            return redirect(trends_url(asked))
        lines = lines_of(self._engine, asked)
        trends = self._engine.trends([line.request for line in lines])
        created = self._engine.generation(asked.searches[0].generation).manifest.created
        view = trends_view(asked, lines, trends, self._choices(asked), created)
        return render_template("trends.html", view=view, most=MOST, asked=asked.searches[0])

    def trends_table(self) -> ResponseReturnValue:
        """Send the same numbers as a file for spreadsheets."""
        asked = read_trends(request.query_string)
        lines = lines_of(self._engine, asked)
        trends = self._engine.trends([line.request for line in lines])
        response = Response(table(asked, lines, trends), mimetype="text/csv")
        response.headers["Content-Disposition"] = 'attachment; filename="als-trends.csv"'
        return response

    def _choices(self, asked: TrendsAsked) -> tuple[FacetValue, ...]:
        """Return the values of the facet to choose from: those chosen, then the most frequent."""
        if not asked.by:
            return ()
        search = asked.searches[0]
        frequent = self._engine.facet(search, asked.by, size=_CHOICES).facet.values[:_CHOICES]
        known = {each.value: each for each in frequent}
        for value in asked.values:
            if value not in known:
                found = self._engine.facet(search, asked.by, value, size=1_000).facet.values
                known |= {each.value: each for each in found if each.value == value}
        chosen = set(asked.values)
        return tuple(structs.replace(each, is_chosen=each.value in chosen) for each in known.values())


def record_url(asked: SearchRequest, endpoint: str = "research.record") -> str:
    """Return the address of the record of a search, or of it as plain text."""
    params = write_params(structs.replace(asked, page=1, size=SIZE))
    return "?".join(filter(None, (url_for(endpoint), params)))


def trends_of(asked: SearchRequest) -> str:
    """Return the address of the trend of a search."""
    counted = SearchRequest(
        query=asked.query,
        choices=tuple(each for each in asked.choices if each.facet != "year"),
        mapping=asked.mapping,
        generation=asked.generation,
    )
    return trends_url(TrendsAsked(searches=(counted,)))
