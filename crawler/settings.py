"""The settings of the crawler."""

from __future__ import annotations

import os
from typing import Annotated, Final

from msgspec import Meta, Struct, field
from msgspec.structs import asdict

Positive = Annotated[float, Meta(gt=0)]
Count = Annotated[int, Meta(ge=1)]
Email = Annotated[str, Meta(pattern=r"\A([!-~]+@[!-~]+)?\Z")]
"""Goes into a header as it is: no blanks, no line ends, nothing but ASCII."""

_HIDDEN: Final = ("email", "api_key")


def _cores() -> int:
    """Return how many processes are worth having: past four, the one that writes is what takes the time."""
    return min(os.cpu_count() or 1, 4)


class CrawlerSettings(Struct, frozen=True, kw_only=True):
    """Where articles come from, and how gently they are asked for.

    NCBI asks programs to say who runs them: set `email`. `api_key` is NCBI's key, a secret.
    `eutils_url` and `europepmc_url` are the base addresses of the sources, or of mirrors: https, or http at a
    loopback address. `hosts` may be asked, too, by https: a name, or name:port.
    A pace is in requests a second. Times are in seconds, sizes in bytes.
    """

    eutils_url: str = "https://eutils.ncbi.nlm.nih.gov/entrez/eutils/"
    europepmc_url: str = "https://www.ebi.ac.uk/europepmc/webservices/rest/"
    hosts: tuple[str, ...] = (
        "europepmc.org",
        "ftp.ebi.ac.uk",
        "ftp.ncbi.nlm.nih.gov",
        "pubmed.ncbi.nlm.nih.gov",
        "www.ebi.ac.uk",
    )
    email: Email = ""
    api_key: str = ""
    timeout: Positive = 30.0
    """How long a server may stay silent."""
    longest: Positive = 900.0
    """How long one answer may take as a whole, however steadily it trickles in."""
    tries: Count = 6
    """How often something is asked for before it is given up."""
    longest_wait: Annotated[float, Meta(ge=0)] = 300.0
    """The longest Retry-After or Crawl-delay to wait for; a server that asks for more is left alone."""
    eutils_pace: Positive = 3.0
    eutils_pace_with_key: Positive = 10.0
    europepmc_pace: Positive = 2.0
    page_pace: Positive = 1.0
    """For every other host."""
    max_body: Count = 256 * 1024 * 1024
    """Of an answer that is held in memory, as sent and as unpacked."""
    max_download: Count = 8 * 1024 * 1024 * 1024
    """Of an answer that goes to a file."""
    processes: Annotated[int, Meta(ge=1, le=64)] = field(default_factory=_cores)
    """How many processes parse large files, beside the one that writes the library; 1 is that one alone."""
    newest: Annotated[int, Meta(ge=1, le=9_999)] = 500
    """How many of the newest articles `up` fetches into an empty library."""

    def __rich_repr__(self) -> list[tuple[str, object]]:
        """Return every setting by name, for people to see; a secret only as set or not."""
        return [
            (name, "(set, not shown)" if name in _HIDDEN and value else value)
            for name, value in asdict(self).items()
        ]

    def __repr__(self) -> str:
        return f"CrawlerSettings({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"
