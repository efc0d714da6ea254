"""Dates as queries write them: 2021, 2019:2023, 2023/05:2024/01, 2019-2023, 2019: and :2023."""

from __future__ import annotations

import re
from typing import Final

from search.query import Dates

_DATE: Final = re.compile(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?")
_RANGE: Final = re.compile(
    rf"(?P<low>{_DATE.pattern})?(?P<to>\s*(?::|\.\.)\s*|\s*-\s*(?=\d{{4}}))?(?P<high>{_DATE.pattern})?"
)
_FIRST: Final = 1
"""The lowest date there is; 0 stands for articles without one."""
_LAST: Final = 99_999_999


def read_dates(text: str) -> tuple[Dates, bool] | None:
    """Return the range that a text means, and whether it ran backwards; None for what is no date."""
    match = _RANGE.fullmatch(text.strip())
    if not match or not (match["low"] or match["high"]):
        return None
    low, high = match["low"], match["high"] or ("" if match["to"] else match["low"])
    dates = Dates(_day(low, last=False), _day(high, last=True))
    if dates.low > dates.high:
        return Dates(_day(high, last=False), _day(low, last=True)), True
    return dates, False


def _day(text: str, *, last: bool) -> int:
    """Return a date as a number; what it leaves out counts as the first, or the last, that it could be."""
    match = _DATE.fullmatch(text or "")
    if not match:
        return _LAST if last else _FIRST
    year, month, day = (int(part) if part else 0 for part in match.groups())
    return year * 10_000 + (month or (99 if last else 0)) * 100 + (day or (99 if last else 0))
