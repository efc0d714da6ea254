"""Ids in the text of a printed reference: those that can be nothing else, and nothing where one is in doubt.

A DOI is known by its form; a PMID, a PMCID and the number of an arXiv preprint by their label or address.
Of several ids of a kind the first is the reference's own; those behind "Erratum in:" are another work's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from msgspec.structs import replace

from crawler.identity import normal_doi, normal_pmcid, normal_pmid

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crawler.article import Reference

PUBMED_ADDRESS: Final = (
    r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed|europepmc\.org/(?:abstract|article)/med)"
    r"/(?:\?term=)?([0-9]{1,8})(?![0-9])"
)
"""An expression for the address of a record in PubMed, without its scheme; its PMID is the first group."""

_MARKS: Final = (b"10.", b"arxiv", b"pubmed", b"pmid", b"pmc")
"""What stands in every text that prints an id, in lower case: "europepmc", too, has one of them in it."""
_OF_ANOTHER: Final = re.compile(
    r"[\[(](?:\w+\s+)?(?:erratum|correct\w+|comment|update[sd]?|retract\w+|republished|reprint\w*)\b"
    r"|\b(?:erratum|correction|comment|update|retraction)\s+(?:in|on|of|for|to):",
    re.IGNORECASE,
)
_DOI: Final = re.compile(
    r"(?P<address>doi\.org/)?(?<![0-9])10\.[0-9]{4,9}(?:\.[0-9]+)*"
    r"(?:/|/ (?=\S*[0-9])|%2F)[^\s\"|\\\u201c\u201d]+",
    re.IGNORECASE,
)
_CLOSING: Final = {")": "(", "]": "[", ">": "<", "}": "{"}
_GLUED: Final = re.compile(
    r"(?<=[0-9])\.(?=[A-Z][a-z]{2,}(?!\w))|[,;](?=10\.[0-9]{4})|[?#]"
    r"|(?:E-?pub|PMC?ID|PMC[0-9]|PubMed|Medline|Cross-?Ref|Google|Accessed|Available|Retrieved|Published"
    r"|eCollection|https?:|doi:|doi\.org|\.doi\b)"
)
_VIEWS: Final = re.compile(
    r"/(?:full|abstract|e?pdf|full-?text|meta|html?)\Z|(?:\.full(?:-text)?|\.abstract)?(?:\.pdf|\.html?)?\Z",
    re.IGNORECASE,
)
_BIORXIV_VERSION: Final = re.compile(r"(?<=[0-9])v[0-9]+\Z")
_STOPS: Final = ".,;:/*'\N{RIGHT SINGLE QUOTATION MARK}\N{HORIZONTAL ELLIPSIS}"
_PMID: Final = re.compile(
    rf"\b(?:PMID|PubMed\s+ID)\s*[:=#]?\s*([1-9][0-9]{{0,7}})(?![0-9])|{PUBMED_ADDRESS}", re.IGNORECASE
)
_PMCID: Final = re.compile(
    r"\bPMC-?ID\s*:?\s*(?:PMC)?\s*([1-9][0-9]{0,7})(?![0-9])|(?<![\w-])PMC([1-9][0-9]{2,7})(?!\w|-[0-9])",
    re.IGNORECASE,
)
_ARXIV: Final = re.compile(
    r"\barxiv(?:\.org/(?:abs|pdf)/|\s*:\s*|\s+)"
    r"([0-9]{2}(?:0[1-9]|1[0-2])\.[0-9]{4,5}|[a-z]+(?:-[a-z]+)?(?:\.[a-z]{2})?/[0-9]{7})(?:v[0-9]+)?(?![0-9])",
    re.IGNORECASE,
)


def all_with_printed_ids(references: Iterable[Reference]) -> tuple[Reference, ...]:
    """Return references as `with_printed_ids` does, in order."""
    found = tuple(references)
    # Many lists print no id at all: that is seen faster of a list than of each reference.
    lowered = "\n".join([each.text for each in found]).encode("utf-8", "surrogatepass").lower()
    return tuple(map(with_printed_ids, found)) if any(mark in lowered for mark in _MARKS) else found


def with_printed_ids(reference: Reference) -> Reference:
    """Return a reference with the ids that its text prints, where it came without them."""
    # Most references print no id that did not come with them: to look for marks first saves the search, and
    # bytes are put into lower case many times faster than a text with a dash in it.
    lowered = reference.text.encode("utf-8", "surrogatepass").lower()
    finders: dict[str, Callable[[str], str]] = {}
    if not reference.doi and (b"10." in lowered or b"arxiv" in lowered):
        finders["doi"] = printed_doi
    if not reference.pmid and (b"pmid" in lowered or b"pubmed" in lowered or b"europepmc" in lowered):
        finders["pmid"] = printed_pmid
    if not reference.pmcid and b"pmc" in lowered:
        finders["pmcid"] = printed_pmcid
    if not finders:
        return reference
    other = _OF_ANOTHER.search(reference.text)
    text = reference.text[: other.start()] if other else reference.text
    return replace(reference, **{kind: find(text) for kind, find in finders.items()})


def printed_doi(text: str) -> str:
    """Return the first DOI in a text, whatever is glued to it; else that of an arXiv preprint; else nothing.

    The DOI of a preprint is arXiv's own: 10.48550/arXiv.2006.02785, without the version.
    """
    dois = (_doi(found, text) for found in _DOI.finditer(text))
    if doi := next(filter(None, dois), ""):
        return doi
    preprint = _ARXIV.search(text)
    return f"10.48550/arXiv.{preprint[1]}" if preprint else ""


def printed_pmid(text: str) -> str:
    """Return the PMID that a text has with its label, or in the address of a record; else nothing."""
    found = _PMID.search(text)
    return normal_pmid(found[1] or found[2]) if found else ""


def printed_pmcid(text: str) -> str:
    """Return the PMCID in a text; else nothing. A bare `PMC1` is a gene: one of one or two digits is none."""
    found = _PMCID.search(text)
    return normal_pmcid(found[1] or found[2]) if found else ""


def _doi(found: re.Match[str], text: str) -> str:
    """Return the DOI in what looks like one, or nothing where it goes on behind a blank, and where not."""
    whole = unquote(found[0]) if found["address"] or "%2f" in found[0].lower() else found[0]
    whole = whole.partition("doi.org/")[2] if found["address"] else whole
    prefix, _, suffix = whole.partition("/")
    glued = _GLUED.search(suffix)
    kept = _balanced(suffix[: glued.start()] if glued else suffix)
    bare = kept.rstrip(_STOPS)
    goes_on = kept == suffix and text[found.end() :][1:2].isalnum()
    # "10.1016/j. clinph.2010.02.162": what was cut apart is another work's DOI, or nobody's.
    if goes_on and (kept.endswith(("-", "/", "_")) or (kept != bare and not any(map(str.isdigit, bare)))):
        return ""
    bare = _VIEWS.sub("", bare).rstrip(_STOPS)
    if prefix.strip() == "10.1101":
        bare = _BIORXIV_VERSION.sub("", bare)
    return normal_doi(f"{prefix}/{bare}")


def _balanced(text: str) -> str:
    """Return a text up to the first bracket that is closed but not opened, or opened but not closed."""
    opened: list[tuple[str, int]] = []
    for place, character in enumerate(text):
        if character in _CLOSING:
            if not opened or opened[-1][0] != _CLOSING[character]:
                return text[: opened[0][1] if opened else place]
            opened.pop()
        elif character in "([<{":
            opened.append((character, place))
    return text[: opened[0][1]] if opened else text
