"""PubMed over the network, through NCBI's E-utilities: whole crawls, what is new, what is gone.

ESearch lists at most 9,999 articles of a search, so a crawl is split by date of entry (`eutils_windows`).
Records come a page at a time and are held against what was asked for (`eutils_records`), each answer is
doubted before it is read (`eutils_answers`), and a crawl goes on from every batch on (`eutils_place`).
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from hashlib import sha256
from itertools import islice
from logging import getLogger
from typing import TYPE_CHECKING, Final

from crawler.errors import SourceError
from crawler.outcome import Deleted, Unparsed
from crawler.parsers.pubmed.pubmed_xml import FORMAT
from crawler.sources.eutils_place import Place, restore
from crawler.sources.eutils_records import fetch
from crawler.sources.eutils_windows import CAP, EARLIEST, Window, all_listed, listed, plan, search

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator, Sequence

    from crawler.asking.http import Client
    from crawler.sources.batch import Batch
    from crawler.sources.eutils_answers import Found

_log = getLogger(__name__)

ALS_QUERY: Final = (
    '"Amyotrophic Lateral Sclerosis"[mh] OR "Motor Neuron Disease"[mh:noexp]'
    ' OR "Bulbar Palsy, Progressive"[mh] OR "TDP-43 Proteinopathies"[mh:noexp]'
    ' OR "amyotrophic lateral sclerosis"[tiab] OR "motor neuron disease"[tiab]'
    ' OR "motor neuron diseases"[tiab] OR "motor neurone disease"[tiab] OR "motor neurone diseases"[tiab]'
    ' OR "Lou Gehrig"[tiab] OR "Lou Gehrig\'s"[tiab] OR "Gehrig\'s disease"[tiab] OR "Gehrig disease"[tiab]'
    ' OR "primary lateral sclerosis"[tiab] OR "progressive muscular atrophy"[tiab]'
    ' OR "progressive bulbar palsy"[tiab]'
    " OR (ALS[tiab] AND (riluzole[tiab] OR edaravone[tiab] OR tofersen[tiab] OR SOD1[tiab] OR TDP-43[tiab]"
    ' OR TARDBP[tiab] OR C9orf72[tiab] OR FUS[tiab] OR ALSFRS-R[tiab] OR "frontotemporal dementia"[tiab]'
    ' OR "motor neuron"[tiab] OR "motor neurons"[tiab] OR motoneurons[tiab]))'
)
"""Finds the ALS literature in PubMed.

