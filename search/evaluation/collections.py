"""Collections of judged queries: docs.jsonl, queries.tsv and qrels.txt in one folder, as TREC writes them.

docs.jsonl    a document a line: {"id": "...", "text": "...", "title": "..."}, the title may be missing
queries.tsv   a query a line: its id, a tab, its words
qrels.txt     a judgement a line: query, 0, document, grade; 0 is not relevant
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from crawler.article import Abstract, Article, Ids, Section
from crawler.markup import from_text
from search.errors import BadCollection

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DOI_PREFIX: Final = "10.5555/"
"""What stands before a document's id in the DOI that its article is given; 10.5555 belongs to nobody."""


class Document(Struct, frozen=True):
    """A document: its id, what stands in it, and its title, which may be empty."""

    id: str
    text: str
    title: str = ""


class Query(Struct, frozen=True):
    """A query: its id, and what is asked."""

    id: str
    text: str


class Judgement(Struct, frozen=True):
    """How relevant a document is to a query, as people judged it; 0 is not at all."""

    query: str
    document: str
    grade: int


class Collection(Struct, frozen=True):
    """Documents, queries, and judgements of which documents answer which query."""

    name: str
    documents: tuple[Document, ...]
    queries: tuple[Query, ...]
    judgements: tuple[Judgement, ...]


def read(folder: Path) -> Collection:
    """Return the collection in a folder, of its queries those that were judged; raises BadCollection."""
    documents = tuple(_documents(folder / "docs.jsonl"))
    judgements = tuple(_judgements(folder / "qrels.txt"))
    judged = {judgement.query for judgement in judgements}
    queries = tuple(query for query in _queries(folder / "queries.tsv") if query.id in judged)
    if not documents or not queries:
        raise BadCollection(f"{folder} holds no documents, or no query that was judged")
    if len({document.id for document in documents}) < len(documents):
        raise BadCollection(f"{folder / 'docs.jsonl'} has two documents with the same id")
    return Collection(folder.name, documents, queries, judgements)


def article_of(document: Document) -> Article:
    """Return a document as an article, so that it is found as one."""
    return Article(
        ids=Ids(doi=f"{DOI_PREFIX}{document.id}"),
        title=from_text(document.title),
        abstract=Abstract(sections=(Section(from_text(document.text)),)),
    )


def _documents(path: Path) -> Iterator[Document]:
    for number, line in _lines(path):
        try:
            yield msgspec.json.decode(line, type=Document, strict=False)
        except msgspec.DecodeError as error:
            raise BadCollection(f"{path}, line {number} is no document: {error}") from error


def _queries(path: Path) -> Iterator[Query]:
    for number, line in _lines(path):
        name, tab, text = line.partition("\t")
        if not tab:
            raise BadCollection(f"{path}, line {number} has no tab between a query's id and its words")
        yield Query(name, text.strip())


def _judgements(path: Path) -> Iterator[Judgement]:
    for number, line in _lines(path):
        parts = line.split()
        if len(parts) != 4 or not parts[3].lstrip("-").isdigit():
            raise BadCollection(f"{path}, line {number} is not of the form: query 0 document grade")
        yield Judgement(parts[0], parts[2], int(parts[3]))


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not empty, each with its number from 1 on."""
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise BadCollection(f"{path} cannot be read: {error}") from error
