from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import msgpack

from crawler.article import NO_TITLE, Article, Ids, Markup
from index.building.gather import Gatherer, titles

if TYPE_CHECKING:
    from pathlib import Path

TITLES = ("<i>SOD1</i> &amp; motor neurons", NO_TITLE, "Na\u00efve cells", "Grip strength")


def test_the_titles_of_all_runs_are_read_in_order_without_their_markup(tmp_path: Path) -> None:
    gatherer = Gatherer(b"a sample of articles")
    articles = [Article(ids=Ids(pmid=str(n)), title=Markup(title)) for n, title in enumerate(TITLES)]
    packed = [msgpack.encode(article) for article in articles]
    gatherer.gather(tmp_path, 1, 3, packed[3:])
    gatherer.gather(tmp_path, 0, 0, packed[:3])
    assert list(titles(tmp_path)) == ["SOD1 & motor neurons", "", "Na\u00efve cells", "Grip strength"]