ALS alone would find advanced life support and antilymphocyte serum, so it counts only beside a word of the
field. Headings are not exploded where what lies below them is another disease: the spinal muscular atrophies
below Motor Neuron Disease, the frontotemporal degenerations below TDP-43 Proteinopathies.
"""

_DAY: Final = timedelta(days=1)
_WITNESSES: Final = 3
_NOT_GIVEN: Final = "PubMed lists it, but does not give it"
_NOT_THERE: Final = "PubMed does not give it"


def crawl(
    client: Client,
    *,
    query: str,
    cursor: str,
    today: date,
    most: int | None = None,
    cap: int = CAP,
) -> Iterator[Batch]:
    """Yield every article that a query finds, those that entered PubMed last first, up to `most` in all.

    The first batch holds no article, only how many there are. The crawl goes on where `cursor` says, and
    begins anew where that is "", of another query, or unknown; with `most` reached, the last cursor goes on
    from there. Tomorrow counts, too, since the day may already have begun elsewhere. What PubMed lists but
    does not give is an Unparsed, and so are a record that no answer can be had with, and a difference between
    its count and the sum of its windows. Raises SourceError where nothing is found, and where one day has
    more articles than PubMed lists, `cap`.
    """
    place = restore(cursor, kind="crawl", question=query)
    if place is None:
        span = Window(EARLIEST, today + _DAY)
        found = plan(client, query, span, cap=cap, is_whole=True)
        if not found.total:
            raise _nothing(query, found.notices)
        if found.notices:
            _log.warning("PubMed on the query: %s", found.notices)
        place = Place(kind="crawl", question=query, pending=found.windows, total=found.total)
        doubts = [_unparsed("the whole of the query", found.doubt)] if found.doubt else []
        yield place.batch(doubts, most=most)
    while not place.is_end and (most is None or place.done < most):
        history = None
        if not place.left:
            place, history = _next_window(client, place, query, cap)
            if place.is_end:
                yield place.batch((), most=most)
        place = yield from _fetched(client, place, history=history, most=most)


def newest(client: Client, *, count: int, query: str = ALS_QUERY) -> Iterator[Batch]:
    """Yield the `count` articles that were published last, at most 9,999, the latest first.

    No crawl goes on from its cursors. Raises SourceError where nothing is found.
    """
    found = search(client, query, most=min(count, CAP), sort="pub_date")
    if not found.pmids:
        raise _nothing(query, found.notices)
    yield from _fetched(client, _listed_place("newest", query, found.pmids))


def changed(
    client: Client, *, query: str, since: date, today: date, cursor: str, cap: int = CAP
) -> Iterator[Batch]:
    """Yield the articles of a query that entered PubMed or were modified there since a day, each once.

    That day counts, and the one before, as PubMed's days begin later than Greenwich's. A retraction modifies
    the article. What is added a year or more after it was published has its date of publication as its date
    of entry (NLM Technical Bulletin, Nov-Dec 2008), so the date of creation is asked for as well. The cursor
    is as for `crawl`, and holds for the same query and day. Where nothing has changed, there is one batch,
    and it is empty. Raises SourceError.
    """
    question = f"{since} {query}"
    place = restore(cursor, kind="changed", question=question)
    if place is None:
        span = Window(since - _DAY, today + _DAY)
        pmids = dict.fromkeys(
            pmid
            for datetype in ("edat", "crdt", "mdat")
            for pmid in all_listed(client, query, span, cap=cap, datetype=datetype)
        )
        place = _listed_place("changed", question, tuple(pmids))
        yield place.batch(())
    yield from _fetched(client, place)


def gone(
    client: Client, *, query: str, held: Collection[str], today: date, cap: int = CAP
) -> Iterator[Batch]:
    """Yield a Deleted for each PMID held that PubMed no longer has, and what the query only lists no more.

    `held` are to be PMIDs that came from this query: all of them that it does not list are fetched. One
    counts as deleted when three answers come without it, but with a record that the query lists: an answer
    without either tells nothing. No crawl goes on from the cursors. Raises SourceError where nothing is
    found: that all articles were deleted is less likely than that PubMed is at fault.
    """
    span = Window(EARLIEST, today + _DAY)
    there = frozenset(all_listed(client, query, span, cap=cap))
    if not there:
        raise _nothing(query)
    place = _listed_place("gone", query, tuple(sorted(set(held) - there)))
    yield place.batch(())
    witnesses = tuple(islice(there, _WITNESSES))
    for came in fetch(client, place.left, absent=Deleted, witnesses=witnesses):
        place = place.after(came)
        yield place.batch(came.values())


def cited(client: Client, *, pmids: Sequence[str], cursor: str) -> Iterator[Batch]:
    """Yield the articles with these PMIDs, in about that order, each once.

    The cursor is as for `crawl`, and holds for the same PMIDs. One that PubMed does not give is an Unparsed.
    Raises SourceError.
    """
    question = sha256(" ".join(pmids).encode()).hexdigest()
    place = restore(cursor, kind="cited", question=question)
    if place is None:
        place = _listed_place("cited", question, tuple(dict.fromkeys(pmids)))
        yield place.batch(())
    yield from _fetched(client, place, reason=_NOT_THERE)


def _listed_place(kind: str, question: str, pmids: tuple[str, ...]) -> Place:
    return Place(kind=kind, question=question, left=pmids, total=len(pmids))


def _next_window(client: Client, place: Place, query: str, cap: int) -> tuple[Place, Found | None]:
    """Return the place with the next window opened, and its search; without one if that had to be split."""
    found = listed(client, query, place.pending[0], cap=cap)
    if isinstance(found, tuple):
        return place.with_windows(found), None
    return place.with_window(found.pmids), found


def _fetched(
    client: Client,
    place: Place,
    *,
    history: Found | None = None,
    most: int | None = None,
    reason: str = _NOT_GIVEN,
) -> Generator[Batch, None, Place]:
    """Yield the articles that are left to fetch, and return the place after them."""
    pmids = place.left if most is None else place.left[: most - place.done]
    absent = partial(_missing, reason=reason)
    for came in fetch(client, pmids, absent=absent, history=history):
        place = place.after(came)
        yield place.batch(came.values(), most=most)
    return place


def _missing(pmid: str, reason: str) -> Unparsed:
    return _unparsed(f"PMID {pmid}", reason)


def _unparsed(record: str, reason: str) -> Unparsed:
    return Unparsed(record=record, reason=reason, format=FORMAT, raw=b"")


def _nothing(query: str, notices: str = "") -> SourceError:
    said = f" ({notices})" if notices else ""
    return SourceError(f"PubMed finds nothing for the query {query!r}{said}")
