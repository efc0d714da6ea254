from __future__ import annotations

import json
from types import GeneratorType
from typing import TYPE_CHECKING

import pytest

from crawler.asking.http import Client
from crawler.errors import BadStatus, Invalid, ParseError, SourceError
from crawler.outcome import Deleted, Parsed, Unparsed
from crawler.parsers.pubmed import pubmed_xml
from crawler.settings import CrawlerSettings
from crawler.sources import bulk_records
from tests.crawler.parsers.pubmed_records import a_set, outcomes, record
from tests.crawler.sources.bulk_files import (
    TEA,
    checksum,
    crawl,
    deletions,
    name_of,
    packed,
    put,
    tea,
    told,
    until_broken,
)
from tests.fault_server import answer, fault_server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.fault_server import FaultServer


@pytest.fixture
def server() -> Iterator[FaultServer]:
    with fault_server() as server:
        yield server


@pytest.fixture
def client(server: FaultServer) -> Client:
    settings = CrawlerSettings(
        eutils_url=server.url, europepmc_url=server.url, eutils_pace=1e6, europepmc_pace=1e6, tries=2
    )
    return Client(settings, sleep=lambda _: None)


def serve(server: FaultServer, path: str, *parts: str) -> bytes:
    content = packed(*parts)
    server.script(path, answer(content))
    server.script(f"{path}.md5", answer(checksum(content, path.rpartition("/")[2])))
    return content


def test_files_are_applied_in_the_order_of_their_numbers_wherever_they_lie(tmp_path: Path) -> None:
    put(tmp_path / "updates", 10, tea(5), deletions(1, 77))
    put(tmp_path / "updates", 9, tea(4))
    put(tmp_path / "baseline", 2, tea(3), record(pmid="9000", title="Coffee."))
    first = put(tmp_path / "other", 1, tea(1), record(pmid="9000", title="Coffee."), tea(2))
    (tmp_path / "baseline" / "README.txt").write_text("pubmed")
    found = list(crawl(tmp_path / "updates", str(first), tmp_path / "baseline", folder=tmp_path))
    assert told(found) == ["1", "2", "3", "4", "5", "-1", "-77"]
    assert [(batch.done, batch.total) for batch in found] == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_file_in_two_places_is_read_once(tmp_path: Path) -> None:
    path = put(tmp_path, 1, tea(1))
    assert told(list(crawl(path, tmp_path, folder=tmp_path))) == ["1"]


def test_what_is_kept_is_what_a_parser_of_the_whole_file_would_make_of_it(tmp_path: Path) -> None:
    root = '<PubmedArticleSet xmlns:mml="http://www.w3.org/1998/Math/MathML">'
    math = record(
        title="Tea of <mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>&#x2019;s."
    )
    content = a_set(
        tea(1),
        "<!-- <PubmedArticle> tea -->",
        math,
        record(pmid="9000", title="Coffee."),
        "<PubmedArticle/>",
        tea(2),
    )
    content = content.replace(b"<PubmedArticleSet>", root.encode()).replace(b"number", b"num\x02ber")
    start, rest = content.split(b"\n", 1)
    content = (
        start + b'\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD" "https://dtd.example.org/p.dtd">\n' + rest
    )
    path = tmp_path / "pubmed26n0001.xml"
    path.write_bytes(content)
    path.with_name(f"{path.name}.md5").write_bytes(checksum(content, path.name))
    (batch,) = crawl(path, folder=tmp_path)
    teas = [each for each in outcomes(content) if isinstance(each, Parsed) and "Tea" in each.article.title]
    assert list(batch.outcomes) == teas
    assert teas[1].article.title == "Tea of x<sup>2</sup>\N{RIGHT SINGLE QUOTATION MARK}s."
    assert all(pubmed_xml.parse_record(each.raw) == each.article for each in teas)


