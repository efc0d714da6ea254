"""A cluster as this program speaks to it: a failure is one sentence, and what is not whole is no answer.

opensearch-py asks the next host where one does not answer. What it cannot get in time is `EngineDown`.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec

from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from search.cluster.settings import OpenSearchSettings

_OLDEST: Final = 3
_UNAUTHORIZED: Final = (401, 403)
_MISSING: Final = 404


class Missing(EngineDown):
    """What was asked for is not in the cluster."""


class Cluster:
    """A connection to a cluster. May be shared by threads; nothing is sent before it is first used."""

    def __init__(self, settings: OpenSearchSettings) -> None:
        """Take where the cluster is; raises EngineDown where the password's file or the client is missing."""
        try:
            import opensearchpy  # noqa: PLC0415 - an extra, which few need
        except ImportError as error:
            raise EngineDown(
                "a cluster needs the extra of that name: pip install 'als-search[opensearch]'"
            ) from error
        # The client logs requests as they fail, with what they hold; our errors say what is to be said.
        logging.getLogger("opensearch").setLevel(logging.CRITICAL)
        self._errors = opensearchpy.exceptions
        # An address may hold a password.
        self._names = ", ".join(host.rpartition("@")[2] for host in settings.hosts)
        self._timeout = settings.timeout
        self.client = opensearchpy.OpenSearch(
            list(settings.hosts),
            http_auth=(settings.user, _password(settings)) if settings.user else None,
            ca_certs=settings.ca or None,
            verify_certs=settings.verify,
            ssl_show_warn=False,
            # A host that hangs may take no more than its share of the time, so that another can answer in it.
            max_retries=len(settings.hosts) - 1,
            retry_on_timeout=True,
            retry_on_status=(502, 503, 504),
            serializer=_Json(opensearchpy.exceptions.SerializationError),
        )
        self._share = settings.timeout / len(settings.hosts)
        self._is_checked = False

    def ask(self, what: str, call: Callable[..., Any], **parameters: Any) -> Any:
        """Return what a call of the client answers; raises EngineDown, which says what could not be done.

        `what` goes into "the cluster could not ...".
        """
        self._check()
        return self._asked(what, call, parameters)

    def search(self, index: str, body: Mapping[str, Any], **parameters: Any) -> dict[str, Any]:
        """Return the answer to a search; raises EngineDown where any part of the index did not answer."""
        answer: dict[str, Any] = self.ask(
            "search",
            self.client.search,
            index=index,
            body={"timeout": f"{int(self._timeout * 1000)}ms", **body},
            allow_partial_search_results=False,
            search_type="dfs_query_then_fetch",
            **parameters,
        )
        if answer.get("timed_out") or answer["_shards"]["failed"]:
            raise EngineDown(
                f"the cluster at {self._names} did not answer whole within {self._timeout:g} seconds; "
                "try again"
            )
        return answer

    def _check(self) -> None:
        """Refuse what is no OpenSearch, or an old one, once."""
        if self._is_checked:
            return
        version = self._asked("say what it is", self.client.info, {}).get("version", {})
        number = str(version.get("number", ""))
        if version.get("distribution") != "opensearch":
            raise EngineDown(f"{self._names} is not OpenSearch, but something else that speaks alike")
        if int(number.partition(".")[0] or 0) < _OLDEST:
            raise EngineDown(f"{self._names} is OpenSearch {number}; version {_OLDEST} or later is needed")
        self._is_checked = True

    def _asked(self, what: str, call: Callable[..., Any], parameters: dict[str, Any]) -> Any:
        errors = self._errors
        parameters = {"request_timeout": self._share, **parameters}
        try:
            return call(**parameters)
        except errors.NotFoundError as error:
            raise Missing(f"the cluster at {self._names} could not {what}: {_reason(error)}") from error
        except errors.ConnectionError as error:
            raise EngineDown(
                f"the cluster at {self._names} does not answer; see that it runs, and try again"
            ) from error
        except errors.TransportError as error:
            if error.status_code in _UNAUTHORIZED:
                raise EngineDown(
                    f"the cluster at {self._names} refuses to {what} for this user; see "
                    "search.opensearch.user and its password"
                ) from error
            raise EngineDown(f"the cluster at {self._names} could not {what}: {_reason(error)}") from error
        except errors.OpenSearchException as error:
            raise EngineDown(
                f"the cluster at {self._names} could not {what}: {type(error).__name__}"
            ) from error


class _Json:
    """Reads and writes JSON for the client, as fast as it can be: an answer may hold a thousand articles."""

    mimetype: Final = "application/json"

    def __init__(self, broken: Callable[[object, Exception], Exception]) -> None:
        """Take what makes the client's own error of a text and why it cannot be read."""
        self._broken = broken

    def loads(self, text: str) -> Any:
        """Return what a text holds."""
        try:
            return msgspec.json.decode(text)
        except (ValueError, msgspec.MsgspecError) as error:
            raise self._broken(text, error) from error

    def dumps(self, content: Any) -> str:
        """Return content as text; text is left as it is."""
        return content if isinstance(content, str) else msgspec.json.encode(content).decode()


def _reason(error: Any) -> str:
    """Return what a cluster says of an error, without the request that led to it."""
    info = error.info if isinstance(error.info, dict) else {}
    told = info.get("error", {})
    causes = told.get("root_cause", []) if isinstance(told, dict) else []
    reason = next((str(each.get("reason")) for each in causes if each.get("reason")), "")
    return f"{reason or error.error} ({error.status_code})"


def _password(settings: OpenSearchSettings) -> str:
    if not settings.password_file:
        return settings.password
    try:
        return Path(settings.password_file).expanduser().read_text("utf-8").strip()
    except OSError as error:
        raise EngineDown(f"the file of search.opensearch.password_file cannot be read: {error}") from error
