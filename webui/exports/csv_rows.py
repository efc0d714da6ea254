"""A table for spreadsheets: a row an article, in UTF-8 with the mark by which Excel knows it.

A cell that a spreadsheet would take for a formula begins with an apostrophe, which spreadsheets hide (OWASP,
"CSV Injection"): whoever reads the table with a program takes that one sign off again.
"""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Final

from webui import languages
from webui.bibliographic import abstract_words, address, line, remarks, title_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.article import Article

_FORMULA: Final = tuple("=+-@\t\r\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}"
                        "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip

_COLUMNS: Final[dict[str, Callable[[Article], str]]] = {
    "pmid": lambda article: article.ids.pmid,
    "pmcid": lambda article: article.ids.pmcid,
    "doi": lambda article: article.ids.doi,
    "title": title_words,
    "authors": lambda article: "; ".join(author.short() for author in article.authors),
    "journal": lambda article: article.journal.title or article.journal.abbreviation,
    "abbreviation": lambda article: article.journal.abbreviation,
    "year": lambda article: str(article.date.year or ""),
    "date": lambda article: str(article.date),
    "volume": lambda article: article.volume,
    "issue": lambda article: article.issue,
    "pages": lambda article: article.pages,
    "types": lambda article: "; ".join(article.publication_types),
    "retracted": lambda article: "yes" if article.is_retracted else "no",
    "remarks": lambda article: " ".join(remarks(article)),
    "languages": lambda article: "; ".join(languages.name(code) or code for code in article.languages),
    "keywords": lambda article: "; ".join(keyword.text for keyword in article.keywords),
    "mesh": lambda article: "; ".join(heading.name for heading in article.mesh),
    "abstract": lambda article: abstract_words(article.abstract) if article.abstract else "",
    "references": lambda article: str(len(article.references)),
    "url": address,
}


class _Echo:
    """Hands back what is written to it, which `csv.writer` hands on: no row is kept."""

    def write(self, text: str) -> str:
        """Return the text."""
        return text


_WRITER: Final = csv.writer(_Echo())

HEAD: Final = b"\xef\xbb\xbf" + ",".join(_COLUMNS).encode() + b"\r\n"
"""The mark of UTF-8, and the names of the columns."""


def record(article: Article) -> bytes:
    """Return the row of an article."""
    row = str(_WRITER.writerow([cell(read(article)) for read in _COLUMNS.values()]))
    return row.encode()


def cell(text: str) -> str:
    """Return a text as a cell that no spreadsheet takes for a formula."""
    plain = line(text).strip()
    return f"'{plain}" if plain.startswith(_FORMULA) else plain
