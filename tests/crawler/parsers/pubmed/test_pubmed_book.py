"""A book or chapter of PubMed's becomes an article."""

from __future__ import annotations

import pytest

from crawler.article import (
    Abstract,
    Article,
    Author,
    Ids,
    Journal,
    Keyword,
    Markup,
    PubDate,
    Reference,
    Section,
)
from tests.crawler.parsers.pubmed_records import book, el, read

PUBLISHER = el("Publisher", el("PublisherName", "Ex Press"), el("PublisherLocation", "Rome"))
ABOUT = f"{PUBLISHER}<BookTitle>Gene <i>Book</i></BookTitle><PubDate><Year>1993</Year></PubDate>"
REFERENCES = (
    "<ReferenceList><Title>Cited</Title><Reference><Citation>Doe J.</Citation><ArticleIdList>"
    '<ArticleId IdType="pubmed">99</ArticleId></ArticleIdList></Reference></ReferenceList>'
)


def byline(name: str, kind: str) -> str:
    return (
        f'<AuthorList Type="{kind}" CompleteYN="Y"><Author><LastName>{name}</LastName></Author></AuthorList>'
    )


def test_a_chapter_is_read_whole() -> None:
    chapter = book(
        '<ArticleIdList><ArticleId IdType="bookaccession">NBK1</ArticleId>'
        '<ArticleId IdType="doi">10.1000/ch</ArticleId></ArticleIdList>'
        f"<ArticleTitle>A <i>SOD1</i> chapter</ArticleTitle><Language>eng</Language>"
        f"{byline('Doe', 'authors')}{byline('Roe', 'editors')}<PublicationType>Review</PublicationType>"
        "<Abstract><AbstractText Label='CARE'>Text.</AbstractText></Abstract>"
        "<Sections><Section><SectionTitle>No</SectionTitle></Section></Sections>"
        "<KeywordList Owner='NOTNLM'><Keyword>ALS</Keyword></KeywordList>"
        "<ContributionDate><Year>2001</Year><Month>3</Month><Day>23</Day></ContributionDate>"
        f"<DateRevised><Year>2023</Year><Month>09</Month><Day>28</Day></DateRevised>{REFERENCES}",
        about=ABOUT,
        data='<History><PubMedPubDate PubStatus="entrez"><Year>2010</Year><Month>3</Month><Day>20</Day>'
        '</PubMedPubDate></History><ArticleIdList><ArticleId IdType="pubmed">1</ArticleId></ArticleIdList>',
    )
    assert read(chapter) == Article(
        ids=Ids(pmid="1", doi="10.1000/ch"),
        title=Markup("A <i>SOD1</i> chapter"),
        journal=Journal(title="Gene Book", publisher="Ex Press"),
        abstract=Abstract(sections=(Section(Markup("Text."), "CARE"),)),
        authors=(Author(last="Doe"),),
        published=PubDate(2001, 3, 23),
        entered=PubDate(2010, 3, 20),
        revised=PubDate(2023, 9, 28),
        languages=("eng",),
        publication_types=("Review",),
        keywords=(Keyword("ALS", owner="NOTNLM"),),
        references=(Reference(text="Doe J.", pmid="99", list_title="Cited"),),
    )


def test_a_whole_book_has_its_own_title_and_date() -> None:
    article = read(book(about=ABOUT))
    assert (article.title, article.journal.title) == ("Gene <i>Book</i>", "Gene Book")
    assert article.published == PubDate(1993)


@pytest.mark.parametrize(
    ("chapter", "of_book", "name"),
    [
        (byline("A", "editors") + byline("B", "authors"), byline("C", "authors"), "B"),
        ("", byline("D", "editors") + byline("C", "authors"), "C"),
        ("", byline("D", "editors"), "D"),
        (byline("A", "editors"), byline("C", "authors"), "C"),
    ],
)
def test_the_authors_are_the_chapters_else_the_books_and_editors_only_at_last(
    chapter: str, of_book: str, name: str
) -> None:
    assert read(book(chapter, about=of_book)).authors == (Author(last=name),)


def test_a_bare_book_is_an_article_without_a_title() -> None:
    article = read(book(about=""))
    assert article == Article(ids=Ids(pmid="1"), title=Markup("[No title available]"))
    assert read(book().replace("<Book><BookTitle>A book</BookTitle></Book>", "")) == article
