from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from crawler.errors import ParseError
from crawler.outcome import Parsed
from crawler.sources import files
from tests.crawler.parsers.pubmed_records import until_break
from tests.records import record_set, record_xml
from tests.shared import SHARED, needs_shared

if TYPE_CHECKING:
    from pathlib import Path

NBIB = b"PMID- 7\nTI  - A title.\nDP  - 2020\nSO  - J Tests. 2020.\n"
RIS = b"TY  - JOUR\nTI  - A title\nDO  - 10.1000/x\nPY  - 2020\nER  - \n"
JATS = (
    b'<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96)//EN" "JATS-archivearticle1.dtd"><article><front>'
    b'<article-meta><article-id pub-id-type="pmid">7</article-id><title-group><article-title>A title'
    b"</article-title></title-group></article-meta></front></article>"
)
JSON = (
    b'{"hitCount": 1, "nextCursorMark": "x", "resultList": {"result": [{"id": "7", "source": "MED", "pmid": "7",'
    b' "title": "A title", "authorString": "Silva A."}]}}'
)
PAGE = (
    b'<!DOCTYPE html><html><body><main id="article-details"><header id="full-view-heading"><h1 class="heading-title">'
    b'A title</h1><strong class="current-id" title="PubMed ID">7</strong></header></main></body></html>'
)
FORMATS = {
    "pubmed-xml": record_set(record_xml(7)),
    "medline": NBIB,
    "ris": RIS,
    "jats": JATS,
    "europepmc": JSON,
    "pubmed-page": PAGE,
}


def formats_in(path: Path) -> list[str]:
    outcomes = list(files.read(path))
    assert all(isinstance(each, Parsed) for each in outcomes), outcomes
    return [each.format for each in outcomes if isinstance(each, Parsed)]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("zipped", [False, True], ids=["plain", "gzipped"])
def test_what_a_file_holds_decides_and_not_its_name(tmp_path: Path, name: str, zipped: bool) -> None:  # noqa: FBT001
    path = tmp_path / "download"
    path.write_bytes(gzip.compress(FORMATS[name]) if zipped else FORMATS[name])
    assert formats_in(path) == [name]


