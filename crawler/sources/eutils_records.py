"""Records of PubMed by EFetch, a page at a time; what was asked for and did not come is asked for again.

A record may be such that PubMed breaks at every page with it. A page that cannot be had is halved until what
breaks it is alone; the rest comes.
"""

from __future__ import annotations

from functools import partial
from http import HTTPStatus
from logging import getLogger
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from crawler.errors import BadStatus, Blocked, Invalid, SourceError, TooLarge, Unreachable
from crawler.outcome import Unparsed
from crawler.parsers.pubmed.pubmed_xml import FORMAT
from crawler.sources.eutils_answers import Records, ask, is_expired, read_records

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator, Sequence

    from crawler.asking.http import Client
    from crawler.outcome import Outcome
    from crawler.sources.eutils_answers import Found

_log = getLogger(__name__)

PAGE: Final = 200
"""Records a request: about what NCBI asks to be sent by POST, and as much as is lost by a broken answer."""

_TRIES: Final = 3
_BREAKS: Final = 40
"""Questions about one page that may fail, each after all tries: enough to find four records or more."""
_FIRST_RECORD: Final = "1"
"""Asked for where a page fails: any answer, even without it, tells that it is not PubMed that is down."""


def fetch(
    client: Client,
    pmids: Sequence[str],
    *,
    absent: Callable[[str], Outcome],
    history: Found | None = None,
    witnesses: Collection[str] = (),
) -> Iterator[dict[str, Outcome]]:
    """Yield what the records of PMIDs come to, by PMID, each once, as they come.

    They come from the history server where it has exactly these, in any order, and else by PMID. What does
    not come is asked for twice again; then it is `absent(pmid)`. One that keeps PubMed from answering at all
    is an Unparsed. `witnesses` are PMIDs of records that exist: they are asked for with every page, and one
    without any of them is no answer. Raises SourceError where it is more than a few records, or PubMed as a
    whole, that there is no answer for.
    """
    left = dict.fromkeys(pmids)
    tries = _TRIES
    if history and history.environment and (yield from _from_history(client, history, left)):
        tries -= 1
    nameless: list[Unparsed] = []
    for _ in range(tries):
        due = list(left)
        nameless.clear()
        for start in range(0, len(due), PAGE):
            for came in _by_pmid(client, due[start : start + PAGE], witnesses):
                nameless += came.nameless
                yield from _taken(left, came)
    if left:
        # Records that cannot be read so far as to tell their PMIDs are those that are missing, in this order.
        unreadable = zip(left, nameless, strict=True) if len(nameless) == len(left) else ()
        found = {pmid: replace(each, record=f"PMID {pmid}") for pmid, each in unreadable}
        yield {pmid: found.get(pmid) or absent(pmid) for pmid in left}


def _taken(left: dict[str, None], came: Records) -> Iterator[dict[str, Outcome]]:
    """Strike off what came, and yield it if it is anything."""
    for pmid in came.by_pmid:
        del left[pmid]
    if came.by_pmid:
        yield came.by_pmid


def _from_history(
    client: Client, history: Found, left: dict[str, None]
) -> Generator[dict[str, Outcome], None, bool]:
    """Yield what the history server gives, page by page; return whether it answered to the end."""
    size = len(left)
    for start in range(0, size, PAGE):
        parameters = {
            "WebEnv": history.environment,
            "query_key": history.key,
            "retstart": str(start),
            "retmax": str(min(PAGE, size - start)),
        }
        try:
            came = ask(client, "efetch.fcgi", parameters, partial(read_records, wanted=left))
        except SourceError as error:
            if not is_expired(error) and not _may_be_a_record(error):
                raise
            _log.info("%s; the rest is asked for by PMID", error)
            return False
        yield from _taken(left, came)
    return True


def _by_pmid(client: Client, pmids: Sequence[str], witnesses: Collection[str]) -> Iterator[Records]:
    """Yield what is to be had of a page, in as many parts as it takes."""
    parts, breaks = [pmids], 0
    while parts:
        part = parts.pop()
        try:
            came = _asked(client, part, witnesses)
        except SourceError as error:
            breaks += 1
            if breaks > _BREAKS or not _may_be_a_record(error) or not _answers(client, witnesses):
                raise
            _log.info("%s; halving %d records", error, len(part))
            if len(part) == 1:
                yield Records({part[0]: _unfetched(part[0], error)})
            else:
                middle = len(part) // 2
                parts += [part[middle:], part[:middle]]
        else:
            yield came


def _asked(client: Client, pmids: Sequence[str], witnesses: Collection[str]) -> Records:
    read = partial(read_records, wanted=set(pmids), witnesses=witnesses)
    return ask(client, "efetch.fcgi", {"id": ",".join([*pmids, *witnesses])}, read)


def _may_be_a_record(error: SourceError) -> bool:
    """Say whether a page may fail for a record in it; not where PubMed says it is down or has had enough."""
    if isinstance(error, BadStatus):
        return error.status not in {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE}
    return isinstance(error, Invalid | TooLarge | Unreachable)


def _answers(client: Client, witnesses: Collection[str]) -> bool:
    """Say whether PubMed answers when asked for other records."""
    try:
        _asked(client, [] if witnesses else [_FIRST_RECORD], witnesses)
    except Blocked:
        raise
    except SourceError as error:
        _log.info("nor does PubMed give other records: %s", error)
        return False
    return True


def _unfetched(pmid: str, error: SourceError) -> Unparsed:
    reason = f"PubMed does not answer when asked for it, though it gives others: {error}"
    return Unparsed(record=f"PMID {pmid}", reason=reason, format=FORMAT, raw=b"")
