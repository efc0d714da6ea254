"""What Whoosh's reader of a segment is made of: its terms and what it knows of each document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
from whoosh.codec import base
from whoosh.reading import TermInfo, TermNotFound
from whoosh.util.numeric import byte_to_length

from index.codec.matcher import ArraysMatcher
from index.codec.terms import DateTerms, WordTerms, number_of, place_of
from index.schema import ANALYZED, BY_NAME
from index.segments.arrays import SUFFIX, load
from index.segments.columns import read_columns
from index.segments.forward import is_streamed
from index.segments.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.codec.terms import FieldTerms, Lengths
    from index.schema import Field
    from index.segments.forward import Tokens

    Term = tuple[str, bytes]

DATE: Final = "date"
"""The field of the schema that is a number."""

STORED: Final = "article"
"""The field of the schema that is stored: msgpack of `crawler.article.Article`."""

_BYTES: Final = 256


class Opened:
    """A generation, open for Whoosh; a field is read when something is first asked of it."""

    def __init__(self, folder: Path) -> None:
        """Map the segment; raises OSError, or ValueError or KeyError where it is damaged."""
        self._folder = folder
        self.segment = Segment(folder)
        self.names = sorted([*BY_NAME, DATE])
        self._terms: dict[str, FieldTerms] = {}
        self._rounded: dict[str, Lengths] = {}

    def terms(self, name: str) -> FieldTerms:
        """Return the terms of a field; raises KeyError where the schema has no such field."""
        if name not in self._terms:
            self._terms[name] = (
                DateTerms(read_columns(self._folder).dates) if name == DATE else self._words(BY_NAME[name])
            )
        return self._terms[name]

    def rounded(self, name: str) -> Lengths:
        """Return the length of a field in each article as Whoosh keeps it, in one byte; 0 if not scored."""
        if name not in self._rounded:
            self._rounded[name] = (
                _rounded(self.terms(name).lengths)
                if _is_scored(name)
                else np.zeros(self.segment.articles, np.int64)
            )
        return self._rounded[name]

    def total_length(self, name: str) -> int:
        """Return the exact length of a field in all articles together."""
        return int(self.terms(name).lengths.sum()) if _is_scored(name) else 0

    def _words(self, field: Field) -> WordTerms:
        def tokens(article: int) -> Tokens:
            return self.segment.forward.tokens(article, field.name)

        return WordTerms(
            self.segment.lexicons[field.kind],
            load(self._folder / f"field-{field.name}{SUFFIX}"),
            tokens if is_streamed(field) else None,
        )


def _is_scored(name: str) -> bool:
    return name in BY_NAME and BY_NAME[name].kind in ANALYZED


def _rounded(lengths: Lengths) -> Lengths:
    """Return lengths as they come back out of Whoosh's one byte."""
    table = np.array([byte_to_length(byte) for byte in range(_BYTES)])
    return table[np.minimum(np.searchsorted(table, lengths), _BYTES - 1)]


