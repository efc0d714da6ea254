"""Where the parts of a PubMed article page stand, and how its elements are read.

When PubMed changes the page, this table changes and nothing else. Most selectors were gathered from what
public readers of the page rely on; a part that none of its selectors finds is empty.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from crawler.article import Markup
from crawler.markup import clean, from_soup, to_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bs4 import Tag

# Where each part stands: selectors in order of preference, the first that finds anything is taken.
# `#full-view-heading` comes first because the same title and label stand in `#short-view-heading` too.
SCOPE: Final = ("#article-details", "main")
TITLE: Final = ("#full-view-heading h1.heading-title", "h1.heading-title")
VERNACULAR_TITLE: Final = (".vernacular-title", ".title-vernacular", ".transliterated-title")
TYPE_LABEL: Final = ("#full-view-heading .publication-type", "#short-view-heading .publication-type")
JOURNAL: Final = ("#full-view-journal-trigger", ".journal-actions-trigger", ".inline-authors .journal")
CITATION: Final = ("#full-view-heading .cit", ".article-source .cit", ".inline-authors .date")
OTHER_DATES: Final = ("#full-view-heading .secondary-date", ".secondary-date")
STATUS: Final = (".ahead-of-print", ".article-status", ".publication-status")
LANGUAGE: Final = ("#full-view-heading .language", ".language")
PMID: Final = (
    '#full-view-identifiers .current-id[title="PubMed ID"]',
    ".identifier.pubmed .current-id",
    '.current-id[title="PubMed ID"]',
)
PMCID: Final = ("#full-view-identifiers .identifier.pmc .id-link", ".identifier.pmc .id-link")
DOI: Final = (
    "#full-view-identifiers .identifier.doi .id-link",
    ".identifier.doi .id-link",
    ".citation-doi",
)
AUTHORS: Final = ("#full-view-heading .authors-list-item", ".authors-list-item")
AUTHOR_NAME: Final = (".full-name",)
AUTHOR_GROUP: Final = (".collective-name",)
AUTHOR_MARKS: Final = "sup, .comma, .semicolon"
AUTHOR_AFFILIATIONS: Final = ("sup.affiliation-links a", "a.affiliation-link")
AUTHOR_ORCID: Final = ('a[href*="orcid.org/"]',)
AFFILIATIONS: Final = ("#full-view-heading .affiliations li", ".affiliations li")
AFFILIATION_NUMBER: Final = ("sup.key", "sup:first-child")
ABSTRACTS: Final = (
    ".abstract-content, .plain-language-summary:not(.abstract-content *, :has(.abstract-content))",
)
PARAGRAPHS: Final = ("p:not(.copyright)",)
BESIDE_ABSTRACT: Final = ("#abstract > p",)
LABELLED: Final = ("p:has(strong.sub-title)",)
LABEL: Final = ("strong.sub-title",)
COPYRIGHT: Final = ("#abstract .copyright",)
CONFLICT_OF_INTEREST: Final = ("#conflict-of-interest .statement",)
FIGURES: Final = ("#figures figure.figure-item", "#figures .figure-item", "figure.figure-item")
FIGURE_LABEL: Final = (".figure-label", ".figure-caption-label")
FIGURE_CAPTION: Final = (".figure-caption-contents",)
REFERENCES: Final = ("ol.references-and-notes-list > li", "ol.references-list > li")
REFERENCE_LIST_TITLE: Final = ("h3", "h4", ".references-list-title")
ALL_REFERENCES: Final = ("#references button.show-all", 'button[data-next-page-url$="/references/"]')
TYPES: Final = ("#publication-types button.keyword-actions-trigger", "#publication-types li")
MESH: Final = ("#mesh-terms button.keyword-actions-trigger", "#mesh-terms li")
SUPPLEMENTARY: Final = (
    "#supplementary-concepts button.keyword-actions-trigger",
    "#supplementary-concepts li",
)
SUBSTANCES: Final = ("#substances button.keyword-actions-trigger", "#substances li")
GRANTS: Final = ("#grants li",)
DATA_BANKS: Final = ("#associated-data li", ".associated-data li", "#linked-data li")
HEADINGS: Final = ("h2", "h3", "h4", "h5")
SEARCH_RESULTS: Final = ("#search-results", ".search-results", ".search-results-list")

# Not part of a text, wherever it stands in one.
FURNITURE: Final = (
    "em.empty-abstract, button.keyword-actions-trigger ~ *, .dropdown-container, .usa-banner, .usa-sr-only"
)


def select(scope: Tag, selectors: Iterable[str]) -> list[Tag]:
    """Return what the first selector that finds anything finds, in the order of the page."""
    return next((found for selector in selectors if (found := list(scope.select(selector)))), [])


def select_first(scope: Tag, selectors: Iterable[str]) -> Tag | None:
    """Return the first element that the first selector that finds anything finds."""
    return next(iter(select(scope, selectors)), None)


def markup_of(tag: Tag | None, *, without: str = FURNITURE) -> Markup:
    """Return the markup of an element, leaving out what the selector `without` finds in it.

    No element has no markup: a part that is missing is empty.
    """
    if tag is None:
        return Markup("")
    if tag.select_one(without):
        tag = copy.copy(tag)
        for unwanted in tag.select(without):
            unwanted.extract()
    return from_soup(tag)


def text_of(tag: Tag | None, *, without: str = FURNITURE) -> str:
    """Return the plain text of an element, leaving out what the selector `without` finds in it."""
    return to_text(markup_of(tag, without=without))


def attribute(tag: Tag, name: str) -> str:
    """Return an attribute as text; a class, which is a list, as its words."""
    value = tag.get(name) or ""
    return clean(value if isinstance(value, str) else " ".join(value))


def distinct_texts(tags: Iterable[Tag]) -> tuple[str, ...]:
    """Return the texts of elements, each once, none empty."""
    return tuple(dict.fromkeys(text for tag in tags if (text := text_of(tag))))
