"""The Flask app: pages, headers and error pages over one engine and one library."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from jinja2 import StrictUndefined

from crawler.markup import to_text
from search.request import SIZE
from webui import addresses, languages, lines, links, rendering, wording
from webui.api.routes import Api
from webui.caching import compress, share
from webui.discovery import Discovery
from webui.embed.pages import Embed
from webui.export import Exports
from webui.exports import FORMATS
from webui.feeds import Feeds, feed_url
from webui.limits import limit
from webui.logs import log_answers
from webui.operations import Operations
from webui.pages import head
from webui.pages.advanced import advanced_url
from webui.pages.kept import KeptPages
from webui.pages.research import ResearchPages, record_url, trends_of
from webui.pages.routes import Pages
from webui.pages.suggestions import SuggestionPages
from webui.params import MAX_QUERY
from webui.problems import handle_problems
from webui.security import secure
from webui.site import Site
from webui.static_files import StaticFiles

if TYPE_CHECKING:
    from datetime import date

    from flask import Flask

    from search.articles import Articles
    from search.engine import Engine
    from webui.settings import WebSettings


def create_app(engine: Engine, library: Articles, settings: WebSettings) -> Flask:
    """Return the site as a WSGI app; it keeps no state but what it is given, and may be made many times."""
    app = Site("webui.app", static_folder=None)
    app.url_map.merge_slashes = False  # a DOI may hold two in a row
    addresses.publish(app, settings.public_url)
    _prepare_templates(app, settings)
    log_answers(app, with_queries=settings.log_queries)
    # What is named last sees an answer first: it is compressed once it is whole.
    secure(app)
    compress(app)
    share(app, settings.origins)
    handle_problems(app, engine)
    StaticFiles().attach(app)
    app.register_blueprint(Pages(engine, library).blueprint())
    app.register_blueprint(ResearchPages(engine, library, settings.site_name, now=_now).blueprint())
    app.register_blueprint(KeptPages(library).blueprint())
    app.register_blueprint(SuggestionPages(engine).blueprint())
    app.register_blueprint(Exports(engine, library).blueprint())
    app.register_blueprint(Api(engine, library, today=_today).blueprint())
    app.register_blueprint(Feeds(engine, settings.site_name, today=_today).blueprint())
    app.register_blueprint(Discovery(engine, library).blueprint())
    app.register_blueprint(Embed(settings.frame_sites).blueprint())
    Operations(engine, library).attach(app)
    limit(app, settings)
    return app


def _now() -> datetime:
    return datetime.now(UTC)


def _today() -> date:
    return _now().date()


def _prepare_templates(app: Flask, settings: WebSettings) -> None:
    environment = app.jinja_env
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    # In place of Jinja's own filter of this name, which would let anything through.
    environment.filters["safe"] = rendering.safe
    environment.filters["plain"] = to_text
    environment.globals.update(
        settings=settings,
        absolute=addresses.absolute,
        default_size=SIZE,
        advanced_url=advanced_url,
        feed_url=feed_url,
        record_url=record_url,
        trends_of=trends_of,
        formats=FORMATS,
        head=head,
        longest_query=MAX_QUERY,
        byline=rendering.byline,
        counted=rendering.counted,
        machine_date=rendering.machine_date,
        place=rendering.place,
        languages=languages,
        lines=lines,
        links=links,
        wording=wording,
    )
