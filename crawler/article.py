"""The article: the model that every package speaks.

All text that may carry markup is `Markup`: plain text with `&`, `<` and `>` escaped, and no tags but
i, b, u, sub and sup. `crawler.markup` makes it and turns it into plain text; nothing else does.

Nothing here can hold itself, so that Python need not look for it (`gc=False`): a page of hits has a thousand.
"""

from __future__ import annotations

from typing import Final, NewType

from msgspec import Struct

Markup = NewType("Markup", str)

NO_TITLE: Final = Markup("[No title available]")
"""The title of a record that has none, in any language."""

SAMPLE_NOTE = "sample record, not a real publication"
"""The general note that marks an invented record of the sample library."""

PREPRINT = "Preprint"
"""The publication type of what was made public before its review."""

PLAIN_LANGUAGE = "plain-language-summary"
"""The kind of an abstract written for lay readers (PubMed's OtherAbstract/@Type)."""


class Ids(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """The identifiers of a work: digits, `PMC` and digits, a DOI in the case it was printed in."""

    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    pii: str = ""

    def key(self) -> str:
        """Return the identity of the work: PMID, else PMCID, else DOI in lower case, else nothing."""
        return self.pmid or self.pmcid or self.doi.lower()


class PubDate(Struct, frozen=True, gc=False, omit_defaults=True):
    """A date as precise as its source and no more; 0 stands for "not said".

    `text` holds what was printed where numbers do not say it all ("Summer", "1998 Dec-1999 Jan").
    """

    year: int = 0
    month: int = 0
    day: int = 0
    text: str = ""

    def __str__(self) -> str:
        """Return the date as printed, else in PubMed's order: 2023 Aug 7."""
        if self.text:
            return self.text if str(self.year) in self.text else f"{self.year} {self.text}"
        months = " Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ")
        parts = [str(self.year or ""), months[self.month], str(self.day or "")]
        return " ".join(part for part in parts if part)

    def sort_key(self) -> int:
        """Return year, month and day as one number, 20230801; what is not said counts as the first."""
        return self.year * 10_000 + (self.month or 1) * 100 + (self.day or 1) if self.year else 0


class Section(Struct, frozen=True, gc=False, omit_defaults=True):
    """A part of an abstract: its label as printed ("METHODS"), NLM's category for it, and the text."""

    text: Markup
    label: str = ""
    category: str = ""


