"""What an article gives to each field: texts for the analyzer, or identifiers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.article import Author
from crawler.markup import index_text
from index import languages

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.article import Article

_NO_REGISTRY: Final = "0"
_FIRST_PAGE: Final = re.compile(r"[^\s,;\u2010-\u2015-]+")


def title(article: Article) -> list[str]:
    """Return the title, and the one in the article's own language."""
    return [index_text(article.title), index_text(article.vernacular_title)]


def vernacular(article: Article) -> list[str]:
    """Return the title in the article's own language, where the title is a translation."""
    return [index_text(article.vernacular_title)]


def abstract(article: Article) -> list[str]:
    """Return every section of every abstract."""
    return [index_text(section.text) for abstract in article.abstracts() for section in abstract.sections]


def keywords(article: Article) -> list[str]:
    """Return the keywords, whoever assigned them."""
    return [keyword.text for keyword in article.keywords]


def mesh(article: Article) -> list[str]:
    """Return each heading with each of its subheadings: "Riluzole/therapeutic use" is found by both."""
    headings = [
        name
        for heading in article.mesh
        for name in [f"{heading.name}/{qualifier.name}" for qualifier in heading.qualifiers] or [heading.name]
    ]
    return headings + list(article.supplemental_mesh)


def major(article: Article) -> list[str]:
    """Return the headings that are major topics: of one that is so by its subheadings, only with those."""
    found = []
    for heading in article.mesh:
        if heading.major:
            found += [f"{heading.name}/{each.name}" for each in heading.qualifiers] or [heading.name]
        else:
            found += [f"{heading.name}/{each.name}" for each in heading.qualifiers if each.major]
    return found


def subheadings(article: Article) -> list[str]:
    """Return the subheadings of all headings, each once."""
    return list(dict.fromkeys(each.name for heading in article.mesh for each in heading.qualifiers))


def authors(article: Article) -> list[str]:
    """Return all authors as PubMed lists them, and then as bylines print them where that differs."""
    return _names(article.authors)


def inverted_names(article: Article) -> list[str]:
    """Return the full names of all authors with the last name first: van den Berg Leonard H."""
    return [_inverted(author) for author in article.authors if author.last and author.fore]


def first_author(article: Article) -> list[str]:
    """Return the first author in every way that a query may write the name."""
    return _ways(article.authors[0]) if article.authors else []


def last_author(article: Article) -> list[str]:
    """Return the last author in every way that a query may write the name; none where the list is cut."""
    return _ways(article.authors[-1]) if article.authors and article.authors_complete else []


def groups(article: Article) -> list[str]:
    """Return the authors that are groups."""
    return [author.collective for author in article.authors if author.collective]


def investigators(article: Article) -> list[str]:
    """Return the people listed as investigators, written as authors are, and with the last name first."""
    people = article.investigators
    return _names(people) + [_inverted(person) for person in people if person.last and person.fore]


def author_ids(article: Article) -> list[str]:
    """Return the ORCIDs of authors and investigators."""
    people = (*article.authors, *article.investigators)
    return list(dict.fromkeys(person.orcid for person in people if person.orcid))


def affiliations(article: Article) -> list[str]:
    """Return the affiliations of all authors, each once."""
    return list(dict.fromkeys(place for author in article.authors for place in author.affiliations))


def journal(article: Article) -> list[str]:
    """Return the journal's abbreviation and title."""
    return [article.journal.abbreviation, article.journal.title]


def first_page(article: Article) -> list[str]:
    """Return the first page, as PubMed's [pg] does: of 872-881, 872."""
    found = _FIRST_PAGE.search(article.pages)
    return [found[0]] if found else []


def language_names(article: Article) -> list[str]:
    """Return each language by its code and by its name: ger, German."""
    return [name for code in article.languages for name in (code, languages.name(code)) if name]


def languages_read(article: Article) -> list[str]:
    """Return the languages by their names; one that is not known by its code."""
    return [languages.name(code) or code for code in article.languages]


def trials(article: Article) -> list[str]:
    """Return each number behind the name of its data bank, as PubMed does: ClinicalTrials.gov/NCT01234567."""
    return [f"{bank.name}/{number}" for bank in article.data_banks for number in bank.accessions]


def substances(article: Article) -> list[str]:
    """Return the names of chemicals and proteins."""
    return [substance.name for substance in article.substances]


def registry_numbers(article: Article) -> list[str]:
    """Return the registry and EC numbers of substances."""
    return [each.registry for each in article.substances if each.registry not in {"", _NO_REGISTRY}]


def grants(article: Article) -> list[str]:
    """Return each grant as one text: its number, acronym, agency and country."""
    return [
        " ".join(filter(None, (grant.number, grant.acronym, grant.agency, grant.country)))
        for grant in article.grants
    ]


def references(article: Article) -> list[str]:
    """Return the entries of the reference list as printed."""
    return [reference.text for reference in article.references]


def conflicts(article: Article) -> list[str]:
    """Return the statement on conflicts of interest."""
    return [index_text(article.conflict_of_interest)]


def captions(article: Article) -> list[str]:
    """Return the captions of figures."""
    return [index_text(figure.caption) for figure in article.figures]


def _names(people: Iterable[Author]) -> list[str]:
    """Return names in both orders, since readers type both: van den Berg LH, Leonard van den Berg."""
    shorts, fulls = ([name(person) for person in people] for name in (Author.short, Author.full))
    return shorts + [full for short, full in zip(shorts, fulls, strict=True) if full != short]


def _inverted(person: Author) -> str:
    return " ".join(filter(None, (person.last, person.fore, person.suffix)))


def _ways(person: Author) -> list[str]:
    """Return a name as listed, as printed, inverted, and without its middle names."""
    if not (person.last and person.fore):
        return [person.short()]
    without_middle = f"{person.fore.split()[0]} {person.last}"
    return list(dict.fromkeys((person.short(), person.full(), _inverted(person), without_middle)))
