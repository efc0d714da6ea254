"""Articles as files that other programs read: RIS, BibTeX, NBIB, CSL-JSON, CSV and JSON Lines.

Enter at `records`: pure functions, a record at a time, in memory that does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.article import Article
from webui.exports import bibtex, csl_json, csv_rows, json_lines, nbib, ris

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


class Format(Struct, frozen=True, kw_only=True):
    """A format: its name in addresses, its name for readers, how files of it end, and how it is written."""

    name: str
    title: str
    suffix: str
    mimetype: str
    record: Callable[[Article], bytes]
    head: bytes = b""
    between: bytes = b""
    tail: bytes = b""


_ALL: Final = (
    Format(
        name="ris", title="RIS", suffix=".ris", mimetype="application/x-research-info-systems",
        record=ris.record,
    ),
    Format(name="bib", title="BibTeX", suffix=".bib", mimetype="application/x-bibtex", record=bibtex.record),
    Format(
        name="nbib", title="PubMed (NBIB)", suffix=".nbib", mimetype="application/nbib",
        record=nbib.record, between=b"\n",
    ),
    Format(
        name="csl", title="CSL-JSON", suffix=".json", mimetype="application/vnd.citationstyles.csl+json",
        record=csl_json.record, head=b"[\n", between=b",\n", tail=b"\n]\n",
    ),
    Format(name="csv", title="CSV table", suffix=".csv", mimetype="text/csv", record=csv_rows.record,
           head=csv_rows.HEAD),
    Format(name="jsonl", title="JSON Lines", suffix=".jsonl", mimetype="application/jsonl",
           record=json_lines.record),
)  # fmt: skip

FORMATS: Final = {each.name: each for each in _ALL}
"""Every format by its name, in the order in which they are offered."""


def records(articles: Iterable[Article], name: str) -> Iterator[bytes]:
    """Yield a file of articles piece by piece, in UTF-8, in their order; a whole file even for none.

    `name` is a key of FORMATS; any other is a KeyError.
    """
    form = FORMATS[name]
    yield form.head
    between = b""
    for article in articles:
        yield between + form.record(article)
        between = form.between
    yield form.tail
