"""Every format in which raw records are kept can be read again."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec
import pytest

from crawler import formats, parsers
from crawler.article import Article, Ids, Markup
from crawler.errors import ParseError
from crawler.outcome import Parsed
from crawler.parsers.europepmc import europepmc, europepmc_cited
from crawler.parsers.jats import jats
from crawler.parsers.pubmed import pubmed_page, pubmed_xml
from crawler.parsers.tagged import medline, ris
from tests.records import cites, record_set, record_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from crawler.outcome import Outcome

JATS = (
    '<article><front><article-meta><article-id pub-id-type="pmid">7</article-id><title-group><article-title>'
    "A&nbsp;title</article-title></title-group></article-meta></front></article>"
)
NBIB = "PMID- 7\nTI  - A title.\nDP  - 2020\nSO  - J Tests. 2020.\n"
RIS = "TY  - JOUR\nTI  - A title\nDO  - 10.1000/x\nER  - \n"
ANSWER = (
    '{"hitCount": 1, "resultList": {"result": [{"id": "7", "source": "MED", "title": "A title",'
    ' "authorString": "Silva A."}]}}'
)
PAGE = (
    '<html><body><main><h1 class="heading-title">A title</h1><strong class="current-id" title="PubMed ID">7'
    "</strong></main></body></html>"
)
STREAMS: dict[str, tuple[Callable[[BinaryIO], Iterator[Outcome]], str]] = {
    pubmed_xml.FORMAT: (pubmed_xml.parse, record_set(record_xml(7, data=cites(8))).decode()),
    medline.FORMAT: (medline.parse, NBIB),
    europepmc.FORMAT: (europepmc.parse, ANSWER),
    jats.FORMAT: (jats.parse, JATS),
    ris.FORMAT: (ris.parse, RIS),
}


def first_of(name: str) -> Parsed:
    """Return what one record in a format came to when it was first read."""
    if name == pubmed_page.FORMAT:
        raw = PAGE.encode()
        return Parsed(article=pubmed_page.parse(raw), format=name, raw=raw)
    if name == europepmc_cited.FORMAT:
        article = Article(ids=Ids(pmid="7"), title=Markup("A title"))
        raw = europepmc_cited.make_record(
            article, [msgspec.Raw(b'{"title": "Cited", "pubYear": 2001}')], stated=2
        )
        return Parsed(article=europepmc_cited.parse_record(raw), format=name, raw=raw)
    parse, content = STREAMS[name]
    (outcome,) = parse(BytesIO(content.encode()))
    assert isinstance(outcome, Parsed)
    return outcome


def test_every_format_of_a_parser_has_a_reader_and_a_name() -> None:
    modules = [
        import_module(each.name) for each in pkgutil.walk_packages(parsers.__path__, "crawler.parsers.")
    ]
    known = {module.FORMAT for module in modules if hasattr(module, "FORMAT")}
    assert known == set(formats.READERS) == set(formats.NAMES)
    assert len(set(formats.NAMES.values())) == len(known)


@pytest.mark.parametrize("name", formats.READERS)
def test_the_raw_record_becomes_the_same_article_again(name: str) -> None:
    outcome = first_of(name)
    assert outcome.format == name
    assert formats.parse_record(name, outcome.raw) == outcome.article


def test_a_format_that_nobody_reads_is_named() -> None:
    with pytest.raises(ParseError, match="a record in the format 'papyrus'"):
        formats.parse_record("papyrus", b"")