def test_a_record_that_cannot_be_read_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    broken = tea(2).replace("</Article>", "")
    without = tea(3).replace("<PMID", "<P").replace("</PMID", "</P")
    put(tmp_path, 1, tea(1), broken, without, tea(4), "<DeleteCitation><PMID>x</PMID></DeleteCitation>")
    (batch,) = crawl(tmp_path, folder=tmp_path)
    name = name_of(1)
    assert told([batch]) == ["1", f"!{name}, record 2", f"!{name}, record 3", "4", f"!{name}, record 5"]
    failed = [each for each in batch.outcomes if isinstance(each, Unparsed)]
    assert failed[0].raw == broken.encode()
    assert "has no PMID" in failed[1].reason


def test_a_batch_has_up_to_500_outcomes_and_every_cursor_goes_on_after_it(tmp_path: Path) -> None:
    put(
        tmp_path,
        1,
        *map(tea, range(1, 602)),
        record(pmid="9000", title="Coffee."),
        deletions(*range(2001, 2701)),
    )
    put(tmp_path, 2, tea(1000))
    found = list(crawl(tmp_path, folder=tmp_path))
    assert [len(batch.outcomes) for batch in found] == [500, 500, 301, 1]
    for place, batch in enumerate(found):
        again = told(list(crawl(tmp_path, cursor=batch.cursor, folder=tmp_path)))
        rest = told(found[place + 1 :])
        # Deletions are one record: those of the batch come again, which does no harm.
        assert again[-len(rest) :] == rest if rest else not again
        assert {word for word in again if word not in rest} <= {f"-{pmid}" for pmid in range(2001, 2701)}


def test_a_later_call_reads_new_files_only(tmp_path: Path) -> None:
    put(tmp_path, 1, tea(1))
    *_, last = crawl(tmp_path, folder=tmp_path)
    assert list(crawl(tmp_path, cursor=last.cursor, folder=tmp_path)) == []
    put(tmp_path, 2, tea(2))
    (batch,) = crawl(tmp_path, cursor=last.cursor, folder=tmp_path)
    assert (told([batch]), batch.done, batch.total) == (["2"], 2, 2)


def test_another_query_or_a_newer_year_starts_anew(tmp_path: Path) -> None:
    put(tmp_path / "26", 1, tea(1), record(pmid="2", title="Coffee."))
    put(tmp_path / "27", 1, tea(3), year=27)
    *_, last = crawl(tmp_path / "26", folder=tmp_path)
    assert told(list(crawl(tmp_path / "26", query="coffee[ti]", cursor=last.cursor, folder=tmp_path))) == [
        "2"
    ]
    (batch,) = crawl(tmp_path / "27", cursor=last.cursor, folder=tmp_path)
    assert told([batch]) == ["3"]
    assert json.loads(batch.cursor)["done"] == [name_of(1, 27)]
    _, says = until_broken(crawl(tmp_path / "26", cursor=batch.cursor, folder=tmp_path), ParseError)
    assert "comes before files that are through" in says


def test_files_of_two_years_are_refused(tmp_path: Path) -> None:
    put(tmp_path, 1, tea(1), year=25)
    put(tmp_path, 1, tea(1), year=26)
    found, says = until_broken(crawl(tmp_path, folder=tmp_path), ParseError)
    assert (found, "give those of the newest year alone" in says) == ([], True)


def test_a_file_that_turns_up_late_is_refused(tmp_path: Path) -> None:
    put(tmp_path, 3, tea(3))
    (batch,) = crawl(tmp_path, folder=tmp_path)
    put(tmp_path, 2, tea(2))
    _, says = until_broken(crawl(tmp_path, cursor=batch.cursor, folder=tmp_path), ParseError)
    assert says.startswith(name_of(2))


def break_checksum(path: Path) -> None:
    path.with_name(f"{path.name}.md5").write_text(f"MD5({path.name})= {'0' * 32}")


def lose_checksum(path: Path) -> None:
    path.with_name(f"{path.name}.md5").unlink()


