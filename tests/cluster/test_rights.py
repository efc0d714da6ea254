"""What a web server asks of the cluster is what the role in the README allows: to read, and nothing else."""

from __future__ import annotations

import re
from contextlib import closing
from typing import TYPE_CHECKING, Any

from opensearchpy import Transport

from crawler.keeping.library import Library
from index import generations
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from tests.sites import over_cluster
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

    from tests.sites import NewSettings

_READS = {
    "GET /",  # cluster:monitor/main
    "HEAD /INDEX",  # indices:admin/get
    "GET /_alias/INDEX",  # indices:admin/aliases/get
    "GET /INDEX/_alias/INDEX",
    "GET /INDEX/_mapping",  # indices:admin/mappings/get
    "POST /INDEX/_search",  # indices:data/read/search, of the group "read"
}
_ADDRESSES = (
    "/", "/about", "/search?q=riluzole", "/search?q=rilusole&sort=newest", "/search?q=a&generation=generation-000001",
    "/article/99000009", "/explain/99000009?q=riluzole", "/trends?q=survival", "/export?q=survival&format=ris",
    "/feed.atom", "/facet/author?q=survival", "/sitemap.xml", "/healthz", "/metrics", "/api/v1/status",
    "/api/v1/similar/99000009", "/api/v1/cited-by/99000009", "/suggest?q=ril",
)  # fmt: skip


def test_a_web_server_only_reads_and_only_its_own_indexes(
    new_settings: NewSettings, sample_data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    where = new_settings()
    client = create_app(*over_cluster(where), WebSettings()).test_client()
    asked: set[str] = set()
    real = Transport.perform_request

    def recorded(transport: Transport, method: str, url: str, *arguments: Any, **more: Any) -> Any:
        asked.add(f"{method} {re.sub(rf'{where.index}(-[-0-9a-z*]+)?', 'INDEX', url)}")
        return real(transport, method, url, *arguments, **more)

    with monkeypatch.context() as patched:
        patched.setattr(Transport, "perform_request", recorded)
        assert client.get("/").status_code == 503
    with closing(Library(sample_data / "library.sqlite")) as library:
        publish(Cluster(where), where, generations.live(sample_data / "index"), library=library)
    with monkeypatch.context() as patched:
        patched.setattr(Transport, "perform_request", recorded)
        assert {each for each in _ADDRESSES if client.get(each).status_code != 200} == set()
    assert "POST /INDEX/_search" in asked <= _READS
