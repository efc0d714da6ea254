"""What a cluster refuses is told in a sentence that says what to do, and that never holds the password."""

from __future__ import annotations

import base64
import logging
import ssl
from typing import TYPE_CHECKING, Any, Final

import pytest
import trustme
from click.testing import CliRunner
from msgspec import structs

from als_search import main
from search.cluster import indexes
from search.cluster.connection import Cluster
from search.deadline import Deadline
from search.errors import EngineDown
from search.settings import OpenSearchSettings
from tests.cluster.hosts import OURS, answered, host

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cluster.hosts import Asked
    from tests.sites import NewSettings

_SECRET: Final = "Kennwort-17"  # noqa: S105 - of no cluster that there is
_EVERYTHING: Final[dict[str, Any]] = {"query": {"match_all": {}}}
_WHOLE: Final = {"_shards": {"failed": 0, "total": 1, "successful": 1}, "hits": {"hits": []}}


class Secured:
    """A host that speaks TLS and wants a password, and the file of who signed its certificate."""

    def __init__(self, url: str, ca: Path) -> None:
        self.url = url
        self.ca = str(ca)

    def settings(self, **changes: Any) -> OpenSearchSettings:
        """Return the settings that reach it, but for some changes."""
        right = OpenSearchSettings(hosts=(self.url,), user="ann", password=_SECRET, ca=self.ca, timeout=10)
        return structs.replace(right, **changes)


def _guarded(asked: Asked, _body: bytes) -> None:
    expected = base64.b64encode(f"ann:{_SECRET}".encode()).decode()
    if asked.headers.get("Authorization") != f"Basic {expected}":
        answered(asked, 401, b"Unauthorized")
        return
    answered(asked, 200, _WHOLE if "_search" in asked.path else OURS)


