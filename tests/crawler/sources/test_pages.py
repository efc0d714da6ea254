from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.asking.http import Client
from crawler.errors import BadStatus, Blocked, ParseError
from crawler.outcome import Parsed, Unparsed
from crawler.parsers.pubmed import pubmed_page
from crawler.settings import CrawlerSettings
from crawler.sources import files, pages
from tests.crawler.parsers.pages import BLOCKED_PAGE, PAGE, RESULTS_PAGE, SHORT_PAGE
from tests.fault_server import answer, dropped, fault_server, redirect, robots

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.article import Article
    from crawler.outcome import Outcome
    from tests.fault_server import FaultServer

REST = "/99000001/references/"


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as server:
        server.script("/robots.txt", robots("User-agent: *\nDisallow: /private/\n"))
        yield server


@pytest.fixture
def client(server: FaultServer) -> Client:
    settings = CrawlerSettings(
        eutils_url=server.url, europepmc_url=server.url, eutils_pace=1e6, europepmc_pace=1e6, tries=2,
        max_body=200_000,
    )  # fmt: skip
    return Client(settings, sleep=lambda _: None)


def html(text: str) -> bytes:
    return text.encode()


def entry(text: str, *, title: str = "") -> str:
    heading = f"<h3>{title}</h3>" if title else ""
    return f'<li>{heading}<ol class="references-and-notes-list"><li>{text}</li></ol></li>'


def a_list(*entries: str) -> str:
    return f'<ol class="references-list">{"".join(entries)}</ol>'


def page(*lists: str, stated: int = 4, address: str = REST) -> bytes:
    """Return an article's page with these lists of references and a button for the rest."""
    button = f'<button class="show-all" data-next-page-url="{address}">Show all {stated} references</button>'
    references = f'<div id="references"><h2>References</h2>{"".join(lists)}<div>{button}</div></div>'
    text = SHORT_PAGE.replace("99000009", "99000001").replace("</main>", f"{references}</main>")
    return html(f'<!DOCTYPE html><html><head><meta charset="utf-8"></head><body>{text}</body></html>')


def fetch(server: FaultServer, client: Client, *pmids: str) -> list[Outcome]:
    return [each for batch in pages.fetch(client, pmids, base=server.url) for each in batch.outcomes]


def fetch_article(server: FaultServer, client: Client, raw: bytes, rest: bytes = b"") -> Article:
    """Return the article of a page, and hold that what is kept reads the same."""
    server.script("/99000001/", answer(raw))
    if rest:
        server.script(REST, answer(rest))
    (outcome,) = fetch(server, client, "99000001")
    assert isinstance(outcome, Parsed), outcome
    assert outcome.format == pubmed_page.FORMAT
    assert pubmed_page.parse(outcome.raw) == outcome.article
    return outcome.article


def texts(article: Article) -> list[str]:
    return [reference.text for reference in article.references]


def test_a_page_is_read_as_if_it_were_saved(server: FaultServer, client: Client) -> None:
    raw = html(PAGE.replace("Show all", "See"))
    server.script("/99000001/", answer(raw))
    assert fetch(server, client, "99000001") == [
        Parsed(article=pubmed_page.parse(raw), format=pubmed_page.FORMAT, raw=raw)
    ]
    assert [asked.path for asked in server.requests] == ["/robots.txt", "/99000001/"]


def test_the_rest_of_the_references_comes_from_the_address_on_the_page(
    server: FaultServer, client: Client
) -> None:
    first = a_list(entry("One."), entry('Two. - <a href="/99000002/">PubMed</a>'))
    rest = a_list(
        entry("Thr\N{LATIN SMALL LETTER E WITH ACUTE}e."), entry('Four. - <a href="/99000004/">PubMed</a>')
    )
    article = fetch_article(server, client, page(first), html(rest))
    assert texts(article) == ["One.", "Two.", "Thr\N{LATIN SMALL LETTER E WITH ACUTE}e.", "Four."]
    assert [reference.pmid for reference in article.references] == ["", "99000002", "", "99000004"]
    assert article.references_stated == 4


