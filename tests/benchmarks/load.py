"""A load generator: one process, one thread, plain sockets that are kept open, a request on each at any time.

    python -m tests.benchmarks.load    (reads what to do from standard input, as JSON of `Plan`)

Each connection asks for the next address as soon as its answer is there whole. It stops when its addresses or its
seconds are over, or at SIGTERM, and prints JSON of `Load`.
"""

from __future__ import annotations

import selectors
import signal
import socket
import sys
import time
from typing import TYPE_CHECKING, Final

from msgspec import Struct, json

if TYPE_CHECKING:
    from types import FrameType

_PART: Final = 1 << 18
_LONGEST: Final = 10.0
"""Seconds without an answer after which a request has failed."""


class Plan(Struct, frozen=True):
    """Which addresses are asked for, at which port of this machine, over how many connections, and how long."""

    port: int
    paths: tuple[str, ...]
    connections: int
    seconds: float
    again: bool = False


class Load(Struct, frozen=True):
    """What came of it: milliseconds of each answer, in all seconds, how many requests failed, and bytes."""

    times: tuple[float, ...]
    seconds: float
    failures: tuple[str, ...]
    received: int


class _Connection:
    """One request at a time; a connection that breaks is made anew, and its request has failed."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.socket = self._connected()
        self._buffer = bytearray()
        self._whole = 0
        self.start = 0.0

    def _connected(self) -> socket.socket:
        made = socket.create_connection(("127.0.0.1", self._port), timeout=_LONGEST)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def send(self, path: str) -> None:
        """Ask for an address."""
        self._buffer.clear()
        self._whole = 0
        self.start = time.perf_counter()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json\r\n\r\n".encode()
        )

    def receive(self) -> bytes | None:
        """Return the whole answer once it is there; raises ConnectionError."""
        part = self.socket.recv(_PART)
        if not part:
            raise ConnectionError("the server closed the connection")
        self._buffer += part
        if not self._whole:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                return None
            head = bytes(self._buffer[:end]).lower()
            length = head.partition(b"content-length:")[2].split(b"\r\n", 1)[0]
            if not length:
                raise ConnectionError("the answer has no Content-Length")
            self._whole = end + 4 + int(length)
        return bytes(self._buffer) if len(self._buffer) >= self._whole else None

    def again(self) -> None:
        """Connect anew."""
        self.socket.close()
        self.socket = self._connected()


class _Run:
    """A plan under way."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._next = 0
        self._selector = selectors.DefaultSelector()
        self._times: list[float] = []
        self._failures: list[str] = []
        self._received = 0
        self._is_over = False

    def stop(self, _number: int, _frame: FrameType | None) -> None:
        """Ask for nothing more."""
        self._is_over = True

    def load(self) -> Load:
        """Ask for all, and return what came of it."""
        for _ in range(self._plan.connections):
            self._ask(_Connection(self._plan.port))
        start = time.perf_counter()
        while self._selector.get_map():
            if time.perf_counter() - start > self._plan.seconds:
                self._is_over = True
            events = self._selector.select(_LONGEST)
            for key, _ in events:
                self._read(key.data)
            if not events:
                self._failures.append(f"no answer within {_LONGEST:g} seconds")
                break
        return Load(
            times=tuple(self._times),
            seconds=time.perf_counter() - start,
            failures=tuple(self._failures),
            received=self._received,
        )

    def _ask(self, connection: _Connection) -> None:
        if self._next == len(self._plan.paths) and self._plan.again:
            self._next = 0
        if self._is_over or self._next == len(self._plan.paths):
            connection.socket.close()
            return
        connection.send(self._plan.paths[self._next])
        self._next += 1
        self._selector.register(connection.socket, selectors.EVENT_READ, connection)

    def _read(self, connection: _Connection) -> None:
        try:
            answer = connection.receive()
        except OSError as error:
            self._failures.append(str(error))
            self._selector.unregister(connection.socket)
            connection.again()
            self._ask(connection)
            return
        if answer is None:
            return
        if answer.startswith(b"HTTP/1.1 200 "):
            self._times.append(round((time.perf_counter() - connection.start) * 1e3, 3))
        else:
            self._failures.append(answer[:200].decode("latin-1"))
        self._received += len(answer)
        self._selector.unregister(connection.socket)
        self._ask(connection)


def main() -> None:
    """Do what standard input says."""
    run = _Run(json.decode(sys.stdin.buffer.read(), type=Plan))
    signal.signal(signal.SIGTERM, run.stop)
    sys.stdout.buffer.write(json.encode(run.load()))


if __name__ == "__main__":
    main()
