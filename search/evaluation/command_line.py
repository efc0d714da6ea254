"""`als-search evaluate`: how good the order of hits is, beside other engines on the same texts."""

from __future__ import annotations

import importlib.util
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
import msgspec
from msgspec import Struct, msgpack

from crawler.article import Article
from index import generations
from index.schema import Kind
from search.evaluation.collections import read
from search.evaluation.known_items import drawn, heading_precision, known_items
from search.evaluation.ours import Ours, document_of, indexed
from search.ranking.best_match import Ingredients

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from search.evaluation.baselines import Baseline
    from search.evaluation.collections import Collection

_DEPTH: Final = 1_000
_SAMPLE: Final = 1_000
_NEEDED: Final = ("bm25s", "ir_measures", "Stemmer")

INGREDIENTS: Final = {
    "words alone": (Ingredients(closeness=False, meaning=False, priors=False), False),
    "words and closeness": (Ingredients(closeness=True, meaning=False, priors=False), False),
    "words and mapping": (Ingredients(closeness=False, meaning=False, priors=False), True),
    "words and meaning": (Ingredients(closeness=False, meaning=True, priors=False), False),
}
"""What a table of ingredients tries beside all of them together; the second says whether names are mapped."""


class Row(Struct, frozen=True):
    """A row of the table: an engine, its measures, and the milliseconds of a query, which the median took."""

    engine: str
    measures: dict[str, float]
    milliseconds: float


@click.command(name="evaluate")
@click.argument("collection", type=click.Path(path_type=Path), required=False)
@click.option("--ablation", is_flag=True, help="Also without one or the other of what makes up the ranking.")
@click.option("--no-baselines", is_flag=True, help="Only our own search.")
@click.option(
    "--known-item", "is_known_item", is_flag=True, help="Ask the live index for articles by their own words."
)
@click.option(
    "--sample", default=_SAMPLE, show_default=True, help="How many articles --known-item asks for; 0 is all."
)
@click.option(
    "--headings", default=0, help="Ask the live index for so many of its most frequent MeSH headings."
)
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.pass_context
def evaluate(  # noqa: PLR0913 - one for each option
    context: click.Context,
    collection: Path | None,
    *,
    ablation: bool,
    no_baselines: bool,
    is_known_item: bool,
    sample: int,
    headings: int,
    as_json: bool,
) -> None:
    """Measure the ranking on COLLECTION, a folder with docs.jsonl, queries.tsv and qrels.txt.

    The measures are nDCG@10, MAP, P@10 and R@100. With --known-item instead: how often an article of the live
    index is first when asked for by its title, and among the first three when asked for by the five rarest
    words of its abstract. With --headings: the share of the first ten hits that have the heading asked for,
    with names mapped to their synonyms and without.
    """
    if (collection is not None) + is_known_item + bool(headings) != 1:
        raise click.UsageError("give one of COLLECTION, --known-item and --headings")
    if headings:
        _headings(context.obj.index_root, headings, as_json=as_json)
        return
    if collection is None:
        _known_items(context.obj.index_root, sample, as_json=as_json)
        return
    if missing := [name for name in _NEEDED if importlib.util.find_spec(name) is None]:
        raise click.ClickException(
            f"{', '.join(missing)} is missing; install it with `pip install 'als-search[evaluate]'`"
        )
    judged = read(collection)
    rows = list(_rows(judged, ablation=ablation, with_baselines=not no_baselines))
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2))
        return
    click.echo(
        f"{judged.name}: {len(judged.documents)} documents, {len(judged.queries)} queries, to rank {_DEPTH}"
    )
    names = list(rows[0].measures)
    click.echo("".join(f"{name:>10}" for name in [*names, "ms"]) + "  engine")
    for row in rows:
        figures = "".join(f"{row.measures[name]:10.4f}" for name in names)
        click.echo(f"{figures}{row.milliseconds:10.2f}  {row.engine}")


def _rows(judged: Collection, *, ablation: bool, with_baselines: bool) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as folder:
        ours = indexed(judged, Path(folder))
        tried = {"als-search": (Ingredients(), True), **(INGREDIENTS if ablation else {})}
        for name, (ingredients, is_mapped) in tried.items():
            yield _row(judged, name, _asking(ours, ingredients, is_mapped=is_mapped))
    if with_baselines:
        from search.evaluation.baselines import BASELINES  # noqa: PLC0415 - an extra installs what they need

        for name, make in BASELINES.items():
            yield _row(judged, name, _asking_other(judged, make(judged.documents)))


def _asking(
    ours: Ours, ingredients: Ingredients, *, is_mapped: bool
) -> Callable[[str], list[tuple[str, float]]]:
    def ask(query: str) -> list[tuple[str, float]]:
        found = ours.ask(query, _DEPTH, ingredients, is_mapped=is_mapped)
        return [(document_of(key), score) for key, score in found]

    return ask


def _asking_other(judged: Collection, answer: Baseline) -> Callable[[str], list[tuple[str, float]]]:
    def ask(query: str) -> list[tuple[str, float]]:
        return [(judged.documents[place].id, score) for place, score in answer(query, _DEPTH)]

    return ask


def _row(judged: Collection, name: str, ask: Callable[[str], list[tuple[str, float]]]) -> Row:
    from search.evaluation.measures import measured  # noqa: PLC0415 - an extra installs what it needs

    rankings, times = {}, []
    for query in judged.queries:
        start = time.perf_counter()
        rankings[query.id] = ask(query.text)
        times.append(time.perf_counter() - start)
    median = sorted(times)[len(times) // 2] * 1_000
    return Row(name, measured(rankings, judged.judgements), round(median, 2))


def _headings(root: Path, count: int, *, as_json: bool) -> None:
    ours = Ours(generations.live(root).folder)
    articles = (
        msgpack.decode(ours.segment.stored(number), type=Article) for number in range(ours.segment.articles)
    )
    found = heading_precision(
        articles,
        count,
        lambda query, is_mapped: [key for key, _ in ours.ask(query, 10, is_mapped=is_mapped)],
    )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    click.echo(
        f"of the first ten hits of {found.headings} headings have the heading: "
        f"{found.mapped:.2%} with mapping, {found.as_typed:.2%} without"
    )


def _known_items(root: Path, sample: int, *, as_json: bool) -> None:
    ours = Ours(generations.live(root).folder)
    lexicon, postings = ours.segment.lexicons[Kind.TEXT], ours.segment.everywhere
    keys = drawn([ours.columns.keys[number] for number in range(ours.segment.articles)], sample)
    articles = (
        msgpack.decode(ours.segment.stored(ours.columns.keys.number(key)), type=Article) for key in keys
    )
    found = known_items(
        articles,
        lambda query, count: [key for key, _ in ours.ask(query, count)],
        lambda term: postings.df(lexicon.number(term)),
    )
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
        return
    click.echo(f"first by its title: {found.first_by_title:.2%} of {found.titles}")
    click.echo(
        f"in the first three by five rare words: {found.in_three_by_rare_words:.2%} of {found.abstracts}"
    )
    for line in found.missed[:20]:
        click.echo(f"  missed {line}")
