"""The `article-meta` and `journal-meta` of a JATS article: what stands above its abstract, and who paid.

Each function takes the element that a part stands in and reads its children: a record's references, related
articles and products carry ids, titles and dates of their own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.article import NO_TITLE, Correction, DataBank, Grant, Ids, Journal, Keyword, Markup, PubDate
from crawler.identity import normal_doi, normal_pmcid, normal_pmid
from crawler.markup import clean, from_xml, to_text
from crawler.parsers.cleaning import keyword_parts
from crawler.parsers.corrections import kind_of_related
from crawler.parsers.dates import date as date_of_numbers
from crawler.parsers.dates import free_date, parted_date
from crawler.parsers.jats.jats_tree import doi_of, drop_all, href, language, text_without
from crawler.parsers.languages import language_code
from crawler.parsers.xml.xml_text import child_text, child_texts, first, plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_ID_KINDS: Final = {
    "pmid": ("pmid", normal_pmid), "pubmed": ("pmid", normal_pmid),
    "pmc": ("pmcid", normal_pmcid), "pmcid": ("pmcid", normal_pmcid),
    "doi": ("doi", normal_doi), "pii": ("pii", clean),
}  # fmt: skip
_ABBREVIATIONS: Final = ("nlm-ta", "iso-abbrev")
_NOT_TITLES: Final = ("xref", "fn")
_PRINTED: Final = frozenset({"ppub", "epub-ppub", "collection", "ecollection", "issue-pub", "ppublish"})
_ONLINE: Final = frozenset({"epub", "epub-ppub", "epub-original", "epublish"})
_PUBLISHED: Final = frozenset({"", "pub", "publication"})
_TAXONOMY: Final = re.compile(
    r"organism|abbr|mesh|pacs|jel|msc|taxonom|subject|discipline|section|heading|classif|code", re.IGNORECASE
)
_REGISTRIES: Final = {"ClinicalTrials.gov": r"NCT[0-9]{8}(?![0-9])", "ISRCTN": r"ISRCTN[0-9]{8}(?![0-9])"}


def ids(meta: etree._Element) -> Ids:
    """Return the ids of the article, the first of each kind; the publisher's own where there is no PII."""
    found: dict[str, str] = {}
    printed = [(each.get("pub-id-type", ""), plain(each)) for each in meta.iterchildren("article-id")]
    for kind, text in printed:
        name, normal = _ID_KINDS.get(kind, ("", clean))
        if name and name not in found and (value := normal(text)):
            found[name] = value
    publisher = next((text for kind, text in printed if kind == "publisher-id"), "")
    return Ids(**({"pii": publisher} | found))


def titles(meta: etree._Element, article_language: str) -> tuple[Markup, Markup]:
    """Return the title and the vernacular title.

    Where the article is not in English, but has a title that is, this is the title, as in PubMed, and its own
    is the vernacular one. A translation of an English title is the vernacular title.
    """
    group = meta.find("title-group")
    if group is None:
        return NO_TITLE, Markup("")
    own = _title(group, "article-title", "subtitle")
    translated: dict[str, Markup] = {}
    for each in (*group.iterchildren("trans-title-group"), group):
        title = each.find("trans-title")
        if title is not None:
            code = language_code(language(title) or language(each if each is not group else title))
            translated.setdefault(code, _title(each, "trans-title", "trans-subtitle"))
    if article_language != "eng" and translated.get("eng"):
        return translated["eng"], own
    return own or NO_TITLE, next(iter(translated.values()), Markup(""))


def _title(group: etree._Element, tag: str, below: str) -> Markup:
    """Return a title with its subtitles, without marks of footnotes."""
    parts = []
    for element in group.iterchildren(tag, below):
        drop_all(element, _NOT_TITLES)
        parts.append(from_xml(element))
    title = ""
    for part in filter(None, parts):
        title += f"{'' if not title else ' ' if title.endswith((':', '.', '?', '!')) else ': '}{part}"
    return Markup(title)


def journal(meta: etree._Element | None) -> Journal:
    """Return the journal; its abbreviation is NLM's, or else ISO's or its own."""
    if meta is None:
        return Journal()
    names = {each.get("journal-id-type", ""): plain(each) for each in meta.iterchildren("journal-id")}
    group = meta.find("journal-title-group")
    group = meta if group is None else group
    known = next(filter(None, (names.get(kind) for kind in _ABBREVIATIONS)), "")
    issns = child_texts(meta, "issn") + child_texts(meta, "issn-l")
    return Journal(
        title=child_text(group, "journal-title"),
        abbreviation=known or child_text(group, "abbrev-journal-title"),
        issns=tuple(dict.fromkeys(issns)),
        nlm_id=names.get("nlm-journal-id", ""),
        publisher=child_text(first(meta, "publisher"), "publisher-name"),
    )


