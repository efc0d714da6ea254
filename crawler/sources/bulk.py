"""PubMed's bulk files: the yearly baseline and the daily updates, which together hold all of PubMed.

A record that comes again replaces the one before it, and a deletion is meant for what came before it. So the
files are applied in the order of their numbers, each only when it is whole, and none after one that is not.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Container, Sequence
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

import msgspec
from bs4 import BeautifulSoup

from crawler.errors import BadStatus, Invalid, ParseError, SourceError
from crawler.outcome import Outcome, Parsed, Unparsed
from crawler.parsers.pubmed import pubmed_xml
from crawler.selecting.selection import Selection
from crawler.sources import bulk_records
from crawler.sources.batch import Batch

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.asking.http import Client

Held = Callable[[Sequence[str]], Container[str]]
"""Says which of some PMIDs the library holds."""

_NAME: Final = re.compile(r"pubmed([0-9]{2})n([0-9]{4,6})\.xml(?:\.gz)?")
_MD5: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])")
_PMID: Final = re.compile(rb"<PMID\b[^>]*>\s*([0-9]+)\s*<")
_FULL: Final = 500
_NOT_FOUND: Final = 404
_DOWNLOADS: Final = 2


class _File(NamedTuple):
    """A file's place in the order, its name, and where it is: an address, or a path."""

    year: int
    number: int
    name: str
    place: str | Path


