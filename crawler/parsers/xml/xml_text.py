"""The text of XML elements, and of their children."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.markup import clean, from_xml, to_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    # The children of an element by name, read in one pass.
    Family = dict[str, list[etree._Element]]  # noqa: SLF001 - lxml has no public name for an element


def plain(element: etree._Element | None) -> str:
    """Return the text of an element, whatever markup it holds; nothing for no element."""
    if element is None:
        return ""
    if len(element):
        return to_text(from_xml(element))
    text = element.text
    if not text:
        return ""
    # Most texts are names and numbers: what is plain ASCII with single blanks needs no closer look.
    return text.strip() if text.isascii() and text.isprintable() and "  " not in text else clean(text)


def first(parent: etree._Element | None, tag: str) -> etree._Element | None:
    """Return the first child of this name, or None; many times faster than lxml's own `find`."""
    return None if parent is None else next(parent.iterchildren(tag), None)


def child_text(parent: etree._Element | None, tag: str) -> str:
    """Return the text of the first child of this name; nothing where parent or child is missing."""
    if parent is not None:
        for child in parent:
            if child.tag == tag:
                return plain(child)
    return ""


def child_texts(parent: etree._Element | None, tag: str) -> tuple[str, ...]:
    """Return the texts of all children of this name, without empty ones."""
    return () if parent is None else tuple(filter(None, map(plain, parent.iterchildren(tag))))


def texts_by_tag(parent: etree._Element | None) -> dict[str, str]:
    """Return the text of the last child of each name; nothing for no element."""
    return {} if parent is None else {str(child.tag): plain(child) for child in parent.iterchildren()}


def by_tag(parent: etree._Element | None) -> Family:
    """Return the children of an element by their names; none for no element."""
    family: Family = {}
    if parent is not None:
        for child in parent:
            tag = child.tag
            if tag in family:
                family[tag].append(child)
            else:
                family[tag] = [child]
    return family


def one(family: Family, tag: str) -> etree._Element | None:
    """Return the first child of this name, or None."""
    return family[tag][0] if tag in family else None


def text(family: Family, tag: str) -> str:
    """Return the text of the first child of this name; nothing where there is none."""
    return plain(family[tag][0]) if tag in family else ""


def texts(family: Family, tag: str) -> tuple[str, ...]:
    """Return the texts of all children of this name, without empty ones."""
    return tuple(filter(None, map(plain, family[tag]))) if tag in family else ()


def entries(family: Family, list_tag: str, tag: str) -> Iterator[etree._Element]:
    """Yield the elements `tag` in every child `list_tag`."""
    for each in family.get(list_tag, ()):
        yield from each.iterchildren(tag)
