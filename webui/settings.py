"""What a site's owner may set about the web pages."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct


class WebSettings(Struct, frozen=True, kw_only=True):
    """Where the site is served and how it presents itself.

    `host` and `port`: the address to listen at; 127.0.0.1 is this computer only, 0.0.0.0 every network.
    `workers`: how many processes answer; each keeps the index open, memory-mapped and shared.
    `site_name`: what the pages call the site.
    `contact`: an e-mail address or web page for readers' questions; empty shows none.
    """

    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8000
    workers: Annotated[int, Meta(ge=1, le=256)] = 1
    site_name: str = "als-search"
    contact: str = ""
