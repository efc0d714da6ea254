"""Records of PubMed by EFetch, a page at a time; what was asked for and did not come is asked for again."""

from __future__ import annotations

from functools import partial
from logging import getLogger
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from crawler.errors import SourceError
from crawler.sources.eutils_answers import Records, ask, is_expired, read_records

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterator, Sequence

    from crawler.http import Client
    from crawler.outcome import Outcome, Unparsed
    from crawler.sources.eutils_answers import Found

_log = getLogger(__name__)

PAGE: Final = 200
"""Records a request: about what NCBI asks to be sent by POST, and as much as is lost by a broken answer."""

_TRIES: Final = 3


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
    not come is asked for twice again; then it is `absent(pmid)`. `witnesses` are PMIDs of records that exist:
    they are asked for with every page, and one without any of them is no answer. Raises SourceError.
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
            came = _by_pmid(client, due[start : start + PAGE], witnesses)
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
    """Yield what the history server gives, page by page; return whether it knew the search to the end."""
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
            if not is_expired(error):
                raise
            _log.info("%s; the rest is asked for by PMID", error)
            return False
        yield from _taken(left, came)
    return True


def _by_pmid(client: Client, pmids: Sequence[str], witnesses: Collection[str]) -> Records:
    read = partial(read_records, wanted=set(pmids), witnesses=witnesses)
    return ask(client, "efetch.fcgi", {"id": ",".join([*pmids, *witnesses])}, read)
