"""Every command from end to end: in this process where it ends by itself, in one of its own where it serves."""

from __future__ import annotations

import gzip
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
import requests
from click.testing import CliRunner, Result

import als_search
from crawler import sample
from crawler.keeping.library import Library
from index import generations
from tests.eutils_server import eutils_server
from tests.records import record_set, record_xml
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from collections.abc import Iterator


Run = Callable[..., Result]
Start = Callable[..., subprocess.Popen[str]]
NOBODY = "http://127.0.0.1:1/"


@pytest.fixture(autouse=True)
def _apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep every test from the settings, data and network of the machine."""
    for name in [name for name in os.environ if name.startswith("ALS_SEARCH_")]:
        monkeypatch.delenv(name)
    (tmp_path / "settings.toml").write_text("")
    monkeypatch.setenv("ALS_SEARCH_CONFIG", str(tmp_path / "settings.toml"))
    monkeypatch.setenv("ALS_SEARCH_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("ALS_SEARCH_CRAWLER_EUTILS_URL", NOBODY)


@pytest.fixture
def run() -> Run:
    return lambda *arguments: CliRunner().invoke(als_search.main, [str(each) for each in arguments])


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.xml"
    path.write_bytes(record_set(*(record_xml(n, f"Motor neurons, part {n}.") for n in range(1, 13))))
    return path


# crawl files


def test_crawl_files_says_what_came_of_it_and_again_changes_nothing(run: Run, records: Path) -> None:
    first, second = run("crawl", "files", records), run("crawl", "files", records)
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "files: 12 new\n" in first.output
    assert "files: 12 unchanged\n" in second.output


def test_crawl_files_reads_folders_at_any_depth(run: Run, tmp_path: Path) -> None:
    deep = tmp_path / "in" / "deep"
    deep.mkdir(parents=True)
    (deep / "a.xml.gz").write_bytes(gzip.compress(record_set(record_xml(1))))
    (deep.parent / "b.XML").write_bytes(record_set(record_xml(2)))
    (deep.parent / "notes.txt").write_text("no records")
    assert "2 new" in run("crawl", "files", tmp_path / "in").output


def test_a_folder_without_records_is_one_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = run("crawl", "files", tmp_path / "empty")
    assert result.exit_code == 3
    assert re.search(r"empty holds no file that ends in \.xml", result.output)


def test_a_path_that_is_not_there_is_wrong_usage(run: Run, tmp_path: Path) -> None:
    result = run("crawl", "files", tmp_path / "nowhere.xml")
    assert result.exit_code == 2
    assert "does not exist" in result.output


BROKEN = {
    "cut.xml": (record_set(record_xml(21), record_xml(22))[:-200], r"cut\.xml: .*breaks off after 1 whole record"),
    "early.xml.gz": (gzip.compress(os.urandom(20_000) + record_set(record_xml(23)))[:9000], r"early\.xml\.gz: "),
    "page.html": (b"<!doctype html><html><body><h1>Recipes</h1></body></html>", r"page\.html: "),
    "empty.xml": (b"", r"empty\.xml: the file is empty"),
    "text.xml": (b"Dear reader,", r"text\.xml: "),
    "other.xml": (b"<rss><channel/></rss>", r"other\.xml: .*<rss>"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_one_line_with_its_name_and_the_others_are_read(
    run: Run, records: Path, tmp_path: Path, name: str
) -> None:
    content, line = BROKEN[name]
    (tmp_path / name).write_bytes(content)
    result = run("crawl", "files", tmp_path / name, records)
    assert result.exit_code == 3
    lines = [each for each in result.stderr.splitlines() if name in each]
    assert len(lines) == 1
    assert re.search(line, lines[0]), lines[0]
    assert Library(tmp_path / "data" / "library.sqlite").counts().articles == 12 + (name == "cut.xml")
    assert name in run("status").output


def test_a_gzip_that_ends_early_gives_up_the_records_before_its_end(run: Run, tmp_path: Path) -> None:
    content = record_set(*(record_xml(n, abstract=os.urandom(500).hex()) for n in range(1, 101)))
    zipped = gzip.compress(content)
    (tmp_path / "early.xml.gz").write_bytes(zipped[: len(zipped) // 2])
    result = run("crawl", "files", tmp_path / "early.xml.gz")
    assert result.exit_code == 3
    new = re.search(r"(\d+) new", result.output)
    assert new is not None
    assert 20 < int(new[1]) < 80


def test_a_mended_file_strikes_off_its_failure(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "records.xml"
    path.write_bytes(record_set(record_xml(1), record_xml(2))[:-100])
    assert run("crawl", "files", path).exit_code == 3
    path.write_bytes(record_set(record_xml(1), record_xml(2)))
    assert run("crawl", "files", path).exit_code == 0
    assert "Could not be read: 0" in run("status").output


# reindex, search, status, settings


def test_search_prints_hits_and_facets(run: Run, records: Path) -> None:
    run("crawl", "files", records)
    assert "12 articles in generation-000001" in run("reindex").output
    text = run("search", "motor", "neurons", "--size", "5")
    assert text.exit_code == 0
    assert text.output.startswith("12 articles\n")
    assert "Motor neurons, part 1." in text.output
    found = json.loads(run("search", '"motor neurons"', "--json", "--facet", "year=2020").stdout)
    assert (found["total"], len(found["hits"]), found["pages"]) == (12, 10, 2)
    assert set(found["hits"][0]) >= {"pmid", "title", "score", "snippets"}
    assert found["facets"]["year"] == [{"value": "2020", "label": "2020", "count": 12}]


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--sort", "best"), "sort: there is no order 'best'; there are relevance"),
        (("--facet", "year"), "not of the form NAME=VALUE"),
        (("--facet", "colour=red"), "there is no facet 'colour'"),
        (("--page", "0"), "pages count from 1"),
    ],
)
def test_a_wrong_option_of_search_is_one_sentence(run: Run, arguments: tuple[str, ...], word: str) -> None:
    result = run("search", "als", *arguments)
    assert result.exit_code == 2
    assert word in result.output


@pytest.mark.parametrize("command", [("reindex",), ("serve",), ("search", "als"), ("status",)])
def test_without_a_library_each_command_says_so_in_one_sentence(run: Run, command: tuple[str, ...]) -> None:
    result = run(*command)
    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert "als-search " in result.output


def test_reindex_of_an_empty_library_is_one_sentence(run: Run, tmp_path: Path) -> None:
    Library(tmp_path / "data" / "library.sqlite", identity="x").close()
    result = run("reindex")
    assert result.exit_code == 1
    assert "the library holds no article yet" in result.output


def test_the_index_before_can_be_made_live_again(run: Run, records: Path) -> None:
    assert run("rollback").exit_code == 1
    run("crawl", "files", records)
    run("reindex")
    assert "no generation before generation-000001" in run("rollback").output
    run("reindex")
    assert [line.endswith(", live") for line in run("generations").output.splitlines()] == [True, False]
    assert run("rollback").output == "Index: 12 articles in generation-000001, now live.\n"
    assert [line.endswith(", live") for line in run("generations").output.splitlines()] == [False, True]


def test_status_says_what_there_is_and_whether_the_index_is_behind(run: Run, records: Path) -> None:
    run("crawl", "files", records)
    assert "there is no index yet" in run("status").output
    run("reindex")
    said = run("status").output
    assert "12 articles" in said
    (read,) = re.findall(r"Last read into the library: (20\S+)\n", said)
    assert f"Last read into what is indexed: {read}, up to date\n" in said
    (built,) = re.findall(r"Index: generation 1, 12 articles, built (20\S+)\n", said)
    assert read < built
    records.write_bytes(record_set(record_xml(99)))
    run("crawl", "files", records)
    said = run("status").output
    (newer,) = re.findall(r"Last read into the library: (20\S+)\n", said)
    assert newer > built
    state = "older than the library: run `als-search reindex`"
    assert f"Last read into what is indexed: {read}, {state}\n" in said
    run("reindex")
    assert f"Last read into what is indexed: {newer}, up to date\n" in run("status").output


def test_status_knows_an_index_of_another_library(run: Run, records: Path, tmp_path: Path) -> None:
    run("crawl", "files", records)
    run("reindex")
    for path in (tmp_path / "data").glob("library.sqlite*"):
        path.unlink()
    run("crawl", "files", records)
    assert "made from another library: run `als-search reindex`" in run("status").output


def test_status_knows_an_index_made_with_another_vocabulary(run: Run, records: Path, tmp_path: Path) -> None:
    run("crawl", "files", records)
    run("reindex")
    manifest = tmp_path / "data" / "index" / "generation-000001" / "manifest.json"
    before = json.loads(manifest.read_bytes())
    manifest.write_text(json.dumps(before | {"vocabulary": before["vocabulary"] - 1}))
    assert "made with another vocabulary: run `als-search reindex`" in run("status").output
    run("reindex")
    assert "up to date" in run("status").output


def test_a_crawl_links_preprints_with_what_was_published_of_them(run: Run, tmp_path: Path) -> None:
    title = "Transport of zinc along the axons of motor neurons"
    path, data = tmp_path / "records.xml", tmp_path / "data" / "library.sqlite"
    path.write_bytes(record_set(record_xml(1, title, doi="10.1101/2020.01.01.123456"), record_xml(2, title)))
    assert run("crawl", "files", path).exit_code == 0
    library = Library(data)
    kinds = [link.kind for article in library.articles() for link in article.corrections]
    assert kinds == ["PublishedAs", "PreprintIn"]
    library.close()


def test_settings_shows_each_with_its_origin_and_no_secret(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "settings.toml").write_text(
        '[crawler]\napi_key = "hush"\nemail = "a@b.org"\n[webui]\nport = 9000\n'
    )
    monkeypatch.setenv("ALS_SEARCH_WEBUI_PORT", "9001")
    output = run("--data", tmp_path / "else", "settings").output
    assert "hush" not in output
    assert f'crawler.email = "a@b.org"    # {tmp_path / "settings.toml"}' in output
    assert "webui.port = 9001    # environment ALS_SEARCH_WEBUI_PORT" in output
    assert 'webui.host = "127.0.0.1"    # default' in output
    assert "# flag --data" in output


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("[webui]\nprot = 1", "there is no setting webui.prot; did you mean webui.port?"),
        ("datta = 1", "there is no setting datta; did you mean data?"),
        ("[webui]\nport = 'x'", "webui.port has a wrong value"),
        ("[webui", "cannot be read as TOML"),
    ],
)
def test_a_wrong_setting_is_named_with_what_would_be_right(
    run: Run, tmp_path: Path, toml: str, message: str
) -> None:
    (tmp_path / "settings.toml").write_text(toml)
    result = run("settings")
    assert result.exit_code == 2
    assert message in result.output
    assert "settings.toml" in result.output


def test_an_unknown_variable_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALS_SEARCH_WEBUI_PROT", "1")
    result = run("settings")
    assert result.exit_code == 2
    assert "did you mean ALS_SEARCH_WEBUI_PORT?" in result.output


@pytest.mark.parametrize(
    "command", ["", "crawl", "crawl files", "reindex", "search", "serve", "status", "settings", "up"]
)
def test_every_command_has_help(run: Run, command: str) -> None:
    result = run(*command.split(), "--help")
    assert result.exit_code == 0
    assert re.search(r"Usage: .*\n\n  [A-Z]\w+", result.output)


# serve and up


@pytest.fixture
def start() -> Iterator[Start]:
    """Start a command of ours in a process of its own, which ends with the test."""
    processes: list[subprocess.Popen[str]] = []

    def starting(*arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", "als_search", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        processes.append(process)
        return process

    yield starting
    for process in processes:
        process.terminate()
        process.communicate(timeout=20)


def address(process: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the address that a server says, once it answers there, and all it said before."""
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if match := re.search(r"Serving at (\S+)", line):
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                try:
                    requests.get(match[1], timeout=5)
                except requests.ConnectionError:
                    time.sleep(0.05)
                else:
                    return match[1], said
    pytest.fail(f"it does not serve: {said}")