def replace_content(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    path.with_name(f"{path.name}.md5").write_bytes(checksum(content, path.name))


def break_gzip(path: Path) -> None:
    replace_content(path, path.read_bytes()[:-12])


def damage_gzip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[-8] ^= 1
    replace_content(path, bytes(content))


def break_xml(path: Path) -> None:
    replace_content(path, a_set(tea(2)).removesuffix(b"\n</PubmedArticleSet>"))


def fill_with_html(path: Path) -> None:
    replace_content(path, b"<html>Down for maintenance</html>" * 4000)


def change_encoding(path: Path) -> None:
    replace_content(path, a_set(tea(2)).replace(b"UTF-8", b"ISO-8859-1"))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (break_checksum, "MD5 is"), (lose_checksum, "there is no checksum"), (break_gzip, "gzip data end early"),
        (damage_gzip, "gzip data are damaged"), (break_xml, "the XML breaks off after 1 whole records"),
        (fill_with_html, "not XML of PubMed's"), (change_encoding, "ISO-8859-1"),
    ],
)  # fmt: skip
def test_nothing_is_applied_after_a_file_that_is_not_whole(tmp_path: Path, harm: object, says: str) -> None:
    for number in (1, 2, 3):
        put(tmp_path, number, tea(number))
    assert callable(harm)
    harm(tmp_path / name_of(2))
    found, error = until_broken(crawl(tmp_path, folder=tmp_path), ParseError)
    words = told(found)
    assert words[0] == "1"
    assert words[-1] == "!the file"
    assert "3" not in words
    (broken,) = found[-1].outcomes
    assert isinstance(broken, Unparsed)
    assert broken.reason == error
    assert name_of(2) in error
    assert says in error
    put(tmp_path, 2, tea(2))
    mended = told(list(crawl(tmp_path, cursor=found[-1].cursor, folder=tmp_path)))
    assert [*words[:-1], *mended] == ["1", "2", "3"]


def test_places_that_hold_no_bulk_files_are_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "records.xml.gz").write_bytes(b"")
    for place, says in (
        (tmp_path, "holds no files of the form"),
        (tmp_path / "records.xml.gz", "no name of the form"),
        (tmp_path / name_of(1), "there is no checksum"),
    ):
        assert says in until_broken(crawl(place, folder=tmp_path), ParseError)[1]
    (tmp_path / f"{name_of(1)}.md5").write_text("0" * 32)
    assert "cannot be read" in until_broken(crawl(tmp_path / name_of(1), folder=tmp_path), ParseError)[1]
    assert "is an address" in until_broken(crawl("https://example.org/", folder=tmp_path), SourceError)[1]


def test_what_is_no_query_or_no_cursor_is_an_error_before_anything_is_read(tmp_path: Path) -> None:
    for query, cursor in (("tea[zz]", ""), (TEA, "{"), (TEA, '{"done": 3}')):
        until_broken(crawl(tmp_path / "none", query=query, cursor=cursor, folder=tmp_path), ParseError)


def test_a_record_without_an_end_takes_no_more_memory_than_is_allowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_records, "_LARGEST", 2_000_000)
    put(tmp_path, 1, tea(1), f"<PubmedArticle>{' ' * 5_000_000}")
    found, says = until_broken(crawl(tmp_path, folder=tmp_path), ParseError)
    assert told(found) == ["1", "!the file"]
    assert "comes one of more than" in says


def test_records_are_whole_wherever_the_chunks_of_a_file_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(tmp_path, 1, tea(1), "<!-- - -->", tea(2), deletions(3), tea(4))
    whole = list(bulk_records.read(path))
    assert [each.name for each in whole] == [
        b"PubmedArticle",
        b"PubmedArticle",
        b"DeleteCitation",
        b"PubmedArticle",
    ]
    for size in range(1, 40):
        monkeypatch.setattr(bulk_records, "_CHUNK", size)
        assert list(bulk_records.read(path)) == whole


LISTING = """<html><head><title>Index of /pubmed/updatefiles</title></head><body><pre>
<a href="?C=M;O=A">Last modified</a> <a href="/pubmed/">Parent Directory</a> <a href="README.txt">README.txt</a>
<a href="pubmed26n0002.xml.gz">pubmed26n0002.xml.gz</a> <a href="pubmed26n0002.xml.gz.md5">md5</a>
<a href="/pubmed/updatefiles/pubmed26n0001.xml.gz">pubmed26n0001.xml.gz</a>
<a href="../baseline/pubmed26n0003.xml.gz">elsewhere</a> <a href="https://example.org/pubmed26n0004.xml.gz">far</a>
</pre></body></html>"""


