"""What NLM's terms of art, and the parameters of a search, are called on the pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.article import PLAIN_LANGUAGE
from index.schema import FACETS
from webui import languages

if TYPE_CHECKING:
    from crawler.article import Abstract, Article

# NLM's list of RefTypes: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html#commentscorrections
_CORRECTIONS: Final = {
    "AssociatedDataset": "Data set",
    "AssociatedPublication": "Publication on the same data",
    "Cites": "Cites",
    "CommentIn": "Comment in",
    "CommentOn": "Comment on",
    "CorrectedandRepublishedFrom": "Corrected and republished from",
    "CorrectedandRepublishedIn": "Corrected and republished in",
    "DatasetDescribedIn": "Data set described in",
    "ErratumFor": "Correction of",
    "ErratumIn": "Correction in",
    "ExpressionOfConcernFor": "Expression of concern about",
    "ExpressionOfConcernIn": "Expression of concern in",
    "OriginalReportIn": "Original report in",
    "ReprintIn": "Reprinted in",
    "ReprintOf": "Reprint of",
    "RepublishedFrom": "Republished from",
    "RepublishedIn": "Republished in",
    "RetractedandRepublishedFrom": "Retracted and republished from",
    "RetractedandRepublishedIn": "Retracted and republished in",
    "RetractionIn": "Retraction in",
    "RetractionOf": "Retraction of",
    "SummaryForPatientsIn": "Summary for patients in",
    "UpdateIn": "Update in",
    "UpdateOf": "Update of",
}
_UNTOLD_TYPES: Final = frozenset({"Journal Article", "English Abstract", "Retracted Publication", "Preprint"})


_PARAMETERS: Final = {
    "q": "What you search for",
    "from": "First year",
    "to": "Last year",
    "spelling": "Corrected spelling",
    "sort": "Order",
    "mapping": "Synonyms",
    "priors": "Newer and more cited first",
    "generation": "Index",
    "size": "Articles on a page",
    "page": "Number of the page",
    **{facet.name: f"Filter {facet.title}" for facet in FACETS},
}


class Mark(Struct, frozen=True):
    """What a reader must know of an article before reading it: a word or two, and how grave it is."""

    text: str
    kind: str


def correction(kind: str) -> str:
    """Return what stands before the other publication: "Retraction in"; the name's own words if it is new."""
    return _CORRECTIONS.get(kind) or re.sub(r"(?<=[a-z])(?=[A-Z])", " ", kind).capitalize()


def marks(article: Article) -> tuple[Mark, ...]:
    """Return the marks of an article, the gravest first; `kind` is danger, caution or note."""
    said = (
        (article.is_retracted, Mark("Retracted", "danger")),
        (article.has_correction("ExpressionOfConcernIn"), Mark("Expression of concern", "caution")),
        ("Preprint" in article.publication_types, Mark("Preprint, not peer reviewed", "caution")),
        (article.is_sample, Mark("Sample record", "note")),
    )
    return tuple(mark for holds, mark in said if holds)


def types(article: Article) -> tuple[str, ...]:
    """Return the publication types that tell something: Review, not Journal Article or who paid for it."""
    return tuple(
        each
        for each in article.publication_types
        if each not in _UNTOLD_TYPES and not each.startswith("Research Support")
    )


def abstract_heading(abstract: Abstract, *, is_main: bool) -> str:
    """Return the heading above an abstract: "Abstract", "Plain language summary", "Abstract in Spanish"."""
    if abstract.kind == PLAIN_LANGUAGE:
        language = "" if languages.tag(abstract.language) == "en" else languages.name(abstract.language)
        return f"Plain language summary in {language}" if language else "Plain language summary"
    if is_main:
        return "Abstract"
    language = languages.name(abstract.language)
    return f"Abstract in {language}" if language else "Another abstract"


def parameter(name: str) -> str:
    """Return what a parameter of a search is called; nothing for none that a page has."""
    return _PARAMETERS.get(name, "")
