"""A small Europe PMC on the loopback: searches with cursors, lists of references, full texts; faults, if asked.

    with europepmc_server([result("1"), preprint("2")], page_size=1, faults=Faults(share=0.1)) as server:
        settings = CrawlerSettings(europepmc_url=server.url)

It finds every record whatever the query, in order, and puts at most `page_size` on a page. What was asked is
in `server.requests`.
"""

from __future__ import annotations

import base64
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote, unquote

from tests.dealt_faults import Faults
from tests.europepmc_faults import fitting
from tests.fault_server import Asked, Behaviour, answer, listening

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

End = Literal["repeated", "missing", "empty"]
"""How the end of a search is told: the last page repeats its mark, has none, or leads to an empty one."""

Record = dict[str, Any]

_BASE: Final = "/europepmc/webservices/rest"
_JSON: Final = {"Content-Type": "application/json;charset=UTF-8"}
_XML: Final = {"Content-Type": "application/xml"}


def result(number: str, **said: Any) -> Record:
    """Return a result in core form, by default an article of PubMed's that has nothing more to it."""
    return {
        "id": number,
        "source": "MED",
        "pmid": number,
        "doi": f"10.5555/test.{number}",
        "title": f"Title {number}.",
        "authorString": "Silva A.",
        "authorList": {"author": [{"fullName": "Silva A", "firstName": "Ana", "lastName": "Silva", "initials": "A"}]},
        "journalInfo": {
            "volume": "7", "issue": "2", "dateOfPublication": "2025 Jul", "monthOfPublication": 7,
            "yearOfPublication": 2025, "journal": {"title": "Journal of Tests", "medlineAbbreviation": "J Tests"},
        },
        "pubYear": "2025", "pageInfo": "1-9", "abstractText": "<h4>Methods</h4>Invented.", "language": "eng",
        "pubTypeList": {"pubType": ["Journal Article"]},
        "isOpenAccess": "N", "inEPMC": "N", "inPMC": "N", "hasPDF": "N", "citedByCount": 0, "hasReferences": "N",
        "firstIndexDate": "2025-07-02", "firstPublicationDate": "2025-07-01",
    } | said  # fmt: skip


def preprint(number: str, **said: Any) -> Record:
    """Return a preprint in core form, which has no PMID and no journal."""
    own = {
        "id": f"PPR{number}",
        "source": "PPR",
        "bookOrReportDetails": {"publisher": "testRxiv", "yearOfPublication": 2025},
        "pubTypeList": {"pubType": ["Preprint"]},
    }
    record = result(number) | own | said
    return {name: value for name, value in record.items() if name not in {"pmid", "journalInfo"}}


def open_access(number: str, **said: Any) -> Record:
    """Return an article whose full text is open access."""
    return result(number, pmcid=f"PMC{number}", isOpenAccess="Y", inEPMC="Y", inPMC="Y") | said


def cited(number: int) -> Record:
    """Return an entry of a list of references, matched to an article of PubMed's."""
    return {
        "id": str(number), "source": "MED", "citationType": "JOURNAL ARTICLE", "title": f"Cited {number}.",
        "authorString": "Lima B, Costa C.", "journalAbbreviation": "J Tests", "pubYear": 2020, "volume": "3",
        "issue": "1", "pageInfo": "4-5", "citedOrder": number, "match": "Y",
    }  # fmt: skip


def full_text(*ids: tuple[str, str], cites: int = 0, stated: int = 0) -> bytes:
    """Return a full text in JATS with these ids (kind, value), with references, and with how many it says."""
    told = "".join(f'<article-id pub-id-type="{kind}">{value}</article-id>' for kind, value in ids)
    counts = f'<counts><ref-count count="{stated}"/></counts>' if stated else ""
    refs = "".join(f"<ref><mixed-citation>Printed {each}.</mixed-citation></ref>" for each in range(cites))
    return (
        "<!DOCTYPE article PUBLIC '-//NLM//DTD JATS (Z39.96) Journal Archiving and Interchange DTD v1.3//EN'"
        f" 'JATS-archivearticle1-3.dtd'><article><front><article-meta>{told}<title-group>"
        f"<article-title>In full</article-title></title-group>{counts}</article-meta></front><body><sec>"
        "<title>Results</title><p>All of it.</p></sec></body><back>"
        f"<ref-list>{refs}</ref-list></back></article>"
    ).encode()


