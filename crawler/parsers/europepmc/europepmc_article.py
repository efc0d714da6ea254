"""A result of Europe PMC's becomes an article."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from crawler.article import (
    NO_TITLE,
    Abstract,
    Article,
    Author,
    Correction,
    Grant,
    Ids,
    Journal,
    Keyword,
    MeshHeading,
    PubDate,
    Qualifier,
    Substance,
)
from crawler.errors import ParseError
from crawler.identity import normal_doi, normal_orcid, normal_pmcid, normal_pmid
from crawler.markup import from_html, text_of_html
from crawler.parsers.abstract_labels import headed_sections
from crawler.parsers.cleaning import copyright_apart, split_keywords, without_emails
from crawler.parsers.corrections import kind_named
from crawler.parsers.dates import numbered_date, printed_date
from crawler.parsers.jats.jats_terms import publication_type
from crawler.parsers.languages import language_code
from crawler.parsers.names import cited_person, stands_for_others

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.parsers.europepmc.europepmc_result import Chemical, Funding, Heading, Link, Person, Result

_PREPRINT: Final = "Preprint"
_PREPRINTS: Final = "PPR"
_WORD: Final = re.compile(r"(?<![\w'])[a-z]+")
_SMALL: Final = frozenset("and as by for from in of on the to with".split())
_NUMERALS: Final = frozenset("i ii iii iv".split())


def article(result: Result) -> Article:
    """Return the Article of a result.

    A preprint's journal is its server, its date the day it was first there. Raises ParseError where there is
    no PMID, PMCID or DOI, or nothing else.
    """
    own = ids(result)
    if not own.key():
        raise ParseError(f"has no PMID, PMCID or DOI: it is {result.source} {result.id}".rstrip())
    if not (result.title or result.abstract_text or result.author_string):
        raise ParseError("tells nothing but its ids: ask for resultType=core")
    published, electronic = _dates(result)
    byline, is_complete = _authors(result)
    parts = headed_sections(result.abstract_text)
    language = language_code(result.language)
    return Article(
        ids=own,
        title=from_html(result.title) or NO_TITLE,
        journal=_journal(result),
        version=_version(result.version_number),
        abstract=copyright_apart(Abstract(sections=parts)) if parts else None,
        authors=byline,
        authors_complete=is_complete,
        investigators=tuple(filter(Author.short, map(_author, result.investigator_list.investigator))),
        volume=result.journal_info.volume or result.journal_volume,
        issue=result.journal_info.issue or result.issue,
        pages=text_of_html(result.page_info),
        published=published,
        electronic=electronic,
        entered=numbered_date(result.date_of_creation or result.first_index_date),
        revised=numbered_date(result.date_of_revision),
        languages=(language,) if language else (),
        publication_types=_types(result),
        keywords=tuple(map(Keyword, split_keywords(list(map(text_of_html, result.keyword_list.keyword))))),
        mesh=tuple(map(_heading, result.mesh_heading_list.mesh_heading)),
        substances=tuple(map(_substance, result.chemical_list.chemical)),
        grants=tuple(map(_grant, result.grants_list.grant)),
        corrections=tuple(_corrections(result.comment_correction_list.comment_correction)),
    )


def ids(result: Result) -> Ids:
    """Return the ids; that of the source is the PMID in MED, the PMCID in PMC."""
    return Ids(
        pmid=normal_pmid(result.pmid or (result.id if result.source == "MED" else "")),
        pmcid=normal_pmcid(result.pmcid or (result.id if result.source == "PMC" else "")),
        doi=normal_doi(result.doi),
    )


def _version(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 4 else 1


def _dates(result: Result) -> tuple[PubDate, PubDate]:
    """Return the date of the issue and the one online.

    `printPublicationDate` is never read, and `firstPublicationDate` of preprints only: they make a full date
    of "2025 Dec", the first of the month.
    """
    issue = result.journal_info
    first = result.first_publication_date if result.source == _PREPRINTS else ""
    electronic = numbered_date(result.electronic_publication_date or first)
    numbers = f"{issue.year_of_publication}-{issue.month_of_publication}".rstrip("-")
    published = printed_date(text_of_html(issue.date_of_publication))
    if not published.year:
        published = numbered_date(numbers)
    if not (published.year or electronic.year):
        published = numbered_date(result.pub_year or result.book_or_report_details.year_of_publication)
    return published, electronic


def _journal(result: Result) -> Journal:
    """Return the journal; of a preprint its server, of a chapter its book. The lite form abbreviates."""
    journal, book = result.journal_info.journal, result.book_or_report_details
    server = book.publisher if result.source == _PREPRINTS else ""
    issns = (journal.issn, journal.essn, *result.journal_issn.split(";"))
    return Journal(
        title=text_of_html(journal.title or book.comprising_title or server),
        abbreviation=text_of_html(
            journal.isoabbreviation or journal.medline_abbreviation or result.journal_title
        ),
        issns=tuple(dict.fromkeys(issn.strip().upper() for issn in issns if issn.strip())),
        nlm_id=journal.nlmid,
        publisher="" if server else text_of_html(book.publisher),
    )


def _authors(result: Result) -> tuple[tuple[Author, ...], bool]:
    """Return the authors, in the lite form from the line that names them, and whether there are no others."""
    listed = tuple(filter(Author.short, map(_author, result.author_list.author)))
    names = [
        name.strip() for name in text_of_html(result.author_string).rstrip(". ").split(",") if name.strip()
    ]
    known = [name for name in names if not stands_for_others(name)]
    return listed or tuple(map(_cited, known)), len(known) == len(names)


def _cited(name: str) -> Author:
    return cited_person(name) or Author(collective=name)


def _author(person: Person) -> Author:
    if person.collective_name:
        name = Author(collective=text_of_html(person.collective_name))
    elif person.last_name:
        short = cited_person(text_of_html(person.full_name))
        name = Author(
            last=text_of_html(person.last_name),
            fore=text_of_html(person.first_name),
            initials=text_of_html(person.initials) or (short.initials if short else ""),
            suffix=short.suffix if short else "",
        )
    else:
        name = _cited(text_of_html(person.full_name))
    identifier = person.author_id
    orcid = normal_orcid(identifier.value) if identifier.type.upper() == "ORCID" else ""
    return _placed(name, orcid, person)


def _placed(name: Author, orcid: str, person: Person) -> Author:
    """Return an author with ORCID and affiliations; some end in the commas of address lines left empty."""
    listed = [place.affiliation for place in person.author_affiliation_details_list.author_affiliation]
    texts = (without_emails(text_of_html(text)).rstrip(" ,") for text in listed or [person.affiliation])
    return replace(name, orcid=orcid, affiliations=tuple(dict.fromkeys(filter(None, texts))))


def _types(result: Result) -> tuple[str, ...]:
    """Return the publication types in PubMed's words; JATS's stand among them, the lite form's are small."""
    named = (*result.pub_type_list.pub_type, *result.pub_type.split(";"))
    types = [publication_type(name) or _capitalised(name.strip()) for name in map(text_of_html, named)]
    if result.source == _PREPRINTS:
        types.append(_PREPRINT)
    return tuple(dict.fromkeys(filter(None, types)))


