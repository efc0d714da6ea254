"""How to cite an article: AMA, APA, MLA, NLM and Vancouver, as safe markup of one line each.

Written by hand: the one CSL processor for Python passes three fifths of CSL's own tests (it lacks what MLA
and NLM need), and its styles come as a package of 10,000. The tests hold AMA and APA against it all the same.
Titles keep their own capitals, as PubMed's citations do, since no rule knows what is a name in them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from crawler.article import Markup
from crawler.markup import from_text
from webui.bibliographic import is_chapter, line, notices, page_ends, told, without_stop

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.article import Article, Author

_NAME_PART: Final = re.compile(r"[^\s-]+|-")
_LETTERS: Final = re.compile(r"[^\W\d_a-z][a-z]?")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_OF_MLA: Final = (
    "Jan.",
    "Feb.",
    "Mar.",
    "Apr.",
    "May",
    "June",
    "July",
    "Aug.",
    "Sept.",
    "Oct.",
    "Nov.",
    "Dec.",
)
_QUOTES: Final = str.maketrans({"\N{LEFT DOUBLE QUOTATION MARK}": "\N{LEFT SINGLE QUOTATION MARK}",
                                "\N{RIGHT DOUBLE QUOTATION MARK}": "\N{RIGHT SINGLE QUOTATION MARK}",
                                '"': "'"})  # fmt: skip


class Citation(Struct, frozen=True):
    """A citation: the name of its style, and its text."""

    style: str
    markup: Markup


def citations(article: Article) -> tuple[Citation, ...]:
    """Return the citation of an article in every style; one that was retracted or corrected says so."""
    after = "".join(f" {from_text(told(each))}." for each in notices(article))
    if article.is_retracted and not after:
        after = " Retracted."
    return tuple(Citation(style, Markup(write(article) + after)) for style, write in _STYLES.items())


def _ama(article: Article) -> str:
    """AMA Manual of Style, 11th edition: more than six authors are three and et al."""
    head = _sentence(_listed(article, most=6, then=3))
    return _joined(head, _titled(article), _journal(article, _where(article, _pages(article)), "doi:"))


def _nlm(article: Article) -> str:
    """Citing Medicine, as PubMed writes it: all authors, the date as it is known, and every id."""
    head = _sentence(_listed(article, most=10**6, then=0))
    where = f"{from_text(str(article.date))}{_volume(article)}{_colon(from_text(line(article.pages)))}"
    ids = article.ids
    numbers = [f"PMID: {ids.pmid}"] if ids.pmid else []
    numbers += [f"PMCID: {ids.pmcid}"] if ids.pmcid else []
    tail = _sentence("; ".join(numbers))
    return _joined(head, _titled(article), _journal(article, where, "doi: ", is_slanted=False), tail)


def _vancouver(article: Article) -> str:
    """ICMJE's recommendations: more than six authors are six and et al., the last page is shortened."""
    head = _sentence(_listed(article, most=6, then=6))
    where = _where(article, _pages(article, shortened=True))
    return _joined(head, _titled(article), _journal(article, where, "doi: ", is_slanted=False))


def _apa(article: Article) -> str:
    """APA, 7th edition: up to 20 authors; of more, the first 19 and the last."""
    names = [_apa_name(author) for author in article.authors]
    if len(names) > 20:
        head = f"{', '.join(names[:19])}, \N{HORIZONTAL ELLIPSIS} {names[-1]}"
    elif not article.authors_complete:
        head = ", ".join([*names, "et al."])
    else:
        head = ", &amp; ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
    year = f"({article.date.year or 'n.d.'})."
    title = _sentence(without_stop(article.title))
    first = f"{_sentence(head)} {year} {title}" if head else f"{title} {year}"
    volume = f"<i>{from_text(line(article.volume))}</i>" if article.volume else ""
    issue = f"({from_text(line(article.issue))})" if article.issue else ""
    named = _slanted(article.journal.title or article.journal.abbreviation)
    if is_chapter(article):
        named = _joined(_sentence(f"In {named}"), from_text(line(article.journal.publisher)))
    rest = ", ".join(filter(None, (named, volume + issue, _pages(article, dash="\N{EN DASH}"))))
    return _joined(first, _sentence(rest), _doi(article, "https://doi.org/"))


def _mla(article: Article) -> str:
    """MLA Handbook, 9th edition: one author, two, or the first and et al."""
    title = without_stop(article.title).translate(_QUOTES)
    stop = "" if title.endswith(("?", "!")) else "."
    quoted = f"\N{LEFT DOUBLE QUOTATION MARK}{title}{stop}\N{RIGHT DOUBLE QUOTATION MARK}"
    volume = f"vol. {from_text(line(article.volume))}" if article.volume else ""
    issue = f"no. {from_text(line(article.issue))}" if article.issue else ""
    date = article.date
    when = f"{_OF_MLA[date.month - 1]} {date.year}" if date.month else str(date.year or "")
    publisher = from_text(line(article.journal.publisher)) if is_chapter(article) else ""
    pages = _pages(article, shortened=True, dash="\N{EN DASH}")
    marked = f"{'pp.' if page_ends(article)[1] else 'p.'} {pages}" if pages else ""
    named = _slanted(article.journal.title or article.journal.abbreviation)
    parts = (named, publisher, volume, issue, when, marked, _doi(article, "https://doi.org/"))
    return _joined(_sentence(_mla_names(article)), quoted, _sentence(", ".join(filter(None, parts))))


