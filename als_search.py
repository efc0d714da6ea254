"""The front door of als-search: settings, the command line, and the WSGI application.

The one module that knows all four packages. Commands are thin: each opens what it needs, calls the job in its
package, and says in one line what came of it. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done in part,
130 interrupted.
"""

from __future__ import annotations

import difflib
import gc
import os
import re
import sys
import tomllib
from contextlib import AbstractContextManager, closing, nullcontext
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import click
import msgspec
import platformdirs
from msgspec import Struct

from crawler.errors import CrawlerError, SourceError
from crawler.keeping.library import FILE_NAME, Library
from crawler.settings import CrawlerSettings
from index.errors import IndexingError, NoGeneration, NothingToIndex
from index.settings import IndexSettings
from search.errors import BadRequest, EngineDown, SearchError
from search.settings import SearchSettings
from webui.errors import CannotServe
from webui.settings import WebSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from flask import Flask

    from search.cluster.connection import Cluster

APP: Final = "als-search"
_PREFIX: Final = "ALS_SEARCH_"
_CONFIG: Final = "ALS_SEARCH_CONFIG"
_SECRETS: Final = ("crawler.api_key", "search.opensearch.password")
_FAILED, _INTERRUPTED = 1, 130
_OURS: Final = (CrawlerError, IndexingError, SearchError, CannotServe)
_ELSEWHERE: Final = {
    "crawl": ("crawler.command_line", "crawl_group"),
    "reparse": ("crawler.command_line", "reparse"),
    "export": ("webui.export_command", "export_command"),
    "vocabulary": ("index.command_line", "vocabulary_group"),
    "search": ("search.command_line", "search_command"),
    "generations": ("search.command_line", "generations_command"),
    "rollback": ("search.command_line", "rollback_command"),
    "evaluate": ("search.evaluation.command_line", "evaluate"),
}
"""Where commands are that a package brings. Each is imported when it is asked for, as are the jobs of those
below: all of them take longer to import than a server takes to start."""


# Settings: one TOML file, environment variables over it, flags over both.


class Settings(Struct, frozen=True, kw_only=True):
    """Every setting: where library and index lie, and a section a package."""

    data: Annotated[str, msgspec.Meta(min_length=1)] = msgspec.field(
        default_factory=lambda: platformdirs.user_data_dir(APP)
    )
    crawler: CrawlerSettings = CrawlerSettings()
    index: IndexSettings = IndexSettings()
    search: SearchSettings = SearchSettings()
    webui: WebSettings = WebSettings()

    @property
    def library_path(self) -> Path:
        """The file of the library."""
        return Path(self.data).expanduser() / FILE_NAME

    @property
    def index_root(self) -> Path:
        """The folder of the generations."""
        return Path(self.data).expanduser() / "index"


class WrongSetting(click.UsageError):
    """A setting is unknown or has a wrong value; the message says where it stands and what would be right."""


def flat(settings: Settings) -> dict[str, object]:
    """Return every setting by its dotted name, such as crawler.email, in order."""
    return dict(_dotted(msgspec.to_builtins(settings)))


