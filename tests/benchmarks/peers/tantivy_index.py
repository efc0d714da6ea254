"""tantivy: its English stemmer, boosts on fields, facets by its terms aggregation, its snippet generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import tantivy
from msgspec import json

from index.schema import FACETS
from tests.benchmarks import documents
from tests.benchmarks.documents import IDS, WEIGHTS, article_of
from tests.benchmarks.peers import SHOWN, VALUES
from tests.benchmarks.questions import Question, Shape

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tantivy import DocAddress, Query, Schema

_YEARS: Final = "year:[{0} TO {1}]"
_MARKED: Final = ("title", "abstract")
_CHARACTERS: Final = 200
_HEAP: Final = 256_000_000
_THREADS: Final = 2
_KEYS: Final = "keys.json"
_FACET: Final = "facet_"


def _schema() -> Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("number", fast=True)
    for name in documents.FIELD_NAMES:
        if name in IDS:
            builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
        else:
            tokenizer = "default" if name in documents.NAMES else "en_stem"
            builder.add_text_field(name, stored=name in _MARKED, tokenizer_name=tokenizer)
    for facet in FACETS:
        builder.add_text_field(_FACET + facet.name, fast=True, tokenizer_name="raw", index_option="basic")
    builder.add_integer_field("year", indexed=True, fast=True)
    builder.add_bytes_field("stored", stored=True)
    return builder.build()


def build(source: Path, folder: Path) -> None:
    """Index the documents of a file with two threads."""
    folder.mkdir(parents=True)
    index = tantivy.Index(_schema(), path=str(folder))
    writer = index.writer(_HEAP, _THREADS)
    keys: list[str] = []
    for each in documents.read(source):
        document = tantivy.Document()
        document.add_unsigned("number", len(keys))
        keys.append(each.key)
        for name, texts in each.texts.items():
            for text in texts:
                document.add_text(name, text)
        for name, labels in each.labels.items():
            for label in labels:
                document.add_text(_FACET + name, label)
        document.add_integer("year", each.year)
        document.add_bytes("stored", each.stored)
        writer.add_document(document)
    writer.commit()
    writer.wait_merging_threads()
    (folder / _KEYS).write_bytes(json.encode(keys))


def opened(folder: Path) -> Tantivy:
    """Open the index in a folder."""
    keys = json.decode((folder / _KEYS).read_bytes(), type=list[str])
    return Tantivy(tantivy.Index.open(str(folder)), keys)


class Tantivy:
    """An index of tantivy's that is open."""

    def __init__(self, index: tantivy.Index, keys: list[str]) -> None:
        self._index = index
        self._keys = keys
        self._searcher = index.searcher()
        self._facets = {
            facet.name: {"terms": {"field": _FACET + facet.name, "size": VALUES}} for facet in FACETS
        }

    def hits(self, question: Question) -> Sequence[str]:
        """Return the keys of the best articles."""
        return self._keys_of(self._best(self._query(question)))

    def facets(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the same, and how many values all facets show."""
        query = self._query(question)
        return self._keys_of(self._best(query)), self._shown(query)

    def page(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the keys, and how many marks there are in titles and passages."""
        query = self._query(question)
        found = [self._searcher.doc(each) for each in self._best(query)]
        self._shown(query)
        marks = 0
        for field in _MARKED:
            generator = tantivy.SnippetGenerator.create(self._searcher, query, self._index.schema, field)
            generator.set_max_num_chars(_CHARACTERS)
            marks += sum(generator.snippet_from_doc(each).to_html().count("<b>") for each in found)
        articles = [article_of(each.get_first("stored") or b"") for each in found]
        return [article.key for article in articles], marks

    def suggestions(self, typed: str) -> Sequence[str]:
        """Return keywords that begin so."""
        return [word for word, _ in self._searcher.terms_with_prefix(f"{_FACET}keyword", typed, limit=10)]

    def _query(self, question: Question) -> Query:
        if question.shape is Shape.PREFIX:
            return tantivy.Query.regex_query(self._index.schema, question.fields[0], f"{question.words[0]}.*")
        return self._index.parse_query(question.text(_YEARS), list(WEIGHTS), WEIGHTS)

    def _keys_of(self, found: list[DocAddress]) -> list[str]:
        # A column is read at once; what is stored lies in compressed blocks.
        return [self._keys[int(number or 0)] for number in self._searcher.fast_field_values("number", found)]

    def _best(self, query: Query) -> list[DocAddress]:
        return [address for _, address in self._searcher.search(query, SHOWN).hits]

    def _shown(self, query: Query) -> int:
        counted = self._searcher.aggregate(query, self._facets)
        return sum(len(each["buckets"]) for each in counted.values())
