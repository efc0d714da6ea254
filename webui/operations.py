"""For whoever watches over the site: whether it answers, how fast, and nothing of what was asked by whom."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from math import nan
from time import perf_counter
from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Gauge, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from crawler.errors import LibraryError
from search.errors import EngineDown
from search.request import SearchRequest
from webui.turns import waited

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from search.articles import Articles
    from search.engine import Engine

_BUCKETS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_TEXT: Final = "text/plain"


def _now() -> datetime:
    return datetime.now(UTC)


class _Pages(Collector):
    """Tells how often a page of results was kept from before, in the live generation."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[CounterMetricFamily]:
        """Yield the counts, none where the index cannot be used."""
        family = CounterMetricFamily(
            "als_search_pages", "Pages of results asked for: kept from before, or made.", None, ["kind"]
        )
        with suppress(EngineDown):
            pages = self._engine.pages()
            family.add_metric(["kept"], pages.found)
            family.add_metric(["made"], pages.missed)
        yield family


class Operations:
    """Health and metrics of a site over one engine. Each server process counts for itself."""

    def __init__(
        self,
        engine: Engine,
        library: Articles,
        *,
        now: Callable[[], datetime] = _now,
        clock: Callable[[], float] = perf_counter,
    ) -> None:
        """Take engine and library, what tells the time, and a clock that measures how long answers take."""
        self._engine = engine
        self._library = library
        self._now = now
        self._clock = clock
        self._registry = CollectorRegistry()
        self._seconds = Histogram(
            "als_search_request_seconds",
            "How long answers took, by the kind of address and the class of status.",
            ["kind", "status"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._registry.register(_Pages(engine))
        self._up = Gauge("als_search_up", "Whether the index can be used.", registry=self._registry)
        self._trouble = Gauge(
            "als_search_trouble",
            "Why the index cannot be used, in one word; nothing where it can.",
            ["why"],
            registry=self._registry,
        )
        self._articles = Gauge("als_search_articles", "Articles in the index.", registry=self._registry)
        self._age = Gauge(
            "als_search_generation_age_seconds", "Since the index was built.", registry=self._registry
        )
        self._crawl_age = Gauge(
            "als_search_crawl_age_seconds",
            "Since something was last read into the library; NaN where nothing ever was.",
            registry=self._registry,
        )

    def attach(self, app: Flask) -> None:
        """Have an app answer at /healthz and /metrics, and measure all that it answers."""
        operations = Blueprint("operations", __name__)
        operations.add_url_rule("/healthz", "healthz", self.healthz)
        operations.add_url_rule("/metrics", "metrics", self.metrics)
        app.register_blueprint(operations)
        app.before_request(self._start)
        app.after_request(self._measured)

    def healthz(self) -> ResponseReturnValue:
        """Run a query: 200 and "ok", or 503."""
        try:
            generation = self._engine.generation()
            # Counted anew each time: a page of results may be one that was kept.
            self._engine.facet(SearchRequest(query="amyotrophic lateral sclerosis"), "year", size=1)
        except EngineDown:
            return Response("the search index cannot be used\n", 503, mimetype=_TEXT)
        return Response(f"ok, {generation.manifest.articles} articles in {generation.name}\n", mimetype=_TEXT)

    def metrics(self) -> ResponseReturnValue:
        """Tell Prometheus how fast answers were, and how old the index is."""
        try:
            manifest = self._engine.generation().manifest
        except EngineDown as error:
            self._up.set(0)
            self._trouble.clear()
            self._trouble.labels(error.why).set(1)
        else:
            self._trouble.clear()
            self._up.set(1)
            self._articles.set(manifest.articles)
            self._age.set(self._since(manifest.created))
        try:
            self._crawl_age.set(self._since(self._library.updated()))
        except LibraryError:
            self._crawl_age.set(nan)
        return Response(generate_latest(self._registry), content_type=CONTENT_TYPE_LATEST)

    def _since(self, moment: str) -> float:
        """Return the seconds since a moment, in ISO 8601; NaN for none."""
        return (self._now() - datetime.fromisoformat(moment)).total_seconds() if moment else nan

    def _start(self) -> None:
        g.started = self._clock() - waited()

    def _measured(self, response: Response) -> Response:
        kind = request.endpoint or "nowhere"
        # What refuses a request before all others leaves no start.
        started = g.get("started", self._clock())
        self._seconds.labels(kind, f"{response.status_code // 100}xx").observe(self._clock() - started)
        return response