def _secured(folder: Path, name: str) -> tuple[ssl.SSLContext, Path]:
    """Return what a server speaks TLS with under a name, and the file of who signed its certificate."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context, folder / "ca.pem"


@pytest.fixture(scope="module")
def secured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    context, ca = _secured(tmp_path_factory.mktemp("tls"), "127.0.0.1")
    with host(_guarded, context) as url:
        yield Secured(url, ca)


@pytest.fixture(autouse=True)
def _nothing_logged(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """No log holds the password, however much is logged."""
    caplog.set_level(logging.DEBUG)
    yield
    encoded = base64.b64encode(f"ann:{_SECRET}".encode()).decode()
    assert not any(_SECRET in line or encoded in line for line in caplog.text.splitlines())


def said(where: OpenSearchSettings) -> str:
    """Return the sentence that a search ends with, of which no part holds the password."""
    with pytest.raises(EngineDown) as raised:
        Cluster(where).search("als-search", _EVERYTHING)
    error: BaseException | None = raised.value
    while error is not None:
        assert _SECRET not in f"{error!s} {error!r}"
        error = error.__cause__
    assert str(raised.value).count(". ") == 0
    return str(raised.value)


def test_who_gives_all_that_is_wanted_is_answered(secured: Secured, tmp_path: Path) -> None:
    assert Cluster(secured.settings()).search("als-search", _EVERYTHING) == _WHOLE
    (tmp_path / "password").write_text(f"{_SECRET}\n")
    in_a_file = secured.settings(password="", password_file=str(tmp_path / "password"))
    assert Cluster(in_a_file).search("als-search", _EVERYTHING) == _WHOLE
    in_the_address = secured.url.replace("//", f"//ann:{_SECRET}@")
    of_an_address = secured.settings(hosts=(in_the_address,), user="", password="")
    assert Cluster(of_an_address).search("als-search", _EVERYTHING) == _WHOLE


def test_a_wrong_password_is_said_to_be_so(secured: Secured) -> None:
    assert "see search.opensearch.user and its password" in said(secured.settings(password=f"{_SECRET}8"))
    assert "see search.opensearch.user and its password" in said(secured.settings(user=""))


def test_a_certificate_signed_by_nobody_known_asks_for_who_signed_it(secured: Secured) -> None:
    assert "give search.opensearch.ca the certificate of who signed it" in said(secured.settings(ca=""))


def test_a_certificate_of_another_name_asks_for_that_name(tmp_path: Path) -> None:
    context, ca = _secured(tmp_path, "search-1.example.org")
    with host(_guarded, context) as url:
        where = Secured(url, ca).settings()
        assert "give search.opensearch.hosts the name that it is for" in said(where)
        assert Cluster(structs.replace(where, verify=False)).search("als-search", _EVERYTHING) == _WHOLE


def test_an_address_of_the_wrong_kind_asks_for_the_other(secured: Secured) -> None:
    plain = secured.url.replace("https", "http")
    assert "whether its address begins with https:// rather" in said(secured.settings(hosts=(plain,)))
    with host(_guarded) as url:
        tls = url.replace("http", "https")
        assert "see whether its address begins with http:// rather" in said(secured.settings(hosts=(tls,)))


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_without_certificates_is_said_to_be_so(
    secured: Secured, tmp_path: Path, content: str | None
) -> None:
    if content:
        (tmp_path / "ca.pem").write_text(content)
    wrong = secured.settings(ca=str(tmp_path / "ca.pem"))
    assert "the file of search.opensearch.ca holds no certificate" in said(wrong)


def test_a_password_that_cannot_be_read_is_said_so(secured: Secured, tmp_path: Path) -> None:
    where = secured.settings(password_file=str(tmp_path))
    assert "search.opensearch.password_file cannot be read" in said(where)
    (tmp_path / "bytes").write_bytes(b"\xff\xfe" + _SECRET.encode())
    assert "is no text in UTF-8" in said(secured.settings(password_file=str(tmp_path / "bytes")))


def test_an_address_that_is_none_is_said_to_be_so_without_what_it_holds() -> None:
    assert "search.opensearch.hosts" in said(OpenSearchSettings(hosts=(f"http://ann:{_SECRET}/@host:92x",)))


@pytest.mark.parametrize(
    ("told", "sentence"),
    [
        ({"version": {"number": "8.1.0"}}, "is not OpenSearch"),
        ({"version": "8.1.0"}, "is not OpenSearch"),
        ([], "is not OpenSearch"),
        (b"<html>", "answers what OpenSearch does not"),
        (
            {"version": {"number": "2.19.3", "distribution": "opensearch"}},
            "version 3 or later is needed: upgrade",
        ),
        ({"version": {"number": "", "distribution": "opensearch"}}, "version 3 or later is needed"),
    ],
)
def test_what_is_no_opensearch_of_today_is_refused(told: Any, sentence: str) -> None:
    with host(lambda asked, _: answered(asked, 200, told)) as url:
        assert sentence in said(OpenSearchSettings(hosts=(url,)))


@pytest.mark.parametrize(
    ("status", "error", "sentence"),
    [
        (403, {"type": "security_exception", "reason": "no permissions"}, "and the rights of its role"),
        (
            403,
            {"type": "cluster_block_exception", "reason": "index [a] blocked by: [read-only]"},
            "index [a] blocked by: [read-only] (403); see that its disks have room, unblock the index",
        ),
        (429, {"type": "cluster_block_exception", "reason": "disk usage exceeded"}, "have room"),
        (429, {"type": "rejected_execution_exception", "reason": "queue"}, "could not search: queue (429)"),
        (500, "broken", "could not search: broken (500); see its log"),
    ],
)
def test_what_is_refused_says_what_to_do(status: int, error: Any, sentence: str) -> None:
    def refusing(asked: Asked, _body: bytes) -> None:
        if "_search" in asked.path:
            answered(asked, status, {"error": error, "status": status})
        else:
            answered(asked, 200, OURS)

    with host(refusing) as url:
        assert sentence in said(OpenSearchSettings(hosts=(url,)))


@pytest.mark.parametrize(
    "part",
    [
        {"timed_out": True, "_shards": {"failed": 0, "total": 1, "successful": 1}},
        {"timed_out": False, "_shards": {"failed": 1, "total": 2, "successful": 1}},
        {"timed_out": False, "_shards": {"failed": 0, "total": 2, "successful": 1}},
        {"timed_out": False},
    ],
)
def test_a_part_of_an_answer_is_no_answer(part: dict[str, Any]) -> None:
    asked_for = []

    def partial(asked: Asked, _body: bytes) -> None:
        asked_for.append(asked.path)
        answered(asked, 200, part | {"hits": {"hits": []}} if "_search" in asked.path else OURS)

    with host(partial) as url:
        assert "did not answer whole" in said(OpenSearchSettings(hosts=(url,)))
    assert "allow_partial_search_results=false" in asked_for[-1]


def _patient() -> Deadline:
    return Deadline(lambda: 0.0, 30)


def test_an_index_that_is_missing_asks_for_a_reindex(new_settings: NewSettings) -> None:
    where = new_settings()
    with pytest.raises(indexes.Unusable, match="run `als-search reindex`"):
        indexes.live(Cluster(where), where.index, _patient())


def test_an_index_of_others_asks_for_another_name(new_settings: NewSettings) -> None:
    where = new_settings()
    cluster = Cluster(where)
    cluster.client.indices.create(index=where.index)
    with pytest.raises(EngineDown, match=r"is not ours; give search.opensearch.index another name"):
        indexes.live(cluster, where.index, _patient())


def test_a_name_that_stands_for_an_index_of_others_asks_for_another(new_settings: NewSettings) -> None:
    where = new_settings()
    cluster = Cluster(where)
    index = f"{where.index}-000001"
    cluster.client.indices.create(index=index, body={"aliases": {where.index: {}}})
    assert indexes.live(cluster, where.index) == index
    with pytest.raises(EngineDown, match=r"was not made by als-search; give search.opensearch.index another"):
        indexes.about(cluster, index, _patient())


@pytest.mark.parametrize(
    "name", ["generation-*", "generation-000001,*", "generation-1", "x", "", "_all-000001"]
)
def test_a_name_of_no_generation_finds_none(new_settings: NewSettings, name: str) -> None:
    where = new_settings()
    assert indexes.kept(Cluster(where), where.index, name) == ""


def test_an_index_that_is_read_only_says_what_to_do(new_settings: NewSettings) -> None:
    where = new_settings()
    cluster = Cluster(where)
    client = cluster.client
    client.indices.create(index=where.index, body={"settings": {"index.blocks.read_only_allow_delete": True}})
    with pytest.raises(EngineDown, match=r"blocked by.*see that its disks have room, unblock the index"):
        cluster.ask("take documents", client.index, index=where.index, body={"a": 1})


def _shown(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    for name, value in environment.items():
        monkeypatch.setenv(f"ALS_SEARCH_SEARCH_OPENSEARCH_{name}", value)
    found = CliRunner().invoke(main, ["settings"])
    assert found.exit_code == 0
    return found.output


def test_the_settings_that_are_shown_hold_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    hosts = f"https://ann:{_SECRET}@a.example.org:9200,https://b.example.org:9200"
    output = _shown(monkeypatch, PASSWORD=_SECRET, HOSTS=hosts)
    assert _SECRET not in output
    assert "a.example.org:9200" in output
    assert "https://b.example.org:9200" in output
