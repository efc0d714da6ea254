from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CrawlerError, ParseError
from crawler.keeping.packed import Packed, unpack
from crawler.outcome import Deleted, Parsed, Unparsed
from crawler.parsing import Parsing
from crawler.sources import files, pubmed_file
from tests.records import cites, record_set, record_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from crawler.keeping.packed import Taken

ROOT = Path(__file__).resolve().parents[2]
STARTS = (
    "<PubmedArticleSet>",
    '<?xml version="1.0" encoding="UTF-8"?>\n<PubmedArticleSet>',
    '\ufeff<?xml version="1.0"?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//x" "https://x.test/p.dtd"><PubmedArticleSet>',
    '<!DOCTYPE PubmedArticleSet SYSTEM "p.dtd" [<!ENTITY own "an entity">]><PubmedArticleSet>',
    '<PubmedArticleSet note="a > b" xmlns:mml="http://www.w3.org/1998/Math/MathML">',
    '<PubmedArticleSet xmlns="urn:another">',
    "<!-- first --><PubmedArticleSet>",
    '<?xml version="1.0" encoding="iso-8859-1"?><PubmedArticleSet>',
    "<wrapper><PubmedArticleSet>",
    "<pubmedarticleset>",
    "<html>",
    "",
)
ENDS = ("</PubmedArticleSet>", "</PubmedArticleSet>\n", "</PubmedArticleSet><more/>", "</pubmedarticleset>", "")  # fmt: skip
PIECES = (
    *(record_xml(number, abstract="<i>SOD1</i> &amp; \u2013 " * number, data=cites(number)) for number in range(1, 6)),
    record_xml(6).replace("<PMID", "<NoPMID").replace("</PMID", "</NoPMID"),
    record_xml(7).replace(">7<", ">seven<"),
    record_xml(8, version="9" * 30),
    record_xml(9, abstract="<![CDATA[</PubmedArticle>]]>"),
    record_xml(10, abstract="a bell: \x07"),
    record_xml(11, abstract="&own;"),
    record_xml(12, abstract="no <b>end"),
    record_xml(13, extra=record_xml(14)),
    record_xml(15).replace("<PubmedArticle>", '<PubmedArticle a="b">'),
    "<!-- <PubmedArticle></PubmedArticle> -->",
    "<!-- </PubmedArticle> <PubmedArticle>",
    "-->",
    "<DeleteCitation><PMID>3</PMID><PMID>none</PMID></DeleteCitation>",
    "<PubmedArticle/>",
    "<PubmedBookArticle><BookDocument><PMID>16</PMID></BookDocument></PubmedBookArticle>",
    "</PubmedArticleSet><PubmedArticleSet>",
    "text",
    "\n",
)  # fmt: skip


def plain(outcomes: Iterable[Taken]) -> tuple[list[Parsed | Deleted | Unparsed], str]:
    """Return outcomes as they are without packing, and why they broke off."""
    found: list[Parsed | Deleted | Unparsed] = []
    try:
        found.extend(unpack(each) if isinstance(each, Packed) else each for each in outcomes)
    except ParseError as error:
        return found, str(error)
    return found, ""


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pubmed_file, "_PART", 5000)


@pytest.fixture
def large(tmp_path: Path) -> Path:
    path = tmp_path / "large.xml"
    records = [record_xml(number, data=cites(number + 1)) for number in range(1, 400)]
    records[50] = "<DeleteCitation><PMID>3</PMID></DeleteCitation>"
    records[350] = PIECES[5]
    path.write_bytes(record_set(*records))
    return path


@given(
    start=st.sampled_from(STARTS),
    pieces=st.lists(st.one_of(st.sampled_from(PIECES[:5]), st.sampled_from(PIECES)), max_size=12),
    end=st.sampled_from(ENDS),
    cut=st.one_of(st.just(0), st.integers(0, 20_000)),
    part=st.integers(300, 5000),
    zipped=st.booleans(),
)
def test_parts_of_a_file_come_to_what_the_whole_comes_to(
    *, start: str, pieces: list[str], end: str, cut: int, part: int, zipped: bool
) -> None:
    content = "".join((start, *pieces, end)).encode()
    content = gzip.compress(content) if zipped else content
    content = content[: len(content) - cut % (len(content) + 1)]
    with TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch, Parsing(1) as parsing:
        patch.setattr(pubmed_file, "_PART", part)
        path = Path(folder) / "file"
        path.write_bytes(content)
        assert plain(files.read(path, parsing)) == plain(files.read(path))


