"""The log: one line of JSON for each answer and each failure, and nothing of what was asked by whom.

A search for an illness is nobody's business: queries and addresses are written only where a setting says so.
"""

from __future__ import annotations

import logging
import sys
from datetime import UTC, datetime
from time import perf_counter
from typing import IO, TYPE_CHECKING, Final

from flask import g, request
from msgspec import json

from webui.turns import waited

if TYPE_CHECKING:
    from flask import Flask, Response

_ANSWERS: Final = logging.getLogger("webui.answers")
_UNTOLD: Final = frozenset({"static", "operations.healthz", "operations.metrics"})
"""Endpoints whose answers are not worth a line."""


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: time (UTC), level, logger, message, and what `told` holds."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, a failure's trace in it as text."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= getattr(record, "told", {})
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.encode(line).decode()


def write_log(stream: IO[str] = sys.stderr) -> None:
    """Have everything that the site logs written to a stream, as lines of JSON."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    logger = logging.getLogger("webui")
    logger.handlers[:] = [handler]
    logger.setLevel(logging.INFO)
    logger.propagate = False


def log_answers(app: Flask, *, with_queries: bool) -> None:
    """Have an app log its answers; `with_queries` adds the whole address asked for, and the client's own."""

    def start() -> None:
        g.asked_at = perf_counter() - waited()

    def log(response: Response) -> Response:
        if request.endpoint in _UNTOLD or not _ANSWERS.isEnabledFor(logging.INFO):
            return response
        told: dict[str, object] = {
            "kind": request.endpoint or "nowhere",
            "method": request.method,
            "status": response.status_code,
            "ms": round(1000 * (perf_counter() - g.get("asked_at", perf_counter())), 2),
            "bytes": response.content_length,
        }
        if with_queries:
            told |= {"address": request.full_path.removesuffix("?"), "client": request.remote_addr}
        # In place of `info`, which would look up where in the code it is called from.
        more = {"told": told}
        _ANSWERS.handle(
            _ANSWERS.makeRecord(_ANSWERS.name, logging.INFO, "", 0, "answered", (), None, extra=more)
        )
        return response

    app.before_request(start)
    app.after_request(log)
