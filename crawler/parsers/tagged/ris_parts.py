"""The fields of a RIS record that exporters do not agree on: ids, names, journals, dates, pages, types."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from crawler.article import Author, Ids, Journal, PubDate
from crawler.identity import normal_doi, normal_pmcid, normal_pmid
from crawler.markup import text_of_html
from crawler.parsers.cleaning import without_emails
from crawler.parsers.dates import numbered_date, printed_date
from crawler.parsers.names import cited_person, initials, stands_for_others
from crawler.printed import PUBMED_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.parsers.tagged.tagged_lines import Fields

_LINKS: Final = ("UR", "LK", "L1", "L2", "L3")
_REMARKS: Final = ("AN", "ID", "N1", "M1", "M2")
_PUBMED_ADDRESS: Final = re.compile(PUBMED_ADDRESS, re.IGNORECASE)
_LABELLED_PMID: Final = re.compile(r"\b(?:PMID|PubMed(?: ID)?|MEDLINE)\s*:\s*([0-9]{1,8})\b", re.IGNORECASE)
_PMCID: Final = re.compile(r"\bPMC[0-9]+", re.IGNORECASE)
_BARE: Final = re.compile(r"[0-9]{1,8}")
_LONG: Final = re.compile(r"[0-9]{7,8}")
_PUBMED: Final = re.compile(r"pubmed|medline|\bnlm\b|ncbi", re.IGNORECASE)

_ISSN: Final = re.compile(r"(?<![0-9-])([0-9]{4})-?([0-9]{3}[0-9X])(?![0-9X-])", re.IGNORECASE)
_LETTER: Final = re.compile(r"[^\W\d_]")
_RANGE: Final = re.compile(r"[-\N{EN DASH}]")
_DOI: Final = re.compile(r"10\.[0-9]{4,}")
_TYPES: Final = {
    "JOUR": "Journal Article", "JFULL": "Journal Article", "EJOUR": "Journal Article",
    "INPR": "Journal Article", "MGZN": "Journal Article", "NEWS": "News", "BOOK": "Book", "EBOOK": "Book",
    "EDBOOK": "Book", "CHAP": "Book Chapter", "ECHAP": "Book Chapter", "CONF": "Congress",
    "CPAPER": "Congress", "THES": "Academic Dissertation", "RPRT": "Technical Report", "DATA": "Dataset",
    "PREP": "Preprint",
}  # fmt: skip
_SAME_AS_JOUR: Final = frozenset({"article", "journal"})


def ids(found: Fields) -> Ids:
    """Return the ids of a record: those with an address or a label, else numbers that can be nothing else."""
    links = found.texts(*_LINKS)
    dois = map(normal_doi, (*found.texts("DO", "DI"), *found.texts("M3"), *links))
    pmcids = (_PMCID.search(text) for text in (*found.texts("C2"), *found.texts(*_REMARKS), *links))
    return Ids(
        pmid=_pmid(found, links),
        pmcid=normal_pmcid(next((pmcid[0] for pmcid in pmcids if pmcid), "")),
        doi=next(filter(None, dois), ""),
    )


def _pmid(found: Fields, links: list[str]) -> str:
    """Return the PMID.

    A bare accession number (AN) is one unless the record comes from another database. A bare ID is one only
    in a record of PubMed's or with seven digits: EndNote numbers its own records there, from 1.
    """
    named = (_PUBMED_ADDRESS.search(text) for text in links)
    labelled = (_LABELLED_PMID.search(text) for text in found.texts(*_REMARKS))
    if sure := next(filter(None, (*named, *labelled)), None):
        return normal_pmid(sure[1])
    origin = found.texts("DB", "DP")
    is_from_pubmed = any(map(_PUBMED.search, origin))
    if (number := found.text("AN")) and _BARE.fullmatch(number) and (is_from_pubmed or not origin):
        return normal_pmid(number)
    number = found.text("ID")
    can_be = _BARE if is_from_pubmed else _LONG
    return normal_pmid(number) if can_be.fullmatch(number) else ""


def authors(found: Fields) -> tuple[tuple[Author, ...], bool]:
    """Return the authors, or else the editors, and whether the list is complete.

    The record's one address is that of the first.
    """
    names = found.texts("AU", "A1") or found.texts("A2", "ED", "A3")
    known = [name for name in names if not stands_for_others(name)]
    byline = [_author(name) for name in known]
    places = [without_emails(line) for tag, value in found.pairs if tag == "AD" for line in value.split("\n")]
    if byline and places:
        byline[0] = replace(byline[0], affiliations=tuple(dict.fromkeys(filter(None, places))))
    return tuple(byline), len(known) == len(names)


def _author(name: str) -> Author:
    """Return the author written as "Last, First, Jr.", or "Last FM".

    What has neither a comma nor initials is a group; so is a name with nothing behind its comma, as EndNote
    has it.
    """
    last, *others = (part.strip() for part in text_of_html(name).split(","))
    if not others:
        return cited_person(last) or Author(collective=last)
    fore, *suffix = [*filter(None, others), ""]
    if not fore:
        return Author(collective=last)
    return Author(last=last, fore=fore, initials=initials(fore), suffix=suffix[0].rstrip("."))


def journal(found: Fields) -> Journal:
    """Return the journal, or the book that a chapter is in; JO may be its title or its abbreviation."""
    title = text_of_html(found.text("JF", "T2", "BT", "JO", "JA", "J2"))
    short = text_of_html(found.text("JA", "J2", "J1", "JO"))
    issns = (f"{issn[1]}-{issn[2].upper()}" for text in found.texts("SN") for issn in _ISSN.finditer(text))
    return Journal(
        title=title,
        abbreviation="" if short == title else short,
        issns=tuple(dict.fromkeys(issns)),
        publisher=text_of_html(found.text("PB")),
    )


def pages(found: Fields) -> str:
    """Return the pages: SP may hold the first of them, or their range."""
    first, last = found.text("SP"), found.text("EP")
    return first if _RANGE.search(first) else "-".join(dict.fromkeys(filter(None, (first, last))))


def published(found: Fields) -> PubDate:
    """Return the most precise date of the year that PY or Y1 tells, or else that DA tells."""
    said = found.text("PY", "Y1")
    year = _date(said, "").year
    dates = [_date(text, str(year or "")) for text in (said, *found.texts("DA"), *found.texts("Y1"))]
    of_year = [date for date in dates if date.year and date.year == (year or date.year)]
    return max(of_year, key=_precision, default=PubDate())


def _date(text: str, year: str) -> PubDate:
    """Return the date written as 2023/08/07/, 2023///Spring, 2023-08-07, 2023 Aug 7, or Aug 7 of a year."""
    words = " ".join(text.replace("/", " ").split())
    if not _LETTER.search(words):
        return numbered_date(text)
    in_letters = printed_date(words)
    if not in_letters.year and year:
        in_letters = printed_date(f"{year} {words}")
    return max(numbered_date(text), in_letters, key=_precision)


def _precision(date: PubDate) -> tuple[bool, bool, bool]:
    return date.year > 0, date.month > 0, date.day > 0


def publication_types(kind: str, works: Iterable[str]) -> tuple[str, ...]:
    """Return PubMed's name for the type (TY) of a record, and the types of work (M3) that it names."""
    named = (part.strip() for work in works if not _DOI.search(work) for part in work.split(";"))
    kept: dict[str, str] = {}
    for each in (_TYPES.get(kind, ""), *filter(_is_type, named)):
        kept.setdefault(each.casefold(), each)
    return tuple(filter(None, kept.values()))


def _is_type(text: str) -> bool:
    return bool(_LETTER.search(text)) and text.casefold() not in _SAME_AS_JOUR
