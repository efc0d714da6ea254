"""Identifiers in one spelling each, however they were printed; what does not look like one is no identifier.

Every function is total and idempotent, and answers "" for what is not an identifier of its kind.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

_DOI: Final = re.compile(r"10\.[0-9]+(?:\.[0-9]+)*/\S+")
_DOI_LABEL: Final = re.compile(r"\A\s*doi\b(?!\.org)[\s:]*", re.IGNORECASE)
_DOI_ADDRESS: Final = re.compile(r"\A\s*(?:https?://)?(?:www\.|dx\.)?doi\.org/", re.IGNORECASE)
_PMCID: Final = re.compile(r"(?:pmc-?id\s*:?\s*)?(?:pmc)?\s*0*([1-9][0-9]*)(?:\.[0-9]+)?", re.IGNORECASE)
_PMID: Final = re.compile(r"(?:pmid\s*:?\s*)?0*([1-9][0-9]{0,8})", re.IGNORECASE)
_ORCID: Final = re.compile(
    r"(?:.*[/:\s])?([0-9]{4})-?([0-9]{4})-?([0-9]{4})-?([0-9]{3}[0-9x])/?", re.IGNORECASE
)
_STOPS: Final = " \t\r\n.,;"


def normal_doi(text: str) -> str:
    """Return a DOI without label, address, white space and trailing stops: 10.3389/fnins.2022.965230.

    Its case is kept as printed; compare two of them in lower case, since a DOI is the same in either.
    """
    bare = _DOI_LABEL.sub("", text)
    if address := _DOI_ADDRESS.match(bare):
        bare = unquote(bare[address.end() :])
    bare = "".join(bare.split()).rstrip(_STOPS)
    return bare if _DOI.fullmatch(bare) else ""


def normal_pmcid(text: str) -> str:
    """Return a PubMed Central id as PMC123: from 123, pmc123, PMC123.1 (a version) or "pmcid: PMC123"."""
    found = _PMCID.fullmatch(text.partition(";")[0].strip(_STOPS))
    return f"PMC{found[1]}" if found else ""


def normal_pmid(text: str) -> str:
    """Return a PubMed id as bare digits without leading zeros: from 00123 or "PMID: 123"."""
    # Most come as they are to be: a bare number.
    if text.isdecimal() and text.isascii() and text[0] != "0" and len(text) < 10:
        return text
    found = _PMID.fullmatch(text.strip(_STOPS))
    return found[1] if found else ""


def normal_orcid(text: str) -> str:
    """Return an ORCID as 0000-0002-1825-0097: from bare digits, hyphenated, or the end of its address."""
    found = _ORCID.fullmatch(text.strip())
    return "-".join(found.groups()).upper() if found else ""
