"""Flask as this site needs it: an answer that is whole is handed over whole, and no view is asynchronous."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from flask import Flask, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from wsgiref.types import WSGIEnvironment

_Function = TypeVar("_Function", bound="Callable[..., Any]")


class Answer(Response):
    """A response that a server gets as a list where all of it is there: it is then sent in one piece.

    Of an iterator, a server has to ask for one piece after the other, with Python's lock each time.
    """

    def get_app_iter(self, environ: WSGIEnvironment) -> Iterable[bytes]:
        """Return the body; one that is made while it is sent comes piece by piece."""
        pieces = super().get_app_iter(environ)
        if not self.is_sequence:
            return pieces
        whole = list(pieces)
        self.close()
        return whole


class Site(Flask):
    """The WSGI application."""

    response_class = Answer

    def ensure_sync(self, func: _Function) -> _Function:
        """Return a function as it is: none is a coroutine, which Flask asks of a dozen with every request."""
        return func
