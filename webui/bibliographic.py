"""An article's particulars as citations and exports print them: plain lines, pages, remarks, addresses."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.article import PREPRINT, SAMPLE_NOTE
from crawler.markup import to_text
from webui import wording

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.article import Abstract, Article, Correction, Markup

_BREAKS: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_RANGE: Final = re.compile(r"([0-9]+)[-\N{EN DASH}]([0-9]+)")
_ENDS: Final = re.compile(r"([^\s,;\N{EN DASH}-]+)[-\N{EN DASH}]([^\s,;\N{EN DASH}-]+)")
_NOTICES: Final = (
    "RetractionIn", "RetractedandRepublishedIn", "ExpressionOfConcernIn", "CorrectedandRepublishedIn",
    "ErratumIn",
)  # fmt: skip


def line(text: str) -> str:
    """Return text on one line, without control characters: no value may begin a field of its own."""
    if text.isprintable():
        return text
    return " ".join(_BREAKS.sub(" ", text).split())


def words(markup: Markup) -> str:
    """Return safe markup as plain text on one line."""
    return line(to_text(markup))


def title_words(article: Article) -> str:
    """Return the title as plain text without the full stop at its end, which styles and readers add."""
    return without_stop(words(article.title))


def without_stop(text: str) -> str:
    """Return a text without a single full stop at its end; an ellipsis stays."""
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def abstract_words(abstract: Abstract, label: Callable[[str], str] = str) -> str:
    """Return an abstract on one line, each label before its section, "METHODS: ...", as `label` makes it."""
    return " ".join(
        f"{label(line(section.label))}: {words(section.text)}" if section.label else words(section.text)
        for section in abstract.sections
    )


def page_ends(article: Article) -> tuple[str, str]:
    """Return the first and the last page, the last in full: 942 and 955 for "942-55".

    What is no range, such as the number of an electronic article, is the first, and there is no last.
    """
    pages = line(article.pages)
    if numbers := _RANGE.fullmatch(pages):
        first, last = numbers.groups()
        short = len(first) - len(last)
        full = first[:short] + last if short > 0 else last
        return first, (full if int(full) >= int(first) else last)
    ends = _ENDS.fullmatch(pages)
    return (ends[1], ends[2]) if ends else (pages, "")


def notices(article: Article) -> list[Correction]:
    """Return the corrections that a reader must know of, the gravest first."""
    grave = [each for each in article.corrections if each.kind in _NOTICES]
    return sorted(grave, key=lambda each: _NOTICES.index(each.kind))


def remarks(article: Article) -> list[str]:
    """Return what an export must not be silent about: sample, retraction, corrections, preprint."""
    said = [f"{SAMPLE_NOTE.capitalize()}."] if article.is_sample else []
    said += ["Retracted article."] if article.is_retracted else []
    said += [f"{told(each)}." for each in notices(article)]
    said += ["Preprint, not peer reviewed."] if PREPRINT in article.publication_types else []
    return said


def told(correction: Correction) -> str:
    """Return a correction in a line, without a full stop: "Retraction in: J Tests. 2021. PMID: 7"."""
    source = without_stop(line(correction.source))
    pmid = f"PMID: {correction.pmid}" if correction.pmid else ""
    return f"{wording.correction(correction.kind)}: {'. '.join(filter(None, (source, pmid)))}"


def is_chapter(article: Article) -> bool:
    """Say whether a work is part of a book: it says so, or its journal has nothing that journals have."""
    journal = article.journal
    has_journal = journal.issns or journal.abbreviation or article.volume
    return "Book Chapter" in article.publication_types or bool(journal.publisher and not has_journal)


def subjects(article: Article) -> list[str]:
    """Return keywords and MeSH headings, each once, in their order."""
    named = [each.text for each in article.keywords] + [each.name for each in article.mesh]
    kept: dict[str, str] = {}
    for text in named:
        kept.setdefault(text.casefold(), line(text))
    return list(kept.values())


def address(article: Article) -> str:
    """Return the address of a work elsewhere: its DOI, else at PubMed or PMC; nothing for an invented one."""
    ids = article.ids
    if article.is_sample:
        return ""
    # Here and not from `links`: the command line writes exports too, and has no site to link to.
    if ids.doi:
        return f"https://doi.org/{line(ids.doi).replace(' ', '%20')}"
    if ids.pmid:
        return f"https://pubmed.ncbi.nlm.nih.gov/{ids.pmid}/"
    return f"https://pmc.ncbi.nlm.nih.gov/articles/{ids.pmcid}/" if ids.pmcid else ""