class _Cursor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How far a query is through: the files that are, and how many records of the one under way."""

    query: str
    done: tuple[str, ...] = ()
    file: str = ""
    records: int = 0

    def text(self) -> str:
        return msgspec.json.encode(self).decode()


def none_held(_: Sequence[str]) -> Container[str]:
    """Say that the library holds none of some PMIDs."""
    return ()


def crawl(
    places: Sequence[str | Path],
    *,
    client: Client | None,
    query: str,
    cursor: str,
    folder: Path,
    held: Held = none_held,
) -> Iterator[Batch]:
    """Yield the records of bulk files that a query selects (see `Selection`), and every deletion in them.

    A record that is `held`, or was selected before, is yielded whatever it has become: a revised record
    replaces the old one entirely, and the library is not to keep an old version of what is found no longer.

    Places are files (pubmed26n0001.xml.gz, its checksum beside it in pubmed26n0001.xml.gz.md5), folders of
    them, at any depth, and addresses of a file or of a page that lists files, such as
    https://ftp.ncbi.nlm.nih.gov/pubmed/updatefiles/. They are applied in the order of their numbers, whatever
    the order of the places; those of two years are refused. What is downloaded is put into `folder`, one
    file at a time, and removed when it is through.

    A batch has up to 500 outcomes; `done` and `total` count files. The cursor is never "", since tomorrow
    there are new files: given back with the same query, it passes over the files that are through. With
    another query, or the files of a newer year, everything is read from the start.

    A file whose checksum is wrong or missing is downloaded anew once. If that does not help, or it is not
    whole all the same, it becomes an Unparsed, after the records that are whole in it, and then ParseError or
    Invalid is raised, as all later files must wait for it. Raises ParseError, too, for a query that is none,
    for two years, and for a file that comes before one that is through; SourceError for a failing server.
    """
    choice = _Choice(Selection(query), held)
    at, files = _in_order(_discover(places, client), _read_cursor(cursor, query))
    done = {_numbered(name) for name in at.done}
    through = sum((file.year, file.number) in done for file in files)
    for file in files:
        if (file.year, file.number) in done:
            continue
        try:
            with _whole(file, client, folder) as path:
                for outcomes, at in _batches(path, file.name, choice, at):  # noqa: B020 - it moves on
                    through += not at.file
                    yield Batch(outcomes=outcomes, cursor=at.text(), done=through, total=len(files))
        except (ParseError, Invalid) as error:
            reason = f"{file.name} is not whole, and the files after it have to wait: {error}"
            broken = Unparsed(record="the file", reason=reason, format="", raw=b"")
            yield Batch(outcomes=(broken,), cursor=at.text(), done=through, total=len(files))
            raise type(error)(reason) from error


def _read_cursor(cursor: str, query: str) -> _Cursor:
    """Return where to go on: at the start without a cursor, or where it is of another query."""
    if not cursor:
        return _Cursor(query=query)
    try:
        found = msgspec.json.decode(cursor, type=_Cursor)
    except msgspec.DecodeError as error:
        raise ParseError(f"the cursor is none of the bulk files'; start without it ({error})") from error
    return found if found.query == query else _Cursor(query=query)


# Which files, and in which order.


def _discover(places: Sequence[str | Path], client: Client | None) -> Iterator[_File]:
    for place in places:
        if isinstance(place, str) and place.startswith(("https://", "http://")):
            yield from _at_address(place, client)
        else:
            yield from _on_disk(Path(place))


def _at_address(url: str, client: Client | None) -> list[_File]:
    """Return the file at an address, or those that its page lists as lying there."""
    if file := _file(urlsplit(url).path.rpartition("/")[2], url):
        return [file]
    answer = _client(client, url).get(f"{url.rstrip('/')}/")
    # The newline hides an XML declaration, which draws a warning from BeautifulSoup.
    links = BeautifulSoup(b"\n" + answer.body, "lxml").select("a[href]")
    addresses = dict.fromkeys(urljoin(answer.url, str(link["href"])) for link in links)
    here = (each for each in addresses if urljoin(each, ".") == urljoin(answer.url, "."))
    files = [file for each in here if (file := _file(urlsplit(each).path.rpartition("/")[2], each))]
    if not files:
        raise SourceError(f"{url} lists no files of the form pubmed26n0001.xml.gz")
    return files


def _on_disk(path: Path) -> list[_File]:
    if path.is_dir():
        files = [
            file for each in path.rglob("pubmed*") if each.is_file() and (file := _file(each.name, each))
        ]
        if not files:
            raise ParseError(f"{path} holds no files of the form pubmed26n0001.xml.gz")
        return files
    if not (file := _file(path.name, path)):
        raise ParseError(
            f"{path} has no name of the form pubmed26n0001.xml.gz, which says where it comes in the order"
        )
    return [file]


def _file(name: str, place: str | Path) -> _File | None:
    return _File(*_numbered(name), name, place) if _NAME.fullmatch(name) else None


def _numbered(name: str) -> tuple[int, int]:
    found = _NAME.fullmatch(name)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _in_order(found: Iterable[_File], at: _Cursor) -> tuple[_Cursor, list[_File]]:
    """Return the files by number, each once, and the cursor, which starts anew with a newer year."""
    # Of a file that is in two places, the first is taken.
    unique: dict[tuple[int, int], _File] = {}
    for file in found:
        unique.setdefault((file.year, file.number), file)
    files = [unique[number] for number in sorted(unique)]
    if files and files[0].year != files[-1].year:
        raise ParseError(
            f"{files[0].name} and {files[-1].name} are of two years, and the baseline of a year "
            "replaces all files of the years before, so give those of the newest year alone"
        )
    last = max(map(_numbered, (*at.done, at.file)))
    if files and files[0].year > last[0]:
        return _Cursor(query=at.query), files
    done = {_numbered(name) for name in at.done}
    if late := [file for number, file in sorted(unique.items()) if number < last and number not in done]:
        raise ParseError(
            f"{late[0].name} comes before files that are through already, and would undo what they changed: "
            "leave it out, or start without the cursor"
        )
    return at, files


# A whole file.


@contextmanager
def _whole(file: _File, client: Client | None, folder: Path) -> Iterator[Path]:
    """Give a file on the disk that is what its checksum says; if downloaded, for as long as it is read."""
    if isinstance(file.place, Path):
        if problem := _mismatch(file.place, _read(file.place.with_name(f"{file.name}.md5"))):
            raise ParseError(f"{problem}; get both anew")
        yield file.place
        return
    path = folder / file.name
    _download(_client(client, file.place), file.place, path)
    yield path
    # Not reached when the reading is given up: a file under way is not downloaded again.
    path.unlink(missing_ok=True)


def _download(client: Client, url: str, path: Path) -> None:
    """Download a file, unless it is there already, and anew if its checksum is wrong."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_there, problem = path.exists(), ""
    for _ in range(_DOWNLOADS):
        if not is_there:
            client.download(url, path)
        is_there = False
        try:
            stated = client.get(f"{url}.md5").body
        except BadStatus as error:
            if error.status != _NOT_FOUND:
                raise
            stated = b""
        if not (problem := _mismatch(path, stated)):
            return
    path.unlink()
    raise Invalid(f"{problem}; downloaded {_DOWNLOADS} times: try again later")


