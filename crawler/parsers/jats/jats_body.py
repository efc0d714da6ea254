"""The full text of a JATS article, its figures, and what its authors say of their interests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.article import Figure, Markup, Section
from crawler.markup import from_xml, to_text
from crawler.parsers.jats.jats_tree import drop, drop_all, is_inside, text_without
from crawler.parsers.xml.xml_text import plain

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_FURNITURE: Final = (
    "alt-text array attrib-list chem-struct-wrap copyright-holder copyright-statement copyright-year fn"
    " fn-group index-term inline-graphic inline-supplementary-material license long-desc media object-id"
    " permissions ref-list supplementary-material table table-wrap table-wrap-foot table-wrap-group"
).split()
_FLOATS: Final = ("fig", "fig-group", "graphic")
_HEADINGS: Final = frozenset({"title", "label", "sec-meta", "subtitle"})
_PARTS: Final = frozenset({"sec", "boxed-text", "app"})
_OWN_DOI: Final = re.compile(r"DOI:? ?(?:https?://(?:dx\.)?doi\.org/)?10\.\S+", re.IGNORECASE)
_CONFLICT_KINDS: Final = frozenset({"conflict", "coi-statement", "coi", "competing-interests", "interest"})
_INTERESTS: Final = (
    r"(?:conflicts?\s+of\s+interests?|(?:competing|conflicting)\s+(?:\w+\s+)?interests?"
    r"|declarations?\s+of\s+interests?|dual(?:ity|ities)\s+of\s+interests?)"
)
_CONFLICT: Final = re.compile(rf"\b{_INTERESTS}\b", re.IGNORECASE)
_AROUND: Final = (
    r"(?:\W*\b(?:authors?|s|declarations?|disclosures?|statements?|potential|financial|of|on|and|the|any)\b)*"
)
_CONFLICT_HEADING: Final = re.compile(rf"{_AROUND}\W*{_INTERESTS}{_AROUND}\W*", re.IGNORECASE)
_HOLDERS: Final = ("sec", "notes", "ack", "fn")


def prune(element: etree._Element) -> etree._Element:
    """Return an element after taking out what is not running text, such as figures, tables and notes."""
    drop_all(element, (*_FURNITURE, *_FLOATS))
    for paragraph in list(element.iter("p")):
        # eLife's objects carry their own DOI in a paragraph below.
        if _OWN_DOI.fullmatch(plain(paragraph)):
            drop(paragraph)
    return element


def body(article: etree._Element) -> tuple[Section, ...]:
    """Return the full text, the appendices after it: a section for the paragraphs below each heading.

    The label is the path of headings, "Methods / Patients"; what stands above the first has none. The tree is
    changed: figures and statements of interest must have been taken from it before.
    """
    found: list[Section] = []
    for part in (article.find("body"), *article.iterfind("back/app-group"), *article.iterfind("back/app")):
        if part is not None:
            _lift_boxes(prune(part))
            found += sections(part, () if part.tag != "app" else _path((), part))
    return tuple(found)


def sections(element: etree._Element, path: tuple[str, ...]) -> Iterator[Section]:
    """Yield a section for each run of paragraphs in an element, and for those in the parts below it."""
    run: list[Markup] = []
    for child in element:
        if child.tag not in _PARTS:
            if child.tag not in _HEADINGS and (text := from_xml(child)):
                run.append(text)
            continue
        yield from _joined(run, path)
        run = []
        yield from sections(child, _path(path, child))
    yield from _joined(run, path)


def heading(element: etree._Element) -> str:
    """Return the title of a part without marks of footnotes, or its label where it has no title."""
    title = element.find("title")
    text = "" if title is None else text_without(title, ("fn",))
    label = element.find("label")
    return (text or ("" if label is None else plain(label))).rstrip(" :.")


def figures(article: etree._Element) -> tuple[Figure, ...]:
    """Return the figures of text, appendices and floats, in order; a caption is its title and its text.

    A group of figures counts where it has a caption of its own. Captions of tables, videos and files do not.
    """
    found = []
    for part in article.iterchildren("body", "back", "floats-group", "floats-wrap"):
        for element in part.iter("fig", "fig-group"):
            label, caption = element.find("label"), element.find("caption")
            text = Markup("") if caption is None else from_xml(prune(caption))
            if text or (label is not None and element.tag == "fig"):
                found.append(Figure("" if label is None else plain(label).rstrip(" .:"), text))
    return tuple(found)


def conflict_of_interest(article: etree._Element) -> Markup:
    """Return what notes and sections say of conflicts of interest, and take such sections out of the text.

    A note is known by its kind, or where it has none by its words; a section by its kind or its title.
    """
    found: list[Markup] = []
    for element in list(article.iter(*_HOLDERS)):
        if not _is_conflict(element):
            continue
        texts = [from_xml(each) for each in element.iter("p") if not is_inside(each, "p")]
        found += [text for text in texts if to_text(text)]
        drop(element)
    return Markup(" ".join(dict.fromkeys(found)))


def _is_conflict(element: etree._Element) -> bool:
    kinds = ("fn-type", "sec-type", "notes-type", "content-type")
    if any(element.get(kind, "").lower() in _CONFLICT_KINDS for kind in kinds):
        return True
    if element.tag == "fn":
        is_note = not is_inside(element, "table-wrap", "fig")
        return is_note and not element.get("fn-type") and bool(_CONFLICT.search(plain(element)))
    return bool(_CONFLICT_HEADING.fullmatch(heading(element)))


def _path(path: tuple[str, ...], part: etree._Element) -> tuple[str, ...]:
    return (*path, *filter(None, [heading(part)]))


def _joined(run: list[Markup], path: tuple[str, ...]) -> Iterator[Section]:
    if run:
        yield Section(Markup(" ".join(run)), " / ".join(path))


def _lift_boxes(element: etree._Element) -> None:
    """Set each box that stands in a paragraph behind it, with its caption's title as its own."""
    for box in reversed(list(element.iter("boxed-text"))):
        for caption in list(box.iterchildren("caption")):
            place = box.index(caption)
            for child in list(caption):
                box.insert(place, child)
                place += 1
            drop(caption)
        outer = box
        while (
            (parent := outer.getparent()) is not None and parent is not element and parent.tag not in _PARTS
        ):
            outer = parent
        if outer is not box:
            drop(box)
            outer.addnext(box)
