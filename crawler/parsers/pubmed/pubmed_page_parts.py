"""What PubMed prints on an article's page, read: citations, dates, headings, grants, data banks.

Text in, values out: where on the page a text stands is the business of `pubmed_page`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.article import DataBank, Grant, MeshHeading, PubDate, Qualifier
from crawler.parsers.dates import printed_date

if TYPE_CHECKING:
    from collections.abc import Iterable

_OTHER_DATE: Final = re.compile(r"\b(epub|ecollection|print)\s+([12][0-9]{3}[^.;:]*)", re.IGNORECASE)

_VOLUME: Final = re.compile(r"([^()]*)\((.*)\)(.*)")
_PAGE_RANGE: Final = re.compile(r"[0-9]+[-\N{EN DASH}][0-9]+")
_PII: Final = re.compile(r"S[0-9]{4}-?[0-9]{3}[0-9X]\([0-9]{2}\)[0-9]{5}-?[0-9X]", re.IGNORECASE)

_MESH_PARTS: Final = re.compile(r"\s+/\s+")
_GRANT_ACRONYM: Final = re.compile(r"[A-Z]{2}|[A-Z]{1,5}_|Im[A-Z]{2,4}")


class Citation(Struct, frozen=True, kw_only=True):
    """The citation line taken apart; `pii` is the publisher's id printed where pages would stand."""

    date: PubDate = PubDate()
    volume: str = ""
    issue: str = ""
    pages: str = ""
    pii: str = ""


class OtherDates(Struct, frozen=True, kw_only=True):
    """The dates printed after the citation line: the one online, and the one of the printed issue."""

    electronic: PubDate = PubDate()
    printed: PubDate = PubDate()


def read_citation(text: str) -> Citation:
    """Return the parts of a citation line such as `2023 Aug 7;26(8):872-881.`; any may be missing.

    What follows a colon is an id of the publisher's, not pages, where it has the
    form of a PII, or where there is no volume and it is no range of pages (an article ahead of print).
    """
    date, semicolon, rest = text.strip(" .").partition(";")
    if not semicolon:
        date, _, pages = date.partition(":")
        volume = issue = ""
    else:
        numbers, _, pages = rest.partition(":")
        volume, issue = _volume_and_issue(numbers.strip())
    pages = pages.strip()
    is_pii = bool(_PII.fullmatch(pages)) or not (volume or issue or _PAGE_RANGE.fullmatch(pages))
    return Citation(
        date=read_date(date),
        volume=volume,
        issue=issue,
        pages="" if is_pii else pages,
        pii=pages if is_pii else "",
    )


def _volume_and_issue(text: str) -> tuple[str, str]:
    """Split `31(Suppl 2)`; what stands behind the brackets belongs to the issue."""
    found = _VOLUME.fullmatch(text)
    if not found:
        return text, ""
    return found[1].strip(), f"{found[2].strip()} {found[3].strip()}".strip()


def read_date(text: str) -> PubDate:
    """Return a printed date: `2023`, `2023 Aug 7`, `2021 Jan-Feb`, `2020 Summer`, `1998 Dec-1999 Jan`."""
    return printed_date(text.strip(" .,"))


def read_other_dates(text: str) -> OtherDates:
    """Return the dates in `Epub 2022 Nov 3.`, `eCollection 2023.` or `Print 2023 Jan.`, in any number.

    An eCollection is an issue that was never printed: its date is that of the issue, as PubMed's XML has it.
    """
    dates = {kind.casefold(): read_date(date) for kind, date in _OTHER_DATE.findall(text)}
    printed = dates.get("print") or dates.get("ecollection") or PubDate()
    return OtherDates(electronic=dates.get("epub", PubDate()), printed=printed)


def read_mesh(texts: Iterable[str]) -> tuple[MeshHeading, ...]:
    """Return the headings printed as `Descriptor / subheading*`; an asterisk marks a major topic.

    The page prints a descriptor once for each of its subheadings; here they are one heading.
    """
    majors: dict[str, bool] = {}
    qualifiers: dict[str, dict[str, Qualifier]] = {}
    for text in texts:
        first, *others = _MESH_PARTS.split(text.strip())
        name, major = _starred(first)
        if not name:
            continue
        majors[name] = majors.get(name, False) or major
        kept = qualifiers.setdefault(name, {})
        for other in others:
            qualifier, qualifier_major = _starred(other)
            kept.setdefault(qualifier, Qualifier(qualifier, major=qualifier_major))
    return tuple(
        MeshHeading(name=name, major=major, qualifiers=tuple(qualifiers[name].values()))
        for name, major in majors.items()
    )


def _starred(text: str) -> tuple[str, bool]:
    """Return a term without its asterisk, and whether it had one."""
    return text.rstrip("* "), text.rstrip().endswith("*")


def read_grant(text: str) -> Grant:
    """Return the grant printed as `number/acronym/agency/country`; each but the agency may be missing.

    A number may hold slashes (`MR/L501529/1/MRC_/Medical Research Council/United Kingdom`), so it is read
    from the end; an acronym is NLM's, two capitals, capitals with an underscore, or ImNIH. Where an empty
    part keeps its place (`7//Agency/`), each is what its place says.
    """
    placed = [part.strip() for part in text.rsplit("/", 3)]
    if len(placed) == 4 and "" in placed:
        number, acronym, agency, country = placed
        return Grant(number=number, acronym=acronym, agency=agency, country=country)
    parts = [part.strip() for part in text.split("/") if part.strip()]
    country = parts.pop() if len(parts) > 1 else ""
    agency = parts.pop() if parts else ""
    acronym = parts.pop() if parts and _GRANT_ACRONYM.fullmatch(parts[-1]) else ""
    return Grant(number="/".join(parts), acronym=acronym, agency=agency, country=country)


def read_data_banks(texts: Iterable[str]) -> tuple[DataBank, ...]:
    """Return the data banks of entries printed as `ClinicalTrials.gov/NCT01234567`, accessions together."""
    banks: dict[str, dict[str, None]] = {}
    for text in texts:
        name, _, accession = (part.strip() for part in text.partition("/"))
        if name:
            banks.setdefault(name, {}).update({accession: None} if accession else {})
    return tuple(DataBank(name, tuple(accessions)) for name, accessions in banks.items())
