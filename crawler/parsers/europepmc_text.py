"""Texts with a few tags in them and signs that are none: "H<sub>2</sub>S rose (p<LOD, n > 3)"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.article import Section
from crawler.markup import clean, from_html, to_text

if TYPE_CHECKING:
    from crawler.article import Markup

_TAGS: Final = "i|em|italic|b|strong|bold|u|sub|sup|p|br|div|span|li|ul|ol|h[1-6]|title|sec|jats:[a-z]+"
_OTHER_SIGN: Final = re.compile(rf"<(?!/?(?:{_TAGS})(?:\s+[\w:-]+\s*=[^<>]*)?\s*/?>)", re.IGNORECASE)
_OTHER_AMPERSAND: Final = re.compile(r"&(?!#?[0-9A-Za-z]{1,31};)")
_HEADING: Final = re.compile(r"<h4>((?:(?!</?h4>).){0,300})</h4>", re.IGNORECASE | re.DOTALL)


def tagged(text: str) -> Markup:
    """Return the markup of a text in which only known tags are tags, and every other `<` is a sign."""
    return from_html(_OTHER_AMPERSAND.sub("&amp;", _OTHER_SIGN.sub("&lt;", text)))


def untagged(text: str) -> str:
    """Return the plain text of such a text."""
    return to_text(tagged(text)) if "<" in text or "&" in text else clean(text)


def headed_sections(text: str) -> tuple[Section, ...]:
    """Return the sections of an abstract with headings, `<h4>Methods</h4>`; what is empty is left out."""
    first, *others = _HEADING.split(text)
    parts = [Section(tagged(first))]
    for heading, part in zip(others[::2], others[1::2], strict=True):
        label = untagged(heading).rstrip(": ")
        parts.append(Section(tagged(part), "" if label.casefold() == "unlabelled" else label))
    return tuple(part for part in parts if part.text)
