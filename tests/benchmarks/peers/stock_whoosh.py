"""Whoosh as it comes: its own codec and matchers, stemming analyzer, BM25F, its highlighter; facets from what it stores."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from whoosh import fields, highlight, index, qparser, scoring
from whoosh.analysis import SimpleAnalyzer, StemmingAnalyzer

from tests.benchmarks import documents
from tests.benchmarks.documents import FIELD_NAMES, IDS, NAMES, WEIGHTS, article_of
from tests.benchmarks.peers import SHOWN, VALUES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from crawler.article import Article
    from tests.benchmarks.questions import Question

_YEARS: Final = "year:[{0} TO {1}]"
_MEGABYTES: Final = 256
_PROCESSES: Final = 2


def _schema() -> fields.Schema:
    stemming, simple = StemmingAnalyzer(), SimpleAnalyzer()
    columns: dict[str, fields.FieldType] = {
        name: fields.KEYWORD(lowercase=True)
        if name in IDS
        else fields.TEXT(analyzer=simple if name in NAMES else stemming, field_boost=WEIGHTS.get(name, 1.0))
        for name in FIELD_NAMES
    }
    columns["year"] = fields.NUMERIC(int)
    columns["keyword_label"] = fields.KEYWORD(commas=True)
    columns["key"] = fields.ID(sortable=True)
    for name in ("labels", "stored"):
        columns[name] = fields.STORED()
    return fields.Schema(**columns)


def build(source: Path, folder: Path) -> None:
    """Index the documents of a file with two processes, a segment each: the fastest that its manual knows."""
    folder.mkdir(parents=True)
    writer = index.create_in(folder, _schema()).writer(
        limitmb=_MEGABYTES, procs=_PROCESSES, multisegment=True
    )
    for each in documents.read(source):
        writer.add_document(
            **{name: "\n".join(texts) for name, texts in each.texts.items()},
            year=each.year,
            keyword_label=",".join(label.replace(",", " ") for label in each.labels.get("keyword", ())),
            key=each.key,
            labels=each.labels,
            stored=each.stored,
        )
    writer.commit()


def opened(folder: Path) -> StockWhoosh:
    """Open the index in a folder."""
    return StockWhoosh(index.open_dir(folder, readonly=True))


class StockWhoosh:
    """An index of Whoosh's that is open."""

    def __init__(self, opened_index: index.Index) -> None:
        self._searcher = opened_index.searcher(weighting=scoring.BM25F())
        self._keys = self._searcher.reader().column_reader("key")
        self._parser = qparser.MultifieldParser(list(WEIGHTS), opened_index.schema)

    def hits(self, question: Question) -> Sequence[str]:
        """Return the keys of the best articles."""
        return self._keys_of(self._best(question))

    def facets(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the same, and how many values all facets show."""
        found = self._best(question)
        return self._keys_of(found), self._shown(found)

    def page(self, question: Question) -> tuple[Sequence[str], int]:
        """Return the keys, and how many marks there are in titles and passages."""
        found = self._best(question)
        self._shown(found)
        found.formatter = highlight.HtmlFormatter(tagname="b")
        keys, marks = [], 0
        for hit in found:
            article = article_of(hit["stored"])
            keys.append(article.key)
            for field, texts in (("title", [article.title]), ("abstract", _abstract(article))):
                marks += hit.highlights(field, text=" ".join(texts), top=1).count("<b ")
        return keys, marks

    def suggestions(self, typed: str) -> Sequence[str]:
        """Return keywords that begin so."""
        reader = self._searcher.reader()
        found = Counter({
            word: reader.doc_frequency("keyword_label", word)
            for word in reader.expand_prefix("keyword_label", typed)
        })  # fmt: skip
        return [word.decode() if isinstance(word, bytes) else word for word, _ in found.most_common(10)]

    def _keys_of(self, found: Any) -> list[str]:
        return [self._keys[number] for number, _ in found.items()]

    def _best(self, question: Question) -> Any:
        return self._searcher.search(self._parser.parse(question.text(_YEARS)), limit=SHOWN)

    def _shown(self, found: Any) -> int:
        """Count what is stored of all that match, once for all facets: its own facets read it for each anew."""
        facets: dict[str, Counter[str]] = {}
        for number in found.docs():
            for name, labels in self._searcher.stored_fields(number)["labels"].items():
                facets.setdefault(name, Counter()).update(labels)
        return sum(len(counts.most_common(VALUES)) for counts in facets.values())


def _abstract(article: Article) -> list[str]:
    return [section.text for abstract in article.abstracts() for section in abstract.sections]