def test_a_rest_that_repeats_the_first_references_repeats_none_in_the_article(
    server: FaultServer, client: Client
) -> None:
    whole = a_list(*map(entry, ["One.", "Two.", "Two.", "Four."]))
    first = a_list(entry("One."), entry("Two."))
    assert texts(fetch_article(server, client, page(first), html(whole))) == ["One.", "Two.", "Two.", "Four."]
    other = a_list(entry("1. One."), entry("Two."))
    assert texts(fetch_article(server, client, page(other), html(whole))) == ["One.", "Two.", "Two.", "Four."]


def test_lists_keep_their_titles(server: FaultServer, client: Client) -> None:
    first = a_list(entry("One.", title="Books"))
    article = fetch_article(
        server, client, page(first), html(a_list(entry("Two.", title="Papers"), entry("Three.")))
    )
    assert [(each.text, each.list_title) for each in article.references] == [
        ("One.", "Books"), ("Two.", "Papers"), ("Three.", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("own", [entry("One."), "<li>One.</li>"])
@pytest.mark.parametrize("other", [entry("Two."), "<li>Two.</li>"])
def test_lists_of_either_kind_are_joined(server: FaultServer, client: Client, own: str, other: str) -> None:
    assert texts(fetch_article(server, client, page(a_list(own)), html(a_list(other)))) == ["One.", "Two."]


def test_a_page_that_shows_no_reference_gets_all(server: FaultServer, client: Client) -> None:
    rest = f'<html><body><div id="references">{a_list(entry("One."), entry("Two."))}</div></body></html>'
    assert texts(fetch_article(server, client, page(), html(rest))) == ["One.", "Two."]


def test_a_page_in_another_encoding_stays_readable(server: FaultServer, client: Client) -> None:
    raw = (
        page(a_list(entry("Pe\N{LATIN SMALL LETTER N WITH TILDE}a."))).decode().replace("utf-8", "iso-8859-1")
    )
    article = fetch_article(server, client, raw.encode("iso-8859-1"), html(a_list(entry("\N{EN DASH}"))))
    assert texts(article) == ["Pe\N{LATIN SMALL LETTER N WITH TILDE}a.", "\N{EN DASH}"]


def test_a_page_that_shows_all_its_references_is_asked_for_no_more(
    server: FaultServer, client: Client
) -> None:
    raw = page(a_list(entry("One."), entry("Two.")), stated=2)
    assert texts(fetch_article(server, client, raw)) == ["One.", "Two."]
    assert not server.asked(REST)


@pytest.mark.parametrize(
    ("address", "rest"),
    [
        ("https://example.org/99000001/references/", b""), ("", b""), ("//example.org/x", b""),
        ("/private/references/", b""), ("/missing/", b""), (REST, b"<p>nothing</p>"), (REST, b""),
        (REST, b"x" * 300_000), (REST, html(a_list())),
    ],
)  # fmt: skip
def test_without_the_rest_the_article_has_the_first_references_and_says_how_many_there_are(
    server: FaultServer, client: Client, caplog: pytest.LogCaptureFixture, address: str, rest: bytes
) -> None:
    server.script(REST, answer(rest))
    raw = page(a_list(entry("One.")), stated=90, address=address)
    article = fetch_article(server, client, raw)
    assert (texts(article), article.references_stated) == (["One."], 90)
    assert "there are 90 references, and the page has 1 of them" in caplog.text
    assert not server.asked("/private/references/")


def test_what_is_kept_is_read_again_from_a_file(tmp_path: Path, server: FaultServer, client: Client) -> None:
    raw = html(PAGE.replace("Show all 1,090", "Show all 3"))
    server.script("/99000001/", answer(raw))
    server.script(REST, answer(html(a_list(entry("Three.")))))
    (outcome,) = fetch(server, client, "99000001")
    assert isinstance(outcome, Parsed)
    assert texts(outcome.article)[2:] == ["Three."]
    path = tmp_path / "page.html"
    path.write_bytes(outcome.raw)
    assert list(files.read(path)) == [outcome]
    # Nothing but the references differs from the page itself.
    page_alone = pubmed_page.parse(raw)
    for name in page_alone.__struct_fields__:
        if name != "references":
            assert getattr(outcome.article, name) == getattr(page_alone, name)


def test_pages_that_cannot_be_had_or_read_are_named_and_the_others_go_on(
    server: FaultServer, client: Client
) -> None:
    server.script("/robots.txt", robots("User-agent: als-search\nDisallow: /1/\n"))
    server.script("/2/", answer(html(RESULTS_PAGE)))
    server.script("/3/", answer(b"y" * 300_000))
    server.script("/99000009/", answer(html(SHORT_PAGE)))
    *failed, last = fetch(server, client, "1", "2", "3", "4", "99000009")
    assert isinstance(last, Parsed)
    told = [(each.record, each.reason, each.raw) for each in failed if isinstance(each, Unparsed)]
    assert [record for record, _, _ in told] == ["PMID 1", "PMID 2", "PMID 3", "PMID 4"]
    for (_, reason, _), says in zip(told, ["robots.txt", "search results", "more than", "404"], strict=True):
        assert says in reason
    assert told[1][2] == html(RESULTS_PAGE)
    assert not server.asked("/1/")


def test_a_block_stops_everything(server: FaultServer, client: Client) -> None:
    server.script("/1/", answer(html(BLOCKED_PAGE)))
    with pytest.raises(Blocked):
        fetch(server, client, "1", "2")
    assert not server.asked("/2/")


def test_a_block_page_under_another_title_stops_everything(server: FaultServer, client: Client) -> None:
    blocked = html(
        BLOCKED_PAGE.replace("<title>NCBI - WWW Error", "<title>Sorry").replace(
            "<h1>", "<h1>Blocked Diagnostic "
        )
    )
    server.script("/1/", answer(blocked))
    with pytest.raises(Blocked):
        fetch(server, client, "1", "2")
    server.script("/99000001/", answer(page()))
    server.script(REST, answer(blocked))
    with pytest.raises(Blocked):
        fetch(server, client, "99000001")


def test_a_failing_server_is_an_error_after_what_came_before(server: FaultServer, client: Client) -> None:
    server.script("/99000009/", answer(html(SHORT_PAGE)))
    server.script("/2/", answer(status=500))
    batches = pages.fetch(client, ["99000009", "2"], base=server.url)
    assert next(batches).done == 1
    with pytest.raises(BadStatus, match="500"):
        next(batches)
    server.script("/99000001/", answer(page()))
    server.script(REST, answer(status=403))
    with pytest.raises(BadStatus, match="403"):
        fetch(server, client, "99000001")


def test_a_page_is_asked_for_again_after_a_dropped_connection(server: FaultServer, client: Client) -> None:
    server.script("/99000009/", dropped(), answer(html(SHORT_PAGE)))
    (outcome,) = fetch(server, client, "99000009")
    assert isinstance(outcome, Parsed)


def test_a_record_that_has_moved_is_the_article_on_its_page(server: FaultServer, client: Client) -> None:
    server.script("/5/", redirect("/99000001/"))
    server.script(REST, answer(html(a_list(entry("One.")))))
    server.script("/99000001/", answer(page()))
    (outcome,) = fetch(server, client, "5")
    assert isinstance(outcome, Parsed)
    assert (outcome.article.key, texts(outcome.article)) == ("99000001", ["One."])


def test_a_cursor_goes_on_after_the_pages_that_are_through(server: FaultServer, client: Client) -> None:
    asked = ["1", "PMID: 2", "1", "03"]
    found = list(pages.fetch(client, asked, base=server.url))
    assert [(batch.done, batch.total) for batch in found] == [(1, 3), (2, 3), (3, 3)]
    assert found[-1].cursor == ""
    again = list(pages.fetch(client, asked, base=server.url, cursor=found[0].cursor))
    assert again == found[1:]
    other = list(pages.fetch(client, ["1", "2"], base=server.url, cursor=found[0].cursor))
    assert [batch.done for batch in other] == [1, 2]


def test_what_is_no_pmid_or_no_cursor_is_an_error_before_anything_is_asked(
    server: FaultServer, client: Client
) -> None:
    for pmids, cursor, says in ((["1", "x"], "", "'x' is no PMID"), (["1"], "{", "start without it")):
        with pytest.raises(ParseError, match=says):
            next(pages.fetch(client, pmids, base=server.url, cursor=cursor))
    assert server.requests == []
    assert list(pages.fetch(client, [], base=server.url)) == []
