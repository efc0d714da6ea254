"""What Europe PMC tells of a work, in the core and in the lite form of its results, and of a reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

T = TypeVar("T", bound=Struct)


class _Part(Struct, frozen=True, rename="camel"):
    """A part of a result; what it does not say is empty."""


class Identifier(_Part, frozen=True):
    """An author's identifier: its type, such as ORCID, and its value."""

    type: str = ""
    value: str = ""


class Place(_Part, frozen=True):
    """One affiliation."""

    affiliation: str = ""


class Places(_Part, frozen=True):
    """The affiliations of an author."""

    author_affiliation: tuple[Place, ...] = ()


class Person(_Part, frozen=True):
    """An author or investigator; `affiliation` is how older answers had it."""

    full_name: str = ""
    first_name: str = ""
    last_name: str = ""
    initials: str = ""
    collective_name: str = ""
    author_id: Identifier = Identifier()
    affiliation: str = ""
    author_affiliation_details_list: Places = Places()


class People(_Part, frozen=True):
    """A list of people: of authors, or of investigators."""

    author: tuple[Person, ...] = ()
    investigator: tuple[Person, ...] = ()


class Periodical(_Part, frozen=True):
    """A journal."""

    title: str = ""
    medline_abbreviation: str = ""
    isoabbreviation: str = ""
    nlmid: str = ""
    issn: str = ""
    essn: str = ""


class Issue(_Part, frozen=True):
    """The issue of a journal, and its date."""

    journal: Periodical = Periodical()
    volume: str = ""
    issue: str = ""
    date_of_publication: str = ""
    month_of_publication: str = ""
    year_of_publication: str = ""


class Book(_Part, frozen=True):
    """The book that a chapter is in; of a preprint, its server as the publisher."""

    publisher: str = ""
    comprising_title: str = ""
    year_of_publication: str = ""


class Subheading(_Part, frozen=True):
    """A MeSH subheading."""

    qualifier_name: str = ""
    is_major: str = field(name="majorTopic_YN", default="")


class Subheadings(_Part, frozen=True):
    """The subheadings of a descriptor."""

    mesh_qualifier: tuple[Subheading, ...] = ()


class Heading(_Part, frozen=True):
    """A MeSH descriptor."""

    descriptor_name: str = ""
    is_major: str = field(name="majorTopic_YN", default="")
    mesh_qualifier_list: Subheadings = Subheadings()


class Headings(_Part, frozen=True):
    """The MeSH descriptors."""

    mesh_heading: tuple[Heading, ...] = ()


class Chemical(_Part, frozen=True):
    """A substance."""

    name: str = ""
    registry_number: str = ""


class Chemicals(_Part, frozen=True):
    """The substances."""

    chemical: tuple[Chemical, ...] = ()


class Funding(_Part, frozen=True):
    """A grant."""

    grant_id: str = ""
    agency: str = ""
    acronym: str = ""


class Fundings(_Part, frozen=True):
    """The grants."""

    grant: tuple[Funding, ...] = ()


class Link(_Part, frozen=True):
    """A link to a comment, a correction, a preprint or the like."""

    id: str = ""
    source: str = ""
    reference: str = ""
    type: str = ""
    note: str = ""


class Links(_Part, frozen=True):
    """The links."""

    comment_correction: tuple[Link, ...] = ()


class Types(_Part, frozen=True):
    """The publication types."""

    pub_type: tuple[str, ...] = ()


class Words(_Part, frozen=True):
    """The keywords."""

    keyword: tuple[str, ...] = ()


class Result(_Part, frozen=True):
    """One result. Only in the lite form: journal_title, journal_issn, journal_volume, issue, pub_type."""

    id: str = ""
    source: str = ""
    pmid: str = ""
    pmcid: str = ""
    doi: str = ""
    title: str = ""
    abstract_text: str = ""
    author_string: str = ""
    author_list: People = People()
    investigator_list: People = People()
    journal_info: Issue = Issue()
    journal_title: str = ""
    journal_issn: str = ""
    journal_volume: str = ""
    issue: str = ""
    book_or_report_details: Book = Book()
    page_info: str = ""
    pub_year: str = ""
    electronic_publication_date: str = ""
    first_publication_date: str = ""
    date_of_creation: str = ""
    first_index_date: str = ""
    date_of_revision: str = ""
    language: str = ""
    pub_type: str = ""
    pub_type_list: Types = Types()
    keyword_list: Words = Words()
    mesh_heading_list: Headings = Headings()
    chemical_list: Chemicals = Chemicals()
    grants_list: Fundings = Fundings()
    comment_correction_list: Links = Links()
    version_number: str = ""


class Cited(_Part, frozen=True):
    """One entry of a list of references; `unstructured` is what is printed where it was not taken apart."""

    id: str = ""
    source: str = ""
    title: str = ""
    author_string: str = ""
    journal_abbreviation: str = ""
    publication_title: str = ""
    pub_year: str = ""
    volume: str = ""
    issue: str = ""
    page_info: str = ""
    doi: str = ""
    cited_order: str = ""
    unstructured: str = ""
    unstructured_information: str = ""


class Citations(_Part, frozen=True):
    """A list of references."""

    reference: tuple[Cited, ...] = ()


def read(raw: bytes | msgspec.Raw, kind: type[T]) -> T:
    """Return what a part of an answer says; a null says nothing, and a number is taken as its digits.

    Raises an error of msgspec's where it has another shape.
    """
    return msgspec.convert(_said(msgspec.json.decode(raw)), kind)


def _said(value: Any) -> Any:
    if isinstance(value, dict):
        return _said_of_each(value)
    if isinstance(value, list):
        return [_said(each) for each in value if each is not None]
    return str(value) if isinstance(value, int | float) else value


def _said_of_each(value: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _said(each) for name, each in value.items() if each is not None}
