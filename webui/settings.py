"""What a site's owner may set about the web pages."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Annotated

from limits import parse_many
from msgspec import Meta, Struct


class WebSettings(Struct, frozen=True, kw_only=True):
    """Where the site is served and how it presents itself.

    `host` and `port`: the address to listen at; 127.0.0.1 is this computer only, 0.0.0.0 every network.
    `workers`: how many processes answer; each keeps the index open, memory-mapped and shared.
    `site_name`: what the pages call the site.
    `contact`: an e-mail address or web page for readers' questions; empty shows none.
    `origins`: the sites whose pages may ask the API, such as https://example.org; * is every site.
    `limit`: how much one address may ask, such as "600 per minute" or "10 per second; 2000 per hour"; empty
    is no limit.
    `limit_storage`: where requests are counted; memory:// is each process for itself, redis://host for all.
    `proxies`: addresses or networks of the proxies that are believed whom they speak for (X-Forwarded-For).
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8000
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    site_name: str = "als-search"
    contact: str = ""
    origins: tuple[str, ...] = ("*",)
    limit: str = "600 per minute"
    limit_storage: str = "memory://"
    proxies: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a limit or a proxy that cannot be read, with ValueError."""
        if self.limit:
            parse_many(self.limit)
        for proxy in self.proxies:
            ip_network(proxy)
