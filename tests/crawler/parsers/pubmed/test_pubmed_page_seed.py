"""The first article of the library, part by part in the order of its page."""

from __future__ import annotations

import msgspec
import pytest

from crawler.article import Article, Author, Ids, Journal, PubDate
from crawler.parsers.pubmed.pubmed_page import parse
from tests.crawler.parsers.pages import FURNITURE
from tests.shared import SHARED, needs_shared

pytestmark = needs_shared


@pytest.fixture(scope="module")
def article() -> Article:
    return parse((SHARED / "data/pubmed_page/seed.html").read_bytes())


@pytest.fixture(scope="module")
def text() -> str:
    return (SHARED / "data/pubmed_page/seed.txt").read_text(encoding="utf-8")


def test_the_seed_page_shows_its_type(article: Article) -> None:
    assert article.publication_types == ("Review",)


def test_the_seed_page_shows_its_journal(article: Article) -> None:
    assert article.journal == Journal(
        title="Iranian journal of basic medical sciences", abbreviation="Iran J Basic Med Sci"
    )


def test_the_seed_page_shows_its_citation(article: Article) -> None:
    citation = (article.published, article.volume, article.issue, article.pages)
    assert citation == (PubDate(2023), "26", "8", "872-881")


def test_the_seed_page_shows_its_doi_as_printed(article: Article) -> None:
    assert article.ids == Ids(pmid="90000001", doi="10.22038/IJBMS.2023.66364.14572")


def test_the_seed_page_shows_its_title(article: Article, text: str) -> None:
    assert article.title.startswith("Mesenchymal stem cell therapy in amyotrophic")
    assert article.title in text.splitlines()


def test_the_seed_page_shows_its_authors(article: Article) -> None:
    assert article.authors == (Author(last="Najafi", fore="Shahrzad", initials="S"),)
    assert not article.authors_complete


def test_the_seed_page_shows_its_abstract(article: Article, text: str) -> None:
    assert article.abstract is not None
    [section] = article.abstract.sections
    assert section.text in text.splitlines()
    assert not section.label
    assert not article.other_abstracts


def test_the_seed_page_shows_its_keywords(article: Article) -> None:
    assert [keyword.text for keyword in article.keywords] == [
        "Amyotrophic lateral sclerosis",
        "Clinical trial",
        "Mesenchymal stem cells",
        "Motor neurons",
        "Neurological disease",
    ]


def test_the_seed_page_shows_its_conflict_of_interest_statement(article: Article, text: str) -> None:
    assert article.conflict_of_interest.endswith("no conflicts of interest.")
    assert article.conflict_of_interest in text.splitlines()


def test_the_seed_page_shows_its_figures(article: Article, text: str) -> None:
    assert [figure.label for figure in article.figures] == ["Figure 1", "Figure 2"]
    assert all(figure.caption in text.splitlines() for figure in article.figures)


def test_the_seed_page_shows_its_references(article: Article, text: str) -> None:
    printed = text.partition("\nReferences\n")[2]
    places = [printed.find(f"1. {reference.text} - P") for reference in article.references]
    assert -1 not in places
    assert places == sorted(places)
    assert [reference.pmid for reference in article.references] == [f"900000{n}" for n in range(11, 16)]
    assert [reference.pmcid for reference in article.references] == [
        "", "", "", "PMC90000014", "PMC90000015",
    ]  # fmt: skip
    assert article.references_stated == 90


def test_the_seed_page_shows_nothing_of_its_furniture(article: Article) -> None:
    encoded = msgspec.json.encode(article).decode()
    assert [words for words in FURNITURE if words in encoded] == []


def test_the_seed_page_shows_nothing_that_it_does_not_have(article: Article) -> None:
    shown = {name for name in article.__struct_fields__ if getattr(article, name)}
    assert shown == {
        "ids", "title", "journal", "version", "abstract", "authors", "volume", "issue", "pages",
        "published", "electronic", "entered", "revised", "publication_types", "keywords",
        "conflict_of_interest", "figures", "references", "references_stated",
    }  # fmt: skip
    assert article.electronic == article.entered == article.revised == PubDate()
