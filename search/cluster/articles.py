"""The articles of a generation as a site shows them, whole, in an index beside that of the search.

They are apart from what is searched, for a search that reads a thousand documents would read their references
and full texts as well. A document is an article: its ids, those it cites, its place `n` in order of key, and
the article itself, packed. What the library as a whole says of itself is kept in the mapping.
"""

from __future__ import annotations

import base64
import zlib
from contextlib import contextmanager
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import msgpack

from crawler.article import Article
from crawler.errors import LibraryError
from crawler.keeping.library import Counts, Held
from crawler.keeping.works import lookup_ids
from search.cluster import indexes
from search.cluster.connection import Missing
from search.errors import EngineDown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.keeping.library import Library
    from search.cluster.connection import Cluster
    from search.deadline import Deadline

_FRESH: Final = 1.0
"""Seconds for which the cluster is not asked again which generation is the live one."""

_META: Final = "als-search-library"
_LEVEL: Final = 6
_ASKED_AT_ONCE: Final = 2_000
_READ_AT_ONCE: Final = 100
WINDOW: Final = 1_000_000
"""As far as one may count into a list: more than a site has articles."""

_DECODER: Final = msgpack.Decoder(Article)


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """What a library said of itself when its articles were written to the cluster."""

    revision: int
    updated: str
    counts: Counts
    formats: dict[str, int]


def told(library: Library) -> Told:
    """Return what a library says of itself."""
    return Told(
        revision=library.revision,
        updated=library.updated(),
        counts=library.counts(),
        formats=library.formats(),
    )


def mapping(about: Told) -> dict[str, Any]:
    """Return the mapping of the index of articles, with what the library says of itself."""
    number, word, flag = {"type": "integer"}, {"type": "keyword"}, {"type": "boolean"}
    kept = {"type": "object", "enabled": False}
    return {
        "dynamic": "strict",
        "_meta": {_META: msgspec.to_builtins(about)},
        "properties": {
            "n": number,
            "date": number,
            "key": word,
            "ids": word,
            "cites": word,
            "sample": flag,
            "retracted": flag,
            "matched": kept,
            "article": kept,
        },
    }


def documents(library: Library) -> Iterator[dict[str, Any]]:
    """Yield the document of every article of a library, in order of key, as it is at the start."""
    for n, work in enumerate(library.works()):
        yield {
            "n": n,
            "date": work.date,
            "key": work.article.key,
            "ids": work.ids,
            "cites": sorted({cited for _, cited, _ in work.cited if cited}),
            "sample": work.article.is_sample,
            "retracted": work.is_retracted,
            "matched": [{"place": place, "cited": cited} for place, cited, matched in work.cited if matched],
            "article": base64.b64encode(zlib.compress(msgpack.encode(work.article), _LEVEL)).decode(),
        }


