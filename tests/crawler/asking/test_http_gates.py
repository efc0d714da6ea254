"""The client asks only whom it may: the list of hosts, no private network, robots.txt, and never once blocked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.asking.hosts import Hosts
from crawler.asking.http import Client
from crawler.errors import Blocked, Disallowed, Refused
from crawler.settings import CrawlerSettings
from tests.fake_time import FakeTime
from tests.fault_server import Behaviour, answer, dropped, fault_server, redirect, robots

if TYPE_CHECKING:
    from pathlib import Path

    from tests.crawler.conftest import MakeClient
    from tests.fault_server import FaultServer

BLOCK_PAGE = b"<html><head>\n<title>NCBI - WWW Error Blocked Diagnostic</title></head></html>"


# The list


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/", "http://pubmed.ncbi.nlm.nih.gov/1/", "https://pubmed.ncbi.nlm.nih.gov:8443/1/",
        "https://pubmed.ncbi.nlm.nih.gov.example.org/", "https://example.org\\@pubmed.ncbi.nlm.nih.gov/",
        "https://pubmed.ncbi.nlm.nih.gov@example.org/",
        "https://me:hush@pubmed.ncbi.nlm.nih.gov/", "https://169.254.169.254/latest/", "http://127.0.0.1:1/",
        "https://[::1]/", "https://2130706433/", "ftp://ftp.ncbi.nlm.nih.gov/pubmed/", "file:///etc/passwd", "", "/x",
        "https://", "https://[/", "https://exa mple.org/", "https://a:b:c/", "https://\N{FULLWIDTH LATIN SMALL LETTER E}xample.org/",
    ],
)  # fmt: skip
def test_what_is_not_on_the_list_is_refused(
    server: FaultServer, make: MakeClient, tmp_path: Path, url: str
) -> None:
    client = make()
    for ask in (
        client.get,
        client.page,
        lambda url: client.post(url, {}),
        lambda url: client.download(url, tmp_path / "x"),
    ):
        with pytest.raises(Refused) as caught:
            ask(url)
        assert "hush" not in str(caught.value)
    assert server.requests == []


@pytest.mark.parametrize("host", ["pubmed.ncbi.nlm.nih.gov", "example.org", "example.org:8443"])
def test_what_is_listed_may_be_asked_by_https(host: str) -> None:
    assert str(Hosts([], [host]).admit(f"https://{host.upper()}/x")) == f"https://{host}"
    with pytest.raises(Refused):
        Hosts([], [host]).admit(f"http://{host}/x")


@pytest.mark.parametrize(
    "base", ["http://example.org/", "ftp://example.org/", "example.org", "https://a:b@example.org/"]
)
def test_a_base_address_is_https_or_on_this_computer(base: str) -> None:
    with pytest.raises(Refused):
        Client(CrawlerSettings(europepmc_url=base))
    for fine in ("http://localhost:8000/x/", "http://127.1.2.3/", "http://[::1]:5/", "https://example.org/"):
        Client(CrawlerSettings(europepmc_url=fine))


def test_a_listed_name_on_a_private_network_is_refused_before_a_byte_is_sent(
    server: FaultServer, make: MakeClient
) -> None:
    host = server.url.replace("http://127.0.0.1", "localhost").rstrip("/")
    with pytest.raises(Refused, match=r"localhost is at 127\.0\.0\.1, an address on a private network"):
        make(hosts=(host,)).get(f"https://{host}/x")
    assert server.requests == []


# Redirects


def test_redirects_are_followed_on_the_same_server(server: FaultServer, make: MakeClient) -> None:
    url = server.script("/a", redirect("b?c=d", status=301))
    server.script("/b", answer(b"there"))
    found = make().get(url)
    assert (found.url, found.body) == (f"{server.url}b?c=d", b"there")


@pytest.mark.parametrize(
    ("status", "method", "sent"), [(301, "POST", True), (303, "GET", False), (308, "POST", True)]
)
def test_what_is_posted_is_posted_again_unless_the_answer_lies_elsewhere(
    server: FaultServer, make: MakeClient, status: int, method: str, *, sent: bool
) -> None:
    url = server.script("/a", redirect("/b", status=status))
    server.script("/b", answer())
    make().post(url, {"id": "1"})
    last = server.requests[-1]
    assert (last.path, last.method, "id" in last.parameters) == ("/b", method, sent)


@pytest.mark.parametrize(
    "to",
    ["https://example.org/", "http://169.254.169.254/", "//example.org/", "file:///etc/passwd", "http://[/"],
)
def test_a_redirect_to_what_is_not_allowed_is_refused(server: FaultServer, make: MakeClient, to: str) -> None:
    with pytest.raises(Refused):
        make().get(server.script("/a", redirect(to)))
    assert len(server.requests) == 1


def test_the_key_goes_to_no_other_server_even_if_that_may_be_asked(
    server: FaultServer, make: MakeClient
) -> None:
    with fault_server() as other:
        other.script("/x", answer())
        server.script("/eutils/x.fcgi", redirect(f"{other.url}x", status=307))
        with pytest.raises(Refused, match=r"x.fcgi has moved to http://127.0.0.1:"):
            make(europepmc_url=other.url, api_key="hush").eutils("x.fcgi", {})
        assert other.requests == []


def test_redirects_in_a_circle_end(server: FaultServer, make: MakeClient) -> None:
    with pytest.raises(Refused, match=r"redirected more than 5 times"):
        make().get(server.script("/a", redirect("/a")))
    assert len(server.requests) == 6


# Blocked


@pytest.mark.parametrize(
    "sign",
    [redirect("https://misuse.ncbi.nlm.nih.gov/error/abuse.shtml"), redirect("http://misuse.ncbi.nlm.nih.gov/"), answer(BLOCK_PAGE), answer(BLOCK_PAGE, status=403), answer(BLOCK_PAGE, status=503)],
)  # fmt: skip
def test_once_blocked_nothing_more_is_asked(
    server: FaultServer, make: MakeClient, tmp_path: Path, sign: Behaviour
) -> None:
    url = server.script("/a", sign)
    client = make()
    with pytest.raises(Blocked, match="NCBI has blocked the address of this computer"):
        client.get(url)
    with pytest.raises(Blocked):
        client.eutils("efetch.fcgi", {})
    assert len(server.requests) == 1
    with pytest.raises(Blocked):
        make().download(url, tmp_path / "a")
    assert list(tmp_path.iterdir()) == []


def test_whoever_queued_while_another_was_blocked_is_not_let_through(server: FaultServer) -> None:
    with fault_server() as other:
        blocked = other.script("/a", answer(BLOCK_PAGE))
        time = FakeTime()

        def sleep(seconds: float) -> None:
            time.sleep(seconds)
            with pytest.raises(Blocked):
                client.get(blocked)

        own = CrawlerSettings(eutils_url=server.url, europepmc_url=other.url)
        client = Client(own, sleep=sleep, clock=time.clock)
        server.script("/x", answer())
        client.eutils("x", {})
        with pytest.raises(Blocked):
            client.eutils("x", {})
    assert len(server.requests) == 1


def test_a_block_of_pubmed_is_one_of_the_eutilities_too(make: MakeClient) -> None:
    client = make(eutils_url=CrawlerSettings().eutils_url)
    with pytest.raises(Blocked):
        client.get("https://misuse.ncbi.nlm.nih.gov/")
    with pytest.raises(Blocked):
        client.eutils("efetch.fcgi", {})


# robots.txt


@pytest.mark.parametrize(
    "rules",
    [
        robots("User-agent: *\nDisallow: /private\n"), robots("User-agent: als-search\nAllow: /\nUser-agent: *\nDisallow: /\n"),
        robots(""), answer(b"\xff\xfe\x00 odd"), answer(status=404), answer(status=403), redirect("/elsewhere.txt"),
    ],
)  # fmt: skip
def test_a_page_that_robots_allow_is_fetched(server: FaultServer, make: MakeClient, rules: Behaviour) -> None:
    server.script("/robots.txt", rules)
    url = server.script("/page", answer(b"<html>"))
    assert make().page(url).body == b"<html>"


@pytest.mark.parametrize(
    "rules",
    [
        robots("User-agent: *\nDisallow: /page"), robots("User-agent: ALS-Search\nDisallow: /\nUser-agent: *\nAllow: /\n"),
        answer(b"\xef\xbb\xbfUser-agent: *\nDisallow: /p*e$"), answer(status=500), answer(status=503), answer(status=429), dropped(),
        redirect("https://example.org/robots.txt"), redirect("/robots.txt"),
    ],
)  # fmt: skip
def test_a_page_that_robots_disallow_or_whose_rules_cannot_be_had_is_not(
    server: FaultServer, make: MakeClient, rules: Behaviour
) -> None:
    server.script("/robots.txt", rules)
    url = server.script("/page", answer(b"<html>"))
    with pytest.raises(Disallowed, match=r"/page is not asked for"):
        make(tries=2).page(url)
    assert server.asked("/page") == []


def test_rules_hold_for_where_a_redirect_leads(server: FaultServer, make: MakeClient) -> None:
    server.script("/robots.txt", robots("User-agent: *\nDisallow: /private"))
    server.script("/private", answer())
    with pytest.raises(Disallowed):
        make().page(server.script("/page", redirect("/private")))
    assert server.asked("/private") == []


def test_rules_are_not_for_what_is_made_for_programs(server: FaultServer, make: MakeClient) -> None:
    server.script("/robots.txt", robots("User-agent: *\nDisallow: /"))
    server.script("/rest/search", answer(b"{}"))
    assert make().europepmc("search", {}) == b"{}"
    assert server.asked("/robots.txt") == []


def test_rules_are_read_once_a_day(server: FaultServer, make: MakeClient, time: FakeTime) -> None:
    server.script("/robots.txt", robots(""))
    url = server.script("/page", answer())
    client = make()
    for _ in range(3):
        client.page(url)
    assert len(server.asked("/robots.txt")) == 1
    time.now += 24 * 3600
    client.page(url)
    assert len(server.asked("/robots.txt")) == 2


def test_rules_that_could_not_be_had_are_asked_for_again_soon(
    server: FaultServer, make: MakeClient, time: FakeTime
) -> None:
    server.script("/robots.txt", answer(status=500), robots(""))
    url = server.script("/page", answer(b"<html>"))
    client = make(tries=1)
    for _ in range(2):
        with pytest.raises(
            Disallowed, match=r"its robots.txt is not known: .*500 Internal Server Error; asked once"
        ):
            client.page(url)
    time.now += 600
    assert client.page(url).body == b"<html>"


def test_the_crawl_delay_is_obeyed(server: FaultServer, make: MakeClient, time: FakeTime) -> None:
    server.script("/robots.txt", robots("User-agent: *\nCrawl-delay: 7.5"))
    url = server.script("/page", answer())
    client = make()
    for _ in range(3):
        client.page(url)
    assert time.slept == pytest.approx([7.5] * 3)


def test_too_long_a_crawl_delay_is_a_refusal(server: FaultServer, make: MakeClient) -> None:
    server.script("/robots.txt", robots("User-agent: *\nCrawl-delay: 86400"))
    with pytest.raises(
        Disallowed, match=r"asks for 86400 s between pages, more than crawler.longest_wait allows"
    ):
        make().page(server.script("/page", answer()))


def test_a_block_met_on_the_way_to_the_rules_is_one(server: FaultServer, make: MakeClient) -> None:
    server.script("/robots.txt", answer(BLOCK_PAGE, status=403))
    with pytest.raises(Blocked):
        make().page(server.script("/page", answer()))
