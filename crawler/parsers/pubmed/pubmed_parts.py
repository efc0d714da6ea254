"""The parts that PubMed's articles and book chapters share: names, abstracts, ids, keywords, references.

Each function takes the children of the element that a list stands in, and takes their absence for an empty
list. Descendants are never searched: a record's references and corrections carry ids, titles and authors of
their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.article import (
    NO_TITLE,
    Abstract,
    Author,
    Grant,
    Ids,
    Keyword,
    Markup,
    PubDate,
    Reference,
    Section,
)
from crawler.errors import ParseError
from crawler.identity import normal_doi, normal_orcid, normal_pmcid, normal_pmid
from crawler.markup import clean, from_xml
from crawler.parsers.cleaning import copyright_apart, keyword_parts, without_emails, without_link_labels
from crawler.parsers.pubmed.pubmed_dates import numeric_date
from crawler.parsers.xml.xml_text import by_tag, child_text, entries, one, plain, text
from crawler.printed import all_with_printed_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

    from crawler.parsers.xml.xml_text import Family

_PLACEHOLDER: Final = "[not available]"
_COPYRIGHT: Final = ("\N{COPYRIGHT SIGN}", "Copyright", "(c)", "(C)")
_LINE: Final = 300
"""More characters than a copyright line has."""
_AFFILIATIONS: Final = frozenset({"AffiliationInfo", "Affiliation"})
_NAME_PARTS: Final = {
    "LastName": "last", "ForeName": "fore", "Initials": "initials", "Suffix": "suffix",
    "CollectiveName": "collective",
}  # fmt: skip
_ID_KINDS: Final = {
    "pubmed": ("pmid", normal_pmid), "pmpid": ("pmid", normal_pmid), "pmid": ("pmid", normal_pmid),
    "pmc": ("pmcid", normal_pmcid), "pmcid": ("pmcid", normal_pmcid),
    "doi": ("doi", normal_doi), "pii": ("pii", clean),
}  # fmt: skip


def pmid_and_version(document: Family) -> tuple[str, int]:
    """Return the PMID that is a direct child, and its version (1 where it does not say).

    Raises ParseError where there is none, or none that could be one.
    """
    element = one(document, "PMID")
    if element is None:
        raise ParseError("has no PMID")
    printed = plain(element)
    if not (pmid := normal_pmid(printed)):
        raise ParseError(f"has the PMID {printed!r}, which is not a number")
    version = element.get("Version", "")
    return pmid, int(version) if version.isdecimal() else 1


def own_ids(pmid: str, article_ids: Iterable[etree._Element], locations: Iterable[etree._Element]) -> Ids:
    """Return the ids of a work: of each kind the first that looks like one, ArticleIds before ELocationIDs.

    An ELocationID that says it is invalid is none; the order of a `doi` and a `pii` does not matter.
    """
    found: dict[str, str] = {}
    _add_ids(found, article_ids, "IdType")
    _add_ids(found, (each for each in locations if each.get("ValidYN") != "N"), "EIdType")
    return Ids(**(found | {"pmid": pmid}))


def titles(element: etree._Element | None, vernacular: etree._Element | None) -> tuple[Markup, Markup]:
    """Return the title and the vernacular title; the latter stands in where the former is missing."""
    title, original = (Markup("") if each is None else from_xml(each) for each in (element, vernacular))
    if title.startswith("[") and title.lower().rstrip(".") == _PLACEHOLDER:
        title = Markup("")
    return title or original or NO_TITLE, original


def abstract(element: etree._Element | None) -> Abstract | None:
    """Return an Abstract or an OtherAbstract with its sections as labelled; None where no text is in it."""
    if element is None:
        return None
    sections = tuple(filter(None, map(_section, element.iterchildren("AbstractText"))))
    if not sections:
        return None
    found = Abstract(
        sections=sections,
        kind=element.get("Type", ""),
        language=element.get("Language", ""),
        copyright=child_text(element, "CopyrightInformation"),
    )
    # Most abstracts have no such line: to look for its marks first saves the search.
    end = sections[-1].text[-_LINE:]
    return copyright_apart(found) if any(mark in end for mark in _COPYRIGHT) else found


def authors(elements: Iterable[etree._Element]) -> tuple[Author, ...]:
    """Return the people and groups of a byline in order, without the misspelt ones (ValidYN is N)."""
    read = (_author(element) for element in elements if element.get("ValidYN") != "N")
    return tuple(author for author in read if author.last or author.short() or author.fore)


def names_complete(parent: Family) -> bool:
    """Say whether the byline names everybody; if not, an "et al." belongs after it."""
    return all(each.get("CompleteYN") != "N" for each in parent.get("AuthorList", ()))


def pages(parent: Family) -> str:
    """Return the pages as given ("872-81"), else from the first and the last; never a publisher's number."""
    pagination = by_tag(one(parent, "Pagination"))
    if given := text(pagination, "MedlinePgn"):
        return given
    ends = (text(pagination, "StartPage"), text(pagination, "EndPage"))
    return "-".join(dict.fromkeys(filter(None, ends)))


