"""PubMed over the network, through NCBI's E-utilities."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from lxml import etree

from crawler.errors import ParseError, SourceError
from crawler.parsers import pubmed_xml

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.http import Client
    from crawler.outcome import Outcome

ALS_QUERY: Final = (
    '"Amyotrophic Lateral Sclerosis"[mh] OR "Motor Neuron Disease"[mh:noexp]'
    ' OR "amyotrophic lateral sclerosis"[tiab]'
    ' OR "motor neuron disease"[tiab] OR "motor neurone disease"[tiab] OR "Lou Gehrig\'s disease"[tiab]'
    ' OR "primary lateral sclerosis"[tiab] OR "progressive muscular atrophy"[tiab]'
    ' OR "progressive bulbar palsy"[tiab]'
    " OR (ALS[tiab] AND (riluzole[tiab] OR SOD1[tiab] OR TDP-43[tiab] OR C9orf72[tiab]))"
)
"""Finds the ALS literature in PubMed. ALS alone would find advanced life support and antilymphocyte serum."""

_BATCH: Final = 100


def newest(client: Client, *, count: int, query: str = ALS_QUERY) -> Iterator[tuple[int, list[Outcome]]]:
    """Yield the newest articles that a query finds, a batch at a time, each with how many there are to be.

    Raises SourceError where PubMed answers an error, also one in an answer that says it is fine.
    """
    pmids = _search(client, query, count)
    for start in range(0, len(pmids), _BATCH):
        some = pmids[start : start + _BATCH]
        answer = client.post("efetch.fcgi", {"db": "pubmed", "retmode": "xml", "id": ",".join(some)})
        try:
            yield len(pmids), list(pubmed_xml.parse(io.BytesIO(answer)))
        except ParseError as error:
            raise SourceError(f"efetch.fcgi answered no whole set of records: {error}") from error


def _search(client: Client, query: str, count: int) -> list[str]:
    answer = client.post(
        "esearch.fcgi",
        {"db": "pubmed", "retmode": "xml", "term": query, "retmax": str(count), "sort": "pub_date"},
    )
    try:
        root = etree.fromstring(answer, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        raise SourceError(f"esearch.fcgi answered something else than XML: {answer[:80]!r}") from error
    problem = root.findtext("ERROR")
    if problem or root.tag != "eSearchResult":
        raise SourceError(f"esearch.fcgi answered an error: {problem or root.tag}")
    pmids = [each.text or "" for each in root.iterfind("IdList/Id")]
    if not pmids:
        raise SourceError("esearch.fcgi found no article, which cannot be right for this query")
    return pmids
