"""The generations of a cluster: what their indexes are called, and what they say of themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from index import schema
from index.analysis import analyzer
from index.generations import Manifest
from search.cluster.connection import Missing
from search.errors import EngineDown

if TYPE_CHECKING:
    from search.cluster.connection import Cluster

VERSION: Final = 2
"""Goes up whenever documents made before could not answer the searches made now."""

_META: Final = "als-search"


class Unusable(EngineDown):
    """There is no index that this version can use; a reindex makes one."""


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation says of itself: its manifest, the parts of its files, and whether it is whole."""

    manifest: Manifest
    parts: int
    version: int = VERSION
    is_whole: bool = False


def meta(about: About) -> dict[str, Any]:
    """Return what is kept in the mapping of an index."""
    return {_META: msgspec.to_builtins(about)}


def index_name(alias: str, number: int) -> str:
    """Return the name of the index of a generation."""
    return f"{alias}-{number:06}"


def files_name(index: str) -> str:
    """Return the name of the index with the files of a generation."""
    return f"{index}-files"


def articles_name(index: str) -> str:
    """Return the name of the index with the whole articles of a generation."""
    return f"{index}-articles"


def generation_name(index: str) -> str:
    """Return what a generation is called in links: generation-000007."""
    return f"generation-{index.rpartition('-')[2]}"


def live(cluster: Cluster, alias: str) -> str:
    """Return the name of the index in use; raises EngineDown where there is none, or it is none of ours."""
    try:
        found = cluster.ask("look for its index", cluster.client.indices.get_alias, name=alias)
    except Missing as error:
        raise Unusable(f"there is no index {alias} in the cluster yet; run `als-search reindex`") from error
    names: list[str] = sorted(found)
    if len(names) != 1:
        raise EngineDown(f"{alias} stands for {len(names)} indexes of the cluster; run `als-search reindex`")
    return names[0]


def about(cluster: Cluster, index: str) -> About:
    """Return what an index says of itself; raises EngineDown where it is not ours, or of another version."""
    told = cluster.ask("read its index", cluster.client.indices.get_mapping, index=index)
    found = _about(told[index]["mappings"])
    if found is None:
        raise EngineDown(
            f"the index {index} of the cluster was not made by als-search; "
            "give search.opensearch.index another name"
        )
    versions = (found.version, found.manifest.analyzer, found.manifest.schema)
    if versions != (VERSION, analyzer.VERSION, schema.VERSION):
        raise Unusable(f"{index} was made by another version; run `als-search reindex`")
    return found


def switch(cluster: Cluster, alias: str, index: str, before: str) -> None:
    """Make an index the one in use, in one step; `before` is the one that was, if any."""
    actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": alias}}]
    if before:
        actions.append({"remove": {"index": before, "alias": alias}})
    cluster.ask("switch to another index", cluster.client.indices.update_aliases, body={"actions": actions})


def all_of(cluster: Cluster, alias: str) -> dict[str, About | None]:
    """Return the indexes that are called like generations, in order, each with what it says of itself.

    Of one that does not say that it is ours, that is nothing.
    """
    told = cluster.ask("list its indexes", cluster.client.indices.get_mapping, index=f"{alias}-*")
    return {
        name: _about(told[name]["mappings"])
        for name in sorted(told)
        if name.removeprefix(f"{alias}-").isdigit()
    }


def kept(cluster: Cluster, alias: str, generation: str) -> str:
    """Return the index of a generation by its name; nothing where it is not kept, or not whole."""
    index = f"{alias}-{generation.rpartition('-')[2]}"
    try:
        return index if about(cluster, index).is_whole else ""
    except Missing:
        return ""


def _about(mappings: dict[str, Any]) -> About | None:
    try:
        return msgspec.convert(mappings["_meta"][_META], About)
    except (KeyError, TypeError, msgspec.ValidationError):
        return None
