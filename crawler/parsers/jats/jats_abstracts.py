"""The abstracts of a JATS article: the main one, those in other languages, and those for lay readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.article import PLAIN_LANGUAGE, Abstract, Section
from crawler.markup import from_xml
from crawler.parsers.cleaning import copyright_apart
from crawler.parsers.jats.jats_body import heading, prune, sections
from crawler.parsers.jats.jats_tree import language
from crawler.parsers.languages import language_code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_NO_TEXT: Final = frozenset(
    {"toc", "teaser", "graphical", "graphical-abstract", "video", "audio", "key-image"}
)
_LAY: Final = re.compile(
    r"plain.?language|\blay\b|non-?technical|\bdigest\b"
    r"|(?:author|editors?|executive|patient|public)(?:'?s?'?)[ -]summary",
    re.IGNORECASE,
)
_HEADINGS: Final = frozenset({"title", "label", "sec-meta"})


def abstracts(meta: etree._Element) -> tuple[Abstract | None, tuple[Abstract, ...]]:
    """Return the main abstract, which is the first that has no type, and the others.

    Those for lay readers are of the kind `PLAIN_LANGUAGE`, by their type or their title ("Author summary");
    others keep their type as kind. A picture, a teaser or a line for the table of contents is no abstract.
    """
    main: Abstract | None = None
    others: list[Abstract] = []
    for element in meta.iterchildren("abstract", "trans-abstract"):
        kind = element.get("abstract-type", "").strip().lower()
        sections = () if kind in _NO_TEXT else tuple(_sections(prune(element)))
        if not sections:
            continue
        code = language_code(language(element))
        kind = PLAIN_LANGUAGE if _LAY.search(f"{kind} {heading(element)}") else kind
        if element.tag == "abstract" and not kind and main is None:
            main = copyright_apart(Abstract(sections=sections, language="" if code == "eng" else code))
        else:
            others.append(Abstract(sections=sections, kind=kind, language=code))
    return main, tuple(others)


def _sections(element: etree._Element) -> Iterator[Section]:
    """Yield a section for each titled part, and one for each paragraph that stands outside of those."""
    for child in element:
        if child.tag == "sec":
            yield from sections(child, tuple(filter(None, [heading(child)])))
        elif child.tag not in _HEADINGS and (text := from_xml(child)):
            yield Section(text)
