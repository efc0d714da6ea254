"""The generations of a cluster: what their indexes are called, and what they say of themselves."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from index import schema
from index.analysis import analyzer
from index.generations import Manifest
from search.cluster.connection import Missing
from search.errors import EngineDown

if TYPE_CHECKING:
    from search.cluster.connection import Cluster
    from search.deadline import Deadline

VERSION: Final = 3
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


def lock_name(alias: str) -> str:
    """Return the name of the index that says who builds a generation."""
    return f"{alias}-lock"


def load_name(index: str) -> str:
    """Return what an index is called while it is written: with it gone, nothing can be written by mistake."""
    return f"{index}-load"


def generation_name(index: str) -> str:
    """Return what a generation is called in links: generation-000007."""
    return f"generation-{index.rpartition('-')[2]}"


def live(cluster: Cluster, alias: str, deadline: Deadline | None = None) -> str:
    """Return the name of the index in use; raises EngineDown where there is none, or it is none of ours.

    Any node knows it, also while the cluster has no manager.
    """
    indices = cluster.client.indices
    try:
        # Of its own indexes alone: who may read no others may not ask for the aliases of all.
        found = cluster.ask(
            "look for its index", indices.get_alias, deadline, index=f"{alias}-*", name=alias, local=True
        )
    except Missing as error:
        if cluster.ask("look for its index", indices.exists, deadline, index=alias):
            raise EngineDown(
                f"{alias} is an index of the cluster that is not ours; "
                "give search.opensearch.index another name"
            ) from error
        raise Unusable(f"there is no index {alias} in the cluster yet; run `als-search reindex`") from error
    names: list[str] = sorted(found)
    if len(names) != 1:
        raise EngineDown(f"{alias} stands for {len(names)} indexes of the cluster; run `als-search reindex`")
    return names[0]


def about(cluster: Cluster, index: str, deadline: Deadline | None = None) -> About:
    """Return what an index says of itself; raises EngineDown where it is not ours, or of another version."""
    get_mapping = cluster.client.indices.get_mapping
    told = cluster.ask("read its index", get_mapping, deadline, index=index, local=True)
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
    """Make an index the one in use, in one step; `before` is the one that was, if any.

    Raises EngineDown where another one is in use by now.
    """
    actions: list[dict[str, Any]] = [{"add": {"index": index, "alias": alias}}]
    if before:
        actions.append({"remove": {"index": before, "alias": alias, "must_exist": True}})
    update = cluster.client.indices.update_aliases
    try:
        cluster.ask("switch to another index", update, body={"actions": actions})
    except EngineDown:
        # A host that went down may have done it, and the next was asked to do it again.
        if live(cluster, alias) != index:
            raise


def all_of(cluster: Cluster, alias: str) -> dict[str, About | None]:
    """Return the indexes that are called like generations, in order, each with what it says of itself.

    Of one that does not say that it is ours, that is nothing.
    """
    told = _mappings(cluster, alias)
    names = [name for name in sorted(told) if name.removeprefix(f"{alias}-").isdigit()]
    return {name: _about(told[name]["mappings"]) for name in names}


def unended(cluster: Cluster, alias: str) -> list[str]:
    """Return the names of generations whose build never ended, in order; of some, not even that index is."""
    told = _mappings(cluster, alias)
    found = re.compile(f"({re.escape(alias)}-[0-9]+)(-files|-articles)?")
    begun = {name[1] for name in map(found.fullmatch, told) if name}
    abouts = {name: _about(told[name]["mappings"]) if name in told else None for name in begun}
    return sorted(
        name for name, about in abouts.items() if name not in told or (about and not about.is_whole)
    )


def _mappings(cluster: Cluster, alias: str) -> dict[str, Any]:
    told: dict[str, Any] = cluster.ask(
        "list its indexes", cluster.client.indices.get_mapping, index=f"{alias}-*"
    )
    return told


def kept(cluster: Cluster, alias: str, generation: str, deadline: Deadline | None = None) -> str:
    """Return the index of a generation by its name; nothing where it is not kept, or not whole."""
    number = generation.rpartition("-")[2]
    # A name comes from an address, and may be anything.
    index = index_name(alias, int(number)) if re.fullmatch("[0-9]{6,12}", number) else ""
    if not index or generation_name(index) != generation:
        return ""
    try:
        return index if about(cluster, index, deadline).is_whole else ""
    except Missing:
        return ""


def _about(mappings: dict[str, Any]) -> About | None:
    try:
        return msgspec.convert(mappings["_meta"][_META], About)
    except (KeyError, TypeError, msgspec.ValidationError):
        return None