def _mismatch(path: Path, stated: bytes) -> str:
    """Return what is wrong with the checksum, `MD5(name)= hex` or `hex  name`; "" where it is right."""
    lines = stated.decode("ascii", "replace").splitlines()
    named = [line for line in lines if path.name in line] or lines
    found = _MD5.search("\n".join(named).lower())
    if not found:
        return f"there is no checksum in {path.name}.md5, or no such file"
    try:
        with path.open("rb") as stream:
            actual = hashlib.file_digest(stream, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    except OSError as error:
        raise ParseError(f"it cannot be read ({error.strerror})") from error
    return "" if actual == found[0] else f"its MD5 is {actual}, but {path.name}.md5 says {found[0]}"


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise ParseError(f"{path} cannot be read ({error.strerror})") from error


def _client(client: Client | None, url: str) -> Client:
    if client is None:
        raise SourceError(f"{url} is an address, and nothing is to be asked over the network")
    return client


# The records of a file.


_Numbered = tuple[int, bulk_records.Record]


class _Choice:
    """Which records are taken: those that are selected, and those that have been."""

    def __init__(self, selection: Selection, held: Held) -> None:
        self._selection = selection
        self._held = held
        # What was yielded may not have come to the library yet, so that it cannot tell.
        self._taken: set[str] = set()

    def outcomes(self, records: Sequence[_Numbered], file: str) -> Iterator[list[Outcome]]:
        """Yield what each record comes to, in order; nothing where it is not taken."""
        pmids = [_pmid(record) for _, record in records]
        held = self._held([pmid for pmid in pmids if pmid])
        for (number, record), pmid in zip(records, pmids, strict=True):
            is_held = bool(pmid) and (pmid in self._taken or pmid in held)
            yield list(self._of(record, f"{file}, record {number}", is_held=is_held))

    def _of(self, record: bulk_records.Record, name: str, *, is_held: bool) -> Iterator[Outcome]:
        """Yield what a record comes to; one that is not to be taken is seldom parsed."""
        if not record.is_deletion and not is_held and not self._selection.might_match(record.raw):
            return
        try:
            for outcome in _parsed(record.document()):
                if isinstance(outcome, Unparsed) and not outcome.record.startswith("PMID"):
                    yield msgspec.structs.replace(outcome, record=name)
                elif not isinstance(outcome, Parsed):
                    yield outcome
                elif is_held or self._selection.selects(outcome.article):
                    self._taken.add(outcome.article.ids.pmid)
                    yield outcome
        except ParseError as error:
            yield Unparsed(record=name, reason=str(error), format=pubmed_xml.FORMAT, raw=record.raw)


def _parsed(document: bytes) -> Iterable[Outcome]:
    try:
        return pubmed_xml.parse_part(document, after=0)
    except pubmed_xml.Unsure:
        return pubmed_xml.parse(BytesIO(document))


def _pmid(record: bulk_records.Record) -> str:
    """Return the PMID of a record: the first one in it is its own."""
    found = None if record.is_deletion else _PMID.search(record.raw)
    return found[1].decode() if found else ""


def _batches(
    path: Path, name: str, choice: _Choice, at: _Cursor
) -> Iterator[tuple[tuple[Outcome, ...], _Cursor]]:
    """Yield the outcomes of a file, and the cursor after them; the last one says that the file is through.

    Raises ParseError, after every outcome before that, where the file is not whole.
    """
    through = at.records if at.file == name else 0
    kept: list[Outcome] = []
    number = 0
    try:
        for number, outcomes in _taken(path, name, choice, through):
            for outcome in outcomes:
                if len(kept) == _FULL:
                    yield tuple(kept), msgspec.structs.replace(at, file=name, records=number - 1)
                    kept = []
                kept.append(outcome)
    except ParseError:
        if kept:
            yield tuple(kept), msgspec.structs.replace(at, file=name, records=number)
        raise
    yield tuple(kept), _Cursor(query=at.query, done=(*at.done, name))


def _taken(path: Path, name: str, choice: _Choice, through: int) -> Iterator[tuple[int, list[Outcome]]]:
    """Yield the records of a file after those that are through: the number of each, and what it comes to."""
    numbered = enumerate(bulk_records.read(path), start=1)
    for chunk in _chunks(each for each in numbered if each[0] > through):
        numbers = (number for number, _ in chunk)
        yield from zip(numbers, choice.outcomes(chunk, name), strict=True)


def _chunks(records: Iterator[_Numbered]) -> Iterator[list[_Numbered]]:
    """Yield records so many at a time that the library need not be asked about each one.

    Raises ParseError, after every record before that, where there are no more that are whole.
    """
    chunk: list[_Numbered] = []
    try:
        for each in records:
            chunk.append(each)
            if len(chunk) == _FULL:
                yield chunk
                chunk = []
    except ParseError:
        yield chunk
        raise
    yield chunk
