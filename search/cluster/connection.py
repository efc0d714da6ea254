"""A cluster as this program speaks to it: a failure is one sentence, and what is not whole is no answer.

A host that does not answer is passed over for the next, all within one deadline. What cannot be had by then
is `EngineDown`.
"""

from __future__ import annotations

import logging
import ssl
import time
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from search.cluster.answers import Json, Searched
from search.deadline import Deadline, TooLate
from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from search.settings import OpenSearchSettings

_OLDEST: Final = 3
_ELSEWHERE: Final = (502, 503, 504)
"""What a host answers that cannot do it, where another may."""

_CONNECTIONS: Final = 32
"""Connections to a host that are kept open: as many as there are threads that serve pages, and more."""

_PASSED_OVER: Final = 5.0
"""Seconds for which a host is not asked that did not answer; each time it does not again, twice as long."""

_LONGEST: Final = 3
"""Times that it becomes longer: a host that is back is soon asked again."""


_UNAUTHORIZED: Final = 401
_FORBIDDEN: Final = 403
_MISSING: Final = 404
_BUSY: Final = 429
_BLOCKED: Final = "cluster_block_exception"
_OF_ANOTHER_NAME: Final = (62, 64)
"""What OpenSSL says of a certificate that is for another host, or another address."""

_SHOWN: Final = 300


class Missing(EngineDown):
    """What was asked for is not in the cluster."""


class Cluster:
    """A connection to a cluster. May be shared by threads; nothing is sent before it is first used."""

    def __init__(self, settings: OpenSearchSettings) -> None:
        """Take where the cluster is.

        Raises EngineDown where the client is missing, or the file of the password or of certificates.
        """
        try:
            import opensearchpy  # noqa: PLC0415 - an extra, which few need
            import pybase64  # noqa: F401, PLC0415 - what else reads a cluster needs it

            from search.cluster.transfer import Transfer  # noqa: PLC0415 - needs the extra
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
        self._hosts = len(settings.hosts)
        certificates = _certificates(settings, Transfer.default_ca_certs())
        try:
            self.client = opensearchpy.OpenSearch(
                list(settings.hosts),
                http_auth=(settings.user, _password(settings)) if settings.user else None,
                connection_class=Transfer,
                pool_maxsize=_CONNECTIONS,
                dead_timeout=_PASSED_OVER,
                timeout_cutoff=_LONGEST,
                # Whether another host is asked, and for how long, is decided here.
                max_retries=0,
                retry_on_timeout=True,
                retry_on_status=_ELSEWHERE,
                serializer=Json(self._errors.SerializationError),
                **certificates,
            )
        except ValueError:
            # The reason tells what stands in the address.
            raise EngineDown(
                "search.opensearch.hosts holds an address that cannot be read; it should be like "
                "https://search-1.example.org:9200"
            ) from None
        # Over the same connections; what searches answer is read as that, which takes less time.
        self._searching = copy(self.client)
        self._searching.transport = copy(self.client.transport)
        searched: Any = Json(self._errors.SerializationError, Searched)
        self._searching.transport.deserializer = opensearchpy.serializer.Deserializer(
            {Json.mimetype: searched}
        )
        self._is_checked = False

    def ask(
        self, what: str, call: Callable[..., Any], deadline: Deadline | None = None, **parameters: Any
    ) -> Any:
        """Return what a call of the client answers; raises EngineDown, which says what could not be done.

        `what` goes into "the cluster could not ...". Without a deadline it is that of the settings, from now;
        what may take longer has a `request_timeout`, the seconds that each host may take.
        """
        seconds = parameters.get("request_timeout", self._timeout / self._hosts) * self._hosts
        deadline = deadline or Deadline(time.monotonic, seconds)
        self._check(deadline)
        return self._asked(what, call, deadline, parameters)

    def search(
        self, index: str, body: Mapping[str, Any], deadline: Deadline | None = None, **parameters: Any
    ) -> dict[str, Any]:
        """Return the answer to a search; raises EngineDown where any part of the index did not answer."""
        deadline = deadline or self.deadline()
        answer: dict[str, Any] = self.ask(
            "search",
            self._searching.search,
            deadline,
            index=index,
            body={"timeout": f"{1 + int(self._left(deadline) * 1000)}ms", **body},
            allow_partial_search_results=False,
            search_type="dfs_query_then_fetch",
            **parameters,
        )
        if _is_part(answer):
            raise EngineDown(
                f"the cluster at {self._names} did not answer whole within {deadline.seconds:g} seconds; "
                "try again",
                why="partial",
            )
        return answer

    def deadline(self) -> Deadline:
        """Return the moment by which what begins now must be over, by the settings."""
        return Deadline(time.monotonic, self._timeout)

    def _left(self, deadline: Deadline) -> float:
        try:
            return deadline.left()
        except TooLate as error:
            raise self._too_late(deadline) from error

    def _too_late(self, deadline: Deadline) -> EngineDown:
        return EngineDown(
            f"the cluster at {self._names} did not answer within {deadline.seconds:g} seconds; see that it "
            "runs, and try again",
            why="slow",
        )

    def _check(self, deadline: Deadline) -> None:
        """Refuse what is no OpenSearch, or an old one, once."""
        if self._is_checked:
            return
        told = self._asked("say what it is", self.client.info, deadline, {})
        version = told.get("version") if isinstance(told, dict) else None
        if not isinstance(version, dict) or version.get("distribution") != "opensearch":
            raise EngineDown(
                f"{self._names} is not OpenSearch, but something else that answers there; see "
                "search.opensearch.hosts"
            )
        number = str(version.get("number", ""))
        if not number.partition(".")[0].isdigit() or int(number.partition(".")[0]) < _OLDEST:
            raise EngineDown(
                f"{self._names} is OpenSearch {number}; version {_OLDEST} or later is needed: upgrade it, or "
                "name another in search.opensearch.hosts"
            )
        self._is_checked = True

    def _asked(
        self, what: str, call: Callable[..., Any], deadline: Deadline, parameters: dict[str, Any]
    ) -> Any:
        """Return what a call answers, from the first host that does.

        One that hangs takes half of the time that is left, unless it is the last. Where all refuse, which
        takes no time, one is asked once more: it may have closed a connection that had long been idle.
        """
        errors = self._errors
        others = self._hosts
        while True:
            left = self._left(deadline)
            others -= 1
            share = left / 2 if others > 0 else left
            try:
                return call(**{"request_timeout": share, **parameters})
            except errors.ConnectionTimeout as error:
                if others <= 0:
                    raise self._too_late(deadline) from error
            except errors.TransportError as error:
                is_passing = error.status_code in _ELSEWHERE or _is_unreached(errors, error)
                if not is_passing or others < 0:
                    raise self._complaint(error, what) from error
            except errors.OpenSearchException as error:
                raise EngineDown(
                    f"{self._names} answers what OpenSearch does not; see search.opensearch.hosts"
                ) from error

    def _complaint(self, error: Any, what: str) -> EngineDown:
        """Return what is to be said of an error of the client, and what to do."""
        cluster = f"the cluster at {self._names}"
        if isinstance(error, self._errors.SSLError):
            return EngineDown(f"{cluster} {_untrusted(error)}", why="untrusted")
        if isinstance(error, self._errors.ConnectionError):
            return EngineDown(f"{cluster} {_unreached(error)}", why="unreached")
        if error.status_code == _MISSING:
            return Missing(f"{cluster} could not {what}: {_reason(error)}", why="missing")
        return EngineDown(f"{cluster} {_refused(error, what)}", why="refused")


