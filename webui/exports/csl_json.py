"""CSL-JSON, which citation processors read: https://citeproc-js.readthedocs.io/en/latest/csl-json/markup.html.

A title keeps its italics and scripts: i, b, sub and sup are the markup that the format has.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import json

from crawler.article import PREPRINT
from webui import languages
from webui.bibliographic import (
    abstract_words,
    address,
    is_chapter,
    line,
    page_ends,
    remarks,
    subjects,
    without_stop,
)

if TYPE_CHECKING:
    from crawler.article import Article, Author, Markup, PubDate

_UNDERLINE: Final = re.compile(r"</?u>")
_SEASONS: Final = {"spring": 1, "summer": 2, "autumn": 3, "fall": 3, "winter": 4}


def record(article: Article) -> bytes:
    """Return the item of an article, an object on one line."""
    return json.encode(item(article))


def item(article: Article) -> dict[str, object]:
    """Return an article as an item of CSL; what is not known is left out."""
    ids, journal = article.ids, article.journal
    first, last = page_ends(article)
    said: dict[str, object] = {
        "id": article.key,
        "type": _kind(article),
        "title": _rich(article.title),
        "author": [_name(author) for author in article.authors],
        "container-title": line(journal.title or journal.abbreviation),
        "container-title-short": line(journal.abbreviation),
        "publisher": line(journal.publisher),
        "issued": _issued(article.date),
        "volume": line(article.volume),
        "issue": line(article.issue),
        "page": f"{first}-{last}" if last else first,
        "DOI": line(ids.doi),
        "PMID": ids.pmid,
        "PMCID": ids.pmcid,
        "ISSN": line(journal.issns[0]) if journal.issns else "",
        "URL": address(article),
        "language": languages.tag(article.languages[0]) if article.languages else "",
        "genre": PREPRINT if PREPRINT in article.publication_types else "",
        "keyword": ", ".join(subjects(article)),
        "abstract": abstract_words(article.abstract) if article.abstract else "",
        "note": " ".join(remarks(article)),
    }
    return {name: value for name, value in said.items() if value}


def _kind(article: Article) -> str:
    if PREPRINT in article.publication_types:
        return "article"
    return "chapter" if is_chapter(article) else "article-journal"


def _rich(markup: Markup) -> str:
    text = _UNDERLINE.sub("", without_stop(markup))
    return line(text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _name(author: Author) -> dict[str, str]:
    if author.collective:
        return {"literal": line(author.collective)}
    parts = {"family": author.last, "given": author.fore or author.initials, "suffix": author.suffix}
    return {name: line(value) for name, value in parts.items() if value}


def _issued(date: PubDate) -> dict[str, object]:
    """Return a date in its parts; a season in the field that the format has for it."""
    if not date.year:
        return {}
    if season := _SEASONS.get(date.text.lower()):
        return {"date-parts": [[date.year]], "season": season}
    parts = (date.year, date.month, date.day if date.month else 0)
    return {"date-parts": [[part for part in parts if part]]}
