"""A saved PubMed article page becomes an Article.

The page promises nothing: PubMed changes it at will, and what a browser saves differs again. So a part that
is not found is empty, and only a page without a title or a PubMed ID is no article page. Where the
parts stand is in `pubmed_page_selectors`, the one place to change when the page does; how a printed text is
read is in `pubmed_page_parts`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, unquote_plus

from bs4 import BeautifulSoup, Tag, UnicodeDammit
from msgspec.structs import replace

from crawler.article import (
    PLAIN_LANGUAGE,
    Abstract,
    Article,
    Author,
    Correction,
    Figure,
    Ids,
    Journal,
    Keyword,
    Markup,
    Reference,
    Section,
    Substance,
)
from crawler.errors import NotAnArticle, ParseError
from crawler.identity import normal_doi, normal_orcid, normal_pmcid, normal_pmid
from crawler.markup import clean, from_text
from crawler.parsers.cleaning import copyright_apart, split_keywords, without_emails, without_link_labels
from crawler.parsers.corrections import kind_named
from crawler.parsers.languages import named_languages
from crawler.parsers.names import printed_person, stands_for_others
from crawler.parsers.pubmed import pubmed_page_parts as parts
from crawler.parsers.pubmed import pubmed_page_selectors as at
from crawler.parsers.pubmed.pubmed_page_selectors import (
    attribute,
    distinct_texts,
    markup_of,
    select,
    select_first,
    text_of,
)
from crawler.printed import with_printed_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

FORMAT: Final = "pubmed-page"
"""The name under which the raw page is kept."""

_IN_INVESTIGATORS: Final = re.compile("investigators|collaborators")

_HTML: Final = re.compile(r"<(?:!doctype\s+html|html|head|body|main|div|h1)\b", re.IGNORECASE)
_BLOCKED: Final = re.compile(r"Blocked Diagnostic|misuse\.ncbi\.nlm\.nih\.gov", re.IGNORECASE)
_PLAIN_LANGUAGE: Final = re.compile(r"plain[\s_-]*language", re.IGNORECASE)
_ABSTRACT_ID: Final = re.compile(r"([a-z]{3})-abstract")
_DOI: Final = re.compile(r"\b10\.[0-9]\S+")
_TERM: Final = re.compile(r"[?&]term=([^&#]*)")
_PUBMED_ADDRESS: Final = re.compile(
    r"(?:https?://(?:pubmed\.ncbi\.nlm\.nih\.gov|(?:www\.)?ncbi\.nlm\.nih\.gov/pubmed))?/([0-9]+)/?(?:[?#].*)?"
)
_PMC_ADDRESS: Final = re.compile(r"/(PMC[0-9]+)\b", re.IGNORECASE)
_FROM_PMID: Final = re.compile(r"\s*\bPMID:\s*([0-9]+).*")
_STATED: Final = re.compile(r"\ball\s+([0-9][0-9,]{0,8})\s+references", re.IGNORECASE)


def parse(html: bytes) -> Article:
    """Return the article on a saved PubMed page; what the page does not show is empty.

    The list of references may be shorter than the one PubMed has: `references_stated` says how many there
    are. Raises NotAnArticle where the page is no article page, ParseError where it cannot be read at all.
    """
    soup = _soup(html)
    try:
        scope = select_first(soup, at.SCOPE) or soup
        _check(soup)
        title, pmid = _title(soup, scope), _pmid(soup, scope)
        if not title:
            raise NotAnArticle("there is no article heading on this page: save the page of one article")
        if not pmid:
            raise NotAnArticle("there is no PubMed ID on this page: save the page of one article from PubMed")
        return _article(soup, scope, title, pmid)
    except RecursionError as error:
        raise ParseError("its elements are nested too deeply for a page of PubMed: save it again") from error


def _soup(html: bytes) -> BeautifulSoup:
    """Return the tree of a page, in the encoding of its mark, in UTF-8, or as it declares."""
    if not html.strip():
        raise NotAnArticle("the file is empty: save the page again")
    text = UnicodeDammit(html, user_encodings=["utf-8"], is_html=True).unicode_markup or ""
    if not _HTML.search(text):
        raise NotAnArticle("this is not HTML at all: save the article's page as HTML")
    # A declared encoding may be any codec of Python's, and some of them yield surrogates, which lxml refuses.
    text = text.encode("utf-8", "replace").decode("utf-8")
    # The newline hides an XML declaration, which is usual in XHTML, but draws a warning from BeautifulSoup.
    return BeautifulSoup("\n" + text, "lxml")


def _check(soup: BeautifulSoup) -> None:
    """Raise NotAnArticle for the pages that PubMed is known to send instead of an article's."""
    if soup.select_one(at.TITLE[0]):
        return
    if _BLOCKED.search(text_of(soup)):
        raise NotAnArticle("NCBI has blocked this address: do not ask again before NCBI has lifted the block")
    if select_first(soup, at.SEARCH_RESULTS):
        raise NotAnArticle("this is a page of search results: save the page of one article")


