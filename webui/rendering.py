"""Articles as the pages write them: safe markup, names, dates and numbers."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import markupsafe

from crawler.markup import from_html, is_written

if TYPE_CHECKING:
    from crawler.article import Article, PubDate

_FENCE: Final = "|"
_NAMES: Final = 3
_DATES: Final = 5_000
"""How many dates are kept as they are written: articles of a few years have hardly more."""

# strftime would write them in the language of the server.
_MONTHS: Final = (
    "January February March April May June July August September October November December".split()
)


def safe(markup: str) -> markupsafe.Markup:
    """Return safe markup for a template, rebuilt from the allow-list of tags once more.

    It is the only way for markup into a page: the templates' own filter `safe` is this function. Blanks at
    the ends stay, since a piece of text stands between others.
    """
    if is_written(markup):
        return markupsafe.Markup(markup)  # noqa: S704 - from_html would write the same
    fenced = from_html(f"{_FENCE}{markup}{_FENCE}")
    if len(fenced) > 1 and fenced.startswith(_FENCE) and fenced.endswith(_FENCE):
        return markupsafe.Markup(fenced[1:-1])  # noqa: S704 - from_html wrote it anew
    return markupsafe.Markup(from_html(markup))  # noqa: S704 - the same


def byline(article: Article) -> str:
    """Return the first three authors, et al. for more, and a full stop: Smith J, van den Berg LH."""
    names = [author.short() for author in article.authors[:_NAMES]]
    if len(article.authors) > _NAMES or (names and not article.authors_complete):
        names.append("et al")
    return ", ".join(names) + "." if names else ""


@lru_cache(maxsize=_DATES)
def machine_date(date: PubDate) -> str:
    """Return a date for `datetime` in HTML, as precise as it is: 2023-08-07, 2023-08 or 2023."""
    parts = [f"{date.year:04}"] if date.year else []
    if date.year and date.month:
        parts.append(f"{date.month:02}")
        if date.day:
            parts.append(f"{date.day:02}")
    return "-".join(parts)


def place(article: Article) -> str:
    """Return where in its journal an article stands, after the date: ";26(8):872-881."."""
    issue = f"({article.issue})" if article.issue else ""
    pages = f":{article.pages}" if article.pages else ""
    volume = f";{article.volume}{issue}" if article.volume or issue else ""
    return f"{volume}{pages}."


def shortened(text: str, most: int) -> str:
    """Return the words of a text as far as `most` characters go, with an ellipsis where any is left out."""
    if len(text) <= most:
        return text
    return f"{text[: most - 1].rpartition(' ')[0] or text[: most - 1]}\N{HORIZONTAL ELLIPSIS}"


def day(time: str) -> str:
    """Return the day of an ISO 8601 time as people write it, 24 November 2026; other text as it is."""
    try:
        moment = datetime.fromisoformat(time)
    except ValueError:
        return time
    return f"{moment.day} {_MONTHS[moment.month - 1]} {moment.year}"


def counted(number: int, one: str, many: str = "") -> str:
    """Return a number and its noun: "1 article", "1,220 articles"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
