"""A file of PubMed's XML, cut into parts of some records each that are read apart from one another.

It is cut behind closing tags, without a look at what is between. That is enough: where a part is well-formed
by itself between the tags of the set, what comes after it stands in the set again, so that the next cut is
between records, too. A file that cannot be cut so, or that breaks off, is read as one stream after all.
"""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.parsers.pubmed import pubmed_xml
from crawler.parsers.pubmed.pubmed_xml import Unsure, count_records
from crawler.parsing import Part
from crawler.sources.opened import BREAKS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.keeping.packed import Taken
    from crawler.parsing import Parsing

_PART: Final = 1 << 19
_LARGEST: Final = 1 << 24
_CLOSING: Final = (b"</PubmedArticle>", b"</PubmedBookArticle>")
# No entity can be defined in front of these tags, and no encoding but UTF-8 be stated.
_START: Final = re.compile(
    rb"""\s*(?P<start>(?:\xef\xbb\xbf)?
    (?:<\?xml\s (?:(?!encoding)[^>])* (?:encoding\s*=\s*["'](?i:utf-8)["'][^>]*)? >\s*)?
    (?:<!DOCTYPE\s[^>\[]*>\s*)?
    (?P<root><(?P<name>PubmedArticleSet|PubmedBookArticleSet)(?:\s[^>]*)?(?<!/)>))""",
    re.VERBOSE,
)


def read(stream: BinaryIO, parsing: Parsing) -> Iterator[Taken]:
    """Yield what each record of a file comes to: what `pubmed_xml.parse` yields, and raises at the end."""
    done = 0
    try:
        for outcomes in parsing.outcomes(parts(stream)):
            yield from outcomes
            done += len(outcomes)
    except Unsure:
        # What was yielded stands, as it was well-formed; the stream tells what comes after it.
        stream.seek(0)
        yield from islice(pubmed_xml.parse(stream), done, None)


def parts(stream: BinaryIO) -> Iterator[Part]:
    """Yield the parts of a file, each with as many whole records as half a megabyte has, at least one.

    Raises Unsure where the file cannot be cut, or its compressed data break off.
    """
    rest = _next(stream)
    found = _START.match(rest)
    if not found:
        raise Unsure
    start, closing, through = found["start"], b"</%b>" % found["name"], 0
    rest = rest[found.end() :]
    while chunk := _next(stream):
        rest += chunk
        if len(rest) > _LARGEST:
            raise Unsure
        if end := max(rest.rfind(tag) + len(tag) if tag in rest else 0 for tag in _CLOSING):
            records, rest = rest[:end], rest[end:]
            yield Part(document=b"".join((start, records, closing)), after=through)
            through += count_records(records)
            # What stands before the root is read once. Without it, the others are read faster.
            start = found["root"]
    yield Part(document=start + rest, after=through)


def _next(stream: BinaryIO) -> bytes:
    try:
        return stream.read(_PART)
    except BREAKS as error:
        raise Unsure from error
