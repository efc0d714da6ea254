"""What sources leave in a text that is not part of it: link labels, e-mail addresses, joined keywords."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import structs

from crawler.article import Abstract, Markup
from crawler.markup import to_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ARTICLE: Final = r"(?:Free (?:PMC )?|PMC free )article"
_LINK: Final = rf"(?:{_ARTICLE}|Free full text|Cross ?Ref|DOI|Google Scholar|PMC|PubMed)"
_LINK_ENDS: Final = ("article", "text", "Ref", "DOI", "Scholar", "PMC", "PubMed")
_LINK_LABELS: Final = re.compile(
    rf"(?:(?<!\s)\s*(?:[-\N{{EN DASH}}]\s{_LINK}|\[{_LINK}\]|(?<!\w){_ARTICLE})\.?)+\Z"
)
_EMAIL_LABEL: Final = r"(?:electronic address|e-?mail)(?:(?: address)?(?:es)?|s)\b\s?:?"
_EMAIL: Final = re.compile(
    rf"[(\[<]?(?:{_EMAIL_LABEL}\s?)?(?<![\w.+'-])[\w.+'-]+\s?@\s?[\w-]+(?:\.[\w-]+)+\.?[)\]>]?", re.IGNORECASE
)
_LONE_LABEL: Final = re.compile(rf"{_EMAIL_LABEL}\Z", re.IGNORECASE)
_COPYRIGHT: Final = re.compile(
    r"(?<=[.!?)\]])\s+"
    r"(?:(?:Copyright\s*)?\N{COPYRIGHT SIGN}|Copyright\s+(?:\([cC]\)\s*)?(?=\d)|\([cC]\)\s*(?=(?:19|20)\d\d))"
    r"\s*(?:Copyright\s*)?[^<>\n]{0,200}\Z"
)
_STRAY_MARKS: Final = re.compile(r"[\s,;]+(?=[.,;])")
_BRACKETS_OR_COMMA: Final = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|(?P<comma>,(?!\d))")


def copyright_apart(abstract: Abstract) -> Abstract:
    """Return an abstract whose text does not end in a copyright line; that becomes its `copyright`.

    "© 2020 Wiley Periodicals, Inc." at the end of the last section is one, also after "Copyright"; a sign
    within the text is not, nor what goes on for more than a line.
    """
    *before, last = abstract.sections
    found = _COPYRIGHT.search(last.text)
    if not found or not found.start():
        return abstract
    kept = structs.replace(last, text=Markup(last.text[: found.start()].rstrip()))
    line = to_text(Markup(found[0].strip()))
    return structs.replace(abstract, sections=(*before, kept), copyright=abstract.copyright or line)


def without_link_labels(text: str) -> str:
    """Return a citation without the labels of links at its end: "- PMC - PubMed", "Free PMC article"."""
    text = text.rstrip()
    return _LINK_LABELS.sub("", text).rstrip() if text.rstrip(".]").endswith(_LINK_ENDS) else text


def without_emails(text: str) -> str:
    """Return an affiliation without e-mail addresses, what announces them, and the marks they leave behind.

    White space becomes single blanks; an affiliation that was nothing but an address becomes "".
    """
    rest = " ".join(text.split())
    if "@" in rest:
        rest = _STRAY_MARKS.sub("", _EMAIL.sub(" ", rest)).rstrip(" ,;")
        rest = " ".join(_LONE_LABEL.sub("", rest).rstrip(" ,;").split())
    return rest if any(map(str.isalnum, rest)) else ""


def split_keywords(texts: Sequence[str]) -> list[str]:
    """Return the keywords of one list, in order: joined ones apart, no stop at the end, none twice.

    A semicolon always parts them; a comma only where all stand in one element with at least two commas,
    since "Receptors, AMPA" is one keyword. Two that differ in case only are one, the first.
    """
    kept: dict[str, str] = {}
    for text in texts:
        for part in keyword_parts(text, alone=len(texts) == 1):
            kept.setdefault(part.casefold(), part)
    return list(kept.values())


def keyword_parts(text: str, *, alone: bool) -> Iterator[str]:
    """Yield the keywords in one element of a list; `alone` says that it is the only element of the list."""
    for part in _parted(text) if alone and ";" not in text else text.split(";"):
        if keyword := part.strip().rstrip(". "):
            yield keyword


def _parted(text: str) -> list[str]:
    """Return the parts of a text between its commas, where there are two or more outside of brackets."""
    commas = [found.start() for found in _BRACKETS_OR_COMMA.finditer(text) if found["comma"]]
    if len(commas) < 2:
        return [text]
    return [text[start + 1 : end] for start, end in zip([-1, *commas], [*commas, None], strict=True)]
