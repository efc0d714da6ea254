"""Serving the application with granian, one process or several."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Final

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from webui.settings import WebSettings


_THREADS: Final = 4
"""Requests that one process answers at once; more would only wait for each other."""


class CannotServe(Exception):  # noqa: N818 - reads as the sentence it is
    """The address cannot be listened at; the message says why and what to do."""


def serve(target: str, settings: WebSettings, *, say: Callable[[str], None]) -> None:
    """Serve the application that `target` ("module:factory") makes, until the process is told to stop.

    Port 0 takes a free one. `say` is told the address. Raises CannotServe, before anything is started, where
    the address is in use or not ours.
    """
    port = free_port(settings.host, settings.port)
    say(f"Serving at http://{_in_url(settings.host)}:{port}/ (Ctrl-C stops it)")
    Server(
        target,
        address=settings.host,
        port=port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=_THREADS,
        factory=True,
        log_level=LogLevels.warning,
    ).serve()


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