def dates(meta: etree._Element) -> tuple[PubDate, PubDate]:
    """Return the date of the issue (printed, or the collection's) and the one online.

    Both ways of saying which is which are read: `pub-type`, and `date-type` with `publication-format`. One
    that says neither is that of the issue.
    """
    issue: dict[str, PubDate] = {}
    online = PubDate()
    for element in meta.iterchildren("pub-date"):
        kind = (element.get("pub-type") or element.get("date-type") or "").lower()
        is_electronic = element.get("publication-format", "").lower() in {"electronic", "online"}
        found = date(element)
        if kind in _ONLINE or (kind in _PUBLISHED and is_electronic):
            online = online if online.year else found
        if (kind in _PRINTED or (kind in _PUBLISHED and not is_electronic)) and found.year:
            issue.setdefault("collection" if "collection" in kind else "printed", found)
    return issue.get("printed", issue.get("collection", PubDate())), online


def date(element: etree._Element) -> PubDate:
    """Return the date in an element, as precise as given: from its parts, its text, or its ISO form."""
    text = element.find("string-date")
    if text is not None and text.find("year") is not None:
        element, text = text, None
    if text is not None:
        found = free_date(plain(text))
    else:
        found = parted_date(*(child_text(element, part) for part in ("year", "month", "day", "season")))
    iso = element.get("iso-8601-date", "").partition("T")[0]
    return found if found.year else date_of_numbers(*iso.split("-")[:3])


def pages(meta: etree._Element) -> str:
    """Return first and last page, else the range as given, else the number that stands for pages."""
    first, last = child_text(meta, "fpage"), child_text(meta, "lpage")
    given = "-".join(dict.fromkeys(filter(None, (first, last))))
    return given or child_text(meta, "page-range") or child_text(meta, "elocation-id")


def issue(meta: etree._Element) -> str:
    """Return the issue, with its supplement where that stands beside it."""
    supplement = child_text(meta, "supplement")
    return " ".join(filter(None, (child_text(meta, "issue"), supplement)))


def keywords(meta: etree._Element) -> tuple[Keyword, ...]:
    """Return the authors' keywords in all languages, none twice; no subject headings and no abbreviations."""
    kept: dict[str, Keyword] = {}
    for group in meta.iterchildren("kwd-group"):
        if _TAXONOMY.search(group.get("kwd-group-type", "")):
            continue
        texts = list(map(plain, group.iter("kwd", "compound-kwd", "unstructured-kwd-group")))
        for text in texts:
            for part in keyword_parts(text, alone=len(texts) == 1):
                kept.setdefault(part.casefold(), Keyword(part, owner="NOTNLM"))
    return tuple(kept.values())


def grants(meta: etree._Element) -> tuple[Grant, ...]:
    """Return who paid for the work, a grant for each number, or for each agency that names none."""
    found = []
    for award in meta.iterfind("funding-group/award-group"):
        sources = list(award.iterchildren("funding-source"))
        agency = "; ".join(filter(None, (_agency(source) for source in sources)))
        country = next(filter(None, (source.get("country") for source in sources)), "")
        numbers = child_texts(award, "award-id") or (("",) if agency else ())
        found += [Grant(number=number, agency=agency, country=country) for number in numbers]
    return tuple(dict.fromkeys(found))


def _agency(source: etree._Element) -> str:
    return text_without(source, ("institution-id", "fn", "xref"))


def data_banks(meta: etree._Element, abstracts: list[Markup]) -> tuple[DataBank, ...]:
    """Return the clinical trials that the abstracts name, and those that the article's own data link to."""
    linked = [
        f"{plain(each)} {href(each)}"
        for each in meta.iter("ext-link")
        if each.get("ext-link-type", "").lower() == "clintrialgov"
    ]
    related = [each.get("document-id", "") for each in meta.iterchildren("related-object")]
    text = " ".join([*map(to_text, abstracts), *linked, *related])
    found = {name: tuple(dict.fromkeys(re.findall(form, text))) for name, form in _REGISTRIES.items()}
    return tuple(DataBank(name, accessions) for name, accessions in found.items() if accessions)


def corrections(meta: etree._Element) -> Iterator[Correction]:
    """Yield the links to corrections, retractions, comments and the like, which PubMed keeps as well."""
    for link in meta.iterchildren("related-article"):
        kind = kind_of_related(link.get("related-article-type", ""))
        if not kind:
            continue
        by, address = link.get("ext-link-type", "").lower(), href(link)
        pmid = normal_pmid(address) if by in {"pmid", "pubmed"} else ""
        numbers = f"{link.get('vol', '')}:{link.get('page', '')}".strip(":")
        doi = doi_of(address)
        parts = [
            plain(link) or clean(f"{link.get('journal-id', '')} {numbers}"),
            f"doi: {doi}" if doi else "",
        ]
        source = ". ".join(filter(None, (part.strip(" .") for part in parts)))
        if source or pmid:
            yield Correction(kind=kind, source=source or f"PMID: {pmid}", pmid=pmid)
