from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import structs

from crawler.article import Article, Ids, Markup, PubDate
from tests.records import parsed
from tests.webui.exports.articles import HOSTILE, WHOLE
from tests.webui.reading import links_at, one, page_at
from webui.pages.head import citation_tags, description, linked_data

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf


def test_citation_tags_say_what_reference_managers_ask_for() -> None:
    tags = citation_tags(WHOLE, "https://x/article/123")
    said = dict(tags)
    assert said["citation_title"] == "Zebras < 5% & SOD1G93A: TDP-43 {in} mice_1"
    assert said["citation_publication_date"] == "2023/08/07"
    assert (said["citation_firstpage"], said["citation_lastpage"]) == ("872", "881")
    assert (said["citation_pmid"], said["citation_language"]) == ("123", "de")
    assert [content for name, content in tags if name == "citation_author"] == [
        "van den Berg, Leonard H", "Smith, John A, Jr", "O'Hara, B", "Zebra and Friends Study Group",
    ]  # fmt: skip
    assert tags.index(("citation_author_institution", "Here.")) == 2


def test_linked_data_are_a_scholarly_article() -> None:
    data = msgspec.json.decode(str(linked_data(WHOLE, "https://x/article/123")))
    assert (data["@type"], data["datePublished"], data["creativeWorkStatus"]) == (
        "ScholarlyArticle",
        "2023-08-07",
        "Retracted",
    )
    assert data["isPartOf"] == {
        "@type": "PublicationIssue", "issueNumber": "8 Suppl 1", "isPartOf": {
            "@type": "PublicationVolume", "volumeNumber": "26", "isPartOf": {
                "@type": "Periodical", "name": "Journal of Zebras & Friends", "issn": ["1234-5678", "8765-4321"],
            },
        },
    }  # fmt: skip
    assert data["author"][0]["sameAs"] == "https://orcid.org/0000-0002-1825-0097"
    assert data["author"][3] == {"@type": "Organization", "name": "Zebra and Friends Study Group"}


def test_linked_data_cannot_end_their_element() -> None:
    text = linked_data(HOSTILE, "https://x/</script>")
    assert not set("<>&") & set(text)
    assert msgspec.json.decode(str(text))["headline"] == "<script>alert(1)</script> & SOD1G93A"


def test_little_is_said_of_what_little_is_known() -> None:
    bare = Article(ids=Ids(doi="10.1/x"), title=Markup("x"), published=PubDate(2020))
    assert dict(citation_tags(bare, "u")) == {
        "citation_title": "x", "citation_publication_date": "2020", "citation_doi": "10.1/x", "citation_abstract_html_url": "u",
    }  # fmt: skip
    assert "isPartOf" not in msgspec.json.decode(str(linked_data(bare, "u")))
    assert description(bare) == ""


def test_a_description_is_short() -> None:
    assert WHOLE.abstract is not None
    section = structs.replace(WHOLE.abstract.sections[0], text=Markup("zebra " * 200))
    article = structs.replace(WHOLE, abstract=structs.replace(WHOLE.abstract, sections=(section,)))
    assert len(description(article)) <= 300


def test_a_page_names_its_address_its_files_and_its_article(client_of: ClientOf) -> None:
    page = page_at(client_of(parsed(1, 'The "best" &lt;zebra&gt;.', doi="10.1000/x")), "/article/1")
    assert links_at(page, 'link[rel="canonical"]') == ["http://localhost/article/1"]
    assert one(page, 'meta[name="citation_title"]')["content"] == 'The "best" <zebra>'
    assert "/article/1.ris" in links_at(page, 'link[rel="alternate"]')
    data = msgspec.json.decode(one(page, 'script[type="application/ld+json"]').get_text())
    assert data["headline"] == 'The "best" <zebra>'


def test_an_invented_article_is_kept_from_indexes(client: FlaskClient) -> None:
    page = page_at(client, "/article/99000001")
    assert one(page, 'meta[name="robots"]')["content"] == "noindex"
    assert not page.select('meta[name^="citation_"], script[type="application/ld+json"]')
