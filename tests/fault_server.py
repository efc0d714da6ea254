"""A real server on the loopback that answers badly on purpose, and writes down what it was asked.

    with fault_server() as server:
        server.script("/efetch.fcgi", limited(retry_after="2"), answer(b"<x/>"))

The first request for a path meets the first behaviour, and so on; the last one stays. What has no script is 404.
"""

from __future__ import annotations

import gzip
import json
import re
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass(slots=True, kw_only=True)
class Asked:
    """A request: when it came (monotonic seconds), and what it said. Names of headers are in lower case.

    `address` is as it was sent, `path` the same without parameters. Servers that break answers by chance note
    the `fault`, what was asked for (`ids`), and what of it stood in the answer as it should (`given`).
    """

    time: float
    method: str
    address: str
    path: str
    parameters: dict[str, str]
    headers: dict[str, str]
    fault: str = ""
    ids: tuple[str, ...] = ()
    given: tuple[str, ...] = ()

    @property
    def tool(self) -> str:
        """Which of the E-utilities is asked, such as efetch."""
        return re.sub(r"\A.*/|\.fcgi\Z", "", self.path)


@dataclass(slots=True)
class FaultServer:
    """Where it listens, what it does, and what it was asked."""

    url: str = ""
    requests: list[Asked] = field(default_factory=list)
    scripts: dict[str, list[Behaviour]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, path: str, *behaviours: Behaviour) -> str:
        """Set what the path does, one request after another, and return its whole address."""
        self.scripts[path] = list(behaviours)
        return self.url.rstrip("/") + path

    def asked(self, path: str) -> list[Asked]:
        """Return the requests for a path."""
        return [each for each in self.requests if each.path == path]

    def meet(self, asked: Asked) -> Behaviour:
        """Write the request down, and return what it meets."""
        with self.lock:
            self.requests.append(asked)
            script = self.scripts.get(asked.path, [answer(b"no such path", status=404)])
            return script.pop(0) if len(script) > 1 else script[0]


def answer(body: bytes = b"", *, status: int = 200, headers: Mapping[str, str] | None = None) -> Behaviour:
    """Answer with a body; the headers come on top of a type and a length."""
    told = {"Content-Type": "text/xml", "Content-Length": str(len(body)), **(headers or {})}

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in told.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return behave


def limited(retry_after: str = "", *, key: str = "127.0.0.1") -> Behaviour:
    """Answer 429 in the shape that NCBI gives it."""
    said = {"error": "API rate limit exceeded", "api-key": key, "count": "5", "limit": "3"}
    headers = {"Content-Type": "application/json"} | ({"Retry-After": retry_after} if retry_after else {})
    return answer(json.dumps(said).encode(), status=429, headers=headers)


def redirect(to: str, *, status: int = 302, body: bytes = b"") -> Behaviour:
    """Send on to another address."""
    return answer(body, status=status, headers={"Location": to})


def dropped() -> Behaviour:
    """Hang up without a word."""
    return _hang_up


def cut_off(body: bytes = b"<whole>", *, missing: int = 100) -> Behaviour:
    """Promise more than is sent, and hang up."""
    return _then(answer(body, headers={"Content-Length": str(len(body) + missing)}), _hang_up)


def chunked(*chunks: bytes, is_whole: bool = True) -> Behaviour:
    """Answer in chunks; hang up in the middle of the last unless it is to be whole."""

    def behave(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        for chunk in chunks:
            handler.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        if is_whole:
            handler.wfile.write(b"0\r\n\r\n")
        else:
            handler.wfile.write(b"ff\r\nbegun")
            _hang_up(handler)

    return behave


def slow(seconds: float, after: Behaviour | None = None) -> Behaviour:
    """Be silent for a while, then behave."""
    return _then(lambda _: time.sleep(seconds), after or answer(b"<late/>"))


def trickle(
    body: bytes, *, pause: float, status: int = 200, headers: Mapping[str, str] | None = None
) -> Behaviour:
    """Send the head of an answer, then a byte of its body, pause, and so on."""
    told = {"Content-Length": str(len(body)), **(headers or {})}

    def behave(handler: BaseHTTPRequestHandler) -> None:
        for place in range(len(body)):
            handler.wfile.write(body[place : place + 1])
            time.sleep(pause)

    return _then(answer(status=status, headers=told), behave)


def gzipped(body: bytes, *, cut: int = 0) -> Behaviour:
    """Answer packed, less so many bytes at the end; the length is that of what is sent."""
    packed = gzip.compress(body, mtime=0)
    return answer(packed[: len(packed) - cut], headers={"Content-Encoding": "gzip"})


def gzip_bomb(size: int) -> Behaviour:
    """Answer zeros that pack to a thousandth of their size."""
    return gzipped(bytes(size))


def robots(text: str) -> Behaviour:
    """Answer rules, for the path /robots.txt."""
    return answer(text.encode(), headers={"Content-Type": "text/plain"})


def _then(first: Behaviour, second: Behaviour) -> Behaviour:
    def behave(handler: BaseHTTPRequestHandler) -> None:
        first(handler)
        second(handler)

    return behave


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.flush()
    handler.close_connection = True


class _Listener(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Keep quiet about clients that hang up: some tests are about them."""


@contextmanager
def listening(meet: Callable[[Asked], Behaviour], host: str = "127.0.0.1") -> Iterator[str]:
    """Let every request meet what `meet` says while the block runs, and lend the address, without a path."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10
        disable_nagle_algorithm = True  # else every answer waits 40 ms for an acknowledgement

        def serve(self) -> None:
            came = time.monotonic()
            address = urlsplit(self.path)
            form = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            behave = meet(
                Asked(
                    time=came,
                    method=self.command,
                    address=self.path,
                    path=address.path,
                    parameters=dict(parse_qsl(address.query) + parse_qsl(form)),
                    headers={name.lower(): value for name, value in self.headers.items()},
                )
            )
            behave(self)

        do_GET = serve  # noqa: N815 - as http.server looks it up
        do_POST = serve  # noqa: N815 - the same

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    listener = _Listener((host, 0), Handler)
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://{host}:{listener.server_address[1]}"
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()


@contextmanager
def fault_server(host: str = "127.0.0.1") -> Iterator[FaultServer]:
    """Serve while the block runs."""
    server = FaultServer()
    with listening(server.meet, host) as address:
        server.url = f"{address}/"
        yield server
