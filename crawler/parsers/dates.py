"""Dates as they are printed: numbers, names of months, seasons, ranges, and free text.

PubMed's own rule for what is less than a day (User Guide, publication date): a range counts from its first
month, winter from January, spring from April, summer from July, autumn from October.
"""

from __future__ import annotations

import calendar
import re
from functools import lru_cache
from typing import Final

from crawler.article import PubDate
from crawler.markup import clean

_NAMES: Final = "jan feb mar apr may jun jul aug sep oct nov dec"
_MONTHS: Final = {name: number for number, name in enumerate(_NAMES.split(), start=1)}
_STARTS: Final = _MONTHS | {"winter": 1, "spring": 4, "summer": 7, "autumn": 10, "fall": 10}
_START: Final = re.compile(
    rf"\b({'|'.join(_STARTS)})|\b([1-4])(?:st|n?d|r?d|th)?\s*(?:quart|trimest)", re.IGNORECASE
)
_YEAR: Final = re.compile(r"(?<![0-9])(?:1[5-9]|2[01])[0-9]{2}(?![0-9])")
_PRINTED: Final = re.compile(r"([0-9]{4})(?: ([A-Za-z]+)(?: ([0-9]{1,2}))?)?")
_NUMERIC: Final = re.compile(r"\s*([0-9]{4})(?:[-/]?([0-9]{1,2})(?:[-/]?([0-9]{1,2}))?)?(?![0-9])")


# Records have four dates each, and mostly those of others.
_known = lru_cache(maxsize=1 << 14)


@_known
def date(year: str, month: str = "", day: str = "") -> PubDate:
    """Return the date of these numbers; the month may be a name.

    It is as precise as it is possible: what cannot be is left out, and what depends on it.
    """
    of_year = _number(year, 9999)
    of_month = _month(month) if of_year else 0
    of_day = _number(day, calendar.monthrange(of_year, of_month)[1]) if day and of_month else 0
    return PubDate(of_year, of_month, of_day)


@_known
def parted_date(year: str, month: str = "", day: str = "", season: str = "") -> PubDate:
    """Return the date of an issue from its parts; where there is no month, that of the season.

    A season may stand where a month would. What numbers cannot say is kept as printed in `text`, beside the
    year and month it is sorted by.
    """
    if _month(month):
        return date(year, month, day)
    return free_date(year, season or (month if any(map(str.isalpha, month)) else ""))


def free_date(text: str, season: str = "") -> PubDate:
    """Return the date of a free text, "1998 Dec-1999 Jan", "2001 2nd quarter", or of a year and a season."""
    printed = f"{text} {season}".strip()
    found = _YEAR.search(text)
    if not found:
        return PubDate()
    start = _START.search(printed)
    month = 0
    if start:
        month = _STARTS[start[1].lower()] if start[1] else int(start[2]) * 3 - 2
    plain = PubDate(int(found[0]), month)
    return plain if str(plain) == printed else PubDate(plain.year, month, text=season or printed)


def printed_date(text: str) -> PubDate:
    """Return the date of an issue as printed: 2016, 2016 Feb 11, 2020 Summer, 1998 Dec-1999 Jan."""
    printed = clean(text)
    exact = _PRINTED.fullmatch(printed)
    return parted_date(*exact.groups("")) if exact else free_date(printed)


def numbered_date(text: str) -> PubDate:
    """Return the date that a text of numbers begins with: 20150714, 2016/02/13 06:00, 2025-06, 2025."""
    found = _NUMERIC.match(text)
    return date(*found.groups("")) if found else PubDate()


def _month(text: str) -> int:
    """Return the month that "Jan", "January" or "01" stands for; 0 for anything else."""
    return _number(text, 12) or (_MONTHS.get(text[:3].lower(), 0) if text.isalpha() else 0)


def _number(text: str, most: int) -> int:
    """Return a whole number from 1 to `most`, or 0."""
    number = int(text) if text.isdecimal() and len(text) <= 4 else 0
    return number if number <= most else 0