@pytest.mark.usefixtures("small_parts")
def test_whole_records_of_a_file_in_order_are_read_in_parts(large: Path) -> None:
    with Parsing(1) as parsing:
        outcomes = list(files.read(large, parsing))
    assert all(isinstance(each, Packed) for each in outcomes[:50])
    assert [each.record for each in outcomes if isinstance(each, Unparsed)] == ["record 350"]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("cut", [0, 30, 20_000])
def test_two_processes_come_to_the_same_in_the_same_order(large: Path, cut: int) -> None:
    content = large.read_bytes()
    large.write_bytes(content[: len(content) - cut])
    with Parsing(2) as parsing:
        assert plain(files.read(large, parsing)) == plain(files.read(large))
        assert len(parsing._processes) == 2
    assert [process.returncode for process in parsing._processes] == [-signal.SIGKILL] * 2


def test_a_small_file_starts_no_process(tmp_path: Path) -> None:
    (tmp_path / "small.xml").write_bytes(record_set(record_xml(1)))
    with Parsing(4) as parsing:
        assert len(list(files.read(tmp_path / "small.xml", parsing))) == 1
        assert not parsing._processes


@pytest.mark.usefixtures("small_parts")
def test_a_process_that_is_killed_is_an_error_that_says_what_to_do(large: Path) -> None:
    with Parsing(2) as parsing:
        outcomes = files.read(large, parsing)
        next(outcomes)
        for process in parsing._processes:
            process.kill()
        with pytest.raises(CrawlerError, match=r"ended with -9.*crawler\.processes"):
            list(files.read(large, parsing))


def wait_for(condition: Callable[[], bool], *, seconds: float = 10) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return False


def workers(folder: Path) -> list[int]:
    """Return the processes that parse with this folder in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, environment = (process / "cmdline").read_bytes(), (process / "environ").read_bytes()
        except OSError:
            continue
        if b"crawler.parsing" in command and os.fsencode(folder) in environment:
            found.append(int(process.name))
    return found


@pytest.fixture
def loading(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Return a crawl of large files that is under way in two processes, and would be for a minute."""
    large = tmp_path / "0.xml"
    large.write_bytes(
        record_set(*(record_xml(number, abstract="Words. " * 500) for number in range(1, 2001)))
    )
    for number in range(1, 200):
        (tmp_path / f"{number}.xml").hardlink_to(large)
    data = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-m", "als_search", "crawl", "files", tmp_path],
        cwd=ROOT,
        env={**os.environ, "ALS_SEARCH_DATA": str(data), "ALS_SEARCH_CRAWLER_PROCESSES": "2"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        assert wait_for(lambda: len(workers(data)) == 2)
        yield process
        process.kill()


linux_only = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs Linux's /proc")


@linux_only
def test_an_interrupt_ends_the_processes_and_the_crawl(
    loading: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    loading.send_signal(signal.SIGINT)
    _, said = loading.communicate(timeout=20)
    assert loading.returncode == 130
    assert said.decode().splitlines()[-1] == "als-search: interrupted"
    assert b"Traceback" not in said
    assert workers(tmp_path / "data") == []


@linux_only
def test_no_process_outlives_a_crawl_that_is_killed(loading: subprocess.Popen[bytes], tmp_path: Path) -> None:
    loading.kill()
    assert wait_for(lambda: not workers(tmp_path / "data"))


@linux_only
def test_a_crawl_whose_process_is_killed_fails_with_a_sentence(
    loading: subprocess.Popen[bytes], tmp_path: Path
) -> None:
    for worker in workers(tmp_path / "data"):
        os.kill(worker, signal.SIGKILL)
    _, said = loading.communicate(timeout=20)
    assert loading.returncode == 1
    assert b"als-search: a process that parses records ended with -9" in said
    assert b"Traceback" not in said
