"""What Europe PMC has of an article beside its record: the list of references, and the full text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus
from io import BytesIO
from itertools import count
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec
from lxml import etree
from msgspec import Struct, field

from crawler.article import Article, Ids
from crawler.errors import BadStatus, Blocked, Invalid, ParseError, SourceError, TooLarge, Unreachable
from crawler.outcome import Deleted, Outcome, Parsed, Unparsed
from crawler.parsers.europepmc import europepmc, europepmc_cited
from crawler.parsers.europepmc.europepmc_result import read
from crawler.parsers.jats import jats
from crawler.parsers.jats.jats_stream import articles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.asking.http import Answer, Client

HeldReferences = Callable[[Sequence[tuple[str, ...]]], list[int]]
"""Says how many references the library holds for each article, given by its ids; 0 where it holds none."""

T = TypeVar("T")

_PAGE: Final = "1000"
"""The most entries that Europe PMC puts on a page."""
_TRIES_TOO_LARGE: Final = 3
_OUTAGE: Final = 3
"""So many times in a row without an answer is no longer a matter of one article."""


class Result(Struct, frozen=True, rename="camel"):
    """Where an article stands in Europe PMC, and what it says there is of it: "Y" or "N"."""

    source: str = ""
    id: str = ""
    has_references: str = ""
    is_open_access: str = ""
    in_epmc: str = field(name="inEPMC", default="")


class _Entries(Struct, frozen=True):
    reference: tuple[msgspec.Raw, ...] = ()


class _Page(Struct, frozen=True, rename="camel"):
    hit_count: int = 0
    reference_list: _Entries | None = None


def read_result(raw: bytes) -> Result:
    """Return what a result says of its place and its details; nothing where it cannot be read."""
    try:
        return read(raw, Result)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return Result()


def ask(client: Client, path: str, parameters: dict[str, str], parse: Callable[[bytes], T]) -> T:
    """Return what `parse` makes of an answer; one that it raises ParseError for is asked for again.

    So is one that is too large: a damaged one can claim any size. Raises SourceError as `Client.europepmc`
    does.
    """
    parsed: list[T] = []

    def check(answer: Answer) -> None:
        try:
            parsed.append(parse(answer.body))
        except ParseError as error:
            raise Invalid(str(error)) from error

    for tries_left in reversed(range(_TRIES_TOO_LARGE)):
        try:
            client.europepmc(path, parameters, check=check)
            break
        except TooLarge:
            if not tries_left:
                raise
    return parsed[-1]


class Details:
    """Asks for the details of articles, and knows an outage from a detail that cannot be had."""

    def __init__(self, client: Client, held_references: HeldReferences, *, full_text: bool) -> None:
        self._client = client
        self._held_references = held_references
        self._full_text = full_text
        self._unanswered = 0

    def of(self, outcomes: Iterable[Outcome]) -> Iterator[Outcome]:
        """Yield what is to be had of the articles that a search found, in their order.

        The full text is asked for where it is open access; the list of references where the library holds
        none or a shorter one, and the full text does not bring it. What is not there (404) is passed over;
        what cannot be had after all tries is an Unparsed. Raises SourceError where Europe PMC has had enough
        requests, or gives no answer for several articles in a row.
        """
        found = [(each.article, read_result(each.raw)) for each in outcomes if isinstance(each, Parsed)]
        listed = [article for article, result in found if result.has_references == "Y"]
        counts = self._held_references([_keys(article.ids) for article in listed]) if listed else []
        held = {article.key: number for article, number in zip(listed, counts, strict=True)}
        for article, result in found:
            yield from self._of(article, result, held.get(article.key))

    def _of(self, article: Article, result: Result, held: int | None) -> Iterator[Outcome]:
        """Yield the details of one article; `held` is None where it has no list of references."""
        pmcid = article.ids.pmcid
        if self._full_text and pmcid and result.is_open_access == result.in_epmc == "Y":
            name = f"{pmcid} full text"
            text = self._try(name, jats.FORMAT, lambda: self._open_text(article.ids, name))
            if text:
                yield text
            if isinstance(text, Parsed) and text.article.references and not text.article.references_stated:
                return
        if held is not None:
            name = f"{result.source}/{result.id} references"
            cited = self._try(name, europepmc_cited.FORMAT, lambda: self._longer_list(article, result, held))
            if cited:
                yield cited

    def _try(self, record: str, kind: str, get: Callable[[], Outcome | None]) -> Outcome | None:
        try:
            outcome = get()
        except SourceError as error:
            status = error.status if isinstance(error, BadStatus) else 0
            is_down = isinstance(error, Unreachable) or status == HTTPStatus.SERVICE_UNAVAILABLE
            self._unanswered = self._unanswered + 1 if is_down else 0
            # To go on here would trouble a server that has had enough, or note as failed what is only late.
            is_over = isinstance(error, Blocked) or status == HTTPStatus.TOO_MANY_REQUESTS
            if is_over or self._unanswered == _OUTAGE:
                raise
            if status == HTTPStatus.NOT_FOUND:
                return None
            return Unparsed(record=record, reason=str(error), format=kind, raw=b"")
        self._unanswered = 0
        return outcome

    def _open_text(self, ids: Ids, name: str) -> Outcome:
        def parse(body: bytes) -> Parsed | Unparsed:
            return _of_work(_only_article(body), ids)

        text = ask(self._client, f"{ids.pmcid}/fullTextXML", {}, parse)
        try:
            return _completed(text, ids)
        except ParseError as error:
            return Unparsed(record=name, reason=str(error), format=jats.FORMAT, raw=text.raw)

    def _longer_list(self, article: Article, result: Result, held: int) -> Outcome | None:
        """Return the list of references, or None where it is not longer than what is held."""
        path = f"{result.source}/{result.id}/references"
        entries: list[msgspec.Raw] = []
        for number in count(1):
            asked = {"format": "json", "page": str(number), "pageSize": _PAGE}
            page = ask(self._client, path, asked, _reference_page)
            if page.reference_list is None or page.hit_count <= held:
                return None
            entries += page.reference_list.reference
            if not page.reference_list.reference or len(entries) >= page.hit_count:
                break
        raw = europepmc_cited.make_record(article, entries, stated=page.hit_count)
        cited = europepmc_cited.parse_record(raw)
        if len(cited.references) <= held:
            return None
        return Parsed(article=cited, format=europepmc_cited.FORMAT, raw=raw)


def _only_article(body: bytes) -> Parsed | Unparsed:
    """Return the article of a full text. Raises ParseError where it is no JATS, or breaks off."""
    found = [each for each in jats.parse(BytesIO(body)) if not isinstance(each, Deleted)]
    if len(found) != 1:
        raise ParseError(f"this is JATS of {len(found)} articles, and was to be of one")
    return found[0]


def _of_work(text: Parsed | Unparsed, ids: Ids) -> Parsed | Unparsed:
    """Return a full text as it is. Raises ParseError where it is that of another article."""
    if isinstance(text, Parsed) and text.article.ids.pmcid not in {"", ids.pmcid}:
        raise ParseError(f"this is the full text of another article, {text.article.ids.pmcid}")
    return text


def _completed(text: Parsed | Unparsed, ids: Ids) -> Parsed:
    """Return a full text with those ids of the search that it lacks.

    Raises ParseError where it cannot be read with them either.
    """
    own = text.article.ids if isinstance(text, Parsed) else Ids()
    told = {"pmid": ids.pmid, "pmcid": ids.pmcid, "doi": ids.doi}
    missing = {kind: value for kind, value in told.items() if value and not getattr(own, kind)}
    if isinstance(text, Parsed) and not missing:
        return text
    raw = _with_ids(text.raw, missing)
    return Parsed(article=jats.parse_record(raw), format=jats.FORMAT, raw=raw)


def _with_ids(raw: bytes, ids: dict[str, str]) -> bytes:
    """Return a JATS article with more ids, for the library to find when it reads the raw record again."""
    for article in articles(BytesIO(raw)):
        meta = article.find("{*}front/{*}article-meta")
        if meta is not None:
            tag = etree.QName(etree.QName(meta).namespace, "article-id")
            for kind, value in ids.items():
                added = etree.Element(tag, {"pub-id-type": kind})
                added.text = value
                meta.insert(0, added)
        return etree.tostring(article, encoding="UTF-8", with_tail=False)
    return raw


def _reference_page(body: bytes) -> _Page:
    """Return a page of a list. Raises ParseError where it is none, or says of references that it lacks."""
    europepmc.references(body)
    try:
        page = msgspec.json.decode(body, type=_Page, strict=False)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise ParseError(f"this is no page of a list of references: {error}") from error
    if page.hit_count and page.reference_list is None:
        raise ParseError(f"the answer says that there are {page.hit_count} references, and has no list")
    return page


def _keys(ids: Ids) -> tuple[str, ...]:
    return tuple(key for key in (ids.pmid, ids.pmcid, ids.doi.lower()) if key)
