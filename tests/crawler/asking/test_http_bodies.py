"""An answer is taken in up to a ceiling, packed or not; a download becomes a file when it is whole."""

from __future__ import annotations

import gzip
from threading import Event
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.asking.http import Client
from crawler.errors import BadStatus, Invalid, SourceError, TooLarge
from crawler.settings import CrawlerSettings
from tests.fault_server import answer, chunked, cut_off, dropped, gzip_bomb, gzipped, trickle

if TYPE_CHECKING:
    from http.server import BaseHTTPRequestHandler
    from pathlib import Path

    from tests.crawler.conftest import MakeClient
    from tests.fault_server import FaultServer

FETCH = "/eutils/efetch.fcgi"

# Ceilings


def test_a_body_up_to_the_ceiling_is_taken_and_no_byte_more(server: FaultServer, make: MakeClient) -> None:
    for whole in (answer, chunked, gzipped):
        server.script(FETCH, whole(bytes(1000)))
        assert make(max_body=1000).eutils("efetch.fcgi", {}) == bytes(1000)
        server.script(FETCH, whole(bytes(1001)))
        with pytest.raises(
            TooLarge, match=r"^efetch.fcgi: the answer (has|unpacks to) more than 100\d bytes"
        ):
            make(max_body=1000).eutils("efetch.fcgi", {})


def test_a_bomb_is_not_unpacked_and_not_asked_for_again(server: FaultServer, make: MakeClient) -> None:
    server.script(FETCH, gzip_bomb(64 * 1024 * 1024))
    with pytest.raises(TooLarge, match="unpacks to more than 16"):
        make().eutils("efetch.fcgi", {})
    assert len(server.requests) == 1


def test_the_body_of_a_redirect_is_not_waited_for(server: FaultServer, make: MakeClient) -> None:
    head = answer(status=307, headers={"Location": "/y", "Content-Length": "100"})
    is_over = Event()

    def without_body(handler: BaseHTTPRequestHandler) -> None:
        head(handler)
        is_over.wait(10)

    server.script(FETCH, without_body)
    server.script("/y", answer(b"<whole/>"))
    # Who waits for the body gives up after a second.
    assert make(timeout=1, tries=1).eutils("efetch.fcgi", {}) == b"<whole/>"
    is_over.set()


def test_a_bomb_in_an_error_does_not_hide_the_error(server: FaultServer, make: MakeClient) -> None:
    packed = gzip.compress(bytes(64 * 1024 * 1024))
    server.script(
        FETCH, answer(packed, status=500, headers={"Content-Encoding": "gzip"}), answer(b"<whole/>")
    )
    assert make().eutils("efetch.fcgi", {}) == b"<whole/>"


@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537, 131072, 1 << 20])
def test_every_size_comes_out_whole(server: FaultServer, make: MakeClient, size: int) -> None:
    server.script(FETCH, gzipped(bytes(size)))
    assert make().eutils("efetch.fcgi", {}) == bytes(size)


@given(st.lists(st.binary(max_size=1 << 17), max_size=4), st.integers(0, 9))
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_what_was_packed_comes_out_as_it_went_in(
    server: FaultServer, make: MakeClient, members: list[bytes], level: int
) -> None:
    packed = b"".join(gzip.compress(member * 3, level) for member in members)
    server.script(FETCH, answer(packed, headers={"Content-Encoding": "gzip"}))
    assert make().eutils("efetch.fcgi", {}) == b"".join(member * 3 for member in members)


def test_an_answer_that_trickles_for_too_long_is_given_up(server: FaultServer) -> None:
    server.script("/x.fcgi", trickle(b"<whole/>", pause=0.05))
    hasty = CrawlerSettings(eutils_url=server.url, europepmc_url=server.url, longest=0.1, tries=1)
    with pytest.raises(Invalid, match=r"the answer takes more than 0.1 s; asked once"):
        Client(hasty).eutils("x.fcgi", {})


# Downloads


def test_a_download_appears_when_it_is_whole(server: FaultServer, make: MakeClient, tmp_path: Path) -> None:
    packed = gzip.compress(b"<records/>")
    url = server.script("/a.xml.gz", cut_off(packed), dropped(), answer(packed))
    path = tmp_path / "a.xml.gz"
    assert make().download(url, path) == len(packed)
    assert path.read_bytes() == packed
    assert list(tmp_path.iterdir()) == [path]
    assert all(asked.headers["accept-encoding"] == "identity" for asked in server.requests)


def test_a_gzip_file_stays_one_even_where_a_server_calls_that_an_encoding(
    server: FaultServer, make: MakeClient, tmp_path: Path
) -> None:
    url = server.script("/a.xml.gz", gzipped(b"<records/>"))
    make().download(url, tmp_path / "a")
    assert gzip.decompress((tmp_path / "a").read_bytes()) == b"<records/>"


def test_a_failed_download_leaves_the_older_file(
    server: FaultServer, make: MakeClient, tmp_path: Path
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"older")
    for fault, error in (
        (cut_off(), Invalid),
        (answer(bytes(99)), TooLarge),
        (answer(status=404), BadStatus),
    ):
        with pytest.raises(error):
            make(max_download=98, tries=2).download(server.script("/a", fault), path)
    assert path.read_bytes() == b"older"
    assert list(tmp_path.iterdir()) == [path]


def test_a_download_that_fails_its_check_is_fetched_again(
    server: FaultServer, make: MakeClient, tmp_path: Path
) -> None:
    def check(path: Path) -> None:
        if path.read_bytes() != b"right":
            raise Invalid("the checksum is another")

    url = server.script("/a", answer(b"wrong"), answer(b"right"))
    assert make().download(url, tmp_path / "a", check=check) == 5
    url = server.script("/b", answer(b"wrong"))
    with pytest.raises(Invalid, match=r"/b: the checksum is another; asked 2 times"):
        make(tries=2).download(url, tmp_path / "b", check=check)
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_download_that_cannot_be_written_says_so(
    server: FaultServer, make: MakeClient, tmp_path: Path
) -> None:
    url = server.script("/a", answer(b"right"))
    with pytest.raises(SourceError, match=r"missing/a cannot be written \(No such file or directory\)"):
        make().download(url, tmp_path / "missing" / "a")
    assert len(server.requests) == 1
