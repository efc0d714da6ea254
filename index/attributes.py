"""What holds of an article besides its words: PubMed's value searches and filters, answered by one field.

Each is a name without blanks, such as `hasabstract`, `hasretractionin` or `freefulltext`. Filters that ask
for what another field holds already, such as `review[sb]` or `english[sb]`, are in a table beside it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from index.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.article import Article

# NLM's list of RefTypes: https://www.nlm.nih.gov/bsd/licensee/elements_descriptions.html#commentscorrections
_CORRECTIONS: Final = """
    AssociatedDataset AssociatedPublication CommentIn CommentOn CorrectedandRepublishedFrom
    CorrectedandRepublishedIn DatasetDescribedIn ErratumFor ErratumIn ExpressionOfConcernFor
    ExpressionOfConcernIn OriginalReportIn ReprintIn ReprintOf RepublishedFrom RepublishedIn
    RetractedandRepublishedFrom RetractedandRepublishedIn RetractionIn RetractionOf SummaryForPatientsIn
    UpdateIn UpdateOf
    """.split()


@lru_cache(maxsize=10_000)
def key(text: str) -> str:
    """Return the one spelling of an attribute or filter: letters and digits in lower case."""
    return "".join(char for char in text.casefold() if char.isalnum())


def attributes(article: Article) -> list[str]:
    """Return the names of all that holds of an article."""
    corrections = dict.fromkeys(f"has{key(each.kind)}" for each in article.corrections if each.kind)
    return [name for name, holds in _HOLDS.items() if holds(article)] + list(corrections)


def availability(article: Article) -> list[str]:
    """Return how much of an article can be read, as PubMed's filter of text availability has it."""
    return [label for label, name in _AVAILABLE.items() if _HOLDS[name](article)]


def _is_structured(article: Article) -> bool:
    return any(section.label for abstract in article.abstracts() for section in abstract.sections)


def _has_foreign_abstract(article: Article) -> bool:
    return any(abstract.language not in {"", "eng", "en"} for abstract in article.other_abstracts)


def _is_ahead_of_print(article: Article) -> bool:
    """Say whether it is online, but in no issue yet; a preprint will never be in one."""
    is_in_issue = bool(article.volume or article.issue or article.pages or article.published.year)
    is_online = bool(article.electronic.year) and "Preprint" not in article.publication_types
    return key(article.status) == "aheadofprint" or (is_online and not is_in_issue)


def _is_systematic(article: Article) -> bool:
    """Say whether it is a systematic review by its type or its title, the core of PubMed's own filter."""
    types = {"Systematic Review", "Meta-Analysis"}
    return bool(types.intersection(article.publication_types)) or "systematic review" in article.title.lower()


def _has_status(*names: str) -> Callable[[Article], bool]:
    return lambda article: key(article.status) in names


_HOLDS: Final[Mapping[str, Callable[[Article], bool]]] = {
    "hasabstract": lambda article: bool(article.abstracts()),
    "hasstructuredabstract": _is_structured,
    "hasnonenglishabstract": _has_foreign_abstract,
    "haskeyword": lambda article: bool(article.keywords),
    "hascois": lambda article: bool(article.conflict_of_interest),
    "hasdatabanklist": lambda article: bool(article.data_banks),
    "hasgrant": lambda article: bool(article.grants),
    "hasreferences": lambda article: bool(article.references),
    "pubstatusaheadofprint": _is_ahead_of_print,
    "fulltext": lambda article: bool(article.body or article.ids.pmcid or article.ids.doi),
    "freefulltext": lambda article: bool(article.body or article.ids.pmcid),
    "pubmedpmc": lambda article: bool(article.ids.pmcid),
    "preprint": lambda article: "Preprint" in article.publication_types,
    "systematic": _is_systematic,
    "retracted": lambda article: article.is_retracted,
    "medline": _has_status("medline"),
    "pubmednotmedline": _has_status("pubmednotmedline"),
    "inprocess": _has_status("inprocess", "indatareview"),
    "publisher": _has_status("publisher"),
}

_AVAILABLE: Final = {"Abstract": "hasabstract", "Free full text": "freefulltext", "Full text": "fulltext"}

ATTRIBUTES: Final = frozenset((*_HOLDS, *(f"has{kind.lower()}" for kind in _CORRECTIONS)))
"""Every name that an article may have by what is known of it today."""

VALUE_WORDS: Final = frozenset(name for name in ATTRIBUTES if name.startswith(("has", "pubstatus")))
"""Those that are searched by their bare name, as in PubMed; the others need a tag: medline[sb]."""

_TYPES: Final = (
    "Review", "Clinical Trial", "Randomized Controlled Trial", "Meta-Analysis", "Case Reports", "Comment",
    "Clinical Study", "Comparative Study", "Editorial", "Guideline", "Practice Guideline", "Letter", "News",
    "Observational Study", "Multicenter Study", "Evaluation Study", "Validation Study", "Published Erratum",
)  # fmt: skip
_HEADINGS: Final = ("Humans", "Animals", "Female", "Male", "Adult", "Aged", "Middle Aged", "Child", "Infant")
_SHORT: Final = {"fha": "hasabstract", "fft": "fulltext", "ffrft": "freefulltext", "abstract": "hasabstract"}

FILTERS: Final[Mapping[str, tuple[str, str]]] = {
    **{key(name): ("type", name) for name in _TYPES},
    **{key(name): ("mesh", name) for name in _HEADINGS},
    **{key(name): ("language", name) for _, name in LANGUAGES.values()},
    **{key(name): ("has", name) for name in ATTRIBUTES},
    **{short: ("has", name) for short, name in _SHORT.items()},
    "pubmedpmclocal": ("has", "pubmedpmc"),
    "pmc": ("has", "pubmedpmc"),
    "systematicreview": ("has", "systematic"),
    "preprints": ("has", "preprint"),
}
"""PubMed's filters by their keys: the field that answers, and the text to look for in it."""
