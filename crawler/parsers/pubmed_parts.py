"""The parts that PubMed's articles and book chapters share: names, abstracts, ids, keywords, references.

Each function takes the element that a list stands in, reads its direct children only, and takes their
absence for an empty list. Descendants are never searched: a record's references and corrections carry
ids, titles and authors of their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.article import Abstract, Author, Grant, Ids, Keyword, Markup, PubDate, Reference, Section
from crawler.errors import ParseError
from crawler.identity import normal_doi, normal_orcid, normal_pmcid, normal_pmid
from crawler.markup import clean, from_xml, to_text
from crawler.parsers.cleaning import keyword_parts, without_emails, without_link_labels
from crawler.parsers.pubmed_dates import numeric_date

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

NO_TITLE: Final = Markup("[No title available]")
"""The title of a record that has none, in any language."""

_PLACEHOLDER: Final = "[not available]"
_AFFILIATIONS: Final = frozenset({"AffiliationInfo", "Affiliation"})
_ID_KINDS: Final = {
    "pubmed": ("pmid", normal_pmid), "pmpid": ("pmid", normal_pmid), "pmid": ("pmid", normal_pmid),
    "pmc": ("pmcid", normal_pmcid), "pmcid": ("pmcid", normal_pmcid),
    "doi": ("doi", normal_doi), "pii": ("pii", clean),
}  # fmt: skip


def plain(element: etree._Element | None) -> str:
    """Return the text of an element, whatever markup it holds; nothing for no element."""
    if element is None or (not len(element) and not element.text):
        return ""
    text = to_text(from_xml(element)) if len(element) else str(element.text)
    # Most texts are names and numbers: what is plain ASCII with single blanks needs no closer look.
    return text.strip() if text.isascii() and text.isprintable() and "  " not in text else clean(text)


def child_text(parent: etree._Element | None, tag: str) -> str:
    """Return the text of the first child of this name; nothing where parent or child is missing."""
    return "" if parent is None else plain(parent.find(tag))


def child_texts(parent: etree._Element | None, tag: str) -> tuple[str, ...]:
    """Return the texts of all children of this name, without empty ones."""
    return () if parent is None else tuple(filter(None, map(plain, parent.iterchildren(tag))))


def children(parent: etree._Element | None, list_tag: str, tag: str) -> Iterator[etree._Element]:
    """Yield the elements `tag` in every list `list_tag` that is a child of the parent."""
    if parent is not None:
        for each in parent.iterchildren(list_tag):
            yield from each.iterchildren(tag)


def pmid_and_version(document: etree._Element) -> tuple[str, int]:
    """Return the PMID that is a direct child, and its version (1 where it does not say).

    Raises ParseError where there is none, or none that could be one.
    """
    element = document.find("PMID")
    if element is None:
        raise ParseError("has no PMID")
    if not (pmid := normal_pmid(plain(element))):
        raise ParseError(f"has the PMID {plain(element)!r}, which is not a number")
    version = element.get("Version", "")
    return pmid, int(version) if version.isdecimal() else 1


def own_ids(pmid: str, article_ids: Iterable[etree._Element], locations: Iterable[etree._Element]) -> Ids:
    """Return the ids of a work: of each kind the first that looks like one, ArticleIds before ELocationIDs.

    An ELocationID that says it is invalid is none; the order of a `doi` and a `pii` does not matter.
    """
    found = _ids(article_ids, "IdType")
    valid = (location for location in locations if location.get("ValidYN") != "N")
    return Ids(**(_ids(valid, "EIdType") | found | {"pmid": pmid}))


def titles(element: etree._Element | None, vernacular: etree._Element | None) -> tuple[Markup, Markup]:
    """Return the title and the vernacular title; the latter stands in where the former is missing."""
    title, original = (Markup("") if each is None else from_xml(each) for each in (element, vernacular))
    if title.lower().rstrip(".") == _PLACEHOLDER:
        title = Markup("")
    return title or original or NO_TITLE, original


def abstract(element: etree._Element | None) -> Abstract | None:
    """Return an Abstract or an OtherAbstract with its sections as labelled; None where no text is in it."""
    if element is None:
        return None
    sections = tuple(filter(None, map(_section, element.iterchildren("AbstractText"))))
    if not sections:
        return None
    return Abstract(
        sections=sections,
        kind=element.get("Type", ""),
        language=element.get("Language", ""),
        copyright=child_text(element, "CopyrightInformation"),
    )


def authors(elements: Iterable[etree._Element]) -> tuple[Author, ...]:
    """Return the people and groups of a byline in order, without the misspelt ones (ValidYN is N)."""
    read = (_author(element) for element in elements if element.get("ValidYN") != "N")
    return tuple(author for author in read if author.short() or author.fore)


def names_complete(parent: etree._Element) -> bool:
    """Say whether the byline names everybody; if not, an "et al." belongs after it."""
    return all(each.get("CompleteYN") != "N" for each in parent.iterchildren("AuthorList"))


def pages(parent: etree._Element) -> str:
    """Return the pages as given ("872-81"), else from the first and the last; never a publisher's number."""
    pagination = parent.find("Pagination")
    given, first, last = (child_text(pagination, tag) for tag in ("MedlinePgn", "StartPage", "EndPage"))
    return given or "-".join(dict.fromkeys(filter(None, (first, last))))