def _capitalised(name: str) -> str:
    """Return a type in small letters with capitals as PubMed sets them: "Clinical Trial, Phase III"."""
    return _WORD.sub(_capital, name) if name.islower() else name


def _capital(word: re.Match[str]) -> str:
    if word[0] in _NUMERALS:
        return word[0].upper()
    return word[0] if word[0] in _SMALL else word[0].capitalize()


def _heading(heading: Heading) -> MeshHeading:
    return MeshHeading(
        name=text_of_html(heading.descriptor_name),
        major=heading.is_major == "Y",
        qualifiers=tuple(
            Qualifier(text_of_html(each.qualifier_name), major=each.is_major == "Y")
            for each in heading.mesh_qualifier_list.mesh_qualifier
        ),
    )


def _substance(chemical: Chemical) -> Substance:
    return Substance(text_of_html(chemical.name), chemical.registry_number)


def _grant(funding: Funding) -> Grant:
    return Grant(number=funding.grant_id, acronym=funding.acronym, agency=text_of_html(funding.agency))


def _corrections(links: Iterable[Link]) -> Iterator[Correction]:
    """Yield the links; a kind that PubMed does not have is named like its own."""
    for link in links:
        words = re.findall(r"\w+", link.type)
        kind = kind_named(link.type) or "".join(map(str.capitalize, words))
        pmid = normal_pmid(link.id) if link.source == "MED" else ""
        source = text_of_html(link.reference) or ("" if pmid else link.id)
        if kind and (source or pmid):
            yield Correction(kind=kind, source=source, pmid=pmid, note=text_of_html(link.note))
