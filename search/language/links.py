"""Works named in queries for what cites them or what they cite: cites:39337454, citedby:10.1000/xyz."""

from __future__ import annotations

from crawler.identity import normal_doi, normal_pmcid, normal_pmid
from search.language.tokens import plain, values


def works(text: str) -> list[str]:
    """Return the keys of all works that a text names, with blanks or commas between them.

    A key is the PMID, the PMCID, or the DOI in lower case. What is none of them is kept as it is, without
    quotation marks; no work has such a key.
    """
    bare = " ".join(plain(text).replace('"', " ").split())
    named = [bare] if normal_doi(bare) else values(bare, "pmid")
    return list(dict.fromkeys(_key(each) or each for each in named))


def is_work(key: str) -> bool:
    """Say whether a key can be that of a work."""
    return bool(_key(key))


def _key(text: str) -> str:
    pmcid = normal_pmcid(text) if text[:3].casefold() == "pmc" else ""
    return normal_pmid(text) or pmcid or normal_doi(text).lower()