def test_up_serves_files_given_with_from(start: Start, records: Path) -> None:
    url, said = address(start("up", "--port", "0", "--from", records))
    assert "12 articles in generation-000001" in said
    assert "Motor neurons, part 3." in requests.get(f"{url}search?q=motor", timeout=10).text.replace(
        "<mark>Motor</mark>", "Motor"
    )


def test_up_without_a_network_says_so_and_serves_the_samples(start: Start) -> None:
    url, said = address(start("up", "--port", "0"))
    assert "PubMed cannot be reached" in said
    assert "80 new" in said
    page = requests.get(f"{url}search?q=riluzole", timeout=10).text
    assert "Sample record" in page


def test_up_fetches_the_newest_articles_and_they_take_the_place_of_the_samples(
    start: Start,
    run: Run,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run("crawl", "files", *sample.files())
    newest = {str(n): record_xml(n, f"Newest {n}.") for n in range(1, 251)}
    with eutils_server(newest) as server:
        monkeypatch.setenv("ALS_SEARCH_CRAWLER_EUTILS_URL", server.url)
        monkeypatch.setenv("ALS_SEARCH_CRAWLER_API_KEY", "hush")
        url, said = address(start("up", "--port", "0"))
    assert "PubMed: 250 new; 80 samples removed" in said
    assert "hush" not in said
    assert all(asked.parameters["tool"] == "als-search" for asked in server.requests)
    assert "250 articles" in requests.get(f"{url}search?q=", timeout=10).text


def test_an_error_in_an_answer_that_says_it_is_fine_is_an_error(
    start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    with eutils_server({}, error="Search Backend failed") as server:
        monkeypatch.setenv("ALS_SEARCH_CRAWLER_EUTILS_URL", server.url)
        monkeypatch.setenv("ALS_SEARCH_CRAWLER_TRIES", "1")
        _, said = address(start("up", "--port", "0"))
    assert "PubMed cannot be reached: esearch.fcgi: the answer is an error: Search Backend failed" in said


def test_a_port_in_use_is_one_sentence(run: Run, records: Path) -> None:
    run("crawl", "files", records)
    run("reindex")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run("serve", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert re.search(r"cannot be listened at \(Address already in use\); choose another port", result.output)
    assert len(result.output.splitlines()) == 1


def test_a_server_takes_up_a_new_index_without_a_restart(start: Start, run: Run, records: Path) -> None:
    url, _ = address(start("up", "--port", "0", "--from", records))
    records.write_bytes(record_set(record_xml(77, "Newcomer.")))
    run("crawl", "files", records)
    run("reindex")
    assert "13 articles" in requests.get(f"{url}search", timeout=10).text


def test_a_reindex_killed_at_any_moment_leaves_the_live_index_serving(
    start: Start, run: Run, tmp_path: Path
) -> None:
    path = tmp_path / "many.xml"
    path.write_bytes(record_set(*(record_xml(n, f"Motor neurons {n}.") for n in range(1, 601))))
    run("crawl", "files", path)
    run("reindex")
    live = generations.live(tmp_path / "data" / "index")
    for wait in (0.7, 1.0, 1.3, 1.6, 2.0):
        process = start("reindex")
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = json.loads(run("search", "motor", "--json").stdout)
        assert found["total"] == 600
    assert generations.live(tmp_path / "data" / "index").manifest.number >= live.manifest.number
    assert run("reindex").exit_code == 0
    assert len(list((tmp_path / "data" / "index").glob("generation-*"))) == 2


# Real records


@pytest.mark.parametrize("_", [pytest.param("", marks=needs_shared)])
def test_the_real_records_and_the_seed_page_are_served(start: Start, _: str) -> None:
    data = SHARED / "data"
    paths = ("--from", data / "pubmed", "--from", data / "pubmed_page" / "seed.html")
    url, said = address(start("up", "--port", "0", *paths))
    assert "files: 123 new\n" in said
    page = requests.get(f"{url}search?q=mesenchymal+stem+cells", timeout=10).text
    assert "/article/90000001" in page
    assert "<mark>Mesenchymal</mark>" in page or "<mark>mesenchymal</mark>" in page
    review = requests.get(f"{url}article/39337454", timeout=10).text
    assert len(re.findall(r'<li[^>]*id="reference-\d+"', review)) == 138


def test_the_readme_lists_every_setting_with_its_variable() -> None:
    readme = (Path(als_search.__file__).parent / "README.md").read_text("utf-8")
    for name in als_search.flat(als_search.Settings()):
        variable = f"ALS_SEARCH_{name.replace('.', '_').upper()}"
        assert f"| `{name}` | `{variable}` |" in readme
    commands = als_search.main.list_commands(click.Context(als_search.main))
    assert set(re.findall(r"^als-search (\w+)", readme, re.MULTILINE)) <= set(commands)


def test_a_crawl_reports_by_source_as_json(run: Run, records: Path) -> None:
    report = json.loads(run("crawl", "files", records, "--json").stdout)
    assert report["sources"]["files"]["fetched"] == 12
    assert report["sources"]["files"]["new"] == 12
    assert report["problems"] == []


def test_reparse_finds_nothing_to_change_with_the_same_parsers(run: Run, records: Path) -> None:
    run("crawl", "files", records)
    assert "library: 12 unchanged" in run("reparse").output
