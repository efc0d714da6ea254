"""RIS, as reference managers and databases export it: records from a TY line to an ER line.

There is a specification (Research Information Systems, 2001), and each exporter keeps to another part of it:
what a tag is taken for here follows EndNote, Zotero and the sites of publishers.
"""

from __future__ import annotations

import re
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.article import NO_TITLE, Abstract, Article, Keyword
from crawler.errors import ParseError
from crawler.markup import from_html
from crawler.outcome import Outcome, Parsed, Unparsed
from crawler.parsers.abstract_labels import sections
from crawler.parsers.cleaning import copyright_apart, split_keywords
from crawler.parsers.dates import numbered_date
from crawler.parsers.languages import language_code, named_languages
from crawler.parsers.reading import outcome, parse_errors
from crawler.parsers.tagged.ris_parts import authors, ids, journal, pages, publication_types, published
from crawler.parsers.tagged.tagged_lines import Fields, blocks, fields, recognised

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMAT: Final = "ris"
"""The name of the format, as outcomes and the library carry it."""

_TAGGED: Final = re.compile(r"([A-Z][A-Z0-9]) {0,2}-(?:\s|$)(.*)")
_TAG_LINE: Final = re.compile(rb"^[A-Z][A-Z0-9] {0,2}-\s", re.MULTILINE)
_FIRST_LINE: Final = re.compile(rb"TY {0,2}-\s")
_LAST_LINE: Final = re.compile(rb"ER {0,2}-\s*\Z")


def parse(stream: BinaryIO) -> Iterator[Outcome]:
    """Yield what each record of a stream comes to, in order, in memory that does not grow with their number.

    One that cannot be read, or that tells no PMID, PMCID or DOI, is an Unparsed, and the stream goes on; so
    are a last one without its ER line, and fields outside records. Text without tags before and between
    records is passed over. Raises ParseError, after every whole record before that, where the stream is
    empty, breaks off, or holds no record.
    """
    found = recognised(blocks(stream, _begins, _ends), _FIRST_LINE, "RIS")
    numbers = count(1)
    for block in found:
        if _TAG_LINE.search(block.raw + b"\n") and not _LAST_LINE.match(block.raw):
            # A block ends behind its ER line: the one that ends with the stream has none.
            yield _outcome(block.raw, next(numbers), is_cut=block.is_last)


def parse_record(raw: bytes) -> Article:
    """Return the Article of one record, as `parse` keeps it in `Parsed.raw`.

    Raises ParseError where it does not begin with TY, tells no PMID, PMCID or DOI, or cannot be read.
    """
    with parse_errors():
        return _article(fields(raw, _TAGGED))


def _begins(line: bytes, _is_apart: bool) -> bool:  # noqa: FBT001 - the order that `blocks` tells them in
    return bool(_FIRST_LINE.match(line))


def _ends(line: bytes) -> bool:
    return bool(_LAST_LINE.match(line))


def _outcome(raw: bytes, number: int, *, is_cut: bool) -> Parsed | Unparsed:
    record = f"record {number}"
    found = outcome(partial(parse_record, raw), lambda: record, format_name=FORMAT, raw=raw)
    if is_cut and isinstance(found, Parsed):
        reason = "has no ER line at its end: the file was cut off, export it again"
        return Unparsed(record=record, reason=reason, format=FORMAT, raw=raw)
    return found


def _article(found: Fields) -> Article:
    if not found.pairs or found.pairs[0][0] != "TY":
        raise ParseError("does not begin with a TY line")
    if not (own := ids(found)).key():
        raise ParseError("has no PMID, PMCID or DOI")
    kind = found.text("TY").upper()
    byline, is_complete = authors(found)
    parts = sections(found.text("AB", "N2"), from_html)
    return Article(
        ids=own,
        title=from_html(found.text("TI", "T1", "CT", "BT")) or NO_TITLE,
        journal=journal(found),
        abstract=copyright_apart(Abstract(sections=parts)) if parts else None,
        authors=byline,
        authors_complete=is_complete,
        volume=found.text("VL"),
        issue=found.text("IS", "CP"),
        pages=pages(found),
        published=published(found),
        electronic=numbered_date(found.text("ET")),
        languages=_languages(found.text("LA")),
        publication_types=publication_types(kind, found.texts("M3")),
        keywords=_keywords(found),
    )


def _languages(text: str) -> tuple[str, ...]:
    """Return NLM's code of a language that is named ("English") or coded ("en-GB")."""
    code = language_code(text)
    return named_languages(text) or ((code,) if code else ())


def _keywords(found: Fields) -> tuple[Keyword, ...]:
    """Return the keywords, of which each stands in a field of its own, or on a line of its own in one."""
    lines = [line for tag, value in found.pairs if tag == "KW" for line in value.split("\n")]
    return tuple(Keyword(text.lstrip("*"), text.startswith("*")) for text in split_keywords(lines))
