"""How long a page of results takes on the server, and how many bytes it is: medians over several searches.

`python -m tests.benchmarks.page DATA` takes a folder with a library and its index. Every search is asked once
to have its words in memory, then again for other pages, so that no answer comes from those that are kept.
"""

from __future__ import annotations

import gc
import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct
from threadpoolctl import threadpool_limits

from crawler.keeping.library import Library
from search.engine import Engine
from search.request import SearchRequest
from webui.app import create_app
from webui.settings import WebSettings

if TYPE_CHECKING:
    from flask.testing import FlaskClient

_QUERIES: Final = (
    "riluzole survival",
    "als",
    '"motor neurons"',
    "C9orf72",
    "ventilation survival",
    "biomarkers year:2020:2024",
    "tdp-43 pathology frontotemporal dementia",
)
_PAGES: Final = range(2, 8)


class Measured(Struct, frozen=True):
    """A search: milliseconds of the whole page and of the engine alone, and bytes as sent with gzip.

    `work` is the milliseconds of the page that a processor worked for it: others on the machine slow that less.
    """

    query: str
    page: float
    work: float
    engine: float
    sent: float


@click.command()
@click.argument("data", type=click.Path(exists=True, file_okay=False, path_type=Path))
def main(data: Path) -> None:
    """Print the medians of each search, and of all."""
    # As the server has it: where threads multiply numbers, they mostly wait for each other, and work at that.
    threadpool_limits(limits=1)
    engine = Engine(data / "index", mesh_folder=data, opened=gc.freeze)
    library = Library(data / "library.sqlite")
    client = create_app(engine, library, WebSettings(limit="")).test_client()
    found = [_measured(client, engine, query) for query in _QUERIES]
    for each in found:
        click.echo(_line(each.query, each))
    middle = Measured(
        "",
        *(
            statistics.median(getattr(each, name) for each in found)
            for name in ("page", "work", "engine", "sent")
        ),
    )
    click.echo(_line("median of all", middle))
    library.close()


def _line(name: str, each: Measured) -> str:
    return f"{name:42} page {each.page:6.1f} ms, work {each.work:6.1f} ms, engine {each.engine:6.1f} ms, sent {each.sent / 1000:5.1f} kB"


def _measured(client: FlaskClient, engine: Engine, query: str) -> Measured:
    client.get("/search", query_string={"q": query})
    pages, works, engines, sizes = [], [], [], []
    for number in _PAGES:
        start = time.perf_counter()
        # Another size makes it another request, as far as the pages that are kept go.
        engine.search(SearchRequest(query=query, page=number, size=19))
        engines.append(1000 * (time.perf_counter() - start))
        start, before = time.perf_counter(), time.process_time()
        response = client.get(
            "/search", query_string={"q": query, "page": number}, headers={"Accept-Encoding": "gzip"}
        )
        if response.status_code == 200:
            pages.append(1000 * (time.perf_counter() - start))
            works.append(1000 * (time.process_time() - before))
            sizes.append(len(response.data))
    return Measured(query, *(statistics.median(each) for each in (pages, works, engines, sizes)))


if __name__ == "__main__":
    main()