def _is_part(answer: Any) -> bool:
    """Say whether an answer is not that of every part of an index, or not all of it."""
    shards = answer.get("_shards") if isinstance(answer, dict) else None
    if not shards or answer.get("timed_out"):
        return True
    return bool(shards.get("failed", 1)) or shards.get("successful") != shards.get("total")


def _is_unreached(errors: Any, error: Exception) -> bool:
    """Say whether nobody answered; who has a wrong certificate has it the next time as well."""
    return isinstance(error, errors.ConnectionError) and not isinstance(error, errors.SSLError)


def _untrusted(error: Any) -> str:
    """Return what is wrong with the certificate of a cluster, and what to do."""
    cause = next(iter(getattr(error.info, "args", ())), None)
    if not isinstance(cause, ssl.SSLCertVerificationError):
        return "does not speak TLS as it should; see whether its address begins with http:// rather"
    if cause.verify_code in _OF_ANOTHER_NAME:
        return (
            f"has a certificate for another name ({cause.verify_message}); give search.opensearch.hosts the "
            "name that it is for"
        )
    return (
        f"has a certificate that is not trusted here ({cause.verify_message}); give search.opensearch.ca the "
        "certificate of who signed it"
    )


def _unreached(error: Any) -> str:
    """Return why nobody answered, and what to do."""
    reasons = getattr(error.info, "args", ())
    if reasons and "aborted" in str(reasons[0]):
        return "hangs up; see that it runs, and whether its address begins with https:// rather"
    return "does not answer; see that it runs, and try again"


def _refused(error: Any, what: str) -> str:
    """Return why a cluster does not do what it was asked, and what to do."""
    status = error.status_code
    if status == _UNAUTHORIZED:
        return "refuses the user; see search.opensearch.user and its password"
    if status in {_FORBIDDEN, _BUSY} and _told(error).get("type") == _BLOCKED:
        return (
            f"could not {what}: {_reason(error)}; see that its disks have room, unblock the index, "
            "and try again"
        )
    if status == _FORBIDDEN:
        return f"does not let this user {what}; see search.opensearch.user and the rights of its role"
    advice = "see its health" if status in _ELSEWHERE else "see its log"
    return f"could not {what}: {_reason(error)}; {advice}, and try again"


def _told(error: Any) -> dict[str, Any]:
    """Return what a cluster says of an error, without the request that led to it."""
    told = error.info.get("error", {}) if isinstance(error.info, dict) else {}
    return told if isinstance(told, dict) else {"reason": told}


def _reason(error: Any) -> str:
    told = _told(error)
    reasons = [each.get("reason") for each in (*told.get("root_cause", ()), told)]
    reason = next((str(each)[:_SHOWN] for each in reasons if each), "no reason is given")
    return f"{reason} ({error.status_code})"


def _certificates(settings: OpenSearchSettings, usual: str | None) -> dict[str, Any]:
    """Return how the client knows a cluster by its certificate; raises EngineDown for a file that is none."""
    if not any(host.startswith("https:") for host in settings.hosts):
        return {}
    import urllib3  # noqa: PLC0415 - comes with the extra

    trusted = Path(settings.ca).expanduser() if settings.ca else usual
    try:
        context = ssl.create_default_context(cafile=trusted)
    except OSError as error:  # also what ssl raises
        raise EngineDown(f"the file of search.opensearch.ca holds no certificate: {error}") from error
    if not settings.verify:
        # Whoever set this knows; else every request would say so.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return {"ssl_context": context}


def _password(settings: OpenSearchSettings) -> str:
    if not settings.password_file:
        return settings.password
    try:
        return Path(settings.password_file).expanduser().read_text("utf-8").strip()
    except OSError as error:
        raise EngineDown(f"the file of search.opensearch.password_file cannot be read: {error}") from error
    except UnicodeDecodeError:
        # The reason holds what stands in it.
        raise EngineDown("the file of search.opensearch.password_file is no text in UTF-8") from None
