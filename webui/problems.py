"""The pages for what goes wrong: each says what it is in a sentence, and what to do next."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from flask import current_app, render_template, request
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from crawler.errors import LibraryError
from search.errors import BadRequest, EngineDown
from search.request import SearchRequest
from webui import wording
from webui.links import Link
from webui.params import MAX_QUERY

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

_RETRY_SECONDS: Final = 60


class Problem(Struct, frozen=True):
    """A status of HTTP, what is wrong in a few words and in a sentence, and a link that leads on."""

    status: int
    heading: str
    message: str
    link: Link | None = None


_WELL_KNOWN: Final = {
    404: Problem(404, "Page not found", "There is no page at this address. Was it mistyped, or cut short?"),
    405: Problem(405, "Not possible here", "This page can only be read; nothing can be sent to it."),
    414: Problem(414, "The address is too long", "Search for fewer words, or choose fewer filters."),
    500: Problem(
        500, "Something went wrong", "The fault is ours: this page could not be made. Please try again."
    ),
}


def shown(problem: Problem, asked: SearchRequest | None = None) -> tuple[str, int]:
    """Return the page of a problem, with the query that led to it still in the search box."""
    return render_template("problem.html", problem=problem, asked=asked or SearchRequest()), problem.status


def handle_problems(app: Flask) -> None:
    """Have an app answer every error with a page of ours."""
    app.register_error_handler(BadRequest, _bad_request)
    app.register_error_handler(EngineDown, _no_engine)
    app.register_error_handler(LibraryError, _no_library)
    app.register_error_handler(HTTPException, _http)


def _bad_request(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, BadRequest):
        raise error
    name = wording.parameter(error.parameter)
    message = f"{name}: {error.sentence}" if name else error.sentence
    problem = Problem(400, "This search cannot be read", f"{message.rstrip('.')}.")
    return shown(problem, SearchRequest(query=_query_of_address()))


def _query_of_address() -> str:
    """Return what was typed, as far as it can be shown, so that nobody has to type it again."""
    typed = request.args.get("q", "")[:MAX_QUERY]
    return "".join(each if each.isprintable() else " " for each in typed)


def _no_engine(error: Exception) -> ResponseReturnValue:
    return _unavailable(error, "The search index cannot be used at the moment, so no search can be answered.")


def _no_library(error: Exception) -> ResponseReturnValue:
    return _unavailable(
        error, "The library of articles cannot be read at the moment, so there is no page to show."
    )


def _unavailable(error: Exception, message: str) -> ResponseReturnValue:
    # The reason may name files of the server: it is for the log. What was searched for is not.
    current_app.logger.error("%s", error)
    again = Link("Try again", request.script_root + request.full_path.removesuffix("?"))
    problem = Problem(503, "Not available at the moment", message, again)
    page, status = shown(problem, SearchRequest(query=_query_of_address()))
    return page, status, {"Retry-After": str(_RETRY_SECONDS)}


def _http(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, HTTPException):
        raise error
    status = error.code or 500
    phrase = HTTPStatus(status).phrase
    page, _ = shown(_WELL_KNOWN.get(status, Problem(status, phrase, error.description or phrase)))
    response = error.get_response()
    response.set_data(page)
    response.mimetype = "text/html"
    return response
