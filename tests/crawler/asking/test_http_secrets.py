"""Neither the key nor the e-mail address nor what was asked shows in an error, a log or a repr."""

from __future__ import annotations

import logging
import traceback
from io import StringIO
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from rich.console import Console

from crawler.asking.body import quoted
from crawler.asking.redaction import hider
from crawler.errors import Invalid, SourceError
from crawler.settings import CrawlerSettings
from tests.fault_server import (
    Behaviour,
    answer,
    chunked,
    cut_off,
    dropped,
    gzip_bomb,
    gzipped,
    limited,
    redirect,
    slow,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.asking.http import Answer, Client
    from tests.crawler.conftest import MakeClient
    from tests.fault_server import FaultServer

KEY, EMAIL, ASKED = "s3cret+key/==", "someone@example.org", "what-was-asked"
SECRETS = (KEY, "s3cret", EMAIL, "someone", ASKED)
FAULTS: list[Behaviour] = [
    dropped(), cut_off(), chunked(b"part", is_whole=False), limited(key=KEY), slow(0.2), gzip_bomb(64 << 20),
    gzipped(b"<whole/>", cut=9), answer(f"key {KEY} of {EMAIL}".encode(), status=500),
    answer(b'{"error": "API key invalid", "api-key": "s3cret%2Bkey%2F%3D%3D"}', status=400),
    answer(f"for {EMAIL}: s3cret%2Bkey%2F%3D%3D is no key".encode(), status=403),
    redirect(f"https://example.org/?api_key={KEY}"), redirect(f"http://[{KEY}/"), redirect(f"?api_key={KEY}"),
]  # fmt: skip
WAYS: dict[str, Callable[[Client, str], object]] = {
    "eutils": lambda client, _: client.eutils("x", {"term": ASKED}),
    "europepmc": lambda client, _: client.europepmc("x", {"query": ASKED, "email": EMAIL}),
    "get": lambda client, url: client.get(url, {"api_key": KEY, "term": ASKED}),
    "get whole": lambda client, url: client.get(f"{url}?api_key={KEY}&term={ASKED}#{EMAIL}"),
    "post": lambda client, url: client.post(url, {"api_key": KEY, "term": ASKED}),
}


def assert_silent(text: str) -> None:
    assert [secret for secret in SECRETS if secret in text] == []


def everything(error: BaseException | None) -> str:
    """Return all that a report of an error could show: traceback, text, repr and arguments, down the chain."""
    told = ""
    while error is not None:
        told += "".join(traceback.format_exception(error)) + f"{error} {error!r} {error.args} {vars(error)}"
        error = error.__cause__ or error.__context__
    return told


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fault", FAULTS)
def test_no_fault_tells_a_secret(
    server: FaultServer, make: MakeClient, caplog: pytest.LogCaptureFixture, way: str, fault: Behaviour
) -> None:
    caplog.set_level(logging.DEBUG, "crawler")
    for path in ("/x", "/eutils/x", "/rest/x"):
        server.script(path, fault)
    client = make(api_key=KEY, email=EMAIL, tries=2, timeout=0.1)
    with pytest.raises(SourceError) as caught:
        WAYS[way](client, f"{server.url}x")
    assert_silent(everything(caught.value))
    assert_silent(caplog.text)


@pytest.mark.parametrize("way", ["eutils", "get", "get whole"])
def test_silence_tells_no_secret(make: MakeClient, caplog: pytest.LogCaptureFixture, way: str) -> None:
    caplog.set_level(logging.DEBUG, "crawler")
    client = make(api_key=KEY, email=EMAIL, eutils_url="http://127.0.0.1:1/")
    with pytest.raises(SourceError) as caught:
        WAYS[way](client, "http://127.0.0.1:1/x")
    assert_silent(everything(caught.value))
    assert_silent(caplog.text)


def test_a_check_that_quotes_a_secret_tells_none(server: FaultServer, make: MakeClient) -> None:
    def check(_: Answer) -> None:
        raise Invalid(f"no such key: {KEY}")

    server.script("/eutils/x", answer())
    with pytest.raises(Invalid, match=r"no such key: \(hidden\); asked 2 times") as caught:
        make(api_key=KEY, tries=2).eutils("x", {}, check=check)
    assert_silent(everything(caught.value))


def test_what_cannot_be_sent_tells_no_secret(make: MakeClient) -> None:
    client = make(email=f"{EMAIL}\n{KEY}", api_key=KEY)
    with pytest.raises(SourceError, match=r"does not answer \(InvalidHeader\)") as caught:
        client.eutils("x", {})
    assert_silent(everything(caught.value))


def test_eutils_tell_no_secret_to_any_log(
    server: FaultServer, make: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.script("/eutils/x", limited(), answer())
    make(api_key=KEY, email=EMAIL).eutils("x", {"term": ASKED})
    assert "urllib3" in caplog.text
    assert_silent(caplog.text)


def test_each_request_is_one_line_in_the_log(
    server: FaultServer, make: MakeClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "crawler")
    url = server.script("/x", answer())
    make().get(url, {"q": ASKED})
    (line,) = [record for record in caplog.records if record.name.startswith("crawler")]
    assert line.getMessage() == f"GET {url}: 200 in 0.00 s"


def test_no_repr_tells_a_secret(server: FaultServer, make: MakeClient) -> None:
    settings = CrawlerSettings(api_key=KEY, email=EMAIL)
    shown = StringIO()
    Console(file=shown, width=200).print(settings)
    assert_silent(f"{settings!r} {settings} {shown.getvalue()} {make(api_key=KEY, email=EMAIL)!r}")
    assert "api_key='(set, not shown)'" in repr(settings)
    assert "api_key=''" in repr(CrawlerSettings())
    url = server.script("/x", answer())
    assert_silent(repr(make(api_key=KEY).get(url, {"api_key": KEY})))


@given(st.text(), st.text(min_size=1), st.text(min_size=1), st.text())
def test_hiding_leaves_no_secret_and_all_else(before: str, one: str, two: str, after: str) -> None:
    hidden = hider(one, "", two)(f"{before}{one}{after}{two}")
    assume("\N{BLACK SQUARE}" not in one)
    assert one not in hidden.replace("(hidden)", "\N{BLACK SQUARE}")
    assert hider("", "")(before) == before


@given(st.binary(max_size=500))
def test_anything_can_be_quoted_in_a_line(body: bytes) -> None:
    line = quoted(body)
    assert len(line) <= 210
    assert len(line.splitlines()) <= 1


@pytest.mark.parametrize(
    "email",
    ["a@b.org\n", "a b@c.org", "nobody", "a@b.org\r\nX: y", "a@b\N{LATIN SMALL LETTER E WITH ACUTE}.org"],
)
def test_an_email_address_that_no_header_can_hold_is_a_wrong_setting(email: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="email"):
        msgspec.convert({"email": email}, CrawlerSettings)
    assert msgspec.convert({"email": "a+b@c.org"}, CrawlerSettings).email
