"""Every format that raw records are kept in: what it is called, and what reads one of its records again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.errors import ParseError
from crawler.parsers.europepmc import europepmc, europepmc_cited
from crawler.parsers.jats import jats
from crawler.parsers.pubmed import pubmed_page, pubmed_xml
from crawler.parsers.tagged import medline, ris

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.article import Article

READERS: Final[dict[str, Callable[[bytes], Article]]] = {
    pubmed_xml.FORMAT: pubmed_xml.parse_record,
    medline.FORMAT: medline.parse_record,
    europepmc.FORMAT: europepmc.parse_record,
    europepmc_cited.FORMAT: europepmc_cited.parse_record,
    jats.FORMAT: jats.parse_record,
    pubmed_page.FORMAT: pubmed_page.parse,
    ris.FORMAT: ris.parse_record,
}
"""What reads one record of a format."""

NAMES: Final = {
    pubmed_xml.FORMAT: "PubMed XML",
    medline.FORMAT: "MEDLINE (.nbib)",
    europepmc.FORMAT: "Europe PMC's JSON",
    europepmc_cited.FORMAT: "Europe PMC's lists of references",
    jats.FORMAT: "JATS XML",
    pubmed_page.FORMAT: "saved pages of PubMed",
    ris.FORMAT: "RIS",
}
"""What a format is called in a sentence."""


def parse_record(format_name: str, raw: bytes) -> Article:
    """Return the article of one raw record; raises ParseError where it cannot be read, or by no one here."""
    try:
        reader = READERS[format_name]
    except KeyError as error:
        raise ParseError(
            f"a record in the format {format_name!r}, which this version does not read"
        ) from error
    return reader(raw)