class Abstract(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """One abstract: the main one, one in another language, or one for lay readers."""

    sections: tuple[Section, ...]
    kind: str = ""
    language: str = ""
    copyright: str = ""


class Author(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """A person, or a group (`collective`), as the byline names them."""

    last: str = ""
    fore: str = ""
    initials: str = ""
    suffix: str = ""
    collective: str = ""
    orcid: str = ""
    affiliations: tuple[str, ...] = ()

    def short(self) -> str:
        """Return the name as PubMed lists it: "van den Berg LH", "Smith J Jr", or the group's name."""
        return self.collective or " ".join(filter(None, (self.last, self.initials, self.suffix)))

    def full(self) -> str:
        """Return the name as the byline prints it: "Leonard H van den Berg"."""
        return self.collective or " ".join(part for part in (self.fore, self.last, self.suffix) if part)


class Journal(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """Where the article appeared; for a chapter, the book. `issns` in the order of the record."""

    title: str = ""
    abbreviation: str = ""
    issns: tuple[str, ...] = ()
    nlm_id: str = ""
    country: str = ""
    publisher: str = ""

    def short(self) -> str:
        """Return the abbreviation, or the full title where there is none."""
        return self.abbreviation or self.title


class Keyword(Struct, frozen=True, gc=False, omit_defaults=True):
    """A keyword as its author or indexer wrote it, and who assigned it (NOTNLM: the authors)."""

    text: str
    major: bool = False
    owner: str = ""


class Qualifier(Struct, frozen=True, gc=False, omit_defaults=True):
    """A MeSH subheading."""

    name: str
    ui: str = ""
    major: bool = False


class MeshHeading(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """A MeSH descriptor with its subheadings."""

    name: str
    ui: str = ""
    major: bool = False
    qualifiers: tuple[Qualifier, ...] = ()

    def is_major(self) -> bool:
        """Say whether the descriptor or any subheading is a major topic (NLM's rule)."""
        return self.major or any(qualifier.major for qualifier in self.qualifiers)


class Substance(Struct, frozen=True, gc=False, omit_defaults=True):
    """A chemical or protein, with its registry number ("0" where it has none)."""

    name: str
    registry: str = ""
    ui: str = ""


class Grant(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """Who paid: number, agency, country."""

    number: str = ""
    acronym: str = ""
    agency: str = ""
    country: str = ""


class DataBank(Struct, frozen=True, gc=False, omit_defaults=True):
    """Accession numbers in one data bank, such as the NCT numbers of ClinicalTrials.gov."""

    name: str
    accessions: tuple[str, ...] = ()


class Figure(Struct, frozen=True, gc=False, omit_defaults=True):
    """A figure's label ("Figure 1") and caption."""

    label: str
    caption: Markup


class Correction(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """A link to another publication about this one: `kind` is PubMed's RefType, such as RetractionIn.

    PubMed has none for the two that the library adds: PublishedAs of a preprint, and PreprintIn of what it
    became; `doi` tells what may have no PMID, as most preprints.
    """

    kind: str
    source: str = ""
    pmid: str = ""
    doi: str = ""
    note: str = ""

    def keys(self) -> tuple[str, ...]:
        """Return the keys that the other publication could have, best first."""
        return tuple(key for key in (self.pmid, self.doi.lower()) if key)


class Reference(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """One entry of the reference list: the text as printed, the ids that came with it, its list's title."""

    text: str
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    list_title: str = ""

    def keys(self) -> tuple[str, ...]:
        """Return the keys that the cited work could have, best first."""
        return tuple(filter(None, (self.pmid, self.pmcid, self.doi.lower())))


class Article(Struct, frozen=True, gc=False, omit_defaults=True, kw_only=True):
    """A publication, with all that its record or page tells of it.

    `published` is the date of the issue, `electronic` the one online, `entered` the day the record entered
    its source and `revised` the day it was last changed there. `body` is the full text, where it is open, a
    section for the paragraphs below a heading, labelled with its path ("Methods / Patients").
    `references_stated` is how many references the source says there are, where it shows fewer; 0 where it
    does not say.
    """

    ids: Ids
    title: Markup
    journal: Journal = Journal()
    version: int = 1
    vernacular_title: Markup = Markup("")
    abstract: Abstract | None = None
    other_abstracts: tuple[Abstract, ...] = ()
    authors: tuple[Author, ...] = ()
    authors_complete: bool = True
    investigators: tuple[Author, ...] = ()
    volume: str = ""
    issue: str = ""
    pages: str = ""
    published: PubDate = PubDate()
    electronic: PubDate = PubDate()
    entered: PubDate = PubDate()
    revised: PubDate = PubDate()
    languages: tuple[str, ...] = ()
    publication_types: tuple[str, ...] = ()
    keywords: tuple[Keyword, ...] = ()
    mesh: tuple[MeshHeading, ...] = ()
    supplemental_mesh: tuple[str, ...] = ()
    substances: tuple[Substance, ...] = ()
    gene_symbols: tuple[str, ...] = ()
    grants: tuple[Grant, ...] = ()
    data_banks: tuple[DataBank, ...] = ()
    conflict_of_interest: Markup = Markup("")
    body: tuple[Section, ...] = ()
    figures: tuple[Figure, ...] = ()
    corrections: tuple[Correction, ...] = ()
    references: tuple[Reference, ...] = ()
    references_stated: int = 0
    status: str = ""
    notes: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The identity of the work: PMID, else PMCID, else DOI in lower case."""
        return self.ids.key()

    @property
    def date(self) -> PubDate:
        """The date of publication: of the issue, or online where there is no issue yet."""
        return self.published if self.published.year else self.electronic

    @property
    def is_retracted(self) -> bool:
        """Whether the work has been retracted (NLM marks it by type, by notice, or by both)."""
        return "Retracted Publication" in self.publication_types or self.has_correction("RetractionIn")

    @property
    def is_sample(self) -> bool:
        """Whether this is an invented record of the sample library."""
        return SAMPLE_NOTE in self.notes

    def has_correction(self, kind: str) -> bool:
        """Say whether a correction of this kind (PubMed's RefType) is attached."""
        return any(correction.kind == kind for correction in self.corrections)

    def abstracts(self) -> tuple[Abstract, ...]:
        """Return the main abstract and the others, in the order of the page."""
        return ((self.abstract,) if self.abstract else ()) + self.other_abstracts
