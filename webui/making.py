"""The application over the engine and the articles that the settings name, as server processes need it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

from crawler.keeping.library import Library
from search.choice import articles_of, engine_of
from search.request import SearchRequest
from webui.app import create_app
from webui.logs import write_log
from webui.process import share_machine
from webui.turns import take_turns

if TYPE_CHECKING:
    from flask import Flask

    from search.articles import Articles
    from search.choice import Place
    from search.engine import Engine
    from webui.settings import WebSettings

_FIRST: Final = SearchRequest(query="amyotrophic lateral sclerosis")
"""What is searched for before anyone asks."""


def app_of(place: Place, settings: WebSettings) -> Flask:
    """Return the application of a process; its index is opened with the first request."""
    # What is opened stays: to look for circles in it time and again took 0.1 s of some requests.
    return _app(place, settings, engine_of(place, opened=gc.freeze), articles_of(place))


def opened_app_of(place: Place, settings: WebSettings) -> Flask:
    """Return the application for this process and all that it forks: what they need of the index is opened.

    So it is in memory once, and the first answer is as fast as others. It is for an index in files:
    connections to a cluster would not do for more than one process. Raises EngineDown, LibraryError.
    """
    engine = engine_of(place)
    engine.generation()  # that there is no index is more than that there is no library
    library = Library(place.library_path)
    app = _app(place, settings, engine, library)
    engine.search(_FIRST)
    # A connection of SQLite is not to be taken into another process.
    library.close()
    gc.freeze()
    return app


def _app(place: Place, settings: WebSettings, engine: Engine, articles: Articles) -> Flask:
    write_log()
    share_machine()
    app = create_app(engine, articles, settings)
    if place.search.engine == "embedded":
        # Over a cluster, most of the time of an answer is spent waiting for it.
        take_turns(app)
    return app
