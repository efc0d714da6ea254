"""Europe PMC's REST service in JSON: the answer to a search, core or lite, and lists of references.

The service is described at https://europepmc.org/RestfulWebService.
"""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, BinaryIO, Final

import msgspec
from msgspec import Struct

from crawler.errors import ParseError
from crawler.parsers.europepmc.europepmc_article import article, ids
from crawler.parsers.europepmc.europepmc_references import reference_list
from crawler.parsers.europepmc.europepmc_result import Citations, Result, read
from crawler.parsers.reading import outcome, parse_errors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.article import Article, Reference
    from crawler.outcome import Outcome

FORMAT: Final = "europepmc"
"""The name of the format, as outcomes and the library carry it."""

_UNREADABLE: Final = (msgspec.MsgspecError, ValueError, RecursionError)
_NOTHING: Final = (b"", b"null")
_RESULTS: Final = re.compile(r'"result"\s*:\s*\[')
_BETWEEN: Final = re.compile(r"[\s,]*")


class _Results(Struct):
    result: tuple[msgspec.Raw, ...] = ()


class _Answer(Struct, rename="camel"):
    """The envelope of an answer; `err_code` stands in one that is an error, even where HTTP says 200."""

    hit_count: int | None = None
    next_cursor_mark: str | None = None
    result_list: _Results | None = None
    reference_list: msgspec.Raw = msgspec.Raw()
    err_code: int | str | None = None
    err_msg: str | None = None


def parse(stream: BinaryIO) -> Iterator[Outcome]:
    """Yield what each result of an answer to a search comes to, in order; the answer is read whole.

    A result that cannot be read, or that tells no PMID, PMCID or DOI (a patent, say), is an Unparsed, and
    the rest goes on. Raises ParseError, after every whole result before that, where the answer is empty,
    breaks off, is an error, or is something else.
    """
    body = stream.read()
    try:
        results = _searched(_answer(body)).result
    except ParseError:
        yield from _outcomes(_whole_results(body))
        raise
    yield from _outcomes(map(bytes, results))


def parse_record(raw: bytes) -> Article:
    """Return the Article of one result, as `parse` keeps it in `Parsed.raw`.

    Raises ParseError where it is no result, tells no PMID, PMCID or DOI, or cannot be read.
    """
    with parse_errors():
        return article(read(raw, Result))


def next_cursor(body: bytes) -> tuple[int, str]:
    """Return how many hits a search has, and the mark to ask for the next page with; "" where none is said.

    The mark may repeat: then this was the last page. Raises ParseError as `parse` does.
    """
    answer = _answer(body)
    _searched(answer)
    return answer.hit_count or 0, answer.next_cursor_mark or ""


def references(body: bytes) -> list[Reference] | None:
    """Return the references in an answer, in the order of citation; None where Europe PMC has no such data.

    An empty list says that there are none, or none on this page. Raises ParseError where the answer is
    empty, breaks off, is an error, or is something else.
    """
    answer = _answer(body)
    if answer.result_list is not None:
        raise ParseError("this is the answer to a search, not a list of references")
    if bytes(answer.reference_list) in _NOTHING:
        return None
    try:
        return reference_list(read(answer.reference_list, Citations))
    except Exception as error:
        raise ParseError(f"the list of references cannot be read: {type(error).__name__}: {error}") from error


def _answer(body: bytes) -> _Answer:
    """Return the envelope of an answer; raises ParseError for an error, and for what is no answer."""
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise ParseError("the answer is empty")
    if text.startswith(b"<"):
        raise ParseError("this is HTML or XML, not JSON: Europe PMC answers in JSON to format=json")
    try:
        answer = msgspec.json.decode(text, type=_Answer, strict=False)
    except msgspec.ValidationError as error:
        raise ParseError(f"this is JSON, but not an answer of Europe PMC: {error}") from error
    except _UNREADABLE as error:
        raise ParseError(
            f"this is not JSON, or it breaks off: {error}; it begins with {text[:20]!r}"
        ) from error
    if answer.err_code is not None or answer.err_msg:
        code, message = answer.err_code or "without a number", answer.err_msg or "without a message"
        raise ParseError(f"Europe PMC answers with the error {code}: {message}")
    if answer.hit_count is None and answer.result_list is None and not bytes(answer.reference_list):
        raise ParseError(f"this is JSON, but not an answer of Europe PMC: it begins with {text[:20]!r}")
    return answer


def _searched(answer: _Answer) -> _Results:
    if answer.result_list is None:
        raise ParseError("this is an answer of Europe PMC, but not to a search: there is no resultList in it")
    return answer.result_list


def _outcomes(results: Iterable[bytes]) -> Iterator[Outcome]:
    for number, raw in enumerate(results, start=1):
        yield outcome(partial(parse_record, raw), partial(_name, raw, number), format_name=FORMAT, raw=raw)


def _name(raw: bytes, number: int) -> str:
    try:
        pmid = ids(read(raw, Result)).pmid
    except _UNREADABLE:
        pmid = ""
    return f"PMID {pmid}" if pmid else f"record {number}"


def _whole_results(body: bytes) -> Iterator[bytes]:
    """Yield the whole results of an answer that breaks off."""
    text = body.decode("utf-8", "surrogateescape")
    begin = _RESULTS.search(text)
    end = begin.end() if begin else len(text)
    decoder = json.JSONDecoder()
    while between := _BETWEEN.match(text, end):
        start = between.end()
        try:
            _, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            return
        yield text[start:end].encode("utf-8", "surrogateescape")
