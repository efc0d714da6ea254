"""A built generation -> one of the cluster: written beside the live one, checked, switched to in one step.

A generation is an index named after its number, and others with its files and its whole articles. Its mapping
says that it is whole, and that is written last; an index that does not say so is a build that never ended,
which the next one removes. The alias names the generation in use: moving it is the switch.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from index.errors import BuildFailed
from search.cluster import articles, carried, indexes
from search.cluster.bulks import Lost, load
from search.cluster.connection import Missing
from search.cluster.documents import PLACED, Documents, mapping
from search.cluster.layers import NOTHING, placed_in
from search.errors import EngineDown
from search.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.keeping.library import Library
    from index.generations import Generation
    from search.cluster.connection import Cluster
    from search.settings import OpenSearchSettings

_PATIENCE: Final = 120.0
"""Seconds that the cluster may take for a refresh, or for what it does in one step."""

_COPIED: Final = 30
"""Seconds after which it is looked at how the copies of an index get on."""

_STANDSTILLS: Final = 4
_TIMED_OUT: Final = 408
_GONE: Final = 404
_BEGINNINGS: Final = 3
_CHECKS: Final = 20
_WINDOW: Final = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Publishing:
    """What is published, where, and how to wait; `still` raises where it should no longer be done."""

    cluster: Cluster
    settings: OpenSearchSettings
    generation: Generation
    library: Library | None
    pause: Callable[[float], None]
    still: Callable[[], None]


def publish(
    cluster: Cluster,
    settings: OpenSearchSettings,
    generation: Generation,
    *,
    library: Library | None = None,
    keep: int = 1,
    pause: Callable[[float], None] = time.sleep,
    still: Callable[[], None] = lambda: None,
) -> str:
    """Write a built generation to the cluster, make it the live one, and return the name of its index.

    With the library that it was built from, its whole articles are written as well: a site needs them.
    Until the new one has passed its checks the one in use is not touched; whatever ends this before leaves it
    serving. Where a node takes a part of the new one with it, it is begun anew. `keep` of those before it
    stay. `still` is called before each step that others see, and raises where it should not be taken. Raises
    BuildFailed.
    """
    work = Publishing(
        cluster=cluster, settings=settings, generation=generation, library=library, pause=pause, still=still
    )
    try:
        before = _usable(cluster, settings.index)
        names = indexes.all_of(cluster, settings.index)
        still()
        unended = indexes.unended(cluster, settings.index)
        _remove(cluster, unended)
        index = _written(work, before, max(map(_number, [*names, *unended]), default=0) + 1)
        whole = [name for name, about in names.items() if about and about.is_whole]
        _remove(cluster, [name for name in sorted(whole)[:-keep] if name != before])
    except EngineDown as error:
        raise BuildFailed(f"the index could not be written to the cluster: {error}") from error
    return index


def _written(work: Publishing, before: str, number: int) -> str:
    """Write a generation under the first number from `number` on that is not lost, and switch to it."""
    cluster, alias = work.cluster, work.settings.index
    for attempt in range(_BEGINNINGS):
        index = indexes.index_name(alias, number + attempt)
        try:
            if work.library:
                _write_articles(work, work.library, index)
            _write(work, index)
            work.still()
            indexes.switch(cluster, alias, index, before)
        except Lost:
            work.still()
            _remove(cluster, [index])
            if attempt + 1 == _BEGINNINGS:
                raise
        except BaseException:
            if _usable(cluster, alias) != index:
                _remove(cluster, [index])
            raise
        else:
            return index
    raise AssertionError("the last attempt returns or raises")


def _write(work: Publishing, index: str) -> None:
    """Write everything of a generation to new indexes, check it, and say that it is whole."""
    cluster, files = work.cluster, indexes.files_name(index)
    opened = Opened(work.generation)
    documents = Documents(opened)
    documents.measure()
    pieces = list(carried.parts(opened, documents))
    manifest = msgspec.structs.replace(
        work.generation.manifest, number=_number(index), sizes={}, checksums={}, times={}
    )
    about = indexes.About(manifest=manifest, parts=len(pieces))
    _create(work, index, mapping(documents.depths, indexes.meta(about)), work.settings.shards)
    _create(work, files, carried.MAPPING, 1)
    sent = load(cluster, files, ((str(piece["part"]), piece) for piece in pieces), work.pause)
    _settle(work, files, sent, len(pieces))
    sent = load(cluster, index, ((each["key"], each) for each in documents), work.pause)
    _settle(work, index, sent, manifest.articles)
    _check(cluster, index, documents, manifest.articles)
    whole = msgspec.structs.replace(about, is_whole=True)
    cluster.ask(
        "take its mapping",
        cluster.client.indices.put_mapping,
        index=index,
        body={"_meta": indexes.meta(whole)},
        request_timeout=_PATIENCE,
    )


def _write_articles(work: Publishing, library: Library, index: str) -> None:
    """Write the whole articles of a library to a new index, and read some of them back."""
    about, name = articles.told(library), indexes.articles_name(index)
    _create(work, name, articles.mapping(about), work.settings.shards, articles.WINDOW)
    sample: list[dict[str, Any]] = []
    documents = _sampled(articles.documents(library), max(1, about.counts.articles // _CHECKS), sample)
    # A crawl may add to what the library has just said: what counts is what was sent.
    sent = load(work.cluster, name, ((each["key"], each) for each in documents), work.pause)
    _settle(work, name, sent, sent)
    for each in sample:
        _compare(work.cluster, name, each)


def _sampled(
    documents: Iterable[dict[str, Any]], step: int, sample: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield documents, and put one in so many into a sample."""
    for number, document in enumerate(documents):
        if number % step == 0:
            sample.append(document)
        yield document


