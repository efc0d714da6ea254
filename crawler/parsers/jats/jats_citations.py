"""One citation of a JATS reference list as a line of text: as it is printed, or in PubMed's style."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from crawler.parsers.cleaning import without_link_labels
from crawler.parsers.jats.jats_names import NAMES, person_or_group
from crawler.parsers.jats.jats_tree import bridge, doi_of, drop, drop_all, href, text_without
from crawler.parsers.xml.xml_text import child_text, child_texts, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml import etree

_EMPHASIS: Final = frozenset(
    "abbrev b bold fixed-case i inline-formula italic monospace named-content overline roman sans-serif sc"
    " strike styled-content sub sup tex-math underline xref".split()
)
_IDS: Final = ("pub-id", "object-id")
_NOT_PRINTED: Final = ("label", "fn", "inline-graphic", "private-char")
_NAME_PARTS: Final = ("surname", "given-names", "prefix", "suffix")
_PEOPLE: Final = ("name", "string-name", "collab", "etal")
_TITLES: Final = ("article-title", "chapter-title", "part-title", "data-title")
_LAST: Final = (
    "conf-name", "conf-date", "conf-loc", "series", "version", "patent", "std", "gov", "comment",
    "annotation", "date-in-citation", "access-date",
)  # fmt: skip
_SENTENCE_ENDS: Final = (".", "?", "!")
_BEFORE_MARK: Final = re.compile(r" +(?=[,;.:])")
_PAGE_MARKS: Final = frozenset({"p", "pp"})
_EDITORS: Final = frozenset({"editor", "guest-editor"})


def citation_text(citation: etree._Element) -> str:
    """Return a citation on one line: as printed where its parts stand in a text, else in PubMed's style.

    The tree is changed: ids that no reader sees are taken out of a printed one.
    """
    if citation.tag == "note" or _is_printed(citation):
        return _printed(citation)
    return _rendered(citation) or _printed(citation)


def _is_printed(citation: etree._Element) -> bool:
    """Say whether a citation has text between its parts, as `element-citation` must not."""
    if citation.tag in {"element-citation", "nlm-citation"}:
        return False
    texts = [citation.text, *(child.tail for child in citation)]
    return not len(citation) or any(text and text.strip() for text in texts)


def _printed(citation: etree._Element) -> str:
    """Return the text as printed; parts that touch get a blank, and names a comma where they touch."""
    for each in list(citation.iterdescendants(*_IDS)):
        before = each.getprevious()
        leading = (each.getparent().text if before is None else before.tail) or ""  # type: ignore[union-attr] # inside
        if _stands_alone(leading, each.tail or ""):
            drop(each)
    drop_all(citation, _NOT_PRINTED)
    for each in citation.iter("etal"):
        each.text = plain(each) or "et al"
    for name in citation.iter("name"):
        bridge(name, _NAME_PARTS, " ")
    bridge(citation, _PEOPLE, ", ")
    bridge(citation, ("fpage", "lpage"), "-")
    for each in citation.iterdescendants("*"):
        after = each.getnext()
        if after is not None and not each.tail and _EMPHASIS.isdisjoint({each.tag, after.tag}):
            each.tail = " "
    return without_link_labels(plain(citation))


def _stands_alone(leading: str, trailing: str) -> bool:
    """Say whether an id between these texts is one for machines: neither announced nor within a sentence."""
    is_announced = leading.rstrip().lower().endswith((":", "/", "=", "(", "[", "doi", "pmid", "pmcid"))
    return not is_announced and not any(map(str.isalnum, trailing))


def _rendered(citation: etree._Element) -> str:
    """Return a citation in PubMed's style.

    An article is `Authors. Title. Journal. Year;Volume(Issue):Pages.`, a chapter `Authors. Title. In:
    Editors, editors. Book. Place: Publisher; Year. p. Pages.`; what else is said, an address say, comes last.
    """
    drop_all(citation, _NOT_PRINTED)
    authors, editors = _people(citation)
    title = next(filter(None, (child_text(citation, tag) for tag in _TITLES)), "")
    translated = child_text(citation, "trans-title")
    source = child_text(citation, "source") or child_text(citation, "trans-source")
    collection = f"In: {editors}" if editors and authors else ""
    if source and not collection and child_text(citation, "chapter-title"):
        source = f"In: {source}"
    sentences = [
        authors or editors,
        title or (f"[{translated}]" if translated else ""),
        *([collection, source] if title else [source, collection.replace("In: ", "", 1)]),
        _edition(citation),
        *_imprint(citation),
        *_last(citation),
    ]
    return " ".join(
        each if each.endswith(_SENTENCE_ENDS) else f"{each}."
        for each in (_BEFORE_MARK.sub("", sentence).strip(" ,;") for sentence in sentences)
        if each.strip(".")
    )


def _people(citation: etree._Element) -> tuple[str, str]:
    """Return the authors and the editors, each "Smith J, van den Berg LH, et al"."""
    authors = list(_names(citation.iterchildren(*NAMES, "etal")))
    editors: list[str] = []
    for group in citation.iterchildren("person-group"):
        names = _names(group.iterchildren(*NAMES, "etal"))
        (editors if group.get("person-group-type", "").lower() in _EDITORS else authors).extend(names)
    if editors:
        editors.append("editor" if len(editors) == 1 else "editors")
    return ", ".join(authors), ", ".join(editors)


def _names(elements: Iterable[etree._Element]) -> Iterator[str]:
    for element in elements:
        name = "et al" if element.tag == "etal" else person_or_group(element).short()
        if name:
            yield name


def _edition(citation: etree._Element) -> str:
    edition = child_text(citation, "edition")
    return edition if not edition or "ed" in edition.lower() else f"{edition} ed"


def _imprint(citation: etree._Element) -> Iterator[str]:
    """Yield when and where it appeared: `2001;357(2):1191-1194`, or `London: Bogue; 1880` and `p. 12`."""
    year, volume, issue, pages = (
        _year(citation),
        _volume(citation),
        child_text(citation, "issue"),
        _pages(citation),
    )
    place, publisher = child_text(citation, "publisher-loc"), child_text(citation, "publisher-name")
    published = ": ".join(filter(None, (place, publisher)))
    if published:
        numbers = f"Vol. {volume}" if volume else ""
        yield from filter(None, (numbers, "; ".join(filter(None, (published, year)))))
        yield f"p. {pages}" if pages else ""
        return
    within = f"{volume}({issue})" if issue else volume
    dated = ";".join(filter(None, (year, within)))
    yield ":".join(filter(None, (dated, pages if dated else f"p. {pages}" if pages else "")))


def _year(citation: etree._Element) -> str:
    """Return the year, with month and day where there is no volume, as of a newspaper or a page online."""
    holder = citation.find("date")
    holder = citation if holder is None else holder
    year = child_text(holder, "year") or child_text(citation, "year") or child_text(holder, "string-date")
    if child_text(citation, "volume"):
        return year
    return " ".join(filter(None, (year, child_text(holder, "month"), child_text(holder, "day"))))


def _volume(citation: etree._Element) -> str:
    supplement = child_text(citation, "supplement")
    if supplement and "suppl" not in supplement.lower():
        supplement = f"Suppl {supplement}"
    return " ".join(filter(None, (child_text(citation, "volume"), supplement)))


def _pages(citation: etree._Element) -> str:
    ends = (child_text(citation, "fpage"), child_text(citation, "lpage"))
    given = "-".join(dict.fromkeys(filter(None, ends)))
    return child_text(citation, "page-range") or given or child_text(citation, "elocation-id")


def _last(citation: etree._Element) -> Iterator[str]:
    """Yield what is said besides, in the order of the record, and an address that no comment tells."""
    told = ""
    for child in citation.iterchildren(*_LAST):
        text = plain(child)
        told += text
        if text.strip(".") not in _PAGE_MARKS:
            yield text
    for link in citation.iterchildren("ext-link", "uri"):
        text = text_without(link, ()) or href(link)
        if text not in told and not doi_of(text):
            yield text
    yield from child_texts(citation, "institution")
