"""How answers are handed over to a server."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Response
from werkzeug.test import EnvironBuilder

from webui.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_CLOSED: list[str] = []


def _site() -> Site:
    site = Site("webui.app", static_folder=None)

    @site.get("/whole")
    def whole() -> Response:
        response = Response("all of it")
        response.call_on_close(lambda: _CLOSED.append("whole"))
        return response

    @site.get("/pieces")
    def pieces() -> Response:
        response = Response(_pieces())
        response.call_on_close(lambda: _CLOSED.append("pieces"))
        return response

    return site


def _pieces() -> Iterator[str]:
    yield "one"
    yield "two"


def _handed_over(path: str, method: str = "GET") -> Iterable[bytes]:
    _CLOSED.clear()
    environ = EnvironBuilder(path, method=method).get_environ()
    return _site()(environ, lambda *_told: lambda _more: None)


def test_a_whole_answer_is_a_list_and_needs_no_closing() -> None:
    assert _handed_over("/whole") == [b"all of it"]
    assert _CLOSED == ["whole"]


def test_of_a_whole_answer_only_the_head_is_sent_where_no_more_is_asked_for() -> None:
    assert _handed_over("/whole", "HEAD") == []
    assert _CLOSED == ["whole"]


def test_what_is_made_while_it_is_sent_comes_piece_by_piece() -> None:
    handed_over: Any = _handed_over("/pieces")
    assert not isinstance(handed_over, list)
    assert next(handed_over) == b"one"
    assert not _CLOSED
    handed_over.close()
    assert _CLOSED == ["pieces"]
