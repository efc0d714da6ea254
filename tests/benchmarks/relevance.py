"""Whether a cluster ranks as the files do: the judged queries of collections, asked of both engines.

`python -m tests.benchmarks.relevance COLLECTION ...` takes folders with docs.jsonl, queries.tsv and qrels.txt, and
starts a node from the folder that ALS_OPENSEARCH_HOME names, or asks the cluster that runs at ALS_OPENSEARCH_URL.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from msgspec import Struct

from index import generations
from search.cluster.connection import Cluster
from search.cluster.publish import publish
from search.cluster.store import ClusterStore
from search.engine import Engine
from search.evaluation.collections import read
from search.evaluation.measures import measured
from search.evaluation.ours import document_of, indexed
from search.request import SearchRequest
from tests.benchmarks.clustering import cluster, settings_of

if TYPE_CHECKING:
    from search.evaluation.collections import Collection

SHOWN: Final = 10
"""How many hits count."""

_PATIENCE: Final = 60.0

Rankings = dict[str, list[tuple[str, float]]]


class Compared(Struct, frozen=True):
    """nDCG@10 of both, the mean share of the first ten that they have in common, and that of equal orders."""

    embedded: float
    cluster: float
    shared: float
    same: float


def compared(collection: Collection, one: Engine, other: Engine) -> Compared:
    """Ask two engines the queries of a collection."""
    embedded, found = (_rankings(collection, engine) for engine in (one, other))
    shares, same = [], 0
    for query, ranking in embedded.items():
        ours, others = ([key for key, _ in each] for each in (ranking, found[query]))
        if ours or others:
            shares.append(len({*ours} & {*others}) / max(len(ours), len(others)))
            same += ours == others
    return Compared(
        embedded=measured(embedded, collection.judgements)["nDCG@10"],
        cluster=measured(found, collection.judgements)["nDCG@10"],
        shared=sum(shares) / len(shares),
        same=same / len(shares),
    )


def _rankings(collection: Collection, engine: Engine) -> Rankings:
    return {
        query.id: [
            (document_of(hit.key), hit.score)
            for hit in engine.search(SearchRequest(query=query.text, size=SHOWN)).hits
        ]
        for query in collection.queries
    }


@click.command(help=__doc__)
@click.argument(
    "folders", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option("--nodes", type=click.IntRange(1), default=1, show_default=True)
@click.option("--shards", type=click.IntRange(1), default=1, show_default=True)
def main(folders: tuple[Path, ...], nodes: int, shards: int) -> None:
    """Print a line for each collection."""
    click.echo(f"{'nDCG@10':>10}{'cluster':>10}{'shared':>10}{'equal':>10}  collection")
    with cluster(nodes, shards):
        for folder in folders:
            collection = read(folder)
            where = settings_of(folder)
            with tempfile.TemporaryDirectory() as work:
                indexed(collection, Path(work))
                publish(Cluster(where), where, generations.live(Path(work) / "index"))
                store = ClusterStore(Cluster(where), where.index, time.monotonic)
                engines = (Engine(Path(work) / "index", seconds=_PATIENCE), Engine(store, seconds=_PATIENCE))
                found = compared(collection, *engines)
            Cluster(where).client.indices.delete(index=f"{where.index}-*")
            figures = (found.embedded, found.cluster, found.shared, found.same)
            click.echo("".join(f"{each:10.4f}" for each in figures) + f"  {collection.name}")


if __name__ == "__main__":
    main()
