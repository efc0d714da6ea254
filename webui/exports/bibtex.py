"""BibTeX in UTF-8, as biber and every reference manager read it; markup of titles becomes commands of LaTeX.

Words whose capitals mean something (SOD1, TDP-43, mRNA) stand in braces, so that no style makes them small.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from webui import languages
from webui.bibliographic import (
    abstract_words,
    address,
    is_chapter,
    line,
    page_ends,
    remarks,
    subjects,
    without_stop,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.article import Article, Author, Markup

_MONTHS: Final = " jan feb mar apr may jun jul aug sep oct nov dec".split(" ")
_PIECE: Final = re.compile(r"(</?(?:i|b|u|sub|sup)>)")
_COMMANDS: Final = {
    "<i>": r"\textit{", "<b>": r"\textbf{", "<u>": r"\underline{",
    "<sub>": r"\textsubscript{", "<sup>": r"\textsuperscript{",
}  # fmt: skip
# Controls, which no line of text holds: they become braces once the braces of the text are escaped.
_OPEN, _CLOSE = "\x01", "\x02"
_SPECIAL: Final = {
    "\\": r"{\textbackslash}", "~": r"{\textasciitilde}", "^": r"{\textasciicircum}",
    "&": r"\&", "%": r"\%", "$": r"\$", "#": r"\#", "_": r"\_", _OPEN: "{", _CLOSE: "}",
}  # fmt: skip
_PAIRED: Final = str.maketrans(_SPECIAL | {"{": r"\{", "}": r"\}"})
# BibTeX counts braces behind a backslash too: one without its fellow would swallow the rest of the file.
_LONE: Final = str.maketrans(_SPECIAL | {"{": r"{\textbraceleft}", "}": r"{\textbraceright}"})
_WORD: Final = re.compile(r"[^\W_](?:[\w-]*[^\W_])?")
_NOT_KEY: Final = re.compile(r"[^A-Za-z0-9.:/-]")
_AND: Final = re.compile(r"\band\b|,", re.IGNORECASE)
# LaTeX makes one sign of two: a dash of --, quotes of `` and '', and what Spanish begins with of ?` and !`.
_LIGATURE: Final = re.compile(r"-(?=-)|'(?=')|[`?!](?=`)")
_IN_ADDRESS: Final = str.maketrans({"{": "%7B", "}": "%7D", "\\": "%5C"})


def record(article: Article) -> bytes:
    """Return the entry of an article, with the empty line behind it."""
    fields = "".join(f"  {name} = {value},\n" for name, value in _fields(article) if value not in {"", "{}"})
    return f"@{_kind(article)}{{{_key(article)},\n{fields}}}\n\n".encode()


def _fields(article: Article) -> Iterator[tuple[str, str]]:
    ids, journal, date = article.ids, article.journal, article.date
    first, last = page_ends(article)
    yield "author", _braced(" and ".join(_names(article)))
    yield "title", _braced(_title(article.title))
    where = "booktitle" if is_chapter(article) else "journal"
    yield where, _braced(_escaped(line(journal.title or journal.abbreviation)))
    yield "shortjournal", _braced(_escaped(line(journal.abbreviation)))
    yield "publisher", _braced(_escaped(line(journal.publisher)))
    yield "year", _braced(str(date.year or ""))
    yield "month", _MONTHS[date.month]
    yield "volume", _braced(_escaped(line(article.volume)))
    yield "number", _braced(_escaped(line(article.issue)))
    yield "pages", _braced(_escaped(first) + (f"--{_escaped(last)}" if last else ""))
    yield "issn", _braced(_escaped(line(", ".join(journal.issns))))
    # Readers take these as they are, without commands of LaTeX.
    yield "doi", _braced(line(ids.doi).translate(_IN_ADDRESS))
    yield "pmid", _braced(ids.pmid)
    yield "pmcid", _braced(ids.pmcid)
    yield "url", _braced(address(article).translate(_IN_ADDRESS))
    yield "language", _braced(_escaped(", ".join(languages.name(each) or each for each in article.languages)))
    yield "type", _braced(_escaped(line("; ".join(article.publication_types))))
    yield "keywords", _braced(_escaped("; ".join(subjects(article))))
    yield "note", _braced(_escaped(" ".join(remarks(article))))
    yield "abstract", _braced(_escaped(abstract_words(article.abstract)) if article.abstract else "")


def _braced(text: str) -> str:
    return f"{{{text}}}"


def _kind(article: Article) -> str:
    return "incollection" if is_chapter(article) else "article"


def _key(article: Article) -> str:
    """Return the key of an entry: PMID39337454, PMC11278965, or the DOI, its rarer signs as numbers."""
    ids = article.ids
    name = f"PMID{ids.pmid}" if ids.pmid else ids.pmcid or f"doi:{ids.doi.lower()}"
    return _NOT_KEY.sub(lambda sign: f"_{ord(sign[0]):x}_", name)


def _names(article: Article) -> Iterator[str]:
    yield from map(_name, article.authors)
    if article.authors and not article.authors_complete:
        yield "others"


def _name(author: Author) -> str:
    """Return a name in the order that says which part is which; a group, or what would be two, in braces."""
    if author.collective:
        return _braced(_escaped(line(author.collective)))
    parts = (author.last, author.suffix, author.fore or author.initials)
    return ", ".join(
        _braced(_escaped(part)) if _AND.search(part) else _escaped(part) for part in map(line, parts) if part
    )


def _title(markup: Markup) -> str:
    return "".join(_piece(piece) for piece in _PIECE.split(line(without_stop(markup))))


def _piece(piece: str) -> str:
    if piece in _COMMANDS:
        return _COMMANDS[piece]
    if piece.startswith("</"):
        return "}"
    text = piece.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
    return _escaped(_WORD.sub(_protected, text))


def _protected(word: re.Match[str]) -> str:
    """Return a word between the marks of braces, where its capitals are not only that of its beginning."""
    text = word[0]
    is_name = text != text.lower() and (text[1:] != text[1:].lower() or any(map(str.isdigit, text)))
    return f"{_OPEN}{text}{_CLOSE}" if is_name else text


def _escaped(text: str) -> str:
    """Return text without a sign that LaTeX or BibTeX would act upon."""
    text = _LIGATURE.sub(rf"\g<0>{_OPEN}{_CLOSE}", text)
    if "{" not in text and "}" not in text:
        return text.translate(_PAIRED)
    depths = list(accumulate((sign == "{") - (sign == "}") for sign in text))
    return text.translate(_LONE if min(depths) < 0 or depths[-1] else _PAIRED)
