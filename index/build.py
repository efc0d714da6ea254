"""Library -> generation: written beside the live one, checked, and only then switched to."""

from __future__ import annotations

import os
import shutil
from functools import partial
from typing import TYPE_CHECKING, Final

from msgspec import msgpack

from crawler.article import Article
from index import generations
from index.analysis.analyzer import analyze, analyze_name, fold
from index.building import tasks
from index.building.assemble import Progress, assemble
from index.building.crew import crew
from index.building.suggestible import learn_suggestions
from index.codec.codec import write_contents
from index.errors import BuildFailed, LibraryMoved, NoGeneration, NothingToIndex
from index.generations import Generation, Manifest
from index.naming import vocabulary
from index.schema import FIELDS, Kind, field_text
from index.segments.columns import read_columns
from index.segments.latent import learn as learn_latent
from index.segments.segment import Segment
from index.snapshot import Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.keeping.library import Library
    from index.building.crew import Crew
    from index.settings import IndexSettings

__all__ = ["Progress", "build", "check", "is_current", "write"]

_CHECKS: Final = 20
_SCRATCH: Final = "scratch"
_MOST_PROCESSES: Final = 4
_ALONE: Final = 1_000
"""A library of so few articles is indexed before a second process has started."""

_ATTEMPTS: Final = 10
_RUNS_IN_MEMORY: Final = 16


def build(
    library: Library, root: Path, settings: IndexSettings, *, now: str, progress: Progress
) -> Generation:
    """Build a generation of every article in the library below `root`, and make it the live one.

    The generation in use is not touched until the new one has passed its checks; whatever ends the build
    before leaves it serving. `now` is an ISO 8601 time. Raises NothingToIndex, Locked or BuildFailed.
    """
    if not library.counts().articles:
        raise NothingToIndex("the library holds no article yet; fill it with `als-search crawl` or `up`")
    try:
        with generations.staged(root) as folder:
            # Read before the articles: what a crawl adds meanwhile makes the library the newer one.
            updated = library.updated()
            revision = write(library.path, folder, settings, progress)
            manifest = Manifest(
                number=generations.number_of(folder),
                created=now,
                articles=check(folder),
                library=library.identity,
                revision=revision,
                updated=updated,
                vocabulary=vocabulary.VERSION,
                sizes=generations.sizes(folder),
                checksums=generations.checksums(folder),
                times=generations.times(folder),
            )
            generation = generations.seal(folder, manifest)
            generations.switch(root, generation, keep=settings.keep)
    except OSError as error:
        raise BuildFailed(
            f"the index could not be written to {root}: {error}; the one before is untouched"
        ) from error
    return generation


def is_current(library: Library, root: Path) -> bool:
    """Say whether the live generation can be used and shows the library as it is, in today's vocabulary."""
    try:
        manifest = generations.live(root).manifest
    except NoGeneration:
        return False
    made_from = (manifest.library, manifest.revision, manifest.vocabulary)
    return made_from == (library.identity, library.revision, vocabulary.VERSION)


def write(library: Path, folder: Path, settings: IndexSettings, progress: Progress) -> int:
    """Write segment and columns of a library to an empty folder; return the library's revision.

    The files depend on nothing but the library: not on the number of processes, nor on the memory they have.
    Raises BuildFailed or OSError.
    """
    for _ in range(_ATTEMPTS):
        snapshot = Snapshot(library)
        scratch = folder / _SCRATCH
        try:
            scratch.mkdir()
            processes = _processes(settings, snapshot.count())
            run_bytes = (settings.memory_mb << 20) // _RUNS_IN_MEMORY
            with crew(processes) as share:
                assemble(snapshot, folder, scratch, share, run_bytes=run_bytes, progress=progress)
                _learn_all(share, folder, scratch)
        except LibraryMoved:
            continue
        finally:
            tasks.leave()
            snapshot.close()
            shutil.rmtree(scratch, ignore_errors=True)
        return snapshot.revision
    raise BuildFailed(
        f"the library {library} changes too often to be read by several processes; wait a while"
    )


def _learn_all(share: Crew, folder: Path, scratch: Path) -> None:
    """Add what follows from a segment once it is written: each writes a file of its own to the folder."""
    learned = (partial(learn_suggestions, scratch=scratch), learn_latent, write_contents)
    for _ in share.as_done(_learn, [(folder, learn) for learn in learned]):
        pass


def _learn(folder: Path, learn: Callable[[Segment, Path], None]) -> None:
    learn(Segment(folder), folder)


def _processes(settings: IndexSettings, articles: int) -> int:
    if articles < _ALONE:
        return 1
    return settings.processes or min(_MOST_PROCESSES, os.cpu_count() or 1)


def check(folder: Path) -> int:
    """Read back what was written; return the count of articles, or raise BuildFailed."""
    segment, columns = Segment(folder), read_columns(folder)
    if segment.articles != len(columns.keys):
        raise BuildFailed(f"{segment.articles} articles were indexed, but there are {len(columns.keys)} keys")
    decoder = msgpack.Decoder(Article)
    for number in range(0, segment.articles, max(1, segment.articles // _CHECKS)):
        article = decoder.decode(segment.stored(number))
        if article.key != columns.keys[number]:
            raise BuildFailed(f"article {columns.keys[number]} was indexed, but {article.key} is found")
        _check_fields(segment, number, article)
    return segment.articles


def _check_fields(segment: Segment, number: int, article: Article) -> None:
    """Look an article up by all its identifiers, and by the first word of every other field."""
    for field in FIELDS:
        if field.kind is Kind.ID:
            terms = [
                fold(normal) for value in field.values(article) if value and (normal := field.normal(value))
            ]
        else:
            analyzed = (analyze if field.kind is Kind.TEXT else analyze_name)(field_text(field, article))
            terms = [token.term for token in analyzed[:1]]
        for term in terms:
            found = segment.fields[field.name].postings(segment.lexicons[field.kind].number(term)).articles
            if number not in found:
                raise BuildFailed(f"article {article.key} was indexed, but is not found by its {field.title}")
