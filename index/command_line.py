"""The vocabulary's commands: what it holds, what words mean by it, and NLM's descriptors for it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import click

from index.naming import mesh, vocabulary

if TYPE_CHECKING:
    from index.naming.concepts import Concept


class Place(Protocol):
    """What the commands need of the settings: where the library lies."""

    @property
    def library_path(self) -> Path:
        """The file of the library."""


@click.group(name="vocabulary")
def vocabulary_group() -> None:
    """Show the vocabulary of ALS, and load MeSH descriptors."""


@vocabulary_group.command(name="list")
@click.argument("category", default="")
def list_command(category: str) -> None:
    """List the concepts, all or those of a category, each with its other names."""
    concepts = vocabulary.load().concepts
    categories = list(dict.fromkeys(concept.category for concept in concepts))
    if category and category not in categories:
        raise click.UsageError(f"there is no category {category!r}; there are {', '.join(categories)}")
    for concept in concepts:
        if category in {"", concept.category}:
            click.echo(
                f"{concept.category}: {concept.name} = {', '.join(_names(concept))}".removesuffix(" = ")
            )


@vocabulary_group.command(name="show")
@click.argument("words", nargs=-1, required=True)
def show_command(words: tuple[str, ...]) -> None:
    """Show what the words of a query stand for."""
    typed = " ".join(words).split()
    matches = vocabulary.load().match_query(typed)
    for match in matches:
        concept = match.concept
        click.echo(f"{' '.join(typed[match.start : match.end])}: {concept.name} ({concept.category})")
        click.echo(f"  names: {', '.join(_names(concept))}")
        if concept.mesh:
            click.echo(f"  MeSH: {', '.join(concept.mesh)}")
    if not matches:
        click.echo("No word of these leads to another.")


@vocabulary_group.command(name="mesh")
@click.argument("path", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def mesh_command(place: Place, path: Path) -> None:
    """Load MeSH descriptors from FILE: NLM's desc2024.xml or the like, or a table; compressed or not."""
    folder = place.library_path.parent
    count = mesh.save(mesh.read(path), folder)
    click.echo(f"Loaded {count:,} MeSH descriptors into {folder / mesh.FILE_NAME}")


def _names(concept: Concept) -> list[str]:
    forms = (form for form in concept.forms if form.leads or form.is_found)
    return list(dict.fromkeys(form.text for form in forms if form.text != concept.name))
