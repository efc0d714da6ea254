"""The dates of PubMed's XML: numbers, names of months, seasons, and free text.

PubMed's own rule for what is less than a day (User Guide, publication date): a range counts from its first
month, winter from January, spring from April, summer from July, autumn from October.
"""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING, Final

from crawler.article import PubDate
from crawler.markup import clean

if TYPE_CHECKING:
    from lxml import etree

_NAMES: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS: Final = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
_STARTS: Final = _MONTHS | {"winter": 1, "spring": 4, "summer": 7, "autumn": 10, "fall": 10}
_START: Final = re.compile(
    rf"\b({'|'.join(_STARTS)})|\b([1-4])(?:st|n?d|r?d|th)?\s*(?:quart|trimest)", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?<![0-9])(?:1[5-9]|2[01])[0-9]{2}(?![0-9])")


def publication_date(element: etree._Element | None) -> PubDate:
    """Return a PubDate: year, then month and day, or a season, or the free text of a MedlineDate.

    What numbers cannot say is kept as printed in `text`, beside the year and month it is sorted by.
    """
    parts = _parts(element)
    if "MedlineDate" in parts:
        return _free_date(parts["MedlineDate"])
    year, month = parts.get("Year", ""), parts.get("Month", "")
    if _month(month):
        return _date(year, month, parts.get("Day", ""))
    return _free_date(year, parts.get("Season") or (month if any(map(str.isalpha, month)) else ""))


def numeric_date(element: etree._Element | None) -> PubDate:
    """Return the date in an element with Year, Month and Day; numbers that cannot be are left out."""
    parts = _parts(element)
    return _date(parts.get("Year", ""), parts.get("Month", ""), parts.get("Day", ""))


def _parts(element: etree._Element | None) -> dict[str, str]:
    return {} if element is None else {str(child.tag): clean(child.text or "") for child in element}


def _date(year: str, month: str, day: str) -> PubDate:
    """Return a date, as precise as it is possible: no day without a month, no month without a year."""
    of_year = _number(year, 9999)
    of_month = _month(month) if of_year else 0
    of_day = _number(day, calendar.monthrange(of_year, of_month)[1]) if of_month else 0
    return PubDate(of_year, of_month, of_day)


def _free_date(year: str, season: str = "") -> PubDate:
    """Return the date of a free text: "1998 Dec-1999 Jan", "2000 Spring", "2001 2nd quarter"."""
    printed = f"{year} {season}".strip()
    found = _YEAR.search(year)
    if not found:
        return PubDate()
    start = _START.search(printed)
    month = 0
    if start:
        month = _STARTS[start[1].lower()] if start[1] else int(start[2]) * 3 - 2
    plain = PubDate(int(found[0]), month)
    return plain if str(plain) == printed else PubDate(plain.year, month, text=season or printed)


def _month(text: str) -> int:
    """Return the month that "Jan", "January" or "01" stands for; 0 for anything else."""
    return _number(text, 12) or (_MONTHS.get(text[:3].lower(), 0) if text.isalpha() else 0)


def _number(text: str, most: int) -> int:
    """Return a whole number from 1 to `most`, or 0."""
    number = int(text) if text.isdecimal() and len(text) <= 4 else 0
    return number if number <= most else 0