class ArraysTermsReader(base.TermsReader):  # type: ignore[misc]  # Whoosh has no types
    """The terms of all fields, by name of field and then in order of bytes."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def field_terms(self, name: str) -> FieldTerms:
        """Return the terms of a field, by number; raises KeyError where the schema has no such field."""
        return self._opened.terms(name)

    def _find(self, name: str, text: bytes) -> tuple[FieldTerms, int]:
        """Return the terms of a field and the number of one; raises KeyError where it is not there."""
        terms = self._opened.terms(name)
        number = number_of(terms, text)
        if number < 0:
            raise KeyError((name, text))
        return terms, number

    def __contains__(self, term: Term) -> bool:
        name, text = term
        return name in self._opened.names and number_of(self._opened.terms(name), text) >= 0

    def indexed_field_names(self) -> list[str]:
        """Return the names of fields that have a term."""
        return [name for name in self._opened.names if len(self._opened.terms(name))]

    def cursor(self, fieldname: str, fieldobj: Any) -> ArraysCursor:
        """Return a cursor on the first term of a field; `fieldobj` is the field in Whoosh's schema."""
        return ArraysCursor(self, fieldname, fieldobj)

    def terms(self) -> Iterator[Term]:
        """Yield every field and term."""
        return self.terms_from("", b"")

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        """Yield field and term from one on, over the end of the field into those behind."""
        for name in self._opened.names:
            if name >= fieldname:
                terms = self._opened.terms(name)
                first = place_of(terms, prefix) if name == fieldname else 0
                yield from ((name, terms[number]) for number in range(first, len(terms)))

    def items(self) -> Iterator[tuple[Term, TermInfo]]:
        """Yield every field and term, with what is known of the term."""
        return self.items_from("", b"")

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, TermInfo]]:
        """Yield field and term from one on, with what is known of the term."""
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> TermInfo:
        """Return what scores need to know of a term; raises Whoosh's TermNotFound."""
        try:
            terms, number = self._find(fieldname, text)
        except KeyError as error:
            raise TermNotFound(f"no term {fieldname}:{text!r}") from error
        articles, weights = terms.postings(number)
        lengths = self._opened.rounded(fieldname)[articles]
        return TermInfo(
            weight=float(weights.sum()),
            df=len(articles),
            minlength=int(lengths.min()),
            maxlength=int(lengths.max()),
            maxweight=float(weights.max()),
            minid=int(articles[0]),
            maxid=int(articles[-1]),
        )

    def frequency(self, fieldname: str, text: bytes) -> float:
        """Return the weight of a term in all articles together; raises KeyError as Whoosh expects it."""
        terms, number = self._find(fieldname, text)
        return float(terms.postings(number)[1].sum())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        """Return how many articles have a term; raises KeyError as Whoosh expects it."""
        terms, number = self._find(fieldname, text)
        return terms.df(number)

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> ArraysMatcher:
        """Return the postings of a term; raises Whoosh's TermNotFound."""
        try:
            terms, number = self._find(fieldname, text)
        except KeyError as error:
            raise TermNotFound(f"no term {fieldname}:{text!r}") from error
        rounded = self._opened.rounded(fieldname)
        return ArraysMatcher(terms, number, rounded, field=(fieldname, format_), scorer=scorer)


class ArraysCursor(base.FieldCursor):  # type: ignore[misc]  # Whoosh has no types
    """A place among the terms of a field, as searches for similar words walk along them."""

    def __init__(self, reader: ArraysTermsReader, name: str, field: Any) -> None:
        """Stand on the first term of a field."""
        self._reader = reader
        self._name = name
        self._field = field
        self._terms = reader.field_terms(name)
        self._at = 0

    def first(self) -> str | None:
        """Go to the first term and return it."""
        self._at = 0
        return self.text()

    def find(self, string: str | bytes) -> str | None:
        """Go to the first term that is not before a text, and return it."""
        self._at = place_of(self._terms, self._field.to_bytes(string))
        return self.text()

    def next(self) -> str | None:
        """Go to the next term and return it."""
        self._at += 1
        return self.text()

    def text(self) -> str | None:
        """Return the term; None behind the last one."""
        return self._field.from_bytes(self._terms[self._at]) if self.is_valid() else None

    term = text

    def term_info(self) -> TermInfo | None:
        """Return what is known of the term; None behind the last one."""
        return self._reader.term_info(self._name, self._terms[self._at]) if self.is_valid() else None

    def is_valid(self) -> bool:
        """Say whether there is a term here."""
        return self._at < len(self._terms)


class ArraysDocumentReader(base.PerDocumentReader):  # type: ignore[misc]  # Whoosh has no types
    """The documents of a generation: its articles, by number. None is ever deleted."""

    def __init__(self, opened: Opened) -> None:
        self._opened = opened

    def doc_count(self) -> int:
        """Return how many articles there are."""
        return self._opened.segment.articles

    doc_count_all = doc_count

    def has_deletions(self) -> bool:
        """Say that nothing is deleted."""
        return False

    def is_deleted(self, docnum: int) -> bool:  # noqa: ARG002 - it is so of each
        """Say that it is not deleted."""
        return False

    def deleted_docs(self) -> tuple[int, ...]:
        """Return none."""
        return ()

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        """Return the rounded length of a field in an article; `default` where it has none."""
        return int(self._opened.rounded(fieldname)[docnum]) or default

    def field_length(self, fieldname: str) -> int:
        """Return the exact length of a field in all articles together."""
        return self._opened.total_length(fieldname)

    def min_field_length(self, fieldname: str) -> int:
        """Return the rounded length of a field where it is shortest."""
        return int(self._opened.rounded(fieldname).min())

    def max_field_length(self, fieldname: str) -> int:
        """Return the rounded length of a field where it is longest."""
        return int(self._opened.rounded(fieldname).max(initial=0))

    def stored_fields(self, docnum: int) -> dict[str, bytes]:
        """Return the stored article."""
        return {STORED: self._opened.segment.stored(docnum)}