def _create(
    work: Publishing, index: str, mappings: dict[str, Any], shards: int, window: int = _WINDOW
) -> None:
    fields = len(mappings["properties"])
    body = {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            # What a node has lost is written anew in any case, so it need not wait for its disk.
            "translog.durability": "async",
            "mapping.total_fields.limit": 2 * fields + 100,
            "max_result_window": window,
        },
        "mappings": mappings,
        "aliases": {indexes.load_name(index): {}},
    }
    indices = work.cluster.client.indices
    try:
        work.cluster.ask("make an index", indices.create, index=index, body=body, request_timeout=_PATIENCE)
    except EngineDown:
        # A host that went down may have done it, and the next was asked to do it again.
        if not work.cluster.ask("look for an index", indices.exists, index=index):
            raise


def _settle(work: Publishing, index: str, sent: int, count: int) -> None:
    """Make what was sent safe and searchable, count it, and wait until it is copied."""
    cluster, indices = work.cluster, work.cluster.client.indices
    load_name = indexes.load_name(index)
    cluster.ask(
        "close its index",
        indices.delete_alias,
        index=index,
        name=load_name,
        ignore=_GONE,
        request_timeout=_PATIENCE,
    )
    cluster.ask("refresh its index", indices.refresh, index=index, request_timeout=_PATIENCE)
    cluster.ask("write its index", indices.flush, index=index, request_timeout=_PATIENCE)
    answer = cluster.ask("count", cluster.client.count, index=index, request_timeout=_PATIENCE)
    if answer["_shards"]["failed"]:
        raise Lost(f"a part of {index} is nowhere in the cluster")
    if not answer["count"] == sent == count:
        raise BuildFailed(
            f"{count} documents are to be in {index}, {sent} were sent, but it holds {answer['count']}"
        )
    # As many copies as there are other machines for, if that is fewer.
    replicas = work.settings.replicas
    body = {
        "index": {
            "auto_expand_replicas": f"0-{replicas}" if replicas else "false",
            "translog.durability": "request",
        }
    }
    cluster.ask("copy its index", indices.put_settings, index=index, body=body, request_timeout=_PATIENCE)
    _wait_for_copies(cluster, index)


def _wait_for_copies(cluster: Cluster, index: str) -> None:
    """Wait until an index is copied, however long that takes while it goes on."""
    standstills = 0
    while standstills < _STANDSTILLS:
        health = cluster.ask(
            "copy its index",
            cluster.client.cluster.health,
            index=index,
            wait_for_status="green",
            timeout=f"{_COPIED}s",
            ignore=_TIMED_OUT,
            request_timeout=_COPIED + _PATIENCE,
        )
        if health["status"] == "green":
            return
        if health["status"] == "red":
            raise Lost(f"a part of {index} is nowhere in the cluster")
        standstills += not health["initializing_shards"]
    raise BuildFailed(
        f"the cluster finds no room for {index} on another machine; see its health, "
        "or set search.opensearch.replicas lower"
    )


def _check(cluster: Cluster, index: str, documents: Documents, count: int) -> None:
    """Read back articles, and look each up by a word of every field that has any."""
    for number in range(0, count, max(1, count // _CHECKS)):
        sent = documents.document(number)
        _compare(cluster, index, sent)
        names = [placed_in(field.name, 0) for field in PLACED]
        words = [{"term": {name: word}} for name in names if (word := _first_word(sent.get(name, NOTHING)))]
        query = {"bool": {"filter": [{"term": {"n": number}}, *words]}}
        found = cluster.search(index, {"query": query, "size": 0, "track_total_hits": True})
        if found["hits"]["total"]["value"] != 1:
            raise BuildFailed(f"article {sent['key']} was sent to the cluster, but its words do not find it")


def _first_word(values: str | list[str]) -> str:
    """Return the first word of a field in layer 0; nothing where that has none."""
    words = (values if isinstance(values, str) else " ".join(values)).split()
    return next((word for word in words if word != NOTHING), "")


def _compare(cluster: Cluster, index: str, sent: dict[str, Any]) -> None:
    held = cluster.ask("return an article", cluster.client.get, index=index, id=sent["key"])
    if held["_source"] != sent:
        raise BuildFailed(f"article {sent['key']} was sent to the cluster, but another is held")


def _usable(cluster: Cluster, alias: str) -> str:
    """Return the index that the alias stands for; nothing where there is none."""
    try:
        get_alias = cluster.client.indices.get_alias
        found = cluster.ask("look for its index", get_alias, index=f"{alias}-*", name=alias)
    except Missing:
        if cluster.ask("look for its index", cluster.client.indices.exists, index=alias):
            raise BuildFailed(
                f"the cluster has an index {alias} that is not ours; "
                "give search.opensearch.index another name"
            ) from None
        return ""
    name: str = min(found)
    return name


def _remove(cluster: Cluster, names: Iterable[str]) -> None:
    for name in names:
        for each in (name, indexes.files_name(name), indexes.articles_name(name)):
            cluster.ask(
                "remove an index",
                cluster.client.indices.delete,
                index=each,
                ignore_unavailable=True,
                request_timeout=_PATIENCE,
            )


def _number(index: str) -> int:
    return int(index.rpartition("-")[2])
