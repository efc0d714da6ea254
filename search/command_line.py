"""The commands of the search: ask the index, list its generations, go back to the one before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from index import generations
from search.choice import Place, cluster_of, engine_of
from search.request import Sort
from search.terminal import as_text, request_of, to_json

if TYPE_CHECKING:
    from index.generations import Manifest


@click.command(name="search")
@click.argument("words", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print total, hits and facets as JSON.")
@click.option("--explain", "is_explained", is_flag=True, help="Say how the score of each hit came about.")
@click.option("--page", default=1, show_default=True, help="Which page of hits.")
@click.option("--size", default=10, show_default=True, help="Hits on a page.")
@click.option("--sort", default="relevance", show_default=True, help=f"{', '.join(Sort)}.")
@click.option(
    "--facet", "facets", multiple=True, metavar="NAME=VALUE", help="Keep hits with this value; repeatable."
)
@click.pass_obj
def search_command(
    place: Place, /, words: tuple[str, ...], *, as_json: bool, is_explained: bool, **options: Any
) -> None:
    """Search the index: words, "phrases", field:word, word[tag]."""
    request = request_of(" ".join(words), **options)
    engine = engine_of(place)
    page = engine.search(request)
    told = {hit.key: engine.explain(page.searched, hit.key) for hit in page.hits if is_explained}
    click.echo(to_json(page, told) if as_json else as_text(page, told))


@click.command(name="generations")
@click.pass_obj
def generations_command(place: Place) -> None:
    """List the indexes that are kept, the newest first, and say which is live."""
    if cluster := cluster_of(place):
        from search.cluster import upkeep  # noqa: PLC0415 - needs the extra

        for line in upkeep.listed(cluster, place.search.opensearch.index):
            click.echo(line)
        return
    root = place.index_root
    live = generations.live(root)
    for name in generations.kept_names(root):
        manifest = generations.read(root / name).manifest
        state = ", live" if name == live.name else ""
        click.echo(f"{name}: {manifest.articles} articles, built {manifest.created}{state}")


@click.command(name="rollback")
@click.pass_obj
def rollback_command(place: Place) -> None:
    """Make the index before the live one the live one."""
    manifest = _rolled_back(place)
    name = f"generation-{manifest.number:06}"
    click.echo(f"Index: {manifest.articles} articles in {name}, now live.")


def _rolled_back(place: Place) -> Manifest:
    if cluster := cluster_of(place):
        from search.cluster import upkeep  # noqa: PLC0415 - needs the extra

        return upkeep.rollback(cluster, place.search.opensearch.index)
    return generations.rollback(place.index_root).manifest
