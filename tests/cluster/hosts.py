"""Servers on loopback that stand where a cluster should, and do as a test says: slow, broken, or in between."""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

Asked = BaseHTTPRequestHandler
Answer = tuple[int, bytes]

OURS: Final = {"version": {"number": "3.4.0", "distribution": "opensearch"}}
"""What a cluster says of itself."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of who hangs up: that is what is tested."""


@contextmanager
def host(answer: Callable[[Asked, bytes], None], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """Run a server that answers each request, given with its body, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

        do_POST = do_PUT = do_HEAD = do_DELETE = do_GET  # noqa: N815 - the names that the server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def answered(asked: Asked, status: int, content: Any) -> None:
    """Send an answer in JSON, or bytes as they are."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    asked.send_response(status)
    asked.send_header("Content-Type", "application/json")
    asked.send_header("Content-Length", str(len(body)))
    asked.end_headers()
    asked.wfile.write(body)


def passed_on(asked: Asked, body: bytes, url: str) -> Answer:
    """Return what a real cluster answers."""
    request = urllib.request.Request(  # noqa: S310 - a cluster of our own
        url + asked.path,
        body or None,
        {"Content-Type": asked.headers.get("Content-Type", "application/json")},
        method=asked.command,
    )
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310 - as above
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()
