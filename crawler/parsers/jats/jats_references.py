"""The reference lists of a JATS article, in all the styles in which JATS and its predecessors cite."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.article import Reference
from crawler.identity import normal_doi, normal_pmcid, normal_pmid
from crawler.parsers.jats.jats_citations import citation_text
from crawler.parsers.jats.jats_tree import doi_of, href, is_inside
from crawler.parsers.xml.xml_text import child_text, plain
from crawler.printed import with_printed_ids

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml import etree

_CITATIONS: Final = ("mixed-citation", "element-citation", "nlm-citation", "citation")
_NORMAL: Final[dict[str, tuple[str, Callable[[str], str]]]] = {
    "pmid": ("pmid", normal_pmid), "pubmed": ("pmid", normal_pmid), "medline": ("pmid", normal_pmid),
    "pmc": ("pmcid", normal_pmcid), "pmcid": ("pmcid", normal_pmcid), "doi": ("doi", normal_doi),
}  # fmt: skip
_DOI_ADDRESS: Final = re.compile(r"\A\s*(?:https?://)?(?:www\.|dx\.)?doi\.org/|\A\s*info:doi/", re.IGNORECASE)


def references(article: etree._Element) -> tuple[Reference, ...]:
    """Return what all reference lists cite, in order, siblings and nested ones, wherever in the article.

    A list without a title of its own stands under that of the list around it. An entry that cites several
    works is several references. The tree is changed: ids that no reader sees are taken out of printed texts.
    """
    outermost = [each for each in article.iter("ref-list") if not is_inside(each, "ref-list")]
    return tuple(found for each in outermost for found in _of_list(each, ""))


def stated(meta: etree._Element, shown: int) -> int:
    """Return how many references the article says there are, where that is more than are shown; else 0."""
    count = meta.find("counts/ref-count")
    number = "" if count is None else count.get("count", "").strip()
    return int(number) if number.isdecimal() and len(number) < 7 and int(number) > shown else 0


def _of_list(ref_list: etree._Element, around: str) -> Iterator[Reference]:
    title = child_text(ref_list, "title") or around
    for child in ref_list.iterchildren("ref", "ref-list"):
        yield from _of_list(child, title) if child.tag == "ref-list" else _of_entry(child, title)


def _of_entry(ref: etree._Element, title: str) -> Iterator[Reference]:
    cited = list(ref.iterchildren(*_CITATIONS, "citation-alternatives"))
    for citation in cited or list(ref.iterchildren("note", "p")):
        found = _ids(citation)
        text = citation_text(_best(citation))
        if text or found:
            yield with_printed_ids(Reference(text=text, list_title=title, **found))


def _best(citation: etree._Element) -> etree._Element:
    """Return the citation itself; of alternatives the printed one, or else the first."""
    if citation.tag != "citation-alternatives":
        return citation
    inner = sorted(citation.iterchildren(*_CITATIONS), key=lambda each: _CITATIONS.index(str(each.tag)))
    return inner[0] if inner else citation


def _ids(citation: etree._Element) -> dict[str, str]:
    """Return the ids of the cited work, of each kind the first that looks like one, ids before links."""
    told = [
        (each.get("pub-id-type", ""), each) for each in citation.iter("pub-id", "object-id", "article-id")
    ]
    told += [(each.get("ext-link-type", ""), each) for each in citation.iter("ext-link", "uri")]
    found: dict[str, str] = {}
    for kind, element in told:
        address = href(element)
        is_doi = bool(_DOI_ADDRESS.match(address) or _DOI_ADDRESS.match(plain(element)))
        name, normal = ("doi", doi_of) if is_doi else _NORMAL.get(kind.lower(), ("", normal_doi))
        if name and name not in found and (value := normal(plain(element)) or normal(address)):
            found[name] = value
    return found
