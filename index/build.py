"""Library -> generation: written beside the live one, checked, and only then switched to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import msgpack, structs
from whoosh import index as whoosh_index
from whoosh import query

from index import generations
from index.analysis import fold
from index.columns import ColumnsWriter, read_columns
from index.errors import BuildFailed, NoGeneration, NothingToIndex
from index.generations import Generation, Manifest
from index.schema import FIELDS, Kind, date_number, field_text, whoosh_schema, words_seen

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.article import Article
    from crawler.library import Library
    from index.settings import IndexSettings


_CHECKS = 20

Progress = Callable[[int, int], None]
"""Told now and then how many articles are done, of how many."""


def build(
    library: Library, root: Path, settings: IndexSettings, *, now: str, progress: Progress
) -> Generation:
    """Build a generation of every article in the library below `root`, and make it the live one.

    The generation in use is not touched until the new one has passed its checks; whatever ends the build
    before leaves it serving. `now` is an ISO 8601 time. Raises NothingToIndex, Locked or BuildFailed.
    """
    total = library.counts().articles
    if not total:
        raise NothingToIndex("the library holds no article yet; fill it with `als-search crawl` or `up`")
    try:
        with generations.staged(root) as folder:
            # Read before the articles: what a crawl adds meanwhile makes the library the newer one.
            revision, updated = library.revision, library.updated()
            checks = _write(library, folder, total, progress, settings)
            manifest = Manifest(
                number=generations.number_of(folder),
                created=now,
                articles=_check(folder, checks),
                library=library.identity,
                revision=revision,
                updated=updated,
                sizes=generations.sizes(folder),
            )
            generation = generations.seal(folder, manifest)
            generations.switch(root, generation)
    except OSError as error:
        raise BuildFailed(
            f"the index could not be written to {root}: {error}; the one before is untouched"
        ) from error
    return generation


def is_current(library: Library, root: Path) -> bool:
    """Say whether the live generation can be used and shows the library as it is."""
    try:
        manifest = generations.live(root).manifest
    except NoGeneration:
        return False
    return (manifest.library, manifest.revision) == (library.identity, library.revision)


def _write(
    library: Library, folder: Path, total: int, progress: Progress, settings: IndexSettings
) -> list[tuple[int, Article]]:
    """Write index and columns; return some articles with their numbers, spread evenly, to check them by."""
    writer = whoosh_index.create_in(folder, whoosh_schema()).writer(limitmb=settings.memory_mb)
    columns = ColumnsWriter()
    checks: list[tuple[int, Article]] = []
    step = max(1, total // _CHECKS)
    try:
        for number, article in enumerate(library.articles()):
            writer.add_document(**_document(article))
            columns.add(article)
            if number % step == 0:
                checks.append((number, article))
            progress(number + 1, total)
        columns.write(folder, words_seen(writer.schema))
    except BaseException:
        writer.cancel()
        raise
    writer.commit()
    return checks


def _document(article: Article) -> dict[str, object]:
    """Return an article as Whoosh takes it; its references and full text stay in the library."""
    document: dict[str, object] = {
        field.name: fold(text) if field.kind is Kind.ID else text
        for field in FIELDS
        if (text := field_text(field, article))
    }
    document["date"] = date_number(article)
    document["article"] = msgpack.encode(structs.replace(article, references=(), body=()))
    return document


def _check(folder: Path, checks: list[tuple[int, Article]]) -> int:
    """Read back what was written; return the count of articles, or raise BuildFailed."""
    columns = read_columns(folder)
    index = whoosh_index.open_dir(folder, readonly=True)
    try:
        with index.searcher() as searcher:
            count = searcher.doc_count_all()
            if count != len(columns.keys):
                raise BuildFailed(f"{count} articles were indexed, but there are {len(columns.keys)} keys")
            for number, article in checks:
                stored = msgpack.decode(searcher.stored_fields(number)["article"], type=type(article))
                found = not article.ids.pmid or number in searcher.docs_for_query(
                    query.Term("pmid", article.ids.pmid)
                )
                if stored.key != article.key or columns.keys[number] != article.key or not found:
                    raise BuildFailed(f"article {article.key} was indexed, but is not found")
    finally:
        index.close()
    return int(count)
