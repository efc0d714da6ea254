"""Which addresses may be asked: those on a list, by https, and never one on a private network.

What a redirect or a record says is no reason to talk to a machine in the house.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from crawler.asking.redaction import bare
from crawler.errors import Blocked, Refused

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterable

_PORTS: Final = {"https": 443, "http": 80}
_MISUSE: Final = "misuse.ncbi.nlm.nih.gov"
BLOCKED: Final = (
    "NCBI has blocked the address of this computer for asking too much. Do not ask on: stop every job, wait "
    "a day, set crawler.email, and write to info@ncbi.nlm.nih.gov if it stays so"
)


class Origin(NamedTuple):
    """Whom a request goes to."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        port = "" if _PORTS.get(self.scheme) == self.port else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


class Hosts:
    """The origins that may be asked: those of the base addresses, and https at the hosts listed."""

    def __init__(self, bases: Iterable[str], hosts: Iterable[str]) -> None:
        self.bases = frozenset(map(_base, bases))
        self._allowed = self.bases | {_origin(f"https://{host}") for host in hosts}

    def admit(self, url: str) -> Origin:
        """Return whom an address belongs to.

        Raises Refused where it may not be asked, Blocked where NCBI sends those there whom it has blocked.
        """
        origin = _origin(url)
        if origin.host == _MISUSE:
            raise Blocked(BLOCKED)
        if origin not in self._allowed:
            raise Refused(
                f"{origin} is not among the addresses that may be asked; crawler.hosts can allow it"
            )
        return origin


def _base(url: str) -> Origin:
    origin = _origin(url)
    if origin.scheme != "https" and not _is_loopback(origin.host):
        raise Refused(f"the base address {bare(url)} is not https, which only a loopback address need not be")
    return origin


def _origin(url: str) -> Origin:
    """Return the origin of an address, read as the connection will read it."""
    try:
        parsed = parse_url(url)
    except LocationParseError:
        parsed = None
    # Reported outside of the handler: the foreign error quotes the address, and a key may stand in it.
    if parsed is None or parsed.auth or not parsed.host or parsed.scheme not in _PORTS:
        raise Refused(
            "an address is not of the form https://host/path; see crawler.hosts and the base addresses"
        )
    return Origin(parsed.scheme, parsed.host, parsed.port or _PORTS[parsed.scheme])


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class PublicOnly(HTTPAdapter):
    """Connects to public addresses alone.

    The connection itself is looked at, before a byte is sent: a name cannot be looked up as one address and
    connected to as another. Behind a proxy of the environment it is the proxy that connects.
    """

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools, for https alone."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"https": _PublicPool}


class _PublicConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        connected = super()._new_conn()
        address = str(connected.getpeername()[0]).partition("%")[0]
        if not ip_address(address).is_global:
            connected.close()
            raise Refused(
                f"{self.host} is at {address}, an address on a private network; only a base address may be"
            )
        return connected


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection
