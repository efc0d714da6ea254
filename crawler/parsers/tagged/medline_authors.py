"""The names of a MEDLINE record: authors, groups, editors and investigators, with what belongs to each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import replace

from crawler.article import Author
from crawler.identity import normal_orcid
from crawler.markup import clean
from crawler.parsers.cleaning import without_emails
from crawler.parsers.names import listed_person, stands_for_others

if TYPE_CHECKING:
    from crawler.parsers.tagged.tagged_lines import Fields

_IN_FULL: Final = {"FAU": "authors", "FED": "editors", "FIR": "investigators"}
_CITED: Final = {"AU": "authors", "ED": "editors", "IR": "investigators"}
_BELONGING: Final = frozenset({"AD", "IRAD", "AUID"})


class Byline(Struct, frozen=True, kw_only=True):
    """Who made a work; `is_complete` is False where "et al." stands for more of them."""

    authors: tuple[Author, ...] = ()
    editors: tuple[Author, ...] = ()
    investigators: tuple[Author, ...] = ()
    is_complete: bool = True


class _Name(Struct):
    """A name while its lines are read."""

    role: str
    full: str = ""
    cited: str = ""
    collective: str = ""
    orcid: str = ""
    affiliations: list[str] = field(default_factory=list)


def byline(found: Fields) -> Byline:
    """Return the names of a record in its order.

    An affiliation or ORCID belongs to the name above it; an affiliation above all names, as old records have
    it, to the first.
    """
    names: list[_Name] = []
    early = _Name("")
    for tag, value in found.pairs:
        text = clean(value)
        current = names[-1] if names else early
        if role := _IN_FULL.get(tag):
            names.append(_Name(role, full=text))
        elif role := _CITED.get(tag):
            if current.role == role and current.full and not current.cited:
                current.cited = text
            else:
                names.append(_Name(role, cited=text))
        elif tag == "CN":
            names.append(_Name("authors", collective=text))
        elif tag in _BELONGING:
            _attach(current, tag, text)
    if names:
        names[0].affiliations[:0] = early.affiliations
    return _byline(names)


def _attach(name: _Name, tag: str, text: str) -> None:
    if tag != "AUID":
        name.affiliations.append(without_emails(text))
    elif text.upper().startswith("ORCID"):
        name.orcid = name.orcid or normal_orcid(text)


def _byline(names: list[_Name]) -> Byline:
    known = [name for name in names if not stands_for_others(name.cited or name.full)]
    by_role = {
        role: tuple(author for name in known if name.role == role and (author := _author(name)).short())
        for role in _CITED.values()
    }
    return Byline(**by_role, is_complete=len(known) == len(names))


def _author(name: _Name) -> Author:
    author = Author(collective=name.collective) if name.collective else listed_person(name.full, name.cited)
    places = tuple(dict.fromkeys(filter(None, name.affiliations)))
    return replace(author, orcid=name.orcid, affiliations=places)
