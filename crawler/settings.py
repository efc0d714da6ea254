"""The settings of the crawler."""

from __future__ import annotations

from msgspec import Struct


class CrawlerSettings(Struct, frozen=True, kw_only=True):
    """Where articles come from. NCBI asks programs to say who runs them: set `email`.

    `eutils_url` is the base address of the E-utilities or of a mirror; `api_key` is NCBI's key, a secret;
    `timeout` is in seconds.
    """

    eutils_url: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    email: str = ""
    api_key: str = ""
    timeout: float = 30.0
    newest: int = 500
    """How many of the newest articles `up` fetches into an empty library."""
