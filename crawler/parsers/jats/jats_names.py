"""The people and groups that JATS names: in bylines, with their affiliations, and in citations."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from crawler.article import Author
from crawler.identity import normal_orcid
from crawler.markup import clean
from crawler.parsers.cleaning import without_emails
from crawler.parsers.jats.jats_tree import bridge, href, is_inside, text_without
from crawler.parsers.names import initials, printed_person
from crawler.parsers.xml.xml_text import child_text, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

NAMES: Final = ("name", "string-name", "name-alternatives", "collab", "collab-alternatives")
"""The elements that name a person or a group."""

_ALTERNATIVES: Final = frozenset({"name-alternatives", "collab-alternatives"})
_GROUP_PARTS: Final = ("contrib-group", "aff", "xref", "email", "address", "bio", "fn", "label")
_PLACES: Final = ("aff", "aff-alternatives")
_PLACE_PARTS: Final = (
    "institution institution-wrap addr-line city state country postal-code named-content"
).split()
_NOT_PLACES: Final = ("label", "institution-id", "fn", "xref")
_BEFORE_MARK: Final = re.compile(r" +(?=[,;])")
_DOUBLE_MARK: Final = re.compile(r"([,;])(?: ?[,;])+")


def byline(meta: etree._Element) -> tuple[tuple[Author, ...], tuple[Author, ...], bool]:
    """Return the authors, the members of their groups, and whether the byline names everybody.

    Editors and other contributors are neither; a contributor whose type is not said is an author.
    """
    groups = list(meta.iterchildren("contrib-group"))
    places = {each.get("id", ""): each for each in meta.iter(*_PLACES) if each.get("id")}
    authors: list[Author] = []
    members: list[Author] = []
    for group in groups:
        for contrib in group.iterchildren("contrib"):
            kinds = contrib.get("contrib-type", "author").lower().replace("_", " ").split()
            if "author" not in kinds and kinds:
                continue
            (members if "non-byline" in kinds else authors).extend(_contributors(contrib, places))
            for inner in contrib.iterfind(".//collab//contrib"):
                members += _contributors(inner, places)
    complete = not any(group.find("etal") is not None for group in groups)
    return _with_only_place(authors, meta), tuple(members), complete


def person_or_group(element: etree._Element) -> Author:
    """Return the name in one of `NAMES`, of alternatives the first; an empty author where there is none."""
    if element.tag in _ALTERNATIVES:
        # The one in Latin letters is what is searched for, wherever it stands.
        inner = sorted(element.iterchildren(*NAMES), key=lambda each: each.get("name-style") == "eastern")
        return person_or_group(inner[0]) if inner else Author()
    if element.tag == "collab":
        return Author(collective=text_without(element, _GROUP_PARTS).strip(" ,;"))
    last, fore, suffix = (child_text(element, tag) for tag in ("surname", "given-names", "suffix"))
    if not last and not fore:
        return printed_person(plain(element).strip(" ,;")) if element.tag == "string-name" else Author()
    given = element.find("given-names")
    short = clean(given.get("initials", "")) if given is not None else ""
    if not last:
        return Author(last=fore)
    return Author(last=last, fore=fore, initials=short or initials(fore), suffix=suffix.strip(" ,."))


def _contributors(contrib: etree._Element, places: dict[str, etree._Element]) -> Iterator[Author]:
    """Yield the people and groups that a `contrib` names, with its affiliations and its ORCID."""
    own = [places[rid] for rid in _references(contrib, "aff") if rid in places]
    nested = [each for each in contrib.iter(*_PLACES) if not is_inside(each, "collab", "aff-alternatives")]
    affiliations = tuple(dict.fromkeys(filter(None, map(_affiliation, (*own, *nested)))))
    orcid = next(filter(None, map(_orcid, contrib.iterchildren("contrib-id", "uri", "ext-link"))), "")
    for element in contrib.iterchildren(*NAMES):
        author = person_or_group(element)
        if author.short() or author.fore:
            yield replace(author, orcid=orcid, affiliations=affiliations)


def _references(contrib: etree._Element, kind: str) -> Iterator[str]:
    yield from contrib.get("rid", "").split()
    for link in contrib.iter("xref"):
        if link.get("ref-type") == kind and not is_inside(link, "collab"):
            yield from link.get("rid", "").split()


def _with_only_place(authors: Iterable[Author], meta: etree._Element) -> tuple[Author, ...]:
    """Return the authors, with the affiliation of all where there is just one and nobody refers to it."""
    places = [
        each for group in (meta, *meta.iterchildren("contrib-group")) for each in group.iterchildren("aff")
    ]
    if len(places) == 1 and not any(author.affiliations for author in authors):
        only = tuple(filter(None, [_affiliation(places[0])]))
        return tuple(replace(author, affiliations=only) for author in authors)
    return tuple(authors)


def _affiliation(element: etree._Element) -> str:
    """Return an affiliation on one line, without number and e-mail addresses, commas between its parts."""
    if element.tag == "aff-alternatives":
        return next(map(_affiliation, element.iterchildren("aff")), "")
    first = next(element.iterchildren("*"), None)
    if first is not None and first.tag == "sup" and not (element.text or "").strip():
        first.tag = "label"
    bridge(element, _PLACE_PARTS, ", ")
    text = without_emails(text_without(element, _NOT_PLACES))
    return _DOUBLE_MARK.sub(r"\1", _BEFORE_MARK.sub("", text)).strip(" ,;")


def _orcid(element: etree._Element) -> str:
    """Return the ORCID in an id or a link, or nothing."""
    text = plain(element) or href(element)
    is_one = element.get("contrib-id-type", "").lower() == "orcid" or "orcid.org/" in text + href(element)
    return normal_orcid(text) or normal_orcid(href(element)) if is_one else ""
