"""Requests to one host of a cluster, each over within its time, however slowly its answer comes.

The client's own connection bounds each wait for bytes, so that an answer that trickles is waited for without
end; and it makes text of an answer before that is read.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from opensearchpy import exceptions
from opensearchpy.connection import Urllib3HttpConnection
from urllib3 import Retry, Timeout
from urllib3 import exceptions as broken

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from urllib3 import BaseHTTPResponse

_PART: Final = 1 << 18
_OK: Final = range(200, 300)


class Transfer(Urllib3HttpConnection):
    """A host of a cluster. May be shared by threads."""

    def perform_request(
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        body: bytes | None = None,
        timeout: float | None = None,
        ignore: Collection[int] = (),
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, str], bytes]:
        """Return status, headers and body of an answer; raises the client's errors."""
        seconds = timeout or self.timeout
        end = time.monotonic() + seconds
        address = f"{self.url_prefix}{url}" + (f"?{urlencode(params)}" if params else "")
        try:
            response = self.pool.urlopen(
                method,
                address,
                body,
                retries=Retry(total=False),
                headers=self.headers | dict(headers or {}),
                timeout=Timeout(total=seconds),
                preload_content=False,
            )
            content = _read(response, end)
        except broken.SSLError as error:
            raise exceptions.SSLError("N/A", str(error), error) from error
        except (
            broken.NewConnectionError
        ) as error:  # one that is refused is no time-out, whatever it derives from
            raise exceptions.ConnectionError("N/A", str(error), error) from error
        except broken.TimeoutError as error:
            raise exceptions.ConnectionTimeout("TIMEOUT", str(error), error) from error
        except (broken.HTTPError, OSError) as error:
            raise exceptions.ConnectionError("N/A", str(error), error) from error
        if response.status not in _OK and response.status not in ignore:
            self._raise_error(response.status, content, response.headers.get("content-type"))
        return response.status, response.headers, content


def _read(response: BaseHTTPResponse, end: float) -> bytes:
    """Return a body that is whole by a moment; raises urllib3's TimeoutError where it is not."""
    parts = []
    try:
        while part := _part(response, end - time.monotonic()):
            parts.append(part)
    except BaseException:
        # What is left of this answer must not be taken for the next.
        response.close()
        raise
    response.release_conn()
    return b"".join(parts)


def _part(response: BaseHTTPResponse, left: float) -> bytes:
    if left <= 0:
        raise broken.TimeoutError("the answer did not end in time")
    # A connection that ends with this answer is no longer told of here, and keeps the time that it had.
    if sock := getattr(response.connection, "sock", None):
        sock.settimeout(left)
    return response.read1(_PART)