class EuropePMCServer:
    """What it holds, how it behaves, and what it was asked; all of it may be changed while it runs.

    `references` are lists by source and id ("MED/1"), None for an answer without a list; `full_texts` are by
    PMCID. What is in neither is 404. `counted` is the number of hits to state where it is not the true one,
    `stated` the same for lists of references. Paths are those below the base address: "/MED/1/references".
    """

    def __init__(self, records: Iterable[Record], *, page_size: int, end: End, faults: Faults) -> None:
        self.url = ""
        self.records = list(records)
        self.page_size = page_size
        self.end = end
        self.faults = faults
        self.references: dict[str, list[Record] | None] = {}
        self.full_texts: dict[str, bytes] = {}
        self.counted: int | None = None
        self.stated: int | None = None
        self.requests: list[Asked] = []
        self._failing: dict[str, list[Behaviour]] = {}
        self._lock = threading.Lock()

    def paths(self, ending: str = "") -> list[str]:
        """Return the paths asked for that end so, in order."""
        return [each.path for each in self.requests if each.path.endswith(ending)]

    def fail(self, path: str, *faults: Behaviour) -> None:
        """Meet the next requests for a path with these faults, one each."""
        self._failing.setdefault(path, []).extend(faults)

    def meet(self, asked: Asked) -> Behaviour:
        """Write a request down, and return what it meets."""
        asked.path = unquote(asked.path).removeprefix(_BASE)
        with self._lock:
            self.requests.append(asked)
            if self._failing.get(asked.path):
                return self._failing[asked.path].pop(0)
            if (honest := self._answer(asked)) is None:
                return answer(b"", status=404)
            asked.ids = (asked.address,)
            fits = fitting(self.faults, asked, honest, first_page=self._first_page(asked))
            if kind := self.faults.draw(fits):
                asked.fault = kind
                return fits[kind](honest)
            asked.given = asked.ids
            return answer(honest, headers=_XML if honest.startswith(b"<") else _JSON)

    def _answer(self, asked: Asked) -> bytes | None:
        """Return what is asked for, or None where there is no such thing."""
        *first, last = asked.path.strip("/").split("/")
        if (first, last) == ([], "search"):
            return _packed(self._found(asked.parameters))
        if last == "references" and (name := "/".join(first)) in self.references:
            return _packed(self._listed(self.references[name], asked.parameters))
        if last == "fullTextXML":
            return self.full_texts.get(first[0])
        return None

    def _first_page(self, asked: Asked) -> bytes:
        """Return the first page of a search; nothing where that is what is asked for, or another thing."""
        if asked.parameters.get("cursorMark", "*") == "*":
            return b""
        return _packed(self._found(asked.parameters | {"cursorMark": "*"}))

    def _found(self, asked: Mapping[str, str]) -> Record:
        """Return a page of results, in the shape that Europe PMC gives it."""
        mark = asked["cursorMark"]
        start = 0 if mark == "*" else _place(mark)
        size = min(self.page_size, int(asked["pageSize"]))
        some = self.records[start : start + size]
        is_last = start + size >= len(self.records)
        # An empty page has yet another mark, so that whoever follows marks alone never stops.
        following = mark if is_last and self.end == "repeated" else _mark(start + max(len(some), 1))
        envelope: Record = {
            "version": "6.9",
            "hitCount": len(self.records) if self.counted is None else self.counted,
            "nextCursorMark": following,
            "request": {
                "queryString": asked["query"], "resultType": asked["resultType"], "cursorMark": quote(mark, safe="="),
                "pageSize": int(asked["pageSize"]), "sort": "", "synonym": False,
            },
            "resultList": {"result": some},
        }  # fmt: skip
        if is_last and (self.end == "missing" or not self.records):
            del envelope["nextCursorMark"]
        return envelope

    def _listed(self, entries: list[Record] | None, asked: Mapping[str, str]) -> Record:
        """Return a page of a list of references; pages count from 1."""
        size = min(self.page_size, int(asked["pageSize"]))
        start = (int(asked["page"]) - 1) * size
        count = len(entries or ()) if self.stated is None else self.stated
        envelope: Record = {"version": "6.9", "hitCount": count, "request": {"offSet": start}}
        if entries is not None:
            envelope["referenceList"] = {"reference": entries[start : start + size]}
        return envelope


def in_json(value: object) -> Behaviour:
    """Answer in JSON."""
    return answer(_packed(value), headers=_JSON)


def in_error(message: str = "Something went wrong", code: int = 500) -> Behaviour:
    """Answer an error as Europe PMC does: in a body that comes with status 200."""
    return in_json({"version": "6.9", "errCode": code, "errMsg": message})


@contextmanager
def europepmc_server(
    records: Iterable[Record] = (),
    *,
    page_size: int = 1000,
    end: End = "repeated",
    faults: Faults | None = None,
) -> Iterator[EuropePMCServer]:
    """Serve the records while the block runs."""
    server = EuropePMCServer(records, page_size=page_size, end=end, faults=faults or Faults(share=0))
    with listening(server.meet) as address:
        server.url = f"{address}{_BASE}"
        yield server


def _packed(value: object) -> bytes:
    return json.dumps(value).encode()


def _mark(place: int) -> str:
    """Return a mark with the signs that base64 has and addresses must quote."""
    return base64.b64encode(b"\xfb\xff\xbe" + place.to_bytes(4)).decode()


def _place(mark: str) -> int:
    return int.from_bytes(base64.b64decode(mark, validate=True)[3:])