def _dotted(tree: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what stands in sections, and in sections of these, by dotted name."""
    for name, value in tree.items():
        if isinstance(value, dict):
            yield from _dotted(value, f"{before}{name}.")
        else:
            yield f"{before}{name}", value


def load_settings(
    environment: Mapping[str, str], flags: Mapping[str, object]
) -> tuple[Settings, dict[str, str]]:
    """Return the settings, and the origin of each by its dotted name. `flags` go by dotted names, too.

    Raises WrongSetting for an unknown name or a value of the wrong type.
    """
    known = flat(Settings())
    origins = dict.fromkeys(known, "default")
    tree: dict[str, Any] = {}
    named = environment.get(_CONFIG, "")
    path = Path(named).expanduser() if named else Path(platformdirs.user_config_dir(APP)) / "settings.toml"
    by_variable = {_PREFIX + name.replace(".", "_").upper(): name for name in known}
    layers = [(f"{path}", name, value) for name, value in _from_file(path, wanted=bool(named))]
    for variable in sorted(name for name in environment if name.startswith(_PREFIX) and name != _CONFIG):
        if variable not in by_variable:
            raise WrongSetting(
                f"environment: there is no setting {variable}{_nearest(variable, by_variable)}"
            )
        layers.append((f"environment {variable}", by_variable[variable], environment[variable]))
    layers += [
        (f"flag --{name.split('.')[-1]}", name, value) for name, value in flags.items() if value is not None
    ]
    for origin, name, value in layers:
        if name not in known:
            raise WrongSetting(f"{origin}: there is no setting {name}{_nearest(name, known)}")
        *sections, own = name.split(".")
        place = tree
        for section in sections:
            place = place.setdefault(section, {})
        place[own] = _split(value, like=known[name])
        origins[name] = origin
    try:
        return msgspec.convert(tree, Settings, strict=False), origins
    except msgspec.ValidationError as error:
        where = str(error).rpartition("$.")[2].rstrip("`")
        raise WrongSetting(f"{origins.get(where, 'settings')}: {where} has a wrong value: {error}") from error


def _split(value: object, *, like: object) -> object:
    """Return the parts of a text where the setting is a list: environment variables hold texts only."""
    if isinstance(like, list | tuple) and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def _from_file(path: Path, *, wanted: bool) -> list[tuple[str, object]]:
    """Return the settings of a TOML file by dotted name; no file is no settings, unless one was named."""
    if not path.exists():
        if wanted:
            raise WrongSetting(f"{path}: there is no such file; it is named by {_CONFIG}")
        return []
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise WrongSetting(f"{path}: cannot be read as TOML: {error}") from error
    if isinstance(folder := content.get("data"), str):
        content["data"] = str(path.parent / Path(folder).expanduser())
    return list(_dotted(content))


def _nearest(name: str, known: Mapping[str, object]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    return f"; did you mean {near[0]}?" if near else ""


# The application


def make_app() -> Flask:
    """Return the WSGI application for any server, with settings from the file and the environment."""
    from webui.making import app_of

    settings, _ = load_settings(os.environ, {})
    return app_of(settings, settings.webui)


# The command line


class _Group(click.Group):
    """Finds the commands of our packages, and turns their errors into one sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in order."""
        return sorted({*super().list_commands(ctx), *_ELSEWHERE})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name, or None."""
        if cmd_name in _ELSEWHERE and cmd_name not in self.commands:
            module, name = _ELSEWHERE[cmd_name]
            self.add_command(getattr(import_module(module), name))
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except BadRequest as error:
            command = self.get_command(ctx, ctx.invoked_subcommand or "") or self
            asked = click.Context(command, parent=ctx, info_name=command.name)
            raise click.UsageError(str(error), asked) from error
        except _OURS as error:
            click.echo(f"{APP}: {error}", err=True)
            ctx.exit(_FAILED)
        except (KeyboardInterrupt, click.Abort):
            click.echo(f"{APP}: interrupted", err=True)
            ctx.exit(_INTERRUPTED)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data", type=click.Path(file_okay=False), help="Folder of library and index (ALS_SEARCH_DATA)."
)
@click.version_option(package_name=APP)
@click.pass_context
def main(context: click.Context, data: str | None) -> None:
    """Search the literature on amyotrophic lateral sclerosis (ALS)."""
    context.obj = _settings(context, data=str(Path(data).absolute()) if data else None)


def _settings(context: click.Context, **flags: object) -> Settings:
    """Return the settings with these flags over them; those given before, too."""
    given = context.meta.setdefault(f"{__name__}.flags", {})
    given |= {name: value for name, value in flags.items() if value is not None}
    return load_settings(os.environ, given)[0]


@main.command()
@click.pass_context
def reindex(context: click.Context) -> None:
    """Build the index anew from the library, beside the live one, and switch to it."""
    settings: Settings = context.obj
    if not settings.library_path.exists():
        raise NothingToIndex(
            f"there is no library in {settings.data} yet; fill one with `als-search crawl` or `up`"
        )
    _reindex(settings, Library(settings.library_path))


def _reindex(settings: Settings, library: Library) -> None:
    from crawler import progress
    from crawler.command_line import now
    from index.build import build
    from search.choice import cluster_of

    cluster = cluster_of(settings)
    with _publishing(settings, cluster) if cluster else nullcontext(lambda: None) as still:
        with progress.shown("Indexing") as step:
            generation = build(library, settings.index_root, settings.index, now=now(), progress=step)
        where = generation.name
        if cluster:
            from search.cluster.publish import publish

            opensearch, keep = settings.search.opensearch, settings.index.keep
            index = publish(cluster, opensearch, generation, library=library, keep=keep, still=still)
            where = f"{index} of the cluster"
    click.echo(f"Index: {generation.manifest.articles} articles in {where}, now live.")


def _publishing(settings: Settings, cluster: Cluster) -> AbstractContextManager[Callable[[], None]]:
    from crawler.command_line import now
    from search.cluster import upkeep

    return upkeep.alone(settings.index_root, cluster, settings.search.opensearch, now())


_host = click.option("--host", help="Address to listen at (webui.host).")
_port = click.option("--port", type=click.IntRange(0, 65535), help="Port to listen at (webui.port).")


@main.command(name="serve")
@_host
@_port
@click.pass_context
def serve_command(context: click.Context, host: str | None, port: int | None) -> None:
    """Serve the search page."""
    _serve(_settings(context, **{"webui.host": host, "webui.port": port}))