def _article(soup: BeautifulSoup, scope: Tag, title: Markup, pmid: str) -> Article:
    citation = parts.read_citation(text_of(select_first(scope, at.CITATION)))
    dates = parts.read_other_dates(" ".join(map(text_of, select(scope, at.OTHER_DATES))))
    main, others = _abstracts(scope)
    authors, complete = _authors(scope, investigators=False)
    return Article(
        ids=_ids(soup, scope, pmid, citation.pii),
        title=title,
        vernacular_title=markup_of(select_first(scope, at.VERNACULAR_TITLE)),
        journal=_journal(soup, scope),
        abstract=main,
        other_abstracts=others,
        authors=authors,
        authors_complete=complete,
        investigators=_authors(scope, investigators=True)[0],
        volume=citation.volume,
        issue=citation.issue,
        pages=citation.pages,
        published=dates.printed if dates.printed.year else citation.date,
        electronic=citation.date if dates.printed.year else dates.electronic,
        languages=named_languages(text_of(select_first(scope, at.LANGUAGE))),
        publication_types=distinct_texts(select(scope, at.TYPES))
        or distinct_texts(select(scope, at.TYPE_LABEL)),
        keywords=_keywords(scope),
        mesh=parts.read_mesh(map(text_of, select(scope, at.MESH))),
        supplemental_mesh=distinct_texts(select(scope, at.SUPPLEMENTARY)),
        substances=tuple(Substance(name) for name in distinct_texts(select(scope, at.SUBSTANCES))),
        grants=tuple(parts.read_grant(text) for text in distinct_texts(select(scope, at.GRANTS))),
        data_banks=parts.read_data_banks(map(text_of, select(scope, at.DATA_BANKS))),
        conflict_of_interest=markup_of(select_first(scope, at.CONFLICT_OF_INTEREST)),
        figures=tuple(_figures(scope)),
        corrections=tuple(dict.fromkeys(_corrections(scope))),
        references=tuple(_references(scope)),
        references_stated=_references_stated(scope),
        status=text_of(select_first(scope, at.STATUS)).strip(" ."),
    )


# The heading.


def _meta(soup: BeautifulSoup, name: str) -> str:
    tag = soup.select_one(f'meta[name="{name}"]')
    return attribute(tag, "content") if tag else ""


def _title(soup: BeautifulSoup, scope: Tag) -> Markup:
    return markup_of(select_first(scope, at.TITLE)) or from_text(_meta(soup, "citation_title"))


def _pmid(soup: BeautifulSoup, scope: Tag) -> str:
    printed = normal_pmid(text_of(select_first(scope, at.PMID))) or normal_pmid(_meta(soup, "citation_pmid"))
    address = soup.select_one('link[rel="canonical"]')
    return printed or (_link_ids([address])["pmid"] if address else "")


def _ids(soup: BeautifulSoup, scope: Tag, pmid: str, pii: str) -> Ids:
    """Return the ids of the article itself: those of its references stand elsewhere on the page."""
    printed = (_DOI.search(text_of(tag)) for selector in at.DOI for tag in scope.select(selector))
    doi = next(filter(None, (normal_doi(found[0]) for found in printed if found)), "")
    return Ids(
        pmid=pmid,
        pmcid=normal_pmcid(text_of(select_first(scope, at.PMCID))),
        doi=doi or normal_doi(_meta(soup, "citation_doi")),
        pii=pii,
    )


