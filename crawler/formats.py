"""Every format that raw records are kept in: what it is called, and what reads one of its records again."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from crawler.errors import ParseError

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.article import Article


def _reader(parser: str, name: str = "parse_record") -> Callable[[bytes], Article]:
    """Return what reads a record. Its parser is imported with the first: who serves pages needs none."""

    def read(raw: bytes) -> Article:
        parse: Callable[[bytes], Article] = getattr(import_module(f"crawler.parsers.{parser}"), name)
        return parse(raw)

    return read


READERS: Final = {
    "pubmed-xml": _reader("pubmed.pubmed_xml"),
    "medline": _reader("tagged.medline"),
    "europepmc": _reader("europepmc.europepmc"),
    "europepmc-references": _reader("europepmc.europepmc_cited"),
    "jats": _reader("jats.jats"),
    "pubmed-page": _reader("pubmed.pubmed_page", "parse"),
    "ris": _reader("tagged.ris"),
}
"""What reads one record of a format."""

NAMES: Final = {
    "pubmed-xml": "PubMed XML",
    "medline": "MEDLINE (.nbib)",
    "europepmc": "Europe PMC's JSON",
    "europepmc-references": "Europe PMC's lists of references",
    "jats": "JATS XML",
    "pubmed-page": "saved pages of PubMed",
    "ris": "RIS",
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
