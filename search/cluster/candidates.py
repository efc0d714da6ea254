"""Some articles of a generation, as a segment that holds nothing else: what ranking and marking run on.

A cluster finds which articles match; what it returns of the best is put into arrays like those of
`index.segments`, under the numbers that the articles have in the generation. So the same code looks words up
in them and puts them in order. What a word is worth follows from counts over the whole generation; those come
from the cluster, and the mean lengths of fields from the time of building.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import numpy as np

from index.building.invert import Inverted, invert, invert_ids
from index.schema import ANALYZED, BY_NAME, FIELDS, Kind
from index.segments.forward import FAR, Forward, Stream
from index.segments.impacts import share
from index.segments.postings import FieldPostings, Impacts
from index.segments.ranges import borders, ranges
from search.cluster.documents import STREAMED, UNSTREAMED
from search.cluster.packed import Unpacked, unpacked
from search.cluster.tables import has_words_of
from search.matching.lookup import Lookup

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from index.segments.forward import Units
    from index.segments.lexicon import Lexicon
    from search.cluster.tables import Table, Wanted
    from search.matching.looks import Looks
    from search.matching.matches import Matches
    from search.matching.numbers import Mask, Numbers
    from search.query import Node

_K = TypeVar("_K")
_T = TypeVar("_T")

_CACHE_BYTES: Final = 16 * 2**20

SOURCE: Final = ("n", "ranked")
"""What must be read of a document, besides what `source_of` says."""


def source_of(tree: Node) -> tuple[str, ...]:
    """Return what must be read of documents in which a tree looks words up."""
    is_placed = any(has_words_of(tree, field.name) for field in UNSTREAMED)
    return (*SOURCE, "places") if is_placed else SOURCE


class Whole(NamedTuple):
    """What is known of a whole generation: its size, words, units, and mean lengths of fields.

    `held[term]` is how many articles have a term of texts, `lengths` those of some fields in all articles.
    """

    size: int
    lexicons: Mapping[Kind, Lexicon]
    units: Mapping[Kind, Units]
    averages: Mapping[str, float]
    looks: Looks
    held: NDArray[np.uint32]
    lengths: Mapping[str, NDArray[np.uint32]]

    def df(self, term: int) -> int:
        """Return how many articles have a term of texts, wherever it may be searched; 0 for -1."""
        return int(self.held[term]) if term >= 0 else 0


class Lazily(Mapping[_K, _T]):
    """Values by name, each made when it is first asked for."""

    def __init__(self, names: Iterable[_K], make: Callable[[_K], _T]) -> None:
        self._names = tuple(names)
        self._make = make
        self._made: dict[_K, _T] = {}

    def __getitem__(self, name: _K) -> _T:
        if name not in self._made:
            if name not in self._names:
                raise KeyError(name)
            self._made[name] = self._make(name)
        return self._made[name]

    def __iter__(self) -> Iterator[_K]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Candidates:
    """The articles of some documents, as a segment; for the use of one request."""

    def __init__(
        self,
        whole: Whole,
        tables: Mapping[Kind, Table],
        documents: Iterable[Mapping[str, Any]],
        wanted: Wanted | None = None,
    ) -> None:
        """Take what is known of the generation, and documents with what `source_of` names.

        Of fields with words, postings are those of the terms that are wanted, if these are told.
        """
        ordered = sorted(documents, key=lambda each: int(each["n"]))
        self.whole = whole
        self.numbers: Numbers = np.array([each["n"] for each in ordered], np.intp)
        self.articles = whole.size
        self.lexicons = whole.lexicons
        self._tables = tables
        self._wanted = wanted
        self._documents = ordered
        self._stored: dict[int, bytes] = {}
        names = [field.name for field in FIELDS]
        self._inverted: Lazily[str, Inverted] = Lazily(names, self._invert)
        self.fields: Lazily[str, FieldPostings] = Lazily(names, self._postings)
        self.impacts: Lazily[Kind, Impacts] = Lazily(ANALYZED, self._impacts)

    @cached_property
    def forward(self) -> Forward:
        """The tokens of the articles, in order."""
        streams = Lazily(
            [field.name for field in STREAMED],
            lambda name: (BY_NAME[name].kind, self._stream(name)),
        )
        return Forward(self.whole.units, streams)

    @property
    def everywhere(self) -> Whole:
        """How common words are, in the whole generation."""
        return self.whole

    def keep(self, articles: Mapping[int, bytes]) -> None:
        """Take articles as they are stored, by number."""
        self._stored |= articles

    def stored(self, article: int) -> bytes:
        """Return an article that was kept, as msgpack; raises KeyError for any other."""
        return self._stored[article]

    @cached_property
    def _ranked(self) -> Unpacked:
        return Unpacked([each["ranked"] for each in self._documents])

    @cached_property
    def _places(self) -> list[dict[str, tuple[bytes, ...]]]:
        return [unpacked(each["places"]) for each in self._documents]

    @cached_property
    def _among(self) -> dict[Kind, Mask] | None:
        """Which units of each kind hold what is wanted; none where all is."""
        if self._wanted is None:
            return None
        return {kind: self._tables[kind].holding(terms) for kind, terms in self._wanted.items()}

    def _stream(self, field: str) -> Stream:
        raw = self._ranked.stream(field)
        counts = np.zeros(self.articles, np.uint32)
        counts[self.numbers] = raw["counts"]
        return Stream(
            starts=borders(counts).astype(np.uint32),
            units=raw["units"],
            gaps=raw["gaps"],
            far_at=np.flatnonzero((raw["gaps"] & FAR) == FAR).astype(np.uint32),
            far=raw["far"],
        )

    def _invert(self, name: str) -> Inverted:
        field = BY_NAME[name]
        if field.kind is Kind.ID:
            return invert_ids(*self._ranked.terms(name))
        if field in UNSTREAMED:
            return _inverted([each.get(name, (b"",) * 5) for each in self._places])
        among = self._among[field.kind] if self._among is not None else None
        return invert(self.whole.units[field.kind], self._ranked.stream(name), among)

    def _postings(self, name: str) -> FieldPostings:
        inverted = self._inverted[name]
        lengths = self.whole.lengths.get(name)
        if lengths is None:
            lengths = np.zeros(self.articles, np.uint32)
            lengths[self.numbers] = inverted.lengths
        postings = FieldPostings(
            {
                # A list of none would stand for all terms.
                "numbers": inverted.terms if len(inverted.terms) else np.zeros(1, np.uint32),
                "offsets": inverted.starts if len(inverted.terms) else np.zeros(2, np.uint32),
                "articles": self.numbers[inverted.articles].astype(np.uint32),
                "frequencies": inverted.frequencies,
                "place_offsets": inverted.place_starts if len(inverted.terms) else np.zeros(2, np.uint32),
                "more_at": inverted.more_at,
                "more": inverted.more,
                "places": inverted.places,
                "forms": inverted.forms,
                "lengths": lengths,
            }
        )
        postings.average_length = self.whole.averages[name]
        return postings

    def _impacts(self, kind: Kind) -> Impacts:
        """Return what the terms that are wanted are worth in all fields of a kind, as `impacts.summed` does.

        All fields are read at once: of each article, and in it of each field, the tokens are counted.
        """
        fields = [field for field in FIELDS if field.kind is kind and field.weight]
        table = self._tables[kind]
        units, counts = self._ranked.weighed([field.name for field in fields])
        ends = borders(counts.ravel())
        tokens = table.tokens[units]
        lengths = np.diff(borders(tokens)[ends]).reshape(counts.shape)
        shares = np.column_stack(
            [
                share(field.weight, lengths[:, n], self.whole.averages[field.name])
                for n, field in enumerate(fields)
            ]
        )
        kept = np.arange(len(units)) if self._among is None else np.flatnonzero(self._among[kind][units])
        token = ranges(table.units.offsets[units[kept]], tokens[kept])
        stretch = np.repeat(np.searchsorted(ends, kept, "right") - 1, tokens[kept])
        keys, times = np.unique(
            table.units.terms[token].astype(np.int64) * max(1, counts.size) + stretch, return_counts=True
        )
        terms, stretch = keys // max(1, counts.size), keys % max(1, counts.size)
        # Of a term and an article there are as many keys as fields have it, one after the other.
        of = stretch // len(fields)
        firsts = np.flatnonzero(np.diff(terms * len(self.numbers) + of, prepend=-1))
        weights = times.astype(np.float32) * shares.ravel()[stretch]
        total = np.add.reduceat(weights, firsts) if len(firsts) else weights
        present, found = np.unique(terms[firsts], return_counts=True)
        is_any = len(present) > 0
        return Impacts(
            {
                # A list of none would stand for all terms.
                "numbers": present.astype(np.uint32) if is_any else np.zeros(1, np.uint32),
                "offsets": borders(found).astype(np.uint32) if is_any else np.zeros(2, np.uint32),
                "articles": self.numbers[of[firsts]].astype(np.uint32),
                "weights": total.astype(np.float16),
            }
        )


class CandidateLookup(Lookup):
    """Looks words up in candidates; what a word is worth follows from counts over the whole generation."""

    def __init__(self, candidates: Candidates, counts: Mapping[Node, int]) -> None:
        """Take the candidates, and how many articles of the generation match each node that is asked for."""
        super().__init__(candidates, cache_bytes=_CACHE_BYTES)
        self._looks = candidates.whole.looks
        self._counts = counts
        self._are_here = np.zeros(self.size, np.bool_)
        self._are_here[candidates.numbers] = True

    def count(self, node: Node, found: int) -> int:
        """Return how many articles of the generation match a node."""
        return self._counts.get(node, found)

    def held(self, found: Matches) -> Matches:
        """Return those of some matches that are among the candidates: of the others nothing is known here."""
        return found.within([self._are_here])


def _inverted(parts: list[tuple[bytes, ...]]) -> Inverted:
    """Return the postings of a field that is not kept in order; see `documents`."""
    of = [[np.frombuffer(each, "<u4").astype(np.int64) for each in part[:4]] for part in parts]
    terms, frequencies, counts, positions = (
        np.concatenate([np.empty(0, np.int64), *(each[n] for each in of)]) for n in range(4)
    )
    forms = np.frombuffer(b"".join(part[4] for part in parts), np.uint8)
    articles = np.repeat(np.arange(len(of)), [len(each[0]) for each in of])
    lengths = np.array([int(each[1].sum()) for each in of], np.uint32)
    order = np.lexsort((articles, terms))
    starts = np.cumsum(counts) - counts
    at = np.concatenate(
        [np.empty(0, np.int64), *(np.arange(starts[n], starts[n] + counts[n]) for n in order.tolist())]
    )
    terms, frequencies, counts, articles = (each[order] for each in (terms, frequencies, counts, articles))
    firsts = np.flatnonzero(np.concatenate(([True], terms[1:] != terms[:-1]))[: len(terms)])
    ends = borders(counts)
    more = counts - frequencies
    more_at = np.flatnonzero(more)
    return Inverted(
        terms=terms[firsts].astype(np.uint32),
        starts=np.append(firsts, len(terms)).astype(np.uint32),
        place_starts=np.append(ends[firsts], ends[-1]).astype(np.uint32),
        articles=articles.astype(np.uint32),
        frequencies=frequencies.astype(np.uint32),
        more_at=more_at.astype(np.uint32),
        more=more[more_at].astype(np.uint32),
        places=positions[at].astype(np.uint32),
        forms=forms[at],
        lengths=lengths,
    )
