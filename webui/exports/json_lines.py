"""JSON Lines: a line an article, whole, as the library keeps it.

`msgspec.json.decode(line, type=Article)` is the article again, its references, figures and full text too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import json

if TYPE_CHECKING:
    from crawler.article import Article


def record(article: Article) -> bytes:
    """Return the line of an article."""
    return json.encode(article) + b"\n"
