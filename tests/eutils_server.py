"""A small E-utilities on the loopback: ESearch and EFetch over records that a test gives."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from tests.records import record_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


class EutilsServer:
    """What was asked, and at which address."""

    def __init__(self, records: Mapping[str, str], error: str) -> None:
        self.records = records
        self.error = error
        self.requests: list[dict[str, str]] = []
        self.url = ""

    def answer(self, tool: str, asked: dict[str, str]) -> bytes:
        """Return the body of an answer, in the shape that NCBI gives it."""
        self.requests.append(asked)
        if self.error:
            return f"<eSearchResult><ERROR>{self.error}</ERROR></eSearchResult>".encode()
        if tool == "esearch.fcgi":
            some = list(self.records)[: int(asked["retmax"])]
            ids = "".join(f"<Id>{pmid}</Id>" for pmid in some)
            return f"<eSearchResult><Count>{len(self.records)}</Count><IdList>{ids}</IdList></eSearchResult>".encode()
        return record_set(*(self.records[pmid] for pmid in asked["id"].split(",")))


@contextmanager
def eutils_server(records: Mapping[str, str], error: str = "") -> Iterator[EutilsServer]:
    """Serve the records, by PMID, while the block runs."""
    server = EutilsServer(records, error)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            answer = server.answer(self.path.rpartition("/")[2], dict(parse_qsl(body)))
            self.send_response(200)
            self.send_header("Content-Type", "text/xml")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.url = f"http://127.0.0.1:{listening.server_address[1]}/"
    thread = threading.Thread(target=listening.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()
