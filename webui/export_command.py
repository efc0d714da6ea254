"""The command `export`: all hits of a search into a file or a pipe."""

from __future__ import annotations

from typing import IO

import click

from search.choice import Place, articles_of, engine_of
from search.request import Sort
from search.terminal import request_of
from webui.exports import FORMATS, records


@click.command(name="export")
@click.argument("words", metavar="[QUERY]...", nargs=-1)
@click.option("--format", "name", type=click.Choice(list(FORMATS)), default="ris", show_default=True)
@click.option(
    "--output", type=click.File("wb", atomic=True), default="-", metavar="FILE",
    help="Write to FILE, which is there only once it is whole; by default to standard output.",
)  # fmt: skip
@click.option("--sort", default="relevance", show_default=True, help=f"{', '.join(Sort)}.")
@click.option(
    "--facet", "facets", multiple=True, metavar="NAME=VALUE", help="Keep hits with this value; repeatable."
)
@click.pass_obj
def export_command(
    place: Place,
    /,
    words: tuple[str, ...],
    name: str,
    output: IO[bytes],
    *,
    sort: str,
    facets: tuple[str, ...],
) -> None:
    """Write every hit of QUERY, or every article, as RIS, BibTeX, NBIB, CSL-JSON, CSV or JSON Lines."""
    request = request_of(" ".join(words), page=1, size=100, sort=sort, facets=facets)
    engine = engine_of(place)
    keys = engine.keys(request)
    for piece in records(articles_of(place).several(keys), name):
        output.write(piece)
    click.echo(f"{len(keys):,} {'article' if len(keys) == 1 else 'articles'} written.", err=True)
