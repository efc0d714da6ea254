"""A small PubMed on the loopback: ESearch, EFetch and EPost as NCBI answers them, and as it fails to.

    corpus = make_corpus(25_000)
    with eutils_server(corpus.records, dates=corpus.dates, faults=Faults(share=0.1)) as server:
        Client(CrawlerSettings(eutils_url=server.url))

Requests come by POST or GET. What the server holds may be changed while it runs, also by `before`.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from tests.dealt_faults import Faults
from tests.eutils_faults import fitting, left_whole
from tests.fault_server import Asked, Behaviour, answer, listening
from tests.records import record_xml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" ?>\n<!DOCTYPE {0} PUBLIC "-//NLM//DTD {1}//EN" "{2}">\n'
_DTD: Final = "https://eutils.ncbi.nlm.nih.gov/eutils/dtd/20060628/esearch.dtd"
_SEARCH: Final = (
    _HEAD.format("eSearchResult", "esearch 20060628", _DTD) + "<eSearchResult>{}</eSearchResult>\n"
)
_SET: Final = (
    '<?xml version="1.0" ?>\n<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2025//EN"'
    ' "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_250101.dtd">\n<PubmedArticleSet>\n{}\n</PubmedArticleSet>'
)
_BEYOND: Final = (
    "Search Backend failed: Exception: 'retstart' cannot be larger than {}. For PubMed, ESearch can only "
    "retrieve the first {:,} records matching the query."
)


@dataclass(frozen=True, slots=True)
class Dates:
    """When a record entered PubMed, when it was last modified there, and when created if not as it entered."""

    entered: date
    modified: date
    created: date | None = None

    def of(self, datetype: str) -> date:
        """Return the date that a search with this datetype goes by."""
        return {"edat": self.entered, "mdat": self.modified, "crdt": self.created or self.entered}[datetype]


@dataclass(frozen=True, slots=True)
class Corpus:
    """Invented records, by PMID, and their dates."""

    records: dict[str, str]
    dates: dict[str, Dates]


class _Failure(Exception):
    """What NCBI answers in place of an answer."""

    def __init__(self, root: str, text: str, status: int = 200) -> None:
        super().__init__(text)
        self.body = f"<{root}>\n\t<ERROR>{text}</ERROR>\n</{root}>\n".encode()
        self.status = status


@dataclass(slots=True, kw_only=True)
class EutilsServer:
    """What PubMed holds, how it behaves, and what it was asked.

    `unlisted` records are there, but the search does not find them; `withheld` ones are found, but not given.
    Every answer with a record that is `poisoned` is broken in the way given by its PMID. Phrases that are
    `unknown` find nothing. A WebEnv lasts for `life` requests. `before` sees each request.
    """

    records: dict[str, str]
    dates: dict[str, Dates]
    cap: int
    faults: Faults
    error: str = ""
    url: str = ""
    requests: list[Asked] = field(default_factory=list)
    unlisted: set[str] = field(default_factory=set)
    withheld: set[str] = field(default_factory=set)
    poisoned: dict[str, str] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)
    life: int = 1_000_000
    before: Callable[[Asked], None] | None = None
    environments: dict[str, list[list[str]]] = field(default_factory=dict)
    uses: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def asked(self, tool: str) -> list[Asked]:
        """Return the requests to a tool, such as efetch."""
        return [each for each in self.requests if each.tool == tool]

    def fetched(self) -> list[str]:
        """Return the PMIDs that EFetch was asked for by PMID, one after the other."""
        ids = (each.parameters.get("id", "") for each in self.asked("efetch"))
        return [pmid for each in ids for pmid in each.split(",") if pmid]

    def meet(self, asked: Asked) -> Behaviour:
        """Write a request down, and return what it meets."""
        with self.lock:
            self.requests.append(asked)
            if self.before:
                self.before(asked)
            try:
                honest = self._answer(asked)
            except _Failure as failure:
                return answer(failure.body, status=failure.status)
            fits = fitting(self.faults, asked, honest)
            poison = next((self.poisoned[pmid] for pmid in asked.ids if pmid in self.poisoned), "")
            asked.fault = poison or self.faults.draw(fits)
            asked.given = left_whole(asked.fault, asked.given)
            if asked.fault:
                return fits[asked.fault](honest)
            return answer(honest, headers={"Content-Type": "text/xml; charset=UTF-8"})

    def _answer(self, asked: Asked) -> bytes:
        tools = {"esearch": self._search, "efetch": self._fetch, "epost": self._post}
        if asked.tool not in tools:
            raise _Failure("eutils", f"there is no {asked.tool}", 404)
        root = {"esearch": "eSearchResult", "efetch": "eFetchResult", "epost": "ePostResult"}[asked.tool]
        if self.error:
            raise _Failure(root, self.error)
        if asked.parameters.get("db") != "pubmed":
            raise _Failure(root, f"Invalid db name specified: {asked.parameters.get('db')}", 400)
        return tools[asked.tool](asked)

    def _search(self, request: Asked) -> bytes:
        asked = request.parameters
        term = asked.get("term", "")
        if not term:
            raise _Failure("eSearchResult", "Empty term and query_key - nothing todo")
        found = [] if term in self.unknown else self._found(asked)
        start, most = int(asked.get("retstart", "0")), int(asked.get("retmax", "20"))
        if start >= self.cap:
            raise _Failure("eSearchResult", _BEYOND.format(self.cap - 1, self.cap))
        warning = ""
        if start + most > self.cap:
            most = self.cap - start
            warning = f"Restrictions achieved. start and count adjusted to {start}, {most}"
        some = found[start : start + most]
        parts = [f"<Count>{len(found)}</Count><RetMax>{len(some)}</RetMax><RetStart>{start}</RetStart>"]
        if asked.get("usehistory") == "y":
            key, environment = self._keep(asked.get("WebEnv", ""), found)
            parts.append(f"<QueryKey>{key}</QueryKey><WebEnv>{environment}</WebEnv>")
        ids = "".join(f"<Id>{pmid}</Id>\n" for pmid in some)
        parts.append(f"<IdList>\n{ids}</IdList><TranslationSet/><QueryTranslation/>")
        if asked.get("rettype") == "count":
            parts = parts[:1]
        elif missed := "".join(
            f"<PhraseNotFound>{each}</PhraseNotFound>" for each in self.unknown if each in term
        ):
            parts.append(f"<ErrorList>{missed}</ErrorList>")
            warning = warning or ("" if found else "No items found.")
        elif "[nofield]" in term:
            parts.append("<ErrorList><FieldNotFound>nofield</FieldNotFound></ErrorList>")
        if warning:
            parts.append(f"<WarningList><OutputMessage>{warning}</OutputMessage></WarningList>")
        return _SEARCH.format("".join(parts)).encode()

    def _found(self, asked: dict[str, str]) -> list[str]:
        """Return the PMIDs that a search finds, the last one first."""
        found = [pmid for pmid in self.records if pmid not in self.unlisted]
        if "mindate" in asked or "maxdate" in asked:
            if not {"mindate", "maxdate", "datetype"} <= asked.keys():
                raise _Failure("eSearchResult", "mindate, maxdate and datetype go together")
            first, last = (
                date.fromisoformat(asked[each].replace("/", "-")) for each in ("mindate", "maxdate")
            )
            found = [pmid for pmid in found if first <= self._dates(pmid).of(asked["datetype"]) <= last]
        return sorted(found, key=lambda pmid: (self._dates(pmid).entered, int(pmid)), reverse=True)

    def _dates(self, pmid: str) -> Dates:
        return self.dates.get(pmid) or Dates(date(2020, 1, 1), date(2020, 1, 1))

    def _keep(self, environment: str, pmids: list[str]) -> tuple[int, str]:
        """Return query key and WebEnv of a list that the history server keeps."""
        environment = environment or f"MCID_{len(self.environments):024x}"
        lists = self.environments.setdefault(environment, [])
        lists.append(pmids)
        return len(lists), environment

    def _fetch(self, request: Asked) -> bytes:
        asked = request.parameters
        if "WebEnv" in asked:
            pmids = self._kept(asked)
        else:
            pmids = list(dict.fromkeys(pmid for pmid in asked.get("id", "").split(",") if pmid))
            if not pmids:
                raise _Failure("eFetchResult", "ID list is empty! Possibly it has no correct IDs.", 400)
        request.ids = tuple(pmids)
        request.given = tuple(pmid for pmid in pmids if pmid in self.records and pmid not in self.withheld)
        return _SET.format("\n".join(self.records[pmid] for pmid in request.given)).encode()

    def _kept(self, asked: dict[str, str]) -> list[str]:
        environment, key = asked["WebEnv"], int(asked.get("query_key", "0"))
        lists = self.environments.get(environment, [])
        self.uses[environment] = self.uses.get(environment, 0) + 1
        if not 0 < key <= len(lists) or self.uses[environment] > self.life:
            said = f"Cannot retrieve history data. query_key: {key}, WebEnv: {environment}"
            raise _Failure("eFetchResult", said, 400)
        start, most = int(asked.get("retstart", "0")), int(asked.get("retmax", "20"))
        if start >= min(len(lists[key - 1]), self.cap):
            said = f"Cannot retrieve history data: OUT OF RANGE. Parameter retstart={start}"
            raise _Failure("eFetchResult", said, 400)
        return lists[key - 1][start : start + most]

    def _post(self, request: Asked) -> bytes:
        asked = request.parameters
        key, environment = self._keep(asked.get("WebEnv", ""), asked.get("id", "").split(","))
        parts = f"\n\t<QueryKey>{key}</QueryKey>\n\t<WebEnv>{environment}</WebEnv>\n"
        return f"<ePostResult>{parts}</ePostResult>\n".encode()


def make_corpus(size: int, *, seed: int = 0, last: date = date(2026, 1, 1), years: int = 60) -> Corpus:
    """Return so many records whose dates lie in the years before `last`, ever closer towards it."""
    random = Random(seed)
    records: dict[str, str] = {}
    dates: dict[str, Dates] = {}
    for number in range(1, size + 1):
        age = min(random.expovariate(1 / (years / 4)), years) * 365.25
        entered = last - timedelta(days=int(age))
        modified = entered + timedelta(days=random.randint(0, (last - entered).days))
        records[str(number)] = invented(number, entered.year)
        dates[str(number)] = Dates(entered, modified)
    return Corpus(records, dates)


def invented(pmid: int, year: int) -> str:
    """Return the record of a PMID: always the same, and no two alike."""
    words = (
        "motor",
        "neurons",
        "riluzole",
        "SOD1",
        "survival",
        "TDP-43",
        "patients",
        "onset",
        "mice",
        "axons",
    )
    text = " ".join(words[(pmid * step + pmid // 10) % len(words)] for step in range(1, 60))
    return record_xml(pmid, f"Finding {pmid} on motor neurons.", abstract=f"{text}.", year=str(year))


@contextmanager
def eutils_server(
    records: Mapping[str, str],
    error: str = "",
    *,
    dates: Mapping[str, Dates] | None = None,
    cap: int = 9_999,
    faults: Faults | None = None,
) -> Iterator[EutilsServer]:
    """Serve records, by PMID, while the block runs; with an `error`, nothing but that."""
    server = EutilsServer(
        records=dict(records), dates=dict(dates or {}), cap=cap, faults=faults or Faults(share=0), error=error
    )

    with listening(server.meet) as address:
        server.url = f"{address}/entrez/eutils/"
        yield server
