"""PubMed's own format (.nbib), which is called MEDLINE or "PubMed" as well: a field a line, under its tag.

Tags and their order: PubMed User Guide, "PubMed format". Read back by `parsers.tagged.medline`, an article
is the same in all that the format has a tag for; it has none for references, figures, and markup.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from crawler.parsers.corrections import OF_TAGS
from crawler.parsers.pubmed.pubmed_page_parts import read_grant
from webui.bibliographic import abstract_words, line, words
from webui.rendering import place

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.article import Article, Author, Correction, Grant, Keyword, MeshHeading, PubDate, Substance

# PubMed links a preprint and what came of it as an update; so far it has no tag for a reprint.
_TAGS: Final = {kind: tag for tag, kind in OF_TAGS.items()} | {"PublishedAs": "UIN", "PreprintIn": "UOF"}


def record(article: Article) -> bytes:
    """Return the record of an article. PMID stands first, with nothing behind it where there is none."""
    fields = "".join(f"{tag:<4}- {value}\n" for tag, value in _fields(article) if value or tag == "OTO")
    return f"PMID- {article.ids.pmid}\n{fields}".encode()


def _fields(article: Article) -> Iterator[tuple[str, str]]:
    yield "STAT", line(article.status)
    yield "LR", _digits(article.revised)
    yield from (("IS", line(issn)) for issn in article.journal.issns)
    yield "VI", line(article.volume)
    yield "IP", line(article.issue)
    yield "DP", line(str(article.date))
    yield "TI", words(article.title)
    yield "LID", f"{line(article.ids.doi)} [doi]" if article.ids.doi else ""
    yield "PG", line(article.pages)
    yield from _abstracts(article)
    for author in article.authors:
        yield from _named(author, "FAU", "AU")
    if not article.authors_complete:
        yield "AU", "et al"
    yield from (("LA", line(code)) for code in article.languages)
    yield from (("SI", f"{line(bank.name)}/{number}") for bank in article.data_banks
                for number in map(line, bank.accessions or ("",)))  # fmt: skip
    yield from (("GR", _grant(grant)) for grant in article.grants)
    yield from (("PT", line(kind)) for kind in article.publication_types)
    yield "TT", words(article.vernacular_title)
    yield "DEP", _digits(article.electronic)
    yield from _journal(article)
    yield from _subjects(article)
    yield "COIS", words(article.conflict_of_interest)
    for investigator in article.investigators:
        yield from _named(investigator, "FIR", "IR")
    yield from (("GN", line(note)) for note in article.notes)
    yield "CRDT", _day(article.entered)
    yield from _ids(article)
    yield "SO", _source(article)


def _abstracts(article: Article) -> Iterator[tuple[str, str]]:
    if article.abstract:
        # In capitals, as PubMed has them, labels are told from what is said.
        yield "AB", abstract_words(article.abstract, str.upper)
        yield "CI", line(article.abstract.copyright)
    for other in article.other_abstracts:
        kind = f"{line(other.kind)}: " if other.kind else ""
        yield "OAB", f"{kind}{abstract_words(other, str.upper)}"
        yield "OABL", line(other.language)
        yield "OCI", line(other.copyright)


def _named(author: Author, full: str, short: str) -> Iterator[tuple[str, str]]:
    """Yield the lines of a name and of what belongs to it."""
    if author.collective:
        yield "CN", line(author.collective)
    elif author.fore:
        fore = " ".join(filter(None, (author.fore, author.suffix)))
        yield full, line(f"{author.last}, {fore}")
        yield short, line(author.short())
    else:
        yield short, line(author.short())
    yield "AUID", f"ORCID: {author.orcid}" if author.orcid else ""
    yield from (("AD", line(each)) for each in author.affiliations)


def _journal(article: Article) -> Iterator[tuple[str, str]]:
    journal = article.journal
    yield "PL", line(journal.country)
    yield "PB", line(journal.publisher)
    yield "TA", line(journal.abbreviation)
    yield "JT", line(journal.title)
    yield "JID", line(journal.nlm_id)


def _subjects(article: Article) -> Iterator[tuple[str, str]]:
    yield from (("RN", _substance(each)) for each in article.substances)
    yield from (("NM", line(name)) for name in article.supplemental_mesh)
    yield from (("GS", line(symbol)) for symbol in article.gene_symbols)
    count = max(article.references_stated, len(article.references))
    yield "RF", str(count or "")
    yield from ((_TAGS[each.kind], _correction(each)) for each in article.corrections if each.kind in _TAGS)
    yield from (("MH", _heading(each)) for each in article.mesh)
    owner = ""
    for keyword in article.keywords:
        if keyword.owner != owner:
            owner = keyword.owner
            yield "OTO", line(owner)
        yield "OT", _keyword(keyword)


def _ids(article: Article) -> Iterator[tuple[str, str]]:
    yield "AID", f"{line(article.ids.doi)} [doi]" if article.ids.doi else ""
    yield "AID", f"{line(article.ids.pii)} [pii]" if article.ids.pii else ""
    yield "PMC", article.ids.pmcid


def _digits(date: PubDate) -> str:
    """Return a date as 20230807, as far as it is known."""
    if not date.year:
        return ""
    return f"{date.year:04}" + "".join(f"{part:02}" for part in (date.month, date.day) if part)


def _day(date: PubDate) -> str:
    """Return a date as 2023/08/07, as far as it is known."""
    if not date.year:
        return ""
    return f"{date.year:04}" + "".join(f"/{part:02}" for part in (date.month, date.day) if part)


def _grant(grant: Grant) -> str:
    """Return a grant as PubMed prints it, or with empty parts in their places where that is ambiguous."""
    parts = [line(part) for part in (grant.number, grant.acronym, grant.agency, grant.country)]
    short = "/".join(filter(None, parts))
    return short if read_grant(short) == grant else "/".join(parts)


def _substance(substance: Substance) -> str:
    """Return a substance under its number; one without a number that has a parenthesis is numbered 0."""
    number = line(substance.registry) or ("0" if "(" in substance.name else "")
    return f"{number} ({line(substance.name)})" if number else line(substance.name)


def _heading(heading: MeshHeading) -> str:
    parts = ((heading.name, heading.major), *((each.name, each.major) for each in heading.qualifiers))
    return "/".join(f"{'*' if is_major else ''}{line(name)}" for name, is_major in parts)


def _keyword(keyword: Keyword) -> str:
    return f"{'*' if keyword.major else ''}{line(keyword.text)}"


def _correction(correction: Correction) -> str:
    pmid = f"PMID: {correction.pmid}" if correction.pmid else ""
    return line(" ".join(filter(None, (correction.source, pmid, correction.note))))


def _source(article: Article) -> str:
    """Return the source as PubMed prints it, without which a record is taken for one that was cut off."""
    doi = f" doi: {article.ids.doi}." if article.ids.doi else ""
    journal = article.journal.short().rstrip(".")
    return line(f"{journal}. {article.date}{place(article)}{doi}".removeprefix(". "))
