"""The articles in a stream of JATS."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Final

from crawler.parsers.xml.xml_characters import NameCleaner
from crawler.parsers.xml.xml_stream import Kind, elements

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

JATS: Final = Kind(
    records=("{*}article",),
    sets=frozenset({"articles", "pmc-articleset"}),
    language="JATS XML",
    subject="JATS articles",
    record="article",
    # JATS declares its named characters in the DTD only, which is never fetched: they are those of HTML.
    cleaner=NameCleaner,
)
"""What is an article in JATS, and what such a file is called."""


def articles(stream: BinaryIO) -> Iterator[etree._Element]:
    """Yield the `article` elements of a stream in order; each is gone from memory once the next is asked for.

    Raises ParseError, after every whole article before that, where the stream is empty, no XML, breaks off,
    or is XML of another kind.
    """
    return elements(stream, JATS)
