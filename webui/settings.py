"""What a site's owner may set about the web pages."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Annotated, Final
from urllib.parse import urlsplit

from msgspec import Meta, Struct

_LIMIT: Final = "600 per minute"
_SITE_KEY: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_ORIGIN: Final = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")


class WebSettings(Struct, frozen=True, kw_only=True):
    """Where the site is served and how it presents itself.

    `host` and `port`: the address to listen at; 127.0.0.1 is this computer only, 0.0.0.0 every network.
    `workers`: how many processes answer; each keeps the index open, memory-mapped and shared.
    `public_url`: the address that the site is known by, such as https://search.example.org, for feeds, maps
    and the code that other sites embed; empty takes it from each request.
    `site_name`: what the pages call the site.
    `contact`: an e-mail address or web page for readers' questions; empty shows none.
    `origins`: the sites whose pages may ask the API, such as https://example.org; * is every site.
    `frame_sites`: the sites that may show the search in a frame, such as https://example.org; empty is none.
    `limit`: how much one address may ask, such as "600 per minute" or "10 per second; 2000 per hour"; empty
    is no limit.
    `site_keys`: sites that may ask more, each as KEY=LIMIT, such as "als-society=6000 per minute"; the limit
    is that of all who ask the API with `site_key=KEY`, together.
    `limit_storage`: where requests are counted; memory:// is each process for itself, redis://host for all.
    `proxies`: addresses or networks of the proxies that are believed whom they speak for (X-Forwarded-For).
    `log_queries`: whether the log holds what was searched for, and from which address.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8000
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    public_url: str = ""
    site_name: str = "als-search"
    contact: str = ""
    origins: tuple[str, ...] = ("*",)
    frame_sites: tuple[str, ...] = ()
    limit: str = _LIMIT
    site_keys: tuple[str, ...] = ()
    limit_storage: str = "memory://"
    proxies: tuple[str, ...] = ()
    log_queries: bool = False

    def __post_init__(self) -> None:
        """Refuse an address, a limit, a site's key or a proxy that cannot be read, with ValueError."""
        if self.public_url and not _is_address(self.public_url):
            raise ValueError(f"public_url: {self.public_url!r} is not like https://search.example.org")
        for site in self.frame_sites:
            if not _ORIGIN.fullmatch(site):
                raise ValueError(f"frame_sites: {site!r} is not like https://example.org, without a path")
        for limit in {self.limit, *self.limits_of_sites().values()} - {"", _LIMIT}:
            _check_limit(limit)
        for proxy in self.proxies:
            ip_network(proxy)

    def limits_of_sites(self) -> dict[str, str]:
        """Return the limit of each site by its key; raises ValueError where one is not written so."""
        found = {}
        for each in self.site_keys:
            key, equals, limit = (part.strip() for part in each.partition("="))
            if not (equals and limit and _SITE_KEY.fullmatch(key)):
                raise ValueError(f"{each!r} is not like als-society=6000 per minute")
            found[key] = limit
        return found


def _check_limit(text: str) -> None:
    """Read a limit; raises ValueError where it cannot be read."""
    from limits import parse_many  # noqa: PLC0415 - what reads no limit starts without it

    parse_many(text)


def _is_address(text: str) -> bool:
    """Say whether a text is an address of the web that paths can follow."""
    parts = urlsplit(text)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not (parts.query or parts.fragment)
