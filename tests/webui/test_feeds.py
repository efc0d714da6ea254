from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from lxml import etree

from tests.records import parsed
from tests.webui.reading import one, page_at

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.webui.conftest import ClientOf

NAMES = {"a": "http://www.w3.org/2005/Atom", "o": "http://a9.com/-/spec/opensearch/1.1/"}
REVISED = "<DateRevised><Year>{}</Year><Month>02</Month><Day>03</Day></DateRevised>"


def feed_at(client: FlaskClient, path: str) -> etree._Element:
    response = client.get(path)
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/atom+xml"
    return etree.fromstring(response.data)


def texts(element: etree._Element, path: str) -> list[str]:
    found = element.xpath(path, namespaces=NAMES)
    assert isinstance(found, list)
    return [str(each) for each in found]


def test_a_feed_has_the_newest_articles_of_a_search_first(client: FlaskClient) -> None:
    feed = feed_at(client, "/feed.atom?q=survival&size=5")
    published = texts(feed, "a:entry/a:published/text()")
    assert len(published) == 5
    assert published == sorted(published, reverse=True)
    assert texts(feed, "a:title/text()") == ["survival - als-search"]
    assert int(texts(feed, "o:totalResults/text()")[0]) > 5


def test_an_entry_keeps_its_id_and_says_when_it_changed(client_of: ClientOf) -> None:
    client = client_of(
        parsed(1, "Stripes of <i>SOD1</i> &lt; zebras.", revised=REVISED.format(2021)),
        parsed(2, year="2019", revised=REVISED.format(2024)),
    )
    feed = feed_at(client, "/feed.atom")
    assert texts(feed, "a:entry/a:id/text()") == ["info:pmid/1", "info:pmid/2"]
    assert texts(feed, "a:entry/a:updated/text()") == ["2021-02-03T00:00:00Z", "2024-02-03T00:00:00Z"]
    assert texts(feed, "a:updated/text()") == ["2024-02-03T00:00:00Z"]
    assert texts(feed, "a:entry[1]/a:title/text()") == ["Stripes of <i>SOD1</i> &lt; zebras."]
    assert texts(feed, "a:entry[1]/a:link/@href") == ["http://localhost/article/1"]


def test_an_entry_that_does_not_say_when_it_changed_was_last_changed_when_it_was_published(
    client_of: ClientOf,
) -> None:
    feed = feed_at(client_of(parsed(1, year="2019")), "/feed.atom")
    assert texts(feed, "a:entry/a:updated/text()") == ["2019-01-01T00:00:00Z"]
    assert texts(feed, "a:updated/text()") == ["2026-01-01T00:00:00Z"]


def test_a_feed_without_entries_was_updated_when_the_library_was(client: FlaskClient) -> None:
    feed = feed_at(client, "/feed.atom?q=zzzzqqqq")
    assert not texts(feed, "a:entry/a:id/text()")
    assert texts(feed, "a:updated/text()") == ["2026-01-01T00:00:00Z"]


def test_every_moment_is_one_of_rfc_3339(client: FlaskClient) -> None:
    moments = texts(feed_at(client, "/feed.atom?size=100"), "//a:updated/text() | //a:published/text()")
    assert len(moments) > 80
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", each) for each in moments)


def test_a_retracted_article_says_so_in_its_title(client: FlaskClient) -> None:
    feed = feed_at(client, "/feed.atom?q=99000018[pmid]")
    assert texts(feed, "a:entry/a:title/text()")[0].startswith("Retracted: ")


def test_the_pages_of_a_feed_lead_on(client: FlaskClient) -> None:
    feed = feed_at(client, "/feed.atom?size=60")
    following = texts(feed, "a:link[@rel='next']/@href")
    second = feed_at(client, following[0].removeprefix("http://localhost"))
    assert texts(second, "a:link[@rel='prev']/@href") == texts(feed, "a:link[@rel='self']/@href")
    assert len(texts(second, "a:entry/a:id/text()")) == 20
    assert texts(second, "a:id/text()") == texts(feed, "a:id/text()")


def test_a_feed_that_is_held_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/feed.atom?q=a").headers["ETag"]
    assert client.get("/feed.atom?q=a", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/feed.atom?q=b", headers={"If-None-Match": tag}).status_code == 200


def test_a_feed_has_no_other_order(client: FlaskClient) -> None:
    page = page_at(client, "/feed.atom?sort=oldest", 400)
    assert "a feed has the newest first" in page.get_text()
    assert client.get("/feed.atom?sort=newest").status_code == 200


def test_what_xml_cannot_hold_is_replaced(client: FlaskClient) -> None:
    feed = feed_at(client, f"/feed.atom?q={quote(chr(0xFFFF))}<b>")
    assert texts(feed, "a:title/text()") == ["\N{REPLACEMENT CHARACTER}<b> - als-search"]


def test_results_lead_to_their_feed(client: FlaskClient) -> None:
    page = page_at(client, "/search?q=survival&year=2021&sort=oldest&page=1")
    link = one(page, 'link[type="application/atom+xml"]')
    assert link["href"] == "/feed.atom?q=survival&year=2021"
    assert feed_at(client, str(link["href"])) is not None