def entered(data: Family) -> PubDate:
    """Return the day the record entered the database, from the History of a PubmedData or PubmedBookData."""
    days = {each.get("PubStatus", ""): each for each in entries(data, "History", "PubMedPubDate")}
    return numeric_date(days.get("entrez", days.get("pubmed")))


def keywords(document: Family) -> tuple[Keyword, ...]:
    """Return the keywords of all lists, joined ones apart, none twice for the same owner."""
    kept: dict[tuple[str, str], Keyword] = {}
    for each in document.get("KeywordList", ()):
        owner, elements = each.get("Owner", ""), list(each.iterchildren("Keyword"))
        for element in elements:
            major = element.get("MajorTopicYN") == "Y"
            for keyword in keyword_parts(plain(element), alone=len(elements) == 1):
                kept.setdefault((owner, keyword.casefold()), Keyword(keyword, major, owner))
    return tuple(kept.values())


def grants(parent: Family) -> tuple[Grant, ...]:
    """Return who paid for the work, in the order of the record."""
    families = map(by_tag, entries(parent, "GrantList", "Grant"))
    return tuple(
        Grant(
            number=text(grant, "GrantID"),
            acronym=text(grant, "Acronym"),
            agency=text(grant, "Agency"),
            country=text(grant, "Country"),
        )
        for grant in families
    )


def references(parent: Family) -> tuple[Reference, ...]:
    """Return the entries of all reference lists, siblings and nested ones, in the order of the record.

    A nested list without a title of its own stands under that of the list around it.
    """
    lists = parent.get("ReferenceList", ())
    return all_with_printed_ids(reference for each in lists for reference in _references(each, ""))


def _add_ids(found: dict[str, str], elements: Iterable[etree._Element], attribute: str) -> None:
    """Add the normal id of each kind that is not found yet, the first of a kind that looks like one."""
    for element in elements:
        if known := _ID_KINDS.get(element.get(attribute, "")):
            kind, normal = known
            if kind not in found and (value := normal(plain(element))):
                found[kind] = value


def _section(element: etree._Element) -> Section | None:
    """Return a section, or None where it is empty; PubMed prints no label for UNLABELLED."""
    if not (content := from_xml(element)):
        return None
    label = clean(element.get("Label", "")).rstrip(": ")
    return Section(content, "" if label == "UNLABELLED" else label, element.get("NlmCategory", ""))


def _author(element: etree._Element) -> Author:
    parts: dict[str, str] = {}
    orcid, affiliations = "", []
    for child in element:
        tag = child.tag
        if name := _NAME_PARTS.get(tag):
            parts[name] = plain(child)
        elif tag == "Identifier":
            is_orcid = child.get("Source", "").upper() == "ORCID"
            orcid = orcid or (normal_orcid(plain(child)) if is_orcid else "")
        elif tag in _AFFILIATIONS:
            affiliations += [without_emails(plain(each)) for each in child.iter("Affiliation")]
    places = tuple(dict.fromkeys(filter(None, affiliations))) if affiliations else ()
    return Author(orcid=orcid, affiliations=places, **parts)


def _references(parent: etree._Element, around: str) -> Iterator[Reference]:
    title = around
    for child in parent:
        tag = child.tag
        if tag == "Reference":
            if reference := _reference(child, title):
                yield reference
        elif tag == "ReferenceList":
            yield from _references(child, title)
        elif tag == "Title":  # it stands before all others
            title = plain(child) or around


def _reference(element: etree._Element, title: str) -> Reference | None:
    """Return an entry of a reference list, or None where there is neither a text nor an id in it."""
    citation: etree._Element | None = None
    found: dict[str, str] = {}
    # Half the elements of a record are in here: one pass over the children instead of a search for each.
    for child in element:
        tag = child.tag
        if tag == "ArticleIdList":
            _add_ids(found, child, "IdType")
        elif tag == "Citation" and citation is None:
            citation = child
    printed = without_link_labels(plain(citation))
    found.pop("pii", None)
    if not printed and not found:
        return None
    return Reference(text=printed, list_title=title, **found)
