"""bm25s: one bag of words an article, Porter 2, its fast backend; it has neither fields nor positions nor facets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import bm25s
import Stemmer
from msgspec import json

from tests.benchmarks import documents
from tests.benchmarks.documents import WEIGHTS
from tests.benchmarks.peers import SHOWN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from tests.benchmarks.questions import Question

_KEYS: Final = "keys.json"


def build(source: Path, folder: Path) -> None:
    """Index the documents of a file, all that words are looked for in as one text."""
    folder.mkdir(parents=True)
    keys, texts = [], []
    for each in documents.read(source):
        keys.append(each.key)
        texts.append(" ".join(text for name in WEIGHTS for text in each.texts.get(name, ())))
    tokens = bm25s.tokenize(texts, stopwords="en", stemmer=Stemmer.Stemmer("english"), show_progress=False)
    index = bm25s.BM25(backend="numba")
    index.index(tokens, show_progress=False)
    index.save(folder)
    (folder / _KEYS).write_bytes(json.encode(keys))


def opened(folder: Path) -> Bm25s:
    """Open the index in a folder, mapped into memory."""
    index = bm25s.BM25.load(folder, mmap=True)
    index.activate_numba_scorer()
    return Bm25s(index, json.decode((folder / _KEYS).read_bytes(), type=list[str]))


class Bm25s:
    """An index of bm25s that is open."""

    def __init__(self, index: bm25s.BM25, keys: list[str]) -> None:
        self._index = index
        self._keys = keys
        self._stemmer = Stemmer.Stemmer("english")

    def hits(self, question: Question) -> Sequence[str]:
        """Return the keys of the best articles."""
        words = bm25s.tokenize(
            " ".join(question.words),
            stopwords="en",
            stemmer=self._stemmer,
            show_progress=False,
            return_ids=False,
        )
        known = [word for word in words[0] if word in self._index.vocab_dict]
        if not known:
            return []
        places, scores = self._index.retrieve(
            [known], k=min(SHOWN, len(self._keys)), show_progress=False, n_threads=1
        )
        pairs = zip(places[0].tolist(), scores[0].tolist(), strict=True)
        return [self._keys[place] for place, score in pairs if score > 0]

    def facets(self, question: Question) -> tuple[Sequence[str], int]:
        """Is not there."""
        raise NotImplementedError

    def page(self, question: Question) -> tuple[Sequence[str], int]:
        """Is not there."""
        raise NotImplementedError

    def suggestions(self, typed: str) -> Sequence[str]:
        """Is not there."""
        raise NotImplementedError
