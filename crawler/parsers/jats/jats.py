"""JATS, the XML of full texts, as PubMed Central, Europe PMC and publishers give it: a stream of articles.

Read as well are NLM's DTDs from before JATS, back to 1.0. What answers and letters a file holds beside its
article (`sub-article`, `response`) are works of their own and no part of it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

from lxml import etree

from crawler.article import Article
from crawler.errors import ParseError
from crawler.parsers.jats import jats_front as front
from crawler.parsers.jats.jats_abstracts import abstracts
from crawler.parsers.jats.jats_body import body, conflict_of_interest, figures
from crawler.parsers.jats.jats_names import byline
from crawler.parsers.jats.jats_references import references, stated
from crawler.parsers.jats.jats_stream import JATS, articles
from crawler.parsers.jats.jats_terms import publication_type
from crawler.parsers.jats.jats_tree import drop_all, language
from crawler.parsers.languages import language_code
from crawler.parsers.reading import outcome, parse_errors
from crawler.parsers.xml.xml_stream import only_record, raw_of, refuse_own_entities
from crawler.parsers.xml.xml_text import child_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.outcome import Outcome

FORMAT: Final = "jats"
"""The name of the format, as outcomes and the library carry it."""

_OTHER_WORKS: Final = ("sub-article", "response")


def parse(stream: BinaryIO) -> Iterator[Outcome]:
    """Yield what each article of a stream comes to, in order: a lone one, or those of a set or other wrapper.

    One that cannot be read is an Unparsed, and the stream goes on. Raises ParseError, after every whole
    article before that, where the stream is empty, no XML, breaks off, or is XML of another kind.
    """
    for number, element in enumerate(articles(stream), start=1):
        raw = raw_of(element)
        article = _without_namespace(element)
        yield outcome(
            partial(_article, article), partial(_name, article, number), format_name=FORMAT, raw=raw
        )


def parse_record(raw: bytes) -> Article:
    """Return the Article of one record, as `parse` keeps it in `Parsed.raw`.

    Raises ParseError where the bytes are no XML, hold no article, or one that cannot be read.
    """
    return _article(_without_namespace(only_record(raw, JATS)))


def _article(article: etree._Element) -> Article:
    """Return the Article of an `article`, changing its tree; whatever is wrong with it is a ParseError."""
    refuse_own_entities(article)
    meta = article.find("front/article-meta")
    if meta is None:
        raise ParseError("has no article-meta in its front")
    if not front.ids(meta).key():
        raise ParseError("has no PMID, PMCID or DOI")
    with parse_errors():
        return _read(article, meta)


def _without_namespace(article: etree._Element) -> etree._Element:
    """Return an article whose own elements are in no namespace, wherever an archive has put them."""
    if space := etree.QName(article).namespace:
        for each in article.iter(f"{{{space}}}*"):
            each.tag = etree.QName(each).localname
    return article


def _read(article: etree._Element, meta: etree._Element) -> Article:
    drop_all(article, _OTHER_WORKS)
    # JATS says that an article without a language is in English.
    own_language = language_code(language(article) or "en")
    title, vernacular = front.titles(meta, own_language)
    authors, members, complete = byline(meta)
    published, electronic = front.dates(meta)
    main, others = abstracts(meta)
    sections = [section.text for each in (main, *others) if each for section in each.sections]
    kind = publication_type(article.get("article-type", ""))
    cited = references(article)
    conflict, shown = conflict_of_interest(article), figures(article)
    return Article(
        ids=front.ids(meta),
        title=title,
        vernacular_title=vernacular,
        journal=front.journal(article.find("front/journal-meta")),
        abstract=main,
        other_abstracts=others,
        authors=authors,
        authors_complete=complete,
        investigators=members,
        volume=child_text(meta, "volume"),
        issue=front.issue(meta),
        pages=front.pages(meta),
        published=published,
        electronic=electronic,
        languages=(own_language,) if own_language else (),
        publication_types=(kind,) if kind else (),
        keywords=front.keywords(meta),
        grants=front.grants(meta),
        data_banks=front.data_banks(meta, sections),
        conflict_of_interest=conflict,
        body=body(article),
        figures=shown,
        corrections=tuple(front.corrections(meta)),
        references=cited,
        references_stated=stated(meta, len(cited)),
    )


def _name(article: etree._Element, number: int) -> str:
    """Return what an article that cannot be read is known by: its key, or its place in the stream."""
    meta = article.find("front/article-meta")
    is_readable = meta is not None and next(meta.iter(etree.Entity), None) is None
    key = front.ids(meta).key() if meta is not None and is_readable else ""
    return f"PMID {key}" if key.isdecimal() else key or f"article {number}"