def _serve(settings: Settings) -> None:
    """Serve; the server's own processes inherit the application, else they read the settings anew."""
    os.environ[f"{_PREFIX}DATA"] = settings.data
    # Threads that multiply numbers are not wanted (webui.process), and take a while to start.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # All that is imported and opened stays: to look for circles in it takes a tenth of the start.
    gc.disable()
    from search.choice import engine_of
    from webui.making import opened_app_of
    from webui.serve import can_inherit, serve

    make = make_app
    if settings.search.engine == "embedded" and can_inherit():
        app = opened_app_of(settings, settings.webui)
        make = lambda: app  # noqa: E731 - it is what `make_app` is in the other case
    else:
        engine_of(settings).generation()
    gc.enable()
    serve(make, settings.webui, say=click.echo)


@main.command()
@click.option(
    "--from", "paths", multiple=True, type=click.Path(exists=True, path_type=Path),
    help="Read this file or folder instead of asking PubMed; repeatable.",
)  # fmt: skip
@_host
@_port
@click.pass_context
def up(context: click.Context, paths: tuple[Path, ...], host: str | None, port: int | None) -> None:
    """Fill an empty library, index it if needed, and serve the search page."""
    from crawler.command_line import open_library, read_files, say
    from crawler.crawl import Report
    from webui.serve import free_port

    settings = _settings(context, **{"webui.host": host, "webui.port": port})
    free_port(settings.webui.host, settings.webui.port)  # before the long work, not after it
    with closing(open_library(settings)) as library:
        counts = library.counts()
        if paths:
            report = Report()
            read_files(library, paths, report, processes=settings.crawler.processes)
            say(report, as_json=False)
        elif counts.articles == counts.samples:
            _fill(library, settings)
        if not _is_current(settings, library):
            _reindex(settings, library)
    _serve(settings)


def _is_current(settings: Settings, library: Library) -> bool:
    from search.choice import cluster_of

    if cluster := cluster_of(settings):
        from search.cluster import upkeep

        return upkeep.is_current(cluster, settings.search.opensearch.index, library)
    from index.build import is_current

    return is_current(library, settings.index_root)


def _fill(library: Library, settings: Settings) -> None:
    """Fetch the newest articles, or, without a network, take the sample library."""
    from crawler import sample
    from crawler.command_line import fetch_newest, read_files, say
    from crawler.crawl import Report

    report = Report()
    held = "only samples" if library.counts().samples else "no article yet"
    click.echo(f"The library holds {held}: fetching the newest ALS articles from PubMed.")
    try:
        fetch_newest(library, settings.crawler, report)
    except SourceError as error:
        click.echo(f"PubMed cannot be reached: {error}.", err=True)
        click.echo(
            "Serving the sample library instead: invented records, each marked so, until real ones come."
        )
        read_files(library, sample.files(), report)
    say(report, as_json=False)


@main.command()
@click.pass_context
def status(context: click.Context) -> None:
    """Say what library and index hold, how fresh they are, and what could not be read."""
    settings: Settings = context.obj
    library = Library(settings.library_path)
    counts = library.counts()
    samples = f", {counts.samples} of them invented samples" if counts.samples else ""
    click.echo(
        f"Library: {counts.articles} articles{samples}, {counts.references} references, in {library.path}"
    )
    click.echo(f"Last read into the library: {library.updated() or 'nothing yet'}")
    click.echo(f"Deleted by their source: {counts.deleted}")
    try:
        for line in _index_state(library, settings):
            click.echo(line)
    except (NoGeneration, EngineDown) as error:
        click.echo(f"Index: {error}")
    click.echo(f"Could not be read: {counts.failures}")
    for failure in library.failures():
        click.echo(f"  {failure.source}, {failure.record}: {failure.reason}")


def _index_state(library: Library, settings: Settings) -> Iterator[str]:
    """Yield what the live index holds, read through, and how fresh that is; raises as what it reads from."""
    from index import generations
    from search.choice import cluster_of

    if cluster := cluster_of(settings):
        from search.cluster import upkeep

        manifest = upkeep.live_manifest(cluster, settings.search.opensearch.index)
    else:
        manifest = generations.live(settings.index_root, is_thorough=True).manifest
    yield f"Index: generation {manifest.number}, {manifest.articles} articles, built {manifest.created}"
    if _is_current(settings, library):
        state = "up to date"
    elif manifest.library != library.identity:
        state = f"made from another library: run `{APP} reindex`"
    elif manifest.revision == library.revision:
        state = f"made with another vocabulary: run `{APP} reindex`"
    else:
        state = f"older than the library: run `{APP} reindex`"
    yield f"Last read into what is indexed: {manifest.updated or 'not known'}, {state}"


@main.command(name="settings")
@click.pass_context
def settings_command(context: click.Context) -> None:
    """Print every setting with its value and where it comes from."""
    settings, origins = load_settings(os.environ, context.meta[f"{__name__}.flags"])
    for name, value in flat(settings).items():
        shown = "(set, not shown)" if name in _SECRETS and value else msgspec.json.encode(value).decode()
        # An address may hold a password.
        shown = re.sub(r'//[^"]*@', "//(not shown)@", shown)
        click.echo(f"{name} = {shown}    # {origins[name]}")


if __name__ == "__main__":
    sys.exit(main(prog_name=APP))
