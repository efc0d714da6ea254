"""The dates of MEDLINE, RIS and Europe PMC, read by the rules that `pubmed_dates` has for PubMed's XML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from crawler.markup import clean
from crawler.parsers.pubmed_dates import numeric_date, publication_date

if TYPE_CHECKING:
    from crawler.article import PubDate

_PARTS: Final = ("Year", "Month", "Day")
_PRINTED: Final = re.compile(r"([0-9]{4})(?: ([A-Za-z]+)(?: ([0-9]{1,2}))?)?")
_NUMERIC: Final = re.compile(r"\s*([0-9]{4})(?:[-/]?([0-9]{1,2})(?:[-/]?([0-9]{1,2}))?)?(?![0-9])")


def printed_date(text: str) -> PubDate:
    """Return the date of an issue as printed: 2016, 2016 Feb 11, 2020 Summer, 1998 Dec-1999 Jan."""
    printed = clean(text)
    exact = _PRINTED.fullmatch(printed)
    return publication_date(_element(*exact.groups("")) if exact else _element(free=printed))


def numbered_date(text: str) -> PubDate:
    """Return the date that a text of numbers begins with: 20150714, 2016/02/13 06:00, 2025-06, 2025."""
    found = _NUMERIC.match(text)
    return numeric_date(_element(*found.groups("")) if found else None)


def _element(*parts: str, free: str = "") -> etree._Element:
    """Return a date as PubMed's XML has it."""
    element = etree.Element("PubDate")
    named = zip(_PARTS, parts, strict=True) if parts else (("MedlineDate", free),)
    for tag, value in named:
        etree.SubElement(element, tag).text = value
    return element