@pytest.mark.parametrize("name", FORMATS)
def test_a_wrong_ending_does_not_mislead(tmp_path: Path, name: str) -> None:
    for ending in ("xml", "nbib", "json", "html.gz", "txt"):
        path = tmp_path / f"download.{ending}"
        path.write_bytes(FORMATS[name])
        assert formats_in(path) == [name]


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(
    "start", [b"\xef\xbb\xbf", b"\n\n", b"\xef\xbb\xbf\r\n \n"], ids=["mark", "blank", "both"]
)
def test_a_byte_order_mark_and_blank_lines_before_do_no_harm(tmp_path: Path, name: str, start: bytes) -> None:
    path = tmp_path / "download"
    path.write_bytes(start + FORMATS[name])
    assert formats_in(path) == [name]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("pubmed-xml", record_set(record_xml(7)).decode().encode("utf-16")),
        ("pubmed-xml", f"<!-- saved --><Answer><Part>{record_xml(7)}</Part></Answer>".encode()),
        ("jats", JATS.decode().encode("utf-16")),
        ("jats", b"<OAI><metadata>" + JATS[JATS.index(b"<article>") :] + b"</metadata></OAI>"),
        ("pubmed-page", b"<!-- saved from url=(0040)https://pubmed.ncbi.nlm.nih.gov/7/ -->\n" + PAGE),
        ("medline", b"\r\n".join(NBIB.splitlines())),
    ],
)
def test_encodings_wrappers_and_comments_do_not_hide_what_a_file_holds(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / "download"
    path.write_bytes(content)
    assert formats_in(path) == [name]


@pytest.mark.parametrize("name", ["pubmed-xml", "medline", "ris", "jats", "europepmc"])
def test_a_gzipped_file_that_was_cut_off_gives_its_whole_records_and_then_fails(
    tmp_path: Path, name: str
) -> None:
    many = {
        "pubmed-xml": record_set(*map(record_xml, range(1, 400))),
        "medline": b"\n".join([NBIB.replace(b"- 7", b"- %d" % n) for n in range(1, 400)]),
        "ris": b"".join([RIS.replace(b"/x", b"/%d" % n) for n in range(1, 400)]),
        "jats": b"<articles>" + b"".join([JATS[JATS.index(b"<article>") :]] * 400) + b"</articles>",
        "europepmc": JSON.replace(b"[{", b"[" + b",".join([JSON[JSON.index(b"[{") + 1 : -3]] * 400) + b",{"),
    }[name]
    path = tmp_path / "download"
    zipped = gzip.compress(many)
    path.write_bytes(zipped[: len(zipped) * 2 // 3])
    results, _ = until_break(files.read(path))
    assert results
    assert all(isinstance(each, Parsed) for each in results)


@pytest.mark.parametrize(
    "content",
    [
        b"Dear reader, this is a letter.",
        b"pmid,title\n7,A title\n",
        b'{"name": "package", "version": "1"}',
        b"[1, 2]",
        b"<eSummaryResult><DocSum/></eSummaryResult>",
        b"%PDF-1.7",
        b"PK\x03\x04zip",
        b"\x00\x01\x02",
    ],
)
def test_what_is_in_no_format_is_told_what_can_be_read(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "download.xml"
    path.write_bytes(content)
    with pytest.raises(ParseError) as caught:
        list(files.read(path))
    for name in (
        "PubMed XML",
        "JATS XML",
        "MEDLINE (.nbib)",
        "RIS",
        "Europe PMC's JSON",
        "saved pages of PubMed",
    ):
        assert name in str(caught.value)


def test_an_empty_file_and_one_that_is_not_there_say_so(tmp_path: Path) -> None:
    path = tmp_path / "empty.xml"
    path.write_bytes(b"\n")
    with pytest.raises(ParseError, match="the file is empty"):
        list(files.read(path))
    with pytest.raises(ParseError, match="No such file"):
        list(files.read(tmp_path / "missing.xml"))


@pytest.mark.parametrize("name", FORMATS)
def test_damaged_gzip_is_a_plain_sentence(tmp_path: Path, name: str) -> None:
    path = tmp_path / "download.gz"
    zipped = bytearray(gzip.compress(FORMATS[name] * 1))
    zipped[12:40] = b"\xff" * 28
    path.write_bytes(zipped)
    with pytest.raises(ParseError):
        list(files.read(path))


def test_a_saved_page_that_breaks_off_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_bytes(PAGE[:-20])
    with pytest.raises(ParseError, match="breaks off"):
        list(files.read(path))


def test_folders_give_files_with_a_known_ending_at_any_depth(tmp_path: Path) -> None:
    for name in ("b.nbib", "deep/a.XML.gz", "deep/c.ris", "d.txt", "e.nxml", "f.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"")
    names = [path.name for path in files.discover([tmp_path, tmp_path / "d.txt"])]
    assert sorted(names) == ["a.XML.gz", "b.nbib", "c.ris", "d.txt", "e.nxml", "f.json"]


# By file: articles, references, and how many of those have a PMID, a PMCID and a DOI.
REAL = {
    "efetch-1.xml": (61, 3285, 2905, 1412, 1219),
    "efetch-2.xml.gz": (61, 3610, 2730, 1682, 2088),
    "records.nbib": (598, 0, 0, 0, 0),
    "search_cancer.json": (25, 0, 0, 0, 0),
    "search_cancer_core.json": (25, 0, 0, 0, 0),
    "search_no_results.json": (0, 0, 0, 0, 0),
    "ehp-116-1694.nxml": (1, 58, 52, 0, 0),
    "elife-kitchen-sink.xml": (1, 103, 1, 0, 77),
    "elife00013.xml": (1, 105, 0, 0, 1),
    "elife02304.xml": (1, 88, 0, 0, 81),
    "elife05031.xml": (1, 45, 0, 0, 42),
    "journal.pbio.0020188.xml": (1, 3, 0, 0, 1),
    "journal.pbio.1001636.xml": (1, 24, 0, 0, 6),
    "journal.pcbi.1004082.xml": (1, 42, 33, 0, 28),
    "journal.pgen.1003316.xml": (1, 33, 0, 0, 8),
    "journal.pmed.1000097.xml": (1, 42, 0, 0, 2),
    "journal.pntd.0001041.xml": (1, 23, 0, 0, 0),
    "pone.0046493.nxml": (1, 58, 44, 0, 0),
    "seed.html": (1, 5, 5, 2, 0),
}


@pytest.mark.parametrize("_", [pytest.param("", marks=needs_shared)])
def test_every_real_file_is_read_whole(_: str) -> None:
    folders = ("pubmed", "medline", "europepmc", "jats", "pubmed_page")
    found = {}
    for path in files.discover([SHARED / "data" / folder for folder in folders]):
        articles = [each.article for each in files.read(path) if isinstance(each, Parsed)]
        references = [reference for article in articles for reference in article.references]
        ids = (sum(bool(getattr(each, name)) for each in references) for name in ("pmid", "pmcid", "doi"))
        found[path.name] = (len(articles), len(references), *ids)
    assert found == REAL