def entered(data: etree._Element | None) -> PubDate:
    """Return the day the record entered the database, from the History of a PubmedData or PubmedBookData."""
    days = {each.get("PubStatus", ""): each for each in children(data, "History", "PubMedPubDate")}
    return numeric_date(days.get("entrez", days.get("pubmed")))


def keywords(document: etree._Element) -> tuple[Keyword, ...]:
    """Return the keywords of all lists, joined ones apart, none twice for the same owner."""
    kept: dict[tuple[str, str], Keyword] = {}
    for each in document.iterchildren("KeywordList"):
        owner, elements = each.get("Owner", ""), each.findall("Keyword")
        for element in elements:
            major = element.get("MajorTopicYN") == "Y"
            for text in keyword_parts(plain(element), alone=len(elements) == 1):
                kept.setdefault((owner, text.casefold()), Keyword(text, major, owner))
    return tuple(kept.values())


def grants(parent: etree._Element) -> tuple[Grant, ...]:
    """Return who paid for the work, in the order of the record."""
    return tuple(
        Grant(
            number=child_text(grant, "GrantID"),
            acronym=child_text(grant, "Acronym"),
            agency=child_text(grant, "Agency"),
            country=child_text(grant, "Country"),
        )
        for grant in children(parent, "GrantList", "Grant")
    )


def references(parent: etree._Element | None) -> tuple[Reference, ...]:
    """Return the entries of all reference lists, siblings and nested ones, in the order of the record.

    A nested list without a title of its own stands under that of the list around it.
    """
    return () if parent is None else tuple(_references(parent, ""))


def _ids(elements: Iterable[etree._Element], attribute: str) -> dict[str, str]:
    """Return the normal id of each kind, the first of a kind that looks like one."""
    found: dict[str, str] = {}
    for element in elements:
        kind, normal = _ID_KINDS.get(element.get(attribute, ""), ("", clean))
        if kind and kind not in found and (value := normal(plain(element))):
            found[kind] = value
    return found


def _section(element: etree._Element) -> Section | None:
    """Return a section, or None where it is empty; PubMed prints no label for UNLABELLED."""
    if not (text := from_xml(element)):
        return None
    label = clean(element.get("Label", "")).rstrip(": ")
    return Section(text, "" if label == "UNLABELLED" else label, element.get("NlmCategory", ""))


def _author(element: etree._Element) -> Author:
    texts, orcid, affiliations = {}, "", []
    for child in element:
        if child.tag == "Identifier":
            orcid = orcid or (
                normal_orcid(plain(child)) if child.get("Source", "").upper() == "ORCID" else ""
            )
        elif child.tag in _AFFILIATIONS:
            affiliations += [without_emails(plain(each)) for each in child.iter("Affiliation")]
        else:
            texts[child.tag] = plain(child)
    return Author(
        last=texts.get("LastName", ""),
        fore=texts.get("ForeName", ""),
        initials=texts.get("Initials", ""),
        suffix=texts.get("Suffix", ""),
        collective=texts.get("CollectiveName", ""),
        orcid=orcid,
        affiliations=tuple(dict.fromkeys(filter(None, affiliations))),
    )


def _references(parent: etree._Element, title: str) -> Iterator[Reference]:
    for child in parent.iterchildren("ReferenceList", "Reference"):
        if child.tag == "ReferenceList":
            yield from _references(child, child_text(child, "Title") or title)
        else:
            text = without_link_labels(child_text(child, "Citation"))
            found = _ids(children(child, "ArticleIdList", "ArticleId"), "IdType")
            found.pop("pii", None)
            if text or found:
                yield Reference(text=text, list_title=title, **found)
