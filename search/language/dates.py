"""Dates as queries write them: 2021, 2019:2023, 2023/05:2024/01, 2019-2023, 2019: and :2023, last 5 years."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final

from search.query import Dates

_DATE: Final = re.compile(r"([0-9]{4})(?:[/-](0?[1-9]|1[0-2])(?:[/-](0?[1-9]|[12][0-9]|3[01]))?)?")
_TO: Final = r"\s*(?::|\.\.)\s*|\s*[-\u2010-\u2015\u2212]\s*(?=[0-9]{4})"
_RANGE: Final = re.compile(rf"(?P<low>{_DATE.pattern})?(?P<to>{_TO})?(?P<high>{_DATE.pattern})?")
_LAST_TIME: Final = re.compile(
    r"(?:the\s+)?(?:last|past)\s+(?:(?P<count>[0-9]{1,6})\s*)?(?P<unit>day|week|month|year)s?", re.IGNORECASE
)
_FIRST: Final = 1
"""The lowest date there is; 0 stands for articles without one."""
_LAST: Final = 99_999_999


def read_dates(text: str, column: str = "date", today: date | None = None) -> tuple[Dates, bool] | None:
    """Return the range that a text means, and whether it ran backwards; None for what is no date.

    "last 5 years" counts from `today` and has no end, as in PubMed; without a today it is no date.
    """
    if found := is_relative(text):
        start = _before(today, int(found["count"] or 1), found["unit"].lower()) if today else None
        return (Dates(_number(start), _LAST, column), False) if start else None
    match = _RANGE.fullmatch(text.strip())
    if not match or not (match["low"] or match["high"]):
        return None
    low, high = match["low"], match["high"] or ("" if match["to"] else match["low"])
    dates = Dates(_day(low, last=False), _day(high, last=True), column)
    if dates.low > dates.high:
        return Dates(_day(high, last=False), _day(low, last=True), column), True
    return dates, False


def is_relative(text: str) -> re.Match[str] | None:
    """Return the match of a text like "last 5 years"."""
    return _LAST_TIME.fullmatch(text.strip())


def write_dates(dates: Dates) -> str:
    """Return a range as a query writes it; read again it is the same, if it begins and ends with days."""
    low = "" if dates.low <= _FIRST else _written(dates.low)
    high = _written(max(dates.high, 0))
    if not low:
        return f":{high}"
    if dates.high >= _LAST:
        return f"{low}:"
    return low if low == high else f"{low}:{high}"


def _day(text: str | None, *, last: bool) -> int:
    """Return a date as a number; what it leaves out counts as the first, or the last, that it could be."""
    match = _DATE.fullmatch(text or "")
    if not match:
        return _LAST if last else _FIRST
    year, month, day = (int(part) if part else 0 for part in match.groups())
    return max(year * 10_000 + (month or (99 if last else 0)) * 100 + (day or (99 if last else 0)), _FIRST)


def _written(number: int) -> str:
    """Return a number like 20230899 as a date: 2023/08; what is past all months or days is left out."""
    year, rest = divmod(min(number, _LAST), 10_000)
    month, day = divmod(rest, 100)
    parts = [f"{year:04}"]
    if 1 <= month <= 12:
        parts.append(f"{month:02}")
        if 1 <= day <= 31:
            parts.append(f"{day:02}")
    return "/".join(parts)


def _before(today: date, count: int, unit: str) -> date:
    """Return the day so long before; the first of all days where there is none."""
    if unit in {"day", "week"}:
        days = count * (7 if unit == "week" else 1)
        return today - timedelta(days=min(days, today.toordinal() - 1))
    months = today.year * 12 + today.month - 1 - count * (12 if unit == "year" else 1)
    if months < 12:
        return date.min
    year, month = divmod(months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day