def _journal(soup: BeautifulSoup, scope: Tag) -> Journal:
    trigger = select_first(scope, at.JOURNAL)
    title = attribute(trigger, "title") if trigger else ""
    return Journal(title=title or _meta(soup, "citation_journal_title"), abbreviation=text_of(trigger))


def _authors(scope: Tag, *, investigators: bool) -> tuple[tuple[Author, ...], bool]:
    """Return the authors, or else the members of their groups, and whether the list is complete."""
    affiliations = _affiliations(scope)
    authors: list[Author] = []
    complete = True
    for item in select(scope, at.AUTHORS):
        if bool(item.find_parent(class_=_IN_INVESTIGATORS)) != investigators:
            continue
        author = _author(item, affiliations)
        if stands_for_others(author.collective):
            complete = False
        elif author.last or author.collective:
            authors.append(author)
    return tuple(authors), complete


def _author(item: Tag, affiliations: dict[str, str]) -> Author:
    """Return the author of an entry; one that is not marked as a person's name is a group."""
    name = select_first(item, at.AUTHOR_NAME)
    if name:
        term = _TERM.search(attribute(name, "href"))
        cited = clean(unquote_plus(term[1])).partition("[")[0] if term else ""
        author = printed_person(text_of(name), cited)
    else:
        group = select_first(item, at.AUTHOR_GROUP) or item
        author = Author(collective=text_of(group, without=at.AUTHOR_MARKS).strip(" ,;"))
    own: list[str] = []
    for link in select(item, at.AUTHOR_AFFILIATIONS):
        listed = affiliations.get(text_of(link)) or affiliations.get(attribute(link, "href"))
        own.append(listed or without_emails(attribute(link, "title")))
    orcid = select_first(item, at.AUTHOR_ORCID)
    return replace(
        author,
        affiliations=tuple(dict.fromkeys(filter(None, own))),
        orcid=normal_orcid(attribute(orcid, "href").rstrip("/")) if orcid else "",
    )


def _affiliations(scope: Tag) -> dict[str, str]:
    """Return the affiliations by what refers to them: their number, and the address of their element."""
    affiliations: dict[str, str] = {}
    for place, entry in enumerate(select(scope, at.AFFILIATIONS), start=1):
        number = text_of(select_first(entry, at.AFFILIATION_NUMBER)) or str(place)
        text = without_emails(text_of(entry, without=", ".join(at.AFFILIATION_NUMBER)))
        affiliations.setdefault(number, text)
        affiliations.setdefault(f"#{attribute(entry, 'id')}", text)
    return affiliations


# The abstract and what belongs to it.


def _label(paragraph: Tag) -> str:
    return text_of(select_first(paragraph, at.LABEL)).rstrip(": ")


def _is_keywords(label: str) -> bool:
    return label.casefold() in {"keyword", "keywords"}


def _keywords(scope: Tag) -> tuple[Keyword, ...]:
    texts = [text_of(p, without=at.LABEL[0]) for p in select(scope, at.LABELLED) if _is_keywords(_label(p))]
    return tuple(Keyword(keyword) for keyword in split_keywords(texts))


def _abstracts(scope: Tag) -> tuple[Abstract | None, tuple[Abstract, ...]]:
    """Return the main abstract, which is the English one or else the one shown first, and the others."""
    candidates: list[tuple[tuple[bool, bool], Abstract]] = []
    for content in select(scope, at.ABSTRACTS):
        abstract = _abstract(content)
        if abstract.sections:
            selected = "selected" in attribute(content, "class").split()
            candidates.append(((abstract.language == "eng", selected), abstract))
    lay = [_abstract(p, PLAIN_LANGUAGE) for p in select(scope, at.BESIDE_ABSTRACT) if _is_lay(_label(p))]
    ranked = [candidate for candidate in candidates if candidate[1].kind != PLAIN_LANGUAGE]
    main = max(ranked, key=lambda candidate: candidate[0])[1] if ranked else None
    others = tuple(abstract for _, abstract in candidates if abstract is not main)
    if main:
        language = "" if main.language == "eng" else main.language
        main = replace(main, language=language, copyright=text_of(select_first(scope, at.COPYRIGHT)))
    return main, (*others, *(abstract for abstract in lay if abstract.sections))