class ClusterArticles:
    """The articles of the generation in use. May be shared by threads; each method raises LibraryError."""

    def __init__(self, cluster: Cluster, alias: str, clock: Callable[[], float]) -> None:
        """Take the cluster, the name of the index, and a clock of seconds."""
        self._cluster = cluster
        self._alias = alias
        self._clock = clock
        self._live = ("", 0.0)
        self._told: tuple[str, Told | None] = ("", None)

    @property
    def revision(self) -> int:
        """The revision of the library that the articles are from."""
        return self._about().revision

    def updated(self) -> str:
        """Return when something was last read into that library, an ISO 8601 time; "" for nothing ever."""
        return self._about().updated

    def counts(self) -> Counts:
        """Return how much that library held."""
        return self._about().counts

    def formats(self) -> dict[str, int]:
        """Return how many articles have a reading in each format, by its name."""
        return dict(self._about().formats)

    def article(self, key: str) -> Article | None:
        """Return the article with this PMID, PMCID or DOI (any case), or None."""
        return next(self.several([key]), None)

    def several(self, keys: Iterable[str]) -> Iterator[Article]:
        """Yield the articles with these PMIDs, PMCIDs or DOIs (any case), in order, without those missing."""
        left = map(str.casefold, keys)
        while asked := list(islice(left, _READ_AT_ONCE)):
            found = self._search({"terms": {"ids": asked}}, size=WINDOW // 10, _source=["ids", "article"])
            by_id: dict[str, dict[str, Any]] = {}
            for hit in found["hits"]:
                for each in hit["_source"]["ids"]:
                    by_id.setdefault(each, hit)
            yield from (_article(by_id[each]) for each in asked if each in by_id)

    def keys(self, *, first: int, limit: int) -> list[str]:
        """Return the keys of all articles but samples, in order, from a place on; `limit` of them at most."""
        # Samples and other articles never stand together, so that places of others have no gaps.
        places = {"bool": {"filter": [
            {"term": {"sample": False}}, {"range": {"n": {"gte": first, "lt": first + limit}}}
        ]}}  # fmt: skip
        found = self._search(places, size=limit, _source=False, docvalue_fields=["key"])
        return [hit["fields"]["key"][0] for hit in found["hits"]]

    def held(self, keys: Iterable[str]) -> dict[str, Held]:
        """Return which of these PMIDs, PMCIDs and DOIs (any case) are held, by the key that was asked for."""
        wanted = {key.casefold(): key for key in keys}
        asked = list(wanted)
        found: dict[str, Held] = {}
        for start in range(0, len(asked), _ASKED_AT_ONCE):
            some = {"terms": {"ids": asked[start : start + _ASKED_AT_ONCE]}}
            fields = ["key", "ids", "retracted"]
            answer = self._search(some, size=WINDOW // 10, _source=False, docvalue_fields=fields)
            for hit in answer["hits"]:
                values = hit["fields"]
                held = Held(values["key"][0], retracted=values["retracted"][0])
                for each in values["ids"]:
                    if each in wanted:
                        found.setdefault(wanted[each], held)
        return found

    def matched(self, article: Article) -> dict[int, Held]:
        """Return which references without an id were matched to a held article, by their place from 0."""
        found = self._search({"term": {"key": article.key}}, size=1, _source=["matched"])
        pairs = [each for hit in found["hits"] for each in hit["_source"].get("matched", ())]
        held = self.held(each["cited"] for each in pairs) if pairs else {}
        return {each["place"]: held[each["cited"]] for each in pairs if each["cited"] in held}

    def citing(self, article: Article, *, limit: int, first: int = 0) -> tuple[int, list[Article]]:
        """Return how many articles cite this one, and from the place `first` on at most `limit` of them.

        The newest come first.
        """
        window = {"from": first, "size": limit} if first + limit <= WINDOW else {"size": 0}
        found = self._search(
            {"terms": {"cites": lookup_ids(article.ids)}},
            sort=[{"date": "desc"}, {"n": "asc"}],
            _source=["article"],
            track_total_hits=True,
            **window,
        )
        return found["total"]["value"], [_article(hit) for hit in found["hits"]]

    def _search(self, clause: dict[str, Any], **body: Any) -> dict[str, Any]:
        """Return the hits of a clause, by place unless it is said otherwise."""
        asked = {"query": {"bool": {"filter": [clause]}}, "sort": [{"n": "asc"}], "track_total_hits": False}
        with _readable():
            deadline = self._cluster.deadline()
            index, _ = self._generation(deadline)
            hits: dict[str, Any] = self._cluster.search(index, asked | body, deadline)["hits"]
        return hits

    def _about(self) -> Told:
        with _readable():
            return self._generation(self._cluster.deadline())[1]

    def _generation(self, deadline: Deadline) -> tuple[str, Told]:
        """Return the index of the articles in use, and what their library said of itself."""
        live, until = self._live
        if not live or self._clock() >= until:
            live = indexes.live(self._cluster, self._alias, deadline)
            self._live = live, self._clock() + _FRESH
        index = indexes.articles_name(live)
        known, about = self._told
        if known != index or about is None:
            about = self._read(index, deadline)
            self._told = index, about
        return index, about

    def _read(self, index: str, deadline: Deadline) -> Told:
        get_mapping = self._cluster.client.indices.get_mapping
        try:
            answer = self._cluster.ask("read its articles", get_mapping, deadline, index=index, local=True)
            return msgspec.convert(answer[index]["mappings"]["_meta"][_META], Told)
        except (Missing, KeyError, msgspec.ValidationError) as error:
            raise indexes.Unusable(
                f"the cluster has no whole articles in {index}; run `als-search reindex`"
            ) from error


@contextmanager
def _readable() -> Iterator[None]:
    """Say of a cluster that cannot be read what is said of a file: a page is missing, not a search."""
    try:
        yield
    except EngineDown as error:
        raise LibraryError(f"the articles cannot be read: {error}") from error


def _article(hit: dict[str, Any]) -> Article:
    return _DECODER.decode(zlib.decompress(base64.b64decode(hit["_source"]["article"])))
