from __future__ import annotations

from typing import TYPE_CHECKING

from search.engine import Engine
from tests.records import parsed
from tests.webui.reading import page_at
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from search.articles import Articles
    from tests.webui.conftest import ClientOf


def similar(client: FlaskClient, path: str) -> list[str]:
    found = page_at(client, path).select('section[aria-labelledby="similar"] li > a')
    return [str(link["href"]) for link in found]


def test_the_page_of_an_article_links_to_similar_ones(client_of: ClientOf) -> None:
    client = client_of(
        parsed(1, "Microglia in mice.", abstract="Microglia release cytokines."),
        parsed(2, "Microglia.", abstract="Microglia were seen."),
        parsed(3, "Gait.", abstract="Steps were counted."),
    )
    assert similar(client, "/article/1") == ["/article/2"]
    assert similar(client, "/article/3") == []


def test_an_article_can_be_read_while_the_index_cannot_be_used(
    tmp_path: Path, sample_library: Articles
) -> None:
    client = create_app(Engine(tmp_path), sample_library, WebSettings()).test_client()
    assert similar(client, "/article/99000009") == []
