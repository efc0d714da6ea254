"""Other engines on the same texts, as their own manuals set them up: what ours must be better than.

Each is made from documents in order, and answers a query with the places of documents and their scores, the
best first. None of them is part of the product; `als-search[evaluate]` installs what they need.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import bm25s
import Stemmer
from whoosh import fields, qparser, scoring
from whoosh.analysis import StemmingAnalyzer
from whoosh.filedb.filestore import RamStorage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from search.evaluation.collections import Document

Answer = list[tuple[int, float]]
"""The places of documents in the collection, and their scores, the best first."""

Baseline = Callable[[str, int], Answer]
"""Answers a query with as many documents, or fewer."""

_WEIGHTS: Final = "3.0, 1.0"


def bm25s_porter(documents: Sequence[Document]) -> Baseline:
    """Return bm25s with its own stop words and Snowball's English stemmer (Porter 2), k1 1.5 and b 0.75."""
    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    texts = [f"{document.title} {document.text}" for document in documents]
    index.index(
        bm25s.tokenize(texts, stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False
    )

    def answer(query: str, depth: int) -> Answer:
        words = bm25s.tokenize(query, stopwords="en", stemmer=stemmer, show_progress=False, return_ids=False)
        known = [word for word in words[0] if word in index.vocab_dict]
        if not known:
            return []
        places, scores = index.retrieve([known], k=min(depth, len(documents)), show_progress=False)
        pairs = zip(places[0].tolist(), scores[0].tolist(), strict=True)
        return [(place, score) for place, score in pairs if score > 0]

    return answer


def whoosh_bm25f(documents: Sequence[Document]) -> Baseline:
    """Return Whoosh with its own codec, stemming analyzer and BM25F, words joined by OR."""
    analyzer = StemmingAnalyzer()
    schema = fields.Schema(
        place=fields.STORED,
        title=fields.TEXT(analyzer=analyzer, field_boost=3.0),
        text=fields.TEXT(analyzer=analyzer),
    )
    index = RamStorage().create_index(schema)
    writer = index.writer(limitmb=256)
    for place, document in enumerate(documents):
        writer.add_document(place=place, title=document.title, text=document.text)
    writer.commit()
    searcher = index.searcher(weighting=scoring.BM25F())
    parser = qparser.MultifieldParser(
        ["title", "text"], schema, plugins=[qparser.WhitespacePlugin()], group=qparser.OrGroup
    )

    def answer(query: str, depth: int) -> Answer:
        words = "".join(char if char.isalnum() else " " for char in query)
        hits = searcher.search(parser.parse(words), limit=depth)
        return [(hit["place"], float(hit.score)) for hit in hits]

    return answer


def sqlite_fts5(documents: Sequence[Document]) -> Baseline:
    """Return SQLite's FTS5 with its Porter tokenizer and bm25(), words joined by OR."""
    connection = sqlite3.connect(":memory:", check_same_thread=False)
    connection.execute("CREATE VIRTUAL TABLE docs USING fts5(title, text, tokenize = 'porter unicode61')")
    connection.executemany(
        "INSERT INTO docs (rowid, title, text) VALUES (?, ?, ?)",
        ((place, document.title, document.text) for place, document in enumerate(documents)),
    )

    def answer(query: str, depth: int) -> Answer:
        words = "".join(char if char.isalnum() else " " for char in query).split()
        if not words:
            return []
        found = connection.execute(
            f"SELECT rowid, -bm25(docs, {_WEIGHTS}) AS score FROM docs WHERE docs MATCH ? "  # noqa: S608 - constants
            "ORDER BY score DESC, rowid LIMIT ?",
            (" OR ".join(f'"{word}"' for word in words), depth),
        )
        return [(int(place), float(score)) for place, score in found]

    return answer


BASELINES: Final[dict[str, Callable[[Sequence[Document]], Baseline]]] = {
    "bm25s, Porter": bm25s_porter,
    "Whoosh, BM25F": whoosh_bm25f,
    "SQLite FTS5": sqlite_fts5,
}
"""The baselines by what a table calls them."""
