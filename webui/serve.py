"""Serving the application with granian, one process or several."""

from __future__ import annotations

import logging
import multiprocessing
import socket
from typing import TYPE_CHECKING, Final

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from webui.errors import CannotServe

if TYPE_CHECKING:
    from collections.abc import Callable
    from wsgiref.types import WSGIApplication

    from webui.settings import WebSettings


_NAME: Final = "als_search:make_app"
"""What the server calls the application in its messages."""

_THREADS: Final = 32
"""Requests that one process has in hand: one is answered, and the others wait for their turn or are sent to
slow clients, each of which holds a thread for as long as an export takes."""


def serve(make: Callable[[], WSGIApplication], settings: WebSettings, *, say: Callable[[str], None]) -> None:
    """Serve the application that each server process makes, until this one is told to stop.

    Port 0 takes a free one. `say` is told the address. Raises CannotServe, before anything is started, where
    the address is in use or not ours.
    """
    port = free_port(settings.host, settings.port)
    say(f"Serving at http://{_in_url(settings.host)}:{port}/ (Ctrl-C stops it)")
    # Its advice against many threads is for such as compute at once, which these do not.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.getMessage())
    Server(
        _NAME,
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=_THREADS,
        log_level=LogLevels.warning,
    ).serve(target_loader=make, wrap_loader=False)


def can_inherit() -> bool:
    """Say whether the server processes have what is in the memory of this one."""
    return multiprocessing.get_start_method() == "fork"


def free_port(host: str, port: int) -> int:
    """Return the port, or a free one for 0, having tried that it can be listened at; raises CannotServe."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        with socket.socket(family, socket.SOCK_STREAM) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind((host, port))
            return int(trial.getsockname()[1])
    except socket.gaierror as error:
        raise CannotServe(f"{host} is no address of this machine; use --host 127.0.0.1") from error
    except OSError as error:
        raise CannotServe(
            f"{host}:{port} cannot be listened at ({error.strerror}); choose another port with --port"
        ) from error


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host