_STYLES: Final[dict[str, Callable[[Article], str]]] = {
    "AMA": _ama, "APA": _apa, "MLA": _mla, "NLM": _nlm, "Vancouver": _vancouver,
}  # fmt: skip


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))


def _sentence(text: str) -> str:
    """Return a text that ends as a sentence does."""
    return text if not text or re.sub(r"</\w+>$", "", text).endswith((".", "?", "!")) else f"{text}."


def _slanted(text: str) -> str:
    return f"<i>{from_text(line(text))}</i>" if text else ""


def _colon(text: str) -> str:
    return f":{text}" if text else ""


def _titled(article: Article) -> str:
    return _sentence(without_stop(article.title))


def _listed(article: Article, *, most: int, then: int) -> str:
    """Return authors as medical journals list them, a semicolon before groups; of too many, the first."""
    shown = article.authors if len(article.authors) <= most else article.authors[:then]
    is_cut = len(shown) < len(article.authors) or not article.authors_complete
    text = ""
    for author in shown:
        mark = "; " if author.collective else ", "
        text += (mark if text else "") + from_text(line(author.short()))
    return f"{text}, et al" if text and is_cut else text


def _journal(article: Article, where: str, doi: str, *, is_slanted: bool = True) -> str:
    """Return the journal or book, where in it, and the DOI."""
    journal = article.journal
    text = from_text(line(journal.short()).rstrip("."))
    named = f"<i>{text}</i>" if text and is_slanted else str(text)
    if is_chapter(article):
        publisher = from_text(line(journal.publisher))
        place = "; ".join(filter(None, (publisher, str(article.date.year or ""))))
        return _joined(_sentence(f"In: {named}"), _sentence(place), _sentence(_doi(article, doi)))
    # The DOI of AMA has no full stop behind it, which would be taken for a part of it.
    link = _doi(article, doi)
    return _joined(_sentence(named), _sentence(where), link if doi == "doi:" else _sentence(link))


def _where(article: Article, pages: str) -> str:
    """Return year, volume, issue and pages; of what has none of these yet, the day it was put online."""
    date = article.date
    if not (article.volume or pages) and date.month:
        day = f"{date.day}, " if date.day else ""
        return f"Published online {_MONTHS[date.month - 1]} {day}{date.year}"
    return f"{date.year or ''}{_volume(article)}{_colon(pages)}"


def _volume(article: Article) -> str:
    issue = f"({from_text(line(article.issue))})" if article.issue else ""
    return f";{from_text(line(article.volume))}{issue}" if article.volume or issue else ""


def _pages(article: Article, *, shortened: bool = False, dash: str = "-") -> str:
    """Return the pages; the last without the digits that it has in common, except for MLA its last two."""
    first, last = page_ends(article)
    if shortened and last.isdecimal() and len(first) == len(last):
        kept = 2 if dash != "-" else 1
        same = next((n for n, (a, b) in enumerate(zip(first, last, strict=True)) if a != b), 0)
        last = last[min(same, max(len(last) - kept, 0)) :]
    return from_text(f"{first}{dash}{last}" if last else first)


def _doi(article: Article, before: str) -> str:
    return before + from_text(line(article.ids.doi)) if article.ids.doi else ""


def _apa_name(author: Author) -> str:
    if author.collective:
        return from_text(line(author.collective))
    parts = (author.last, _dotted(author), _suffix(author))
    return from_text(line(", ".join(filter(None, parts))))


def _suffix(author: Author) -> str:
    return f"{author.suffix}." if author.suffix in {"Jr", "Sr"} else author.suffix


def _dotted(author: Author) -> str:
    """Return initials with full stops: "L. H." of Leonard H, "J.-P." of Jean-Pierre."""
    if not author.fore or author.fore.isupper():
        return " ".join(f"{letter}." for letter in _LETTERS.findall(author.initials or author.fore))
    dotted = ""
    for part in _NAME_PART.findall(author.fore):
        if part == "-":
            dotted += part
        elif part[0].isupper() or dotted.endswith("-"):
            dotted += f"{' ' if dotted and not dotted.endswith('-') else ''}{part[0]}."
    return dotted


def _mla_names(article: Article) -> str:
    names = article.authors
    if not names:
        return ""
    first = names[0]
    fore = re.sub(r"\b([A-Z])(?=\s|$)", r"\1.", first.fore) or _dotted(first)
    inverted = first.collective or ", ".join(filter(None, (first.last, fore, _suffix(first))))
    if len(names) > 2 or not article.authors_complete:
        return from_text(line(f"{inverted}, et al"))
    if len(names) == 2:
        second = names[1]
        given = re.sub(r"\b([A-Z])(?=\s|$)", r"\1.", second.fore) or _dotted(second)
        own = second.collective or " ".join(filter(None, (given, second.last, _suffix(second))))
        return from_text(line(f"{inverted}, and {own}"))
    return from_text(line(inverted))
