"""A built generation -> one of the cluster: written beside the live one, checked, switched to in one step.

A generation is an index named after its number, and another with its files. Its mapping says that it is
whole, and that is written last; an index that does not say so is a build that never ended, which the next one
removes. The alias names the generation in use: moving it is the switch.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import msgspec

from index.errors import BuildFailed
from search.cluster import articles, carried, indexes
from search.cluster.connection import Missing
from search.cluster.documents import PLACED, Documents, mapping
from search.errors import EngineDown
from search.opened import Opened

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.keeping.library import Library
    from index.generations import Generation
    from search.cluster.connection import Cluster
    from search.cluster.settings import OpenSearchSettings

_BULK_BYTES: Final = 4 << 20
_SENDERS: Final = 2
_ATTEMPTS: Final = 6
_PATIENCE: Final = 120.0
"""Seconds that the cluster may take for a bulk, a refresh or a copy."""

_BUSY: Final = 429
_CHECKS: Final = 20
_WINDOW: Final = 10_000


def publish(
    cluster: Cluster,
    settings: OpenSearchSettings,
    generation: Generation,
    *,
    library: Library | None = None,
    keep: int = 1,
    pause: Callable[[float], None] = time.sleep,
) -> str:
    """Write a built generation to the cluster, make it the live one, and return the name of its index.

    With the library that it was built from, its whole articles are written as well: a site needs them.
    Until the new one has passed its checks the one in use is not touched; whatever ends this before leaves it
    serving. `keep` of those before it stay. Raises BuildFailed.
    """
    try:
        before = _usable(cluster, settings.index)
        names = indexes.all_of(cluster, settings.index)
        _remove(cluster, [name for name, about in names.items() if about and not about.is_whole])
        index = indexes.index_name(settings.index, max(map(_number, names), default=0) + 1)
        try:
            if library:
                _write_articles(cluster, settings, library, index, pause)
            _write(cluster, settings, generation, index, pause)
            indexes.switch(cluster, settings.index, index, before)
        except BaseException:
            if _usable(cluster, settings.index) != index:
                _remove(cluster, [index])
            raise
        whole = [name for name, about in names.items() if about and about.is_whole]
        _remove(cluster, [name for name in sorted(whole)[:-keep] if name != before])
    except EngineDown as error:
        raise BuildFailed(f"the index could not be written to the cluster: {error}") from error
    return index


def _write(
    cluster: Cluster,
    settings: OpenSearchSettings,
    generation: Generation,
    index: str,
    pause: Callable[[float], None],
) -> None:
    """Write everything of a generation to new indexes, check it, and say that it is whole."""
    opened = Opened(generation)
    documents = Documents(opened)
    documents.measure()
    pieces = list(carried.parts(opened, documents))
    manifest = msgspec.structs.replace(
        generation.manifest, number=_number(index), sizes={}, checksums={}, times={}
    )
    about = indexes.About(manifest=manifest, parts=len(pieces))
    _create(cluster, index, mapping(documents.depths, indexes.meta(about)), settings.shards)
    _create(cluster, indexes.files_name(index), carried.MAPPING, 1)
    _load(cluster, indexes.files_name(index), ((str(piece["part"]), piece) for piece in pieces), pause)
    _load(cluster, index, ((each["key"], each) for each in documents), pause)
    for name, count in ((index, manifest.articles), (indexes.files_name(index), len(pieces))):
        _settle(cluster, name, count, settings.replicas)
    _check(cluster, index, documents, manifest.articles)
    whole = msgspec.structs.replace(about, is_whole=True)
    cluster.ask(
        "take its mapping",
        cluster.client.indices.put_mapping,
        index=index,
        body={"_meta": indexes.meta(whole)},
        request_timeout=_PATIENCE,
    )


def _write_articles(
    cluster: Cluster,
    settings: OpenSearchSettings,
    library: Library,
    index: str,
    pause: Callable[[float], None],
) -> None:
    """Write the whole articles of a library to a new index."""
    about, name = articles.told(library), indexes.articles_name(index)
    _create(cluster, name, articles.mapping(about), settings.shards, articles.WINDOW)
    # A crawl may add to what the library has just said: what counts is what was sent.
    sent = _load(cluster, name, ((each["key"], each) for each in articles.documents(library)), pause)
    _settle(cluster, name, sent, settings.replicas)


def _create(
    cluster: Cluster, index: str, mappings: dict[str, Any], shards: int, window: int = _WINDOW
) -> None:
    fields = len(mappings["properties"])
    body = {
        "settings": {
            "number_of_shards": shards,
            "number_of_replicas": 0,
            "refresh_interval": "-1",
            "index.mapping.total_fields.limit": 2 * fields + 100,
            "index.max_result_window": window,
        },
        "mappings": mappings,
    }
    cluster.ask(
        "make an index", cluster.client.indices.create, index=index, body=body, request_timeout=_PATIENCE
    )


def _load(
    cluster: Cluster,
    index: str,
    documents: Iterable[tuple[str, dict[str, Any]]],
    pause: Callable[[float], None],
) -> int:
    """Send documents, given with their ids, in parallel bulks, and return how many there were.

    Raises BuildFailed for one that is refused.
    """
    sent = 0
    waiting: deque[Future[None]] = deque()
    with ThreadPoolExecutor(_SENDERS) as senders:
        try:
            for bulk in _bulks(documents):
                sent += len(bulk)
                waiting.append(senders.submit(_send, cluster, index, bulk, pause))
                if len(waiting) > 2 * _SENDERS:
                    waiting.popleft().result()
            while waiting:
                waiting.popleft().result()
        finally:
            for each in waiting:
                each.cancel()
    return sent


def _bulks(documents: Iterable[tuple[str, dict[str, Any]]]) -> Iterator[list[tuple[str, bytes]]]:
    bulk: list[tuple[str, bytes]] = []
    size = 0
    for key, document in documents:
        encoded = msgspec.json.encode(document)
        bulk.append((key, encoded))
        size += len(encoded)
        if size > _BULK_BYTES:
            yield bulk
            bulk, size = [], 0
    if bulk:
        yield bulk


def _send(
    cluster: Cluster, index: str, bulk: list[tuple[str, bytes]], pause: Callable[[float], None]
) -> None:
    """Send documents until the cluster has taken each; what it is too busy for is sent again, later."""
    left = bulk
    for attempt in range(_ATTEMPTS):
        if attempt:
            pause(2.0**attempt / 4)
        lines = [
            line
            for key, document in left
            for line in (msgspec.json.encode({"index": {"_id": key}}), document)
        ]
        try:
            answer = cluster.ask(
                "take documents",
                cluster.client.bulk,
                index=index,
                body=b"\n".join(lines).decode() + "\n",
                request_timeout=_PATIENCE,
            )
        except EngineDown:
            if attempt + 1 == _ATTEMPTS:
                raise
            continue
        busy = []
        for (key, document), item in zip(left, answer["items"], strict=True):
            told = item["index"]
            if told["status"] == _BUSY:
                busy.append((key, document))
            elif "error" in told:
                raise BuildFailed(f"the cluster refused article {key}: {told['error'].get('reason')}")
        left = busy
        if not left:
            return
    raise BuildFailed(f"the cluster is too busy: it refused {len(left)} articles {_ATTEMPTS} times")


def _settle(cluster: Cluster, index: str, count: int, replicas: int) -> None:
    """Make what was sent searchable, count it, and wait until it is copied."""
    indices = cluster.client.indices
    cluster.ask("refresh its index", indices.refresh, index=index, request_timeout=_PATIENCE)
    found = cluster.ask("count", cluster.client.count, index=index, request_timeout=_PATIENCE)["count"]
    if found != count:
        raise BuildFailed(f"{count} documents were sent to {index}, but it holds {found}")
    # As many copies as there are other machines for, if that is fewer.
    body = {"index": {"auto_expand_replicas": f"0-{replicas}" if replicas else "false"}}
    cluster.ask("copy its index", indices.put_settings, index=index, body=body, request_timeout=_PATIENCE)
    health = cluster.ask(
        "copy its index",
        cluster.client.cluster.health,
        index=index,
        wait_for_status="green",
        timeout=f"{int(_PATIENCE)}s",
        request_timeout=_PATIENCE + 10,
    )
    if health["status"] == "red":
        raise BuildFailed(f"a part of {index} is nowhere in the cluster")


def _check(cluster: Cluster, index: str, documents: Documents, count: int) -> None:
    """Read back articles, and look each up by a word of every field that has any."""
    for number in range(0, count, max(1, count // _CHECKS)):
        sent = documents.document(number)
        held = cluster.ask("return an article", cluster.client.get, index=index, id=sent["key"])
        if held["_source"] != sent:
            raise BuildFailed(f"article {sent['key']} was sent to the cluster, but another is held")
        words = [
            {"term": {f"w_{field.name}": sent[f"w_{field.name}"].split()[0]}}
            for field in PLACED
            if f"w_{field.name}" in sent
        ]
        query = {"bool": {"filter": [{"term": {"n": number}}, *words]}}
        found = cluster.search(index, {"query": query, "size": 0, "track_total_hits": True})
        if found["hits"]["total"]["value"] != 1:
            raise BuildFailed(f"article {sent['key']} was sent to the cluster, but its words do not find it")


def _usable(cluster: Cluster, alias: str) -> str:
    """Return the index that the alias stands for; nothing where there is none."""
    try:
        found = cluster.ask("look for its index", cluster.client.indices.get_alias, name=alias)
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