@pytest.mark.parametrize("slash", ["", "/"])
def test_files_are_downloaded_from_a_listing_one_by_one(
    tmp_path: Path, server: FaultServer, client: Client, slash: str
) -> None:
    url = server.script("/pubmed/updatefiles/", answer(LISTING.encode()))
    serve(server, f"/pubmed/updatefiles/{name_of(1)}", tea(1))
    serve(server, f"/pubmed/updatefiles/{name_of(2)}", tea(2), deletions(1))
    downloads = tmp_path / "downloads"
    batches = crawl(url.rstrip("/") + slash, client=client, folder=tmp_path)
    assert told([next(batches)]) == ["1"]
    assert [path.name for path in downloads.iterdir()] == [name_of(1)]
    assert told(list(batches)) == ["2", "-1"]
    assert list(downloads.iterdir()) == []


def test_one_file_is_downloaded_from_its_address_anew_if_its_checksum_is_wrong(
    tmp_path: Path, server: FaultServer, client: Client
) -> None:
    path = f"/updates/{name_of(5)}"
    content = serve(server, path, tea(5))
    url = server.script(path, answer(packed(tea(6))), answer(content))
    assert told(list(crawl(url, client=client, folder=tmp_path))) == ["5"]
    assert len(server.asked(path)) == 2


@pytest.mark.parametrize(
    ("stated", "says"), [(answer(b"0" * 32), "MD5 is"), (answer(status=404), "no checksum")]
)
def test_a_checksum_that_stays_wrong_stops_the_crawl(
    tmp_path: Path, server: FaultServer, client: Client, stated: object, says: str
) -> None:
    path = f"/updates/{name_of(5)}"
    serve(server, path, tea(5))
    assert callable(stated)
    server.script(f"{path}.md5", stated)
    found, error = until_broken(crawl(server.url + path[1:], client=client, folder=tmp_path), Invalid)
    assert told(found) == ["!the file"]
    assert says in error
    assert len(server.asked(path)) == 2
    assert list((tmp_path / "downloads").iterdir()) == []


def test_a_file_under_way_is_not_downloaded_again(
    tmp_path: Path, server: FaultServer, client: Client
) -> None:
    path = f"/updates/{name_of(5)}"
    serve(server, path, *map(tea, range(1, 700)))
    url = server.url + path[1:]
    begun = crawl(url, client=client, folder=tmp_path)
    batch = next(begun)
    assert isinstance(begun, GeneratorType)
    begun.close()
    again = told(list(crawl(url, client=client, cursor=batch.cursor, folder=tmp_path)))
    assert again == [str(pmid) for pmid in range(501, 700)]
    assert len(server.asked(path)) == 1


def test_a_failing_server_is_an_error_of_the_source(
    tmp_path: Path, server: FaultServer, client: Client
) -> None:
    path = f"/updates/{name_of(5)}"
    url = server.script(path, answer(status=403))
    assert until_broken(crawl(url, client=client, folder=tmp_path), BadStatus)[0] == []
    serve(server, path, tea(1))
    server.script(f"{path}.md5", answer(status=403))
    assert until_broken(crawl(url, client=client, folder=tmp_path), BadStatus)[0] == []
    empty = server.script("/none/", answer(b"<?xml version='1.0'?><html><a href='x'>x</a></html>"))
    assert "lists no files" in until_broken(crawl(empty, client=client, folder=tmp_path), SourceError)[1]


def test_deletions_are_obeyed_whatever_is_asked(tmp_path: Path) -> None:
    put(tmp_path, 1, record(pmid="9000", title="Coffee."), deletions(7))
    (batch,) = crawl(tmp_path, query="camel[ti]", folder=tmp_path)
    assert batch.outcomes == (Deleted("7"),)
