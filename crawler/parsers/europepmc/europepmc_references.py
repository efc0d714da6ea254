"""A list of references of Europe PMC's becomes references, printed as PubMed prints them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.article import Reference
from crawler.identity import normal_doi, normal_pmcid, normal_pmid
from crawler.markup import text_of_html
from crawler.printed import with_printed_ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.parsers.europepmc.europepmc_result import Citations, Cited


def reference_list(citations: Citations) -> list[Reference]:
    """Return the references in the order of citation; one that says nothing at all is left out."""
    placed = sorted(enumerate(citations.reference, start=1), key=_order)
    return [reference for _, cited in placed if (reference := _reference(cited)).text or reference.keys()]


def _order(placed: tuple[int, Cited]) -> int:
    place, cited = placed
    return int(cited.cited_order) if cited.cited_order.isdecimal() and len(cited.cited_order) < 7 else place


def _reference(cited: Cited) -> Reference:
    printed = cited.unstructured or cited.unstructured_information
    reference = Reference(
        text=text_of_html(printed) or " ".join(_sentences(cited)),
        pmid=normal_pmid(cited.id) if cited.source == "MED" else "",
        pmcid=normal_pmcid(cited.id) if cited.source == "PMC" else "",
        doi=normal_doi(cited.doi),
    )
    return with_printed_ids(reference)


def _sentences(cited: Cited) -> Iterator[str]:
    """Yield "Authors." "Title." "Journal." "Year;Vol(Issue):Pages.", without what is missing."""
    journal = cited.journal_abbreviation or cited.publication_title
    for text in map(text_of_html, (cited.author_string, cited.title, journal, _place(cited))):
        bare = text.rstrip(". ")
        if bare:
            yield bare if bare.endswith(("?", "!")) else f"{bare}."


def _place(cited: Cited) -> str:
    """Return 2020;12(3):4-5; what is missing takes the sign before it along."""
    number = cited.volume + (f"({cited.issue})" if cited.issue else "")
    place = ";".join(filter(None, (cited.pub_year, number)))
    return ":".join(filter(None, (place, cited.page_info)))