def _abstract(content: Tag, kind: str = "") -> Abstract:
    """Return the abstract in a block, or in a paragraph of its own; its language as its id has it."""
    before = content.find_previous_sibling(True)
    heading = select_first(content, at.HEADINGS) or (
        before if before and before.name in at.HEADINGS else None
    )
    printed = text_of(heading)
    names = f"{attribute(content, 'id')} {attribute(content, 'class')} {printed}"
    kind = kind or (PLAIN_LANGUAGE if _is_lay(names) else "")
    code = _ABSTRACT_ID.match(attribute(content, "id"))
    language = code[1].replace("enc", "eng") if code else next(iter(named_languages(printed)), "")
    sections = []
    for paragraph in select(content, at.PARAGRAPHS) or [content]:
        label = _label(paragraph)
        text = markup_of(paragraph, without=", ".join((at.FURNITURE, at.LABEL[0], *at.HEADINGS)))
        if text and not _is_keywords(label):
            sections.append(Section(text, "" if kind and _is_lay(label) else label))
    whole = Abstract(sections=tuple(sections), kind=kind, language=language)
    return copyright_apart(whole) if sections else whole


def _is_lay(name: str) -> bool:
    return bool(_PLAIN_LANGUAGE.search(name))


def _figures(scope: Tag) -> Iterator[Figure]:
    """Yield the figures; the label, which the page prints twice, once and without its stop."""
    for figure in select(scope, at.FIGURES):
        label = text_of(select_first(figure, at.FIGURE_LABEL)).rstrip(" .:")
        caption = markup_of(select_first(figure, at.FIGURE_CAPTION))
        if label or caption:
            yield Figure(label, caption)


# Links to other works.


def _link_ids(links: Iterable[Tag]) -> dict[str, str]:
    """Return pmid, pmcid and doi as the addresses of links give them; "" for what none of them gives."""
    ids = {"pmid": "", "pmcid": "", "doi": ""}
    for link in links:
        address = unquote(attribute(link, "href"))
        if pubmed := _PUBMED_ADDRESS.fullmatch(address):
            ids["pmid"] = ids["pmid"] or normal_pmid(pubmed[1])
        elif pmc := _PMC_ADDRESS.search(address):
            ids["pmcid"] = ids["pmcid"] or normal_pmcid(pmc[1])
        else:
            ids["doi"] = ids["doi"] or normal_doi(address)
    return ids


def _corrections(scope: Tag) -> Iterator[Correction]:
    """Yield what stands under headings such as "Retraction in": no selector for these is known."""
    for heading in scope.find_all(at.HEADINGS):
        kind = kind_named(text_of(heading))
        for entry in _entries_below(heading) if kind else ():
            printed = without_link_labels(text_of(entry))
            found = _FROM_PMID.search(printed)
            pmid = _link_ids(entry.select("a"))["pmid"] or (normal_pmid(found[1]) if found else "")
            source = _FROM_PMID.sub("", printed)
            if kind and (source or pmid):
                yield Correction(kind=kind, source=source, pmid=pmid)


def _entries_below(heading: Tag) -> Iterator[Tag]:
    """Yield the entries of the lists between a heading and the next one."""
    for sibling in heading.find_next_siblings(True):
        if sibling.name in at.HEADINGS:
            return
        yield from sibling.select("li") or [sibling]


def _references(scope: Tag) -> Iterator[Reference]:
    """Yield the references in their order, which is their numbering: the page prints none that counts."""
    for entry in select(scope, at.REFERENCES):
        text = without_link_labels(text_of(entry))
        ids = _link_ids(entry.select("a"))
        if text:
            yield with_printed_ids(Reference(text=text, list_title=_list_title(entry), **ids))


def _list_title(entry: Tag) -> str:
    """Return the title of the list that a reference is in, where the page has several lists."""
    group = entry.find_parent("li")
    return text_of(select_first(group, at.REFERENCE_LIST_TITLE)) if group else ""


def _references_stated(scope: Tag) -> int:
    """Return how many references there are, which the button that shows the rest says; 0 without one."""
    stated = _STATED.search(text_of(select_first(scope, at.ALL_REFERENCES)))
    return int(stated[1].replace(",", "")) if stated else 0
