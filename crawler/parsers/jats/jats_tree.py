"""What is done to the tree of a JATS article before text is taken from it."""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING, Final

from crawler.identity import normal_doi
from crawler.parsers.xml.xml_text import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from lxml import etree

_XLINK: Final = "{http://www.w3.org/1999/xlink}href"
_LANG: Final = "{http://www.w3.org/XML/1998/namespace}lang"
_DOI_URI: Final = re.compile(r"\A\s*info:doi/", re.IGNORECASE)


def drop(element: etree._Element) -> None:
    """Take an element out of its tree; the text after it stays where it is."""
    parent, tail = element.getparent(), element.tail
    if parent is None:
        return
    before = element.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    elif tail:
        parent.text = (parent.text or "") + tail
    parent.remove(element)
    element.tail = None


def is_inside(element: etree._Element, *tags: str) -> bool:
    """Say whether an element stands, at any depth, in one of these names."""
    return next(element.iterancestors(*tags), None) is not None


def drop_all(element: etree._Element, tags: Iterable[str]) -> None:
    """Take all elements of these names out of an element, at any depth."""
    for each in list(element.iterdescendants(*tags)):
        drop(each)


def text_without(element: etree._Element, tags: Iterable[str]) -> str:
    """Return the text of an element without that of the elements of these names; the tree stays as it is."""
    copy = deepcopy(element)
    copy.tail = None
    drop_all(copy, tags)
    return plain(copy)


def bridge(element: etree._Element, tags: Collection[str], between: str) -> None:
    """Set text between neighbours of these names, at any depth, that have nothing but white space between."""
    for each in element.iterdescendants(*tags):
        after = each.getnext()
        if after is not None and after.tag in tags and not (each.tail or "").strip():
            each.tail = between


def href(element: etree._Element) -> str:
    """Return the address that an element links to, or nothing."""
    return element.get(_XLINK, "").strip()


def language(element: etree._Element) -> str:
    """Return the `xml:lang` of an element itself, or nothing."""
    return element.get(_LANG, "")


def doi_of(text: str) -> str:
    """Return the DOI that a text or an address is, `info:doi/` before it or not, or nothing."""
    return normal_doi(_DOI_URI.sub("", text))
