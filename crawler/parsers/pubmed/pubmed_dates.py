"""The dates of PubMed's XML: elements with Year, Month and Day, or with free text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.article import PubDate
from crawler.parsers.dates import date, free_date, parted_date
from crawler.parsers.xml.xml_text import texts_by_tag

if TYPE_CHECKING:
    from lxml import etree


def publication_date(element: etree._Element | None) -> PubDate:
    """Return a PubDate: year, then month and day, or a season, or the free text of a MedlineDate."""
    parts = texts_by_tag(element)
    if "MedlineDate" in parts:
        return free_date(parts["MedlineDate"])
    return parted_date(
        parts.get("Year", ""), parts.get("Month", ""), parts.get("Day", ""), parts.get("Season", "")
    )


def numeric_date(element: etree._Element | None) -> PubDate:
    """Return the date in an element with Year, Month and Day; numbers that cannot be are left out."""
    if element is None:
        return PubDate()
    parts = texts_by_tag(element)
    return date(parts.get("Year", ""), parts.get("Month", ""), parts.get("Day", ""))
