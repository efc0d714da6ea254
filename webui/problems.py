"""What is answered where something goes wrong: a page that says what and what to do next, or JSON."""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Response, current_app, render_template, request, url_for
from msgspec import Struct, json
from werkzeug.exceptions import HTTPException

from crawler.errors import LibraryError
from search.errors import BadRequest, EngineDown, GenerationGone
from search.request import SearchRequest
from webui import api_parameters, wording
from webui.links import Link
from webui.params import MAX_QUERY

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from search.engine import Engine

_RETRY_SECONDS: Final = 60

_NO_LONGER: Final = (
    "This link is to results as they were. The index that gave them has been replaced, and is not kept "
    "any more, so they cannot be shown again just as they were."
)
_NEVER: Final = (
    "This link is to results of an index that this site never had. Was it mistyped, or is it of another site?"
)


class Problem(Struct, frozen=True):
    """A status of HTTP, what is wrong in a few words and in a sentence, and a link that leads on."""

    status: int
    heading: str
    message: str
    link: Link | None = None


class ProblemDocument(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What went wrong, as RFC 9457 has it: `detail` says it in a sentence, with what would be right.

    `parameter` is the one that is wrong, and `expected` what it may be; both are left out where none is.
    """

    type: str
    title: str
    status: int
    detail: str
    parameter: str = ""
    expected: str = ""


class Refused(HTTPException):
    """A status of HTTP with a sentence, about a parameter."""

    def __init__(self, status: int, sentence: str, parameter: str) -> None:
        super().__init__(sentence)
        self.code = status
        self.parameter = parameter


PROGRAMS: Final = "/api/"
"""How the addresses begin that programs ask, and pages of other sites."""

_WELL_KNOWN: Final = {
    404: Problem(404, "Page not found", "There is no page at this address. Was it mistyped, or cut short?"),
    405: Problem(405, "Not possible here", "This page can only be read; nothing can be sent to it."),
    414: Problem(414, "The address is too long", "Search for fewer words, or choose fewer filters."),
    429: Problem(
        429,
        "Too many requests",
        "More was asked from your address than this site can answer. Please wait a minute.",
    ),
    500: Problem(
        500, "Something went wrong", "The fault is ours: this page could not be made. Please try again."
    ),
}
_FORPROGRAMS: Final = {
    404: "There is nothing at this address; /api says what there is.",
    405: "The API is only read: GET, HEAD and OPTIONS.",
    429: "More was asked from your address, or with your key, than is allowed; wait as Retry-After says.",
}


def shown(problem: Problem, asked: SearchRequest | None = None) -> tuple[str, int]:
    """Return the page of a problem, with the query that led to it still in the search box."""
    return render_template("problem.html", problem=problem, asked=asked or SearchRequest()), problem.status


def document(status: int, detail: str, parameter: str = "") -> ProblemDocument:
    """Return what programs are told of a problem."""
    return ProblemDocument(
        type=url_for("api.page", _anchor=f"status-{status}"),
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        parameter=parameter,
        expected=api_parameters.expected(parameter),
    )


def document_of(error: BadRequest) -> ProblemDocument:
    """Return what programs are told of a request that makes no sense."""
    return document(400, f"{error.sentence.rstrip('.')}.", error.parameter)


def _told(problem: ProblemDocument) -> Response:
    """Return the answer to a program that meets a problem."""
    response = Response(json.encode(problem), problem.status, mimetype="application/problem+json")
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_for_programs() -> bool:
    return request.path.startswith(PROGRAMS)


def handle_problems(app: Flask, engine: Engine) -> None:
    """Have an app answer every error with a page of ours; the engine tells what was from what never was."""
    app.register_error_handler(BadRequest, _bad_request)
    app.register_error_handler(EngineDown, _no_engine)
    app.register_error_handler(GenerationGone, partial(_gone, engine))
    app.register_error_handler(LibraryError, _no_library)
    app.register_error_handler(HTTPException, _http)


def _bad_request(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, BadRequest):
        raise error
    if _is_for_programs():
        return _told(document_of(error))
    name = wording.parameter(error.parameter)
    message = f"{name}: {error.sentence}" if name else error.sentence
    problem = Problem(400, "This search cannot be read", f"{message.rstrip('.')}.")
    return shown(problem, SearchRequest(query=_query_of_address()))


def _query_of_address() -> str:
    """Return what was typed, as far as it can be shown, so that nobody has to type it again."""
    typed = request.args.get("q", "")[:MAX_QUERY]
    return "".join(each if each.isprintable() else " " for each in typed)


def _gone(engine: Engine, error: Exception) -> ResponseReturnValue:
    if not isinstance(error, GenerationGone):
        raise error
    # A cursor was given out by us, whatever has become of the index since.
    has_cursor = _is_for_programs() and "cursor" in request.args
    was = has_cursor or _ever_was(engine, error.generation)
    status = 410 if was else 404
    if _is_for_programs():
        detail = (
            f"{error.generation} is no longer kept; start again in the live index."
            if was
            else f"There has been no {error.generation}; take the name from an answer, or leave it out."
        )
        return _told(document(status, detail, "cursor" if has_cursor else "generation"))
    heading = "These results are no longer kept" if was else "There is no such index"
    kept = [(name, text) for name, text in request.args.items(multi=True) if name != "generation"]
    today = Link("Search the index of today instead", f"{request.path}?{urlencode(kept)}")
    problem = Problem(status, heading, _NO_LONGER if was else _NEVER, today)
    return shown(problem, SearchRequest(query=_query_of_address()))


def _ever_was(engine: Engine, name: str) -> bool:
    """Say whether an index with a name ever was: they are numbered from 1, and written with six digits."""
    number = _number(name)
    try:
        last = _number(engine.generation().name)
    except EngineDown:
        return True
    return 1 <= number <= last and name.endswith(f"-{number:06}")


def _number(name: str) -> int:
    return int(name.rpartition("-")[2])


def _no_engine(error: Exception) -> ResponseReturnValue:
    return _unavailable(error, "The search index cannot be used at the moment, so no search can be answered.")


def _no_library(error: Exception) -> ResponseReturnValue:
    return _unavailable(
        error, "The library of articles cannot be read at the moment, so there is no page to show."
    )


def _unavailable(error: Exception, message: str) -> ResponseReturnValue:
    # The reason may name files of the server: it is for the log. What was searched for is not.
    current_app.logger.error("%s", error)
    retry = {"Retry-After": str(_RETRY_SECONDS)}
    if _is_for_programs():
        response = _told(document(503, message))
        response.headers.update(retry)
        return response
    again = Link("Try again", request.script_root + request.full_path.removesuffix("?"))
    problem = Problem(503, "Not available at the moment", message, again)
    page, status = shown(problem, SearchRequest(query=_query_of_address()))
    return page, status, retry


def _http(error: Exception) -> ResponseReturnValue:
    if not isinstance(error, HTTPException):
        raise error
    status = error.code or 500
    phrase = HTTPStatus(status).phrase
    if _is_for_programs():
        return _with_headers_of(error, _told(document(status, _sentence(error, status), _parameter(error))))
    page, _ = shown(_WELL_KNOWN.get(status, Problem(status, phrase, error.description or phrase)))
    response = error.get_response()
    response.set_data(page)
    response.mimetype = "text/html"
    return response


def _parameter(error: HTTPException) -> str:
    return error.parameter if isinstance(error, Refused) else ""


def _sentence(error: HTTPException, status: int) -> str:
    """Return what an error says to programs: ours by name, others as HTTP's own words have it."""
    if isinstance(error, Refused) or status not in _WELL_KNOWN:
        return error.description or HTTPStatus(status).phrase
    return _FORPROGRAMS.get(status, _WELL_KNOWN[status].message)


def _with_headers_of(error: HTTPException, response: Response) -> Response:
    """Return a response with what an error says in its headers, such as Allow."""
    for name, value in error.get_response().headers.items():
        if name.lower() not in {"content-type", "content-length", "cache-control"}:
            response.headers[name] = value
    return response
